/* SPDX-License-Identifier: Apache-2.0 */
/* The real programs in real time: uploads over a pseudo-terminal, and starting up. */
#ifndef BENCH_REAL_H
#define BENCH_REAL_H

#include "bench/child.h"

struct real_setup {
	const char *programs; /* folder of smpctl and smpctl-fakedev */
	char folder[64];      /* for the files of this run */
};

/* Makes the folder. */
enum status real_open(const char *programs, struct real_setup *ret_setup, struct err *reterr);
/* Removes it with all that is in it. */
void real_close(struct real_setup *setup);

struct real_upload {
	uint32_t baud; /* 0: as fast as it goes */
	uint32_t buf_size;
	uint32_t line_buffers;
	size_t image_size;
	struct child_cost cost; /* of smpctl, the whole process */
	uint64_t physical_us;   /* what the line allows; 0: there is no limit */
};

/*
 * `smpctl image upload` against a board with a blank slot and flash that takes no time; baud,
 * the buffers and image_size of *upload say what. With baud 0 nothing of the board takes time. The flash is compared with the image byte by byte.
 * Any error means that something is broken.
 */
enum status real_upload_run(
	const struct real_setup *setup, struct real_upload *upload, struct err *reterr);

/* The median time that `smpctl --version` takes. */
enum status real_start_up(
	const struct real_setup *setup, unsigned runs, uint64_t *ret_median_us, struct err *reterr);

#endif
