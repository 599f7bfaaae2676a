/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of silence has its own words. */
#include "src/diagnosis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void add_text(struct diagnosis *diagnosis, const char *text, bool ends_line)
{
	struct smp_event event = {
		.kind = SMP_EVENT_TEXT,
		.text = span_from_text(text),
		.text_ends_line = ends_line,
	};

	diagnosis_add(diagnosis, &event);
}

static void add_drop(struct diagnosis *diagnosis, enum smp_frame_drop drop)
{
	struct smp_event event = { .kind = SMP_EVENT_DROPPED, .drop = drop };

	diagnosis_add(diagnosis, &event);
}

static void nothing_at_all_is_a_timeout(void **state)
{
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, &err), STATUS_TIMEOUT);
	assert_string_equal(err.message, "no reply in 2.0 s (3 tries)");
	assert_non_null(strstr(err.hint, "--baud"));
	diagnosis_explain(&diagnosis, 500, 1, &err);
	assert_string_equal(err.message, "no reply in 500 ms (1 try)");
}

static void text_is_shown_line_by_line(void **state)
{
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	add_text(&diagnosis, "*** Booting ***\r", true);
	add_text(&diagnosis, "\r", true);
	add_text(&diagnosis, "uart:", false);
	add_text(&diagnosis, "~$ ", false);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, &err), STATUS_PROTOCOL);
	assert_string_equal(err.message, "no reply in 2.0 s (3 tries), only 27 bytes of text: "
					 "\"*** Booting ***\\nuart:~$ \"");
	assert_non_null(strstr(err.hint, "console"));
}

static void long_and_wild_text_is_cut_and_escaped(void **state)
{
	struct diagnosis diagnosis;
	char text[100];
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	memset(text, '\033', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	add_text(&diagnosis, text, false);
	add_text(&diagnosis, "more", true);
	diagnosis_explain(&diagnosis, 2000, 3, &err);
	assert_null(strchr(err.message, '\033'));
	assert_non_null(strstr(err.message, "only 104 bytes of text: \"\\x1b\\x1b"));
	assert_non_null(strstr(err.message, "\\x1b...\""));
}

/* A prompt sent at 115200 baud and read at another speed. */
static void noise_is_told_from_text(void **state)
{
	static const uint8_t noise[] = { 0x00, 0xfe, 0x86, 0x00, 0xe6, 0x1c, 0xf8, 0x7e, 0x9e,
		0x00 };
	struct smp_event event = {
		.kind = SMP_EVENT_TEXT,
		.text = span_make(noise, sizeof(noise)),
	};
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	diagnosis_add(&diagnosis, &event);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, &err), STATUS_PROTOCOL);
	assert_non_null(strstr(err.message, "only 10 bytes that are no text: \"\\x00\\xfe"));
	assert_non_null(strstr(err.hint, "--baud"));
	/* A letter beyond ASCII and the colours of a log are text. */
	diagnosis_start(&diagnosis);
	add_text(&diagnosis, "\033[1;32mgr\u00fc\u00df dich\033[0m\t\u00fc\u00fc\u00fc", true);
	diagnosis_explain(&diagnosis, 2000, 3, &err);
	assert_non_null(strstr(err.message, " bytes of text: "));
	assert_null(strstr(err.hint, "--baud"));
}

static void damaged_frames_are_named_and_counted(void **state)
{
	struct diagnosis diagnosis;
	struct err err;
	char expected[200];

	(void)state;
	diagnosis_start(&diagnosis);
	add_drop(&diagnosis, SMP_DROP_CRC);
	add_drop(&diagnosis, SMP_DROP_LENGTH);
	add_drop(&diagnosis, SMP_DROP_CRC);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, &err), STATUS_PROTOCOL);
	snprintf(expected, sizeof(expected),
		"no reply in 2.0 s (3 tries), only damaged frames (%s: 1, %s: 2)",
		smp_frame_drop_name(SMP_DROP_LENGTH), smp_frame_drop_name(SMP_DROP_CRC));
	assert_string_equal(err.message, expected);
	assert_non_null(strstr(err.hint, "cable"));
}

static void every_kind_of_damage_fits_the_message(void **state)
{
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	for (int i = 0; i < SMP_DROP_COUNT; i++) {
		for (int j = 0; j < 1000; j++)
			add_drop(&diagnosis, (enum smp_frame_drop)i);
	}
	diagnosis_explain(&diagnosis, 2000, 3, &err);
	for (int i = 0; i < SMP_DROP_COUNT; i++)
		assert_non_null(strstr(err.message, smp_frame_drop_name((enum smp_frame_drop)i)));
	assert_int_equal(err.message[strlen(err.message) - 1], ')');
}

static void log_text_in_the_middle_of_frames_is_told_apart(void **state)
{
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	add_drop(&diagnosis, SMP_DROP_BASE64);
	add_text(&diagnosis, "<inf> app: tick", true);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, &err), STATUS_PROTOCOL);
	assert_non_null(strstr(err.message, "only damaged frames ("));
	assert_non_null(strstr(err.hint, "log"));
	assert_null(strstr(err.hint, "cable"));
}

static void somebody_elses_replies_are_told_apart(void **state)
{
	struct smp_event event = { .kind = SMP_EVENT_STRAY };
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	diagnosis_add(&diagnosis, &event);
	diagnosis_add(&diagnosis, &event);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, &err), STATUS_PROTOCOL);
	assert_string_equal(
		err.message, "no reply in 2.0 s (3 tries), only replies to other requests (2)");
	assert_string_equal(err.hint, "another program may be talking to the device");
}

static void damage_weighs_more_than_text_and_text_more_than_strays(void **state)
{
	struct smp_event stray = { .kind = SMP_EVENT_STRAY };
	struct diagnosis diagnosis;
	struct err err;

	(void)state;
	diagnosis_start(&diagnosis);
	diagnosis_add(&diagnosis, &stray);
	add_text(&diagnosis, "hello", true);
	diagnosis_explain(&diagnosis, 2000, 3, &err);
	assert_non_null(strstr(err.message, "only 6 bytes of text"));
	add_drop(&diagnosis, SMP_DROP_CRC);
	diagnosis_explain(&diagnosis, 2000, 3, &err);
	assert_non_null(strstr(err.message, "only damaged frames"));
}

static void starting_forgets(void **state)
{
	struct diagnosis diagnosis;

	(void)state;
	diagnosis_start(&diagnosis);
	add_drop(&diagnosis, SMP_DROP_CRC);
	add_text(&diagnosis, "hello", true);
	diagnosis_start(&diagnosis);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, ERR_IGNORED), STATUS_TIMEOUT);
}

static void retries_and_replies_are_no_symptoms(void **state)
{
	struct smp_event retry = { .kind = SMP_EVENT_RETRY };
	struct diagnosis diagnosis;

	(void)state;
	diagnosis_start(&diagnosis);
	diagnosis_add(&diagnosis, &retry);
	assert_int_equal(diagnosis_explain(&diagnosis, 2000, 3, ERR_IGNORED), STATUS_TIMEOUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all_is_a_timeout),
		cmocka_unit_test(text_is_shown_line_by_line),
		cmocka_unit_test(long_and_wild_text_is_cut_and_escaped),
		cmocka_unit_test(noise_is_told_from_text),
		cmocka_unit_test(damaged_frames_are_named_and_counted),
		cmocka_unit_test(every_kind_of_damage_fits_the_message),
		cmocka_unit_test(log_text_in_the_middle_of_frames_is_told_apart),
		cmocka_unit_test(somebody_elses_replies_are_told_apart),
		cmocka_unit_test(damage_weighs_more_than_text_and_text_more_than_strays),
		cmocka_unit_test(starting_forgets),
		cmocka_unit_test(retries_and_replies_are_no_symptoms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
