/* SPDX-License-Identifier: Apache-2.0 */
/* The limits that uploads are measured against (bench/limit.h), against figures made by hand. */
#include "bench/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "smp/frame.h"
#include "smp/header.h"

enum { IMAGE_SIZE = 64 * 1024, BAUDS = 4 };

static const uint32_t bauds[BAUDS] = { 115200, 460800, 921600, 1000000 };

/* Rates in units of 100 bytes per second, rounded. */
struct row {
	size_t buf_size, chunk_size, wire_size;
	unsigned rates[BAUDS];
};

static const struct row rows[] = {
	{ 256, 226, 353, { 74, 295, 590, 640 } },
	{ 384, 354, 527, { 77, 310, 619, 672 } },
	{ 1024, 994, 1404, { 82, 326, 652, 708 } },
	{ 4096, 4066, 5599, { 84, 335, 669, 726 } },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void chunks_lines_and_rates_are_as_computed_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		size_t message_max = limit_message_max(rows[i].buf_size);

		assert_int_equal(message_max, rows[i].buf_size - 4);
		assert_int_equal(limit_chunk_size(message_max), rows[i].chunk_size);
		assert_int_equal(limit_wire_size(message_max), rows[i].wire_size);
		for (size_t j = 0; j < BAUDS; j++) {
			double rate = limit_steady_rate(rows[i].buf_size, bauds[j]);

			assert_int_equal((unsigned)(rate / 100 + 0.5), rows[i].rates[j]);
		}
	}
}

static void the_encoder_needs_no_more_bytes_than_the_limit_counts(void **state)
{
	uint8_t *message = calloc(1, SMP_PACKET_MAX);
	size_t room = limit_wire_size(SMP_PACKET_MAX);
	struct buf out = buf_over(malloc(room), room);

	(void)state;
	assert_non_null(message);
	assert_non_null(out.data);
	for (size_t len = SMP_HEADER_SIZE; len <= SMP_PACKET_MAX; len += len < 600 ? 1 : 997) {
		buf_clear(&out);
		assert_true(smp_frame_encode(
			span_make(message, len), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &out));
		assert_int_equal(out.len, limit_wire_size(len));
	}
	free(out.data);
	free(message);
}

/* The first chunk costs more, small offsets cost less: neither is far from the steady rate. */
static void an_image_takes_as_long_as_its_chunks_at_the_steady_rate(void **state)
{
	uint8_t *bytes = calloc(1, IMAGE_SIZE);
	struct span image = span_make(bytes, IMAGE_SIZE);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < ROWS; i++) {
		uint64_t wire_size =
			limit_image_wire_size(image, limit_message_max(rows[i].buf_size));
		double steady =
			(double)IMAGE_SIZE * (double)rows[i].wire_size / (double)rows[i].chunk_size;

		assert_true((double)wire_size > 0.98 * steady);
		assert_true((double)wire_size < 1.02 * steady);
	}
	free(bytes);
}

static void an_image_that_fits_one_chunk_costs_one_message(void **state)
{
	uint8_t bytes[64] = { 0 };
	uint64_t one = limit_image_wire_size(span_make(bytes, sizeof(bytes)), 380);

	(void)state;
	/* Header 8, map 1, "image" 6 + 1, "len" 4 + 2, "off" 4 + 1, "sha" 4 + 34, "data" 5 + 66. */
	assert_int_equal(one, limit_wire_size(136));
}

static void messages_without_room_for_a_chunk_have_no_size(void **state)
{
	uint8_t bytes[64] = { 0 };

	(void)state;
	assert_int_equal(limit_image_wire_size(span_make(bytes, sizeof(bytes)), 20), 0);
}

static void a_byte_takes_ten_bits_and_a_rest_counts(void **state)
{
	(void)state;
	assert_int_equal(limit_line_us(11520, 115200), 1000 * 1000);
	assert_int_equal(limit_line_us(1, 115200), 87);
	assert_int_equal(limit_line_us(0, 115200), 0);
	/* An hour of a slow line is more than 32 bits of microseconds. */
	assert_int_equal(limit_line_us(UINT64_C(960) * 3600, 9600), UINT64_C(3600) * 1000 * 1000);
}

static void flash_takes_its_erases_and_its_words(void **state)
{
	struct flash_times words = { .erase_page_us = 85000, .write_word_us = 41 };
	struct flash_times pages = { .write_word_us = 850, .word_size = 256 };

	(void)state;
	assert_int_equal(limit_flash_us(&words, 0, 4096), 1024 * 41);
	assert_int_equal(limit_flash_us(&words, 2, 4096), 2 * 85000 + 1024 * 41);
	assert_int_equal(limit_flash_us(&words, 0, 4097), 1025 * 41);
	assert_int_equal(limit_flash_us(&pages, 0, 257), 2 * 850);
	assert_int_equal(limit_flash_us(&pages, 7, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_lines_and_rates_are_as_computed_by_hand),
		cmocka_unit_test(the_encoder_needs_no_more_bytes_than_the_limit_counts),
		cmocka_unit_test(an_image_takes_as_long_as_its_chunks_at_the_steady_rate),
		cmocka_unit_test(an_image_that_fits_one_chunk_costs_one_message),
		cmocka_unit_test(messages_without_room_for_a_chunk_have_no_size),
		cmocka_unit_test(a_byte_takes_ten_bits_and_a_rest_counts),
		cmocka_unit_test(flash_takes_its_erases_and_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
