/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All the simulated uploads: bauds, buffers and flashes, each with several windows, losses and boards;
 * and the questions that the table asks of them.
 */
#ifndef BENCH_MATRIX_H
#define BENCH_MATRIX_H

#include "base/buf.h"
#include "bench/sim.h"

enum { MATRIX_WHY_MAX = 160 };

struct matrix_run {
	struct sim_case which;
	struct sim_limits limits;
	struct sim_result result;
	char why[MATRIX_WHY_MAX]; /* it went wrong; "": it did not */
};

/* The values that are combined with one another. */
struct matrix_axes {
	const uint32_t *bauds, *buf_sizes;
	size_t baud_count, buf_size_count;
	unsigned seeds; /* of the losses */
};

struct matrix {
	struct matrix_axes axes;
	size_t image_size;
	struct matrix_run *runs; /* owned */
	size_t count, capacity;
	unsigned failures;
};

struct matrix_axes matrix_axes(bool is_quick);

/*
 * Run them all. A run that goes wrong is noted, and the next one follows. STATUS_INTERNAL: out of
 * memory.
 */
enum status matrix_create(
	const struct matrix_axes *axes, struct matrix *ret_matrix, struct err *reterr);
void matrix_destroy(struct matrix *matrix); /* accepts a zeroed one */

/* A question: `line_buffers` and `seed` of `which` are not looked at, all seeds count together. */
struct matrix_answer {
	unsigned runs;      /* 0: there is none such, or one went wrong; then the rest is 0 */
	double bytes_per_s; /* of the image */
	double attainable;  /* share of what can be attained, 0 to 1; 0: not known */
	double physical;    /* share of what line and flash allow */
	struct sim_limits limits;
};

struct matrix_answer matrix_ask(const struct matrix *matrix, const struct sim_case *which);

/* The fixed windows that were tried, 0-terminated. */
const unsigned *matrix_windows(void);

/* What `window` 0 reaches, as a share of what the best fixed window does; 0: not known. */
double matrix_share_of_best(const struct matrix *matrix, const struct sim_case *which);

/* "115200 baud, 384-byte buffers, nrf52840, stalling, window 2" */
void matrix_describe(const struct sim_case *which, struct buf *out);

#endif
