/* SPDX-License-Identifier: Apache-2.0 */
/* mcumgr's connection strings: both styles, and every refusal. */
#include "src/connstring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct connstring parse(const char *text)
{
	struct connstring connstring;
	struct err err = { .status = STATUS_OK };

	memset(&connstring, 0xff, sizeof(connstring));
	if (connstring_parse(text, &connstring, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_int_equal(err.status, STATUS_OK);
	return connstring;
}

static void assert_refused(const char *text, const char *reason)
{
	struct connstring connstring = { .baud = 77 };
	struct err err;

	assert_int_equal(connstring_parse(text, &connstring, &err), STATUS_USAGE);
	assert_non_null(strstr(err.message, reason));
	/* What was to be parsed is named, and what was there before stays. */
	assert_ptr_equal(strstr(err.message, "connection string \""), err.message);
	assert_int_equal(connstring.baud, 77);
}

static void the_new_style_names_every_part(void **state)
{
	struct connstring connstring = parse("dev=/dev/ttyACM0,baud=9600,mtu=512");

	(void)state;
	assert_string_equal(connstring.device, "/dev/ttyACM0");
	assert_int_equal(connstring.baud, 9600);
	assert_int_equal(connstring.message_max, 380);
}

static void the_old_style_has_the_device_alone(void **state)
{
	struct connstring connstring = parse("/dev/ttyACM0,baud=115200,mtu=512");

	(void)state;
	assert_string_equal(connstring.device, "/dev/ttyACM0");
	assert_int_equal(connstring.baud, 115200);
	assert_int_equal(connstring.message_max, 380);
	assert_string_equal(parse("COM1").device, "COM1");
	assert_string_equal(parse("mtu=512,ttyACM0").device, "ttyACM0");
}

static void the_framing_may_be_said(void **state)
{
	(void)state;
	assert_string_equal(parse("ttyACM0,framing=raw").framing, "raw");
	assert_string_equal(parse("framing=auto,ttyACM0,framing=console").framing, "console");
	assert_string_equal(parse("ttyACM0").framing, "");
	assert_refused("ttyACM0,framing=cobs", "framing= takes console|raw|auto, not \"cobs\"");
	assert_refused("ttyACM0,framing=", "framing= takes");
}

static void what_is_not_said_stays_open(void **state)
{
	(void)state;
	assert_string_equal(parse("baud=115200").device, "");
	assert_int_equal(parse("/dev/ttyACM0").baud, 0);
	assert_int_equal(parse("/dev/ttyACM0").message_max, 0);
}

static void the_last_of_two_counts(void **state)
{
	struct connstring connstring = parse("/dev/a,baud=9600,dev=/dev/b,baud=19200");

	(void)state;
	assert_string_equal(connstring.device, "/dev/b");
	assert_int_equal(connstring.baud, 19200);
}

static void only_the_first_equals_sign_splits(void **state)
{
	(void)state;
	assert_string_equal(parse("dev=loopback:state=/tmp/b").device, "loopback:state=/tmp/b");
}

/* 3 bytes for 4 characters; length and CRC take 4 of the bytes (docs/protocol.md). */
static void mtu_counts_the_base64_characters(void **state)
{
	(void)state;
	assert_int_equal(parse("mtu=92").message_max, 65);
	assert_int_equal(parse("mtu=1024").message_max, 764);
	assert_int_equal(parse("mtu=1023").message_max, 761);
	assert_int_equal(parse("mtu=87380").message_max, 65531);
}

static void unknown_keys_are_refused_with_those_there_are(void **state)
{
	struct connstring connstring;
	struct err err;

	(void)state;
	assert_int_equal(
		connstring_parse("/dev/ttyACM0,parity=even", &connstring, &err), STATUS_USAGE);
	assert_string_equal(err.message,
		"connection string \"/dev/ttyACM0,parity=even\": unknown key \"parity\"");
	assert_non_null(strstr(err.hint, "dev, baud, mtu and framing"));
	assert_refused("DEV=/dev/ttyACM0", "unknown key \"DEV\"");
	assert_refused(" baud=9600", "unknown key \" baud\"");
	assert_refused("=x", "unknown key \"\"");
}

static void numbers_must_be_numbers_that_can_be(void **state)
{
	(void)state;
	assert_refused("baud=fast", "baud= takes a number from 50 to 20000000, not \"fast\"");
	assert_refused("baud=", "not \"\"");
	assert_refused("baud=49", "not \"49\"");
	assert_refused("baud=20000001", "not \"20000001\"");
	assert_refused("mtu=91", "mtu= takes a number from 92 to 87380, not \"91\"");
	assert_refused("mtu=87381", "not \"87381\"");
	assert_refused("mtu=-1", "not \"-1\"");
}

static void empty_parts_are_refused(void **state)
{
	(void)state;
	assert_refused("", "an empty part");
	assert_refused("/dev/ttyACM0,", "an empty part");
	assert_refused(",baud=9600", "an empty part");
	assert_refused("dev=,baud=9600", "an empty part");
}

static void a_device_of_any_length_does_no_harm(void **state)
{
	char text[CONNSTRING_DEVICE_MAX + 16] = "dev=";

	(void)state;
	memset(text + 4, 'x', CONNSTRING_DEVICE_MAX - 1);
	assert_int_equal(strlen(parse(text).device), CONNSTRING_DEVICE_MAX - 1);
	strcat(text, "x");
	assert_refused(text, "too long");
	strcat(text, "xxxxxxxx");
	assert_refused(text, "too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_new_style_names_every_part),
		cmocka_unit_test(the_old_style_has_the_device_alone),
		cmocka_unit_test(the_framing_may_be_said),
		cmocka_unit_test(what_is_not_said_stays_open),
		cmocka_unit_test(the_last_of_two_counts),
		cmocka_unit_test(only_the_first_equals_sign_splits),
		cmocka_unit_test(mtu_counts_the_base64_characters),
		cmocka_unit_test(unknown_keys_are_refused_with_those_there_are),
		cmocka_unit_test(numbers_must_be_numbers_that_can_be),
		cmocka_unit_test(empty_parts_are_refused),
		cmocka_unit_test(a_device_of_any_length_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
