/* SPDX-License-Identifier: Apache-2.0 */
/* Client, board and clock in one process, see flow_rig.h. */
#include "tests/support/flow_rig.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/device.h"
#include "transport/loopback.h"

enum {
	START_US = 7 * 1000 * 1000,
	SEQUENCE_STEP = 37,
	TIMEOUT_MS = 2000, /* the program's defaults */
	TRIES = 3,
	RESET_DELAY_US = 300 * 1000, /* between the reply to a reset and the reset, generously */
	BOOT_MAX_US = 60 * 1000 * 1000,
	BOOT_STEP_US = 10 * 1000,
	BITS_PER_BYTE = 10,
};

static void cross(const struct flow_rig *rig, bool into_board)
{
	if (rig->border.cross != NULL)
		rig->border.cross(rig->border.ctx, into_board);
}

static void press_interrupt(struct flow_rig *rig)
{
	rig->interrupt_request = 0;
	assert_int_equal(write(rig->interrupt_fds[1], "", 1), 1);
}

static bool is_cut(const struct flow_rig *rig)
{
	return rig->cut_request > 0 && flow_rig_requests(rig) >= rig->cut_request;
}

/* Where among `len` bytes behind `before` others the one is that gets lost; `len`: it is not. */
static size_t lost_at(uint64_t lost, uint64_t before, size_t len)
{
	return lost > before && lost - before <= len ? (size_t)(lost - before) - 1 : len;
}

static size_t to_board(struct flow_rig *rig, struct span bytes, uint64_t now_us)
{
	size_t at = lost_at(rig->lost_to_board, rig->bytes_to_board, bytes.len);
	size_t taken = fakedev_rx(rig->board, span_sub(bytes, 0, at), now_us);

	if (taken == at && at < bytes.len) {
		taken++;
		taken += fakedev_rx(rig->board, span_sub(bytes, taken, bytes.len), now_us);
	}
	rig->bytes_to_board += taken;
	return taken;
}

static size_t rig_rx(void *device, struct span bytes, uint64_t now_us)
{
	struct flow_rig *rig = device;
	size_t taken;

	if (is_cut(rig))
		return bytes.len;
	cross(rig, true);
	taken = to_board(rig, bytes, now_us);
	cross(rig, false);
	if ((rig->interrupt_request > 0 && flow_rig_requests(rig) >= rig->interrupt_request) ||
		is_cut(rig))
		press_interrupt(rig);
	return taken;
}

static size_t rig_tx(void *device, uint8_t *data, size_t cap, uint64_t now_us)
{
	struct flow_rig *rig = device;
	size_t len, at;

	if (is_cut(rig))
		return 0;
	cross(rig, true);
	len = fakedev_tx(rig->board, data, cap, now_us);
	cross(rig, false);
	at = lost_at(rig->lost_from_board, rig->bytes_from_board, len);
	rig->bytes_from_board += len;
	if (at < len) {
		len--;
		memmove(data + at, data + at + 1, len - at);
	}
	return len;
}

static bool rig_is_present(void *device, uint64_t now_us)
{
	struct flow_rig *rig = device;
	bool is_present;

	cross(rig, true);
	is_present = fakedev_is_present(rig->board, now_us);
	cross(rig, false);
	return is_present;
}

static uint64_t rig_next_wakeup_us(void *device, uint64_t now_us)
{
	struct flow_rig *rig = device;
	uint64_t next_us;

	if (is_cut(rig))
		return CLOCK_NEVER;
	cross(rig, true);
	next_us = fakedev_next_wakeup_us(rig->board, now_us);
	cross(rig, false);
	return next_us;
}

static void rig_close(void *device)
{
	(void)device; /* the board stays */
}

static void give_up(void *ctx)
{
	(void)ctx;
	fputs("flow: the client has been at it for an hour of simulated time\n", stderr);
	abort();
}

static void create_board(struct flow_rig *rig)
{
	if (fakedev_create(&rig->config, rig->clock.now_us, &rig->board, &rig->err) != STATUS_OK)
		fail_msg("no board: %s", rig->err.message);
}

void flow_rig_open_config(struct flow_rig *rig, const struct fakedev_config *config)
{
	*rig = (struct flow_rig){ .config = *config };
	fake_clock_init(&rig->clock, START_US);
	fake_clock_at(&rig->clock, START_US + FLOW_TIME_LIMIT_US, give_up, NULL);
	assert_int_equal(pipe2(rig->interrupt_fds, O_CLOEXEC | O_NONBLOCK), 0);
	create_board(rig);
}

static void parse_options(struct fakedev_config *config, const char *options)
{
	struct err err = { 0 };

	if (fakedev_config_parse(config, options, &err) != STATUS_OK)
		fail_msg("board '%s': %s", options, err.message);
}

void flow_rig_open(struct flow_rig *rig, const char *options)
{
	struct fakedev_config config;

	fakedev_config_default(&config);
	parse_options(&config, options);
	flow_rig_open_config(rig, &config);
}

void flow_rig_close(struct flow_rig *rig)
{
	flow_rig_disconnect(rig);
	fakedev_destroy(rig->board);
	rig->board = NULL;
	close(rig->interrupt_fds[0]);
	close(rig->interrupt_fds[1]);
}

void flow_rig_replace_board(struct flow_rig *rig, const char *options)
{
	char state_path[FAKEDEV_PATH_MAX];

	flow_rig_disconnect(rig);
	fakedev_destroy(rig->board);
	memcpy(state_path, rig->config.state_path, sizeof(state_path));
	assert_true(state_path[0] != '\0');
	fakedev_config_default(&rig->config);
	parse_options(&rig->config, options);
	memcpy(rig->config.state_path, state_path, sizeof(state_path));
	create_board(rig);
}

enum status flow_rig_open_transport(void *ctx, struct transport **ret_transport, struct err *reterr)
{
	const struct flow_rig *rig = ctx;
	struct loopback_peer peer = {
		.rx = rig_rx,
		.tx = rig_tx,
		.is_present = rig_is_present,
		.next_wakeup_us = rig_next_wakeup_us,
		.close = rig_close,
		.device = ctx,
		.bytes_per_second = rig->knows_speed ? rig->config.baud / BITS_PER_BYTE : 0,
	};

	return loopback_open(&peer, ret_transport, reterr);
}

enum status flow_rig_connect(struct flow_rig *rig)
{
	struct client_config config = {
		.session = {
			.timeout_ms = TIMEOUT_MS,
			.tries = TRIES,
			.version = rig->version,
			.framing = rig->framing,
			.first_sequence = rig->next_sequence,
		},
		.clock = fake_clock_get(&rig->clock),
		.interrupt_fd = rig->interrupt_fds[0],
	};
	enum status status;

	flow_rig_disconnect(rig);
	rig->next_sequence = (uint8_t)(rig->next_sequence + SEQUENCE_STEP);
	status = flow_rig_open_transport(rig, &config.transport, &rig->err);
	if (status != STATUS_OK)
		return status;
	config.session.bytes_per_second = config.transport->bytes_per_second;
	return client_open(&config, &rig->client, &rig->err);
}

void flow_rig_disconnect(struct flow_rig *rig)
{
	client_close(rig->client);
	rig->client = NULL;
}

void flow_rig_wait_for_boot(struct flow_rig *rig)
{
	uint64_t until_us = rig->clock.now_us + BOOT_MAX_US;

	fake_clock_advance(&rig->clock, RESET_DELAY_US);
	while (!fakedev_is_present(rig->board, rig->clock.now_us)) {
		assert_true(rig->clock.now_us < until_us);
		fake_clock_advance(&rig->clock, BOOT_STEP_US);
	}
}

void flow_rig_interrupt_at(struct flow_rig *rig, unsigned request)
{
	rig->interrupt_request = request;
}

void flow_rig_cut_at(struct flow_rig *rig, unsigned request)
{
	rig->cut_request = request;
}

void flow_rig_clear_interrupt(struct flow_rig *rig)
{
	char byte;

	rig->cut_request = 0;
	rig->interrupt_request = 0;
	while (read(rig->interrupt_fds[0], &byte, 1) > 0)
		;
}

unsigned flow_rig_requests(const struct flow_rig *rig)
{
	struct fakedev_counters counters;

	fakedev_get_counters(rig->board, &counters);
	return counters.requests;
}

bool flow_rig_holds(const struct flow_rig *rig, unsigned slot, struct span file)
{
	struct span bytes = fakedev_slot_bytes(rig->board, 0, slot);

	return span_equal(span_sub(bytes, 0, file.len), file);
}

void flow_rig_expect_no_complaints(const struct flow_rig *rig)
{
	const char *complaint = fakedev_complaint(rig->board, 0);

	if (complaint != NULL)
		fail_msg("the board complains: %s", complaint);
}

static void append_slot(struct buf *out, const struct smp_image_slot *slot)
{
	buf_format(out, "%s%u/%u %s", out->len > 0 ? ", " : "", (unsigned)slot->image,
		(unsigned)slot->slot, slot->version);
	if (slot->active || slot->confirmed || slot->pending || slot->permanent)
		buf_append_text(out, " ");
	buf_append_text(out, slot->active ? "a" : "");
	buf_append_text(out, slot->confirmed ? "c" : "");
	buf_append_text(out, slot->pending ? "p" : "");
	buf_append_text(out, slot->permanent ? "P" : "");
}

const char *flow_rig_list(struct flow_rig *rig, char text[FLOW_LIST_MAX])
{
	struct buf out = buf_over(text, FLOW_LIST_MAX);
	struct smp_image_state state;

	if (flow_rig_connect(rig) != STATUS_OK ||
		device_image_state(rig->client, &state, &rig->err) != STATUS_OK)
		fail_msg("image list: %s", rig->err.message);
	flow_rig_disconnect(rig);
	for (size_t i = 0; i < state.count; i++)
		append_slot(&out, &state.slots[i]);
	return buf_text(&out);
}
