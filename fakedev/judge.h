/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a real device would have punished: the fake board survives it and writes it down, so that a
 * client's author learns of it.
 */
#ifndef FAKEDEV_JUDGE_H
#define FAKEDEV_JUDGE_H

#include <stddef.h>

enum { JUDGE_LINES_MAX = 64, JUDGE_TEXT_MAX = 192 };

struct judge_line {
	char text[JUDGE_TEXT_MAX];
	size_t len; /* of the complaint itself, without how often it was noted */
	unsigned times;
};

struct judge {
	struct judge_line lines[JUDGE_LINES_MAX];
	size_t count;
};

/*
 * Note one complaint: a clause without a full stop. The same one again and again becomes one line
 * that says how many times; beyond JUDGE_LINES_MAX lines nothing is noted any more.
 */
void judge_note(struct judge *judge, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The complaint with this index, oldest first; NULL behind the last one. */
const char *judge_complaint(const struct judge *judge, size_t index);

#endif
