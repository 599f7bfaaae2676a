/* SPDX-License-Identifier: Apache-2.0 */
/* A FILE whose content a test can look at. */
#ifndef TESTS_SUPPORT_CAPTURE_H
#define TESTS_SUPPORT_CAPTURE_H

#include <stdio.h>

struct capture {
	FILE *file; /* to be written to */
	char *text; /* of the latest capture_text */
	size_t size;
};

/* Fails the test when there is no memory. */
void capture_open(struct capture *capture);
void capture_close(struct capture *capture);

/* All that was written so far; valid until more is written. */
const char *capture_text(struct capture *capture);

#endif
