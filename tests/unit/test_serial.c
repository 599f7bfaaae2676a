/* SPDX-License-Identifier: Apache-2.0 */
/* A serial port, played by the slave side of a pseudo-terminal. */
#include "transport/serial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/serial_scene.h"
#include "transport/pty.h"

enum { WAIT_MS = 5000 };

static const struct transport_options defaults = { 0 };

static void send_text(struct transport *to, const char *text)
{
	size_t written = 0;

	assert_int_equal(
		transport_write(to, 0, span_from_text(text), &written, ERR_IGNORED), STATUS_OK);
	assert_int_equal(written, strlen(text));
}

static void wait_readable(const struct transport *transport)
{
	struct pollfd fd = transport_pollfd(transport, false);

	assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
}

/* Read just these bytes, waiting where the kernel is not done handing them over. */
static void receive_text(struct transport *from, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	while (out.len < strlen(wanted)) {
		wait_readable(from);
		assert_int_equal(transport_read(from, 0, &out, ERR_IGNORED), STATUS_OK);
	}
	assert_true(span_equal(buf_span(&out), span_from_text(wanted)));
}

static void bytes_pass_both_ways_as_they_are(void **state)
{
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &defaults);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(
		transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK); /* sees the client */
	send_text(port, "\x06\t\r\n\x03\x04\x7f");
	receive_text(board, "\x06\t\r\n\x03\x04\x7f");
	send_text(board, "\r\n\x11\x13\x7f\xff");
	receive_text(port, "\r\n\x11\x13\x7f\xff");
	transport_close(port);
	transport_close(board);
}

static void an_empty_port_is_no_error_and_neither_is_a_full_buffer(void **state)
{
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &defaults);
	uint8_t storage[2];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(transport_read(port, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
	send_text(board, "abc");
	wait_readable(port);
	buf_append(&out, "xy", 2);
	assert_int_equal(transport_read(port, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_memory_equal(storage, "xy", 2);
	assert_false(out.overflow);
	receive_text(port, "abc");
	transport_close(port);
	transport_close(board);
}

static void the_descriptor_alone_tells_when_there_is_something_to_do(void **state)
{
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &defaults);

	(void)state;
	assert_int_equal(transport_pollfd(port, false).events, POLLIN);
	assert_int_equal(transport_pollfd(port, true).events, POLLIN | POLLOUT);
	assert_true(transport_next_wakeup_us(port, 5) == CLOCK_NEVER);
	transport_close(port);
	transport_close(board);
}

static void a_device_that_does_not_read_stops_the_writer_without_an_error(void **state)
{
	static const uint8_t noise[4096];
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &defaults);
	size_t written = 1, total = 0;

	(void)state;
	while (written > 0 && total < 16 * 1024 * 1024) {
		assert_int_equal(
			transport_write(port, 0, span_make(noise, sizeof(noise)), &written, NULL),
			STATUS_OK);
		total += written;
	}
	assert_int_equal(written, 0);
	transport_close(port);
	transport_close(board);
}

static void the_line_is_raw_8n1_at_the_speed_that_was_asked(void **state)
{
	/* None of these is a classic one but the first and the default. */
	static const uint32_t bauds[] = { 9600, 123457, 1000001, 3000000, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		struct transport_options options = { .baud = bauds[i] };
		struct transport *board = serial_scene_open_board(),
				 *port = serial_scene_open_port(board, &options);
		struct termios2 settings =
			serial_scene_settings_of(transport_pollfd(port, false).fd);

		assert_int_equal(settings.c_ospeed, bauds[i] != 0 ? bauds[i] : 115200);
		assert_int_equal(settings.c_lflag, 0);
		assert_int_equal(settings.c_oflag, 0);
		assert_int_equal(settings.c_iflag, IGNBRK);
		assert_int_equal(settings.c_cc[VMIN], 0);
		assert_int_equal(settings.c_cc[VTIME], 0);
		assert_int_equal(
			settings.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS | HUPCL), CS8);
		assert_int_equal(settings.c_cflag & (CREAD | CLOCAL), CREAD | CLOCAL);
		transport_close(port);
		transport_close(board);
	}
}

static void handshake_is_set_when_asked(void **state)
{
	struct transport_options options = { .flow = TRANSPORT_FLOW_RTSCTS };
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &options);
	struct termios2 settings = serial_scene_settings_of(transport_pollfd(port, false).fd);

	(void)state;
	assert_true((settings.c_cflag & CRTSCTS) != 0);
	transport_close(port);
	transport_close(board);
}

static void a_modem_line_that_is_not_there_can_be_kept_but_not_switched(void **state)
{
	static const struct transport_options asked[] = {
		{ .dtr = TRANSPORT_LINE_ON },
		{ .dtr = TRANSPORT_LINE_OFF },
		{ .rts = TRANSPORT_LINE_ON },
		{ .rts = TRANSPORT_LINE_OFF },
	};
	struct transport *board = serial_scene_open_board(), *port = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(
			serial_open(pty_slave_path(board), &asked[i], &port, &err), STATUS_USAGE);
		assert_non_null(strstr(err.message, "modem lines"));
	}
	transport_close(serial_scene_open_port(board, &defaults));
	transport_close(board);
}

static void close_puts_everything_back_but_the_hang_up_on_close(void **state)
{
	struct transport_options options = { .baud = 921600, .flow = TRANSPORT_FLOW_RTSCTS };
	struct transport *board = serial_scene_open_board(), *port;
	int beside = serial_scene_open_beside(board), is_exclusive = -1;
	struct termios2 before = serial_scene_settings_of(beside), after;

	(void)state;
	before.c_iflag = ICRNL | IXON;
	before.c_oflag = OPOST | ONLCR;
	before.c_lflag = ICANON | ECHO | ISIG;
	before.c_cflag |= HUPCL;
	before.c_cc[VMIN] = 7;
	assert_int_equal(ioctl(beside, TCSETS2, &before), 0);
	before = serial_scene_settings_of(beside);
	assert_true((before.c_cflag & HUPCL) != 0);

	port = serial_scene_open_port(board, &options);
	assert_int_equal(serial_scene_settings_of(beside).c_ospeed, 921600);
	assert_int_equal(ioctl(beside, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 1);
	transport_close(port);

	after = serial_scene_settings_of(beside);
	before.c_cflag &= ~(tcflag_t)HUPCL;
	assert_memory_equal(&after, &before, sizeof(after));
	assert_int_equal(ioctl(beside, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 0);
	close(beside);
	transport_close(board);
}

static void what_an_earlier_program_left_unread_is_no_reply_to_us(void **state)
{
	struct transport *board = serial_scene_open_board(), *port;
	struct pollfd beside = { .fd = serial_scene_open_beside(board), .events = POLLIN };

	(void)state;
	send_text(board, "stale");
	assert_int_equal(poll(&beside, 1, WAIT_MS), 1);
	port = serial_scene_open_port(board, &defaults);
	send_text(board, "fresh");
	receive_text(port, "fresh");
	transport_close(port);
	close(beside.fd);
	transport_close(board);
}

static void the_last_bytes_before_close_arrive(void **state)
{
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &defaults);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK);
	send_text(port, "reset");
	transport_close(port);
	receive_text(board, "reset");
	transport_close(board);
}

static void a_port_that_vanishes_says_so_on_read_and_on_write(void **state)
{
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &defaults);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);
	struct err read_err = { 0 }, write_err = { 0 };
	char path[64];
	size_t written = 99;

	(void)state;
	snprintf(path, sizeof(path), "%s", pty_slave_path(board));
	transport_close(board);
	assert_int_equal(transport_read(port, 0, &out, &read_err), STATUS_NO_PORT);
	assert_int_equal(transport_write(port, 0, span_from_text("x"), &written, &write_err),
		STATUS_NO_PORT);
	assert_non_null(strstr(read_err.message, "went away"));
	assert_non_null(strstr(read_err.message, path));
	assert_non_null(strstr(write_err.message, "went away"));
	assert_int_equal(out.len, 0);
	transport_close(port);
}

static void what_is_no_serial_port_is_refused(void **state)
{
	static const char *const paths[] = { "/dev/null", "/dev", "/proc/self/status" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct transport *port = NULL;
		struct err err = { 0 };

		assert_int_equal(serial_open(paths[i], &defaults, &port, &err), STATUS_NO_PORT);
		assert_non_null(strstr(err.message, "is not a serial port"));
		assert_non_null(strstr(err.message, paths[i]));
		assert_null(port);
	}
}

static void a_port_that_is_not_there_is_refused_with_a_hint(void **state)
{
	static const char *const paths[] = { "/dev/no-such-port", "/dev/null/port", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct transport *port = NULL;
		struct err err = { 0 };

		assert_int_equal(serial_open(paths[i], &defaults, &port, &err), STATUS_NO_PORT);
		assert_non_null(strstr(err.message, "no serial port"));
		assert_non_null(strstr(err.hint, "here"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_pass_both_ways_as_they_are),
		cmocka_unit_test(an_empty_port_is_no_error_and_neither_is_a_full_buffer),
		cmocka_unit_test(the_descriptor_alone_tells_when_there_is_something_to_do),
		cmocka_unit_test(a_device_that_does_not_read_stops_the_writer_without_an_error),
		cmocka_unit_test(the_line_is_raw_8n1_at_the_speed_that_was_asked),
		cmocka_unit_test(handshake_is_set_when_asked),
		cmocka_unit_test(a_modem_line_that_is_not_there_can_be_kept_but_not_switched),
		cmocka_unit_test(close_puts_everything_back_but_the_hang_up_on_close),
		cmocka_unit_test(what_an_earlier_program_left_unread_is_no_reply_to_us),
		cmocka_unit_test(the_last_bytes_before_close_arrive),
		cmocka_unit_test(a_port_that_vanishes_says_so_on_read_and_on_write),
		cmocka_unit_test(what_is_no_serial_port_is_refused),
		cmocka_unit_test(a_port_that_is_not_there_is_refused_with_a_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
