/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be asked of a device, as blocking calls: each sends one request, waits, and reads the
 * reply. Errors are those of client_call and smp_reply_open; callers that ask for several things add
 * what they were asking for.
 */
#ifndef SRC_DEVICE_H
#define SRC_DEVICE_H

#include "smp/image_group.h"
#include "smp/os_group.h"
#include "src/client.h"

enum {
	DEVICE_SLOW_TIMEOUT_MS = 40000, /* whatever may erase a slot (protocol.md 5.5) */
	DEVICE_TEXT_MAX = 2048,
};

/* A text from the device, already escaped; one that is too long ends with "...". */
struct device_text {
	char text[DEVICE_TEXT_MAX];
};

/* A request whose reply says no more than that it was done, or why it was not. */
enum status device_tell(
	struct client *client, const struct smp_request *request, struct err *reterr);

/* *ret_is_same: exactly the sent bytes came back. */
enum status device_echo(struct client *client, const char *text, struct device_text *ret_echo,
	bool *ret_is_same, struct err *reterr);
/*
 * Ask for an echo, and take any answer, also that there is no echo. For requests that must be sent only
 * once: the device may hold half a line, of a person's typing, and lose the first request behind it.
 */
enum status device_find_alive(struct client *client, struct err *reterr);
enum status device_params(
	struct client *client, struct smp_os_params *ret_params, struct err *reterr);
/* `format` as in smp_os_info_request. */
enum status device_info(struct client *client, const char *format, struct device_text *ret_info,
	struct err *reterr);
enum status device_bootloader_name(
	struct client *client, struct device_text *ret_name, struct err *reterr);
enum status device_bootloader_mode(
	struct client *client, struct smp_os_bootloader_mode *ret_mode, struct err *reterr);

/* A port that vanishes after the request is the reset being done (protocol.md 3.1). */
enum status device_reset(
	struct client *client, bool force, enum smp_os_boot_mode boot_mode, struct err *reterr);

/*
 * Is it MCUboot's serial recovery that has sent this list? A list with a splitStatus is an
 * application's; else the console echo tells (os_group.h), which costs a request.
 */
enum status device_is_recovery(struct client *client, const struct smp_image_state *state,
	bool *ret_is_recovery, struct err *reterr);

enum status device_image_state(
	struct client *client, struct smp_image_state *ret_state, struct err *reterr);
enum status device_mark_image(struct client *client, struct span hash, bool confirm,
	struct smp_image_state *ret_state, struct err *reterr);
enum status device_erase_slot(struct client *client, int64_t slot, struct err *reterr);
enum status device_slot_infos(
	struct client *client, struct smp_image_slot_infos *ret_infos, struct err *reterr);

/* For the calls of this kind in other files: */

/* What slow work needs, but never less than the user asked for. */
uint32_t device_timeout_ms(const struct client *client, uint32_t least_ms);
void device_keep_text(struct span text, struct device_text *ret_text);

#endif
