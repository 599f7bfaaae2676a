/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file that is no MCUboot image probably is, judged by its bytes. People hand over the wrong
 * file of a build far more often than a damaged one; saying which one it is saves the search.
 */
#ifndef IMAGE_GUESS_H
#define IMAGE_GUESS_H

#include <stdbool.h>

#include "base/span.h"

struct guess {
	const char *what; /* "an ELF program" */
	const char *hint; /* which file to give instead */
};

/* Always finds something to say; the texts are constants. `file` must not be empty. */
const struct guess *guess_file(struct span file);

/*
 * Is there a whole MCUboot image somewhere within `bytes`? They are the content of a flash then, not
 * a single image.
 */
bool guess_has_image(struct span bytes);

#endif
