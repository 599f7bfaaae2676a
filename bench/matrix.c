/* SPDX-License-Identifier: Apache-2.0 */
/* All the simulated uploads, see matrix.h. */
#include "bench/matrix.h"

#include <stdlib.h>

#include "bench/image.h"

enum { IMAGE_SIZE = 256 * 1024, LINE_BUFFERS = 2, SEEDS = 3, FIRST_CAPACITY = 1024 };

static const uint32_t all_bauds[] = { 115200, 460800, 921600, 1000000, 2000000 };
static const uint32_t all_buf_sizes[] = { 256, 384, 1024, 2048, 4096 };
static const uint32_t quick_bauds[] = { 115200, 1000000 };
static const uint32_t quick_buf_sizes[] = { 384, 4096 };
static const enum fakedev_flash_model flashes[] = { FAKEDEV_FLASH_INSTANT, FAKEDEV_FLASH_NRF52840,
	FAKEDEV_FLASH_NRF5340, FAKEDEV_FLASH_NRF54L15, FAKEDEV_FLASH_QSPI };
static const unsigned windows[] = { 1, 2, 4, 0 };
static const uint32_t losses_per_10000[] = { 10, 100 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct matrix_axes matrix_axes(bool is_quick)
{
	if (is_quick)
		return (struct matrix_axes){ quick_bauds, quick_buf_sizes, COUNT_OF(quick_bauds),
			COUNT_OF(quick_buf_sizes), 1 };
	return (struct matrix_axes){ all_bauds, all_buf_sizes, COUNT_OF(all_bauds),
		COUNT_OF(all_buf_sizes), SEEDS };
}

const unsigned *matrix_windows(void)
{
	return windows;
}

void matrix_describe(const struct sim_case *which, struct buf *out)
{
	buf_format(out, "%u baud, %u-byte buffers, %s", (unsigned)which->baud,
		(unsigned)which->buf_size, sim_flash_name(which->flash));
	if (which->board != SIM_BLANK)
		buf_format(out, ", %s", sim_board_name(which->board));
	if (which->window > 0)
		buf_format(out, ", window %u", which->window);
	if (which->loss_per_10000 > 0)
		buf_format(out, ", %g %% of the frames lost", which->loss_per_10000 / 100.0);
}

static struct matrix_run *add_run(struct matrix *matrix)
{
	size_t capacity = matrix->capacity > 0 ? 2 * matrix->capacity : FIRST_CAPACITY;
	struct matrix_run *runs;

	if (matrix->count == matrix->capacity) {
		runs = realloc(matrix->runs, capacity * sizeof(*runs));
		if (runs == NULL)
			return NULL;
		matrix->runs = runs;
		matrix->capacity = capacity;
	}
	return &matrix->runs[matrix->count++];
}

static void note_failure(struct matrix *matrix, struct matrix_run *run, const struct err *err)
{
	struct buf why = BUF_OVER(run->why);

	buf_append_text(&why, err->message);
	buf_text(&why);
	matrix->failures++;
}

static enum status run_case(struct matrix *matrix, const struct sim_case *which,
	const struct sim_images *images, const struct sim_limits *limits, struct err *reterr)
{
	struct matrix_run *run = add_run(matrix);
	struct err err = { 0 };

	if (run == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	*run = (struct matrix_run){ .which = *which, .limits = *limits };
	if (sim_upload(which, images, &run->result, &err) != STATUS_OK)
		note_failure(matrix, run, &err);
	return STATUS_OK;
}

/* With losses several seeds, so that one lucky run does not decide: what the program does by itself. */
static enum status run_window(struct matrix *matrix, const struct sim_case *which,
	const struct sim_images *images, const struct sim_limits *limits, struct err *reterr)
{
	struct sim_case one = *which;
	bool is_repeated = which->loss_per_10000 > 0 && which->window == 0;
	unsigned seeds = is_repeated ? matrix->axes.seeds : 1;

	for (unsigned i = 1; i <= seeds; i++) {
		one.seed = i;
		if (run_case(matrix, &one, images, limits, reterr) != STATUS_OK)
			return reterr->status;
	}
	return STATUS_OK;
}

static enum status run_windows(struct matrix *matrix, const struct sim_case *which,
	const struct sim_images *images, const struct sim_limits *limits, struct err *reterr)
{
	struct sim_case one = *which;

	for (size_t i = 0; i < COUNT_OF(windows); i++) {
		one.window = windows[i];
		if (run_window(matrix, &one, images, limits, reterr) != STATUS_OK)
			return reterr->status;
	}
	return STATUS_OK;
}

/* One board with all windows; with losses too when it is the plain one. */
static enum status run_board(struct matrix *matrix, const struct sim_case *which,
	const struct sim_images *images, struct err *reterr)
{
	struct sim_case one = *which;
	struct sim_limits limits;
	struct err err = { 0 };
	enum status status = sim_find_limits(which, images, &limits, &err);

	/* Where bytes are lost nobody can say what could be attained. */
	if (status != STATUS_OK && which->board != SIM_STALLING) {
		struct matrix_run *run = add_run(matrix);

		if (run == NULL)
			return err_set(reterr, STATUS_INTERNAL, "out of memory");
		*run = (struct matrix_run){ .which = *which };
		note_failure(matrix, run, &err);
		return STATUS_OK;
	}
	status = run_windows(matrix, which, images, &limits, reterr);
	for (size_t i = 0; i < COUNT_OF(losses_per_10000); i++) {
		if (which->board != SIM_BLANK || status != STATUS_OK)
			break;
		one.loss_per_10000 = losses_per_10000[i];
		status = run_windows(matrix, &one, images, &limits, reterr);
	}
	return status;
}

/* Boards that differ from the plain one with this flash. */
static bool is_sensible(enum fakedev_flash_model flash, enum sim_board board)
{
	if (board == SIM_STALLING)
		return flash == FAKEDEV_FLASH_NRF52840 || flash == FAKEDEV_FLASH_NRF5340;
	return board == SIM_BLANK || flash != FAKEDEV_FLASH_INSTANT;
}

static enum status run_link(struct matrix *matrix, uint32_t baud, uint32_t buf_size,
	const struct sim_images *images, struct err *reterr)
{
	for (size_t i = 0; i < COUNT_OF(flashes); i++) {
		for (int board = 0; board < SIM_BOARD_COUNT; board++) {
			struct sim_case which = {
				.baud = baud,
				.buf_size = buf_size,
				.flash = flashes[i],
				.board = (enum sim_board)board,
				.line_buffers = LINE_BUFFERS,
			};

			if (is_sensible(flashes[i], which.board) &&
				run_board(matrix, &which, images, reterr) != STATUS_OK)
				return reterr->status;
		}
	}
	return STATUS_OK;
}

enum status matrix_create(
	const struct matrix_axes *axes, struct matrix *ret_matrix, struct err *reterr)
{
	struct matrix matrix = { .axes = *axes, .image_size = IMAGE_SIZE };
	struct bench_image image = { 0 }, other = { 0 };
	enum status status = bench_image_make(&image, IMAGE_SIZE, 1, reterr);

	if (status == STATUS_OK)
		status = bench_image_make(&other, IMAGE_SIZE, 2, reterr);
	for (size_t i = 0; i < axes->baud_count; i++) {
		for (size_t j = 0; j < axes->buf_size_count && status == STATUS_OK; j++) {
			struct sim_images images = { image.bytes, other.bytes, image.hash };

			status = run_link(
				&matrix, axes->bauds[i], axes->buf_sizes[j], &images, reterr);
		}
	}
	bench_image_free(&image);
	bench_image_free(&other);
	if (status == STATUS_OK)
		*ret_matrix = matrix;
	else
		matrix_destroy(&matrix);
	return status;
}

void matrix_destroy(struct matrix *matrix)
{
	free(matrix->runs);
	*matrix = (struct matrix){ 0 };
}

static bool is_asked_for(const struct sim_case *a, const struct sim_case *b)
{
	return a->baud == b->baud && a->buf_size == b->buf_size && a->flash == b->flash &&
	       a->board == b->board && a->window == b->window &&
	       a->loss_per_10000 == b->loss_per_10000;
}

struct matrix_answer matrix_ask(const struct matrix *matrix, const struct sim_case *which)
{
	struct matrix_answer answer = { 0 };
	uint64_t total_us = 0;
	double runs;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct matrix_run *run = &matrix->runs[i];

		if (!is_asked_for(&run->which, which))
			continue;
		if (run->why[0] != '\0')
			return (struct matrix_answer){ 0 };
		answer.runs++;
		answer.limits = run->limits;
		total_us += run->result.duration_us;
	}
	if (answer.runs == 0 || total_us == 0)
		return (struct matrix_answer){ 0 };
	runs = answer.runs;
	answer.bytes_per_s = runs * (double)matrix->image_size * 1e6 / (double)total_us;
	answer.attainable = runs * (double)answer.limits.attainable_us / (double)total_us;
	answer.physical = runs * (double)answer.limits.physical_us / (double)total_us;
	return answer;
}

double matrix_share_of_best(const struct matrix *matrix, const struct sim_case *which)
{
	struct sim_case one = *which;
	double best = 0;

	for (size_t i = 0; windows[i] > 0; i++) {
		double rate;

		one.window = windows[i];
		rate = matrix_ask(matrix, &one).bytes_per_s;
		best = rate > best ? rate : best;
	}
	one.window = 0;
	return best > 0 ? matrix_ask(matrix, &one).bytes_per_s / best : 0;
}
