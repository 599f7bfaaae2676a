/* SPDX-License-Identifier: Apache-2.0 */
/* Times of RFC 3339: what is taken, what is refused, and what is sent to a device. */
#include "src/datetime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_zone_becomes_utc(void **state)
{
	static const struct {
		const char *text, *utc;
	} rows[] = {
		{ "2026-01-02T03:04:05Z", "2026-01-02T03:04:05" },
		{ "2026-01-02T03:04:05", "2026-01-02T03:04:05" },
		{ "2026-01-02t03:04:05z", "2026-01-02T03:04:05" },
		{ "2026-01-02 03:04:05Z", "2026-01-02T03:04:05" },
		{ "2026-01-02T03:04:05.999Z", "2026-01-02T03:04:05" },
		{ "2026-01-02T03:04:05.123456+0130", "2026-01-02T01:34:05" },
		{ "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00" },
		{ "2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00" },
		{ "2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05" },
		{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00" },
		{ "1900-01-01T00:00:00Z", "1900-01-01T00:00:00" },
		{ "9999-12-31T23:59:59Z", "9999-12-31T23:59:59" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char utc[DATETIME_SIZE];
		int64_t seconds;

		if (!datetime_parse(rows[i].text, &seconds) || !datetime_format(seconds, utc) ||
			strcmp(utc, rows[i].utc) != 0)
			fail_msg("%s: %s", rows[i].text, utc);
	}
}

static void seconds_count_from_1970(void **state)
{
	int64_t seconds = -1;

	(void)state;
	assert_true(datetime_parse("1970-01-01T00:00:00Z", &seconds));
	assert_int_equal(seconds, 0);
	assert_true(datetime_parse("2026-11-21T12:00:00Z", &seconds));
	assert_int_equal(seconds, 1795262400);
}

static void anything_else_is_no_time(void **state)
{
	static const char *const texts[] = {
		"",
		"now",
		"2026",
		"2026-01-02",
		"2026-01-02T03:04",
		"2026-01-02T03:04:05 ",
		" 2026-01-02T03:04:05",
		"2026-1-2T3:4:5Z",
		"2026/01/02T03:04:05Z",
		"2026-01-02_03:04:05Z",
		"26-01-02T03:04:05Z",
		"1899-12-31T23:59:59Z",
		"10000-01-01T00:00:00Z",
		"2026-00-02T03:04:05Z",
		"2026-13-02T03:04:05Z",
		"2026-01-00T03:04:05Z",
		"2026-01-32T03:04:05Z",
		"2026-02-29T03:04:05Z",
		"1900-02-29T03:04:05Z",
		"2026-04-31T03:04:05Z",
		"2026-01-02T24:00:00Z",
		"2026-01-02T03:60:05Z",
		"2026-01-02T03:04:61Z",
		"2026-01-02T03:04:05.Z",
		"2026-01-02T03:04:05+1",
		"2026-01-02T03:04:05+24:00",
		"2026-01-02T03:04:05+01:60",
		"2026-01-02T03:04:05UTC",
		"2026-01-02T03:04:05ZZ",
		"-026-01-02T03:04:05Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int64_t seconds;

		if (datetime_parse(texts[i], &seconds))
			fail_msg("'%s'", texts[i]);
	}
}

static void a_year_without_four_digits_cannot_be_sent(void **state)
{
	char text[DATETIME_SIZE];
	int64_t seconds;

	(void)state;
	assert_true(datetime_parse("9999-12-31T23:59:59-00:01", &seconds));
	assert_false(datetime_format(seconds, text));
	assert_true(datetime_parse("1900-01-01T00:00:00+00:01", &seconds));
	assert_false(datetime_format(seconds, text));
	assert_false(datetime_format(INT64_MAX, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_zone_becomes_utc),
		cmocka_unit_test(seconds_count_from_1970),
		cmocka_unit_test(anything_else_is_no_time),
		cmocka_unit_test(a_year_without_four_digits_cannot_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
