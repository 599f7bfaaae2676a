/* SPDX-License-Identifier: Apache-2.0 */
/* Where colours are shown, and where lines are drawn over. */
#include "src/terminal.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/screen.h"

static int plain_environment(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	return 0;
}

static void colours_are_for_terminals(void **state)
{
	struct screen screen;
	FILE *file = tmpfile();

	(void)state;
	screen_open(&screen, 24, 80);
	assert_true(terminal_is_drawable(screen.out));
	assert_true(terminal_has_colours(screen.out, TERMINAL_COLOURS_AUTO));
	assert_false(terminal_is_drawable(file));
	assert_false(terminal_has_colours(file, TERMINAL_COLOURS_AUTO));
	screen_close(&screen);
	fclose(file);
}

static void dumb_terminals_have_none(void **state)
{
	static const char *const kinds[] = { "dumb", "" };
	struct screen screen;

	(void)state;
	screen_open(&screen, 24, 80);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		setenv("TERM", kinds[i], 1);
		assert_false(terminal_is_drawable(screen.out));
		assert_false(terminal_has_colours(screen.out, TERMINAL_COLOURS_AUTO));
	}
	unsetenv("TERM");
	assert_false(terminal_is_drawable(screen.out));
	assert_false(terminal_has_colours(screen.out, TERMINAL_COLOURS_AUTO));
	screen_close(&screen);
}

static void no_color_counts_unless_it_is_empty(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen, 24, 80);
	setenv("NO_COLOR", "1", 1);
	assert_false(terminal_has_colours(screen.out, TERMINAL_COLOURS_AUTO));
	assert_true(terminal_is_drawable(screen.out));
	setenv("NO_COLOR", "", 1);
	assert_true(terminal_has_colours(screen.out, TERMINAL_COLOURS_AUTO));
	screen_close(&screen);
}

static void what_the_command_line_says_counts_more(void **state)
{
	struct screen screen;
	FILE *file = tmpfile();

	(void)state;
	screen_open(&screen, 24, 80);
	setenv("NO_COLOR", "1", 1);
	assert_true(terminal_has_colours(file, TERMINAL_COLOURS_ALWAYS));
	unsetenv("NO_COLOR");
	assert_false(terminal_has_colours(screen.out, TERMINAL_COLOURS_NEVER));
	screen_close(&screen);
	fclose(file);
}

static void a_tone_is_ended_where_it_was_begun(void **state)
{
	(void)state;
	assert_string_equal(terminal_begin(TERMINAL_ERROR, true), "\033[31m");
	assert_string_equal(terminal_end(TERMINAL_ERROR, true), "\033[0m");
	assert_string_equal(terminal_begin(TERMINAL_ERROR, false), "");
	assert_string_equal(terminal_end(TERMINAL_ERROR, false), "");
	assert_string_equal(terminal_begin(TERMINAL_PLAIN, true), "");
	assert_string_equal(terminal_end(TERMINAL_PLAIN, true), "");
}

static void the_locale_decides_on_unicode(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	assert_false(terminal_is_utf8());
	/* Debian's C.UTF-8 is always there. */
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_true(terminal_is_utf8());
	setlocale(LC_CTYPE, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(colours_are_for_terminals, plain_environment),
		cmocka_unit_test_setup(dumb_terminals_have_none, plain_environment),
		cmocka_unit_test_setup(no_color_counts_unless_it_is_empty, plain_environment),
		cmocka_unit_test_setup(what_the_command_line_says_counts_more, plain_environment),
		cmocka_unit_test(a_tone_is_ended_where_it_was_begun),
		cmocka_unit_test(the_locale_decides_on_unicode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
