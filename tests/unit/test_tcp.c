/* SPDX-License-Identifier: Apache-2.0 */
/* A serial port behind TCP, both of its ends. */
#include "transport/tcp.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

enum { WAIT_MS = 5000, SCHEME_LEN = 4 };

static const struct transport_options no_options = { 0 };

static struct transport *listen_anywhere(void)
{
	struct transport *board = NULL;
	struct err err = { 0 };

	if (tcp_listen(0, &board, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return board;
}

static struct transport *connect_to(const struct transport *board)
{
	struct transport *client = NULL;
	struct err err = { 0 };

	if (tcp_open(tcp_listen_address(board) + SCHEME_LEN, &no_options, &client, &err) !=
		STATUS_OK)
		fail_msg("%s", err.message);
	return client;
}

static void look(struct transport *board)
{
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);

	assert_int_equal(transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
}

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

/* Its error when it is read, or written to; the kernel may take a moment. */
static void expect_closed(struct transport *client)
{
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);
	struct err err = { 0 };

	wait_readable(client);
	assert_int_equal(transport_read(client, 0, &out, &err), STATUS_NO_PORT);
	assert_string_equal(err.message, "the other end has closed the connection");
	assert_int_equal(out.len, 0);
}

static void bytes_pass_both_ways_as_they_are(void **state)
{
	struct transport *board = listen_anywhere(), *client = connect_to(board);

	(void)state;
	send_text(client, "\x06\x09to the board\r\n\xff");
	wait_readable(board);
	look(board); /* lets the client in */
	receive_text(board, "\x06\x09to the board\r\n\xff");
	send_text(board, "\xff\xfdto the client\n");
	receive_text(client, "\xff\xfdto the client\n");
	assert_int_equal(transport_next_wakeup_us(client, 0), CLOCK_NEVER);
	transport_close(client);
	transport_close(board);
}

static void what_is_written_to_nobody_is_lost(void **state)
{
	struct transport *board = listen_anywhere(), *client;

	(void)state;
	send_text(board, "lost");
	client = connect_to(board);
	wait_readable(board);
	look(board);
	send_text(board, "not lost");
	receive_text(client, "not lost");
	transport_close(client);
	transport_close(board);
}

static void a_second_client_is_turned_away_until_the_first_has_left(void **state)
{
	struct transport *board = listen_anywhere(), *first = connect_to(board), *second;

	(void)state;
	wait_readable(board);
	look(board);
	second = connect_to(board);
	assert_true(transport_next_wakeup_us(board, 0) < CLOCK_NEVER);
	look(board);
	expect_closed(second);
	transport_close(second);
	transport_close(first);
	wait_readable(board);
	second = connect_to(board);
	look(board); /* the first one's end and the second one's beginning in one look */
	send_text(second, "let in");
	receive_text(board, "let in");
	transport_close(second);
	transport_close(board);
}

static void a_board_that_leaves_closes_the_connection_and_its_port(void **state)
{
	struct transport *board = listen_anywhere(), *client = connect_to(board), *again = NULL;
	uint16_t port = tcp_listen_port(board);
	char place[32];
	struct err err = { 0 };

	(void)state;
	wait_readable(board);
	look(board);
	snprintf(place, sizeof(place), "127.0.0.1:%u", (unsigned)port);
	transport_close(board);
	expect_closed(client);
	transport_close(client);
	assert_int_equal(tcp_open(place, &no_options, &again, &err), STATUS_NO_PORT);
	assert_non_null(strstr(err.message, "no connection to 127.0.0.1 port"));
	assert_non_null(strstr(err.hint, "running there?"));
	assert_int_equal(tcp_listen(port, &board, &err), STATUS_OK);
	transport_close(connect_to(board));
	transport_close(board);
}

static void a_port_in_use_is_busy(void **state)
{
	struct transport *board = listen_anywhere(), *other = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(tcp_listen(tcp_listen_port(board), &other, &err), STATUS_PORT_BUSY);
	assert_non_null(strstr(err.message, "cannot listen on TCP port"));
	transport_close(board);
}

static void what_is_no_address_is_explained(void **state)
{
	static const char *const texts[] = { "", "host", "host:", ":2000", "host:0", "host:65536",
		"host:-1", "host:ssh", "host: 1", "host:1x", "::1:2000", "[::1]2000", "[]:2000",
		"host:99999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct transport *client = NULL;
		struct err err = { 0 };

		assert_int_equal(tcp_open(texts[i], &no_options, &client, &err), STATUS_USAGE);
		assert_non_null(strstr(err.hint, "tcp:192.168.1.5:2000"));
		assert_null(client);
	}
}

static void a_host_that_is_too_long_is_no_address(void **state)
{
	char text[TCP_NAME_MAX + 16];
	struct transport *client = NULL;

	(void)state;
	memset(text, 'a', TCP_NAME_MAX);
	memcpy(text + TCP_NAME_MAX, ":1", 3);
	assert_int_equal(tcp_open(text, &no_options, &client, ERR_IGNORED), STATUS_USAGE);
}

/* Not to be had: the queue of those who want to be let in is full, and nobody lets them in. */
static int listen_deaf(char ret_address[32])
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &size), 0);
	snprintf(ret_address, 32, "127.0.0.1:%u", (unsigned)ntohs(here.sin_port));
	return fd;
}

static void whoever_waits_for_a_connection_can_be_interrupted(void **state)
{
	struct transport *clients[4] = { NULL };
	int deaf, wish[2];
	const struct transport_options options = { .interrupt_fd = &wish[0] };
	struct err err = { 0 };
	enum status status = STATUS_OK;
	char address[32];
	size_t count = 0;

	(void)state;
	deaf = listen_deaf(address);
	assert_int_equal(pipe(wish), 0);
	assert_int_equal(write(wish[1], "!", 1), 1);
	/* Some come into the queue at once. */
	while (status == STATUS_OK && count < 4)
		status = tcp_open(address, &options, &clients[count++], &err);
	assert_int_equal(status, STATUS_INTERRUPTED);
	for (size_t i = 0; i < count; i++)
		transport_close(clients[i]);
	close(wish[0]);
	close(wish[1]);
	close(deaf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_pass_both_ways_as_they_are),
		cmocka_unit_test(what_is_written_to_nobody_is_lost),
		cmocka_unit_test(a_second_client_is_turned_away_until_the_first_has_left),
		cmocka_unit_test(a_board_that_leaves_closes_the_connection_and_its_port),
		cmocka_unit_test(a_port_in_use_is_busy),
		cmocka_unit_test(what_is_no_address_is_explained),
		cmocka_unit_test(a_host_that_is_too_long_is_no_address),
		cmocka_unit_test(whoever_waits_for_a_connection_can_be_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
