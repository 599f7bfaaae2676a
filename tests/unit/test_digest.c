/* SPDX-License-Identifier: Apache-2.0 */
/* Digests against the examples of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static void pieces_have_the_digest_of_the_whole(void **state)
{
	struct digest *digest = digest_new(DIGEST_SHA256);
	uint8_t whole[DIGEST_SIZE_MAX], pieces[DIGEST_SIZE_MAX];

	(void)state;
	assert_non_null(digest);
	assert_true(digest_add(digest, span_from_text("a")));
	assert_true(digest_add(digest, span_make(NULL, 0)));
	assert_true(digest_add(digest, span_from_text("bc")));
	assert_true(digest_end(digest, pieces));
	digest_free(digest);
	assert_true(digest_compute(DIGEST_SHA256, span_from_text("abc"), whole));
	assert_memory_equal(pieces, whole, DIGEST_SHA256_SIZE);
	digest_free(NULL);
}

static void no_digest_is_longer_than_the_maximum(void **state)
{
	(void)state;
	assert_int_equal(digest_size(DIGEST_SHA256), DIGEST_SHA256_SIZE);
	assert_int_equal(digest_size(DIGEST_SHA384), 48);
	assert_int_equal(digest_size(DIGEST_SHA512), DIGEST_SIZE_MAX);
}

/* No globals: what was forgotten is marked in the bytes themselves. */
static void blacken(struct span bytes)
{
	memset((void *)(uintptr_t)bytes.data, 0xff, bytes.len);
}

static void assert_pieces(size_t len)
{
	uint8_t whole[DIGEST_SIZE_MAX], pieces[DIGEST_SIZE_MAX];
	uint8_t *memory = calloc(1, len + 1);
	struct span bytes = span_make(memory, len);

	assert_non_null(memory);
	for (size_t at = 0; at < len; at++)
		memory[at] = (uint8_t)(at % 251);
	for (int kind = 0; kind <= DIGEST_SHA512; kind++) {
		size_t size = digest_size((enum digest_kind)kind);

		assert_true(digest_compute((enum digest_kind)kind, bytes, whole));
		assert_true(digest_compute_forgetting((enum digest_kind)kind, bytes, NULL, pieces));
		assert_memory_equal(pieces, whole, size);
	}
	assert_true(digest_compute_forgetting(DIGEST_SHA512, bytes, blacken, pieces));
	assert_memory_equal(pieces, whole, DIGEST_SIZE_MAX);
	for (size_t at = 0; at < len; at++)
		assert_int_equal(memory[at], 0xff);
	assert_int_equal(memory[len], 0);
	free(memory);
}

static void a_digest_in_pieces_is_the_same_and_forgets_each_byte_once_it_is_hashed(void **state)
{
	(void)state;
	assert_pieces(0);
	assert_pieces(1);
	assert_pieces(DIGEST_PIECE_SIZE - 1);
	assert_pieces(DIGEST_PIECE_SIZE);
	assert_pieces(2 * DIGEST_PIECE_SIZE + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digests_of_abc_are_those_of_the_standard),
		cmocka_unit_test(nothing_has_a_digest_too),
		cmocka_unit_test(pieces_have_the_digest_of_the_whole),
		cmocka_unit_test(no_digest_is_longer_than_the_maximum),
		cmocka_unit_test(
			a_digest_in_pieces_is_the_same_and_forgets_each_byte_once_it_is_hashed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
