/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a list of boards. */
#include "src/fleet_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct fleet_line parse(const char *text)
{
	struct fleet_line line;

	assert_int_equal(fleet_line_parse(span_from_text(text), &line, ERR_IGNORED), STATUS_OK);
	return line;
}

static void assert_span(struct span span, const char *wanted)
{
	assert_true(span_equal(span, span_from_text(wanted)));
}

static void assert_refused(struct span text, const char *message)
{
	struct err err = { .status = STATUS_OK };
	struct fleet_line line;

	assert_int_equal(fleet_line_parse(text, &line, &err), STATUS_USAGE);
	assert_string_equal(err.message, message);
}

static void an_address_is_enough(void **state)
{
	struct fleet_line line = parse("usb:2fe3:0100:7001");

	(void)state;
	assert_span(line.address, "usb:2fe3:0100:7001");
	assert_int_equal(line.firmware.len, 0);
	assert_int_equal(line.option_count, 0);
}

static void firmware_and_options_stand_in_any_order(void **state)
{
	struct fleet_line line = parse("\tttyACM0  baud=1000000 app.bin key=a=b \r");

	(void)state;
	assert_span(line.address, "ttyACM0");
	assert_span(line.firmware, "app.bin");
	assert_int_equal(line.option_count, 2);
	assert_string_equal(line.options[0].option->name, "baud");
	assert_span(line.options[0].value, "1000000");
	assert_string_equal(line.options[1].option->name, "key");
	assert_span(line.options[1].value, "a=b");
}

static void the_first_word_is_the_address_whatever_it_holds(void **state)
{
	struct fleet_line line = parse("loopback:a,state=/tmp/x app.bin");

	(void)state;
	assert_span(line.address, "loopback:a,state=/tmp/x");
	assert_span(line.firmware, "app.bin");
}

static void blank_lines_and_comments_say_nothing(void **state)
{
	static const char *const lines[] = { "", " \t\r", "# ttyACM0 app.bin", "  #x", "\r" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(parse(lines[i]).address.len, 0);
}

static void a_comment_begins_with_its_word(void **state)
{
	struct fleet_line line = parse("usb:1:2:A#7 app.bin # app2.bin baud=x");

	(void)state;
	assert_span(line.address, "usb:1:2:A#7");
	assert_span(line.firmware, "app.bin");
	assert_int_equal(line.option_count, 0);
}

static void what_is_wrong_is_named(void **state)
{
	static const char nul[] = "ttyACM0\0app.bin";
	char many[512] = "p";
	int len = 1;

	(void)state;
	assert_refused(span_from_text("p a.bin b.bin"), "one board takes one firmware file");
	assert_refused(span_from_text("p colour=red"), "a board has no setting \"colour\"");
	assert_refused(span_from_text("p =red"), "a board has no setting \"\"");
	/* It would be one for all of them. */
	assert_refused(span_from_text("p jobs=2"), "a board has no setting \"jobs\"");
	assert_refused(span_from_text("p force=1"), "a board has no setting \"force\"");
	assert_refused(span_from_text("p b\x1b=1"), "a board has no setting \"b\\x1b\"");
	assert_refused(span_make(nul, sizeof(nul) - 1), "this is no text");
	for (int i = 0; i <= FLEET_LINE_OPTIONS_MAX; i++)
		len += snprintf(many + len, sizeof(many) - (size_t)len, " baud=9600");
	assert_refused(span_from_text(many), "more than 16 settings for one board");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_enough),
		cmocka_unit_test(firmware_and_options_stand_in_any_order),
		cmocka_unit_test(the_first_word_is_the_address_whatever_it_holds),
		cmocka_unit_test(blank_lines_and_comments_say_nothing),
		cmocka_unit_test(a_comment_begins_with_its_word),
		cmocka_unit_test(what_is_wrong_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
