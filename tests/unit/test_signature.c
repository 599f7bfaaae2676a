/* SPDX-License-Identifier: Apache-2.0 */
/* Which signatures an image has, and whose. */
#include "image/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/image_scene.h"

/* An image of TLVs that have no value. */
static struct mcuboot_image image_of(const uint16_t *types, size_t count)
{
	struct mcuboot_image image = { .tlv_count = count };

	for (size_t i = 0; i < count; i++)
		image.tlvs[i].type = types[i];
	return image;
}

static void each_vector_has_the_signature_of_its_kind(void **state)
{
	static const struct {
		const char *file;
		const char *kind;
		bool is_pure;
	} rows[] = { { "signed_root-rsa-2048.bin", "rsa-2048", false },
		{ "signed_root-rsa-3072.bin", "rsa-3072", false },
		{ "signed_root-ec-p256.bin", "ecdsa-p256", false },
		{ "signed_root-ec-p384.bin", "ecdsa-p384", false },
		{ "signed_root-ed25519_sha512.bin", "ed25519", false },
		{ "signed_root-ed25519_pure.bin", "ed25519", true },
		{ "signed_root-ec-p256_pubkey_tlv.bin", "ecdsa-p256", false },
		{ "padded_confirmed.bin", "ecdsa-p256", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image_scene scene;
		struct signature signature;
		size_t index = 0;

		image_scene_open(&scene, rows[i].file);
		assert_true(signature_next(&scene.image, &index, &signature));
		assert_string_equal(signature_kind(&scene.image, &signature), rows[i].kind);
		assert_string_equal(image_key_kind(scene.key), rows[i].kind);
		assert_int_equal(signature_is_pure(&scene.image), rows[i].is_pure);
		assert_true(signature_names_key(&scene.image, signature.key, scene.key));
		assert_true(signature_is_claimed(&scene.image, scene.key));
		assert_false(signature_next(&scene.image, &index, &signature));
		image_scene_close(&scene);
	}
}

static void an_unsigned_image_has_none(void **state)
{
	struct image_scene scene, other;
	struct signature signature;
	size_t index = 0;

	(void)state;
	image_scene_open(&scene, "unsigned_v2.0.0.bin");
	image_scene_open(&other, "signed_root-ec-p256.bin");
	assert_false(signature_next(&scene.image, &index, &signature));
	assert_false(signature_is_claimed(&scene.image, other.key));
	image_scene_close(&other);
	image_scene_close(&scene);
}

static void another_key_is_not_claimed(void **state)
{
	static const char *const files[] = { "signed_private_key.bin", "signed_root-rsa-2048.bin",
		"signed_root-ed25519.bin", "signed_root-ec-p384.bin" };
	struct image_scene scene;

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct image_scene other;

		image_scene_open(&other, files[i]);
		assert_false(signature_is_claimed(&other.image, scene.key));
		assert_false(signature_is_claimed(&scene.image, other.key));
		image_scene_close(&other);
	}
	image_scene_close(&scene);
}

/* The hash of the image itself is no name of a key, even if it were the same number. */
static void only_key_tlvs_name_a_key(void **state)
{
	struct image_scene scene;
	struct mcuboot_tlv tlv;

	(void)state;
	image_scene_open(&scene, "signed_root-ec-p256.bin");
	tlv = *mcuboot_find_tlv(&scene.image, MCUBOOT_TLV_KEYHASH, 0);
	assert_true(signature_names_key(&scene.image, &tlv, scene.key));
	tlv.type = MCUBOOT_TLV_SHA256;
	assert_false(signature_names_key(&scene.image, &tlv, scene.key));
	tlv.type = MCUBOOT_TLV_PUBKEY;
	assert_false(signature_names_key(&scene.image, &tlv, scene.key));
	tlv.value = image_key_public_der(scene.key);
	assert_true(signature_names_key(&scene.image, &tlv, scene.key));
	image_scene_close(&scene);
}

static void a_key_counts_for_the_next_signature_only(void **state)
{
	static const uint16_t types[] = { 0x10, 0x01, 0x02, 0x22, 0x24, 0x30, 0x01, 0x23, 0x21 };
	struct mcuboot_image image = image_of(types, sizeof(types) / sizeof(types[0]));
	/* The last key before it, none, one across another TLV, none. */
	const struct mcuboot_tlv *const keys[] = { &image.tlvs[2], NULL, &image.tlvs[6], NULL };
	static const size_t signatures[] = { 3, 4, 7, 8 };
	struct signature signature;
	size_t index = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		assert_true(signature_next(&image, &index, &signature));
		assert_ptr_equal(signature.tlv, &image.tlvs[signatures[i]]);
		assert_ptr_equal(signature.key, keys[i]);
	}
	assert_string_equal(signature_kind(&image, &signature), "ecdsa-p224");
	assert_false(signature_next(&image, &index, &signature));
}

static void the_curve_is_told_by_the_hash_where_it_can_be(void **state)
{
	static const struct {
		uint16_t types[3];
		const char *kind;
	} rows[] = { { { 0x10, 0x25, 0x22 }, "ecdsa-p256" }, { { 0x11, 0x12, 0x22 }, "ecdsa-p384" },
		{ { 0x10, 0x11, 0x22 }, "ecdsa" }, { { 0x12, 0x01, 0x22 }, "ecdsa" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mcuboot_image image = image_of(rows[i].types, 3);
		struct signature signature;
		size_t index = 0;

		assert_true(signature_next(&image, &index, &signature));
		assert_string_equal(signature_kind(&image, &signature), rows[i].kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_vector_has_the_signature_of_its_kind),
		cmocka_unit_test(an_unsigned_image_has_none),
		cmocka_unit_test(another_key_is_not_claimed),
		cmocka_unit_test(only_key_tlvs_name_a_key),
		cmocka_unit_test(a_key_counts_for_the_next_signature_only),
		cmocka_unit_test(the_curve_is_told_by_the_hash_where_it_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
