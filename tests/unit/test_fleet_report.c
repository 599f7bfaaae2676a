/* SPDX-License-Identifier: Apache-2.0 */
/* The result of a fleet as a table, as JSON and as JUnit's XML. */
#include "src/fleet_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"

enum { BOARDS = 4 };

struct fixture {
	struct fleet_board boards[BOARDS];
	struct fleet_config config;
	struct capture capture;
};

/* One updated, one rolled back, one that failed, one that was not started. */
static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct fleet_board *boards = fixture->boards;

	boards[0].name = "usb:2fe3:0100:7001";
	boards[0].report = (struct update_report){
		.outcome = UPDATE_OUTCOME_UPDATED,
		.from = "1.0.0",
		.to = "2.0.0",
		.runs = "2.0.0",
		.bytes = 204800,
		.upload_us = 2000000,
		.duration_us = 12345678,
		.resets = 1,
	};
	boards[1].name = "a<b>&\"c'\xff\x1b\xef\xbf\xbf";
	boards[1].status = err_set(&boards[1].err, STATUS_NOT_UPDATED, "the check failed: \"<&>\"");
	boards[1].report = (struct update_report){
		.outcome = UPDATE_OUTCOME_ROLLED_BACK,
		.from = "1.0.0",
		.to = "2.0.0",
		.runs = "1.0.0",
	};
	boards[2].name = "ttyS0";
	boards[2].status = err_set(&boards[2].err, STATUS_TIMEOUT, "no reply\n");
	boards[3].name = "ttyS1";
	boards[3].state = FLEET_SKIPPED;
	for (size_t i = 0; i < BOARDS; i++) {
		boards[i].file = "app.bin";
		boards[i].state = i < 3 ? FLEET_ENDED : FLEET_SKIPPED;
	}
	fixture->config = (struct fleet_config){ .boards = boards, .count = BOARDS };
	capture_open(&fixture->capture);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	capture_close(&fixture->capture);
	test_free(fixture);
	return 0;
}

static void the_table_has_a_line_per_board_and_the_errors_below(void **state)
{
	struct fixture *fixture = *state;

	fixture->boards[1].name = "loopback:b";
	fleet_report_printer()->text(&fixture->config, fixture->capture.file);
	assert_string_equal(capture_text(&fixture->capture),
		"BOARD               FROM   TO     SECONDS        SPEED  OUTCOME\n"
		"usb:2fe3:0100:7001  1.0.0  2.0.0     12.3  100.0 KiB/s  updated\n"
		"loopback:b          1.0.0  2.0.0      0.0            -  rolled_back\n"
		"ttyS0               -      -          0.0            -  timeout\n"
		"ttyS1               -      -            -            -  skipped\n"
		"loopback:b: the check failed: \"<&>\"\n"
		"ttyS0: no reply\\n\n");
}

static void json_has_an_object_per_board_and_counts_them(void **state)
{
	struct fixture *fixture = *state;
	const char *text;

	assert_true(fleet_report_write(&fixture->config, "report.json", fixture->capture.file));
	text = capture_text(&fixture->capture);
	assert_non_null(strstr(text, "\"board\": \"usb:2fe3:0100:7001\""));
	assert_non_null(strstr(text, "\"outcome\": \"rolled_back\""));
	assert_non_null(strstr(text, "\"outcome\": \"skipped\""));
	assert_non_null(strstr(text, "\"status\": \"timeout\""));
	assert_non_null(strstr(text, "\"succeeded\": 1"));
	assert_non_null(strstr(text, "\"failed\": 2"));
	assert_non_null(strstr(text, "\"skipped\": 1"));
}

static void junit_has_a_case_per_board_and_nothing_that_xml_cannot_hold(void **state)
{
	struct fixture *fixture = *state;

	assert_true(fleet_report_write(&fixture->config, "r.xml", fixture->capture.file));
	assert_string_equal(capture_text(&fixture->capture),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"smpctl update\" tests=\"4\" failures=\"2\" errors=\"0\" "
		"skipped=\"1\" time=\"12.346\">\n"
		"  <testcase classname=\"smpctl.update\" name=\"usb:2fe3:0100:7001\" "
		"time=\"12.346\">\n"
		"  </testcase>\n"
		"  <testcase classname=\"smpctl.update\" "
		"name=\"a&#60;b&#62;&#38;&#34;c'\\xff\\x1b?\" time=\"0.000\">\n"
		"    <failure type=\"not-updated\" "
		"message=\"the check failed: &#34;&#60;&#38;&#62;&#34;\"/>\n"
		"  </testcase>\n"
		"  <testcase classname=\"smpctl.update\" name=\"ttyS0\" time=\"0.000\">\n"
		"    <failure type=\"timeout\" message=\"no reply\\n\"/>\n"
		"  </testcase>\n"
		"  <testcase classname=\"smpctl.update\" name=\"ttyS1\" time=\"0.000\">\n"
		"    <skipped message=\"not started\"/>\n"
		"  </testcase>\n"
		"</testsuite>\n");
}

static void a_report_that_cannot_be_written_is_told(void **state)
{
	static const char *const paths[] = { "r.json", "r.xml" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < 2; i++) {
		FILE *full = fopen("/dev/full", "w");
		bool is_written;

		assert_non_null(full);
		is_written = fleet_report_write(&fixture->config, paths[i], full);
		assert_true(fclose(full) != 0 || !is_written);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_table_has_a_line_per_board_and_the_errors_below),
		TEST(json_has_an_object_per_board_and_counts_them),
		TEST(junit_has_a_case_per_board_and_nothing_that_xml_cannot_hold),
		TEST(a_report_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
