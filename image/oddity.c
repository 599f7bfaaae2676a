/* SPDX-License-Identifier: Apache-2.0 */
/* What is strange about an image, see oddity.h. */
#include "image/oddity.h"

#include <inttypes.h>

#include "image/signature.h"
#include "image/tlv.h"

enum { HEADER_STEP = 32, FLAG_BITS = 32 };

static const char *const names[ODDITY_COUNT] = {
	[ODDITY_NO_PAYLOAD] = "no-payload",
	[ODDITY_HEADER_SIZE] = "header-size",
	[ODDITY_UNUSED_LOAD_ADDRESS] = "unused-load-address",
	[ODDITY_TWO_LOAD_FLAGS] = "two-load-flags",
	[ODDITY_UNKNOWN_FLAGS] = "unknown-flags",
	[ODDITY_NO_ENCRYPTION_KEY] = "no-encryption-key",
	[ODDITY_TLV_LENGTH] = "tlv-length",
	[ODDITY_REFUSED_TLV] = "refused-tlv",
	[ODDITY_SIGNATURE_WITHOUT_KEY] = "signature-without-key",
};

static uint32_t unknown_flags(const struct mcuboot_image *image)
{
	uint32_t unknown = 0;

	for (unsigned i = 0; i < FLAG_BITS; i++) {
		uint32_t bit = UINT32_C(1) << i;

		if ((image->flags & bit) != 0 && mcuboot_flag_name(bit) == NULL)
			unknown |= bit;
	}
	return unknown;
}

static bool has_encryption_key(const struct mcuboot_image *image)
{
	for (size_t i = 0; i < image->tlv_count; i++) {
		if (tlv_is_encryption(image->tlvs[i].type))
			return true;
	}
	return false;
}

static const struct mcuboot_tlv *find_wrong_length(const struct mcuboot_image *image)
{
	for (size_t i = 0; i < image->tlv_count; i++) {
		if (!tlv_has_right_length(&image->tlvs[i]))
			return &image->tlvs[i];
	}
	return NULL;
}

static const struct mcuboot_tlv *find_keyless(const struct mcuboot_image *image)
{
	struct signature signature;
	size_t index = 0;

	while (signature_next(image, &index, &signature)) {
		if (signature.key == NULL)
			return signature.tlv;
	}
	return NULL;
}

bool oddity_is_in(enum oddity oddity, const struct mcuboot_image *image)
{
	const uint32_t load_flags = MCUBOOT_FLAG_RAM_LOAD | MCUBOOT_FLAG_ROM_FIXED;

	switch (oddity) {
	case ODDITY_NO_PAYLOAD:
		return image->payload_size == 0;
	case ODDITY_HEADER_SIZE:
		return image->header_size % HEADER_STEP != 0;
	case ODDITY_UNUSED_LOAD_ADDRESS:
		return image->load_address != 0 && (image->flags & load_flags) == 0;
	case ODDITY_TWO_LOAD_FLAGS:
		return (image->flags & load_flags) == load_flags;
	case ODDITY_UNKNOWN_FLAGS:
		return unknown_flags(image) != 0;
	case ODDITY_NO_ENCRYPTION_KEY:
		return (image->flags & MCUBOOT_FLAGS_ENCRYPTED) != 0 && !has_encryption_key(image);
	case ODDITY_TLV_LENGTH:
		return find_wrong_length(image) != NULL;
	case ODDITY_REFUSED_TLV:
		return tlv_find_refused(image, 0) != NULL;
	case ODDITY_SIGNATURE_WITHOUT_KEY:
		return find_keyless(image) != NULL;
	}
	return false;
}

const char *oddity_name(enum oddity oddity)
{
	return names[oddity];
}

static void describe_length(const struct mcuboot_tlv *tlv, struct buf *out)
{
	/* Which the image has not got, then. */
	if (tlv == NULL)
		return;
	tlv_append_name(tlv->type, out);
	buf_format(out, " holds %zu %s, which is not the length that it has to have",
		tlv->value.len, tlv->value.len == 1 ? "byte" : "bytes");
}

static void describe_refused(const struct mcuboot_tlv *tlv, struct buf *out)
{
	if (tlv == NULL)
		return;
	tlv_append_name(tlv->type, out);
	buf_append_text(out, " stands outside the protected TLVs, where bootloaders with the "
			     "allow-list (the default) refuse it");
}

static void describe_keyless(const struct mcuboot_tlv *tlv, struct buf *out)
{
	if (tlv == NULL)
		return;
	buf_append_text(out, "no KEYHASH or PUBKEY stands before ");
	tlv_append_name(tlv->type, out);
	buf_append_text(out, ": bootloaders skip that signature");
}

void oddity_describe(enum oddity oddity, const struct mcuboot_image *image, struct buf *out)
{
	switch (oddity) {
	case ODDITY_NO_PAYLOAD:
		buf_append_text(out, "the payload is empty: there is nothing to start");
		break;
	case ODDITY_HEADER_SIZE:
		buf_format(out,
			"the header is %u bytes long, no multiple of %d: no vector table can lie "
			"behind it",
			(unsigned)image->header_size, HEADER_STEP);
		break;
	case ODDITY_UNUSED_LOAD_ADDRESS:
		buf_format(out,
			"there is a load address, 0x%08" PRIx32
			", but neither RAM_LOAD nor ROM_FIXED",
			image->load_address);
		break;
	case ODDITY_TWO_LOAD_FLAGS:
		buf_append_text(out, "RAM_LOAD and ROM_FIXED exclude each other");
		break;
	case ODDITY_UNKNOWN_FLAGS:
		buf_format(out, "the flags 0x%08" PRIx32 " mean nothing to MCUboot",
			unknown_flags(image));
		break;
	case ODDITY_NO_ENCRYPTION_KEY:
		buf_append_text(out, "flagged as encrypted, but without the key to decrypt it");
		break;
	case ODDITY_TLV_LENGTH:
		describe_length(find_wrong_length(image), out);
		break;
	case ODDITY_REFUSED_TLV:
		describe_refused(tlv_find_refused(image, 0), out);
		break;
	case ODDITY_SIGNATURE_WITHOUT_KEY:
		describe_keyless(find_keyless(image), out);
		break;
	}
}
