/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public keys that images are signed for (protocol.md 6.2, 6.3): loaded from files, compared
 * with what an image names, and asked whether a signature fits.
 */
#ifndef IMAGE_KEY_H
#define IMAGE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "image/digest.h"

struct image_key;

enum { IMAGE_KEY_SIGNATURE_DER_MAX = 104 }; /* of P-384 */

/* What MCUboot does with a kind of key. */
struct image_key_scheme {
	const char *name;       /* the word of imgtool: "ecdsa-p256" */
	uint16_t signature_tlv; /* the TLV type of its signatures */
	unsigned digests;       /* bits 1 << enum digest_kind: digests it may sign */
	bool may_sign_pure;     /* may sign the image itself instead of its digest (SIG_PURE) */
};

/*
 * Read a public or private key from a PEM or DER file (RSA as PKCS#1 too): RSA-2048, RSA-3072,
 * ECDSA P-256, P-384, Ed25519. Never asks for a passphrase. STATUS_BAD_FILE when the file is
 * missing, no key, protected, or of another kind. Free with image_key_free, which accepts NULL.
 */
enum status image_key_load(const char *path, struct image_key **ret_key, struct err *reterr);
void image_key_free(struct image_key *key);

/* "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072": the words of imgtool. */
const char *image_key_kind(const struct image_key *key);

const struct image_key_scheme *image_key_scheme(const struct image_key *key);

/* The DER form that KEYHASH is made over and PUBKEY contains (6.3); lives as long as the key. */
struct span image_key_public_der(const struct image_key *key);

/*
 * Does `signature` fit? RSA and ECDSA take the digest as `message`, Ed25519 what it signs: the
 * digest, or the covered region of a SIG_PURE image.
 */
bool image_key_fits(const struct image_key *key, struct span message, struct span signature);

/*
 * An ECDSA signature as the bare numbers r and s, which is what an HSM gives (64 bytes for P-256,
 * 96 for P-384), in the DER form that images have: at most IMAGE_KEY_SIGNATURE_DER_MAX bytes.
 * False when the key is no ECDSA key or the length is another.
 */
bool image_key_encode_signature(const struct image_key *key, struct span bare, struct buf *out);

#endif
