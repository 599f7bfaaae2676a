/* SPDX-License-Identifier: Apache-2.0 */
/* The device's own shell, as a blocking call like those of device.h. */
#ifndef SRC_DEVICE_SHELL_H
#define SRC_DEVICE_SHELL_H

#include "smp/shell_group.h"
#include "src/client.h"

/*
 * Run a command line and wait until it has ended: longer than for other replies, and without a second
 * try, which would run it once more; an echo goes before it. The output is valid until the next call with the client.
 * STATUS_USAGE: the words are too long for any request.
 */
enum status device_shell_exec(struct client *client, const char *const *words, size_t count,
	struct smp_shell_result *ret_result, struct err *reterr);

#endif
