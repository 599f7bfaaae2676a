/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of mcumgr's command line that have another name here, or that mean nothing here and are
 * accepted all the same, so that its users need not change their scripts.
 */
#ifndef SRC_MCUMGR_H
#define SRC_MCUMGR_H

#include <stddef.h>

struct mcumgr_option {
	const char *name;     /* without dashes */
	char letter;          /* '\0': none */
	const char *argument; /* as help texts would show it; NULL: it has none */
	const char *ours;     /* the option it is here; NULL: it is ignored */
	const char *why;      /* it is ignored, as the end of a sentence */
};

/* NULL when there is none. `name` need not end with a NUL. */
const struct mcumgr_option *mcumgr_find_name(const char *name, size_t len);
const struct mcumgr_option *mcumgr_find_letter(char letter);

#endif
