/* SPDX-License-Identifier: Apache-2.0 */
/* What an update of one device says: its plan, its steps, its result. */
#ifndef SRC_UPDATE_SHOW_H
#define SRC_UPDATE_SHOW_H

#include "src/output.h"
#include "src/update.h"

/* The plan, as notes. */
void update_show_outline(
	const struct update_outline *outline, const char *port, struct output *output);

/* One line for a step that begins and takes a while; nothing for the others. */
void update_show_step(
	const struct update_plan *plan, const struct upload_item *item, struct output *output);

/* "1.2.0 runs and is confirmed (1.0.0 before)" */
void update_append_outcome(const struct update_report *report, struct buf *out);

double update_seconds(const struct update_report *report);
/* Of the upload; 0: nothing was sent. */
double update_bytes_per_second(const struct update_report *report);

/* The members of the result, also of one that failed. */
void update_put_report(const struct update_report *report, struct doc *object);

#endif
