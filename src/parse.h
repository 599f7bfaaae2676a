/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a command line apart by the tables of options and commands. Options may stand before or
 * behind the command; "--" ends them.
 */
#ifndef SRC_PARSE_H
#define SRC_PARSE_H

#include "src/command.h"

/*
 * `words` without the program's name. On failure invocation->settings holds what was understood up
 * to there, so that the error can be shown the way that was asked for.
 * STATUS_USAGE: an unknown option or command (with "did you mean"), a missing or superfluous
 * argument, an option that the command does not take, several ports for a command that is for one device.
 * With --help arguments are not checked, and the first word of several commands is enough
 * (invocation->family). With --version not even the command is looked at.
 */
enum status parse_words(int count, char **words, struct invocation *invocation, struct err *reterr);

/*
 * The same for a line of the shell or of a script: `base` holds the global options that were given
 * before, which the line's own replace.
 */
enum status parse_line(int count, char **words, const struct settings *base,
	struct invocation *invocation, struct err *reterr);

#endif
