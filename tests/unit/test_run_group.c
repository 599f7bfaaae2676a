/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's tests and crashes: requests and replies. */
#include "smp/run_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 256 };

static void assert_request(const struct smp_request *request, enum smp_op op, uint16_t group,
	uint8_t command, const char *notation)
{
	uint8_t storage[BODY_SIZE];
	struct buf wanted = BUF_OVER(storage);

	if (notation != NULL)
		cbor_append(&wanted, notation);
	assert_int_equal(request->op, op);
	assert_int_equal(request->group, group);
	assert_int_equal(request->command, command);
	assert_true(span_equal(request->body, buf_span(&wanted)));
}

static void tests_are_asked_for_by_name_and_token(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;

	(void)state;
	request = smp_run_list_request();
	assert_request(&request, SMP_OP_READ, SMP_GROUP_RUN, 1, NULL);
	request = smp_run_test_request(&body, span_from_text("all"), span_from_text("t1"));
	assert_request(
		&request, SMP_OP_WRITE, SMP_GROUP_RUN, 0, "{'testname': 'all', 'token': 't1'}");
	buf_clear(&body);
	request = smp_run_test_request(&body, span_from_text("mbuf"), span_from_text(""));
	assert_request(&request, SMP_OP_WRITE, SMP_GROUP_RUN, 0, "{'testname': 'mbuf'}");
}

static void a_crash_is_asked_for_by_its_kind(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_crash_request(&body, span_from_text("div0"));

	(void)state;
	assert_request(&request, SMP_OP_WRITE, SMP_GROUP_CRASH, 0, "{'t': 'div0'}");
}

static void the_tests_are_listed(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .op = 1, .group = SMP_GROUP_RUN } };
	struct smp_name_list list;

	(void)state;
	cbor_append(&body, "{_ 'rc': 0, 'run_list': [_ 'one', 'two']}");
	reply.body = buf_span(&body);
	assert_int_equal(smp_run_list_reply(&reply, &list, ERR_IGNORED), STATUS_OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.names[1].text, "two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tests_are_asked_for_by_name_and_token),
		cmocka_unit_test(a_crash_is_asked_for_by_its_kind),
		cmocka_unit_test(the_tests_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
