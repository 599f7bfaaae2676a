/* SPDX-License-Identifier: Apache-2.0 */
/* The goals of the project for its speed, and whether a run has met them. */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include "bench/report.h"

enum { TARGETS_MAX = 16, TARGET_WHERE_MAX = 96 };

struct target {
	const char *what;
	const char *unit;
	double wanted;
	bool is_ceiling;              /* `wanted` is the most, not the least */
	double value;                 /* the worst of all cases that it is about */
	char where[TARGET_WHERE_MAX]; /* that case; "": there is only one */
};

/* Those of the parts that were run, and whose cases went right; returns how many. */
size_t targets_judge(const struct report *report, struct target ret_targets[TARGETS_MAX]);

bool target_is_met(const struct target *target);

#endif
