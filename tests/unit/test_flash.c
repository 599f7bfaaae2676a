/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/flash.c: NOR rules, bounds and time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/flash.h"

enum { PAGES = 4, SIZE = PAGES * FLASH_PAGE_SIZE, ERASE_US = 85000, WRITE_US = 41 };

struct fixture {
	uint8_t bytes[SIZE];
	struct flash flash;
};

static struct flash *blank_flash(struct fixture *fixture)
{
	memset(fixture->bytes, 0xff, SIZE);
	fixture->flash = (struct flash){
		.bytes = fixture->bytes,
		.size = SIZE,
		.times = { .erase_page_us = ERASE_US, .write_word_us = WRITE_US },
	};
	return &fixture->flash;
}

/* Any sequence will do; this one is short. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void a_write_to_blank_flash_reads_back(void **state)
{
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);
	struct span text = span_from_text("firmware");

	(void)state;
	assert_true(flash_write(flash, 100, text));
	assert_true(span_equal(flash_read(flash, 100, text.len), text));
	assert_int_equal(fixture.bytes[99], 0xff);
	assert_int_equal(fixture.bytes[100 + text.len], 0xff);
}

static void a_write_never_sets_a_bit(void **state)
{
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);
	uint8_t before[SIZE], data[64];
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t at = next_random(&random) % SIZE;
		size_t len = next_random(&random) % (sizeof(data) + 1);

		for (size_t i = 0; i < len; i++)
			data[i] = (uint8_t)(next_random(&random) | next_random(&random));
		memcpy(before, fixture.bytes, SIZE);
		if (!flash_write(flash, at, span_make(data, len))) {
			assert_memory_equal(fixture.bytes, before, SIZE);
			continue;
		}
		for (size_t i = 0; i < SIZE; i++) {
			uint8_t written = i >= at && i < at + len ? data[i - at] : 0xff;

			if (fixture.bytes[i] != (before[i] & written))
				fail_msg("round %d: byte %zu is %02x", round, i, fixture.bytes[i]);
		}
	}
}

static void an_erase_sets_the_touched_pages_and_no_others(void **state)
{
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);

	(void)state;
	memset(fixture.bytes, 0, SIZE);
	assert_true(flash_erase(flash, FLASH_PAGE_SIZE, FLASH_PAGE_SIZE + 1));
	assert_false(flash_is_blank(flash, FLASH_PAGE_SIZE - 1, 1));
	assert_true(flash_is_blank(flash, FLASH_PAGE_SIZE, 2 * FLASH_PAGE_SIZE));
	assert_false(flash_is_blank(flash, 3 * FLASH_PAGE_SIZE, 1));
	assert_int_equal(flash->pages_erased, 2);
}

static void an_erase_within_a_page_is_refused(void **state)
{
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);

	(void)state;
	fixture.bytes[FLASH_PAGE_SIZE] = 0;
	assert_false(flash_erase(flash, FLASH_PAGE_SIZE + 4, 4));
	assert_int_equal(fixture.bytes[FLASH_PAGE_SIZE], 0);
	assert_int_equal(flash_take_busy_us(flash), 0);
}

static void ranges_beyond_the_end_are_refused(void **state)
{
	static const struct {
		size_t at, len;
		bool is_inside;
	} rows[] = {
		{ 0, SIZE, true },
		{ SIZE, 0, true },
		{ SIZE - FLASH_PAGE_SIZE, FLASH_PAGE_SIZE, true },
		{ SIZE - FLASH_PAGE_SIZE, FLASH_PAGE_SIZE + 1, false },
		{ SIZE, 1, false },
		{ SIZE + FLASH_PAGE_SIZE, 0, false },
		{ FLASH_PAGE_SIZE, SIZE_MAX, false },
		{ SIZE_MAX - FLASH_PAGE_SIZE + 1, FLASH_PAGE_SIZE, false },
	};
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t at = rows[i].at, len = rows[i].len;

		assert_int_equal(flash_erase(flash, at, len), rows[i].is_inside);
		assert_int_equal(flash_is_blank(flash, at, len), rows[i].is_inside);
		assert_int_equal(flash_read(flash, at, len).data != NULL, rows[i].is_inside);
		/* Of a write that is refused not one byte is read. */
		assert_int_equal(
			flash_write(flash, at, span_make(fixture.bytes, len)), rows[i].is_inside);
	}
}

static void time_is_counted_per_erased_page_and_touched_word(void **state)
{
	static const struct {
		size_t at, len;
		uint64_t words;
	} rows[] = { { 0, 0, 0 }, { 0, 1, 1 }, { 0, 4, 1 }, { 0, 5, 2 }, { 3, 1, 1 }, { 3, 2, 2 },
		{ 2, 4, 2 }, { 4096, 4096, 1024 } };
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);
	uint64_t bytes = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(flash_write(flash, rows[i].at, span_make(fixture.bytes, rows[i].len)));
		assert_int_equal(flash_take_busy_us(flash), rows[i].words * WRITE_US);
		bytes += rows[i].len;
	}
	assert_int_equal(flash->bytes_written, bytes);
	assert_true(flash_erase(flash, 0, SIZE));
	assert_true(flash_erase(flash, 0, 1));
	assert_int_equal(flash_take_busy_us(flash), (PAGES + 1) * (uint64_t)ERASE_US);
	assert_int_equal(flash_take_busy_us(flash), 0);
}

static void longer_words_are_counted_by_the_word(void **state)
{
	static const struct {
		size_t at, len;
		uint64_t words;
	} rows[] = { { 0, 256, 1 }, { 0, 257, 2 }, { 255, 2, 2 }, { 512, 512, 2 }, { 300, 1, 1 } };
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);

	(void)state;
	flash->times.word_size = 256;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(flash_write(flash, rows[i].at, span_make(fixture.bytes, rows[i].len)));
		assert_int_equal(flash_take_busy_us(flash), rows[i].words * WRITE_US);
	}
}

static void a_write_can_be_made_first_and_paid_for_later(void **state)
{
	struct fixture fixture;
	struct flash *flash = blank_flash(&fixture);

	(void)state;
	assert_true(flash_write_untimed(flash, 100, span_from_text("firmware")));
	assert_false(flash_write_untimed(flash, SIZE - 1, span_from_text("xx")));
	assert_memory_equal(fixture.bytes + 100, "firmware", 8);
	assert_int_equal(flash->bytes_written, 8);
	assert_int_equal(flash_take_busy_us(flash), 0);
	flash_spend_write(flash, 100, 8);
	assert_int_equal(flash_take_busy_us(flash), 2 * WRITE_US);
	assert_int_equal(flash->bytes_written, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_write_to_blank_flash_reads_back),
		cmocka_unit_test(a_write_never_sets_a_bit),
		cmocka_unit_test(an_erase_sets_the_touched_pages_and_no_others),
		cmocka_unit_test(an_erase_within_a_page_is_refused),
		cmocka_unit_test(ranges_beyond_the_end_are_refused),
		cmocka_unit_test(time_is_counted_per_erased_page_and_touched_word),
		cmocka_unit_test(longer_words_are_counted_by_the_word),
		cmocka_unit_test(a_write_can_be_made_first_and_paid_for_later),
	};

	return cmocka_run_group_tests_name("flash", tests, NULL, NULL);
}
