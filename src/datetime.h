/* SPDX-License-Identifier: Apache-2.0 */
/* Times as RFC 3339 writes them: 2026-01-02T03:04:05Z, 2026-01-02T04:04:05.25+01:00. */
#ifndef SRC_DATETIME_H
#define SRC_DATETIME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Seconds since 1970. A text without a zone is UTC, a fraction is cut off. False for anything else than a
 * whole time between the years 1900 and 9999.
 */
bool datetime_parse(const char *text, int64_t *ret_seconds);

enum { DATETIME_SIZE = 20 }; /* with the NUL */

/* "2026-01-02T03:04:05" in UTC; false where the year does not have four digits. */
bool datetime_format(int64_t seconds, char ret_text[DATETIME_SIZE]);

#endif
