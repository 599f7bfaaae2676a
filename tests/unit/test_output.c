/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to standard output and what to standard error; the documents have the shapes of cli.md. */
#include "src/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"

struct fixture {
	struct capture results, notes;
	struct output output;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	capture_open(&fixture->results);
	capture_open(&fixture->notes);
	fixture->output = (struct output){
		.results = fixture->results.file,
		.notes = fixture->notes.file,
		.command = "image list",
		.port = "/dev/ttyACM0",
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	capture_close(&fixture->results);
	capture_close(&fixture->notes);
	test_free(fixture);
	return 0;
}

static void print_number(const void *result, FILE *out)
{
	fprintf(out, "number: %d\n", *(const int *)result);
}

static void put_number(const void *result, struct doc *object)
{
	doc_put_int(object, "number", *(const int *)result);
}

static const struct result_printer number_printer = { print_number, put_number };
static const int seven = 7;

static void assert_said(struct fixture *fixture, const char *results, const char *notes)
{
	assert_string_equal(capture_text(&fixture->results), results);
	assert_string_equal(capture_text(&fixture->notes), notes);
}

static void a_result_is_text_on_standard_output(void **state)
{
	struct fixture *fixture = *state;

	output_result(&fixture->output, &number_printer, &seven);
	assert_said(fixture, "number: 7\n", "");
	assert_true(fixture->output.has_result);
	assert_false(fixture->output.has_failed);
}

static void a_result_may_be_a_document(void **state)
{
	struct fixture *fixture = *state;

	fixture->output.json = true;
	output_result(&fixture->output, &number_printer, &seven);
	assert_said(fixture,
		"{\"ok\": true, \"command\": \"image list\", \"port\": \"/dev/ttyACM0\", "
		"\"result\": {\"number\": 7}}\n",
		"");
	assert_true(fixture->output.has_result);
}

static void the_first_word_may_have_a_colour(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	fixture->output.colours = TERMINAL_COLOURS_ALWAYS;
	err_set(&err, STATUS_TIMEOUT, "no reply");
	err_hint(&err, "plug it in");
	output_error(&fixture->output, &err);
	output_note(&fixture->output, "warning: %s", "it is old");
	output_note(&fixture->output, "waiting");
	assert_said(fixture, "",
		"\033[31msmpctl: \033[0mno reply\n"
		"\033[33mhint: \033[0mplug it in\n"
		"\033[33mwarning: \033[0mit is old\n"
		"waiting\n");
	assert_true(output_has_colours(&fixture->output));
}

static void json_never_has_colours(void **state)
{
	struct fixture *fixture = *state;

	fixture->output.json = true;
	fixture->output.colours = TERMINAL_COLOURS_ALWAYS;
	assert_false(output_has_colours(&fixture->output));
}

static void an_error_is_a_line_and_a_hint(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	err_set(&err, STATUS_TIMEOUT, "no reply");
	output_error(&fixture->output, &err);
	err_hint(&err, "plug it in");
	output_error(&fixture->output, &err);
	assert_said(fixture, "", "smpctl: no reply\nsmpctl: no reply\nhint: plug it in\n");
}

static void an_error_is_shown_without_control_characters(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	err_set(&err, STATUS_BAD_FILE, "a\033[31m\n\x7fß\\n: no such file");
	output_error(&fixture->output, &err);
	assert_said(fixture, "", "smpctl: a\\x1b[31m\\x0a\\x7fß\\n: no such file\n");
}

/* Terminals take U+0080 to U+009F, or those bytes alone, for the beginning of a command, too. */
static void an_error_is_shown_without_the_controls_beyond_ascii(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	err_set(&err, STATUS_BAD_FILE, "a\x9b%s\xc2\x9b%s\xc2\xa0\xe2\x9c\x93\xe2", "1m", "2m");
	output_error(&fixture->output, &err);
	assert_said(fixture, "", "smpctl: a\\x9b1m\\xc2\\x9b2m\xc2\xa0\xe2\x9c\x93\\xe2\n");
}

static void a_failure_is_a_document(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	fixture->output.json = true;
	err_set(&err, STATUS_TIMEOUT, "no reply");
	err_hint(&err, "plug it in");
	output_error(&fixture->output, &err);
	assert_said(fixture,
		"{\"ok\": false, \"command\": \"image list\", \"port\": \"/dev/ttyACM0\", "
		"\"error\": {\"status\": \"timeout\", \"exit_code\": 5, \"message\": \"no reply\", "
		"\"hint\": \"plug it in\"}}\n",
		"");
}

static void what_is_not_known_is_null(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	fixture->output.json = true;
	fixture->output.command = NULL;
	fixture->output.port = NULL;
	err_set(&err, STATUS_USAGE, "no command was given");
	output_error(&fixture->output, &err);
	assert_said(fixture,
		"{\"ok\": false, \"command\": null, \"port\": null, \"error\": {\"status\": "
		"\"usage\", \"exit_code\": 2, \"message\": \"no command was given\", "
		"\"hint\": null}}\n",
		"");
}

static void a_group_error_names_its_group(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	fixture->output.json = true;
	err_set(&err, STATUS_DEVICE, "device error");
	err.device = (struct err_device){
		.present = true,
		.group = 1,
		.is_group_error = true,
		.rc = 9,
		.name = "IMAGE_NO_FREE_SLOT",
	};
	output_error(&fixture->output, &err);
	assert_said(fixture,
		"{\"ok\": false, \"command\": \"image list\", \"port\": \"/dev/ttyACM0\", "
		"\"error\": {\"status\": \"device\", \"exit_code\": 7, \"message\": "
		"\"device error\", \"group\": 1, \"rc\": 9, \"rc_name\": \"IMAGE_NO_FREE_SLOT\", "
		"\"hint\": null}}\n",
		"");
}

static void a_general_error_has_no_group_and_a_nameless_one_no_name(void **state)
{
	struct fixture *fixture = *state;
	struct err err;

	fixture->output.json = true;
	err_set(&err, STATUS_DEVICE, "device error");
	err.device = (struct err_device){ .present = true, .group = 1, .rc = 77 };
	output_error(&fixture->output, &err);
	assert_said(fixture,
		"{\"ok\": false, \"command\": \"image list\", \"port\": \"/dev/ttyACM0\", "
		"\"error\": {\"status\": \"device\", \"exit_code\": 7, \"message\": "
		"\"device error\", \"rc\": 77, \"rc_name\": null, \"hint\": null}}\n",
		"");
}

static void a_failure_behind_the_result_spoils_no_document(void **state)
{
	struct fixture *fixture = *state;
	char before[256];
	struct err err;

	fixture->output.json = true;
	output_result(&fixture->output, &number_printer, &seven);
	strcpy(before, capture_text(&fixture->results));
	err_set(&err, STATUS_INTERNAL, "too late");
	output_error(&fixture->output, &err);
	assert_said(fixture, before, "smpctl: too late\n");
}

/* /dev/full takes nothing, as a full disk does. */
static void a_document_that_is_lost_is_not_lost_silently(void **state)
{
	struct fixture *fixture = *state;
	FILE *full = fopen("/dev/full", "w");
	struct err err;

	assert_non_null(full);
	fixture->output.json = true;
	fixture->output.results = full;
	output_result(&fixture->output, &number_printer, &seven);
	assert_true(fixture->output.has_failed);
	fixture->output.has_result = false;
	err_set(&err, STATUS_TIMEOUT, "no reply");
	output_error(&fixture->output, &err);
	assert_said(fixture, "", "smpctl: no reply\n");
	fclose(full);
}

static void notes_are_kept_back_when_quiet(void **state)
{
	struct fixture *fixture = *state;

	output_note(&fixture->output, "slot %d was blank", 1);
	fixture->output.quiet = true;
	output_note(&fixture->output, "slot %d was blank", 2);
	assert_said(fixture, "", "slot 1 was blank\n");
}

static void details_are_for_the_verbose(void **state)
{
	struct fixture *fixture = *state;

	output_detail(&fixture->output, "try %d", 1);
	fixture->output.verbose = true;
	output_detail(&fixture->output, "try %d\r", 2);
	assert_said(fixture, "", "try 2\\x0d\n");
}

static void what_can_be_said_of_a_failure_stands_in_its_document(void **state)
{
	struct fixture *fixture = *state;
	struct err err = { .status = STATUS_OK };

	fixture->output.json = true;
	output_partial_result(&fixture->output, &number_printer, &seven);
	assert_said(fixture, "", "");
	err_set(&err, STATUS_BAD_FILE, "broken");
	output_error(&fixture->output, &err);
	assert_said(fixture,
		"{\"ok\": false, \"command\": \"image list\", \"port\": \"/dev/ttyACM0\", "
		"\"result\": {\"number\": 7}, \"error\": {\"status\": \"bad-file\", "
		"\"exit_code\": 8, \"message\": \"broken\", \"hint\": null}}\n",
		"");
}

static void what_can_be_said_of_a_failure_comes_before_it_as_text(void **state)
{
	struct fixture *fixture = *state;
	struct err err = { .status = STATUS_OK };

	output_partial_result(&fixture->output, &number_printer, &seven);
	err_set(&err, STATUS_BAD_FILE, "broken");
	output_error(&fixture->output, &err);
	assert_said(fixture, "number: 7\n", "smpctl: broken\n");
}

int main(void)
{
#define OUTPUT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		OUTPUT_TEST(a_result_is_text_on_standard_output),
		OUTPUT_TEST(a_result_may_be_a_document),
		OUTPUT_TEST(an_error_is_a_line_and_a_hint),
		OUTPUT_TEST(the_first_word_may_have_a_colour),
		OUTPUT_TEST(json_never_has_colours),
		OUTPUT_TEST(an_error_is_shown_without_control_characters),
		OUTPUT_TEST(an_error_is_shown_without_the_controls_beyond_ascii),
		OUTPUT_TEST(a_failure_is_a_document),
		OUTPUT_TEST(what_is_not_known_is_null),
		OUTPUT_TEST(a_group_error_names_its_group),
		OUTPUT_TEST(a_general_error_has_no_group_and_a_nameless_one_no_name),
		OUTPUT_TEST(a_failure_behind_the_result_spoils_no_document),
		OUTPUT_TEST(what_can_be_said_of_a_failure_stands_in_its_document),
		OUTPUT_TEST(what_can_be_said_of_a_failure_comes_before_it_as_text),
		OUTPUT_TEST(a_document_that_is_lost_is_not_lost_silently),
		OUTPUT_TEST(notes_are_kept_back_when_quiet),
		OUTPUT_TEST(details_are_for_the_verbose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
