/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mynewt's log group, client side (protocol.md 3.5). Requests and replies as in os_group.h.
 */
#ifndef SMP_LOG_GROUP_H
#define SMP_LOG_GROUP_H

#include "smp/name_list.h"

/* The entries of one log from `index` on, as many as fit into the reply. */
struct smp_request smp_log_show_request(struct buf *body, struct span name, uint64_t index);

/* A reply to that, to be read entry by entry. Borrows from the reply. */
struct smp_log_page {
	bool is_more;        /* of this log: ask again, from behind the last index */
	uint64_t next_index; /* of the next entry of any log; 0 when not told */
	struct body_iter logs;
	struct body_iter entries; /* of the log that is read */
};

struct smp_log_entry {
	struct span type;  /* of the message: "str", "cbor", "bin" */
	int64_t timestamp; /* in microseconds: of UTC, or since the start */
	uint64_t level, index, module;
	struct span image_hash;    /* its first bytes; empty where the device sends none */
	struct body_value message; /* a byte string, of indefinite length mostly */
};

/*
 * "rc": 1 is no error here but says that there is more (protocol.md 3.5); it is an error where there
 * are no entries.
 */
enum status smp_log_show_reply(
	const struct smp_reply *reply, struct smp_log_page *ret_page, struct err *reterr);

/* The next entry; *ret_is_end when there is none. STATUS_PROTOCOL: it lacks a field. */
enum status smp_log_next(struct smp_log_page *page, struct smp_log_entry *ret_entry,
	bool *ret_is_end, struct err *reterr);

/* Empties all logs; smp_reply_open reads the reply. */
struct smp_request smp_log_clear_request(void);

struct smp_request smp_log_modules_request(void);
enum status smp_log_modules_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr);
struct smp_request smp_log_levels_request(void);
enum status smp_log_levels_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr);
struct smp_request smp_log_list_request(void);
enum status smp_log_list_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr);

/* Mynewt's own names for a level ("INFO") and a module ("DEFAULT"); NULL for any other number. */
const char *smp_log_level_name(uint64_t level);
const char *smp_log_module_name(uint64_t module);

#endif
