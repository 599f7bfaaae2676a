/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings management group, client side, and Mynewt's config, which shares its numbers
 * (protocol.md 3.4). Requests and replies as in os_group.h.
 *
 * A write changes what the device runs with, a save makes it last, and a delete takes what was saved
 * away, not what runs. Zephyr's values are byte strings, Mynewt's are texts.
 */
#ifndef SMP_SETTINGS_GROUP_H
#define SMP_SETTINGS_GROUP_H

#include "smp/message.h"

/*
 * `max_size`: the most bytes that are wanted; 0: not said, and the device cuts a long value without a
 * word (observed.md).
 */
struct smp_request smp_settings_read_request(struct buf *body, struct span key, uint32_t max_size);

struct smp_settings_value {
	bool is_text;      /* Mynewt's */
	bool is_limited;   /* the device hands out fewer bytes than were asked for: */
	uint32_t max_size; /* so many */
};

/* The value itself is appended to `out`. STATUS_PROTOCOL also when it does not fit. */
enum status smp_settings_read_reply(const struct smp_reply *reply, struct buf *out,
	struct smp_settings_value *ret_value, struct err *reterr);

/* The replies to all of these are empty: smp_reply_open reads them. */
struct smp_request smp_settings_write_request(struct buf *body, struct span key, struct span value);
struct smp_request smp_settings_delete_request(struct buf *body, struct span key);
struct smp_request smp_settings_commit_request(void);
struct smp_request smp_settings_load_request(void);
/* `key` empty: all of them. Firmware that is not new saves all in any case. */
struct smp_request smp_settings_save_request(struct buf *body, struct span key);

/* Mynewt's write. `key` empty and `saves`: no value is written, all are saved. */
struct smp_request smp_settings_config_request(
	struct buf *body, struct span key, struct span text, bool saves);

#endif
