/* SPDX-License-Identifier: Apache-2.0 */
/* Views of devices, see sight.h. */
#include "tests/support/sight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MODE_SINGLE = 0, MODE_XIP = 4 };

_Static_assert(sizeof(SIGHT_OURS) == SIGHT_HASH_SIZE + 1 &&
		       sizeof(SIGHT_OLD) == SIGHT_HASH_SIZE + 1 &&
		       sizeof(SIGHT_OTHER) == SIGHT_HASH_SIZE + 1,
	"these are as long as SHA-256");

struct smp_image_slot *sight_add_row(struct update_view *view, uint32_t slot, const char *hash,
	const char *version, const char *flags)
{
	struct smp_image_slot *row = &view->facts.state.slots[view->facts.state.count++];

	*row = (struct smp_image_slot){
		.slot = slot,
		.hash_len = SIGHT_HASH_SIZE,
		.active = strchr(flags, 'a') != NULL,
		.confirmed = strchr(flags, 'c') != NULL,
		.pending = strchr(flags, 'p') != NULL,
	};
	memcpy(row->hash, hash, SIGHT_HASH_SIZE);
	memcpy(row->version, version, strlen(version) + 1);
	return row;
}

static void show_recovery(enum sight sight, struct update_view *view)
{
	view->facts.is_recovery = true;
	sight_add_row(view, 0, sight == RECOVERY_BOOTS ? SIGHT_OURS : SIGHT_OLD,
		sight == RECOVERY_BOOTS ? "2.0.0" : "1.0.0", "");
	if (sight == RECOVERY_HOLDS)
		sight_add_row(view, 1, SIGHT_OURS, "2.0.0", "");
}

static void show_running(enum sight sight, struct update_view *view)
{
	if (sight == OTHER_TESTED)
		sight_add_row(view, 0, SIGHT_OTHER, "3.0.0", "a");
	else
		sight_add_row(view, 0, SIGHT_OURS, "2.0.0", sight == STAYS ? "ac" : "a");
	if (sight != RUNS_ALONE)
		sight_add_row(view, 1, SIGHT_OLD, "1.0.0", sight == STAYS ? "" : "c");
}

static void show_waiting(enum sight sight, struct update_view *view)
{
	sight_add_row(view, 0, SIGHT_OLD, sight == XIP_LOWER ? "2.5.0" : "1.0.0", "ac");
	if (sight == HELD || sight == XIP_HELD)
		sight_add_row(view, 1, SIGHT_OURS, "2.0.0", "");
	if (sight == MARKED)
		sight_add_row(view, 1, SIGHT_OURS, "2.0.0", "p");
	if (sight == OTHER_PENDING)
		sight_add_row(view, 1, SIGHT_OTHER, "3.0.0", "p");
	view->has_mode = sight == SINGLE_SLOT || sight == XIP_LOWER || sight == XIP_HELD;
	view->mode.mode = sight == SINGLE_SLOT ? MODE_SINGLE : MODE_XIP;
}

void sight_show(enum sight sight, struct update_view *view)
{
	*view = (struct update_view){ .facts.has_state = sight != NO_LIST };
	switch (sight) {
	case NO_LIST:
	case SIGHT_COUNT:
		return;
	case RECOVERY_WITHOUT:
	case RECOVERY_HOLDS:
	case RECOVERY_BOOTS:
		show_recovery(sight, view);
		return;
	case RUNS:
	case RUNS_ALONE:
	case STAYS:
	case OTHER_TESTED:
		show_running(sight, view);
		return;
	case ABSENT:
	case HELD:
	case MARKED:
	case OTHER_PENDING:
	case SINGLE_SLOT:
	case XIP_LOWER:
	case XIP_HELD:
		show_waiting(sight, view);
	}
}

static struct update_goal make_goal(void)
{
	return (struct update_goal){
		.parts = { .parts = { { .hash = span_from_text(SIGHT_OURS),
				   .version = { .major = 2 } } },
			.count = 1 },
		.has_check = true,
	};
}

struct update_plan sight_plan_at(enum update_step step, enum update_reset reset)
{
	struct update_goal goal = make_goal();
	struct update_plan plan;

	update_plan_init(&plan, &goal);
	assert_int_equal(plan.step, UPDATE_INSPECT);
	plan.step = step;
	plan.reset = reset;
	return plan;
}

void sight_expect(struct update_plan *plan, enum sight sight, enum update_step wanted)
{
	struct update_view view;
	struct err err = { 0 };
	enum status status;

	sight_show(sight, &view);
	status = update_plan_saw(plan, &view, &err);
	if (plan->step != wanted)
		fail_msg("sight %d leads to %s, not %s (%s)", (int)sight,
			update_step_name(plan->step), update_step_name(wanted), err.message);
	assert_true((status == STATUS_OK) == (wanted != UPDATE_FAILED));
	if (status == STATUS_OK)
		return;
	assert_int_equal(err.status, status);
	assert_true(err.message[0] != '\0');
}
