/* SPDX-License-Identifier: Apache-2.0 */
/* The device between commands: kept open, changed, let go, listened to. */
#include "src/link.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/presence.h"
#include "tests/support/link_rig.h"

enum { MS = LINK_RIG_MS, SECOND = LINK_RIG_SECOND };

static void the_open_port_is_used_again(void **state)
{
	struct link_rig *rig = *state;
	struct port *port;
	unsigned generation;

	link_rig_open_all(rig, "");
	port = rig->port;
	generation = link_generation(rig->link);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_ptr_equal(rig->port, port);
	assert_ptr_equal(link_port(rig->link), port);
	assert_int_equal(rig->door.opens, 1);
	assert_int_equal(link_generation(rig->link), generation);
}

static void another_connection_takes_its_place(void **state)
{
	struct link_rig *rig = *state;
	char name[] = "other";
	unsigned generation;

	link_rig_open_all(rig, "");
	generation = link_generation(rig->link);
	rig->settings.port = name;
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_int_equal(rig->door.opens, 2);
	assert_int_not_equal(link_generation(rig->link), generation);
	/* The settings are the link's own. */
	name[0] = '\0';
	assert_string_equal(port_name(rig->port), "other");
	rig->settings.port = "other";
	rig->settings.timeout_ms++;
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_int_equal(rig->door.opens, 3);
}

static void who_was_let_go_is_opened_again_for_a_command_or_between(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "");
	link_release(rig->link);
	assert_null(port_client(rig->port));
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_int_equal(rig->door.opens, 2);
	link_release(rig->link);
	link_restore(rig->link);
	assert_non_null(port_client(rig->port));
	assert_int_equal(rig->door.opens, 3);
}

static void who_was_disconnected_stays_so_until_a_command_comes(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "");
	link_disconnect(rig->link);
	link_restore(rig->link);
	assert_null(port_client(rig->port));
	link_rig_let_time_pass(rig, 20 * SECOND);
	assert_int_equal(rig->door.opens, 1);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	link_release(rig->link);
	link_restore(rig->link);
	assert_int_equal(rig->door.opens, 3);
}

/* It speaks behind some of its answers. */
static void talk(struct link_rig *rig)
{
	for (int i = 0; i < 10; i++) {
		assert_int_equal(presence_hail(port_client(rig->port), 1000, &rig->err), STATUS_OK);
		link_rig_let_time_pass(rig, 1 * SECOND);
	}
}

static void the_devices_text_is_shown_between_commands(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open(rig, "text-noise");
	link_show_text(rig->link);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	talk(rig);
	assert_true(link_rig_has_noted(rig, "device: "));
}

static void quiet_silences_the_devices_text(void **state)
{
	struct link_rig *rig = *state;
	struct output output;

	link_rig_open(rig, "text-noise");
	output = (struct output){ .notes = rig->notes.file, .quiet = true };
	link_show_text(rig->link);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	link_set_voice(rig->link, &output);
	talk(rig);
	assert_false(link_rig_has_noted(rig, "device: "));
}

static void waiting_tells_why_it_has_ended(void **state)
{
	struct link_rig *rig = *state;
	enum link_news news = LINK_DEVICE;
	int input[2], wake[2];

	link_rig_open_all(rig, "");
	assert_int_equal(pipe(input), 0);
	assert_int_equal(pipe(wake), 0);
	link_wake_on(rig->link, wake[0]);
	assert_int_equal(
		link_wait(rig->link, input[0], link_rig_now_us(rig) + SECOND, &news, &rig->err),
		STATUS_OK);
	assert_int_equal(news, LINK_TIME);

	link_rig_interrupt_after(rig, SECOND);
	assert_int_equal(
		link_wait(rig->link, input[0], CLOCK_NEVER, &news, &rig->err), STATUS_INTERRUPTED);

	assert_int_equal(write(wake[1], "", 1), 1);
	news = LINK_DEVICE;
	assert_int_equal(link_wait(rig->link, input[0], CLOCK_NEVER, &news, &rig->err), STATUS_OK);
	assert_int_equal(news, LINK_TIME);

	assert_int_equal(write(input[1], "", 1), 1);
	assert_int_equal(link_wait(rig->link, input[0], CLOCK_NEVER, &news, &rig->err), STATUS_OK);
	assert_int_equal(news, LINK_INPUT);
	link_wake_on(rig->link, -1);

	flow_door_press_reset(&rig->door);
	assert_int_equal(link_wait(rig->link, -1, CLOCK_NEVER, &news, &rig->err), STATUS_OK);
	assert_int_equal(news, LINK_DEVICE);
	for (int i = 0; i < 2; i++) {
		close(input[i]);
		close(wake[i]);
	}
}

static void a_ctrl_c_that_came_too_late_is_forgotten(void **state)
{
	struct link_rig *rig = *state;
	enum link_news news;

	link_rig_open_all(rig, "");
	raise(SIGINT);
	link_forget_interrupts(rig->link);
	assert_int_equal(link_wait(rig->link, -1, link_rig_now_us(rig) + SECOND, &news, &rig->err),
		STATUS_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, link_rig_set_up, link_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_open_port_is_used_again),
		TEST(another_connection_takes_its_place),
		TEST(who_was_let_go_is_opened_again_for_a_command_or_between),
		TEST(who_was_disconnected_stays_so_until_a_command_comes),
		TEST(the_devices_text_is_shown_between_commands),
		TEST(quiet_silences_the_devices_text),
		TEST(waiting_tells_why_it_has_ended),
		TEST(a_ctrl_c_that_came_too_late_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
