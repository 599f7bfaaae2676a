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
enum status command_settings_get(struct invocation *invocation, struct err *reterr);
enum status command_settings_set(struct invocation *invocation, struct err *reterr);
enum status command_settings_delete(struct invocation *invocation, struct err *reterr);
enum status command_settings_commit(struct invocation *invocation, struct err *reterr);
enum status command_settings_load(struct invocation *invocation, struct err *reterr);
enum status command_settings_save(struct invocation *invocation, struct err *reterr);
enum status command_config_save(struct invocation *invocation, struct err *reterr);
enum status command_config(struct invocation *invocation, struct err *reterr);
enum status command_stat_list(struct invocation *invocation, struct err *reterr);
enum status command_stat(struct invocation *invocation, struct err *reterr);
enum status command_log_show(struct invocation *invocation, struct err *reterr);
enum status command_log_list(struct invocation *invocation, struct err *reterr);
enum status command_log_modules(struct invocation *invocation, struct err *reterr);
enum status command_log_levels(struct invocation *invocation, struct err *reterr);
enum status command_log_clear(struct invocation *invocation, struct err *reterr);
enum status command_crash(struct invocation *invocation, struct err *reterr);
enum status command_run_list(struct invocation *invocation, struct err *reterr);
enum status command_run_test(struct invocation *invocation, struct err *reterr);
enum status command_raw_read(struct invocation *invocation, struct err *reterr);
enum status command_raw_write(struct invocation *invocation, struct err *reterr);
enum status command_taskstat(struct invocation *invocation, struct err *reterr);
enum status command_mpstat(struct invocation *invocation, struct err *reterr);
enum status command_datetime(struct invocation *invocation, struct err *reterr);
enum status command_groups(struct invocation *invocation, struct err *reterr);
enum status command_shell_exec(struct invocation *invocation, struct err *reterr);
enum status command_erase_storage(struct invocation *invocation, struct err *reterr);
enum status command_fs_upload(struct invocation *invocation, struct err *reterr);
enum status command_fs_download(struct invocation *invocation, struct err *reterr);
enum status command_fs_stat(struct invocation *invocation, struct err *reterr);
enum status command_fs_hash(struct invocation *invocation, struct err *reterr);
enum status command_fs_hashes(struct invocation *invocation, struct err *reterr);
enum status command_fs_close(struct invocation *invocation, struct err *reterr);
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
