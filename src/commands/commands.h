/* SPDX-License-Identifier: Apache-2.0 */
/* The run functions of all commands, for the table. Each is described by its row in table.c. */
#ifndef SRC_COMMANDS_COMMANDS_H
#define SRC_COMMANDS_COMMANDS_H

#include "src/command.h"

enum status command_image_list(struct invocation *invocation, struct err *reterr);
enum status command_image_slots(struct invocation *invocation, struct err *reterr);
enum status command_image_upload(struct invocation *invocation, struct err *reterr);
enum status command_image_inspect(struct invocation *invocation, struct err *reterr);
enum status command_image_verify(struct invocation *invocation, struct err *reterr);
enum status command_image_sign_digest(struct invocation *invocation, struct err *reterr);
enum status command_image_attach(struct invocation *invocation, struct err *reterr);
enum status command_image_test(struct invocation *invocation, struct err *reterr);
enum status command_image_confirm(struct invocation *invocation, struct err *reterr);
enum status command_image_erase(struct invocation *invocation, struct err *reterr);
enum status command_echo(struct invocation *invocation, struct err *reterr);
enum status command_update(struct invocation *invocation, struct err *reterr);
enum status command_ports(struct invocation *invocation, struct err *reterr);
enum status command_recovery(struct invocation *invocation, struct err *reterr);
enum status command_reset(struct invocation *invocation, struct err *reterr);
enum status command_os_info(struct invocation *invocation, struct err *reterr);
enum status command_os_params(struct invocation *invocation, struct err *reterr);
enum status command_os_bootloader(struct invocation *invocation, struct err *reterr);
enum status command_conn_add(struct invocation *invocation, struct err *reterr);
enum status command_conn_delete(struct invocation *invocation, struct err *reterr);
enum status command_conn_show(struct invocation *invocation, struct err *reterr);
enum status command_console(struct invocation *invocation, struct err *reterr);
enum status command_interactive(struct invocation *invocation, struct err *reterr);
enum status command_connect(struct invocation *invocation, struct err *reterr);
enum status command_disconnect(struct invocation *invocation, struct err *reterr);
enum status command_wait(struct invocation *invocation, struct err *reterr);
enum status command_expect(struct invocation *invocation, struct err *reterr);
enum status command_exit(struct invocation *invocation, struct err *reterr);
enum status command_completion(struct invocation *invocation, struct err *reterr);
enum status command_help(struct invocation *invocation, struct err *reterr);

#endif
