/* SPDX-License-Identifier: Apache-2.0 */
/* What a console passes on, whole and byte by byte. */
#include "src/console_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smp/frame.h"

#define LITERAL(text) (text), sizeof(text) - 1

static void assert_shows(const char *bytes, size_t len, const char *expected)
{
	for (size_t step = len; step > 0; step = step == len && len > 1 ? 1 : 0) {
		struct console_filter filter = { .held_len = 0 };
		uint8_t storage[64 * 1024];
		struct buf out = BUF_OVER(storage);

		for (size_t i = 0; i < len; i += step)
			console_filter_pass(&filter, span_make(bytes + i, step), &out);
		assert_false(out.overflow);
		assert_string_equal(buf_text(&out), expected);
	}
}

static void text_passes_as_it_is(void **state)
{
	(void)state;
	assert_shows(LITERAL("uart:~$ gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80\r\n\a\b\tok"),
		"uart:~$ gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80\r\n\a\b\tok");
}

static void frames_are_left_out_to_the_end_of_their_line(void **state)
{
	(void)state;
	assert_shows(LITERAL("a\n\x06\x09"
			     "AAsEBgAA\n\x04\x14"
			     "AAAA\nb"),
		"a\nb");
	assert_shows(LITERAL("uart:~$ \x06\x09"
			     "AAsEBgAA\r\nb"),
		"uart:~$ b");
}

static void a_frame_that_does_not_end_is_text_again(void **state)
{
	char bytes[SMP_LINE_LENGTH_MAX + 100] = "\x06\x09";
	char expected[100];

	(void)state;
	memset(bytes + 2, 'x', sizeof(bytes) - 2);
	memset(expected, 'x', sizeof(expected));
	expected[99] = '\0';
	assert_shows(bytes, sizeof(bytes), expected);
}

static void a_lone_marker_byte_is_shown(void **state)
{
	(void)state;
	assert_shows(LITERAL("\x06"
			     "a\x04"
			     "b\x06\x06\x09junk\nc"),
		"\\x06a\\x04b\\x06c");
}

static void colours_and_moves_of_the_cursor_pass(void **state)
{
	static const char text[] = "\x1b[1;31mred\x1b[m\x1b[8D\x1b[J\x1b[2K\x1b[12;40H\x1b[6n"
				   "\x1b[?25l\x1b[?7h\x1b[4@\x1b"
				   "7\x1b"
				   "8";

	(void)state;
	assert_shows(LITERAL(text), text);
}

static void what_could_do_harm_is_shown(void **state)
{
	(void)state;
	assert_shows(LITERAL("\x1b]0;title\a"), "\\x1b]0;title\a");
	assert_shows(LITERAL("\x1b]52;c;aGk=\x1b\\"), "\\x1b]52;c;aGk=\\x1b\\");
	assert_shows(LITERAL("\x1bP$q\"p\x1b\\"), "\\x1bP$q\"p\\x1b\\");
	assert_shows(LITERAL("\x1b[c\x1b[5n\x1b[?6n\x1b[21t\x1b[4i"),
		"\\x1b[c\\x1b[5n\\x1b[?6n\\x1b[21t\\x1b[4i");
	assert_shows(LITERAL("\x1b[?1049h\x1b[?1000h\x1b[4h\x1b[?25m"),
		"\\x1b[?1049h\\x1b[?1000h\\x1b[4h\\x1b[?25m");
	assert_shows(LITERAL("\x1b"
			     "c\x1b[!p\x7f\x0e\x05"),
		"\\x1bc\\x1b[!p\\x7f\\x0e\\x05");
	assert_shows(LITERAL("a\0b"), "a\\x00b");
}

static void bytes_that_are_no_utf8_are_shown(void **state)
{
	(void)state;
	assert_shows(LITERAL("\x80 \xff \xc0\xaf \xc3( \xe2\x82( \xed\xa0\x80."),
		"\\x80 \\xff \\xc0\\xaf \\xc3( \\xe2\\x82( \\xed\\xa0\\x80.");
	/* C1 controls, as bytes and as characters: CSI and OSC. */
	assert_shows(LITERAL("\x9b"
			     "31m \xc2\x9b"
			     "31m \xc2\x9d."),
		"\\x9b31m \\xc2\\x9b31m \\xc2\\x9d.");
}

static void a_sequence_that_does_not_end_is_shown(void **state)
{
	char bytes[CONSOLE_HELD_MAX + 11] = "\x1b[";
	char expected[CONSOLE_HELD_MAX + 20] = "\\x1b[";

	(void)state;
	memset(bytes + 2, '1', CONSOLE_HELD_MAX + 8);
	memset(expected + 5, '1', CONSOLE_HELD_MAX + 8);
	assert_shows(bytes, CONSOLE_HELD_MAX + 10, expected);
}

static void the_worst_input_fits_the_room_that_is_asked_for(void **state)
{
	struct console_filter filter = { .held_len = 0 };
	uint8_t bytes[200], storage[201 * CONSOLE_GROWTH_MAX];
	struct buf out = BUF_OVER(storage);

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i % 7 == 0 ? 0x1b : 0xff;
	console_filter_pass(&filter, span_make(bytes, sizeof(bytes)), &out);
	assert_false(out.overflow);
	assert_int_equal(filter.held_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_passes_as_it_is),
		cmocka_unit_test(frames_are_left_out_to_the_end_of_their_line),
		cmocka_unit_test(a_frame_that_does_not_end_is_text_again),
		cmocka_unit_test(a_lone_marker_byte_is_shown),
		cmocka_unit_test(colours_and_moves_of_the_cursor_pass),
		cmocka_unit_test(what_could_do_harm_is_shown),
		cmocka_unit_test(bytes_that_are_no_utf8_are_shown),
		cmocka_unit_test(a_sequence_that_does_not_end_is_shown),
		cmocka_unit_test(the_worst_input_fits_the_room_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
