/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about the device's files as blocking calls, as in device.h. */
#ifndef SRC_DEVICE_FS_H
#define SRC_DEVICE_FS_H

#include "smp/fs_group.h"
#include "src/client.h"

/* The size of a file in bytes. */
enum status device_fs_stat(
	struct client *client, const char *path, uint64_t *ret_size, struct err *reterr);

enum status device_fs_hash_types(
	struct client *client, struct smp_fs_hash_types *ret_types, struct err *reterr);

/* `type` "": the device chooses. The device reads the whole file before it answers. */
enum status device_fs_hash(struct client *client, const char *path, const char *type,
	struct smp_fs_hash *ret_hash, struct err *reterr);

enum status device_fs_close(struct client *client, struct err *reterr);

#endif
