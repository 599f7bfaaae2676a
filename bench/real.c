/* SPDX-License-Identifier: Apache-2.0 */
/* The real programs in real time, see real.h. */
#include "bench/real.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "bench/image.h"
#include "bench/limit.h"
#include "bench/quick_board.h"
#include "fakedev/fakedev.h"

enum {
	SLOT_SIZE_MIN = 512 * 1024,
	SECONDARY = 1,
	RUNS_MAX = 256,
	WORD_MAX = 32,
};

static const char image_name[] = "image.bin", flash_name[] = "board.flash";

struct names {
	char smpctl[CHILD_PATH_MAX], fakedev[CHILD_PATH_MAX];
	char image[CHILD_PATH_MAX], flash[CHILD_PATH_MAX];
};

static bool join(char *path, const char *folder, const char *name)
{
	return snprintf(path, CHILD_PATH_MAX, "%s/%s", folder, name) < CHILD_PATH_MAX;
}

static enum status find_names(
	const struct real_setup *setup, struct names *names, struct err *reterr)
{
	if (!join(names->smpctl, setup->programs, "smpctl") ||
		!join(names->fakedev, setup->programs, "smpctl-fakedev") ||
		!join(names->image, setup->folder, image_name) ||
		!join(names->flash, setup->folder, flash_name))
		return err_set(reterr, STATUS_USAGE, "the path is too long");
	return STATUS_OK;
}

enum status real_open(const char *programs, struct real_setup *ret_setup, struct err *reterr)
{
	struct real_setup setup = { .programs = programs, .folder = "/tmp/smpctl-bench-XXXXXX" };

	if (mkdtemp(setup.folder) == NULL)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "%s", setup.folder);
	*ret_setup = setup;
	return STATUS_OK;
}

void real_close(struct real_setup *setup)
{
	struct names names;

	if (find_names(setup, &names, ERR_IGNORED) != STATUS_OK)
		return;
	unlink(names.image);
	unlink(names.flash);
	rmdir(setup->folder);
}

static uint32_t slot_size_for(size_t image_size)
{
	size_t size = SLOT_SIZE_MIN;

	while (size < image_size + 2 * FLASH_PAGE_SIZE)
		size *= 2;
	return (uint32_t)size;
}

/* Either kind of board: the real program where its time counts, else the one without any. */
struct board {
	bool is_quick;
	struct child_board real;
	struct quick_board quick;
};

static struct fakedev_config board_config(
	const struct names *names, const struct real_upload *upload)
{
	struct fakedev_config config;

	fakedev_config_default(&config);
	config.buf_size = upload->buf_size;
	config.line_buffers = upload->line_buffers;
	config.slot_size = slot_size_for(upload->image_size);
	memcpy(config.state_path, names->flash, sizeof(config.state_path));
	return config;
}

static enum status start_real_board(const struct names *names, const struct real_upload *upload,
	struct child_board *ret_board, struct err *reterr)
{
	char baud[WORD_MAX], buf_size[WORD_MAX], lines[WORD_MAX], slot_size[WORD_MAX];
	const char *argv[] = { names->fakedev, "--state", names->flash, "--baud", baud,
		"--buf-size", buf_size, "--line-buffers", lines, "--slot-size", slot_size, NULL };

	snprintf(baud, sizeof(baud), "%u", (unsigned)upload->baud);
	snprintf(buf_size, sizeof(buf_size), "%u", (unsigned)upload->buf_size);
	snprintf(lines, sizeof(lines), "%u", (unsigned)upload->line_buffers);
	snprintf(slot_size, sizeof(slot_size), "%u", (unsigned)slot_size_for(upload->image_size));
	return child_board_start(argv, ret_board, reterr);
}

static enum status start_board(const struct names *names, const struct real_upload *upload,
	struct board *board, struct err *reterr)
{
	struct fakedev_config config = board_config(names, upload);

	board->is_quick = upload->baud == 0;
	if (board->is_quick)
		return quick_board_start(&config, &board->quick, reterr);
	return start_real_board(names, upload, &board->real, reterr);
}

static const char *board_port(const struct board *board)
{
	return board->is_quick ? board->quick.port : board->real.port;
}

static enum status stop_board(struct board *board, struct err *reterr)
{
	return board->is_quick ? quick_board_stop(&board->quick, reterr)
			       : child_board_stop(&board->real, reterr);
}

static enum status run_smpctl(
	const struct names *names, const char *port, struct real_upload *upload, struct err *reterr)
{
	char baud[WORD_MAX];
	const char *argv[] = { names->smpctl, "--port", port, "--baud", baud, "image", "upload",
		names->image, NULL };

	/* A pseudo-terminal with a speed that it does not keep to is like USB. */
	snprintf(baud, sizeof(baud), "%u", upload->baud > 0 ? (unsigned)upload->baud : 115200u);
	return child_run(argv, &upload->cost, reterr);
}

/* What the board has put into its file is what its flash holds. */
static enum status compare(const struct names *names, const struct real_upload *upload,
	struct span image, struct err *reterr)
{
	struct fakedev_config config = board_config(names, upload);
	struct fakedev *board;
	enum status status;

	status = fakedev_create(&config, 0, &board, reterr);
	if (status != STATUS_OK)
		return status;
	if (!span_equal(span_sub(fakedev_slot_bytes(board, 0, SECONDARY), 0, image.len), image))
		status = err_set(reterr, STATUS_INTERNAL, "the flash does not hold the image");
	fakedev_destroy(board);
	return status;
}

/* Only now may this process grow: its peak counts as that of the processes that it starts. */
static enum status look_at_result(
	const struct names *names, struct real_upload *upload, struct err *reterr)
{
	struct file_map map = { 0 };
	enum status status = file_map(names->image, upload->image_size, &map, reterr);

	if (status == STATUS_OK)
		status = compare(names, upload, map.bytes, reterr);
	if (status == STATUS_OK && upload->baud > 0)
		upload->physical_us = limit_line_us(
			limit_image_wire_size(map.bytes, limit_message_max(upload->buf_size)),
			upload->baud);
	file_unmap(&map);
	return status;
}

enum status real_upload_run(
	const struct real_setup *setup, struct real_upload *upload, struct err *reterr)
{
	struct names names;
	struct board board;
	enum status status = find_names(setup, &names, reterr);

	if (status == STATUS_OK)
		status = bench_image_write(names.image, upload->image_size, 1, reterr);
	if (status != STATUS_OK)
		return status;
	unlink(names.flash);
	status = start_board(&names, upload, &board, reterr);
	if (status != STATUS_OK)
		return status;
	status = run_smpctl(&names, board_port(&board), upload, reterr);
	if (status == STATUS_OK)
		status = stop_board(&board, reterr);
	else
		stop_board(&board, ERR_IGNORED);
	if (status == STATUS_OK)
		status = look_at_result(&names, upload, reterr);
	return status;
}

static int compare_times(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

enum status real_start_up(
	const struct real_setup *setup, unsigned runs, uint64_t *ret_median_us, struct err *reterr)
{
	uint64_t times_us[RUNS_MAX];
	struct names names;
	enum status status = find_names(setup, &names, reterr);
	const char *argv[] = { names.smpctl, "--version", NULL };

	runs = runs < RUNS_MAX ? runs : RUNS_MAX;
	for (unsigned i = 0; i < runs && status == STATUS_OK; i++) {
		struct child_cost cost;

		status = child_run(argv, &cost, reterr);
		if (status == STATUS_OK)
			times_us[i] = cost.wall_us;
	}
	if (status != STATUS_OK || runs == 0)
		return status;
	qsort(times_us, runs, sizeof(times_us[0]), compare_times);
	*ret_median_us = times_us[runs / 2];
	return STATUS_OK;
}
