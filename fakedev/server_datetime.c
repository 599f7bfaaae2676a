/* SPDX-License-Identifier: Apache-2.0 */
/* The OS group's clock (protocol.md 3.1): it goes on through resets, as one with a battery does. */
#include <stdio.h>
#include <time.h>

#include "fakedev/server.h"

enum { TEXT_MIN = 19, TEXT_MAX = 25, FIRST_YEAR = 1900, US_PER_S = 1000 * 1000 };

static bool read_clock(const struct server *server, struct tm *ret_time)
{
	const struct store_ram *ram = server->ram;
	/* A machine that was started anew counts from 0 again: then the clock has stood still. */
	uint64_t passed_us =
		server->now_us > ram->clock_set_us ? server->now_us - ram->clock_set_us : 0;
	time_t now = (time_t)ram->clock_s + (time_t)(passed_us / US_PER_S);

	return gmtime_r(&now, ret_time) != NULL;
}

struct answer server_os_datetime(
	struct server *server, const struct request *request, struct buf *body)
{
	char text[64];
	struct tm now;

	(void)request;
	if (!server->ram->is_clock_set || !read_clock(server, &now))
		return answer_error(SMP_GROUP_OS, OS_ERROR_CLOCK_NOT_SET);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d", now.tm_year + FIRST_YEAR,
		now.tm_mon + 1, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec);
	server_put_text(body, "datetime", text);
	return answer_ok();
}

/* The digits at a fixed place, as the real server reads them: what parts them is not looked at. */
static bool read_digits(struct span text, size_t at, size_t count, int min, int max, int *ret_value)
{
	int value = 0;

	for (size_t i = at; i < at + count; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		value = value * 10 + (text.data[i] - '0');
	}
	*ret_value = value;
	return value >= min && value <= max;
}

struct answer server_os_set_datetime(
	struct server *server, const struct request *request, struct buf *body)
{
	struct store_ram *ram = server->ram;
	struct tm time = { 0 };
	struct span text;
	int year, month;

	(void)body;
	if (body_get_text(&request->args, "datetime", &text) != BODY_FOUND || text.len < TEXT_MIN ||
		text.len > TEXT_MAX || !read_digits(text, 0, 4, FIRST_YEAR, 9999, &year) ||
		!read_digits(text, 5, 2, 1, 12, &month) ||
		!read_digits(text, 8, 2, 1, 31, &time.tm_mday) ||
		!read_digits(text, 11, 2, 0, 23, &time.tm_hour) ||
		!read_digits(text, 14, 2, 0, 59, &time.tm_min) ||
		!read_digits(text, 17, 2, 0, 59, &time.tm_sec))
		return answer_rc(RC_INVALID);
	time.tm_year = year - FIRST_YEAR;
	time.tm_mon = month - 1;
	ram->clock_s = timegm(&time);
	ram->clock_set_us = server->now_us;
	ram->is_clock_set = true;
	return answer_ok();
}
