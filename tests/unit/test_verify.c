/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judgement over images: those of tests/vectors with the keys that the json gives for them, and
 * the same content with its TLVs arranged anew. Most vectors share their content, so signatures can
 * be moved between them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/endian.h"
#include "image/devkey.h"
#include "image/verify.h"
#include "tests/support/image_scene.h"
#include "tests/support/vectors.h"

enum {
	IMAGE_MAX = IMAGE_SCENE_FILE_MAX,
	PADDING_LOOKED_AT = 64,
	SIGNED_TLVS = 3,
	HASH = 0,
	KEYHASH = 1,
	SIGNATURE = 2
};

/* The image's content followed by these TLVs, judged in a block of exactly its size. */
static enum image_verdict verify_arranged(struct span covered, const struct mcuboot_tlv *tlvs,
	size_t count, const struct image_key *key)
{
	struct buf out = buf_over(malloc(IMAGE_MAX), IMAGE_MAX);
	struct mcuboot_image image;
	enum image_verdict verdict;
	uint8_t head[4];

	assert_non_null(out.data);
	buf_append_span(&out, covered);
	put_le16(head, 0x6907);
	buf_append(&out, head, sizeof(head));
	for (size_t i = 0; i < count; i++) {
		put_le16(head, tlvs[i].type);
		put_le16(head + 2, (uint16_t)tlvs[i].value.len);
		buf_append(&out, head, sizeof(head));
		buf_append_span(&out, tlvs[i].value);
	}
	assert_false(out.overflow);
	put_le16(out.data + covered.len + 2, (uint16_t)(out.len - covered.len));
	assert_int_equal(mcuboot_parse(buf_span(&out), &image, ERR_IGNORED), STATUS_OK);
	verdict = image_verify(&image, key);
	free(out.data);
	return verdict;
}

static enum image_verdict expected_with_key(const char *expect)
{
	if (strcmp(expect, "hash mismatch") == 0)
		return IMAGE_WRONG_HASH;
	if (strcmp(expect, "hash ok, no signature") == 0)
		return IMAGE_NOT_SIGNED;
	if (strcmp(expect, "hash ok, signature bad") == 0)
		return IMAGE_WRONG_SIGNATURE;
	assert_non_null(strstr(expect, "hash ok, signature ok"));
	return IMAGE_GOOD;
}

static void assert_judged_as_its_json_says(const json_t *entry, const struct image_key *other)
{
	const char *expect = vectors_text(entry, "expect");
	enum image_verdict verdict = expected_with_key(expect);
	bool is_whole = verdict != IMAGE_WRONG_HASH;
	struct image_scene scene;

	image_scene_open_entry(&scene, entry);
	assert_int_equal(
		image_verify(&scene.image, NULL), is_whole ? IMAGE_GOOD : IMAGE_WRONG_HASH);
	if (scene.key != NULL)
		assert_int_equal(image_verify(&scene.image, scene.key), verdict);
	if (is_whole)
		assert_int_equal(image_verify(&scene.image, other),
			scene.key != NULL ? IMAGE_OTHER_KEY : IMAGE_NOT_SIGNED);
	if (strstr(expect, ", development key") != NULL)
		assert_non_null(strstr(devkey_name(&scene.image), vectors_text(entry, "key")));
	if (strstr(expect, "not a development key") != NULL || scene.key == NULL)
		assert_null(devkey_name(&scene.image));
	image_scene_close(&scene);
}

static void every_vector_is_judged_as_its_json_says(void **state)
{
	json_t *root = vectors_load("images/images.json");
	const json_t *images = json_object_get(root, "images");
	/* RFC 8032, test 1: no vector is signed with it. */
	json_t *rfc_8032 = json_pack("{s:s}", "der",
		"302a300506032b6570032100"
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
	struct span other_der = vectors_bytes(rfc_8032, "der");
	struct image_key *other = image_scene_load_key(other_der);
	size_t seen = 0;

	(void)state;
	vectors_free(other_der);
	json_decref(rfc_8032);
	for (size_t i = 0; i < json_array_size(images); i++) {
		const json_t *entry = json_array_get(images, i);

		if (json_object_get(entry, "hdr_size") == NULL)
			continue;
		assert_judged_as_its_json_says(entry, other);
		seen++;
	}
	assert_int_equal(seen, 18);
	image_key_free(other);
	json_decref(root);
}

static void another_key_of_the_same_kind_is_told_apart(void **state)
{
	struct image_scene ours, theirs;

	(void)state;
	image_scene_open(&ours, "signed_root-ec-p256.bin");
	image_scene_open(&theirs, "signed_private_key.bin");
	assert_int_equal(image_verify(&ours.image, theirs.key), IMAGE_OTHER_KEY);
	assert_int_equal(image_verify(&theirs.image, ours.key), IMAGE_OTHER_KEY);
	image_scene_close(&theirs);
	image_scene_close(&ours);
}

/*
 * Change each byte in turn. What lies behind image->size is padding, which nobody looks at; its
 * first bytes stand for the rest.
 */
static void assert_no_byte_may_change(const char *name)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff };
	struct image_scene scene;
	struct span file;
	uint8_t *copy;

	image_scene_open(&scene, name);
	assert_int_equal(image_verify(&scene.image, scene.key), IMAGE_GOOD);
	file = span_sub(scene.map.bytes, 0, scene.image.size + PADDING_LOOKED_AT);
	copy = malloc(file.len);
	assert_non_null(copy);
	memcpy(copy, file.data, file.len);
	for (size_t i = 0; i < file.len * sizeof(masks); i++) {
		size_t at = i / sizeof(masks);
		uint8_t mask = masks[i % sizeof(masks)];
		struct mcuboot_image image;
		bool is_good;

		copy[at] ^= mask;
		is_good = mcuboot_parse(span_make(copy, file.len), &image, ERR_IGNORED) ==
				  STATUS_OK &&
			  image_verify(&image, scene.key) == IMAGE_GOOD;
		copy[at] ^= mask;
		if (is_good != (at >= scene.image.size))
			fail_msg("%s: byte %zu, bits 0x%02x", name, at, mask);
	}
	free(copy);
	image_scene_close(&scene);
}

static void no_byte_of_a_signed_image_may_change(void **state)
{
	(void)state;
	assert_no_byte_may_change("signed_root-ec-p256.bin");
	assert_no_byte_may_change("signed_root-ec-p256_pubkey_tlv.bin");
	assert_no_byte_may_change("signed_root-ed25519_pure.bin");
	assert_no_byte_may_change("signed_root-rsa-2048.bin");
	assert_no_byte_may_change("protected_tlvs.bin");
}

static void the_trailer_behind_an_image_may_change(void **state)
{
	(void)state;
	assert_no_byte_may_change("padded_pending.bin");
}

static void a_key_must_be_named_before_its_signature(void **state)
{
	struct image_scene scene;

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	assert_int_equal(scene.image.tlv_count, SIGNED_TLVS);
	const struct mcuboot_tlv *tlvs = scene.image.tlvs;
	const struct mcuboot_tlv behind[] = { tlvs[HASH], tlvs[SIGNATURE], tlvs[KEYHASH] };
	const struct mcuboot_tlv unnamed[] = { tlvs[HASH], tlvs[SIGNATURE] };
	const struct mcuboot_tlv unsigned_[] = { tlvs[HASH], tlvs[KEYHASH] };
	const struct mcuboot_tlv as_made[] = { tlvs[HASH], tlvs[KEYHASH], tlvs[SIGNATURE] };
	struct span covered = scene.image.covered;

	assert_int_equal(verify_arranged(covered, behind, 3, scene.key), IMAGE_OTHER_KEY);
	assert_int_equal(verify_arranged(covered, unnamed, 2, scene.key), IMAGE_OTHER_KEY);
	assert_int_equal(verify_arranged(covered, unsigned_, 2, scene.key), IMAGE_NOT_SIGNED);
	assert_int_equal(verify_arranged(covered, as_made, 3, scene.key), IMAGE_GOOD);
	image_scene_close(&scene);
}

static void of_several_signatures_one_must_fit(void **state)
{
	struct image_scene ec, other_ec, rsa, broken;

	(void)state;
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&other_ec, "signed_private_key.bin");
	image_scene_open(&rsa, "signed_root-rsa-2048.bin");
	image_scene_open(&broken, "bad_signature.bin");
	const struct mcuboot_tlv tlvs[] = { ec.image.tlvs[HASH], rsa.image.tlvs[KEYHASH],
		rsa.image.tlvs[SIGNATURE], broken.image.tlvs[KEYHASH], broken.image.tlvs[SIGNATURE],
		other_ec.image.tlvs[KEYHASH], other_ec.image.tlvs[SIGNATURE],
		ec.image.tlvs[KEYHASH], ec.image.tlvs[SIGNATURE] };
	struct span covered = ec.image.covered;

	assert_int_equal(verify_arranged(covered, tlvs, 9, ec.key), IMAGE_GOOD);
	assert_int_equal(verify_arranged(covered, tlvs, 9, other_ec.key), IMAGE_GOOD);
	assert_int_equal(verify_arranged(covered, tlvs, 9, rsa.key), IMAGE_GOOD);
	assert_int_equal(verify_arranged(covered, tlvs, 7, ec.key), IMAGE_WRONG_SIGNATURE);
	assert_int_equal(verify_arranged(covered, tlvs, 5, other_ec.key), IMAGE_OTHER_KEY);
	image_scene_close(&broken);
	image_scene_close(&rsa);
	image_scene_close(&other_ec);
	image_scene_close(&ec);
}

/* A key is named for one signature: the next one must be named anew. */
static void a_named_key_is_used_up_by_one_signature(void **state)
{
	struct image_scene ec, broken;

	(void)state;
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&broken, "bad_signature.bin");
	const struct mcuboot_tlv tlvs[] = { ec.image.tlvs[HASH], ec.image.tlvs[KEYHASH],
		broken.image.tlvs[SIGNATURE], ec.image.tlvs[SIGNATURE] };

	assert_int_equal(verify_arranged(ec.image.covered, tlvs, 4, ec.key), IMAGE_WRONG_SIGNATURE);
	image_scene_close(&broken);
	image_scene_close(&ec);
}

static void zeros_behind_an_ecdsa_signature_are_padding(void **state)
{
	struct image_scene scene;
	uint8_t storage[128] = { 0 };
	struct span signature;

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	signature = scene.image.tlvs[SIGNATURE].value;
	memcpy(storage, signature.data, signature.len);
	struct mcuboot_tlv tlvs[] = { scene.image.tlvs[HASH], scene.image.tlvs[KEYHASH],
		scene.image.tlvs[SIGNATURE] };

	tlvs[SIGNATURE].value = span_make(storage, signature.len + 2);
	assert_int_equal(verify_arranged(scene.image.covered, tlvs, 3, scene.key), IMAGE_GOOD);
	storage[signature.len + 1] = 1;
	assert_int_equal(
		verify_arranged(scene.image.covered, tlvs, 3, scene.key), IMAGE_WRONG_SIGNATURE);
	tlvs[SIGNATURE].value = span_make(NULL, 0);
	assert_int_equal(
		verify_arranged(scene.image.covered, tlvs, 3, scene.key), IMAGE_WRONG_SIGNATURE);
	tlvs[SIGNATURE].value = span_make(storage, 1);
	assert_int_equal(
		verify_arranged(scene.image.covered, tlvs, 3, scene.key), IMAGE_WRONG_SIGNATURE);
	image_scene_close(&scene);
}

static void all_hashes_must_be_there_and_right(void **state)
{
	struct image_scene scene;
	uint8_t digest[DIGEST_SIZE_MAX];

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	assert_true(digest_compute(DIGEST_SHA512, scene.image.covered, digest));
	struct mcuboot_tlv tlvs[] = { scene.image.tlvs[HASH],
		{ MCUBOOT_TLV_SHA512, false, span_make(digest, 64) } };
	struct span covered = scene.image.covered;

	assert_int_equal(verify_arranged(covered, tlvs, 0, NULL), IMAGE_NO_HASH);
	assert_int_equal(verify_arranged(covered, tlvs, 1, NULL), IMAGE_GOOD);
	assert_int_equal(verify_arranged(covered, tlvs, 2, NULL), IMAGE_GOOD);
	digest[63] ^= 1;
	assert_int_equal(verify_arranged(covered, tlvs, 2, NULL), IMAGE_WRONG_HASH);
	digest[63] ^= 1;
	tlvs[1].value.len = 63;
	assert_int_equal(verify_arranged(covered, tlvs, 2, NULL), IMAGE_WRONG_HASH);
	image_scene_close(&scene);
}

/* The bootloader computes one digest only, the one that its kind of key signs. */
static void the_hash_must_be_the_one_that_the_key_signs(void **state)
{
	struct image_scene scene;
	uint8_t digest[DIGEST_SIZE_MAX];
	uint8_t keyhash[DIGEST_SIZE_MAX];

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	assert_true(digest_compute(DIGEST_SHA512, scene.image.covered, digest));
	assert_true(digest_compute(DIGEST_SHA512, image_key_public_der(scene.key), keyhash));
	const struct mcuboot_tlv tlvs[] = { { MCUBOOT_TLV_SHA512, false, span_make(digest, 64) },
		{ MCUBOOT_TLV_KEYHASH, false, span_make(keyhash, 64) },
		scene.image.tlvs[SIGNATURE] };

	assert_int_equal(
		verify_arranged(scene.image.covered, tlvs, 3, scene.key), IMAGE_WRONG_SIGNATURE);
	image_scene_close(&scene);
}

static void a_pure_signature_needs_its_mark(void **state)
{
	static const uint8_t no[] = { 0 }, yes[] = { 1 };
	struct image_scene pure, digested;

	(void)state;
	image_scene_open(&pure, "signed_root-ed25519_pure.bin");
	image_scene_open(&digested, "signed_root-ed25519.bin");
	struct mcuboot_tlv tlvs[] = { pure.image.tlvs[0],
		{ MCUBOOT_TLV_SIG_PURE, false, span_make(yes, 1) }, pure.image.tlvs[2],
		pure.image.tlvs[3] };
	struct mcuboot_tlv marked[] = { digested.image.tlvs[HASH], tlvs[1],
		digested.image.tlvs[KEYHASH], digested.image.tlvs[SIGNATURE] };
	struct span covered = pure.image.covered;

	assert_int_equal(verify_arranged(covered, tlvs, 4, pure.key), IMAGE_GOOD);
	assert_int_equal(verify_arranged(covered, marked, 4, pure.key), IMAGE_WRONG_SIGNATURE);
	tlvs[1].value = span_make(no, 1);
	assert_int_equal(verify_arranged(covered, tlvs, 4, pure.key), IMAGE_WRONG_SIGNATURE);
	marked[1].value = span_make(no, 1);
	assert_int_equal(verify_arranged(covered, marked, 4, pure.key), IMAGE_GOOD);
	image_scene_close(&digested);
	image_scene_close(&pure);
}

static void an_encrypted_image_cannot_be_judged(void **state)
{
	struct image_scene scene;
	uint8_t covered[IMAGE_MAX];
	uint8_t digest[DIGEST_SIZE_MAX];
	struct span region;

	(void)state;
	image_scene_open(&scene, "unsigned_v2.0.0.bin");
	region = span_make(covered, scene.image.covered.len);
	memcpy(covered, scene.image.covered.data, region.len);
	put_le32(covered + 16, MCUBOOT_FLAG_ENCRYPTED_AES256);
	assert_int_equal(verify_arranged(region, scene.image.tlvs, 1, NULL), IMAGE_ENCRYPTED);
	assert_int_equal(verify_arranged(region, scene.image.tlvs, 0, NULL), IMAGE_NO_HASH);
	/* imgtool sign --clear: the flag is set, the payload is plain */
	assert_true(digest_compute(DIGEST_SHA256, region, digest));
	scene.image.tlvs[HASH].value = span_make(digest, DIGEST_SHA256_SIZE);
	assert_int_equal(verify_arranged(region, scene.image.tlvs, 1, NULL), IMAGE_GOOD);
	image_scene_close(&scene);
}

/* The payload cannot be compared with the hash, but who signed that hash can be told. */
static void of_an_encrypted_image_the_key_can_be_told(void **state)
{
	struct image_scene ec, other_ec, broken, pure;
	uint8_t covered[IMAGE_MAX];
	struct span region;

	(void)state;
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&other_ec, "signed_private_key.bin");
	image_scene_open(&broken, "bad_signature.bin");
	image_scene_open(&pure, "signed_root-ed25519_pure.bin");
	region = span_make(covered, ec.image.covered.len);
	memcpy(covered, ec.image.covered.data, region.len);
	put_le32(covered + 16, MCUBOOT_FLAG_ENCRYPTED_AES128);
	const struct mcuboot_tlv *tlvs = ec.image.tlvs;

	assert_int_equal(verify_arranged(region, tlvs, 3, NULL), IMAGE_ENCRYPTED);
	assert_int_equal(verify_arranged(region, tlvs, 3, ec.key), IMAGE_ENCRYPTED);
	assert_int_equal(verify_arranged(region, tlvs, 3, other_ec.key), IMAGE_OTHER_KEY);
	assert_int_equal(verify_arranged(region, tlvs, 1, ec.key), IMAGE_NOT_SIGNED);
	assert_int_equal(
		verify_arranged(region, broken.image.tlvs, 3, ec.key), IMAGE_WRONG_SIGNATURE);
	/* A pure signature goes over the plain bytes: nobody can vouch for it here. */
	assert_int_equal(
		verify_arranged(region, pure.image.tlvs, 4, pure.key), IMAGE_WRONG_SIGNATURE);
	assert_int_equal(verify_arranged(region, pure.image.tlvs, 4, ec.key), IMAGE_OTHER_KEY);
	image_scene_close(&pure);
	image_scene_close(&broken);
	image_scene_close(&other_ec);
	image_scene_close(&ec);
}

static void every_verdict_has_a_name_and_a_text(void **state)
{
	(void)state;
	for (int i = 0; i < IMAGE_VERDICT_COUNT; i++) {
		assert_true(strlen(image_verdict_text((enum image_verdict)i)) > 0);
		assert_int_equal(strspn(image_verdict_name((enum image_verdict)i),
					 "abcdefghijklmnopqrstuvwxyz-"),
			strlen(image_verdict_name((enum image_verdict)i)));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(image_verdict_name((enum image_verdict)i),
				image_verdict_name((enum image_verdict)j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_is_judged_as_its_json_says),
		cmocka_unit_test(another_key_of_the_same_kind_is_told_apart),
		cmocka_unit_test(no_byte_of_a_signed_image_may_change),
		cmocka_unit_test(the_trailer_behind_an_image_may_change),
		cmocka_unit_test(a_key_must_be_named_before_its_signature),
		cmocka_unit_test(of_several_signatures_one_must_fit),
		cmocka_unit_test(a_named_key_is_used_up_by_one_signature),
		cmocka_unit_test(zeros_behind_an_ecdsa_signature_are_padding),
		cmocka_unit_test(all_hashes_must_be_there_and_right),
		cmocka_unit_test(the_hash_must_be_the_one_that_the_key_signs),
		cmocka_unit_test(a_pure_signature_needs_its_mark),
		cmocka_unit_test(an_encrypted_image_cannot_be_judged),
		cmocka_unit_test(of_an_encrypted_image_the_key_can_be_told),
		cmocka_unit_test(every_verdict_has_a_name_and_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
