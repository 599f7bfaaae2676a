/* SPDX-License-Identifier: Apache-2.0 */
/* The update command for several boards. */
#ifndef SRC_COMMANDS_UPDATE_FLEET_H
#define SRC_COMMANDS_UPDATE_FLEET_H

#include "src/command.h"

/* `path` NULL: the list of boards names the files. Errors: those of fleet_list_make and fleet_run. */
enum status update_fleet(struct invocation *invocation, const char *path, struct err *reterr);

#endif
