/* SPDX-License-Identifier: Apache-2.0 */
/* The prompt: who is there, what it runs, and how often it is asked for that. */
#include "src/prompt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/link_rig.h"

enum { SECOND = LINK_RIG_SECOND };

struct fixture {
	struct link_rig *rig;
	struct prompt prompt;
};

static void open_board(struct fixture *fixture, const char *options, const char *address)
{
	link_rig_open(fixture->rig, options);
	fixture->rig->settings.port = address;
	assert_int_equal(link_rig_open_device(fixture->rig), STATUS_OK);
}

static void assert_shows(struct fixture *fixture, const char *text)
{
	assert_true(prompt_make(&fixture->prompt, fixture->rig->link));
	assert_string_equal(fixture->prompt.text, text);
}

static void the_version_is_asked_for_once(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };
	unsigned asked;

	open_board(fixture, "", "/dev/ttyACM0");
	assert_int_equal(prompt_ask_at_us(&fixture->prompt, fixture->rig->link), 0);
	assert_shows(fixture, "ttyACM0 1.0.0> ");
	asked = link_rig_requests(fixture->rig);
	assert_int_equal(prompt_ask_at_us(&fixture->prompt, fixture->rig->link), CLOCK_NEVER);
	assert_shows(fixture, "ttyACM0 1.0.0> ");
	assert_int_equal(link_rig_requests(fixture->rig), asked);
}

static void names_are_shortened_and_harmless(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };

	open_board(fixture, "", "loopback:x,\x1b[31m");
	assert_shows(fixture, "loopback:x 1.0.0> ");
	link_disconnect(fixture->rig->link);
	assert_shows(fixture, "smpctl> ");
}

static void a_board_that_gives_no_answer_is_asked_four_times(void **state)
{
	static const uint64_t pauses_us[] = { 1 * SECOND, 4 * SECOND, 16 * SECOND };
	struct fixture *fixture = &(struct fixture){ .rig = *state };

	open_board(fixture, "fault=drop-request@1+", "board");
	for (size_t i = 0; i < sizeof(pauses_us) / sizeof(pauses_us[0]); i++) {
		uint64_t begin_us = link_rig_now_us(fixture->rig);

		assert_shows(fixture, "board> ");
		assert_int_equal(link_rig_now_us(fixture->rig) - begin_us, SECOND / 2);
		assert_int_equal(prompt_ask_at_us(&fixture->prompt, fixture->rig->link),
			link_rig_now_us(fixture->rig) + pauses_us[i]);
		/* Not before it is time. */
		begin_us = link_rig_now_us(fixture->rig);
		assert_shows(fixture, "board> ");
		assert_int_equal(link_rig_now_us(fixture->rig), begin_us);
		link_rig_let_time_pass(fixture->rig, pauses_us[i]);
	}
	assert_shows(fixture, "board> ");
	assert_int_equal(prompt_ask_at_us(&fixture->prompt, fixture->rig->link), CLOCK_NEVER);
}

static void an_answer_that_was_lost_is_asked_for_again(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };

	open_board(fixture, "fault=drop-reply@1", "board");
	assert_shows(fixture, "board> ");
	link_rig_let_time_pass(fixture->rig, 1 * SECOND);
	assert_shows(fixture, "board 1.0.0> ");
}

static void ctrl_c_ends_the_question_and_is_told_of(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };

	open_board(fixture, "fault=drop-request@1+", "board");
	link_rig_interrupt_after(fixture->rig, SECOND / 4);
	assert_false(prompt_make(&fixture->prompt, fixture->rig->link));
	assert_string_equal(fixture->prompt.text, "board> ");
}

static void a_board_that_resets_is_asked_when_it_has_settled(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };
	unsigned asked;

	open_board(fixture, "", "board");
	assert_shows(fixture, "board 1.0.0> ");
	asked = link_rig_requests(fixture->rig);
	flow_door_press_reset(&fixture->rig->door);
	link_attend(fixture->rig->link);
	assert_shows(fixture, "board (away)> ");
	link_rig_let_time_pass(fixture->rig, 2 * SECOND);
	assert_shows(fixture, "board> ");
	assert_int_equal(link_rig_requests(fixture->rig), asked);
	assert_int_equal(prompt_ask_at_us(&fixture->prompt, fixture->rig->link),
		link_settled_at_us(fixture->rig->link));
	link_rig_let_time_pass(fixture->rig, 3 * SECOND);
	assert_shows(fixture, "board 1.0.0> ");
}

static void a_bootloader_is_named(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };

	open_board(fixture, "mode=recovery", "board");
	assert_shows(fixture, "board (recovery)> ");
}

static void a_bootloader_that_our_question_has_trapped_is_reset_once_more(void **state)
{
	struct fixture *fixture = &(struct fixture){ .rig = *state };

	open_board(fixture, "adapter,wait-for-dfu=5000", "board");
	assert_shows(fixture, "board 1.0.0> ");
	link_rig_tell_to_reset(fixture->rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	link_rig_let_time_pass(fixture->rig, 3 * SECOND);
	assert_shows(fixture, "board> ");
	assert_true(link_rig_has_noted(fixture->rig, "it is reset once more"));
	link_rig_let_time_pass(fixture->rig, 8 * SECOND);
	assert_shows(fixture, "board 1.0.0> ");
	assert_int_equal(flow_door_boots(&fixture->rig->door), 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, link_rig_set_up, link_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_version_is_asked_for_once),
		TEST(names_are_shortened_and_harmless),
		TEST(a_board_that_gives_no_answer_is_asked_four_times),
		TEST(an_answer_that_was_lost_is_asked_for_again),
		TEST(ctrl_c_ends_the_question_and_is_told_of),
		TEST(a_board_that_resets_is_asked_when_it_has_settled),
		TEST(a_bootloader_is_named),
		TEST(a_bootloader_that_our_question_has_trapped_is_reset_once_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
