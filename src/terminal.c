/* SPDX-License-Identifier: Apache-2.0 */
/* What a terminal can show, see terminal.h. */
#include "src/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool terminal_is_drawable(FILE *out)
{
	const char *kind = getenv("TERM");

	return isatty(fileno(out)) == 1 && kind != NULL && kind[0] != '\0' &&
	       strcmp(kind, "dumb") != 0;
}

bool terminal_has_colours(FILE *out, enum terminal_colours choice)
{
	const char *unwanted = getenv("NO_COLOR");

	if (choice != TERMINAL_COLOURS_AUTO)
		return choice == TERMINAL_COLOURS_ALWAYS;
	return (unwanted == NULL || unwanted[0] == '\0') && terminal_is_drawable(out);
}

bool terminal_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const char *terminal_begin(enum terminal_tone tone, bool has_colours)
{
	/* The eight colours that every terminal has, and that its user has chosen to be readable. */
	static const char *const sequences[] = {
		[TERMINAL_PLAIN] = "",
		[TERMINAL_ERROR] = "\033[31m",
		[TERMINAL_CAUTION] = "\033[33m",
		[TERMINAL_GOOD] = "\033[32m",
	};

	return has_colours ? sequences[tone] : "";
}

const char *terminal_end(enum terminal_tone tone, bool has_colours)
{
	return has_colours && tone != TERMINAL_PLAIN ? "\033[0m" : "";
}
