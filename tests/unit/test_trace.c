/* SPDX-License-Identifier: Apache-2.0 */
/* The trace: its exact text, and that the bytes can be had back from it. */
#include "transport/trace.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "transport/loopback.h"
#include "transport/trace_text.h"

enum { TRACE_MAX = 512 * 1024, CONVERSATION_MAX = 32 * 1024, PATH_SIZE = 64 };

/* The transport below: says what it is told to say, swallows at most `room` bytes at once. */
struct device {
	struct span to_say;
	size_t room;
	bool is_absent;
	int closed;
};

static size_t device_rx(void *ctx, struct span bytes, uint64_t now_us)
{
	const struct device *device = ctx;

	(void)now_us;
	return bytes.len < device->room ? bytes.len : device->room;
}

static size_t device_tx(void *ctx, uint8_t *data, size_t cap, uint64_t now_us)
{
	struct device *device = ctx;
	struct span said = span_sub(device->to_say, 0, cap);

	(void)now_us;
	if (said.len > 0)
		memcpy(data, said.data, said.len);
	device->to_say = span_sub(device->to_say, said.len, device->to_say.len);
	return said.len;
}

static bool device_is_present(void *ctx, uint64_t now_us)
{
	(void)now_us;
	return !((const struct device *)ctx)->is_absent;
}

static uint64_t device_next_wakeup_us(void *ctx, uint64_t now_us)
{
	(void)ctx;
	return now_us + 1000000;
}

static void device_close(void *ctx)
{
	((struct device *)ctx)->closed++;
}

struct fixture {
	char path[PATH_SIZE];
	struct device device;
	struct transport *trace;
	char text[TRACE_MAX]; /* the file, once read */
	size_t text_len;
};

static struct transport *open_device(struct device *device)
{
	struct loopback_peer peer = {
		.rx = device_rx,
		.tx = device_tx,
		.is_present = device_is_present,
		.next_wakeup_us = device_next_wakeup_us,
		.close = device_close,
		.device = device,
	};
	struct transport *transport = NULL;

	assert_int_equal(loopback_open(&peer, &transport, ERR_IGNORED), STATUS_OK);
	return transport;
}

static struct fixture *open_traced(const struct trace_describer *describer)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	int fd;

	snprintf(fixture->path, sizeof(fixture->path), "/tmp/test_trace.XXXXXX");
	fd = mkstemp(fixture->path);
	assert_true(fd >= 0);
	close(fd);
	fixture->device.room = CONVERSATION_MAX;
	assert_int_equal(trace_open(open_device(&fixture->device), fixture->path, 0, describer,
				 &fixture->trace, ERR_IGNORED),
		STATUS_OK);
	return fixture;
}

static const char *read_trace(struct fixture *fixture)
{
	FILE *file = fopen(fixture->path, "r");

	assert_non_null(file);
	fixture->text_len = fread(fixture->text, 1, sizeof(fixture->text) - 1, file);
	fixture->text[fixture->text_len] = '\0';
	fclose(file);
	return fixture->text;
}

static void close_trace(struct fixture *fixture)
{
	transport_close(fixture->trace);
	fixture->trace = NULL;
}

static void discard(struct fixture *fixture)
{
	transport_close(fixture->trace);
	unlink(fixture->path);
	test_free(fixture);
}

static size_t send_bytes(struct fixture *fixture, uint64_t now_us, struct span bytes)
{
	size_t written = 0;

	assert_int_equal(
		transport_write(fixture->trace, now_us, bytes, &written, ERR_IGNORED), STATUS_OK);
	return written;
}

static void send_text(struct fixture *fixture, uint64_t now_us, const char *text)
{
	assert_int_equal(send_bytes(fixture, now_us, span_from_text(text)), strlen(text));
}

static void receive_bytes(struct fixture *fixture, uint64_t now_us, struct span bytes)
{
	uint8_t storage[CONVERSATION_MAX];
	struct buf out = BUF_OVER(storage);

	buf_append_text(&out, "earlier");
	fixture->device.to_say = bytes;
	assert_int_equal(transport_read(fixture->trace, now_us, &out, ERR_IGNORED), STATUS_OK);
	buf_consume(&out, strlen("earlier"));
	assert_true(span_equal(buf_span(&out), bytes));
}

static void receive_text(struct fixture *fixture, uint64_t now_us, const char *text)
{
	receive_bytes(fixture, now_us, span_from_text(text));
}

static void a_conversation_looks_as_documented(void **state)
{
	struct fixture *fixture = open_traced(NULL);

	(void)state;
	receive_text(fixture, 5000000, ""); /* the zero of its time */
	send_text(fixture, 5000120, "\x06\tABMK\n");
	receive_text(fixture, 5004310, "uart:~$ \x1b[m");
	receive_text(fixture, 5004400, "say \"\\\xc3\xa9\x7f\"\r\n\x06\tAB");
	receive_text(fixture, 5004500, "QL\n");
	send_text(fixture, 17000000, "\n\n");
	close_trace(fixture);
	assert_string_equal(read_trace(fixture),
		"smpctl-trace 1\n"
		"0.000120 > \"\\x06\\tABMK\\n\"\n"
		"0.004310 < \"uart:~$ \\x1b[msay \\\"\\\\\\xc3\\xa9\\x7f\\\"\\r\\n\"\n"
		"0.004400 < \"\\x06\\tABQL\\n\"\n"
		"12.000000 > \"\\n\"\n"
		"12.000000 > \"\\n\"\n");
	discard(fixture);
}

static void only_what_the_device_took_is_written_down(void **state)
{
	struct fixture *fixture = open_traced(NULL);

	(void)state;
	fixture->device.room = 3;
	assert_int_equal(send_bytes(fixture, 1, span_from_text("abcdef\n")), 3);
	fixture->device.room = 0;
	assert_int_equal(send_bytes(fixture, 2, span_from_text("def\n")), 0);
	close_trace(fixture);
	assert_string_equal(read_trace(fixture), "smpctl-trace 1\n0.000000 > \"abc\"\n");
	discard(fixture);
}

static void a_change_of_direction_ends_a_line_and_keeps_the_order(void **state)
{
	struct fixture *fixture = open_traced(NULL);

	(void)state;
	receive_text(fixture, 0, "half");
	send_text(fixture, 1, "key");
	receive_text(fixture, 2, "other half\n");
	close_trace(fixture);
	assert_string_equal(read_trace(fixture), "smpctl-trace 1\n"
						 "0.000000 < \"half\"\n"
						 "0.000001 > \"key\"\n"
						 "0.000002 < \"other half\\n\"\n");
	discard(fixture);
}

static void a_line_holds_256_bytes_at_most(void **state)
{
	struct fixture *fixture = open_traced(NULL);
	char text[258], wanted[400];

	(void)state;
	memset(text, 'a', 257);
	text[257] = '\0';
	send_text(fixture, 0, text);
	close_trace(fixture);
	snprintf(wanted, sizeof(wanted),
		"smpctl-trace 1\n0.000000 > \"%.256s\"\n0.000000 > \"a\"\n", text);
	assert_string_equal(read_trace(fixture), wanted);
	discard(fixture);
}

static void a_complete_line_is_in_the_file_at_once_and_the_rest_when_it_is_idle(void **state)
{
	struct fixture *fixture = open_traced(NULL);

	(void)state;
	receive_text(fixture, 100, "line\nprompt");
	assert_string_equal(read_trace(fixture), "smpctl-trace 1\n0.000000 < \"line\\n\"\n");
	assert_int_equal(transport_next_wakeup_us(fixture->trace, 150), 200100);
	receive_text(fixture, 200099, "");
	assert_null(strstr(read_trace(fixture), "prompt"));
	receive_text(fixture, 200100, "");
	assert_non_null(strstr(read_trace(fixture), "0.000000 < \"prompt\"\n"));
	assert_int_equal(transport_next_wakeup_us(fixture->trace, 200100), 1200100);
	discard(fixture);
}

static void waiting_is_left_to_the_transport_below(void **state)
{
	struct fixture *fixture = open_traced(NULL);

	(void)state;
	assert_int_equal(transport_next_wakeup_us(fixture->trace, 7), 1000007);
	assert_int_equal(transport_pollfd(fixture->trace, true).fd, -1);
	assert_int_equal(fixture->device.closed, 0);
	close_trace(fixture);
	assert_int_equal(fixture->device.closed, 1);
	discard(fixture);
}

static void a_device_that_goes_away_is_noted_once(void **state)
{
	struct fixture *fixture = open_traced(NULL);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);
	struct err err = { 0 };
	size_t written = 0;

	(void)state;
	send_text(fixture, 0, "reset");
	fixture->device.is_absent = true;
	assert_int_equal(transport_read(fixture->trace, 3, &out, &err), STATUS_NO_PORT);
	assert_string_equal(err.message, "the device went away");
	assert_int_equal(
		transport_write(fixture->trace, 4, span_from_text("x"), &written, ERR_IGNORED),
		STATUS_NO_PORT);
	assert_int_equal(transport_read(fixture->trace, 5, &out, ERR_IGNORED), STATUS_NO_PORT);
	assert_string_equal(read_trace(fixture), "smpctl-trace 1\n"
						 "0.000000 > \"reset\"\n"
						 "0.000003 # the device went away\n");
	discard(fixture);
}

/* A describer that says nothing of lines that begin with '.', and two lines of all others. */
struct talker {
	int closed;
};

static void talk(void *ctx, bool is_to_device, struct span bytes, struct buf *out)
{
	(void)ctx;
	if (bytes.data[0] == '.')
		return;
	if (bytes.data[0] == '!') {
		while (buf_append_byte(out, 'x'))
			continue;
		return;
	}
	buf_format(out, "%zu bytes %s\n", bytes.len, is_to_device ? "out" : "in");
	buf_append_text(out, "more of it");
}

static void talker_close(void *ctx)
{
	((struct talker *)ctx)->closed++;
}

static void what_the_describer_says_stands_below_the_bytes(void **state)
{
	struct talker talker = { 0 };
	struct trace_describer describer = { talk, talker_close, &talker };
	struct fixture *fixture = open_traced(&describer);

	(void)state;
	send_text(fixture, 0, "abc\n.\n");
	receive_text(fixture, 9, "d\n");
	close_trace(fixture);
	assert_int_equal(talker.closed, 1);
	assert_string_equal(read_trace(fixture), "smpctl-trace 1\n"
						 "0.000000 > \"abc\\n\"\n"
						 "0.000000 # 4 bytes out\n"
						 "0.000000 # more of it\n"
						 "0.000000 > \".\\n\"\n"
						 "0.000009 < \"d\\n\"\n"
						 "0.000009 # 2 bytes in\n"
						 "0.000009 # more of it\n");
	discard(fixture);
}

static void a_describer_that_says_too_much_is_cut_off(void **state)
{
	struct trace_describer describer = { .describe = talk };
	struct fixture *fixture = open_traced(&describer);

	(void)state;
	send_text(fixture, 0, "!\n");
	send_text(fixture, 1, ".\n");
	close_trace(fixture);
	read_trace(fixture);
	assert_true(fixture->text_len > TRACE_DESCRIPTION_MAX);
	assert_true(fixture->text_len < TRACE_DESCRIPTION_MAX + 100);
	assert_non_null(strstr(fixture->text, "x\n0.000001 > \".\\n\"\n"));
	discard(fixture);
}

static void a_file_that_cannot_be_written_is_refused_and_nothing_leaks(void **state)
{
	static const char *const paths[] = { "/no-such-folder/trace", "/tmp", "/dev/full" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct device device = { 0 };
		struct talker talker = { 0 };
		struct trace_describer describer = { talk, talker_close, &talker };
		struct transport *trace = NULL;
		struct err err = { 0 };

		assert_int_equal(
			trace_open(open_device(&device), paths[i], 0, &describer, &trace, &err),
			STATUS_USAGE);
		assert_non_null(strstr(err.message, paths[i]));
		assert_null(trace);
		assert_int_equal(device.closed, 1);
		assert_int_equal(talker.closed, 1);
	}
}

static void a_disk_that_fills_up_ends_the_trace_and_not_the_conversation(void **state)
{
	struct fixture *fixture = open_traced(NULL);
	struct rlimit before, limit;

	(void)state;
	/* The limit on file sizes stands in for a full disk. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ .rlim_cur = 40, .rlim_max = before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (uint64_t now_us = 0; now_us < 600; now_us++) {
		send_text(fixture, now_us, "to\n\nthe device");
		receive_text(fixture, now_us, "from the\n\ndevice");
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	send_text(fixture, 999, "after\n");
	close_trace(fixture);
	read_trace(fixture);
	assert_int_equal(fixture->text_len, 40);
	discard(fixture);
}

/* A small generator of noise with a fixed seed (xorshift). */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void fill_random(uint8_t *bytes, size_t len, uint32_t *seed)
{
	for (size_t i = 0; i < len; i++) {
		uint32_t dice = next_random(seed);

		bytes[i] = dice % 5 == 0 ? (uint8_t) "\n\r\t\\\"x0"[dice / 5 % 7]
					 : (uint8_t)(dice >> 8);
	}
}

/* Read a trace as docs/trace.md says: both directions in one run of (direction, byte) pairs. */
static void parse_trace(char *text, struct buf *out)
{
	uint64_t last_us = 0;
	char *line = strtok(text, "\n");

	assert_string_equal(line, "smpctl-trace 1");
	while ((line = strtok(NULL, "\n")) != NULL) {
		uint8_t storage[256];
		struct buf bytes = BUF_OVER(storage);
		uint64_t seconds, micros;
		int quoted_at = 0;
		char kind;

		assert_int_equal(sscanf(line, "%" SCNu64 ".%6" SCNu64 " %c %n", &seconds, &micros,
					 &kind, &quoted_at),
			3);
		assert_true(seconds * 1000000 + micros >= last_us);
		last_us = seconds * 1000000 + micros;
		assert_true(trace_text_parse(span_from_text(line + quoted_at), &bytes));
		for (size_t i = 0; i < bytes.len; i++) {
			buf_append_byte(out, (uint8_t)kind);
			buf_append_byte(out, storage[i]);
		}
	}
	assert_false(out->overflow);
}

static void reading_a_trace_back_gives_the_very_bytes(void **state)
{
	struct fixture *fixture = open_traced(NULL);
	uint8_t *wanted_storage = test_calloc(2, CONVERSATION_MAX);
	uint8_t *got_storage = test_calloc(2, CONVERSATION_MAX);
	struct buf wanted = buf_over(wanted_storage, 2 * CONVERSATION_MAX);
	struct buf got = buf_over(got_storage, 2 * CONVERSATION_MAX);
	uint32_t seed = 20240611;
	uint64_t now_us = 1;

	(void)state;
	while (wanted.len < CONVERSATION_MAX) {
		bool is_to_device = next_random(&seed) % 2 == 0;
		uint8_t bytes[600];
		size_t len = next_random(&seed) % sizeof(bytes);

		fill_random(bytes, len, &seed);
		now_us += next_random(&seed) % 300000;
		if (is_to_device)
			send_bytes(fixture, now_us, span_make(bytes, len));
		else
			receive_bytes(fixture, now_us, span_make(bytes, len));
		for (size_t i = 0; i < len; i++) {
			buf_append_byte(&wanted, is_to_device ? '>' : '<');
			buf_append_byte(&wanted, bytes[i]);
		}
	}
	close_trace(fixture);
	read_trace(fixture);
	parse_trace(fixture->text, &got);
	assert_true(span_equal(buf_span(&got), buf_span(&wanted)));
	test_free(got_storage);
	test_free(wanted_storage);
	discard(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversation_looks_as_documented),
		cmocka_unit_test(only_what_the_device_took_is_written_down),
		cmocka_unit_test(a_change_of_direction_ends_a_line_and_keeps_the_order),
		cmocka_unit_test(a_line_holds_256_bytes_at_most),
		cmocka_unit_test(
			a_complete_line_is_in_the_file_at_once_and_the_rest_when_it_is_idle),
		cmocka_unit_test(waiting_is_left_to_the_transport_below),
		cmocka_unit_test(a_device_that_goes_away_is_noted_once),
		cmocka_unit_test(what_the_describer_says_stands_below_the_bytes),
		cmocka_unit_test(a_describer_that_says_too_much_is_cut_off),
		cmocka_unit_test(a_file_that_cannot_be_written_is_refused_and_nothing_leaks),
		cmocka_unit_test(a_disk_that_fills_up_ends_the_trace_and_not_the_conversation),
		cmocka_unit_test(reading_a_trace_back_gives_the_very_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
