/* SPDX-License-Identifier: Apache-2.0 */
/* The judgement over an image, see verify.h. */
#include "image/verify.h"

enum { DIGEST_KINDS = DIGEST_SHA512 + 1 };

static const uint16_t hash_tlvs[DIGEST_KINDS] = {
	[DIGEST_SHA256] = MCUBOOT_TLV_SHA256,
	[DIGEST_SHA384] = MCUBOOT_TLV_SHA384,
	[DIGEST_SHA512] = MCUBOOT_TLV_SHA512,
};

static const struct {
	const char *name;
	const char *text;
} verdicts[IMAGE_VERDICT_COUNT] = {
	[IMAGE_GOOD] = { "good", "the image is sound" },
	[IMAGE_NO_HASH] = { "no-hash", "the image has no hash to compare with" },
	[IMAGE_WRONG_HASH] = { "wrong-hash", "the hash does not match the content" },
	[IMAGE_ENCRYPTED] = { "encrypted", "the image is encrypted, only the device can check it" },
	[IMAGE_NOT_SIGNED] = { "not-signed", "the image is not signed" },
	[IMAGE_OTHER_KEY] = { "other-key", "the image is not signed with this key" },
	[IMAGE_WRONG_SIGNATURE] = { "wrong-signature",
		"the image names this key, but its signature does not fit" },
};

/* The digests of the covered region that the image has hash TLVs for. */
struct digests {
	bool is_present[DIGEST_KINDS];
	uint8_t value[DIGEST_KINDS][DIGEST_SIZE_MAX];
};

static struct span digest_span(const struct digests *digests, enum digest_kind kind)
{
	return span_make(digests->value[kind], digest_size(kind));
}

/* Every TLV of this kind must hold the digest. True too when there is none. */
static bool check_hashes_of(
	const struct mcuboot_image *image, enum digest_kind kind, struct digests *digests)
{
	const struct mcuboot_tlv *tlv = mcuboot_find_tlv(image, hash_tlvs[kind], 0);

	if (tlv == NULL)
		return true;
	if (!digest_compute(kind, image->covered, digests->value[kind]))
		return false;
	digests->is_present[kind] = true;
	while (tlv != NULL) {
		if (!span_equal(tlv->value, digest_span(digests, kind)))
			return false;
		tlv = mcuboot_find_tlv(image, hash_tlvs[kind], (size_t)(tlv - image->tlvs) + 1);
	}
	return true;
}

static enum image_verdict check_hashes(const struct mcuboot_image *image, struct digests *digests)
{
	bool has_any = false;

	for (int kind = 0; kind < DIGEST_KINDS; kind++) {
		if (!check_hashes_of(image, (enum digest_kind)kind, digests))
			return IMAGE_WRONG_HASH;
		has_any = has_any || digests->is_present[kind];
	}
	return has_any ? IMAGE_GOOD : IMAGE_NO_HASH;
}

/* KEYHASH is made with the hash algorithm of the image (protocol.md 6.3). */
static bool is_hash_of_key(
	const struct digests *digests, struct span keyhash, const struct image_key *key)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	for (int i = 0; i < DIGEST_KINDS; i++) {
		enum digest_kind kind = (enum digest_kind)i;

		if (digests->is_present[kind] && keyhash.len == digest_size(kind) &&
			digest_compute(kind, image_key_public_der(key), digest) &&
			span_equal(keyhash, span_make(digest, digest_size(kind))))
			return true;
	}
	return false;
}

static bool is_signature(uint16_t type)
{
	return type >= MCUBOOT_TLV_RSA2048_PSS && type <= MCUBOOT_TLV_ED25519;
}

static bool is_pure(const struct mcuboot_image *image)
{
	static const uint8_t yes[] = { 1 };
	const struct mcuboot_tlv *tlv = mcuboot_find_tlv(image, MCUBOOT_TLV_SIG_PURE, 0);

	return tlv != NULL && span_equal(tlv->value, span_make(yes, sizeof(yes)));
}

static bool signature_fits(const struct mcuboot_image *image, const struct digests *digests,
	const struct image_key *key, struct span signature)
{
	const struct image_key_scheme *scheme = image_key_scheme(key);

	if (is_pure(image))
		return scheme->may_sign_pure && image_key_fits(key, image->covered, signature);
	for (int i = 0; i < DIGEST_KINDS; i++) {
		enum digest_kind kind = (enum digest_kind)i;

		if (digests->is_present[kind] && (scheme->digests & 1u << kind) != 0 &&
			image_key_fits(key, digest_span(digests, kind), signature))
			return true;
	}
	return false;
}

/*
 * The bootloader goes through the TLVs in order: a key TLV says which key comes next, the signature
 * behind it uses that up. A signature without a known key before it is skipped.
 */
static enum image_verdict check_signatures(const struct mcuboot_image *image,
	const struct digests *digests, const struct image_key *key)
{
	bool is_named = false, was_named = false, is_signed = false;

	for (size_t i = 0; i < image->tlv_count; i++) {
		const struct mcuboot_tlv *tlv = &image->tlvs[i];

		if (tlv->type == MCUBOOT_TLV_KEYHASH) {
			is_named = is_hash_of_key(digests, tlv->value, key);
		} else if (tlv->type == MCUBOOT_TLV_PUBKEY) {
			is_named = span_equal(tlv->value, image_key_public_der(key));
		} else if (is_signature(tlv->type)) {
			is_signed = true;
			if (is_named && tlv->type == image_key_scheme(key)->signature_tlv &&
				signature_fits(image, digests, key, tlv->value))
				return IMAGE_GOOD;
			was_named = was_named || is_named;
			is_named = false;
		}
	}
	if (!is_signed)
		return IMAGE_NOT_SIGNED;
	return was_named ? IMAGE_WRONG_SIGNATURE : IMAGE_OTHER_KEY;
}

enum image_verdict image_verify(const struct mcuboot_image *image, const struct image_key *key)
{
	struct digests digests = { 0 };
	enum image_verdict verdict = check_hashes(image, &digests);
	bool is_encrypted =
		(image->flags & (MCUBOOT_FLAG_ENCRYPTED_AES128 | MCUBOOT_FLAG_ENCRYPTED_AES256)) !=
		0;

	/* "imgtool sign --clear" sets the flag on a plain image, whose hash can be checked. */
	if (verdict != IMAGE_GOOD && is_encrypted)
		return IMAGE_ENCRYPTED;
	if (verdict != IMAGE_GOOD || key == NULL)
		return verdict;
	return check_signatures(image, &digests, key);
}

const char *image_verdict_name(enum image_verdict verdict)
{
	return verdicts[verdict].name;
}

const char *image_verdict_text(enum image_verdict verdict)
{
	return verdicts[verdict].text;
}
