/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing with a key that never leaves its vault (an HSM, a signing server). imgtool makes the
 * image without a key or with a throw-away one; attach_message says what is to be signed; the
 * vault signs; attach_signature puts the signature and the name of its key into the image, where
 * imgtool would have put them.
 */
#ifndef IMAGE_ATTACH_H
#define IMAGE_ATTACH_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "image/digest.h"
#include "image/key.h"
#include "image/mcuboot.h"

/*
 * What the vault has to sign. A digest: RSA (PSS, MGF1 with SHA-256, salt of 32 bytes) and ECDSA
 * sign it as the digest that it is, Ed25519 takes it as its message.
 */
struct attach_message {
	/* The image has SIG_PURE: `bytes` is the whole signed region, for Ed25519 only. */
	bool is_pure;
	/* The hash is that of the content; of an encrypted image it has to be believed. */
	bool is_checked;
	enum digest_kind digest; /* of the image's hash that counts for this key */
	/* Points into the image: the content of its hash TLV, or the region. */
	struct span bytes;
};

/*
 * What is to be signed so that `key` (public half; NULL: any) vouches for the image. Which digest
 * that is, is told by the image's hash TLV. STATUS_BAD_FILE when it has no hash or a wrong one, or
 * none that this key signs: ECDSA P-384 wants SHA-384, Ed25519 SHA-256 or SHA-512, the others
 * SHA-256.
 */
enum status attach_message(const struct mcuboot_image *image, const struct image_key *key,
	struct attach_message *ret_message, struct err *reterr);

struct attach_result {
	uint8_t *data; /* the whole new file; give back with attach_free */
	size_t len;
};

/*
 * The image with this signature by `key` (its public half is enough) and no other. Header, payload
 * and protected TLVs stay as they are, of the others hash, SIG_PURE and all that have nothing to
 * do with signatures; the new KEYHASH (PUBKEY when the image had that) and signature stand behind
 * the hash, as imgtool orders them. ECDSA signatures may be DER or the bare r and s in 64 or 96
 * bytes.
 *
 * A padded image keeps its total size and its trailer. STATUS_BAD_FILE when attach_message
 * refuses, when the signature does not fit, when unknown bytes stand behind the image, or when the
 * padding has no room for what is added.
 */
enum status attach_signature(const struct mcuboot_image *image, const struct image_key *key,
	struct span signature, struct attach_result *ret_result, struct err *reterr);

void attach_free(struct attach_result *result); /* accepts a zeroed result */

#endif
