/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole update, step by step, each with a client of its own as the commands of the program make
 * one. The device's list says what is next, so an update that was broken off goes on where it was:
 *
 *   the list shows the image          next
 *   nowhere                           upload
 *   in another slot than the running  test
 *   pending                           reset, wait for the boot
 *   running                           confirm
 *   running and confirmed             done
 */
#ifndef TESTS_SUPPORT_FLOW_UPDATE_H
#define TESTS_SUPPORT_FLOW_UPDATE_H

#include "src/upload.h"
#include "tests/support/flow_image.h"
#include "tests/support/flow_rig.h"

enum flow_step { FLOW_LIST, FLOW_UPLOAD, FLOW_TEST, FLOW_RESET, FLOW_CONFIRM, FLOW_DONE };

struct flow_outcome {
	/*
	 * STATUS_OK: the list shows the image running and confirmed. STATUS_NOT_UPDATED: after the
	 * reset it does not run. Else the status of the step that failed.
	 */
	enum status status;
	enum flow_step step; /* the one that failed, or FLOW_DONE */
	bool has_uploaded;   /* the upload was made and reported as a success */
	bool has_lied;       /* it was, but the slot that it named did not hold the file */
	struct upload_result upload;
	uint64_t upload_us; /* of the upload step as a whole */
};

/* The upload alone: to the image number, with the buffer size that the device tells. */
enum status flow_update_upload(
	struct flow_rig *rig, const struct flow_image *image, struct upload_result *ret_result);

/*
 * Did an upload go on from what an earlier one left, `written` bytes when it broke off? Requests that
 * were in flight then are carried out all the same.
 */
bool flow_update_resumed_from(const struct upload_result *upload, uint64_t written);

/* Mark the image for one boot, or for good. */
enum status flow_update_mark(struct flow_rig *rig, struct span hash, bool confirm);

/* Reset, and wait until the board is back. */
enum status flow_update_reset(struct flow_rig *rig);

void flow_update_run(
	struct flow_rig *rig, const struct flow_image *image, struct flow_outcome *ret_outcome);

const char *flow_update_step_name(enum flow_step step);

#endif
