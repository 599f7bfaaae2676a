/* SPDX-License-Identifier: Apache-2.0 */
/* The shell group, client side: a command in the device's own shell (protocol.md 3.8). */
#ifndef SMP_SHELL_GROUP_H
#define SMP_SHELL_GROUP_H

#include "smp/message.h"

/*
 * The device joins the words with blanks and has its shell part them again, so each is written in such a
 * way that it arrives as it is: a backslash stands before blanks, quotes and backslashes.
 */
struct smp_request smp_shell_exec_request(struct buf *body, const char *const *words, size_t count);

struct smp_shell_result {
	struct span output; /* as it is, borrowed from the reply; servers cut it without a word */
	int64_t code;       /* what the command returned: 0 is good, below 0 is an errno value */
};

/*
 * The code comes as "ret", or as "rc" from servers with CONFIG_MCUMGR_GRP_SHELL_LEGACY_RC_RETURN_CODE:
 * beside an output it is the command's, alone it is the server's error.
 */
enum status smp_shell_exec_reply(
	const struct smp_reply *reply, struct smp_shell_result *ret_result, struct err *reterr);

/* The name of an errno value of Zephyr's, "ENOENT"; NULL for one without. */
const char *smp_shell_errno_name(int64_t number);

#endif
