/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's tests and crashes, see run_group.h. */
#include "smp/run_group.h"

struct smp_request smp_run_list_request(void)
{
	return (struct smp_request){
		.op = SMP_OP_READ,
		.group = SMP_GROUP_RUN,
		.command = SMP_RUN_LIST,
	};
}

enum status smp_run_list_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr)
{
	return smp_name_list_read(reply, "run_list", ret_list, reterr);
}

struct smp_request smp_run_test_request(struct buf *body, struct span name, struct span token)
{
	body_put_map(body, token.len > 0 ? 2 : 1);
	body_put_text(body, "testname");
	body_put_text_span(body, name);
	if (token.len > 0) {
		body_put_text(body, "token");
		body_put_text_span(body, token);
	}
	return (struct smp_request){
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_RUN,
		.command = SMP_RUN_TEST,
		.body = buf_span(body),
	};
}

struct smp_request smp_crash_request(struct buf *body, struct span kind)
{
	body_put_map(body, 1);
	body_put_text(body, "t");
	body_put_text_span(body, kind);
	return (struct smp_request){
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_CRASH,
		.command = SMP_CRASH_TRIGGER,
		.body = buf_span(body),
	};
}
