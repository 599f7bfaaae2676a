/* SPDX-License-Identifier: Apache-2.0 */
/* Widths of texts, and tables in files and on terminals. */
#include "src/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/screen.h"

static void a_character_counts_for_one_column(void **state)
{
	(void)state;
	assert_int_equal(columns_width(""), 0);
	assert_int_equal(columns_width("grün"), 4);
	assert_int_equal(columns_width("\xff\xc3x"), 3);
	assert_int_equal(columns_cut("grün", 3), 4);
	assert_int_equal(columns_cut("grün", 9), 5);
	assert_int_equal(columns_cut("grün", 0), 0);
}

static void assert_appended(
	void (*append)(struct buf *, const char *, size_t), const char *text, const char *wanted)
{
	char storage[64];
	struct buf out = BUF_OVER(storage);

	append(&out, text, 6);
	assert_string_equal(buf_text(&out), wanted);
}

static void texts_are_filled_up_and_cut_off(void **state)
{
	(void)state;
	assert_appended(columns_append, "für", "für   ");
	assert_appended(columns_append, "seventh", "seventh");
	assert_appended(columns_append_end, "für", "für   ");
	assert_appended(columns_append_end, "seventh", "..enth");
	assert_appended(columns_append_end, "sevünth", "..ünth");
}

static void append_cell(const void *ctx, size_t row, size_t column, struct buf *out)
{
	static const char *const cells[][3] = { { "ttyACM0", "a board with a long name", "7" },
		{ "x", "", "1000" } };

	(void)ctx;
	buf_append_text(out, cells[row][column]);
}

static struct columns_table make_table(void)
{
	static const char *const titles[] = { "PORT", "PRODUCT", "N" };

	return (struct columns_table){
		.titles = titles,
		.column_count = 3,
		.row_count = 2,
		.elastic = 1 << 1,
		.right = 1 << 2,
		.cell = append_cell,
	};
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct columns_table table = make_table();
	struct capture capture;

	(void)state;
	capture_open(&capture);
	columns_print(&table, capture.file);
	assert_string_equal(capture_text(&capture), "PORT     PRODUCT                      N\n"
						    "ttyACM0  a board with a long name     7\n"
						    "x        -                         1000\n");
	capture_close(&capture);
}

static void assert_shown(size_t width, const char *wanted)
{
	struct columns_table table = make_table();
	struct screen screen;

	screen_open(&screen, 10, width);
	columns_print(&table, screen.out);
	assert_string_equal(screen_text(&screen), wanted);
	screen_close(&screen);
}

static void a_narrow_terminal_cuts_the_elastic_columns(void **state)
{
	(void)state;
	assert_shown(39, "PORT     PRODUCT                      N\n"
			 "ttyACM0  a board with a long name     7\n"
			 "x        -                         1000\n");
	assert_shown(30, "PORT     PRODUCT             N\n"
			 "ttyACM0  a board with ..     7\n"
			 "x        -                1000\n");
}

static void the_widest_elastic_column_is_cut_first(void **state)
{
	static const char *const titles[] = { "A COLUMN OF TWENTY..", "N", "A COLUMN OF 16..",
		"M" };
	struct columns_table table = {
		.titles = titles,
		.column_count = 4,
		.elastic = 1 << 0 | 1 << 2,
	};
	struct screen screen;

	(void)state;
	screen_open(&screen, 4, 36);
	columns_print(&table, screen.out);
	assert_string_equal(screen_text(&screen), "A COLUMN OF ..  N  A COLUMN OF ..  M\n");
	screen_close(&screen);
}

/* It is never narrower than that, so that something of it can be read: the lines wrap instead. */
static void a_very_narrow_terminal_wraps(void **state)
{
	(void)state;
	assert_shown(20, "PORT     PRODUCT\n  N\n"
			 "ttyACM0  a boar..\n  7\n"
			 "x        -         1\n000\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_counts_for_one_column),
		cmocka_unit_test(texts_are_filled_up_and_cut_off),
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(a_narrow_terminal_cuts_the_elastic_columns),
		cmocka_unit_test(the_widest_elastic_column_is_cut_first),
		cmocka_unit_test(a_very_narrow_terminal_wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
