/* SPDX-License-Identifier: Apache-2.0 */
/* What is strange about images: each oddity alone in an image that is sound otherwise. */
#include "image/oddity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/image_scene.h"

static const uint8_t bytes[64];

/* Hash, key, signature, and one more TLV to be filled in. */
static struct mcuboot_image make_sound_image(void)
{
	return (struct mcuboot_image){
		.header_size = 512,
		.payload_size = 100,
		.tlv_count = 4,
		.tlvs = { { MCUBOOT_TLV_SHA256, false, { bytes, 32 } },
			{ MCUBOOT_TLV_KEYHASH, false, { bytes, 32 } },
			{ MCUBOOT_TLV_ED25519, false, { bytes, 64 } },
			{ MCUBOOT_TLV_SEC_CNT, true, { bytes, 4 } } },
	};
}

static void assert_described(
	enum oddity oddity, const struct mcuboot_image *image, const char *words)
{
	char text[256];
	struct buf out = BUF_OVER(text);

	oddity_describe(oddity, image, &out);
	assert_false(out.overflow);
	if (strstr(buf_text(&out), words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", buf_text(&out), words);
}

/* This oddity and no other, said with these words. */
static void assert_only(enum oddity oddity, const struct mcuboot_image *image, const char *words)
{
	for (int i = 0; i < ODDITY_COUNT; i++) {
		if (oddity_is_in((enum oddity)i, image) != (i == (int)oddity))
			fail_msg("%s instead of %s", oddity_name((enum oddity)i),
				oddity_name(oddity));
	}
	assert_described(oddity, image, words);
}

static void sound_images_have_none(void **state)
{
	static const char *const files[] = { "signed_root-ec-p256.bin", "protected_tlvs.bin",
		"rom_fixed.bin", "signed_root-ed25519_pure.bin", "unsigned_v1.2.3.4.bin",
		"padded_confirmed.bin", "signed_root-ec-p384.bin", "signed_root-rsa-3072.bin" };
	struct mcuboot_image made = make_sound_image();

	(void)state;
	for (int i = 0; i < ODDITY_COUNT; i++)
		assert_false(oddity_is_in((enum oddity)i, &made));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct image_scene scene;

		image_scene_open(&scene, files[i]);
		for (int k = 0; k < ODDITY_COUNT; k++)
			assert_false(oddity_is_in((enum oddity)k, &scene.image));
		image_scene_close(&scene);
	}
}

static void an_image_may_be_empty(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.payload_size = 0;
	assert_only(ODDITY_NO_PAYLOAD, &image, "nothing to start");
}

static void a_header_size_may_leave_no_place_for_a_vector_table(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.header_size = 0x201;
	assert_only(ODDITY_HEADER_SIZE, &image, "513 bytes");
}

static void a_load_address_wants_one_flag(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.load_address = 0x20000000;
	assert_only(ODDITY_UNUSED_LOAD_ADDRESS, &image, "0x20000000");
	image.flags = MCUBOOT_FLAG_RAM_LOAD | MCUBOOT_FLAG_ROM_FIXED;
	assert_only(ODDITY_TWO_LOAD_FLAGS, &image, "exclude each other");
	image.flags = MCUBOOT_FLAG_RAM_LOAD;
	assert_false(oddity_is_in(ODDITY_TWO_LOAD_FLAGS, &image));
	assert_false(oddity_is_in(ODDITY_UNUSED_LOAD_ADDRESS, &image));
}

static void flags_may_mean_nothing(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.flags = 0x80000042 | MCUBOOT_FLAG_NON_BOOTABLE;
	assert_only(ODDITY_UNKNOWN_FLAGS, &image, "0x80000042");
}

static void an_encrypted_image_needs_its_key(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.flags = MCUBOOT_FLAG_ENCRYPTED_AES256;
	assert_only(ODDITY_NO_ENCRYPTION_KEY, &image, "without the key");
	image.tlvs[3] = (struct mcuboot_tlv){ MCUBOOT_TLV_ENC_KW, false, { bytes, 24 } };
	assert_false(oddity_is_in(ODDITY_NO_ENCRYPTION_KEY, &image));
}

static void a_tlv_may_have_the_wrong_length(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.tlvs[3].value.len = 1;
	assert_only(ODDITY_TLV_LENGTH, &image, "SEC_CNT holds 1 byte,");
	image.tlvs[3].value.len = 8;
	assert_only(ODDITY_TLV_LENGTH, &image, "SEC_CNT holds 8 bytes,");
}

static void a_tlv_may_stand_where_bootloaders_refuse_it(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.tlvs[3].is_protected = false;
	assert_only(ODDITY_REFUSED_TLV, &image, "SEC_CNT stands outside");
	image.tlvs[3].type = 0x01a0;
	assert_only(ODDITY_REFUSED_TLV, &image, "vendor 0x01a0 stands outside");
}

static void a_signature_may_lack_the_name_of_its_key(void **state)
{
	struct mcuboot_image image = make_sound_image();

	(void)state;
	image.tlvs[3] = image.tlvs[2];
	assert_only(ODDITY_SIGNATURE_WITHOUT_KEY, &image, "before ED25519");
}

static void every_oddity_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ODDITY_COUNT; i++) {
		const char *name = oddity_name((enum oddity)i);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(name, oddity_name((enum oddity)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_images_have_none),
		cmocka_unit_test(an_image_may_be_empty),
		cmocka_unit_test(a_header_size_may_leave_no_place_for_a_vector_table),
		cmocka_unit_test(a_load_address_wants_one_flag),
		cmocka_unit_test(flags_may_mean_nothing),
		cmocka_unit_test(an_encrypted_image_needs_its_key),
		cmocka_unit_test(a_tlv_may_have_the_wrong_length),
		cmocka_unit_test(a_tlv_may_stand_where_bootloaders_refuse_it),
		cmocka_unit_test(a_signature_may_lack_the_name_of_its_key),
		cmocka_unit_test(every_oddity_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
