/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a list of boards: ADDRESS [FIRMWARE] [OPTION=VALUE]...
 *
 * Words are separated by blanks, and one that begins with # begins a comment. A FIRMWARE is told from an
 * option by its lacking "=". OPTION is the long name of an option of the connection or of the image
 * (baud, mtu, image, key ...), without its dashes.
 */
#ifndef SRC_FLEET_LINE_H
#define SRC_FLEET_LINE_H

#include "base/span.h"
#include "src/settings.h"

enum { FLEET_LINE_OPTIONS_MAX = 16 };

/* Spans into the line. */
struct fleet_line {
	struct span address;  /* empty: the line says nothing */
	struct span firmware; /* empty: the line names none */
	struct fleet_line_option {
		const struct option_spec *option;
		struct span value; /* not looked at */
	} options[FLEET_LINE_OPTIONS_MAX];
	size_t option_count;
};

/* `line` without its line feed. STATUS_USAGE says what is wrong. */
enum status fleet_line_parse(struct span line, struct fleet_line *ret_line, struct err *reterr);

#endif
