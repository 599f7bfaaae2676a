/* SPDX-License-Identifier: Apache-2.0 */
/* Times as RFC 3339 writes them, see datetime.h. */
#include "src/datetime.h"

#include <string.h>
#include <time.h>

enum {
	FIRST_YEAR = 1900,
	LAST_YEAR = 9999,
	MINUTE_S = 60,
	HOUR_S = 3600,
};

/* Exactly `count` digits at the front of *text, and move behind them. */
static bool take_number(const char **text, size_t count, int min, int max, int *ret_number)
{
	int number = 0;

	for (; count > 0; count--) {
		char digit = *(*text)++;

		if (digit < '0' || digit > '9')
			return false;
		number = number * 10 + (digit - '0');
	}
	*ret_number = number;
	return number >= min && number <= max;
}

static bool take_one_of(const char **text, const char *wanted)
{
	if (**text == '\0' || strchr(wanted, **text) == NULL)
		return false;
	(*text)++;
	return true;
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

static bool take_day(const char **text, struct tm *ret_time)
{
	int year, month;

	if (!take_number(text, 4, FIRST_YEAR, LAST_YEAR, &year) || !take_one_of(text, "-") ||
		!take_number(text, 2, 1, 12, &month) || !take_one_of(text, "-"))
		return false;
	ret_time->tm_year = year - FIRST_YEAR;
	ret_time->tm_mon = month - 1;
	return take_number(text, 2, 1, days_of_month(year, month), &ret_time->tm_mday);
}

/* A second 60, where there is one, is the first of the next minute. */
static bool take_time(const char **text, struct tm *ret_time)
{
	if (!take_number(text, 2, 0, 23, &ret_time->tm_hour) || !take_one_of(text, ":") ||
		!take_number(text, 2, 0, 59, &ret_time->tm_min) || !take_one_of(text, ":") ||
		!take_number(text, 2, 0, 60, &ret_time->tm_sec))
		return false;
	if (take_one_of(text, ".")) {
		size_t digits = strspn(*text, "0123456789");

		*text += digits;
		return digits > 0;
	}
	return true;
}

/* Mynewt writes its zone without the colon. */
static bool take_zone(const char **text, int *ret_offset_s)
{
	char sign = **text;
	int hours, minutes;

	*ret_offset_s = 0;
	if (sign == '\0' || take_one_of(text, "Zz"))
		return true;
	if (!take_one_of(text, "+-") || !take_number(text, 2, 0, 23, &hours))
		return false;
	(void)take_one_of(text, ":");
	if (!take_number(text, 2, 0, 59, &minutes))
		return false;
	*ret_offset_s = hours * HOUR_S + minutes * MINUTE_S;
	if (sign == '-')
		*ret_offset_s = -*ret_offset_s;
	return true;
}

bool datetime_parse(const char *text, int64_t *ret_seconds)
{
	struct tm time = { 0 };
	int offset_s;

	if (!take_day(&text, &time) || !take_one_of(&text, "Tt ") || !take_time(&text, &time) ||
		!take_zone(&text, &offset_s) || *text != '\0')
		return false;
	*ret_seconds = (int64_t)timegm(&time) - offset_s;
	return true;
}

bool datetime_format(int64_t seconds, char ret_text[DATETIME_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm parts;

	return gmtime_r(&time, &parts) != NULL && parts.tm_year >= 0 &&
	       parts.tm_year <= LAST_YEAR - FIRST_YEAR &&
	       strftime(ret_text, DATETIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts) > 0;
}
