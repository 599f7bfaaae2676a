/* SPDX-License-Identifier: Apache-2.0 */
/* The work of an update's steps, each on its own (update.h puts them in order). */
#ifndef SRC_UPDATE_STEPS_H
#define SRC_UPDATE_STEPS_H

#include "src/update.h"

struct update {
	struct port *port;
	const struct update_job *job;
	struct update_plan plan;
	/* What is to be sent, and where to; has_choice: the device has been looked at. */
	bool has_choice;
	struct upload_choice choice;
	bool has_asked_mode;
	bool has_no_marks; /* it refuses to mark images, as direct-xip does */
	unsigned returns;  /* of a port that went away in between */
	uint64_t start_us;
	struct update_report *report;
};

/* The file for this part; NULL when nothing was to be done about it at the first look. */
const struct upload_item *update_item_of(
	const struct update *update, const struct update_part *part);

/* Ask what the device shows, and who answers. */
enum status update_view_ask(
	struct update *update, struct update_view *ret_view, struct err *reterr);

/* For the step of that name, which the plan has not been told about yet. */
enum status update_upload(struct update *update, struct err *reterr);
enum status update_reset(struct update *update, struct err *reterr);

/* These tell the plan themselves where it is not simply done; the plan's step has changed then. */
enum status update_mark(struct update *update, struct err *reterr);
enum status update_wait(struct update *update, struct err *reterr);
enum status update_check(struct update *update, struct err *reterr);
enum status update_confirm(struct update *update, struct err *reterr);

#endif
