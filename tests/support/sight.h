/* SPDX-License-Identifier: Apache-2.0 */
/* What a device may show of an update to 2.0.0, for tests of its plan. */
#ifndef TESTS_SUPPORT_SIGHT_H
#define TESTS_SUPPORT_SIGHT_H

#include "src/update_plan.h"

/* SIGHT_HASH_SIZE characters each. */
enum { SIGHT_HASH_SIZE = 32 };
#define SIGHT_OURS  "our image, our image, our image,"
#define SIGHT_OLD   "old image, old image, old image,"
#define SIGHT_OTHER "another image, another image, an"

enum sight {
	NO_LIST,
	ABSENT,
	HELD,
	MARKED,
	RUNS,
	RUNS_ALONE, /* nothing to go back to */
	STAYS,
	OTHER_PENDING,
	OTHER_TESTED,
	RECOVERY_WITHOUT,
	RECOVERY_HOLDS, /* in the slot that does not boot */
	RECOVERY_BOOTS,
	SINGLE_SLOT,
	XIP_LOWER, /* a higher version runs */
	XIP_HELD,  /* a lower one, and nothing is marked */
	SIGHT_COUNT,
};

/* The device's view, with a row for each slot that holds something. */
void sight_show(enum sight sight, struct update_view *view);

/* One more row: `hash` one of SIGHT_..., `flags` letters of "acp". */
struct smp_image_slot *sight_add_row(struct update_view *view, uint32_t slot, const char *hash,
	const char *version, const char *flags);

/* A plan for one image, 2.0.0, with a check, that has come to this step. */
struct update_plan sight_plan_at(enum update_step step, enum update_reset reset);

/* Let the plan see it. Fails the test when it does not go on as wanted. */
void sight_expect(struct update_plan *plan, enum sight sight, enum update_step wanted);

#endif
