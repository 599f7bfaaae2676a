/* SPDX-License-Identifier: Apache-2.0 */
/* Boards from the command line, from a list, and from what is plugged in; and the file of each. */
#include "src/fleet_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/home.h"

#define V1  TEST_VECTORS_DIR "/images/unsigned_v1.2.3.4.bin"
#define V2  TEST_VECTORS_DIR "/images/unsigned_v2.0.0.bin"
#define BAD TEST_VECTORS_DIR "/images/bad_hash.bin"

enum { PATH_SIZE = 256, TEXT_SIZE = 64 * 1024 };

struct fixture {
	void *home;
	char from[PATH_SIZE];
	struct settings settings;
	struct port_list ports;
	struct capture notes;
	struct output output;
	struct fleet_list list;
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	assert_int_equal(home_open(&fixture->home), 0);
	home_path(fixture->home, "list", fixture->from);
	settings_default(&fixture->settings);
	capture_open(&fixture->notes);
	fixture->output = (struct output){ .notes = fixture->notes.file };
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fleet_list_free(&fixture->list);
	capture_close(&fixture->notes);
	assert_int_equal(home_close(&fixture->home), 0);
	test_free(fixture);
	return 0;
}

static enum status make(struct fixture *fixture, const char *path)
{
	fleet_list_free(&fixture->list);
	fixture->list = (struct fleet_list){ .count = 0 };
	fixture->err = (struct err){ .status = STATUS_OK };
	return fleet_list_make(&fixture->settings, path, &fixture->ports, &fixture->output,
		&fixture->list, &fixture->err);
}

static enum status make_from(struct fixture *fixture, const char *path, const char *text)
{
	home_put(fixture->home, "list", text);
	fixture->settings.from = fixture->from;
	return make(fixture, path);
}

/* The list is wrong in this line, as the message says. */
static void assert_wrong(struct fixture *fixture, const char *text, int line, const char *message)
{
	char wanted[PATH_SIZE + 128];

	snprintf(wanted, sizeof(wanted), "%s:%d: %s", fixture->from, line, message);
	assert_int_equal(make_from(fixture, V1, text), STATUS_USAGE);
	assert_string_equal(fixture->err.message, wanted);
}

static void add_port(struct fixture *fixture, const char *text)
{
	assert_int_equal(
		option_set(option_find_name("port", 4), text, &fixture->settings, ERR_IGNORED),
		STATUS_OK);
}

static void named_ports_share_the_file(void **state)
{
	struct fixture *fixture = *state;

	add_port(fixture, "/dev/ttyACM1");
	add_port(fixture, "loopback:b");
	assert_int_equal(make(fixture, V1), STATUS_OK);
	assert_int_equal(fixture->list.count, 2);
	assert_string_equal(fixture->list.boards[0].name, "/dev/ttyACM1");
	assert_string_equal(fixture->list.boards[1].settings.port, "loopback:b");
	assert_int_equal(fixture->list.file_count, 1);
	assert_ptr_equal(fixture->list.boards[0].firmware, fixture->list.boards[1].firmware);
	assert_int_equal(fixture->list.boards[1].parts->count, 1);
}

static void without_a_port_the_only_one_is_meant(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(make(fixture, V1), STATUS_OK);
	assert_int_equal(fixture->list.count, 1);
	assert_string_equal(fixture->list.boards[0].settings.port, "usb:*:*");
}

static void each_line_is_a_board_with_its_own_file_and_settings(void **state)
{
	struct fixture *fixture = *state;
	const struct fleet_board *boards;

	fixture->settings.baud = 9600;
	assert_int_equal(make_from(fixture, V1,
				 "# the rack\n"
				 "\n"
				 "ttyS1 " V2 " mtu=512 image=0\r\n"
				 "usb:2fe3:0100:7001  baud=1000000\n"
				 "ttyS2"),
		STATUS_OK);
	boards = fixture->list.boards;
	assert_int_equal(fixture->list.count, 3);
	assert_string_equal(boards[0].name, "ttyS1");
	assert_string_equal(boards[0].file, V2);
	assert_int_equal(boards[0].settings.mtu, 512);
	assert_int_equal(boards[0].settings.baud, 9600);
	assert_string_equal(boards[1].settings.port, "usb:2fe3:0100:7001");
	assert_string_equal(boards[1].file, V1);
	assert_int_equal(boards[1].settings.baud, 1000000);
	assert_int_equal(boards[1].settings.mtu, 0);
	assert_string_equal(boards[2].name, "ttyS2");
	assert_int_equal(boards[2].settings.baud, 9600);
	assert_int_equal(fixture->list.file_count, 2);
	assert_ptr_equal(boards[1].firmware, boards[2].firmware);
	assert_ptr_not_equal(boards[0].firmware, boards[1].firmware);
}

static void a_file_is_opened_anew_for_another_image_or_key(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(make_from(fixture, NULL,
				 "a " V1 "\n"
				 "b " V1 " image=1\n"
				 "c " V1 " image=1\n"
				 "d " V1 " key=\n"
				 "e " V1 "\n"),
		STATUS_OK);
	assert_int_equal(fixture->list.file_count, 3);
	assert_ptr_equal(fixture->list.boards[1].parts, fixture->list.boards[2].parts);
	assert_ptr_not_equal(fixture->list.boards[0].parts, fixture->list.boards[3].parts);
	assert_ptr_equal(fixture->list.boards[0].parts, fixture->list.boards[4].parts);
}

static void what_is_wrong_in_a_list_is_told_with_its_line(void **state)
{
	struct fixture *fixture = *state;

	assert_wrong(fixture, "a\n\nb x y\n", 3, "one board takes one firmware file");
	assert_wrong(fixture, "a\n#\na\n", 3, "a is named twice");
	assert_wrong(fixture, "a baud=fast", 1,
		"--baud takes a number from 50 to 20000000, not \"fast\"");
	assert_wrong(fixture, "a\nusb:xyz:1\n", 2, "usb:xyz:1: \"xyz:1\" is no VID:PID[:SERIAL]");
	assert_wrong(fixture, "a\nb jobs=3", 2, "a board has no setting \"jobs\"");
}

static void a_board_without_a_file_is_told_with_its_line(void **state)
{
	struct fixture *fixture = *state;
	char wanted[PATH_SIZE + 128];

	snprintf(wanted, sizeof(wanted),
		"%s:2: no firmware file, neither here nor on the command line", fixture->from);
	assert_int_equal(make_from(fixture, NULL, "a " V1 "\nb\n"), STATUS_USAGE);
	assert_string_equal(fixture->err.message, wanted);
}

static void a_list_without_boards_is_none(void **state)
{
	struct fixture *fixture = *state;
	char wanted[PATH_SIZE + 128];

	snprintf(wanted, sizeof(wanted), "%s names no board", fixture->from);
	assert_int_equal(make_from(fixture, V1, "# nothing\n\n"), STATUS_USAGE);
	assert_string_equal(fixture->err.message, wanted);
	assert_int_equal(make_from(fixture, V1, ""), STATUS_USAGE);
	fixture->settings.from = "/nowhere/list";
	assert_int_equal(make(fixture, V1), STATUS_USAGE);
	assert_string_equal(fixture->err.message, "/nowhere/list: No such file or directory");
	assert_int_equal(fixture->err.status, STATUS_USAGE);
}

static void more_boards_than_there_may_be_are_refused(void **state)
{
	struct fixture *fixture = *state;
	char *text = test_calloc(1, TEXT_SIZE);
	int len = 0;

	for (int i = 0; i <= FLEET_BOARDS_MAX; i++)
		len += snprintf(text + len, (size_t)(TEXT_SIZE - len), "board%d\n", i);
	assert_wrong(fixture, text, FLEET_BOARDS_MAX + 1, "more than 256 boards at once");
	test_free(text);
}

static void a_file_that_no_bootloader_takes_stops_it_all(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(make_from(fixture, V1, "a\nb " BAD "\n"), STATUS_BAD_FILE);
	assert_int_equal(make_from(fixture, V1, "a\nb nowhere.bin\n"), STATUS_BAD_FILE);
	fixture->settings.from = NULL;
	assert_int_equal(make(fixture, ""), STATUS_USAGE);
	assert_int_equal(make(fixture, NULL), STATUS_USAGE);
	assert_string_equal(fixture->err.message, "no firmware file was named");
}

static void one_trace_is_not_for_several_boards(void **state)
{
	struct fixture *fixture = *state;

	fixture->settings.trace = "t";
	assert_int_equal(make_from(fixture, V1, "a\nb trace=u\n"), STATUS_OK);
	assert_int_equal(make_from(fixture, V1, "a\nb\n"), STATUS_USAGE);
	assert_string_equal(fixture->err.message, "one trace, t, for several boards");
}

static struct port_info usb_port(
	const char *node, uint16_t product_id, const char *serial_number, const char *place)
{
	struct port_info info = { .is_usb = true, .vendor_id = 0x2fe3, .product_id = product_id };

	snprintf(info.node, sizeof(info.node), "%s", node);
	snprintf(info.serial_number, sizeof(info.serial_number), "%s", serial_number);
	snprintf(info.place, sizeof(info.place), "%s", place);
	return info;
}

static void all_takes_every_port_that_matches(void **state)
{
	struct fixture *fixture = *state;
	struct port_info ports[] = { usb_port("/dev/ttyACM0", 0x0100, "7001", "1-1"),
		usb_port("/dev/ttyACM1", 0x000a, "7002", "1-2"),
		usb_port("/dev/ttyACM2", 0x0100, "7003", "1-3.1"), { .node = "/dev/ttyS0" } };

	fixture->ports = (struct port_list){ .ports = ports, .count = 4 };
	fixture->settings.all = true;
	add_port(fixture, "usb:2fe3:0100");
	assert_int_equal(make(fixture, V1), STATUS_OK);
	assert_int_equal(fixture->list.count, 2);
	assert_string_equal(fixture->list.boards[0].name, "usb:2fe3:0100:7001");
	assert_string_equal(fixture->list.boards[1].name, "usb:2fe3:0100:7003");
	/* The ids alone would mean two when the second board has come back from its bootloader. */
	assert_string_equal(fixture->list.boards[1].settings.port, "usb-path:1-3.1/0");
	fixture->settings.port = NULL;
	assert_int_equal(make(fixture, V1), STATUS_OK);
	assert_int_equal(fixture->list.count, 3);
	assert_string_equal(fixture->list.boards[1].name, "usb:2fe3:000a");
	fixture->settings.port = "/dev/ttyS0";
	assert_int_equal(make(fixture, V1), STATUS_OK);
	assert_string_equal(fixture->list.boards[0].settings.port, "/dev/ttyS0");
}

static void all_of_none_is_no_port(void **state)
{
	struct fixture *fixture = *state;
	struct port_info port = usb_port("/dev/ttyACM0", 0x0100, "7001", "1-1");

	fixture->settings.all = true;
	assert_int_equal(make(fixture, V1), STATUS_NO_PORT);
	assert_string_equal(fixture->err.message, "no serial port matches usb:*:*");
	fixture->ports = (struct port_list){ .ports = &port, .count = 1 };
	fixture->settings.port = "usb:1366:*";
	assert_int_equal(make(fixture, V1), STATUS_NO_PORT);
	assert_string_equal(
		fixture->err.hint, "these ports are here: /dev/ttyACM0 (usb:2fe3:0100)");
	fixture->settings.port = "usb:zz:1";
	assert_int_equal(make(fixture, V1), STATUS_USAGE);
}

static void what_is_for_several_makes_a_fleet_of_one(void **state)
{
	struct fixture *fixture = *state;

	assert_false(fleet_is_wanted(&fixture->settings));
	add_port(fixture, "a");
	assert_false(fleet_is_wanted(&fixture->settings));
	fixture->settings.report = "r.xml";
	assert_true(fleet_is_wanted(&fixture->settings));
	fixture->settings.report = NULL;
	add_port(fixture, "b");
	assert_true(fleet_is_wanted(&fixture->settings));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(named_ports_share_the_file),
		TEST(without_a_port_the_only_one_is_meant),
		TEST(each_line_is_a_board_with_its_own_file_and_settings),
		TEST(a_file_is_opened_anew_for_another_image_or_key),
		TEST(what_is_wrong_in_a_list_is_told_with_its_line),
		TEST(a_board_without_a_file_is_told_with_its_line),
		TEST(a_list_without_boards_is_none),
		TEST(more_boards_than_there_may_be_are_refused),
		TEST(a_file_that_no_bootloader_takes_stops_it_all),
		TEST(one_trace_is_not_for_several_boards),
		TEST(all_takes_every_port_that_matches),
		TEST(all_of_none_is_no_port),
		TEST(what_is_for_several_makes_a_fleet_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
