/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which boards an update is for, and which file goes to which:
 *
 *   -p A -p B          these, with the file of the command
 *   -p PATTERN --all   every port that matches now; without -p every USB port
 *   --from FILE        a line for each board: fleet_line.h
 *
 * Paths in such a file are as on the command line: relative to where the program runs.
 */
#ifndef SRC_FLEET_LIST_H
#define SRC_FLEET_LIST_H

#include "src/fleet.h"
#include "transport/ports.h"

struct fleet_list {
	struct fleet_board *boards;
	size_t count;
	/* owned by the list, in the order of their first use */
	struct fleet_file {
		const char *path;
		struct file_rules rules;
		struct firmware *firmware;
		struct file_parts parts;
	} * files;
	size_t file_count;
	char **texts; /* names and words that boards point to */
	size_t text_count;
};

/*
 * `path` is the command's file, NULL when it has none; `ports` what --all chooses from. Every firmware
 * file is opened and checked once. The settings must outlive the list, and agree with each other as parse.h
 * says.
 * Errors: STATUS_USAGE (FILE:LINE and what is wrong there, no board, too many), STATUS_NO_PORT
 * (--all, and nothing matches), STATUS_BAD_FILE, STATUS_INTERNAL. On success give it back with
 * fleet_list_free.
 */
enum status fleet_list_make(const struct settings *settings, const char *path,
	const struct port_list *ports, struct output *output, struct fleet_list *ret_list,
	struct err *reterr);
void fleet_list_free(struct fleet_list *list); /* accepts a zeroed list */

/*
 * Does the command line name more than the one board of an ordinary command, or ask for what is kept of
 * several: logs, a report? One board is a fleet, too.
 */
bool fleet_is_wanted(const struct settings *settings);

#endif
