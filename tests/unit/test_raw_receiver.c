/* SPDX-License-Identifier: Apache-2.0 */
/* How the two servers take raw packets off their line (fakedev/raw_receiver.h). */
#include "fakedev/raw_receiver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PACKET_MAX = 64, SECOND = 1000000, START_US = 5 * SECOND };

static const uint8_t params[] = { 0x08, 0, 0, 1, 0, 0, 5, 6, 0xa0 };

struct fixture {
	struct raw_receiver receiver;
	struct receiver_result result;
	uint64_t now_us;
};

static void begin(struct fixture *f, bool is_recovery)
{
	struct raw_receiver_setup setup = {
		.packet_max = PACKET_MAX,
		.is_recovery = is_recovery,
		.has_timeout = true,
	};

	assert_int_equal(raw_receiver_create(&f->receiver, PACKET_MAX, ERR_IGNORED), STATUS_OK);
	raw_receiver_restart(&f->receiver, &setup);
	f->now_us = START_US;
}

/* The story of what is read at once: a letter for each thing that happens. */
static const char *take(struct fixture *f, struct span bytes, char story[16])
{
	size_t len = 0;

	do {
		enum receiver_event event =
			raw_receiver_take(&f->receiver, &bytes, f->now_us, &f->result);

		if (event != RECEIVER_MORE && len < 15)
			story[len++] = event == RECEIVER_PACKET ? 'P' : 'L';
	} while (bytes.len > 0);
	story[len] = '\0';
	return story;
}

#define TAKE(f, bytes)     take((f), span_make((bytes), sizeof(bytes)), (char[16]){ 0 })
#define TAKE_TEXT(f, text) take((f), span_from_text(text), (char[16]){ 0 })

static void a_packet_ends_where_its_header_says(void **state)
{
	(void)state;
	for (int is_recovery = 0; is_recovery < 2; is_recovery++) {
		struct fixture f;

		begin(&f, is_recovery == 1);
		for (size_t i = 0; i + 1 < sizeof(params); i++) {
			assert_int_equal(raw_receiver_wanted(&f.receiver), i < 8 ? 8 - i : 1);
			assert_string_equal(
				take(&f, span_make(params + i, 1), (char[16]){ 0 }), "");
			assert_true(raw_receiver_is_busy(&f.receiver));
		}
		assert_string_equal(take(&f, span_make(params + 8, 1), (char[16]){ 0 }), "P");
		assert_true(span_equal(f.result.packet, span_make(params, sizeof(params))));
		assert_false(raw_receiver_is_busy(&f.receiver));
		raw_receiver_destroy(&f.receiver);
	}
}

static void packets_that_are_read_at_once_are_told_apart(void **state)
{
	uint8_t two[2 * sizeof(params)];
	struct fixture f;

	(void)state;
	memcpy(two, params, sizeof(params));
	memcpy(two + sizeof(params), params, sizeof(params));
	begin(&f, true);
	assert_string_equal(TAKE(&f, two), "PP");
	raw_receiver_destroy(&f.receiver);
}

/* Console lines, say: each eight bytes of them are a header that cannot be. */
static void the_application_throws_a_header_away_that_cannot_be(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, false);
	assert_string_equal(TAKE_TEXT(&f, "\x06\x09"
					  "AAsIAA"),
		"L");
	assert_string_equal(f.result.complaint, "bytes that are no request");
	assert_string_equal(TAKE_TEXT(&f, "ABAAEUAKAwog==\n"), "L");
	/* The seven that are left are taken for the front of the next one, which therefore is lost. */
	assert_int_equal(raw_receiver_wanted(&f.receiver), 1);
	assert_string_equal(TAKE(&f, params), "LL");
	raw_receiver_destroy(&f.receiver);
}

static void the_bootloader_throws_all_away_that_it_has_read(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, true);
	assert_string_equal(TAKE_TEXT(&f, "\x06\x09"
					  "AAsIAAABAAEUAKAwog==\n"),
		"L");
	assert_false(raw_receiver_is_busy(&f.receiver));
	assert_string_equal(TAKE(&f, params), "P");
	raw_receiver_destroy(&f.receiver);
}

static void only_the_bootloader_refuses_the_operations_of_replies(void **state)
{
	static const uint8_t reply[] = { 0x09, 0, 0, 1, 0, 0, 5, 6, 0xa0 };
	struct fixture f;

	(void)state;
	begin(&f, false);
	assert_string_equal(TAKE(&f, reply), "P");
	raw_receiver_destroy(&f.receiver);
	begin(&f, true);
	assert_string_equal(TAKE(&f, reply), "L");
	raw_receiver_destroy(&f.receiver);
}

static void a_packet_may_fill_the_buffer_and_no_more(void **state)
{
	uint8_t packet[PACKET_MAX + 1] = { 0x0a, 0, 0, PACKET_MAX - 8 };
	struct fixture f;

	(void)state;
	begin(&f, false);
	assert_string_equal(take(&f, span_make(packet, PACKET_MAX), (char[16]){ 0 }), "P");
	packet[3]++;
	assert_string_equal(take(&f, span_make(packet, 8), (char[16]){ 0 }), "L");
	assert_string_equal(f.result.complaint, "a packet of 65 bytes: the longest is 64");
	raw_receiver_destroy(&f.receiver);
}

static void half_a_packet_is_forgotten_after_three_seconds(void **state)
{
	(void)state;
	for (int is_recovery = 0; is_recovery < 2; is_recovery++) {
		struct fixture f;

		begin(&f, is_recovery == 1);
		take(&f, span_make(params, 4), (char[16]){ 0 });
		f.now_us += 3 * SECOND - 1;
		assert_string_equal(take(&f, span_make(params + 4, 4), (char[16]){ 0 }), "");
		/* The application's time runs from the first byte, the bootloader's from the last. */
		f.now_us += 2;
		assert_string_equal(take(&f, span_make(params + 8, 1), (char[16]){ 0 }),
			is_recovery == 1 ? "P" : "L");
		f.now_us += 3 * SECOND;
		assert_string_equal(TAKE(&f, params), is_recovery == 1 ? "P" : "LP");
		raw_receiver_destroy(&f.receiver);
	}
}

static void without_the_timeout_half_a_packet_waits_for_ever(void **state)
{
	struct raw_receiver_setup setup = { .packet_max = PACKET_MAX };
	struct fixture f;

	(void)state;
	begin(&f, false);
	raw_receiver_restart(&f.receiver, &setup);
	take(&f, span_make(params, 4), (char[16]){ 0 });
	f.now_us += 3600 * (uint64_t)SECOND;
	assert_string_equal(take(&f, span_make(params + 4, 5), (char[16]){ 0 }), "P");
	raw_receiver_destroy(&f.receiver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_ends_where_its_header_says),
		cmocka_unit_test(packets_that_are_read_at_once_are_told_apart),
		cmocka_unit_test(the_application_throws_a_header_away_that_cannot_be),
		cmocka_unit_test(the_bootloader_throws_all_away_that_it_has_read),
		cmocka_unit_test(only_the_bootloader_refuses_the_operations_of_replies),
		cmocka_unit_test(a_packet_may_fill_the_buffer_and_no_more),
		cmocka_unit_test(half_a_packet_is_forgotten_after_three_seconds),
		cmocka_unit_test(without_the_timeout_half_a_packet_waits_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
