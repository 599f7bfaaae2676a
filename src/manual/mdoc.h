/* SPDX-License-Identifier: Apache-2.0 */
/* Writing manual pages in the mdoc language (mdoc(7)). */
#ifndef SRC_MANUAL_MDOC_H
#define SRC_MANUAL_MDOC_H

#include <stdio.h>

/* Of all pages; mdoc wants one, and it must not change with the day of the build. */
#define MDOC_DATE "November 21, 2026"

/* ".Dd", ".Dt", ".Os" and the section NAME. */
void mdoc_begin(FILE *out, const char *name, const char *what);

/* A line of text, whatever it begins with. */
void mdoc_text(FILE *out, const char *text);

/*
 * The text of a table: its line breaks are for a terminal, paragraphs are filled anew. Lines that
 * begin with a blank are literal.
 */
void mdoc_filled(FILE *out, const char *text);

/* The rest of a macro's line. */
void mdoc_words(FILE *out, const char *text);

/* A row of a list of options: "-p, --port ADDRESS" and what it is for. */
void mdoc_option(FILE *out, char letter, const char *name, const char *argument, const char *help);

#endif
