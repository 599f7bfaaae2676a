/* SPDX-License-Identifier: Apache-2.0 */
/* The choice of the protocol version (protocol.md 1.3). */
#include "smp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/far_end.h"

enum { TOO_OLD = 12, TOO_NEW = 13, FEW_BYTES = 5 };

static const struct smp_session_config plain = { .first_sequence = 10 };

static void a_device_that_refuses_v2_is_asked_again_in_v1(void **state)
{
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "first");
	header = far_end_take_echo(&far, "first");
	assert_int_equal(header.version, SMP_VERSION_2);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	/* Whoever waits now must be woken to write. */
	assert_true(smp_session_next_deadline_ms(far.session) <= far.now_ms);
	/* At once and without a line feed: the device is there. */
	header = far_end_take_echo(&far, "first");
	assert_int_equal(header.version, SMP_VERSION_1);
	assert_int_equal(header.sequence, 11);
	far_end_answer(&far, &header, "first");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 2);

	far_end_submit(&far, "second");
	assert_int_equal(far_end_take_header(&far).version, SMP_VERSION_1);
	far_end_close(&far);
}

static void a_device_that_refuses_v1_is_asked_again_in_v2(void **state)
{
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_submit(&far, "first");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	header = far_end_take_header(&far);
	far_end_answer(&far, &header, "first");
	far_end_expect(&far, SMP_EVENT_REPLY);
	/* Meanwhile it runs another firmware. */
	far_end_submit(&far, "second");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_OLD);
	far_end_expect_nothing(&far);
	header = far_end_take_echo(&far, "second");
	assert_int_equal(header.version, SMP_VERSION_2);
	far_end_close(&far);
}

static void a_request_changes_its_version_only_once(void **state)
{
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_OLD);
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 2);
	far_end_close(&far);
}

static void a_refusal_of_the_new_version_is_a_reply(void **state)
{
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	header = far_end_take_header(&far);
	/* A device that cannot make up its mind. */
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 2);
	far_end_close(&far);
}

static void a_forced_version_stays(void **state)
{
	const struct {
		enum smp_version_choice choice;
		enum smp_version version;
		int refusal;
	} rows[] = {
		{ SMP_FORCE_VERSION_1, SMP_VERSION_1, TOO_OLD },
		{ SMP_FORCE_VERSION_2, SMP_VERSION_2, TOO_NEW },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smp_session_config config = { .version = rows[i].choice };
		struct smp_header header;
		struct far_end far;
		uint32_t ticket;

		far_end_open(&far, &config);
		ticket = far_end_submit(&far, "x");
		header = far_end_take_header(&far);
		assert_int_equal(header.version, rows[i].version);
		far_end_answer_rc(&far, &header, rows[i].refusal);
		far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
		far_end_submit(&far, "y");
		assert_int_equal(far_end_take_header(&far).version, rows[i].version);
		far_end_close(&far);
	}
}

static void a_refusal_of_the_version_not_spoken_is_a_reply(void **state)
{
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_OLD);
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	assert_int_equal(header.version, SMP_VERSION_2);
	far_end_answer_rc(&far, &header, 8);
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_close(&far);
}

static void all_requests_in_flight_change_together(void **state)
{
	struct smp_session_config config = { .window = 2 };
	struct smp_header a, b;
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_submit(&far, "a");
	far_end_submit(&far, "b");
	a = far_end_take_header(&far);
	b = far_end_take_header(&far);
	far_end_answer_rc(&far, &a, TOO_NEW);
	far_end_answer_rc(&far, &b, TOO_NEW);
	far_end_expect_nothing(&far);
	assert_int_equal(far_end_take_echo(&far, "a").version, SMP_VERSION_1);
	assert_int_equal(far_end_take_echo(&far, "b").version, SMP_VERSION_1);
	far_end_close(&far);
}

/* Try 1 is refused late, when try 2 is on its way in the same version. */
static void a_late_refusal_leaves_a_half_written_repetition_whole(void **state)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct smp_header header;
	struct far_end_packet packet;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_take_line_feed(&far);
	far_end_wait(&far);
	far_end_write(&far, FEW_BYTES, &wire);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	far_end_write(&far, SIZE_MAX, &wire);
	far_end_decode(buf_span(&wire), &packet);
	assert_int_equal(packet.header.version, SMP_VERSION_2);
	header = far_end_take_echo(&far, "x");
	assert_int_equal(header.version, SMP_VERSION_1);
	/* The refusal of try 2 says nothing new, and is no answer to try 3. */
	far_end_answer_rc(&far, &packet.header, TOO_NEW);
	far_end_expect_nothing(&far);
	far_end_answer(&far, &header, "x");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 3);
	far_end_close(&far);
}

static void a_change_of_version_costs_no_try(void **state)
{
	struct smp_session_config config = { .tries = 1 };
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	far_end_take_header(&far);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 2);
	far_end_close(&far);
}

/* Its new try may be with the device, though a request of before was answered. */
static void a_request_that_was_asked_again_keeps_its_place_when_it_is_forgotten(void **state)
{
	struct smp_session_config config = { .window = 1 };
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	far_end_submit(&far, "y");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, TOO_NEW);
	far_end_expect_nothing(&far);
	header = far_end_take_echo(&far, "x");
	smp_session_forget(far.session, ticket);
	far_end_take_nothing(&far);
	far_end_answer(&far, &header, "x");
	far_end_expect(&far, SMP_EVENT_STRAY);
	assert_int_equal(far.event.stray, SMP_STRAY_LATE);
	far_end_take_echo(&far, "y");
	far_end_close(&far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_refuses_v2_is_asked_again_in_v1),
		cmocka_unit_test(a_device_that_refuses_v1_is_asked_again_in_v2),
		cmocka_unit_test(a_request_changes_its_version_only_once),
		cmocka_unit_test(a_refusal_of_the_new_version_is_a_reply),
		cmocka_unit_test(a_forced_version_stays),
		cmocka_unit_test(a_refusal_of_the_version_not_spoken_is_a_reply),
		cmocka_unit_test(all_requests_in_flight_change_together),
		cmocka_unit_test(a_late_refusal_leaves_a_half_written_repetition_whole),
		cmocka_unit_test(a_change_of_version_costs_no_try),
		cmocka_unit_test(
			a_request_that_was_asked_again_keeps_its_place_when_it_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
