/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the signatures of an image, see signature.h. */
#include "image/signature.h"

#include "image/tlv.h"

static bool is_key(uint16_t type)
{
	return type == MCUBOOT_TLV_KEYHASH || type == MCUBOOT_TLV_PUBKEY;
}

bool signature_next(
	const struct mcuboot_image *image, size_t *index, struct signature *ret_signature)
{
	struct signature signature = { 0 };

	while (*index < image->tlv_count) {
		const struct mcuboot_tlv *tlv = &image->tlvs[(*index)++];

		if (is_key(tlv->type)) {
			signature.key = tlv;
		} else if (tlv_is_signature(tlv->type)) {
			signature.tlv = tlv;
			*ret_signature = signature;
			return true;
		}
	}
	return false;
}

static const char *ecdsa_kind(const struct mcuboot_image *image)
{
	bool is_p256 = mcuboot_find_tlv(image, MCUBOOT_TLV_SHA256, 0) != NULL;
	bool is_p384 = mcuboot_find_tlv(image, MCUBOOT_TLV_SHA384, 0) != NULL;

	if (is_p256 == is_p384)
		return "ecdsa";
	return is_p256 ? "ecdsa-p256" : "ecdsa-p384";
}

const char *signature_kind(const struct mcuboot_image *image, const struct signature *signature)
{
	switch (signature->tlv->type) {
	case MCUBOOT_TLV_RSA2048_PSS:
		return "rsa-2048";
	case MCUBOOT_TLV_RSA3072_PSS:
		return "rsa-3072";
	case MCUBOOT_TLV_ED25519:
		return "ed25519";
	case MCUBOOT_TLV_ECDSA224:
		return "ecdsa-p224";
	default:
		return ecdsa_kind(image);
	}
}

bool signature_is_pure(const struct mcuboot_image *image)
{
	static const uint8_t yes[] = { 1 };
	const struct mcuboot_tlv *tlv = mcuboot_find_tlv(image, MCUBOOT_TLV_SIG_PURE, 0);

	return tlv != NULL && span_equal(tlv->value, span_make(yes, sizeof(yes)));
}

static bool is_hash_of_key(
	const struct mcuboot_image *image, struct span keyhash, const struct image_key *key)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	for (int i = 0; i < TLV_DIGEST_KINDS; i++) {
		enum digest_kind kind = (enum digest_kind)i;

		if (keyhash.len == digest_size(kind) &&
			mcuboot_find_tlv(image, tlv_of_digest(kind), 0) != NULL &&
			digest_compute(kind, image_key_public_der(key), digest) &&
			span_equal(keyhash, span_make(digest, digest_size(kind))))
			return true;
	}
	return false;
}

bool signature_names_key(const struct mcuboot_image *image, const struct mcuboot_tlv *tlv,
	const struct image_key *key)
{
	if (tlv->type == MCUBOOT_TLV_PUBKEY)
		return span_equal(tlv->value, image_key_public_der(key));
	return tlv->type == MCUBOOT_TLV_KEYHASH && is_hash_of_key(image, tlv->value, key);
}

bool signature_is_claimed(const struct mcuboot_image *image, const struct image_key *key)
{
	for (size_t i = 0; i < image->tlv_count; i++) {
		if (signature_names_key(image, &image->tlvs[i], key))
			return true;
	}
	return false;
}
