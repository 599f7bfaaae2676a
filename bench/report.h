/* SPDX-License-Identifier: Apache-2.0 */
/* What a run of the benchmark has found: filled by report_measure, shown as text or as JSON. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "bench/codec.h"
#include "bench/matrix.h"
#include "bench/real.h"

/* The parts of a run, named by letters on the command line. */
enum report_part {
	REPORT_SIMULATED,
	REPORT_PACED,   /* over a pseudo-terminal with the speed of a line */
	REPORT_UNPACED, /* over one that is as fast as it goes */
	REPORT_CODEC,
	REPORT_START_UP,
	REPORT_MEMORY,
};

#define REPORT_PART_COUNT (REPORT_MEMORY + 1)

enum { REPORT_PACED_MAX = 2, REPORT_UNPACED_MAX = 3, REPORT_MESSAGES = 2 };

struct report_setup {
	bool has_part[REPORT_PART_COUNT];
	bool is_quick;
	const char *programs; /* folder of the programs */
};

struct report {
	struct report_setup setup;
	struct matrix matrix;
	struct real_upload paced[REPORT_PACED_MAX], unpaced[REPORT_UNPACED_MAX];
	struct codec_speed codec[REPORT_MESSAGES];
	unsigned start_ups;
	uint64_t start_up_us;
	struct real_upload memory;
	unsigned failures; /* cases that went wrong; each is on standard error */
};

/* Run the parts. A case that goes wrong is counted, and the rest goes on. */
void report_measure(const struct report_setup *setup, struct report *ret_report);
void report_free(struct report *report);

/* Image bytes per second; physical limit as a share; CPU seconds per million bytes. */
double report_bytes_per_s(const struct real_upload *upload);
double report_share_of_physical(const struct real_upload *upload);
double report_cpu_s_per_mb(const struct real_upload *upload);

void report_show_text(const struct report *report, FILE *out);
/* False when it could not be written. */
bool report_show_json(const struct report *report, FILE *out);

#endif
