/* SPDX-License-Identifier: Apache-2.0 */
/* The run functions of all commands, for the table. Each is described by its row in table.c. */
#ifndef SRC_COMMANDS_COMMANDS_H
#define SRC_COMMANDS_COMMANDS_H

#include "src/command.h"

enum status command_image_list(struct invocation *invocation, struct err *reterr);
enum status command_image_slots(struct invocation *invocation, struct err *reterr);
enum status command_image_upload(struct invocation *invocation, struct err *reterr);
enum status command_image_test(struct invocation *invocation, struct err *reterr);
enum status command_image_confirm(struct invocation *invocation, struct err *reterr);
enum status command_image_erase(struct invocation *invocation, struct err *reterr);
enum status command_echo(struct invocation *invocation, struct err *reterr);
enum status command_reset(struct invocation *invocation, struct err *reterr);
enum status command_os_info(struct invocation *invocation, struct err *reterr);
enum status command_os_params(struct invocation *invocation, struct err *reterr);
enum status command_os_bootloader(struct invocation *invocation, struct err *reterr);
enum status command_help(struct invocation *invocation, struct err *reterr);

#endif
