/* SPDX-License-Identifier: Apache-2.0 */
/* The table of TLV types and what is read from them, see tlv.h. */
#include "image/tlv.h"

#include "base/endian.h"
#include "base/text.h"

enum { ANY_LENGTH = UINT16_MAX, VENDOR_FIRST = 0xa0, VENDOR_LAST = 0xfe };

enum role {
	ROLE_PROTECTED, /* belongs into the protected area */
	ROLE_IDENTITY,  /* hash of the image, name of a key, SIG_PURE */
	ROLE_SIGNATURE,
	ROLE_ENCRYPTION,
};

struct tlv_kind {
	uint16_t type;
	const char *name;
	enum role role;
	uint16_t len_min; /* bytes of its value */
	uint16_t len_max;
};

/* Sizes as in protocol.md 6.1; what wraps a key may hold one for AES-128 or AES-256. */
static const struct tlv_kind kinds[] = {
	{ MCUBOOT_TLV_KEYHASH, "KEYHASH", ROLE_IDENTITY, 32, 64 },
	{ MCUBOOT_TLV_PUBKEY, "PUBKEY", ROLE_IDENTITY, 1, ANY_LENGTH },
	{ MCUBOOT_TLV_SHA256, "SHA256", ROLE_IDENTITY, 32, 32 },
	{ MCUBOOT_TLV_SHA384, "SHA384", ROLE_IDENTITY, 48, 48 },
	{ MCUBOOT_TLV_SHA512, "SHA512", ROLE_IDENTITY, 64, 64 },
	{ MCUBOOT_TLV_RSA2048_PSS, "RSA2048_PSS", ROLE_SIGNATURE, 256, 256 },
	{ MCUBOOT_TLV_ECDSA224, "ECDSA224", ROLE_SIGNATURE, 1, ANY_LENGTH },
	{ MCUBOOT_TLV_ECDSA_SIG, "ECDSA_SIG", ROLE_SIGNATURE, 8, 104 },
	{ MCUBOOT_TLV_RSA3072_PSS, "RSA3072_PSS", ROLE_SIGNATURE, 384, 384 },
	{ MCUBOOT_TLV_ED25519, "ED25519", ROLE_SIGNATURE, 64, 64 },
	{ MCUBOOT_TLV_SIG_PURE, "SIG_PURE", ROLE_IDENTITY, 1, 1 },
	{ MCUBOOT_TLV_ENC_RSA2048, "ENC_RSA2048", ROLE_ENCRYPTION, 256, 256 },
	{ MCUBOOT_TLV_ENC_KW, "ENC_KW", ROLE_ENCRYPTION, 24, 40 },
	{ MCUBOOT_TLV_ENC_EC256, "ENC_EC256", ROLE_ENCRYPTION, 65 + 32 + 16, 65 + 32 + 32 },
	{ MCUBOOT_TLV_ENC_X25519, "ENC_X25519", ROLE_ENCRYPTION, 32 + 32 + 16, 32 + 32 + 32 },
	{ MCUBOOT_TLV_ENC_X25519_SHA512, "ENC_X25519_SHA512", ROLE_ENCRYPTION, 32 + 64 + 16,
		32 + 64 + 32 },
	{ MCUBOOT_TLV_DEPENDENCY, "DEPENDENCY", ROLE_PROTECTED, 12, 12 },
	{ MCUBOOT_TLV_SEC_CNT, "SEC_CNT", ROLE_PROTECTED, 4, 4 },
	{ MCUBOOT_TLV_BOOT_RECORD, "BOOT_RECORD", ROLE_PROTECTED, 1, ANY_LENGTH },
	{ MCUBOOT_TLV_DECOMP_SIZE, "DECOMP_SIZE", ROLE_PROTECTED, 4, 4 },
	{ MCUBOOT_TLV_DECOMP_SHA, "DECOMP_SHA", ROLE_PROTECTED, 32, 64 },
	{ MCUBOOT_TLV_DECOMP_SIGNATURE, "DECOMP_SIGNATURE", ROLE_PROTECTED, 1, ANY_LENGTH },
	{ MCUBOOT_TLV_COMP_DEC_SIZE, "COMP_DEC_SIZE", ROLE_PROTECTED, 4, 4 },
	{ MCUBOOT_TLV_UUID_VID, "UUID_VID", ROLE_PROTECTED, TLV_UUID_SIZE, TLV_UUID_SIZE },
	{ MCUBOOT_TLV_UUID_CID, "UUID_CID", ROLE_PROTECTED, TLV_UUID_SIZE, TLV_UUID_SIZE },
};

static const struct tlv_kind *find(uint16_t type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].type == type)
			return &kinds[i];
	}
	return NULL;
}

const char *tlv_name(uint16_t type)
{
	const struct tlv_kind *kind = find(type);

	return kind != NULL ? kind->name : NULL;
}

bool tlv_is_vendor(uint16_t type)
{
	return (type & 0xff) >= VENDOR_FIRST && (type & 0xff) <= VENDOR_LAST;
}

void tlv_append_name(uint16_t type, struct buf *out)
{
	const char *name = tlv_name(type);

	if (name != NULL)
		buf_append_text(out, name);
	else
		buf_format(out, "%s 0x%04x", tlv_is_vendor(type) ? "vendor" : "unknown",
			(unsigned)type);
}

bool tlv_has_right_length(const struct mcuboot_tlv *tlv)
{
	const struct tlv_kind *kind = find(tlv->type);

	return kind == NULL || (tlv->value.len >= kind->len_min && tlv->value.len <= kind->len_max);
}

uint16_t tlv_of_digest(enum digest_kind kind)
{
	switch (kind) {
	case DIGEST_SHA256:
		return MCUBOOT_TLV_SHA256;
	case DIGEST_SHA384:
		return MCUBOOT_TLV_SHA384;
	case DIGEST_SHA512:
		return MCUBOOT_TLV_SHA512;
	}
	return 0;
}

static bool has_role(uint16_t type, enum role role)
{
	const struct tlv_kind *kind = find(type);

	return kind != NULL && kind->role == role;
}

bool tlv_is_signature(uint16_t type)
{
	return has_role(type, ROLE_SIGNATURE);
}

bool tlv_is_encryption(uint16_t type)
{
	return has_role(type, ROLE_ENCRYPTION);
}

bool tlv_is_allowed_unprotected(uint16_t type)
{
	return find(type) != NULL && !has_role(type, ROLE_PROTECTED);
}

const struct mcuboot_tlv *tlv_find_refused(const struct mcuboot_image *image, size_t index)
{
	for (; index < image->tlv_count; index++) {
		const struct mcuboot_tlv *tlv = &image->tlvs[index];

		if (!tlv->is_protected && !tlv_is_allowed_unprotected(tlv->type))
			return tlv;
	}
	return NULL;
}

/* Version fields lie as in the header: major, minor, revision, build. */
bool tlv_read_dependency(const struct mcuboot_tlv *tlv, struct tlv_dependency *ret_dependency)
{
	const uint8_t *value = tlv->value.data;

	if (tlv->type != MCUBOOT_TLV_DEPENDENCY || !tlv_has_right_length(tlv))
		return false;
	*ret_dependency = (struct tlv_dependency){
		.image_number = value[0],
		.min_version = {
			.major = value[4],
			.minor = value[5],
			.revision = get_le16(value + 6),
			.build = get_le32(value + 8),
		},
	};
	return true;
}

bool tlv_read_security_counter(const struct mcuboot_tlv *tlv, uint32_t *ret_counter)
{
	if (tlv->type != MCUBOOT_TLV_SEC_CNT || !tlv_has_right_length(tlv))
		return false;
	*ret_counter = get_le32(tlv->value.data);
	return true;
}

bool tlv_read_size(const struct mcuboot_tlv *tlv, uint32_t *ret_size)
{
	bool is_size =
		tlv->type == MCUBOOT_TLV_DECOMP_SIZE || tlv->type == MCUBOOT_TLV_COMP_DEC_SIZE;

	if (!is_size || !tlv_has_right_length(tlv))
		return false;
	*ret_size = get_le32(tlv->value.data);
	return true;
}

bool tlv_append_uuid(const struct mcuboot_tlv *tlv, struct buf *out)
{
	/* Bytes of the groups between the dashes. */
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	bool is_uuid = tlv->type == MCUBOOT_TLV_UUID_VID || tlv->type == MCUBOOT_TLV_UUID_CID;
	size_t at = 0;

	if (!is_uuid || !tlv_has_right_length(tlv))
		return false;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (i > 0)
			buf_append_byte(out, '-');
		text_append_hex(out, span_sub(tlv->value, at, groups[i]));
		at += groups[i];
	}
	return true;
}
