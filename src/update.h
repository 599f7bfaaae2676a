/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole update of one device: takes the steps that the plan says (update_plan.h), over a port that is
 * followed through resets. What is on the device decides, so the same update may be run again after
 * it was broken off anywhere.
 */
#ifndef SRC_UPDATE_H
#define SRC_UPDATE_H

#include "src/device_check.h"
#include "src/health.h"
#include "src/port.h"
#include "src/progress.h"
#include "src/update_plan.h"
#include "src/upload.h"

/* What is to be done about one image, as the first look at the device shows it. */
struct update_outline_part {
	const struct upload_item *item;
	enum update_place place;
	char from[SMP_IMAGE_VERSION_MAX]; /* what runs now; "" when that is not known */
};

struct update_outline {
	struct update_outline_part parts[UPDATE_PARTS_MAX];
	size_t count;
	const struct update_plan *plan;
	/* Estimated time of what has to be sent, as the line would carry it; 0: not known. */
	uint64_t upload_us;
};

/* Told while the update goes on; each may be NULL. */
struct update_listener {
	void (*on_outline)(void *ctx, const struct update_outline *outline);
	/* A step begins. `item`: for UPLOAD, MARK and CONFIRM; else NULL. */
	void (*on_step)(void *ctx, const struct update_plan *plan, const struct upload_item *item);
	void *ctx;
};

struct update_job {
	const struct settings *settings;
	struct output *output; /* warnings */
	const struct firmware *firmware;
	const struct file_parts *parts; /* checked: file_check.h */
	struct health_wish health;
	struct progress *progress;
	struct update_listener listener;
};

enum update_outcome {
	UPDATE_OUTCOME_FAILED,      /* the error says how */
	UPDATE_OUTCOME_PLANNED,     /* --dry-run */
	UPDATE_OUTCOME_ALREADY,     /* it ran, confirmed, before we came */
	UPDATE_OUTCOME_MARKED,      /* --no-reset: boots at the next reset */
	UPDATE_OUTCOME_TESTING,     /* --test-only: runs until the next reset */
	UPDATE_OUTCOME_UPDATED,     /* runs and stays */
	UPDATE_OUTCOME_ROLLED_BACK, /* the check failed, and the old one runs again */
};

struct update_report {
	enum update_outcome outcome;
	enum update_step last_step;       /* for FAILED: the one that failed */
	char from[SMP_IMAGE_VERSION_MAX]; /* image 0, when the update began; "" not known */
	char to[SMP_IMAGE_VERSION_MAX];   /* the file's */
	char runs[SMP_IMAGE_VERSION_MAX]; /* what was seen to run last; "" not known */
	uint64_t bytes;                   /* image bytes that were uploaded */
	uint64_t bytes_sent;              /* repetitions included */
	uint64_t upload_us, duration_us;
	unsigned resets;
};

/*
 * The report is filled in any case. Errors: STATUS_NOT_UPDATED (the device does not run the new
 * image), and those of the steps.
 */
enum status update_run(struct port *port, const struct update_job *job,
	struct update_report *ret_report, struct err *reterr);

/* "rolled_back": as in JSON. */
const char *update_outcome_name(enum update_outcome outcome);

#endif
