/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown of the output of a device's shell. */
#include "src/shell_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_SIZE = 4096 };

static void assert_shown(struct span output, bool keeps_colours, const char *wanted)
{
	uint8_t storage[TEXT_SIZE];
	size_t room = output.len * SHELL_TEXT_GROWTH_MAX + SHELL_TEXT_END_MAX + 1;
	struct buf out = buf_over(storage, room);

	assert_true(room <= sizeof(storage));
	shell_text_append(output, keeps_colours, &out);
	assert_false(out.overflow);
	assert_string_equal(buf_text(&out), wanted);
}

static void lines_are_ours(void **state)
{
	static const struct {
		const char *output, *shown;
	} rows[] = {
		{ "", "" },
		{ "\r\n", "" },
		{ "\r\nZephyr version 4.1.0\r\n", "Zephyr version 4.1.0\n" },
		{ "no line end", "no line end" },
		{ "a\r\n\r\nb\n", "a\n\nb\n" },
		{ "\n\r\na", "\n\na" },
		{ "a\tb", "a\tb" },
		{ "c:\\dir", "c:\\dir" },
		{ "gr\xc3\xbcn", "gr\xc3\xbcn" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_shown(span_from_text(rows[i].output), false, rows[i].shown);
		assert_shown(span_from_text(rows[i].output), true, rows[i].shown);
	}
}

static void colours_stay_where_they_are_wanted(void **state)
{
	static const char output[] = "\r\n\033[1;31mnosuch\r\n\033[m";

	(void)state;
	assert_shown(span_from_text(output), true, "\033[1;31mnosuch\n\033[m");
	assert_shown(span_from_text(output), false, "nosuch\n");
}

static void a_colour_that_does_not_end_is_ended(void **state)
{
	(void)state;
	assert_shown(span_from_text("\033[31mcut o"), true, "\033[31mcut o\033[m");
	assert_shown(span_from_text("\033[31mcut o"), false, "cut o");
	assert_shown(span_from_text("\033[31mred\033[0m."), true, "\033[31mred\033[0m.");
	assert_shown(span_from_text("\033[31m"), true, "\033[31m\033[m");
}

static void whatever_else_steers_a_terminal_is_harmless(void **state)
{
	static const struct {
		const char *output, *shown;
	} rows[] = {
		{ "\033[2Ja", "\\x1b[2Ja" },
		{ "\033]0;title\a", "\\x1b]0;title\\x07" },
		{ "\033", "\\x1b" },
		{ "\033[", "\\x1b[" },
		{ "\033[31", "\\x1b[31" },
		{ "\033[?31m", "\\x1b[?31m" },
		{ "50%\r100%", "50%\\r100%" },
		{ "\x80\x9b"
		  "31m",
			"\\x80\\x9b31m" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_shown(span_from_text(rows[i].output), false, rows[i].shown);
		assert_shown(span_from_text(rows[i].output), true, rows[i].shown);
	}
	assert_shown(span_make("a\0b", 3), true, "a\\x00b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_ours),
		cmocka_unit_test(colours_stay_where_they_are_wanted),
		cmocka_unit_test(a_colour_that_does_not_end_is_ended),
		cmocka_unit_test(whatever_else_steers_a_terminal_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
