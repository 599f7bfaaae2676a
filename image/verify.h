/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a bootloader would accept an image: its hash recomputed, its signature checked with a
 * public key (protocol.md 6.2, 6.3).
 */
#ifndef IMAGE_VERIFY_H
#define IMAGE_VERIFY_H

#include "image/digest.h"
#include "image/mcuboot.h"

struct image_key;

enum image_verdict {
	IMAGE_GOOD,
	IMAGE_NO_HASH,           /* no hash TLV to compare with */
	IMAGE_WRONG_HASH,        /* the content is not what was hashed */
	IMAGE_ENCRYPTED,         /* the hash covers the plain payload, which we do not have */
	IMAGE_NOT_SIGNED,        /* no signature TLV at all */
	IMAGE_OTHER_KEY,         /* signed, but by another key than the given one */
	IMAGE_WRONG_SIGNATURE,   /* claims the given key, but the signature does not fit */
};

/*
 * Read a public or private key from a PEM or DER file: RSA-2048, RSA-3072, ECDSA P-256, P-384,
 * Ed25519. STATUS_BAD_FILE otherwise. Free with image_key_free, which accepts NULL.
 */
enum status image_key_load(const char *path, struct image_key **ret_key, struct err *reterr);
void image_key_free(struct image_key *key);

/* "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072": the words of imgtool. */
const char *image_key_kind(const struct image_key *key);

/* Hash only; `key` NULL. With a key, hash and signature. */
enum image_verdict image_verify(const struct mcuboot_image *image, const struct image_key *key);

/* One clause for messages: "the hash does not match the content". */
const char *image_verdict_text(enum image_verdict verdict);

#endif
