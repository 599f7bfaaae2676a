/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How it is shown that a file is the same here and on the device: by a hash that both can make, else by
 * its length.
 */
#ifndef SRC_FS_PROOF_H
#define SRC_FS_PROOF_H

#include "base/err.h"
#include "image/digest.h"
#include "src/client.h"

enum fs_proof_kind { FS_PROOF_LENGTH, FS_PROOF_CRC32, FS_PROOF_SHA256 };

/* "length", "crc32", "sha256" */
const char *fs_proof_name(enum fs_proof_kind kind);

/* The sum over the bytes here; a zeroed one may be given to fs_proof_clear. */
struct fs_proof {
	enum fs_proof_kind kind;
	uint64_t size; /* bytes */
	uint32_t crc32;
	struct digest *digest;              /* SHA256, until the end */
	uint8_t sha256[DIGEST_SHA256_SIZE]; /* behind the end */
};

/*
 * The best that the device offers, over no bytes yet. Errors: those of client_call; a device that
 * offers none is none.
 */
enum status fs_proof_choose(struct client *client, struct fs_proof *ret_proof, struct err *reterr);

/* STATUS_INTERNAL: libcrypto failed. */
enum status fs_proof_add(struct fs_proof *proof, struct span bytes, struct err *reterr);
enum status fs_proof_end(struct fs_proof *proof, struct err *reterr);

/*
 * Ask the device, behind the end, about its file. STATUS_DEVICE: it is another. An empty file has no
 * hash: its proof becomes one by length.
 */
enum status fs_proof_check(
	struct client *client, const char *path, struct fs_proof *proof, struct err *reterr);

void fs_proof_clear(struct fs_proof *proof);

#endif
