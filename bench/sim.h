/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One upload in simulated time: the program's own upload code (src/upload.h) against a fake board in
 * this process, on a clock that moves only when somebody waits. Exact and repeatable: the same case
 * gives the same microseconds on every machine.
 */
#ifndef BENCH_SIM_H
#define BENCH_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "fakedev/config.h"

/* What the upload finds, and what the board is like. */
enum sim_board {
	SIM_BLANK,       /* nothing has to be erased */
	SIM_USED,        /* another image lies there, and is erased before the first answer */
	SIM_PROGRESSIVE, /* each page is erased when it is first written to */
	SIM_STALLING,    /* as before, and the CPU stands still meanwhile, so that bytes are lost */
};

#define SIM_BOARD_COUNT (SIM_STALLING + 1)

const char *sim_board_name(enum sim_board board);
const char *sim_flash_name(enum fakedev_flash_model flash);

struct sim_case {
	uint32_t baud;
	uint32_t buf_size;
	enum fakedev_flash_model flash;
	enum sim_board board;
	uint32_t line_buffers;
	unsigned window; /* requests in flight, fixed; 0: what the program does by itself */
	uint32_t loss_per_10000;
	uint32_t seed; /* of the losses */
};

/* The images of all cases; `other` is what lies in a used slot. */
struct sim_images {
	struct span image, other;
	struct span hash; /* of `image`, as the board lists it */
};

struct sim_limits {
	uint64_t line_us, flash_us;
	uint64_t physical_us;   /* the slower of the two */
	uint64_t attainable_us; /* of the sender without latency */
};

struct sim_result {
	uint64_t duration_us; /* from the first chunk to the reply to the last one */
	uint64_t bytes_sent;  /* of the image, repetitions included */
	unsigned frames_lost; /* by the line */
};

/*
 * The limits of a case: its window and its losses do not count. STATUS_INTERNAL when the sender
 * without latency comes to grief, as it must on a board that loses bytes: then attainable_us is 0 and
 * the others are right.
 */
enum status sim_find_limits(const struct sim_case *which, const struct sim_images *images,
	struct sim_limits *ret_limits, struct err *reterr);

/*
 * Upload, and compare the flash with the image byte by byte. Any error is a failure of the program or
 * of the board: where nothing is lost a complaint of the board is one too.
 */
enum status sim_upload(const struct sim_case *which, const struct sim_images *images,
	struct sim_result *ret_result, struct err *reterr);

#endif
