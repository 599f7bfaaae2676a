/* SPDX-License-Identifier: Apache-2.0 */
/* Progress in a file, where nothing is drawn over: its lines and its speed. */
#include "src/progress.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"

enum { SECOND = 1000000, START_US = 7 * SECOND, READ_MAX = 4096 };

static void run(struct progress *progress, FILE *out, bool is_quiet, uint64_t chunk)
{
	uint64_t now_us = START_US;

	progress_init(progress, out, is_quiet);
	progress_start(progress, 1000, 0, now_us);
	for (uint64_t done = chunk; done < 1000 + chunk; done += chunk) {
		now_us += SECOND;
		progress_update(progress, done < 1000 ? done : 1000, now_us);
	}
	progress_end(progress);
}

static void a_file_gets_a_line_for_every_tenth(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();
	char text[READ_MAX] = "";

	(void)state;
	assert_non_null(file);
	run(&progress, file, false, 50);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	assert_string_equal(text, " 10 %  100 B of 1000 B  50 B/s  0:18 left\n"
				  " 20 %  200 B of 1000 B  50 B/s  0:16 left\n"
				  " 30 %  300 B of 1000 B  50 B/s  0:14 left\n"
				  " 40 %  400 B of 1000 B  50 B/s  0:12 left\n"
				  " 50 %  500 B of 1000 B  50 B/s  0:10 left\n"
				  " 60 %  600 B of 1000 B  50 B/s  0:08 left\n"
				  " 70 %  700 B of 1000 B  50 B/s  0:06 left\n"
				  " 80 %  800 B of 1000 B  50 B/s  0:04 left\n"
				  " 90 %  900 B of 1000 B  50 B/s  0:02 left\n"
				  "100 %  1000 B of 1000 B  50 B/s\n");
	fclose(file);
}

static void large_steps_skip_tenths(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();
	char text[READ_MAX] = "";

	(void)state;
	run(&progress, file, false, 500);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	assert_string_equal(text, " 50 %  500 B of 1000 B  500 B/s  0:01 left\n"
				  "100 %  1000 B of 1000 B  500 B/s\n");
	fclose(file);
}

static void what_was_there_before_counts_for_percent_but_not_for_speed(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();
	char text[READ_MAX] = "";

	(void)state;
	progress_init(&progress, file, false);
	progress_start(&progress, 1000, 400, START_US);
	progress_update(&progress, 400, START_US);
	progress_update(&progress, 500, START_US + 2 * SECOND);
	progress_end(&progress);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	assert_string_equal(text, " 50 %  500 B of 1000 B  50 B/s  0:10 left\n");
	fclose(file);
}

static void quiet_says_nothing(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();

	(void)state;
	run(&progress, file, true, 100);
	progress_say(&progress, "erasing");
	assert_int_equal(ftell(file), 0);
	fclose(file);
	run(&progress, NULL, false, 100);
	progress_say(&progress, "erasing");
}

static void a_word_is_a_line_in_a_file(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();
	char text[READ_MAX] = "";

	(void)state;
	progress_init(&progress, file, false);
	progress_say(&progress, "erasing ...");
	progress_end(&progress);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	assert_string_equal(text, "erasing ...\n");
	fclose(file);
}

static void an_empty_file_is_done_at_once(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();
	char text[READ_MAX] = "";

	(void)state;
	progress_init(&progress, file, false);
	progress_start(&progress, 0, 0, START_US);
	progress_update(&progress, 0, START_US);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	assert_string_equal(text, "100 %  0 B of 0 B\n");
	fclose(file);
}

static unsigned last_speed(FILE *file)
{
	char text[READ_MAX] = "";
	const char *end;

	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	end = strstr(text, " B/s");
	assert_non_null(end);
	for (const char *next; (next = strstr(end + 1, " B/s")) != NULL;)
		end = next;
	while (end[-1] >= '0' && end[-1] <= '9')
		end--;
	return (unsigned)strtoul(end, NULL, 10);
}

/* 100 bytes each second, in chunks that come a little early and a little late. */
static void the_speed_does_not_jump(void **state)
{
	struct progress progress;
	uint64_t now_us = START_US, done = 0;

	(void)state;
	for (unsigned tenths = 1; tenths <= 10; tenths++) {
		FILE *file = tmpfile();

		progress_init(&progress, file, false);
		progress_start(&progress, 100 * 1000, 0, START_US);
		now_us = START_US;
		for (done = 0; done < tenths * 10000; done += 100) {
			now_us += (done / 100) % 2 == 0 ? SECOND + SECOND / 4 : SECOND - SECOND / 4;
			progress_update(&progress, done + 100, now_us);
		}
		assert_in_range(last_speed(file), 95, 105);
		fclose(file);
	}
}

static void the_speed_is_that_of_the_last_seconds(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();

	(void)state;
	progress_init(&progress, file, false);
	progress_start(&progress, 10000, 0, START_US);
	for (uint64_t second = 1; second <= 50; second++)
		progress_update(&progress, second * 10, START_US + second * SECOND);
	for (uint64_t second = 1; second <= 20; second++)
		progress_update(&progress, 500 + second * 100, START_US + (50 + second) * SECOND);
	assert_int_equal(last_speed(file), 100);
	fclose(file);
}

static void another_transfer_begins_anew(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();
	char text[READ_MAX] = "";

	(void)state;
	progress_init(&progress, file, false);
	progress_start(&progress, 1000, 0, START_US);
	progress_update(&progress, 1000, START_US + SECOND);
	progress_end(&progress);
	/* By this a caller knows that the next one has not begun. */
	assert_int_equal(progress.total, 0);
	progress_start(&progress, 100, 0, START_US + 9 * SECOND);
	progress_update(&progress, 50, START_US + 10 * SECOND);
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file) > 0, 1);
	assert_string_equal(text, "100 %  1000 B of 1000 B  1000 B/s\n"
				  " 50 %  50 B of 100 B  50 B/s  0:01 left\n");
	fclose(file);
}

static void the_locale_decides_on_unicode(void **state)
{
	struct progress progress;
	FILE *file = tmpfile();

	(void)state;
	setlocale(LC_CTYPE, "C");
	progress_init(&progress, file, false);
	assert_false(progress.is_utf8);
	/* Debian's C.UTF-8 is always there. */
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	progress_init(&progress, file, false);
	assert_true(progress.is_utf8);
	setlocale(LC_CTYPE, "C");
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gets_a_line_for_every_tenth),
		cmocka_unit_test(large_steps_skip_tenths),
		cmocka_unit_test(what_was_there_before_counts_for_percent_but_not_for_speed),
		cmocka_unit_test(quiet_says_nothing),
		cmocka_unit_test(a_word_is_a_line_in_a_file),
		cmocka_unit_test(an_empty_file_is_done_at_once),
		cmocka_unit_test(the_speed_does_not_jump),
		cmocka_unit_test(the_speed_is_that_of_the_last_seconds),
		cmocka_unit_test(another_transfer_begins_anew),
		cmocka_unit_test(the_locale_decides_on_unicode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
