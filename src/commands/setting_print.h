/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of settings for people: the text, where all of it is printable, else "0x" and the bytes in
 * hex. A NUL behind a text, which firmware that stores C strings saves too, does not make it less of a
 * text. In JSON "value" is the text or null, "hex" is always there.
 */
#ifndef SRC_COMMANDS_SETTING_PRINT_H
#define SRC_COMMANDS_SETTING_PRINT_H

#include "src/device_settings.h"
#include "src/output.h"

struct shown_setting {
	const char *key;
	const struct device_setting *setting; /* NULL: the device does not show it */
};

/* Of the three the text is "VALUE", "Value: VALUE" as mcumgr's config has it, and "Done". */
const struct result_printer *setting_printer(void);
const struct result_printer *setting_labelled_printer(void);
const struct result_printer *setting_done_printer(void);

/* What the printed value does not show: the NUL, and that there may be more of it. */
void setting_note_rest(struct output *output, const struct device_setting *setting);

/* For a message: "text" in quotes or 0x..., and "..." where it is long. */
void setting_describe(struct span value, struct buf *out);

#endif
