/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mynewt's groups that make the device do something odd: its built-in tests, and crashes on purpose
 * (protocol.md 3.6). Requests and replies as in os_group.h.
 */
#ifndef SMP_RUN_GROUP_H
#define SMP_RUN_GROUP_H

#include "smp/name_list.h"

struct smp_request smp_run_list_request(void);
enum status smp_run_list_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr);

/*
 * `token` stands in the log entries that the test writes; empty: none. The reply says that the test
 * was started; smp_reply_open reads it.
 */
struct smp_request smp_run_test_request(struct buf *body, struct span name, struct span token);

/*
 * `kind`: div0, jump0, ref0, assert, wdog. The device that does it answers nothing; smp_reply_open reads
 * a refusal.
 */
struct smp_request smp_crash_request(struct buf *body, struct span kind);

#endif
