/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows every write of a setting: it is read back, because a device may keep another value than
 * the one that it was given, or keep it from being read.
 */
#ifndef SRC_COMMANDS_SETTING_WRITE_H
#define SRC_COMMANDS_SETTING_WRITE_H

#include "src/command.h"

/*
 * Read back what was written and say "Done"; in JSON the value that the device holds now. Another value
 * is a warning that names both: the device took the write, and may round or normalise.
 */
enum status setting_show_written(
	struct invocation *invocation, const char *key, struct span written, struct err *reterr);

/* Say on standard error that what was written does not last yet. */
void setting_note_running(struct output *output, const char *how_to_save);

#endif
