/* SPDX-License-Identifier: Apache-2.0 */
/* Digests against the examples of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "image/digest.h"

static void assert_digest(enum digest_kind kind, struct span bytes, const char *expected)
{
	uint8_t digest[DIGEST_SIZE_MAX];
	char text[2 * DIGEST_SIZE_MAX + 1];
	struct buf hex = BUF_OVER(text);

	assert_true(digest_compute(kind, bytes, digest));
	text_append_hex(&hex, span_make(digest, digest_size(kind)));
	assert_string_equal(buf_text(&hex), expected);
}

static void the_digests_of_abc_are_those_of_the_standard(void **state)
{
	struct span abc = span_from_text("abc");

	(void)state;
	assert_digest(DIGEST_SHA256, abc,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(DIGEST_SHA384, abc,
		"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		"8086072ba1e7cc2358baeca134c825a7");
	assert_digest(DIGEST_SHA512, abc,
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

static void nothing_has_a_digest_too(void **state)
{
	(void)state;
	assert_digest(DIGEST_SHA256, span_make(NULL, 0),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void no_digest_is_longer_than_the_maximum(void **state)
{
	(void)state;
	assert_int_equal(digest_size(DIGEST_SHA256), DIGEST_SHA256_SIZE);
	assert_int_equal(digest_size(DIGEST_SHA384), 48);
	assert_int_equal(digest_size(DIGEST_SHA512), DIGEST_SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digests_of_abc_are_those_of_the_standard),
		cmocka_unit_test(nothing_has_a_digest_too),
		cmocka_unit_test(no_digest_is_longer_than_the_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
