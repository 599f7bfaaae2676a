/* SPDX-License-Identifier: Apache-2.0 */
/* The judgement over an image, see verify.h. */
#include "image/verify.h"

#include "image/signature.h"
#include "image/tlv.h"

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
	[IMAGE_UNREADABLE] = { "unreadable", "there is no image, or it is broken" },
	[IMAGE_NON_BOOTABLE] = { "non-bootable", "the image is flagged as not bootable" },
	[IMAGE_TOO_LARGE] = { "too-large", "the image leaves no room for the trailer of its slot" },
};

/* The digests of the signed region that the image has hash TLVs for. */
struct digests {
	bool is_present[TLV_DIGEST_KINDS];
	uint8_t value[TLV_DIGEST_KINDS][DIGEST_SIZE_MAX];
};

static struct span digest_span(const struct digests *digests, enum digest_kind kind)
{
	return span_make(digests->value[kind], digest_size(kind));
}

/* Every TLV of this kind must hold the digest. True too when there is none. */
static bool check_hashes_of(
	const struct mcuboot_image *image, enum digest_kind kind, struct digests *digests)
{
	const struct mcuboot_tlv *tlv = mcuboot_find_tlv(image, tlv_of_digest(kind), 0);

	if (tlv == NULL)
		return true;
	if (!digest_compute_forgetting(kind, image->covered, image->forget, digests->value[kind]))
		return false;
	digests->is_present[kind] = true;
	while (tlv != NULL) {
		if (!span_equal(tlv->value, digest_span(digests, kind)))
			return false;
		tlv = mcuboot_find_tlv(image, tlv_of_digest(kind), (size_t)(tlv - image->tlvs) + 1);
	}
	return true;
}

static enum image_verdict check_hashes(const struct mcuboot_image *image, struct digests *digests)
{
	bool has_any = false;

	for (int kind = 0; kind < TLV_DIGEST_KINDS; kind++) {
		if (!check_hashes_of(image, (enum digest_kind)kind, digests))
			return IMAGE_WRONG_HASH;
		has_any = has_any || digests->is_present[kind];
	}
	return has_any ? IMAGE_GOOD : IMAGE_NO_HASH;
}

/*
 * Of an encrypted image the hash cannot be recomputed, but whether the key signed the hash that it
 * claims can be told all the same.
 */
static void take_claimed_hashes(const struct mcuboot_image *image, struct digests *digests)
{
	*digests = (struct digests){ 0 };
	for (int i = 0; i < TLV_DIGEST_KINDS; i++) {
		enum digest_kind kind = (enum digest_kind)i;
		const struct mcuboot_tlv *tlv = mcuboot_find_tlv(image, tlv_of_digest(kind), 0);

		if (tlv == NULL || tlv->value.len != digest_size(kind))
			continue;
		digests->is_present[kind] = true;
		memcpy(digests->value[kind], tlv->value.data, tlv->value.len);
	}
}

static bool signature_fits(const struct mcuboot_image *image, const struct digests *digests,
	const struct image_key *key, struct span signature)
{
	const struct image_key_scheme *scheme = image_key_scheme(key);

	if (signature_is_pure(image))
		return scheme->may_sign_pure && image_key_fits(key, image->covered, signature);
	for (int i = 0; i < TLV_DIGEST_KINDS; i++) {
		enum digest_kind kind = (enum digest_kind)i;

		if (digests->is_present[kind] && (scheme->digests & 1u << kind) != 0 &&
			image_key_fits(key, digest_span(digests, kind), signature))
			return true;
	}
	return false;
}

/* A signature without a known key before it is skipped, as in the bootloader. */
static enum image_verdict check_signatures(const struct mcuboot_image *image,
	const struct digests *digests, const struct image_key *key)
{
	struct signature signature;
	bool is_signed = false, is_claimed = false;
	size_t index = 0;

	while (signature_next(image, &index, &signature)) {
		is_signed = true;
		if (signature.key == NULL || !signature_names_key(image, signature.key, key))
			continue;
		is_claimed = true;
		if (signature.tlv->type == image_key_scheme(key)->signature_tlv &&
			signature_fits(image, digests, key, signature.tlv->value))
			return IMAGE_GOOD;
	}
	if (!is_signed)
		return IMAGE_NOT_SIGNED;
	return is_claimed ? IMAGE_WRONG_SIGNATURE : IMAGE_OTHER_KEY;
}

static enum image_verdict verify_encrypted(
	const struct mcuboot_image *image, const struct image_key *key)
{
	struct digests digests;
	enum image_verdict verdict;

	if (key == NULL)
		return IMAGE_ENCRYPTED;
	take_claimed_hashes(image, &digests);
	verdict = check_signatures(image, &digests, key);
	return verdict == IMAGE_GOOD ? IMAGE_ENCRYPTED : verdict;
}

enum image_verdict image_verify(const struct mcuboot_image *image, const struct image_key *key)
{
	struct digests digests = { 0 };
	enum image_verdict verdict = check_hashes(image, &digests);

	/* "imgtool sign --clear" sets the flag on a plain image, whose hash can be checked. */
	if (verdict == IMAGE_WRONG_HASH && (image->flags & MCUBOOT_FLAGS_ENCRYPTED) != 0)
		return verify_encrypted(image, key);
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
