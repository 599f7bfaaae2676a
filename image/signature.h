/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signatures in an image, each with the TLV that names its key (protocol.md 6.1, 6.3). Whether
 * they fit is not looked at (image/verify.h does).
 */
#ifndef IMAGE_SIGNATURE_H
#define IMAGE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "image/key.h"
#include "image/mcuboot.h"

struct signature {
	const struct mcuboot_tlv *tlv;
	/*
	 * The KEYHASH or PUBKEY that counts for it: the last one before it that no other signature
	 * used up. NULL when there is none: bootloaders skip such a signature.
	 */
	const struct mcuboot_tlv *key;
};

/*
 * The first signature at or behind TLV number *index, which is left behind it; false when there is
 * none. Begin with *index 0.
 */
bool signature_next(
	const struct mcuboot_image *image, size_t *index, struct signature *ret_signature);

/*
 * The kind of key that made it, in the words of image_key_kind: "ecdsa-p256". "ecdsa" where the
 * image does not tell which curve, "ecdsa-p224" for the obsolete one.
 */
const char *signature_kind(const struct mcuboot_image *image, const struct signature *signature);

/* The image says that a signature is made over its bytes and not over their digest (SIG_PURE). */
bool signature_is_pure(const struct mcuboot_image *image);

/*
 * A KEYHASH or PUBKEY TLV of the image stands for this key. The hash is made with an algorithm
 * that the image has a hash of itself with (6.3).
 */
bool signature_names_key(const struct mcuboot_image *image, const struct mcuboot_tlv *tlv,
	const struct image_key *key);

/* Any of the image's KEYHASH and PUBKEY TLVs does. */
bool signature_is_claimed(const struct mcuboot_image *image, const struct image_key *key);

#endif
