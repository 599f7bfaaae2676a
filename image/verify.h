/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a bootloader would accept an image: its hash recomputed, its signature checked with a
 * public key (protocol.md 6.2, 6.3).
 */
#ifndef IMAGE_VERIFY_H
#define IMAGE_VERIFY_H

#include "image/key.h"
#include "image/mcuboot.h"

enum image_verdict {
	IMAGE_GOOD,
	IMAGE_NO_HASH,         /* no hash TLV to compare with */
	IMAGE_WRONG_HASH,      /* the content is not what was hashed */
	IMAGE_ENCRYPTED,       /* the hash covers the plain payload, which we do not have; with a
	                        * key: it signed the hash that the image claims */
	IMAGE_NOT_SIGNED,      /* no signature TLV at all */
	IMAGE_OTHER_KEY,       /* signed, but by another key than the given one */
	IMAGE_WRONG_SIGNATURE, /* claims the given key, but the signature does not fit */
	/* What image_verify never says: a bootloader refuses these before it looks further. */
	IMAGE_UNREADABLE,   /* mcuboot_parse refuses it */
	IMAGE_NON_BOOTABLE, /* flagged as not meant to be started */
	IMAGE_TOO_LARGE,    /* leaves no room for the trailer of its slot */
};

#define IMAGE_VERDICT_COUNT (IMAGE_TOO_LARGE + 1)

/*
 * Hash only; `key` NULL. With a key, hash and signature. All hash TLVs must be right. A signature
 * counts when a key TLV right before it names the key, as in the bootloader; of several one must
 * fit. Of an encrypted image the key must have signed the hash that the image claims, which has to
 * be believed; a SIG_PURE one cannot be vouched for. Padding and trailer behind image->size are
 * not looked at, no bootloader does; a TLV that makes bootloaders refuse the image
 * (image/oddity.h) does not change the verdict.
 */
enum image_verdict image_verify(const struct mcuboot_image *image, const struct image_key *key);

/* As in JSON: "wrong-hash". */
const char *image_verdict_name(enum image_verdict verdict);

/* One clause for messages: "the hash does not match the content". */
const char *image_verdict_text(enum image_verdict verdict);

#endif
