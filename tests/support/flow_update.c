/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of an update, see flow_update.h. */
#include "tests/support/flow_update.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/device.h"

enum { STEPS_MAX = 8 };

enum status flow_update_upload(
	struct flow_rig *rig, const struct flow_image *image, struct upload_result *ret_result)
{
	struct upload_plan plan = {
		.file = image->file, .hash = image->hash, .window = rig->window
	};
	struct progress progress;
	enum status status = flow_rig_connect(rig);

	progress_init(&progress, NULL, true);
	if (status == STATUS_OK)
		status = upload_run(rig->client, &plan, &progress, ret_result, &rig->err);
	flow_rig_disconnect(rig);
	return status;
}

enum status flow_update_mark(struct flow_rig *rig, struct span hash, bool confirm)
{
	struct smp_image_state state;
	enum status status = flow_rig_connect(rig);

	if (status == STATUS_OK)
		status = device_mark_image(rig->client, hash, confirm, &state, &rig->err);
	flow_rig_disconnect(rig);
	return status;
}

enum status flow_update_reset(struct flow_rig *rig)
{
	enum status status = flow_rig_connect(rig);

	if (status == STATUS_OK)
		status = device_reset(rig->client, false, SMP_OS_BOOT_NORMAL, &rig->err);
	flow_rig_disconnect(rig);
	if (status == STATUS_OK)
		flow_rig_wait_for_boot(rig);
	return status;
}

/* What the list says has to be done next. */
static enum flow_step plan_step(const struct smp_image_state *state, struct span hash)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (!span_equal(smp_image_slot_hash(slot), hash))
			continue;
		if (slot->active)
			return slot->confirmed ? FLOW_DONE : FLOW_CONFIRM;
		return slot->pending ? FLOW_RESET : FLOW_TEST;
	}
	return FLOW_UPLOAD;
}

static enum status look(struct flow_rig *rig, struct span hash, enum flow_step *ret_next)
{
	struct smp_image_state state;
	enum status status = flow_rig_connect(rig);

	if (status == STATUS_OK)
		status = device_image_state(rig->client, &state, &rig->err);
	flow_rig_disconnect(rig);
	if (status == STATUS_OK)
		*ret_next = plan_step(&state, hash);
	return status;
}

static enum status upload(
	struct flow_rig *rig, const struct flow_image *image, struct flow_outcome *outcome)
{
	uint64_t begin_us = rig->clock.now_us;
	enum status status = flow_update_upload(rig, image, &outcome->upload);

	outcome->upload_us = rig->clock.now_us - begin_us;
	outcome->has_uploaded = status == STATUS_OK;
	outcome->has_lied = status == STATUS_OK &&
			    !(outcome->upload.has_slot &&
				    flow_rig_holds(rig, outcome->upload.slot, image->file));
	return status;
}

static enum status take_step(
	struct flow_rig *rig, const struct flow_image *image, struct flow_outcome *outcome)
{
	switch (outcome->step) {
	case FLOW_UPLOAD:
		return upload(rig, image, outcome);
	case FLOW_TEST:
		return flow_update_mark(rig, image->hash, false);
	case FLOW_RESET:
		return flow_update_reset(rig);
	case FLOW_CONFIRM:
		return flow_update_mark(rig, span_make(NULL, 0), true);
	case FLOW_LIST:
	case FLOW_DONE:
		break;
	}
	fail_msg("there is no such step");
	return STATUS_INTERNAL;
}

void flow_update_run(
	struct flow_rig *rig, const struct flow_image *image, struct flow_outcome *ret_outcome)
{
	struct flow_outcome outcome = { .step = FLOW_LIST };
	enum flow_step next = FLOW_LIST;

	for (unsigned turn = 0;; turn++) {
		outcome.status = look(rig, image->hash, &next);
		if (outcome.status != STATUS_OK || next == FLOW_DONE)
			break;
		/* After a reset the image runs, or it was refused. */
		if (outcome.step == FLOW_RESET && next != FLOW_CONFIRM) {
			outcome.status = STATUS_NOT_UPDATED;
			break;
		}
		assert_true(turn < STEPS_MAX);
		outcome.step = next;
		outcome.status = take_step(rig, image, &outcome);
		if (outcome.status != STATUS_OK)
			break;
	}
	if (outcome.status == STATUS_OK)
		outcome.step = FLOW_DONE;
	*ret_outcome = outcome;
}

bool flow_update_resumed_from(const struct upload_result *upload, uint64_t written)
{
	/* Two chunks behind the one that was answered last, of a default board's messages. */
	uint64_t in_flight_max = UINT64_C(2) * SMP_MESSAGE_MAX_DEFAULT;

	if (written + in_flight_max >= upload->bytes && upload->resumed_at == 0)
		return true; /* it was complete, and a new upload begins anew */
	return upload->resumed_at >= written && upload->resumed_at <= written + in_flight_max;
}

const char *flow_update_step_name(enum flow_step step)
{
	static const char *const names[] = { "list", "upload", "test", "reset", "confirm", "done" };

	return names[step];
}
