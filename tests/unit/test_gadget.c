/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device side of a USB serial port, with a folder of plain files for configfs and a pseudo-terminal
 * for /dev/ttyGS. tests/usb-vm has the real ones.
 */
#include "transport/gadget.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

enum { WAIT_MS = 5000, PATH_SIZE = 512 };

#define CONTROLLER "dummy_udc.2"

struct fixture {
	char folder[32];
	int kernel; /* the other end of the terminal */
	struct gadget gadget;
	struct transport *board; /* NULL until it is plugged in */
};

static void in_folder(const struct fixture *fixture, const char *name, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s", fixture->folder, name);
}

static void put_file(const struct fixture *fixture, const char *name, const char *text)
{
	char path[PATH_SIZE];
	FILE *file;

	in_folder(fixture, name, path);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_file(const struct fixture *fixture, const char *name, const char *wanted)
{
	char path[PATH_SIZE];
	char text[64] = "";
	FILE *file;

	in_folder(fixture, name, path);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, wanted);
}

static void make_folder(const struct fixture *fixture, const char *name)
{
	char path[PATH_SIZE];

	in_folder(fixture, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* A new terminal, under the name that the gadget's always has. */
static void make_terminal(struct fixture *fixture)
{
	char path[PATH_SIZE];

	fixture->kernel = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fixture->kernel >= 0);
	assert_int_equal(unlockpt(fixture->kernel), 0);
	in_folder(fixture, "tty", path);
	unlink(path);
	assert_int_equal(symlink(ptsname(fixture->kernel), path), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/test_gadget.XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	make_folder(fixture, "functions");
	make_folder(fixture, "functions/ecm.0");
	make_folder(fixture, "functions/acm.0");
	make_folder(fixture, "functions/acm.1");
	put_file(fixture, "functions/acm.1/port_num", "4\n");
	put_file(fixture, "functions/acm.0/port_num", "3\n");
	put_file(fixture, "idProduct", "0x0100\n");
	put_file(fixture, "UDC", "\n");
	make_terminal(fixture);
	assert_int_equal(
		gadget_find(fixture->folder, CONTROLLER, &fixture->gadget, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "tty", "UDC", "idProduct", "functions/acm.0/port_num",
		"functions/acm.1/port_num", "functions/acm.1", "functions/acm.0", "functions/ecm.0",
		"functions", "" };
	struct fixture *fixture = *state;
	char path[PATH_SIZE];

	transport_close(fixture->board);
	close(fixture->kernel);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		in_folder(fixture, names[i], path);
		remove(path);
	}
	assert_int_not_equal(access(fixture->folder, F_OK), 0);
	free(fixture);
	return 0;
}

static void plug_in(struct fixture *fixture, uint16_t product)
{
	snprintf(fixture->gadget.tty, sizeof(fixture->gadget.tty), "%s/tty", fixture->folder);
	assert_int_equal(
		gadget_open(&fixture->gadget, product, &fixture->board, ERR_IGNORED), STATUS_OK);
}

/* The board reads until it has as much as was sent. */
static void assert_board_reads(struct fixture *fixture, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	while (out.len < strlen(wanted)) {
		struct pollfd fd = transport_pollfd(fixture->board, false);

		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		assert_int_equal(transport_read(fixture->board, 0, &out, ERR_IGNORED), STATUS_OK);
	}
	assert_true(span_equal(buf_span(&out), span_from_text(wanted)));
}

static void assert_board_finds_nothing(struct fixture *fixture)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	assert_int_equal(transport_read(fixture->board, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
}

static void test_its_terminal_and_its_product_are_found(void **state)
{
	const struct fixture *fixture = *state;

	assert_string_equal(fixture->gadget.tty, "/dev/ttyGS3");
	assert_string_equal(fixture->gadget.controller, CONTROLLER);
	assert_int_equal(fixture->gadget.product, 0x0100);
}

static void test_another_folder_is_no_gadget(void **state)
{
	struct gadget gadget;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(gadget_find("/tmp", CONTROLLER, &gadget, &err), STATUS_USAGE);
	assert_string_equal(err.message, "/tmp is no USB gadget: No such file or directory");
}

static void test_a_gadget_without_a_serial_port_is_refused(void **state)
{
	static const char *const names[] = { "functions/acm.0/port_num", "functions/acm.0",
		"functions/acm.1/port_num", "functions/acm.1" };
	struct fixture *fixture = *state;
	struct gadget gadget;
	struct err err = { 0 };
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		in_folder(fixture, names[i], path);
		assert_int_equal(remove(path), 0);
	}
	assert_int_equal(gadget_find(fixture->folder, CONTROLLER, &gadget, &err), STATUS_USAGE);
	assert_non_null(strstr(err.message, "has no function acm"));
}

static void test_a_path_too_long_is_refused(void **state)
{
	char folder[GADGET_PATH_MAX + 1];
	struct gadget gadget;

	(void)state;
	memset(folder, 'a', sizeof(folder) - 1);
	folder[sizeof(folder) - 1] = '\0';
	assert_int_equal(gadget_find(folder, CONTROLLER, &gadget, ERR_IGNORED), STATUS_USAGE);
}

static void test_it_is_on_the_bus_while_it_is_open(void **state)
{
	struct fixture *fixture = *state;

	plug_in(fixture, 0x0100);
	assert_file(fixture, "UDC", CONTROLLER "\n");
	transport_close(fixture->board);
	fixture->board = NULL;
	assert_file(fixture, "UDC", "\n");
}

static void test_it_comes_with_the_product_id_that_is_asked_for(void **state)
{
	struct fixture *fixture = *state;

	plug_in(fixture, 0x000a);
	assert_file(fixture, "idProduct", "0x000a\n");
}

static void test_without_a_terminal_it_stays_off_the_bus(void **state)
{
	struct fixture *fixture = *state;
	struct err err = { 0 };

	snprintf(fixture->gadget.tty, sizeof(fixture->gadget.tty), "/dev/null/ttyGS3");
	assert_int_equal(
		gadget_open(&fixture->gadget, 0x0100, &fixture->board, &err), STATUS_INTERNAL);
	assert_non_null(strstr(err.message, "/dev/null/ttyGS3"));
	assert_file(fixture, "UDC", "\n");
}

static void test_bytes_go_both_ways_as_they_are(void **state)
{
	struct fixture *fixture = *state;
	struct pollfd fd;
	char got[64];
	size_t written;

	plug_in(fixture, 0x0100);
	assert_int_equal(write(fixture->kernel, "\x06\tab\r\n", 6), 6);
	assert_board_reads(fixture, "\x06\tab\r\n");
	assert_int_equal(transport_write(fixture->board, 0, span_make("\x06\tcd\n", 5), &written,
				 ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(written, 5);
	fd = (struct pollfd){ .fd = fixture->kernel, .events = POLLIN };
	assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
	/* No echo of what came first, and no carriage return before the line feed. */
	assert_int_equal(read(fixture->kernel, got, sizeof(got)), 5);
	assert_memory_equal(got, "\x06\tcd\n", 5);
}

static void test_a_pulled_cable_is_no_end(void **state)
{
	struct fixture *fixture = *state;
	size_t written;

	plug_in(fixture, 0x0100);
	close(fixture->kernel);
	assert_board_finds_nothing(fixture);
	assert_int_equal(transport_pollfd(fixture->board, true).fd, -1);
	assert_true(transport_next_wakeup_us(fixture->board, 1000) < CLOCK_NEVER);
	assert_int_equal(
		transport_write(fixture->board, 0, span_from_text("lost"), &written, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(written, 4);

	make_terminal(fixture);
	assert_board_finds_nothing(fixture);
	assert_true(transport_next_wakeup_us(fixture->board, 1000) == CLOCK_NEVER);
	assert_int_equal(write(fixture->kernel, "again", 5), 5);
	assert_board_reads(fixture, "again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_its_terminal_and_its_product_are_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_another_folder_is_no_gadget, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_gadget_without_a_serial_port_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_path_too_long_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_it_is_on_the_bus_while_it_is_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_it_comes_with_the_product_id_that_is_asked_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_without_a_terminal_it_stays_off_the_bus, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_bytes_go_both_ways_as_they_are, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_pulled_cable_is_no_end, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
