/* SPDX-License-Identifier: Apache-2.0 */
/* The device's end of a pseudo-terminal: clients come, go, and are killed. */
#include "transport/pty.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "transport/serial_line.h"

enum { WAIT_MS = 5000, NOBODY = 65534, PATH_SIZE = 128 };

/* A board behind a pseudo-terminal, known by a link in a folder of its own. */
struct fixture {
	char folder[PATH_SIZE];
	char link[PATH_SIZE + 16];
	struct transport *board;
};

static void open_board(struct fixture *fixture)
{
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/test_pty.XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->link, sizeof(fixture->link), "%s/board", fixture->folder);
	assert_int_equal(pty_open(fixture->link, &fixture->board, ERR_IGNORED), STATUS_OK);
}

static void close_board(struct fixture *fixture)
{
	transport_close(fixture->board);
	unlink(fixture->link);
	assert_int_equal(rmdir(fixture->folder), 0);
}

static int open_client(const char *path)
{
	int client = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	assert_true(client >= 0);
	return client;
}

/* Wait until there is something to read: the kernel hands bytes over in its own time. */
static void wait_readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
}

static void board_reads(struct transport *board, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	while (out.len < strlen(wanted)) {
		wait_readable(transport_pollfd(board, false).fd);
		assert_int_equal(transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK);
	}
	assert_true(span_equal(buf_span(&out), span_from_text(wanted)));
}

/* A read that finds nothing, and looks who is there. */
static void board_looks(struct transport *board)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	assert_int_equal(transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
}

static void board_writes(struct transport *board, const char *text)
{
	size_t written = 0;

	assert_int_equal(
		transport_write(board, 0, span_from_text(text), &written, ERR_IGNORED), STATUS_OK);
	assert_int_equal(written, strlen(text));
}

static void client_reads(int client, const char *wanted)
{
	char got[64];

	wait_readable(client);
	assert_int_equal(read(client, got, sizeof(got)), strlen(wanted));
	assert_memory_equal(got, wanted, strlen(wanted));
}

static void bytes_pass_both_ways_as_they_are(void **state)
{
	struct fixture fixture;
	int client;

	(void)state;
	open_board(&fixture);
	client = open_client(fixture.link);
	board_looks(fixture.board);
	assert_int_equal(write(client, "\x06\t\x03\r\n\x04", 6), 6);
	board_reads(fixture.board, "\x06\t\x03\r\n\x04");
	board_writes(fixture.board, "\r\n\x11\x13\x7f");
	client_reads(client, "\r\n\x11\x13\x7f");
	close(client);
	close_board(&fixture);
}

static void a_client_is_seen_to_come_and_go(void **state)
{
	struct fixture fixture;
	int client;

	(void)state;
	open_board(&fixture);
	assert_false(pty_has_client(fixture.board));
	client = open_client(pty_slave_path(fixture.board));
	assert_true(pty_has_client(fixture.board));
	close(client);
	assert_false(pty_has_client(fixture.board));
	close_board(&fixture);
}

static void without_a_client_there_is_nothing_to_poll_but_a_time_to_look(void **state)
{
	struct fixture fixture;
	int client;

	(void)state;
	open_board(&fixture);
	assert_int_equal(transport_pollfd(fixture.board, true).fd, -1);
	assert_int_equal(transport_next_wakeup_us(fixture.board, 1000), 21000);

	client = open_client(fixture.link);
	board_looks(fixture.board);
	assert_true(transport_pollfd(fixture.board, false).fd >= 0);
	assert_int_equal(transport_pollfd(fixture.board, false).events, POLLIN);
	assert_int_equal(transport_pollfd(fixture.board, true).events, POLLIN | POLLOUT);
	assert_true(transport_next_wakeup_us(fixture.board, 1000) == CLOCK_NEVER);

	close(client);
	board_looks(fixture.board);
	assert_int_equal(transport_pollfd(fixture.board, false).fd, -1);
	close_board(&fixture);
}

static void what_is_written_while_nobody_is_there_is_lost(void **state)
{
	struct fixture fixture;
	int client;

	(void)state;
	open_board(&fixture);
	board_writes(fixture.board, "to nobody");
	client = open_client(fixture.link);
	board_writes(fixture.board, "hello");
	client_reads(client, "hello");
	close(client);
	close_board(&fixture);
}

static void what_a_client_did_not_read_is_not_left_for_the_next_one(void **state)
{
	struct fixture fixture;
	int client;

	(void)state;
	open_board(&fixture);
	client = open_client(fixture.link);
	board_looks(fixture.board);
	board_writes(fixture.board, "unread");
	wait_readable(client);
	close(client);
	board_looks(fixture.board);
	client = open_client(fixture.link);
	board_writes(fixture.board, "hello");
	client_reads(client, "hello");
	close(client);
	close_board(&fixture);
}

static void the_last_words_of_a_client_are_still_read(void **state)
{
	struct fixture fixture;
	int client;

	(void)state;
	open_board(&fixture);
	client = open_client(fixture.link);
	board_looks(fixture.board);
	assert_int_equal(write(client, "bye", 3), 3);
	close(client);
	board_reads(fixture.board, "bye");
	board_looks(fixture.board);
	assert_false(pty_has_client(fixture.board));
	close_board(&fixture);
}

static void a_clients_settings_do_not_outlive_it(void **state)
{
	struct fixture fixture;
	struct termios2 settings;
	int client;

	(void)state;
	open_board(&fixture);
	client = open_client(fixture.link);
	board_looks(fixture.board);
	assert_int_equal(ioctl(client, TCGETS2, &settings), 0);
	assert_int_equal(settings.c_lflag, 0);
	settings.c_iflag |= ICRNL;
	settings.c_lflag |= ICANON | ECHO;
	settings.c_oflag |= OPOST | ONLCR;
	assert_int_equal(ioctl(client, TCSETS2, &settings), 0);
	close(client);
	board_looks(fixture.board);

	client = open_client(fixture.link);
	assert_int_equal(ioctl(client, TCGETS2, &settings), 0);
	assert_int_equal(settings.c_iflag & ICRNL, 0);
	assert_int_equal(settings.c_lflag, 0);
	assert_int_equal(settings.c_oflag, 0);
	close(client);
	close_board(&fixture);
}

static void a_full_line_takes_no_more_bytes(void **state)
{
	static const uint8_t noise[4096];
	struct fixture fixture;
	size_t written = 1, total = 0;
	int client;

	(void)state;
	open_board(&fixture);
	client = open_client(fixture.link);
	while (written > 0 && total < 16 * 1024 * 1024) {
		assert_int_equal(transport_write(fixture.board, 0, span_make(noise, sizeof(noise)),
					 &written, NULL),
			STATUS_OK);
		total += written;
	}
	assert_int_equal(written, 0);
	close(client);
	close_board(&fixture);
}

/* A client that dies with TIOCEXCL set, seen (or not) by the board before; then another comes. */
static bool survives_a_killed_exclusive_client(bool is_seen)
{
	char folder[] = "/tmp/test_pty.XXXXXX", link[64];
	struct transport *board = NULL;
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);
	bool is_open_again = false;
	int client;

	if (mkdtemp(folder) == NULL)
		return false;
	snprintf(link, sizeof(link), "%s/board", folder);
	if (pty_open(link, &board, ERR_IGNORED) != STATUS_OK)
		return false;
	client = open(link, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (is_seen)
		transport_read(board, 0, &out, NULL);
	ioctl(client, TIOCEXCL);
	close(client);
	if (transport_read(board, 0, &out, ERR_IGNORED) == STATUS_OK) {
		client = open(link, O_RDWR | O_NOCTTY | O_CLOEXEC);
		is_open_again = client >= 0 && pty_has_client(board);
		close(client);
	}
	transport_close(board);
	return rmdir(folder) == 0 && is_open_again;
}

/* Run as a user who is not root: root opens what is exclusive without noticing. */
static bool survives_as_an_ordinary_user(bool is_seen)
{
	int child_status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(2);
		_exit(survives_a_killed_exclusive_client(is_seen) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &child_status, 0), child);
	return WIFEXITED(child_status) && WEXITSTATUS(child_status) == 0;
}

static void a_client_killed_while_exclusive_does_not_lock_the_next_one_out(void **state)
{
	(void)state;
	assert_true(survives_a_killed_exclusive_client(true));
	assert_true(survives_as_an_ordinary_user(true));
}

static void a_client_killed_before_it_was_noticed_does_not_lock_the_next_one_out(void **state)
{
	(void)state;
	assert_true(survives_as_an_ordinary_user(false));
}

static void a_mark_of_exclusive_use_is_lifted_by_root(void **state)
{
	struct fixture fixture;
	int client, is_exclusive = -1;

	(void)state;
	if (geteuid() != 0)
		skip();
	open_board(&fixture);
	client = open_client(fixture.link);
	board_looks(fixture.board);
	assert_int_equal(ioctl(client, TIOCEXCL), 0);
	close(client);
	board_looks(fixture.board);
	client = open_client(fixture.link);
	assert_int_equal(ioctl(client, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 0);
	close(client);
	close_board(&fixture);
}

static void the_link_points_to_the_slave_until_close(void **state)
{
	struct fixture fixture;
	char target[PATH_SIZE] = { 0 };

	(void)state;
	open_board(&fixture);
	assert_true(readlink(fixture.link, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, pty_slave_path(fixture.board));
	transport_close(fixture.board);
	assert_int_equal(access(fixture.link, F_OK), -1);
	assert_int_equal(rmdir(fixture.folder), 0); /* nothing temporary is left */
}

static void an_old_link_is_replaced_and_a_newer_one_respected(void **state)
{
	struct fixture fixture;
	struct transport *second = NULL;
	char target[PATH_SIZE] = { 0 };

	(void)state;
	open_board(&fixture);
	assert_int_equal(pty_open(fixture.link, &second, ERR_IGNORED), STATUS_OK);
	assert_true(readlink(fixture.link, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, pty_slave_path(second));
	transport_close(fixture.board);
	assert_int_equal(access(fixture.link, F_OK), 0);
	transport_close(second);
	assert_int_equal(access(fixture.link, F_OK), -1);
	assert_int_equal(rmdir(fixture.folder), 0);
}

static void what_is_no_link_is_not_replaced(void **state)
{
	struct fixture fixture;
	struct transport *board = NULL;
	struct err err = { 0 };
	char path[PATH_SIZE + 16];
	int file;

	(void)state;
	open_board(&fixture);
	snprintf(path, sizeof(path), "%s/notes", fixture.folder);
	file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	close(file);
	assert_int_equal(pty_open(path, &board, &err), STATUS_USAGE);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(pty_open(fixture.folder, &board, &err), STATUS_USAGE);
	assert_int_equal(pty_open("/no-such-folder/board", &board, &err), STATUS_USAGE);
	assert_null(board);
	assert_int_equal(unlink(path), 0);
	close_board(&fixture);
}

static void closing_hangs_up_on_the_client(void **state)
{
	struct fixture fixture;
	struct pollfd poll_fd = { .events = POLLIN };

	(void)state;
	open_board(&fixture);
	poll_fd.fd = open_client(fixture.link);
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	close_board(&fixture);
	assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
	assert_true((poll_fd.revents & POLLHUP) != 0);
	close(poll_fd.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_pass_both_ways_as_they_are),
		cmocka_unit_test(a_client_is_seen_to_come_and_go),
		cmocka_unit_test(without_a_client_there_is_nothing_to_poll_but_a_time_to_look),
		cmocka_unit_test(what_is_written_while_nobody_is_there_is_lost),
		cmocka_unit_test(what_a_client_did_not_read_is_not_left_for_the_next_one),
		cmocka_unit_test(the_last_words_of_a_client_are_still_read),
		cmocka_unit_test(a_clients_settings_do_not_outlive_it),
		cmocka_unit_test(a_full_line_takes_no_more_bytes),
		cmocka_unit_test(a_client_killed_while_exclusive_does_not_lock_the_next_one_out),
		cmocka_unit_test(
			a_client_killed_before_it_was_noticed_does_not_lock_the_next_one_out),
		cmocka_unit_test(a_mark_of_exclusive_use_is_lifted_by_root),
		cmocka_unit_test(the_link_points_to_the_slave_until_close),
		cmocka_unit_test(an_old_link_is_replaced_and_a_newer_one_respected),
		cmocka_unit_test(what_is_no_link_is_not_replaced),
		cmocka_unit_test(closing_hangs_up_on_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
