/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OS management group, client side: requests and what their replies say (protocol.md 3.1).
 *
 * A request's body is written to `body`, which must outlive the request. Reply functions take a
 * reply that came for that request; they report the device's errors and broken replies as
 * smp_reply_open does.
 */
#ifndef SMP_OS_GROUP_H
#define SMP_OS_GROUP_H

#include "smp/message.h"

struct smp_request smp_os_echo_request(struct buf *body, struct span text);
/* The text that came back; borrows from the reply. */
enum status smp_os_echo_reply(
	const struct smp_reply *reply, struct span *ret_text, struct err *reterr);

/*
 * Whether a console repeats what is typed. MCUboot's serial recovery takes it without a word, Zephyr's
 * applications do not know it (protocol.md 3.1, 4.2): that tells them apart.
 */
struct smp_request smp_os_console_echo_request(struct buf *body, bool is_on);

struct smp_os_params {
	uint32_t buf_size;  /* net buffer, bytes; a packet may have 4 fewer (protocol.md 2.5) */
	uint32_t buf_count; /* net buffers, shared by requests and responses */
};

struct smp_request smp_os_params_request(void);
enum status smp_os_params_reply(
	const struct smp_reply *reply, struct smp_os_params *ret_params, struct err *reterr);

/* `format` letters: s n r v b m p i o, or a for all; empty: the device's default. */
struct smp_request smp_os_info_request(struct buf *body, struct span format);
enum status smp_os_info_reply(
	const struct smp_reply *reply, struct span *ret_text, struct err *reterr);

/* `query` empty: the bootloader's name; "mode": how it updates. */
struct smp_request smp_os_bootloader_request(struct buf *body, struct span query);
enum status smp_os_bootloader_name_reply(
	const struct smp_reply *reply, struct span *ret_name, struct err *reterr);

struct smp_os_bootloader_mode {
	int64_t mode;      /* see smp_os_bootloader_mode_name */
	bool no_downgrade; /* refuses older versions */
};

enum status smp_os_bootloader_mode_reply(
	const struct smp_reply *reply, struct smp_os_bootloader_mode *ret_mode, struct err *reterr);

/* "swap using move"; "unknown" for numbers without a name. */
const char *smp_os_bootloader_mode_name(int64_t mode);

/* The clock of the device, in its own words: 2026-01-02T03:04:05, and perhaps a fraction or a zone. */
struct smp_request smp_os_datetime_request(void);
enum status smp_os_datetime_reply(
	const struct smp_reply *reply, struct span *ret_text, struct err *reterr);

/* `text` is to have 19 characters, as above: servers read digits at fixed places (protocol.md 3.1). */
struct smp_request smp_os_set_datetime_request(struct buf *body, struct span text);

enum smp_os_boot_mode { SMP_OS_BOOT_NORMAL = 0, SMP_OS_BOOT_BOOTLOADER = 1 };

/*
 * `force` insists where the application would refuse. `boot_mode` BOOTLOADER asks for serial
 * recovery; servers that do not know it ignore it without a word.
 */
struct smp_request smp_os_reset_request(
	struct buf *body, bool force, enum smp_os_boot_mode boot_mode);

#endif
