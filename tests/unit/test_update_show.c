/* SPDX-License-Identifier: Apache-2.0 */
/* What an update says: its plan, its steps, its result. */
#include "src/update_show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/sight.h"

enum { TEXT_MAX = 1024, SIZE = 2048 };

struct fixture {
	struct update_plan plan;
	struct update_outline outline;
	struct firmware_part part;
	struct upload_item item;
	char text[TEXT_MAX];
};

/* The outline of an update of one image of 2 KiB, when the device shows this. */
static void look(struct fixture *fixture, enum sight sight)
{
	struct update_view view;

	fixture->part =
		(struct firmware_part){ .bytes = { .len = SIZE }, .image.version = { .major = 2 } };
	fixture->item =
		(struct upload_item){ .part = &fixture->part, .has_target = true, .target = 1 };
	sight_show(sight, &view);
	assert_int_equal(update_plan_saw(&fixture->plan, &view, ERR_IGNORED), STATUS_OK);
	fixture->outline = (struct update_outline){
		.parts = { { &fixture->item, fixture->plan.places[0], "1.0.0" } },
		.count = 1,
		.plan = &fixture->plan,
	};
}

static void expect_text(struct fixture *fixture, void (*show)(struct fixture *, struct output *),
	const char *wanted)
{
	struct output output = { .notes = fmemopen(fixture->text, TEXT_MAX, "w") };

	assert_non_null(output.notes);
	memset(fixture->text, 0, TEXT_MAX);
	show(fixture, &output);
	fclose(output.notes);
	assert_string_equal(fixture->text, wanted);
}

static void show_outline(struct fixture *fixture, struct output *output)
{
	update_show_outline(&fixture->outline, "PORT", output);
}

static void begin(struct fixture *fixture)
{
	*fixture = (struct fixture){ .plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE) };
}

static void expect_outline(enum sight sight, const char *wanted)
{
	struct fixture fixture;

	begin(&fixture);
	look(&fixture, sight);
	expect_text(&fixture, show_outline, wanted);
}

static void the_outline_says_what_is_left_to_do(void **state)
{
	(void)state;
	expect_outline(ABSENT, "plan for PORT:\n"
			       "  image 0: 1.0.0 -> 2.0.0, 2.0 KiB for slot 1, to be sent\n"
			       "  send, mark for test, reset, wait, check, confirm\n");
	expect_outline(HELD, "plan for PORT:\n"
			     "  image 0: 1.0.0 -> 2.0.0, 2.0 KiB, is on the device already\n"
			     "  mark for test, reset, wait, check, confirm\n");
	expect_outline(MARKED,
		"plan for PORT:\n"
		"  image 0: 1.0.0 -> 2.0.0, 2.0 KiB, is on the device, boots at the next reset\n"
		"  reset, wait, check, confirm\n");
	expect_outline(RUNS, "plan for PORT:\n"
			     "  image 0: 1.0.0 -> 2.0.0, 2.0 KiB, runs, not confirmed\n"
			     "  check, confirm\n");
}

static void the_outline_names_what_comes_first(void **state)
{
	(void)state;
	expect_outline(OTHER_PENDING,
		"plan for PORT:\n"
		"  image 0: 1.0.0 -> 2.0.0, 2.0 KiB for slot 1, to be sent\n"
		"  first a reset: the bootloader has to settle what is pending or under test\n"
		"  send, mark for test, reset, wait, check, confirm\n");
	expect_outline(RECOVERY_HOLDS,
		"plan for PORT:\n"
		"  image 0: 1.0.0 -> 2.0.0, 2.0 KiB, is on the device already\n"
		"  reset into the application, and go on from there\n");
}

static void the_outline_warns_where_there_is_no_way_back(void **state)
{
	(void)state;
	expect_outline(SINGLE_SLOT, "plan for PORT:\n"
				    "  image 0: 1.0.0 -> 2.0.0, 2.0 KiB for slot 0, to be sent\n"
				    "  go into serial recovery, send, reset, wait, check\n"
				    "  there is no way back: the new image replaces the old one\n");
	expect_outline(XIP_HELD,
		"plan for PORT:\n"
		"  image 0: 1.0.0 -> 2.0.0, 2.0 KiB, is on the device already\n"
		"  reset, wait, check\n"
		"  there is no way back: the bootloader boots the highest version\n");
}

static void options_change_the_course(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture);
	fixture.plan.goal.for_good = true;
	fixture.plan.goal.has_check = false;
	look(&fixture, HELD);
	fixture.outline.upload_us = 1500 * 1000;
	expect_text(&fixture, show_outline,
		"plan for PORT:\n"
		"  image 0: 1.0.0 -> 2.0.0, 2.0 KiB, is on the device already\n"
		"  mark for good, reset, wait; sending takes about 1.5 s\n");
	begin(&fixture);
	fixture.plan.goal.no_reset = true;
	look(&fixture, HELD);
	fixture.outline.parts[0].from[0] = '\0';
	expect_text(&fixture, show_outline,
		"plan for PORT:\n"
		"  image 0: (unknown) -> 2.0.0, 2.0 KiB, is on the device already\n"
		"  mark for test\n");
}

static void show_step(struct fixture *fixture, struct output *output)
{
	update_show_step(&fixture->plan, &fixture->item, output);
}

static void steps_that_take_a_while_are_announced(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture);
	look(&fixture, ABSENT);
	/* The one image of a plain file needs no name. */
	expect_text(&fixture, show_step, "");
	memcpy(fixture.part.name, "app\n.bin", sizeof("app\n.bin"));
	expect_text(&fixture, show_step, "sending image 0: app\\n.bin\n");
	fixture.plan.step = UPDATE_RESET;
	expect_text(&fixture, show_step, "resetting\n");
	fixture.plan.reset = UPDATE_RESET_SETTLE;
	expect_text(&fixture, show_step,
		"resetting, so that the bootloader settles what is pending or under test\n");
	fixture.plan.view.facts.is_recovery = true;
	expect_text(&fixture, show_step, "resetting into the application\n");
	fixture.plan.step = UPDATE_WAIT;
	expect_text(&fixture, show_step, "waiting until the device is back\n");
	fixture.plan.step = UPDATE_COMPARE;
	expect_text(&fixture, show_step, "");
}

static void expect_outcome(enum update_outcome outcome, const char *wanted)
{
	struct update_report report = {
		.outcome = outcome,
		.last_step = UPDATE_WAIT,
		.from = "1.0.0",
		.to = "2.0.0",
		.runs = "2.0.0",
	};
	char storage[128];
	struct buf out = BUF_OVER(storage);

	update_append_outcome(&report, &out);
	assert_string_equal(buf_text(&out), wanted);
}

static void every_outcome_has_its_words(void **state)
{
	(void)state;
	expect_outcome(UPDATE_OUTCOME_ALREADY, "2.0.0 runs already and is confirmed");
	expect_outcome(UPDATE_OUTCOME_PLANNED, "nothing was changed (--dry-run)");
	expect_outcome(UPDATE_OUTCOME_MARKED, "2.0.0 is on the device and boots at the next reset");
	expect_outcome(UPDATE_OUTCOME_TESTING, "2.0.0 runs until the next reset (--test-only)");
	expect_outcome(UPDATE_OUTCOME_UPDATED, "2.0.0 runs and is confirmed (1.0.0 before)");
	expect_outcome(UPDATE_OUTCOME_ROLLED_BACK, "taken back: 2.0.0 runs");
	expect_outcome(UPDATE_OUTCOME_FAILED, "failed (wait), 2.0.0 was seen to run last");
}

static void a_report_has_all_its_members(void **state)
{
	static const struct update_report report = {
		.outcome = UPDATE_OUTCOME_ROLLED_BACK,
		.to = "2.0.0",
		.bytes = 3000,
		.upload_us = 1500 * 1000,
		.duration_us = 2500 * 1000,
		.resets = 2,
	};
	struct doc *doc = doc_new();
	struct capture out;

	(void)state;
	update_put_report(&report, doc);
	capture_open(&out);
	assert_true(doc_write(doc, out.file));
	assert_string_equal(capture_text(&out),
		"{\"outcome\": \"rolled_back\", \"from\": null, \"to\": \"2.0.0\", \"runs\": null, "
		"\"bytes\": 3000, \"seconds\": 2.5, \"bytes_per_second\": 2000.0, \"resets\": "
		"2}\n");
	capture_close(&out);
	doc_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_outline_says_what_is_left_to_do),
		cmocka_unit_test(the_outline_names_what_comes_first),
		cmocka_unit_test(the_outline_warns_where_there_is_no_way_back),
		cmocka_unit_test(options_change_the_course),
		cmocka_unit_test(steps_that_take_a_while_are_announced),
		cmocka_unit_test(every_outcome_has_its_words),
		cmocka_unit_test(a_report_has_all_its_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
