/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks through updates: one that nobody disturbs, and then for each of its messages one that is killed
 * there, by Ctrl-C and for good, and repeated. The repetition must end as the first one did, with
 * nothing written twice that was there already, and no complaint by the board.
 */
#ifndef TESTS_SUPPORT_UPDATE_WALK_H
#define TESTS_SUPPORT_UPDATE_WALK_H

#include "tests/support/update_rig.h"

/* The images: 2.0.0 of image 0 and, for boards that begin with images=2, 3.0.0 of image 1. */
struct update_walk {
	struct flow_image image, network;
	/* Of files: with the image and with another one, for boards that begin with it, and with 1.0.0. */
	char path[32], other_path[32], old_path[32];
};

/* What the user wants of the update. */
struct update_course {
	const char *name;
	bool confirm, test_only, no_reset;
	bool fails; /* what is to be checked is not so */
};

enum {
	USUAL = 0,
	BEGINS_WITH_ANOTHER = 1 << 0, /* image than the update's */
	BEGINS_ANEW = 1 << 1,         /* what it has got of an image is lost when it is killed */
	ERASES = 1 << 2,              /* what it has got, at a reset */
	IN_HASTE = 1 << 3,            /* the user does not wait until the board is back */
};

/* A board, what is wanted of it, and what is to come of it. */
struct update_scene {
	const char *options;
	const struct update_course *course;
	enum status status; /* of an update that nobody disturbs */
	const char *list;   /* what the board holds afterwards */
	unsigned traits;
};

/* For set-up and tear-down of a cmocka test, whose state is a struct update_walk. */
int update_walk_set_up(void **state);
int update_walk_tear_down(void **state);

void update_walk(const struct update_walk *walk, const struct update_scene *scene);

#endif
