/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of an MCUboot image: header, payload, protected and unprotected TLV area
 * (protocol.md 6.1). Reading only; nothing here computes a hash (image/verify.h does).
 */
#ifndef IMAGE_MCUBOOT_H
#define IMAGE_MCUBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	MCUBOOT_HEADER_SIZE = 32, /* bytes of the header that are defined */
	MCUBOOT_HASH_MAX = 64,    /* SHA-512 */
	MCUBOOT_VERSION_TEXT_MAX = 32,
	MCUBOOT_TLVS_MAX = 64,
};

#define MCUBOOT_MAGIC UINT32_C(0x96f3b83d)

enum mcuboot_flag {
	MCUBOOT_FLAG_PIC = 0x1,
	MCUBOOT_FLAG_ENCRYPTED_AES128 = 0x4,
	MCUBOOT_FLAG_ENCRYPTED_AES256 = 0x8,
	MCUBOOT_FLAG_NON_BOOTABLE = 0x10,
	MCUBOOT_FLAG_RAM_LOAD = 0x20,
	MCUBOOT_FLAG_ROM_FIXED = 0x100,
	MCUBOOT_FLAG_COMPRESSED_LZMA1 = 0x200,
	MCUBOOT_FLAG_COMPRESSED_LZMA2 = 0x400,
	MCUBOOT_FLAG_COMPRESSED_ARM_THUMB = 0x800,
};

#define MCUBOOT_FLAGS_ENCRYPTED (MCUBOOT_FLAG_ENCRYPTED_AES128 | MCUBOOT_FLAG_ENCRYPTED_AES256)

/* Names and readers: image/tlv.h. */
enum mcuboot_tlv_type {
	MCUBOOT_TLV_KEYHASH = 0x01,
	MCUBOOT_TLV_PUBKEY = 0x02,
	MCUBOOT_TLV_SHA256 = 0x10,
	MCUBOOT_TLV_SHA384 = 0x11,
	MCUBOOT_TLV_SHA512 = 0x12,
	MCUBOOT_TLV_RSA2048_PSS = 0x20,
	MCUBOOT_TLV_ECDSA224 = 0x21,
	MCUBOOT_TLV_ECDSA_SIG = 0x22,
	MCUBOOT_TLV_RSA3072_PSS = 0x23,
	MCUBOOT_TLV_ED25519 = 0x24,
	MCUBOOT_TLV_SIG_PURE = 0x25,
	MCUBOOT_TLV_ENC_RSA2048 = 0x30,
	MCUBOOT_TLV_ENC_KW = 0x31,
	MCUBOOT_TLV_ENC_EC256 = 0x32,
	MCUBOOT_TLV_ENC_X25519 = 0x33,
	MCUBOOT_TLV_ENC_X25519_SHA512 = 0x34,
	MCUBOOT_TLV_DEPENDENCY = 0x40,
	MCUBOOT_TLV_SEC_CNT = 0x50,
	MCUBOOT_TLV_BOOT_RECORD = 0x60,
	MCUBOOT_TLV_DECOMP_SIZE = 0x70,
	MCUBOOT_TLV_DECOMP_SHA = 0x71,
	MCUBOOT_TLV_DECOMP_SIGNATURE = 0x72,
	MCUBOOT_TLV_COMP_DEC_SIZE = 0x73,
	MCUBOOT_TLV_UUID_VID = 0x74,
	MCUBOOT_TLV_UUID_CID = 0x75,
};

struct mcuboot_version {
	uint8_t major;
	uint8_t minor;
	uint16_t revision;
	uint32_t build;
};

struct mcuboot_tlv {
	uint16_t type;
	bool is_protected;
	struct span value; /* points into the image */
};

struct mcuboot_image {
	struct span file; /* all that was given, the image perhaps only the front of it */
	uint32_t load_address;
	uint16_t header_size;
	uint32_t payload_size;
	uint32_t flags; /* enum mcuboot_flag */
	struct mcuboot_version version;
	struct span covered; /* header, payload and protected TLVs: what the hash is made over */
	size_t size;         /* bytes up to the end of the last TLV area */
	struct mcuboot_tlv tlvs[MCUBOOT_TLVS_MAX];
	size_t tlv_count;
	/* Called with runs of `covered` that were hashed, see firmware.h; NULL: keep them. */
	void (*forget)(struct span bytes);
};

/*
 * Read the image at the front of `file`. The spans in *ret_image borrow from `file`; bytes behind
 * the last TLV area (padding, trailer) are allowed and not looked at.
 * STATUS_BAD_FILE when it is no image, is cut short or contradicts itself; the message says where
 * and what was found, the hint which file was probably meant.
 */
enum status mcuboot_parse(struct span file, struct mcuboot_image *ret_image, struct err *reterr);

/*
 * The content of the hash TLV, which is what devices show as the image's hash: the first one of
 * type SHA256, SHA384 or SHA512 that has the length of its type, so *ret_hash never exceeds
 * MCUBOOT_HASH_MAX. False when there is none.
 */
bool mcuboot_hash(const struct mcuboot_image *image, struct span *ret_hash);

/*
 * The first TLV of this type at or behind `index` of image->tlvs; NULL when there is none. To see
 * all of a type, go on behind the one found: (size_t)(tlv - image->tlvs) + 1.
 */
const struct mcuboot_tlv *mcuboot_find_tlv(
	const struct mcuboot_image *image, uint16_t type, size_t index);

/*
 * The name of one bit of image->flags, as in MCUboot's header file: "ENCRYPTED_AES128"; NULL when
 * the bit means nothing.
 */
const char *mcuboot_flag_name(uint32_t bit);

/* "1.2.3", and "1.2.3.4" when the build number is not 0, as devices print it (protocol.md 3.2.1). */
void mcuboot_version_text(const struct mcuboot_version *version, struct buf *out);

/* Below 0, 0, above 0, as memcmp. The build number is compared last. */
int mcuboot_version_compare(const struct mcuboot_version *a, const struct mcuboot_version *b);

#endif
