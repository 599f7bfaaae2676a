/* SPDX-License-Identifier: Apache-2.0 */
/* How a fake board is made, asked about and destroyed, see fakedev.h and board.h. */
#include "fakedev/board.h"

#include <stdlib.h>

#include "base/clock.h"
#include "fakedev/flash_model.h"
#include "fakedev/recovery.h"

enum {
	RX_QUEUE_SIZE = 4096, /* what a host's driver holds before it makes the writer wait */
	TX_QUEUE_SIZE = 64 * 1024,
	LINE_LENGTH_MIN = 16,
	BUF_SIZE_MIN = 64,
	WRITE_BLOCK_MAX = 32,
	FIFO_SIZE_MAX = 4096,
};

/* fakedev_config_set has checked all that; whoever fills the struct by hand is checked here. */
static enum status check_sizes(const struct fakedev_config *config, struct err *reterr)
{
	if (config->images < 1 || config->images > FAKEDEV_IMAGES_MAX)
		return err_set(reterr, STATUS_USAGE, "a fake board has 1 to %d images",
			FAKEDEV_IMAGES_MAX);
	if (config->buf_size < BUF_SIZE_MIN || config->buf_size > SMP_PACKET_MAX)
		return err_set(reterr, STATUS_USAGE, "a buffer of %u bytes cannot be",
			(unsigned)config->buf_size);
	if (config->buf_count < 2)
		return err_set(reterr, STATUS_USAGE,
			"a request and its reply need a buffer each, so there must be two");
	if (config->line_length < LINE_LENGTH_MIN || config->line_length > SMP_LINE_LENGTH_MAX)
		return err_set(reterr, STATUS_USAGE, "a line of %u bytes cannot be",
			(unsigned)config->line_length);
	if (config->line_buffers < 1 || config->line_buffers > INLET_BUFFERS_MAX)
		return err_set(reterr, STATUS_USAGE, "%u line buffers cannot be",
			(unsigned)config->line_buffers);
	if (config->fifo_size > FIFO_SIZE_MAX)
		return err_set(reterr, STATUS_USAGE, "a FIFO of %u bytes cannot be",
			(unsigned)config->fifo_size);
	if (config->write_block < 1 || config->write_block > WRITE_BLOCK_MAX)
		return err_set(reterr, STATUS_USAGE, "a write block of %u bytes cannot be",
			(unsigned)config->write_block);
	return STATUS_OK;
}

/* Some faults are about what raw packets do not have. */
static enum status check_framing(const struct fakedev_config *config, struct err *reterr)
{
	for (unsigned i = 0; config->framing == FAKEDEV_RAW && i < config->fault_count; i++) {
		if (config->faults[i].kind == FAULT_BAD_CRC)
			return err_set(reterr, STATUS_USAGE,
				"fault: raw packets have no checksum that could be wrong");
		if (config->faults[i].kind == FAULT_BAD_LENGTH)
			return err_set(reterr, STATUS_USAGE,
				"fault: raw packets have no length but the header's: bad-header");
	}
	return STATUS_OK;
}

/* Memory of the two lines, of a reply, of all that a request makes the board send, of the FIFO. */
static bool allocate_memory(struct fakedev *board)
{
	const struct fakedev_config *config = &board->config;
	size_t packet_max = board_packet_max(config);
	size_t burst_max = wire_reply_max(packet_max);
	uint8_t *memory =
		malloc(RX_QUEUE_SIZE + TX_QUEUE_SIZE + packet_max + burst_max + config->fifo_size);

	board->memory = memory;
	if (memory == NULL)
		return false;
	line_init(&board->rx, buf_over(memory, RX_QUEUE_SIZE), config->baud);
	memory += RX_QUEUE_SIZE;
	line_init(&board->tx, buf_over(memory, TX_QUEUE_SIZE), config->baud);
	memory += TX_QUEUE_SIZE;
	board->reply = buf_over(memory, packet_max);
	memory += packet_max;
	board->burst = buf_over(memory, burst_max);
	stall_init(&board->stall, buf_over(memory + burst_max, config->fifo_size));
	return true;
}

static enum status allocate(struct fakedev *board, struct err *reterr)
{
	const struct fakedev_config *config = &board->config;
	size_t packet_max = board_packet_max(config);
	size_t lines =
		config->line_buffers > RECOVERY_LINES ? config->line_buffers : RECOVERY_LINES;

	board->inlet_memory = malloc(lines * config->line_length);
	if (board->inlet_memory == NULL || !allocate_memory(board) ||
		!queue_create(&board->queue, config->buf_count, packet_max) ||
		!wire_create(&board->wire, config, packet_max))
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	if (raw_receiver_create(&board->raw, packet_max, reterr) != STATUS_OK)
		return reterr->status;
	return receiver_create(&board->receiver, config->line_length, packet_max, reterr);
}

static void lay_out_flash(struct fakedev *board)
{
	const struct fakedev_config *config = &board->config;

	board->ram = store_ram(board->store);
	board->flash = (struct flash){
		.bytes = store_flash(board->store),
		.size = store_flash_size(board->store),
		.times = flash_model_times(config->flash),
	};
	board->setup = (struct boot_setup){
		.bootloader = config->bootloader,
		.images = config->images,
		.key = board->key,
		.hides_network_core = config->hides_network_core,
	};
	for (unsigned i = 0; i < config->images * SLOTS_PER_IMAGE; i++) {
		board->setup.slots[i / SLOTS_PER_IMAGE][i % SLOTS_PER_IMAGE] = (struct slot){
			.flash = &board->flash,
			.at = (size_t)i * config->slot_size,
			.size = config->slot_size,
		};
	}
	board->server = (struct server){
		.config = config,
		.setup = &board->setup,
		.ram = board->ram,
		.files = store_files(board->store),
	};
}

/*
 * Power on, or go on where the process before has let go (see store.h). Recovery is entered as if the
 * button were held, unless the last process asked for the reset that leads out of it.
 */
static enum status wake(struct fakedev *board, uint64_t now_us, struct err *reterr)
{
	struct store_ram *ram = board->ram;
	bool is_new = !ram->is_programmed, was_reset = ram->reset_pending;
	bool enters_recovery =
		board->config.mode == FAKEDEV_RECOVERY && !was_reset && !ram->in_recovery;
	enum status status = is_new ? board_make(board, reterr) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	board->setup.factory_hash = span_make(ram->factory_hash, ram->factory_hash_len);
	if (enters_recovery)
		ram->in_recovery = true;
	if (!is_new && (was_reset || enters_recovery))
		board_boot(board);
	board_resume(board, now_us);
	return STATUS_OK;
}

enum status fakedev_create(const struct fakedev_config *config, uint64_t now_us,
	struct fakedev **ret_board, struct err *reterr)
{
	enum status status = check_sizes(config, reterr);
	struct fakedev *board;

	if (status == STATUS_OK)
		status = check_framing(config, reterr);
	if (status == STATUS_OK)
		status = board_check_start(config, reterr);
	if (status != STATUS_OK)
		return status;
	board = calloc(1, sizeof(*board));
	if (board == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	board->config = *config;
	board->leave_us = CLOCK_NEVER;
	status = allocate(board, reterr);
	if (status == STATUS_OK && config->key_path[0] != '\0')
		status = image_key_load(config->key_path, &board->key, reterr);
	if (status == STATUS_OK)
		status = store_open(&board->config, &board->store, reterr);
	if (status == STATUS_OK) {
		lay_out_flash(board);
		status = wake(board, now_us, reterr);
	}
	if (status != STATUS_OK) {
		fakedev_destroy(board);
		return status;
	}
	*ret_board = board;
	return STATUS_OK;
}

void fakedev_destroy(struct fakedev *board)
{
	if (board == NULL)
		return;
	outbox_clear(&board->outbox);
	receiver_destroy(&board->receiver);
	raw_receiver_destroy(&board->raw);
	wire_destroy(&board->wire);
	queue_destroy(&board->queue);
	store_close(board->store);
	image_key_free(board->key);
	free(board->inlet_memory);
	free(board->memory);
	free(board);
}

const char *fakedev_complaint(const struct fakedev *board, size_t index)
{
	return judge_complaint(&board->judge, index);
}

void fakedev_get_counters(const struct fakedev *board, struct fakedev_counters *ret_counters)
{
	*ret_counters = board->counters;
	ret_counters->boots = board->ram->boots;
}

bool fakedev_is_in_recovery(const struct fakedev *board)
{
	return board->in_recovery;
}

struct span fakedev_slot_bytes(const struct fakedev *board, unsigned image, unsigned slot)
{
	if (image >= board->config.images || slot >= SLOTS_PER_IMAGE)
		return span_make(NULL, 0);
	return slot_bytes(&board->setup.slots[image][slot]);
}

bool fakedev_file(const struct fakedev *board, const char *path, struct buf *out)
{
	struct files_area *area = store_files(board->store);
	unsigned file;
	uint8_t *data;
	size_t size;

	if (files_find(area, span_from_text(path), false, &file) != FILES_OK)
		return false;
	size = files_size(area, file);
	data = buf_reserve(out, size);
	if (data != NULL)
		buf_commit(out, files_read(area, file, 0, data, size));
	return true;
}
