/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file system group, client side: what is asked in one request (protocol.md 3.7). Uploads and
 * downloads have files of their own, fs_upload.h and fs_download.h. Requests and replies as in
 * os_group.h.
 *
 * A server has one file open at a time, for whoever asks: it stays open until another one is asked
 * for, until a close, or for four seconds.
 */
#ifndef SMP_FS_GROUP_H
#define SMP_FS_GROUP_H

#include "smp/message.h"

enum {
	SMP_FS_PATH_MAX = 64, /* characters of a path, which is absolute */
	SMP_FS_TYPES_MAX = 8,
	SMP_FS_TYPE_MAX = 32, /* of a hash type's escaped name */
	SMP_FS_HASH_SIZE_MAX = 64,
	SMP_FS_BODY_MAX = 160, /* of any request but an upload's */
};

struct smp_request smp_fs_status_request(struct buf *body, struct span path);
enum status smp_fs_status_reply(
	const struct smp_reply *reply, uint64_t *ret_size, struct err *reterr);

enum smp_fs_hash_format { SMP_FS_NUMBER = 0, SMP_FS_BYTES = 1 };

/* A kind of hash that the device can make: "crc32", "sha256". */
struct smp_fs_hash_type {
	char name[SMP_FS_TYPE_MAX]; /* escaped; one that is too long is cut */
	uint64_t format;            /* enum smp_fs_hash_format, or what it will be some day */
	uint32_t size;              /* bytes */
};

struct smp_fs_hash_types {
	struct smp_fs_hash_type types[SMP_FS_TYPES_MAX];
	size_t count; /* more than there is room for are left out */
};

struct smp_request smp_fs_hash_types_request(void);
enum status smp_fs_hash_types_reply(
	const struct smp_reply *reply, struct smp_fs_hash_types *ret_types, struct err *reterr);

struct smp_fs_hash {
	char type[SMP_FS_TYPE_MAX]; /* escaped */
	uint64_t size;              /* bytes of the file that it stands for */
	enum smp_fs_hash_format format;
	uint32_t number;                     /* NUMBER */
	uint8_t bytes[SMP_FS_HASH_SIZE_MAX]; /* BYTES */
	size_t bytes_len;
};

/* Of the whole file; `type` empty: the device chooses. */
struct smp_request smp_fs_hash_request(struct buf *body, struct span path, struct span type);
enum status smp_fs_hash_reply(
	const struct smp_reply *reply, struct smp_fs_hash *ret_hash, struct err *reterr);

/* Close whatever file is open. */
struct smp_request smp_fs_close_request(void);

#endif
