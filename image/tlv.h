/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the TLVs of an MCUboot image are called and what stands in them (protocol.md 6.1).
 *
 * The readers take a TLV of the right type only; they return false and leave the output alone when
 * it is of another type or has not the length that the type demands. A BOOT_RECORD holds a CBOR map
 * with numbers as keys, which smp/body.h reads: this room knows no CBOR.
 */
#ifndef IMAGE_TLV_H
#define IMAGE_TLV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "image/digest.h"
#include "image/mcuboot.h"

enum {
	TLV_NAME_MAX = 32, /* NUL included */
	TLV_UUID_SIZE = 16,
	TLV_DIGEST_KINDS = DIGEST_SHA512 + 1,
};

/* "SHA256", "ECDSA_SIG": the names of MCUboot's header file. NULL when the type has none. */
const char *tlv_name(uint16_t type);

/* The type is in a range that is left to vendors: 0xXXA0 to 0xXXFE. */
bool tlv_is_vendor(uint16_t type);

/* As tlv_name, and "vendor 0x01a0" or "unknown 0x0099" for the others. */
void tlv_append_name(uint16_t type, struct buf *out);

/* The length is one that the type can have. True for types that we know nothing about. */
bool tlv_has_right_length(const struct mcuboot_tlv *tlv);

uint16_t tlv_of_digest(enum digest_kind kind); /* DIGEST_SHA256: MCUBOOT_TLV_SHA256 */

bool tlv_is_signature(uint16_t type);  /* of the image: RSA, ECDSA, Ed25519 */
bool tlv_is_encryption(uint16_t type); /* holds the wrapped key of an encrypted image */

/*
 * Types that a bootloader with the allow-list (MCUBOOT_USE_TLV_ALLOW_LIST, the default) takes
 * outside the protected area. Any other there makes the image invalid.
 */
bool tlv_is_allowed_unprotected(uint16_t type);

/* The first TLV at or behind `index` that the allow-list refuses; NULL when there is none. */
const struct mcuboot_tlv *tlv_find_refused(const struct mcuboot_image *image, size_t index);

/* "Runs only when image `image_number` has at least this version." */
struct tlv_dependency {
	uint8_t image_number;
	struct mcuboot_version min_version;
};

bool tlv_read_dependency(const struct mcuboot_tlv *tlv, struct tlv_dependency *ret_dependency);

/* The counter below which a device with downgrade protection takes no image. */
bool tlv_read_security_counter(const struct mcuboot_tlv *tlv, uint32_t *ret_counter);

/* DECOMP_SIZE and COMP_DEC_SIZE, in bytes. */
bool tlv_read_size(const struct mcuboot_tlv *tlv, uint32_t *ret_size);

/* UUID_VID and UUID_CID as "12345678-1234-5678-1234-567812345678". */
bool tlv_append_uuid(const struct mcuboot_tlv *tlv, struct buf *out);

#endif
