/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures from outside. Most vectors have the same content, so the signature of one can be
 * attached to another, and the result must be the first one again, byte for byte.
 */
#include "image/attach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/endian.h"
#include "image/trailer.h"
#include "tests/support/image_scene.h"

enum { FLAGS_AT = 16 };

static struct span value_of(const struct image_scene *scene, uint16_t type)
{
	const struct mcuboot_tlv *tlv = mcuboot_find_tlv(&scene->image, type, 0);

	assert_non_null(tlv);
	return tlv->value;
}

static struct span signature_of(const struct image_scene *scene)
{
	return value_of(scene, image_key_scheme(scene->key)->signature_tlv);
}

static void assert_attached(
	const struct mcuboot_image *image, const struct image_scene *signer, struct span expected)
{
	struct attach_result result = { 0 };
	struct err err = { 0 };

	if (attach_signature(image, signer->key, signature_of(signer), &result, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_true(span_equal(span_make(result.data, result.len), expected));
	attach_free(&result);
}

static void assert_refused(const struct mcuboot_image *image, const struct image_key *key,
	struct span signature, const char *words)
{
	struct attach_result result = { 0 };
	struct err err = { 0 };

	assert_int_equal(attach_signature(image, key, signature, &result, &err), STATUS_BAD_FILE);
	if (strstr(err.message, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.message, words);
	assert_null(result.data);
}

static void what_is_to_be_signed_is_the_hash(void **state)
{
	static const struct {
		const char *file;
		uint16_t hash_tlv;
		enum digest_kind digest;
	} rows[] = { { "unsigned_v2.0.0.bin", 0x10, DIGEST_SHA256 },
		{ "signed_root-rsa-2048.bin", 0x10, DIGEST_SHA256 },
		{ "signed_root-ec-p384.bin", 0x11, DIGEST_SHA384 },
		{ "signed_root-ed25519_sha512.bin", 0x12, DIGEST_SHA512 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image_scene scene;
		struct attach_message message;

		image_scene_open(&scene, rows[i].file);
		assert_int_equal(
			attach_message(&scene.image, scene.key, &message, ERR_IGNORED), STATUS_OK);
		assert_false(message.is_pure);
		assert_true(message.is_checked);
		assert_int_equal(message.digest, rows[i].digest);
		assert_true(span_equal(message.bytes, value_of(&scene, rows[i].hash_tlv)));
		image_scene_close(&scene);
	}
}

static void of_a_pure_image_all_that_is_hashed_is_to_be_signed(void **state)
{
	struct image_scene pure, ec;
	struct attach_message message;
	struct err err = { 0 };

	(void)state;
	image_scene_open(&pure, "signed_root-ed25519_pure.bin");
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	assert_int_equal(attach_message(&pure.image, NULL, &message, &err), STATUS_OK);
	assert_true(message.is_pure);
	assert_true(span_equal(message.bytes, pure.image.covered));
	assert_int_equal(attach_message(&pure.image, ec.key, &message, &err), STATUS_BAD_FILE);
	assert_non_null(strstr(err.message, "SIG_PURE"));
	image_scene_close(&ec);
	image_scene_close(&pure);
}

static void a_key_wants_a_hash_of_its_kind(void **state)
{
	struct image_scene ec, p384;
	struct attach_message message;
	struct err err = { 0 };

	(void)state;
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&p384, "signed_root-ec-p384.bin");
	assert_int_equal(attach_message(&ec.image, p384.key, &message, &err), STATUS_BAD_FILE);
	assert_non_null(strstr(err.message, "ecdsa-p384"));
	assert_non_null(strstr(err.hint, "--sha 384"));
	assert_int_equal(attach_message(&p384.image, ec.key, &message, &err), STATUS_BAD_FILE);
	assert_non_null(strstr(err.hint, "--sha 256"));
	image_scene_close(&p384);
	image_scene_close(&ec);
}

static void an_image_that_is_not_sound_is_not_signed(void **state)
{
	struct image_scene scene, good;
	struct attach_message message;
	struct err err = { 0 };

	(void)state;
	image_scene_open(&scene, "bad_hash.bin");
	image_scene_open(&good, "signed_root-ec-p256.bin");
	assert_int_equal(attach_message(&scene.image, NULL, &message, &err), STATUS_BAD_FILE);
	assert_non_null(strstr(err.message, "hash does not match"));
	scene.image.tlv_count = 0;
	assert_int_equal(attach_message(&scene.image, NULL, &message, &err), STATUS_BAD_FILE);
	assert_non_null(strstr(err.message, "no hash"));
	assert_refused(&scene.image, good.key, signature_of(&good), "no hash");
	image_scene_close(&good);
	image_scene_close(&scene);
}

static void the_signature_of_one_image_makes_it_of_another(void **state)
{
	static const char *const files[] = { "signed_root-rsa-2048.bin", "signed_root-rsa-3072.bin",
		"signed_root-ec-p256.bin", "signed_root-ed25519.bin" };
	enum { FILES = sizeof(files) / sizeof(files[0]) };

	(void)state;
	for (size_t i = 0; i < FILES * FILES; i++) {
		struct image_scene from, to;

		image_scene_open(&from, files[i / FILES]);
		image_scene_open(&to, files[i % FILES]);
		assert_attached(&from.image, &to, to.map.bytes);
		image_scene_close(&to);
		image_scene_close(&from);
	}
}

static void a_whole_key_is_replaced_by_a_whole_key(void **state)
{
	struct image_scene scene;

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256_pubkey_tlv.bin");
	assert_attached(&scene.image, &scene, scene.map.bytes);
	image_scene_close(&scene);
}

static void protected_tlvs_and_pure_signatures_stay(void **state)
{
	static const char *const files[] = { "protected_tlvs.bin", "signed_root-ed25519_pure.bin",
		"signed_root-ed25519_sha512.bin", "signed_root-ec-p384.bin" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct image_scene scene;

		image_scene_open(&scene, files[i]);
		assert_attached(&scene.image, &scene, scene.map.bytes);
		image_scene_close(&scene);
	}
}

static void a_padded_image_keeps_size_and_trailer(void **state)
{
	static const char *const files[] = { "padded_pending.bin", "padded_confirmed.bin" };
	struct image_scene padded, rsa;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct attach_result result = { 0 };
		struct mcuboot_image image;
		struct image_trailer before, after;

		image_scene_open(&padded, files[i]);
		image_scene_open(&rsa, "signed_root-rsa-3072.bin");
		before = image_trailer_read(&padded.image);
		assert_int_equal(attach_signature(&padded.image, rsa.key, signature_of(&rsa),
					 &result, ERR_IGNORED),
			STATUS_OK);
		assert_int_equal(result.len, padded.map.bytes.len);
		assert_memory_equal(result.data, rsa.map.bytes.data, rsa.map.bytes.len);
		assert_int_equal(
			mcuboot_parse(span_make(result.data, result.len), &image, ERR_IGNORED),
			STATUS_OK);
		after = image_trailer_read(&image);
		assert_int_equal(after.kind, IMAGE_TRAILER_FOUND);
		assert_int_equal(after.image_ok, before.image_ok);
		/* And back: the bytes that are not needed any more read as erased again. */
		assert_attached(&image, &padded, padded.map.bytes);
		attach_free(&result);
		image_scene_close(&rsa);
		image_scene_close(&padded);
	}
}

/* From EC to RSA the image grows into `tail`, which stands behind it. */
static void attach_with_room(struct span tail, const char *refusal)
{
	struct image_scene ec, rsa;
	struct mcuboot_image image;
	uint8_t *file;
	size_t len;

	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&rsa, "signed_root-rsa-2048.bin");
	len = ec.map.bytes.len + tail.len;
	file = malloc(len);
	assert_non_null(file);
	memcpy(file, ec.map.bytes.data, ec.map.bytes.len);
	memcpy(file + ec.map.bytes.len, tail.data, tail.len);
	assert_int_equal(mcuboot_parse(span_make(file, len), &image, ERR_IGNORED), STATUS_OK);
	if (refusal != NULL) {
		assert_refused(&image, rsa.key, signature_of(&rsa), refusal);
	} else {
		struct attach_result result = { 0 };

		assert_int_equal(
			attach_signature(&image, rsa.key, signature_of(&rsa), &result, ERR_IGNORED),
			STATUS_OK);
		assert_int_equal(result.len, len);
		attach_free(&result);
	}
	free(file);
	image_scene_close(&rsa);
	image_scene_close(&ec);
}

static void padding_must_have_room_for_what_is_added(void **state)
{
	static const uint8_t magic[] = { 0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52,
		0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80 };
	enum { GROWN = 1448 - 1262, FIELDS = 48 };
	uint8_t tail[GROWN + FIELDS];

	(void)state;
	memset(tail, 0xff, sizeof(tail));
	attach_with_room(span_make(tail, GROWN), NULL);
	attach_with_room(span_make(tail, GROWN - 1), "leaves no room");
	memcpy(tail + sizeof(tail) - sizeof(magic), magic, sizeof(magic));
	attach_with_room(span_make(tail, sizeof(tail)), NULL);
	attach_with_room(span_make(tail + 1, sizeof(tail) - 1), "leaves no room");
	tail[GROWN - 1] = 0x7f; /* something of the bootloader's */
	attach_with_room(span_make(tail, sizeof(tail)), "leaves no room");
	attach_with_room(span_make("\n", 1), "do not belong");
}

static void a_signature_that_does_not_fit_is_refused(void **state)
{
	struct image_scene ec, other, rsa, broken;

	(void)state;
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&other, "signed_private_key.bin");
	image_scene_open(&rsa, "signed_root-rsa-2048.bin");
	image_scene_open(&broken, "bad_signature.bin");
	assert_refused(&ec.image, other.key, signature_of(&ec), "does not fit");
	assert_refused(&ec.image, rsa.key, signature_of(&ec), "does not fit");
	assert_refused(&ec.image, ec.key, signature_of(&broken), "does not fit");
	assert_refused(&ec.image, ec.key, span_make(NULL, 0), "does not fit");
	image_scene_close(&broken);
	image_scene_close(&rsa);
	image_scene_close(&other);
	image_scene_close(&ec);
}

/* r and s out of the DER form, each in 32 bytes. */
static void split_signature(struct span der, uint8_t ret_bare[64])
{
	size_t at = 2;

	memset(ret_bare, 0, 64);
	for (size_t i = 0; i < 2; i++) {
		size_t len = der.data[at + 1];
		const uint8_t *number = der.data + at + 2;
		size_t zeros = len > 32 ? len - 32 : 0;

		memcpy(ret_bare + 32 * (i + 1) - (len - zeros), number + zeros, len - zeros);
		at += 2 + len;
	}
}

static void bare_numbers_are_put_into_their_der_form(void **state)
{
	struct image_scene ec, rsa;
	struct attach_result result = { 0 };
	uint8_t bare[64];
	struct err err = { 0 };

	(void)state;
	image_scene_open(&ec, "signed_root-ec-p256.bin");
	image_scene_open(&rsa, "signed_root-rsa-2048.bin");
	split_signature(signature_of(&ec), bare);
	if (attach_signature(&rsa.image, ec.key, span_make(bare, sizeof(bare)), &result, &err) !=
		STATUS_OK)
		fail_msg("%s", err.message);
	assert_true(span_equal(span_make(result.data, result.len), ec.map.bytes));
	attach_free(&result);
	assert_refused(&rsa.image, ec.key, span_make(bare, 63), "does not fit");
	bare[63] ^= 1;
	assert_refused(&rsa.image, ec.key, span_make(bare, 64), "does not fit");
	memset(bare, 0, sizeof(bare));
	assert_refused(&rsa.image, ec.key, span_make(bare, 64), "does not fit");
	image_scene_close(&rsa);
	image_scene_close(&ec);
}

/* Its hash has to be believed; what wraps its key stays behind the signature. */
static void an_encrypted_image_is_signed_by_the_hash_it_claims(void **state)
{
	struct image_scene scene;
	uint8_t covered[IMAGE_SCENE_FILE_MAX];
	uint8_t wrapped[24] = { 7 };
	struct attach_message message;
	struct attach_result result = { 0 };
	struct mcuboot_image image;

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	image = scene.image;
	memcpy(covered, image.covered.data, image.covered.len);
	put_le32(covered + FLAGS_AT, MCUBOOT_FLAG_ENCRYPTED_AES128);
	image.covered = span_make(covered, image.covered.len);
	image.flags = MCUBOOT_FLAG_ENCRYPTED_AES128;
	image.tlvs[3] = image.tlvs[0];
	image.tlvs[0] = (struct mcuboot_tlv){ MCUBOOT_TLV_ENC_KW, false, { wrapped, 24 } };
	image.tlv_count = 4;
	assert_int_equal(attach_message(&image, scene.key, &message, ERR_IGNORED), STATUS_OK);
	assert_false(message.is_checked);
	assert_int_equal(
		attach_signature(&image, scene.key, signature_of(&scene), &result, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(
		mcuboot_parse(span_make(result.data, result.len), &image, ERR_IGNORED), STATUS_OK);
	assert_int_equal(image.tlv_count, 4);
	assert_int_equal(image.tlvs[0].type, MCUBOOT_TLV_SHA256);
	assert_int_equal(image.tlvs[1].type, MCUBOOT_TLV_KEYHASH);
	assert_int_equal(image.tlvs[2].type, MCUBOOT_TLV_ECDSA_SIG);
	assert_int_equal(image.tlvs[3].type, MCUBOOT_TLV_ENC_KW);
	attach_free(&result);
	image_scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_to_be_signed_is_the_hash),
		cmocka_unit_test(of_a_pure_image_all_that_is_hashed_is_to_be_signed),
		cmocka_unit_test(a_key_wants_a_hash_of_its_kind),
		cmocka_unit_test(an_image_that_is_not_sound_is_not_signed),
		cmocka_unit_test(the_signature_of_one_image_makes_it_of_another),
		cmocka_unit_test(a_whole_key_is_replaced_by_a_whole_key),
		cmocka_unit_test(protected_tlvs_and_pure_signatures_stay),
		cmocka_unit_test(a_padded_image_keeps_size_and_trailer),
		cmocka_unit_test(padding_must_have_room_for_what_is_added),
		cmocka_unit_test(a_signature_that_does_not_fit_is_refused),
		cmocka_unit_test(bare_numbers_are_put_into_their_der_form),
		cmocka_unit_test(an_encrypted_image_is_signed_by_the_hash_it_claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
