/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/factory.c: its images are what MCUboot's tools make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "fakedev/factory.h"
#include "image/verify.h"

enum { PAYLOAD = 3000 };

static const struct mcuboot_version version_1_2_3_4 = { 1, 2, 3, 4 };

static struct span build(uint8_t *storage, size_t cap, size_t payload, uint32_t seed)
{
	struct buf out = buf_over(storage, cap);

	assert_true(factory_image_build(&version_1_2_3_4, payload, seed, &out));
	assert_int_equal(out.len, factory_image_size(payload));
	return buf_span(&out);
}

static void an_image_parses_with_the_version_and_size_asked_for(void **state)
{
	uint8_t storage[8192];
	struct span bytes = build(storage, sizeof(storage), PAYLOAD, 1);
	struct mcuboot_image image;

	(void)state;
	assert_int_equal(mcuboot_parse(bytes, &image, ERR_IGNORED), STATUS_OK);
	assert_int_equal(image.size, bytes.len);
	assert_int_equal(image.header_size, FACTORY_HEADER_SIZE);
	assert_int_equal(image.payload_size, PAYLOAD);
	assert_int_equal(image.flags, 0);
	assert_int_equal(image.tlv_count, 1);
	assert_int_equal(mcuboot_version_compare(&image.version, &version_1_2_3_4), 0);
}

static void an_image_has_the_right_hash_and_no_signature(void **state)
{
	uint8_t storage[8192];
	struct span bytes = build(storage, sizeof(storage), PAYLOAD, 1);
	struct mcuboot_image image;
	struct span hash;

	(void)state;
	assert_int_equal(mcuboot_parse(bytes, &image, ERR_IGNORED), STATUS_OK);
	assert_int_equal(image_verify(&image, NULL), IMAGE_GOOD);
	assert_true(mcuboot_hash(&image, &hash));
	assert_int_equal(hash.len, DIGEST_SHA256_SIZE);
	storage[FACTORY_HEADER_SIZE + PAYLOAD / 2] ^= 1;
	assert_int_equal(image_verify(&image, NULL), IMAGE_WRONG_HASH);
}

/* Its hash is what image list shows; documents and golden files name it. */
static void an_image_is_the_same_on_every_machine(void **state)
{
	static const char expected[] =
		"ba95eba4baa06113018eea2089057aaa0097760e592019b836558a188f90a0e2";
	struct mcuboot_version version = factory_version();
	uint8_t storage[32768], text[2 * DIGEST_SHA256_SIZE + 1];
	struct buf out = BUF_OVER(storage), hex = BUF_OVER(text);
	struct mcuboot_image image;
	struct span hash;

	(void)state;
	assert_true(factory_image_build(&version, FACTORY_PAYLOAD_SIZE, 1, &out));
	assert_int_equal(mcuboot_parse(buf_span(&out), &image, ERR_IGNORED), STATUS_OK);
	assert_true(mcuboot_hash(&image, &hash));
	text_append_hex(&hex, hash);
	assert_string_equal(buf_text(&hex), expected);
}

static void a_new_board_runs_1_0_0(void **state)
{
	struct mcuboot_version version = factory_version();
	char text[MCUBOOT_VERSION_TEXT_MAX];
	struct buf out = BUF_OVER(text);

	(void)state;
	mcuboot_version_text(&version, &out);
	assert_string_equal(buf_text(&out), "1.0.0");
}

static void another_seed_makes_another_payload(void **state)
{
	uint8_t one[8192], other[8192];
	struct span first = build(one, sizeof(one), PAYLOAD, 1);
	struct span same = build(other, sizeof(other), PAYLOAD, 1);

	(void)state;
	assert_true(span_equal(first, same));
	same = build(other, sizeof(other), PAYLOAD, 2);
	assert_false(span_equal(first, same));
}

/* A seed that turns the generator's state into 0 must not stop it. */
static void no_seed_makes_a_constant_payload(void **state)
{
	static const uint32_t seeds[] = { 0, 1, 0x9e3779b9, UINT32_MAX };
	uint8_t storage[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		const uint8_t *payload = build(storage, sizeof(storage), PAYLOAD, seeds[i]).data +
					 FACTORY_HEADER_SIZE;

		assert_memory_not_equal(
			payload + PAYLOAD / 2, payload + PAYLOAD / 2 + 1, PAYLOAD / 4);
	}
}

static void an_image_that_does_not_fit_is_not_begun(void **state)
{
	uint8_t storage[8192];
	struct buf out = buf_over(storage, factory_image_size(PAYLOAD) - 1);

	(void)state;
	assert_false(factory_image_build(&version_1_2_3_4, PAYLOAD, 1, &out));
	assert_int_equal(out.len, 0);
	assert_false(factory_image_build(&version_1_2_3_4, SIZE_MAX, 1, &out));
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_parses_with_the_version_and_size_asked_for),
		cmocka_unit_test(an_image_has_the_right_hash_and_no_signature),
		cmocka_unit_test(an_image_is_the_same_on_every_machine),
		cmocka_unit_test(a_new_board_runs_1_0_0),
		cmocka_unit_test(another_seed_makes_another_payload),
		cmocka_unit_test(no_seed_makes_a_constant_payload),
		cmocka_unit_test(an_image_that_does_not_fit_is_not_begun),
	};

	return cmocka_run_group_tests_name("factory", tests, NULL, NULL);
}
