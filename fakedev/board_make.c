/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in a new board: the factory image, and of the image that it is to be updated to as much as
 * `start` says, see board.h.
 */
#include "fakedev/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fakedev/factory.h"
#include "fakedev/server_slots.h"
#include "image/digest.h"

/* Put an image into the primary slot as a programmer would, and blank the other one. */
static enum status program(
	struct fakedev *board, unsigned image, struct span bytes, struct err *reterr)
{
	const struct slot *slots = board->setup.slots[image];
	const struct slot *slot = &slots[SLOT_PRIMARY];
	struct store_ram *ram = board->ram;
	struct mcuboot_image found;
	struct span hash;
	enum status status = mcuboot_parse(bytes, &found, reterr);

	if (status != STATUS_OK) {
		err_wrap(reterr, "factory image");
		return status;
	}
	if (!mcuboot_hash(&found, &hash) || hash.len > STORE_HASH_MAX)
		return err_set(reterr, STATUS_BAD_FILE, "factory image: it has no hash");
	if (found.size > slot_max_image_size(slot))
		return err_set(reterr, STATUS_BAD_FILE,
			"factory image: its %zu bytes do not fit a slot of %zu", found.size,
			slot->size);
	slot_erase(slot);
	slot_erase(&slots[SLOT_SECONDARY]);
	flash_write(slot->flash, slot->at, span_sub(bytes, 0, found.size));
	/* Without a mark this bootloader would erase it (protocol.md 6.7). */
	if (board->config.bootloader == FAKEDEV_DIRECT_XIP_REVERT) {
		slot_write_magic(slot);
		slot_set_image_ok(slot);
	}
	if (image == 0) {
		ram->factory_hash_len = (uint32_t)hash.len;
		memcpy(ram->factory_hash, hash.data, hash.len);
	}
	return STATUS_OK;
}

static enum status program_made_up(struct fakedev *board, unsigned image, struct err *reterr)
{
	size_t size = factory_image_size(FACTORY_PAYLOAD_SIZE);
	struct mcuboot_version version = factory_version();
	struct buf out = buf_over(malloc(size), size);
	enum status status;

	if (out.data == NULL || !factory_image_build(&version, FACTORY_PAYLOAD_SIZE,
					board->config.seed + image, &out))
		status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	else
		status = program(board, image, buf_span(&out), reterr);
	free(out.data);
	return status;
}

static enum status program_file(struct fakedev *board, const char *path, struct err *reterr)
{
	struct file_map map = { 0 };
	enum status status = file_map(path, board->config.slot_size, &map, reterr);

	if (status == STATUS_OK)
		status = program(board, 0, map.bytes, reterr);
	file_unmap(&map);
	return status;
}

/* A board out of the factory: every image runs, nothing is in the secondary slots. */
static enum status program_factory(struct fakedev *board, struct err *reterr)
{
	const char *path = board->config.factory_path;
	struct store_ram *ram = board->ram;
	enum status status = STATUS_OK;

	for (unsigned image = 0; image < board->config.images && status == STATUS_OK; image++) {
		if (image == 0 && path[0] != '\0')
			status = program_file(board, path, reterr);
		else
			status = program_made_up(board, image, reterr);
	}
	board->setup.factory_hash = span_make(ram->factory_hash, ram->factory_hash_len);
	return status;
}

/*
 * How a board comes into a state: u the second image is uploaded, h half of it is, t it is marked for
 * test, p for good, r reset, c confirm.
 */
static const char *const histories[] = {
	[FAKEDEV_START_FACTORY] = "",
	[FAKEDEV_START_UPLOADED] = "u",
	[FAKEDEV_START_TEST] = "ut",
	[FAKEDEV_START_PERMANENT] = "up",
	[FAKEDEV_START_TESTING] = "utr",
	[FAKEDEV_START_CONFIRMED] = "utrc",
	[FAKEDEV_START_REVERTED] = "utrr",
	[FAKEDEV_START_HALF] = "h",
	[FAKEDEV_START_RECOVERY] = "u",
};

static bool runs_second(enum fakedev_start start)
{
	return start == FAKEDEV_START_TESTING || start == FAKEDEV_START_CONFIRMED;
}

enum status board_check_start(const struct fakedev_config *config, struct err *reterr)
{
	enum fakedev_start start = config->start;
	bool has_second = config->second_path[0] != '\0';
	bool needs_way_back = start == FAKEDEV_START_TESTING || start == FAKEDEV_START_REVERTED;
	bool has_way_back = config->bootloader == FAKEDEV_SWAP ||
			    config->bootloader == FAKEDEV_DIRECT_XIP_REVERT;

	if (has_second && start == FAKEDEV_START_FACTORY)
		return err_set(reterr, STATUS_USAGE,
			"second: say with start what became of that image, for example "
			"start=uploaded");
	if (has_second && config->bootloader == FAKEDEV_SINGLE)
		return err_set(reterr, STATUS_USAGE,
			"second: with bootloader=single there is no slot for it");
	if (!has_second && start != FAKEDEV_START_FACTORY && start != FAKEDEV_START_RECOVERY)
		return err_set(reterr, STATUS_USAGE, "start: which image? second=FILE says it");
	if (needs_way_back && !has_way_back)
		return err_set(reterr, STATUS_USAGE,
			"start: this bootloader has no way back, so it knows no such state");
	return STATUS_OK;
}

/* The server's memory of an upload that was left half-way, so that it can go on. */
static enum status remember_upload(
	struct fakedev *board, struct span file, size_t offset, struct err *reterr)
{
	struct store_upload upload = {
		.is_active = true,
		.slot = SLOT_SECONDARY,
		.offset = (uint32_t)offset,
		.len = (uint32_t)file.len,
		.sha_len = DIGEST_SHA256_SIZE,
	};
	uint8_t digest[DIGEST_SIZE_MAX];

	if (!digest_compute(DIGEST_SHA256, file, digest))
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	memcpy(upload.sha, digest, sizeof(upload.sha));
	board->ram->upload = upload;
	return STATUS_OK;
}

static enum status install_second(
	struct fakedev *board, struct span file, bool is_half, struct err *reterr)
{
	const struct slot *slot = &board->setup.slots[0][SLOT_SECONDARY];
	size_t room = server_max_image_size(&board->server, slot);
	size_t len = is_half ? file.len / 2 / FLASH_WORD_SIZE * FLASH_WORD_SIZE : file.len;

	if (file.len > room)
		return err_set(reterr, STATUS_BAD_FILE,
			"second image: its %zu bytes do not fit a slot, which takes %zu", file.len,
			room);
	flash_write(slot->flash, slot->at, span_sub(file, 0, len));
	return is_half ? remember_upload(board, file, len, reterr) : STATUS_OK;
}

/* Would the bootloader start it? */
static enum status check_second(const struct fakedev *board, struct err *reterr)
{
	enum image_verdict verdict =
		boot_validate(&board->setup, &board->setup.slots[0][SLOT_SECONDARY]);

	if (verdict == IMAGE_GOOD)
		return STATUS_OK;
	return err_set(reterr, STATUS_BAD_FILE, "second image: the bootloader refuses it: %s",
		image_verdict_text(verdict));
}

/* Where images run in place without a way back a mark means nothing, and does not harm. */
static enum status take_step(struct fakedev *board, char step, struct span file, struct err *reterr)
{
	const struct slot *slots = board->setup.slots[0];

	switch (step) {
	case 'u':
	case 'h':
		return install_second(board, file, step == 'h', reterr);
	case 't':
	case 'p':
		if (board->config.bootloader != FAKEDEV_DIRECT_XIP)
			slot_set_pending(&slots[SLOT_SECONDARY], step == 'p', 0);
		break;
	case 'c':
		slot_confirm(&slots[board->ram->active_slot[0]]);
		break;
	default:
		board_boot(board);
		break;
	}
	return STATUS_OK;
}

static enum status check_outcome(const struct fakedev *board, struct span file, struct err *reterr)
{
	unsigned active = board->ram->active_slot[0];
	struct span running = slot_bytes(&board->setup.slots[0][active]);

	if (!runs_second(board->config.start) || span_equal(span_sub(running, 0, file.len), file))
		return STATUS_OK;
	return err_set(reterr, STATUS_BAD_FILE,
		"second image: the bootloader prefers the factory image, whose version is not "
		"lower");
}

static enum status live_through(struct fakedev *board, struct span file, struct err *reterr)
{
	const char *history = histories[board->config.start];
	enum status status = STATUS_OK;

	for (const char *step = history; *step != '\0' && status == STATUS_OK; step++) {
		status = take_step(board, *step, file, reterr);
		if (status == STATUS_OK && *step == 'u' && strchr(history, 'r') != NULL)
			status = check_second(board, reterr);
	}
	return status == STATUS_OK ? check_outcome(board, file, reterr) : status;
}

static enum status apply_start(struct fakedev *board, struct err *reterr)
{
	const char *path = board->config.second_path;
	struct file_map map = { 0 };
	enum status status;

	if (path[0] == '\0')
		return STATUS_OK;
	status = file_map(path, board->config.slot_size, &map, reterr);
	if (status == STATUS_OK)
		status = live_through(board, map.bytes, reterr);
	file_unmap(&map);
	return status;
}

enum status board_make(struct fakedev *board, struct err *reterr)
{
	struct store_ram *ram = board->ram;
	enum status status;

	/* Whatever one who died at this has left. */
	memset(ram, 0, sizeof(*ram));
	status = program_factory(board, reterr);
	if (status != STATUS_OK)
		return status;
	board_boot(board);
	status = apply_start(board, reterr);
	if (status != STATUS_OK)
		return status;
	/* As if all that had happened elsewhere. */
	ram->boots = 1;
	if (board->config.start == FAKEDEV_START_RECOVERY)
		ram->in_recovery = true;
	ram->is_programmed = true;
	return STATUS_OK;
}
