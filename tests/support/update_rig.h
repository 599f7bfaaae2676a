/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rig for whole updates (src/update.h): the board and the clock of flow_rig.h, and everything that
 * the command update hands over. Each run is a program of its own: it opens the port and closes it.
 */
#ifndef TESTS_SUPPORT_UPDATE_RIG_H
#define TESTS_SUPPORT_UPDATE_RIG_H

#include "src/update.h"
#include "tests/support/flow_image.h"
#include "tests/support/flow_rig.h"

enum { UPDATE_RIG_NOTES_MAX = 8192 };

struct update_rig {
	struct flow_rig flow;
	struct settings settings; /* the defaults; a test sets its options in here */
	struct firmware firmware; /* parts are added with update_rig_add */
	struct health_wish health;
	/* Of the latest run. */
	struct update_report report;
	struct err err;
	char notes[UPDATE_RIG_NOTES_MAX]; /* what it wrote on standard error */
};

/* `options`: of the board, as in flow_rig_open. The rig must stay where it is. */
void update_rig_open(struct update_rig *rig, const char *options);
void update_rig_close(struct update_rig *rig);

/* Another board, as new; file, settings and clock stay. */
void update_rig_renew_board(struct update_rig *rig);

/* The file holds this image, for the image with that number. */
struct firmware_part *update_rig_add(
	struct update_rig *rig, const struct flow_image *image, uint32_t image_number);

/* One run of smpctl update. */
enum status update_rig_run(struct update_rig *rig);

/* What the notes of the latest run do not say fails the test. */
void update_rig_expect_note(const struct update_rig *rig, const char *words);

/* Let the board do what it has begun: a reset, a swap. */
void update_rig_rest(struct update_rig *rig);

/* Bytes that requests have written to the board's flash so far. */
uint64_t update_rig_written(const struct update_rig *rig);

#endif
