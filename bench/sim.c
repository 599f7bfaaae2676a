/* SPDX-License-Identifier: Apache-2.0 */
/* One upload in simulated time, see sim.h. */
#include "bench/sim.h"

#include <errno.h>

#include "bench/ideal.h"
#include "bench/limit.h"
#include "bench/loss.h"
#include "fakedev/fakedev.h"
#include "fakedev/flash_model.h"
#include "src/upload.h"

enum {
	START_US = 7 * 1000 * 1000,
	TIMEOUT_MS = 2000, /* the program's defaults */
	TRIES = 3,
	BITS_PER_BYTE = 10,
	SECONDARY = 1, /* the slot that an upload goes to */
};

#define TIME_LIMIT_US (UINT64_C(3600) * 1000 * 1000)

struct sim {
	const struct sim_case *which;
	const struct sim_images *images;
	struct fakedev *board;
	uint64_t now_us;
	struct loss loss;
};

const char *sim_board_name(enum sim_board board)
{
	static const char *const names[SIM_BOARD_COUNT] = {
		[SIM_BLANK] = "blank",
		[SIM_USED] = "used",
		[SIM_PROGRESSIVE] = "progressive",
		[SIM_STALLING] = "stalling",
	};

	return names[board];
}

const char *sim_flash_name(enum fakedev_flash_model flash)
{
	switch (flash) {
	case FAKEDEV_FLASH_INSTANT:
		return "instant";
	case FAKEDEV_FLASH_NRF52840:
		return "nrf52840";
	case FAKEDEV_FLASH_NRF5340:
		return "nrf5340";
	case FAKEDEV_FLASH_NRF54L15:
		return "nrf54l15";
	case FAKEDEV_FLASH_QSPI:
		return "qspi";
	}
	return "unknown";
}

/* Nothing is waited for but the board, which has no descriptor. */
static uint64_t sim_now_us(void *ctx)
{
	return ((const struct sim *)ctx)->now_us;
}

static int sim_wait(void *ctx, struct pollfd *fds, nfds_t count, uint64_t until_us)
{
	struct sim *sim = ctx;

	(void)fds;
	/* A wait that nothing would ever end; and a client that is at it for an hour. */
	if (count > 0 || until_us == CLOCK_NEVER || sim->now_us > START_US + TIME_LIMIT_US) {
		errno = ETIME;
		return -1;
	}
	if (until_us > sim->now_us)
		sim->now_us = until_us;
	return 0;
}

static size_t board_rx(void *device, struct span bytes, uint64_t now_us)
{
	return fakedev_rx(((struct sim *)device)->board, bytes, now_us);
}

static size_t board_tx(void *device, uint8_t *data, size_t cap, uint64_t now_us)
{
	return fakedev_tx(((struct sim *)device)->board, data, cap, now_us);
}

static bool board_is_present(void *device, uint64_t now_us)
{
	return fakedev_is_present(((struct sim *)device)->board, now_us);
}

static uint64_t board_next_wakeup_us(void *device, uint64_t now_us)
{
	return fakedev_next_wakeup_us(((struct sim *)device)->board, now_us);
}

static void board_close(void *device)
{
	(void)device; /* it is still to be looked at */
}

static struct fakedev_config board_config(const struct sim_case *which)
{
	struct fakedev_config config;

	fakedev_config_default(&config);
	config.baud = which->baud;
	config.buf_size = which->buf_size;
	config.flash = which->flash;
	config.line_buffers = which->line_buffers;
	config.erases_progressively =
		which->board == SIM_PROGRESSIVE || which->board == SIM_STALLING;
	config.stalls = which->board == SIM_STALLING;
	return config;
}

/* What a board that erases before it answers is sent meanwhile is lost on many a real one. */
static enum status upload_ideally(
	struct sim *sim, const struct fakedev_config *config, struct span image, struct err *reterr)
{
	struct ideal_setup setup = {
		.message_max = limit_message_max(config->buf_size),
		.window = config->buf_count - 1,
		.sends_first_alone = sim->which->board == SIM_USED,
	};

	return ideal_upload(sim->board, image, &setup, &sim->now_us, reterr);
}

/* A board that is ready for the upload. */
static enum status open_board(struct sim *sim, const struct sim_case *which,
	const struct sim_images *images, struct err *reterr)
{
	struct fakedev_config config = board_config(which);
	enum status status;

	*sim = (struct sim){ .which = which, .images = images, .now_us = START_US };
	status = fakedev_create(&config, sim->now_us, &sim->board, reterr);
	if (status == STATUS_OK && which->board == SIM_USED)
		status = upload_ideally(sim, &config, images->other, reterr);
	return status;
}

static enum status compare(const struct sim *sim, struct err *reterr)
{
	struct span image = sim->images->image;
	struct span slot = fakedev_slot_bytes(sim->board, 0, SECONDARY);

	if (!span_equal(span_sub(slot, 0, image.len), image))
		return err_set(reterr, STATUS_INTERNAL, "the flash does not hold the image");
	return STATUS_OK;
}

static enum status find_attainable(struct sim *sim, struct sim_limits *limits, struct err *reterr)
{
	struct fakedev_config config = board_config(sim->which);
	uint64_t begin_us = sim->now_us;
	enum status status = upload_ideally(sim, &config, sim->images->image, reterr);

	if (status == STATUS_OK)
		status = compare(sim, reterr);
	if (status == STATUS_OK)
		limits->attainable_us = sim->now_us - begin_us;
	return status;
}

/* The pages that the board erases for the image: all that it touches, and the trailer's. */
static uint64_t pages_to_erase(const struct sim_case *which, size_t image_size)
{
	return which->board == SIM_BLANK ? 0
					 : (image_size + FLASH_PAGE_SIZE - 1) / FLASH_PAGE_SIZE +
						   (which->board != SIM_USED);
}

enum status sim_find_limits(const struct sim_case *which, const struct sim_images *images,
	struct sim_limits *ret_limits, struct err *reterr)
{
	struct flash_times times = flash_model_times(which->flash);
	size_t size = images->image.len;
	struct sim sim;
	enum status status;

	*ret_limits = (struct sim_limits){
		.line_us = limit_line_us(
			limit_image_wire_size(images->image, limit_message_max(which->buf_size)),
			which->baud),
		.flash_us = limit_flash_us(&times, pages_to_erase(which, size), size),
	};
	ret_limits->physical_us = ret_limits->line_us > ret_limits->flash_us ? ret_limits->line_us
									     : ret_limits->flash_us;
	status = open_board(&sim, which, images, reterr);
	if (status == STATUS_OK)
		status = find_attainable(&sim, ret_limits, reterr);
	fakedev_destroy(sim.board);
	return status;
}

static enum status open_client(struct sim *sim, struct client **ret_client, struct err *reterr)
{
	struct client_config config = {
		.session = {
			.timeout_ms = TIMEOUT_MS,
			.tries = TRIES,
			.bytes_per_second = sim->which->baud / BITS_PER_BYTE,
		},
		.clock = { .now_us = sim_now_us, .wait = sim_wait, .ctx = sim },
		.interrupt_fd = -1,
	};
	struct loopback_peer peer = {
		.rx = board_rx,
		.tx = board_tx,
		.is_present = board_is_present,
		.next_wakeup_us = board_next_wakeup_us,
		.close = board_close,
		.device = sim,
	};
	enum status status;

	if (sim->which->loss_per_10000 > 0)
		peer = loss_wrap(&sim->loss, &peer, sim->which->loss_per_10000, sim->which->seed);
	status = loopback_open(&peer, &config.transport, reterr);
	if (status != STATUS_OK)
		return status;
	return client_open(&config, ret_client, reterr);
}

static enum status run_upload(struct sim *sim, struct client *client,
	struct upload_result *ret_result, struct err *reterr)
{
	struct upload_plan plan = {
		.file = sim->images->image,
		.hash = sim->images->hash,
		.window = sim->which->window,
		.has_fixed_window = sim->which->window > 0,
	};
	struct progress progress;

	progress_init(&progress, NULL, true);
	return upload_run(client, &plan, &progress, ret_result, reterr);
}

/* Where bytes are lost the client may be late and the board annoyed; elsewhere nothing excuses it. */
static enum status judge(const struct sim *sim, struct err *reterr)
{
	const char *complaint = fakedev_complaint(sim->board, 0);

	if (complaint != NULL && sim->which->loss_per_10000 == 0 &&
		sim->which->board != SIM_STALLING)
		return err_set(reterr, STATUS_INTERNAL, "the board complains: %s", complaint);
	return compare(sim, reterr);
}

enum status sim_upload(const struct sim_case *which, const struct sim_images *images,
	struct sim_result *ret_result, struct err *reterr)
{
	struct upload_result upload = { 0 };
	struct client *client = NULL;
	struct sim sim;
	enum status status = open_board(&sim, which, images, reterr);

	if (status == STATUS_OK)
		status = open_client(&sim, &client, reterr);
	if (status == STATUS_OK)
		status = run_upload(&sim, client, &upload, reterr);
	if (status == STATUS_OK)
		status = judge(&sim, reterr);
	if (status == STATUS_OK)
		*ret_result = (struct sim_result){
			.duration_us = upload.duration_us,
			.bytes_sent = upload.bytes_sent,
			.frames_lost = sim.loss.to_board.lost + sim.loss.to_host.lost,
		};
	client_close(client);
	fakedev_destroy(sim.board);
	return status;
}
