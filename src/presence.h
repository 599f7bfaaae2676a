/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers on a port: the application, or MCUboot's serial recovery. */
#ifndef SRC_PRESENCE_H
#define SRC_PRESENCE_H

#include "src/client.h"

enum presence { PRESENCE_APPLICATION, PRESENCE_RECOVERY };

/*
 * Ask once for the buffers, which costs any server little: whatever it answers, somebody is there.
 * Errors as client_call: STATUS_TIMEOUT after `timeout_ms`.
 */
enum status presence_hail(struct client *client, uint32_t timeout_ms, struct err *reterr);

/*
 * The same, and where nobody answers once more in the other framing (smp/framing.h), which stays when it
 * is answered. */
enum status presence_hail_either(struct client *client, uint32_t timeout_ms, struct err *reterr);

/* A device without the image group is an application. Errors as client_call. */
enum status presence_identify(
	struct client *client, enum presence *ret_presence, struct err *reterr);

#endif
