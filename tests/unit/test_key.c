/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys in every form that people have them in. The keys are made on the spot by libcrypto, so that
 * no private key lies around; what is asserted does not depend on which they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "image/key.h"
#include "image/mcuboot.h"

enum { FILE_MAX = 8192 };

static EVP_PKEY *make_rsa(unsigned bits)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
}

/* Put the bytes in a file, load it as a key, remove the file. */
static enum status load(struct span bytes, struct image_key **ret_key, struct err *reterr)
{
	char path[] = "/tmp/smpctl-key-XXXXXX";
	int fd = mkstemp(path);
	enum status status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.data, bytes.len), bytes.len);
	close(fd);
	status = image_key_load(path, ret_key, reterr);
	unlink(path);
	return status;
}

static struct span encode(EVP_PKEY *pkey, int selection, const char *format, const char *structure,
	const char *passphrase, uint8_t *storage)
{
	OSSL_ENCODER_CTX *ctx =
		OSSL_ENCODER_CTX_new_for_pkey(pkey, selection, format, structure, NULL);
	size_t left = FILE_MAX;
	uint8_t *at = storage;

	assert_non_null(ctx);
	if (passphrase != NULL) {
		assert_int_equal(OSSL_ENCODER_CTX_set_cipher(ctx, "AES-128-CBC", NULL), 1);
		OSSL_ENCODER_CTX_set_passphrase(
			ctx, (const unsigned char *)passphrase, strlen(passphrase));
	}
	assert_int_equal(OSSL_ENCODER_to_data(ctx, &at, &left), 1);
	OSSL_ENCODER_CTX_free(ctx);
	return span_make(storage, FILE_MAX - left);
}

/* The file must give a key of this kind whose public form is `public_der`. */
static void assert_loads(struct span file, const char *kind, struct span public_der)
{
	struct image_key *key = NULL;
	struct err err = { 0 };

	if (load(file, &key, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_string_equal(image_key_kind(key), kind);
	assert_true(span_equal(image_key_public_der(key), public_der));
	image_key_free(key);
}

static void assert_refused(struct span file, const char *message)
{
	struct image_key *key = NULL;
	struct err err = { 0 };

	assert_int_equal(load(file, &key, &err), STATUS_BAD_FILE);
	if (strstr(err.message, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.message, message);
	assert_true(strlen(err.hint) > 0);
	assert_null(key);
}

/* Load the key from all forms that its type has. */
static void assert_all_forms_load(EVP_PKEY *pkey, const char *kind, struct span public_der)
{
	static const struct {
		int selection;
		const char *structure;
	} forms[] = {
		{ EVP_PKEY_PUBLIC_KEY, "SubjectPublicKeyInfo" },
		{ EVP_PKEY_KEYPAIR, "PrivateKeyInfo" },
		{ EVP_PKEY_KEYPAIR, "type-specific" },
		{ EVP_PKEY_PUBLIC_KEY, "type-specific" },
	};
	uint8_t storage[FILE_MAX];
	size_t count = 4;

	if (EVP_PKEY_is_a(pkey, "EC"))
		count = 3;
	else if (EVP_PKEY_is_a(pkey, "ED25519"))
		count = 2;
	for (size_t i = 0; i < count; i++) {
		assert_loads(
			encode(pkey, forms[i].selection, "PEM", forms[i].structure, NULL, storage),
			kind, public_der);
		assert_loads(
			encode(pkey, forms[i].selection, "DER", forms[i].structure, NULL, storage),
			kind, public_der);
	}
}

static void rsa_keys_load_from_all_their_forms(void **state)
{
	static const struct {
		unsigned bits;
		const char *kind;
		size_t public_size;
	} sizes[] = { { 2048, "rsa-2048", 270 }, { 3072, "rsa-3072", 398 } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		EVP_PKEY *pkey = make_rsa(sizes[i].bits);
		uint8_t storage[FILE_MAX];
		struct span pkcs1 =
			encode(pkey, EVP_PKEY_PUBLIC_KEY, "DER", "type-specific", NULL, storage);

		assert_int_equal(pkcs1.len, sizes[i].public_size);
		assert_all_forms_load(pkey, sizes[i].kind, pkcs1);
		EVP_PKEY_free(pkey);
	}
}

static void curve_keys_load_from_all_their_forms(void **state)
{
	EVP_PKEY *pkeys[] = { EVP_EC_gen("P-256"), EVP_EC_gen("P-384"),
		EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") };
	static const char *const kinds[] = { "ecdsa-p256", "ecdsa-p384", "ed25519" };
	static const size_t public_sizes[] = { 91, 120, 44 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint8_t storage[FILE_MAX];
		struct span spki = encode(pkeys[i], EVP_PKEY_PUBLIC_KEY, "DER",
			"SubjectPublicKeyInfo", NULL, storage);

		assert_int_equal(spki.len, public_sizes[i]);
		assert_all_forms_load(pkeys[i], kinds[i], spki);
		EVP_PKEY_free(pkeys[i]);
	}
}

/* KEYHASH is made over the uncompressed point, whatever form the file has. */
static void a_compressed_point_is_the_same_key(void **state)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	uint8_t plain_storage[FILE_MAX], storage[FILE_MAX];
	struct span plain = encode(
		pkey, EVP_PKEY_PUBLIC_KEY, "DER", "SubjectPublicKeyInfo", NULL, plain_storage);
	struct span compressed;

	(void)state;
	assert_int_equal(EVP_PKEY_set_utf8_string_param(
				 pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"),
		1);
	compressed =
		encode(pkey, EVP_PKEY_PUBLIC_KEY, "DER", "SubjectPublicKeyInfo", NULL, storage);
	assert_true(compressed.len < plain.len);
	assert_loads(compressed, "ecdsa-p256", plain);
	EVP_PKEY_free(pkey);
}

/* "openssl ecparam -genkey" writes such files. */
static void curve_parameters_before_the_key_are_skipped(void **state)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	uint8_t public_storage[FILE_MAX], key_storage[FILE_MAX], storage[2 * FILE_MAX];
	struct span spki = encode(
		pkey, EVP_PKEY_PUBLIC_KEY, "DER", "SubjectPublicKeyInfo", NULL, public_storage);
	struct buf file = BUF_OVER(storage);

	(void)state;
	buf_append_span(&file,
		encode(pkey, EVP_PKEY_KEY_PARAMETERS, "PEM", "type-specific", NULL, key_storage));
	assert_refused(buf_span(&file), "no key in PEM or DER form");
	buf_append_span(
		&file, encode(pkey, EVP_PKEY_KEYPAIR, "PEM", "type-specific", NULL, key_storage));
	assert_loads(buf_span(&file), "ecdsa-p256", spki);
	EVP_PKEY_free(pkey);
}

static void a_protected_key_is_refused_without_asking(void **state)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	uint8_t storage[FILE_MAX];

	(void)state;
	assert_refused(encode(pkey, EVP_PKEY_KEYPAIR, "PEM", "PrivateKeyInfo", "secret", storage),
		"protected by a passphrase");
	assert_refused(encode(pkey, EVP_PKEY_KEYPAIR, "DER", "PrivateKeyInfo", "secret", storage),
		"protected by a passphrase");
	assert_refused(encode(pkey, EVP_PKEY_KEYPAIR, "PEM", "type-specific", "secret", storage),
		"protected by a passphrase");
	EVP_PKEY_free(pkey);
}

static void keys_that_mcuboot_does_not_know_are_refused(void **state)
{
	EVP_PKEY *pkeys[] = { EVP_EC_gen("secp256k1"), EVP_EC_gen("P-224"), make_rsa(1024),
		EVP_PKEY_Q_keygen(NULL, NULL, "X25519") };
	uint8_t storage[FILE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(pkeys) / sizeof(pkeys[0]); i++) {
		assert_refused(encode(pkeys[i], EVP_PKEY_PUBLIC_KEY, "PEM", "SubjectPublicKeyInfo",
				       NULL, storage),
			"images are not signed with keys like this");
		EVP_PKEY_free(pkeys[i]);
	}
}

static void files_without_a_key_are_refused(void **state)
{
	(void)state;
	assert_refused(span_make(NULL, 0), "no key in PEM or DER form");
	assert_refused(span_from_text("hello\n"), "no key in PEM or DER form");
	assert_refused(span_from_text("-----BEGIN PUBLIC KEY-----\nAAAA\n"
				      "-----END PUBLIC KEY-----\n"),
		"no key in PEM or DER form");
}

static void every_shorter_prefix_of_a_key_is_refused(void **state)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	uint8_t storage[FILE_MAX];
	struct span spki =
		encode(pkey, EVP_PKEY_PUBLIC_KEY, "DER", "SubjectPublicKeyInfo", NULL, storage);

	(void)state;
	for (size_t len = 0; len < spki.len; len++)
		assert_refused(span_sub(spki, 0, len), "no key in PEM or DER form");
	EVP_PKEY_free(pkey);
}

static void a_missing_key_file_is_named(void **state)
{
	struct image_key *key = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(image_key_load("/nonexistent/key.pem", &key, &err), STATUS_BAD_FILE);
	assert_non_null(strstr(err.message, "/nonexistent/key.pem"));
	assert_null(key);
	image_key_free(NULL);
}

static void a_scheme_says_what_mcuboot_does_with_the_key(void **state)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	const struct image_key_scheme *scheme;
	struct image_key *key = NULL;
	uint8_t storage[FILE_MAX];

	(void)state;
	assert_int_equal(load(encode(pkey, EVP_PKEY_PUBLIC_KEY, "PEM", "SubjectPublicKeyInfo", NULL,
				      storage),
				 &key, NULL),
		STATUS_OK);
	scheme = image_key_scheme(key);
	assert_string_equal(scheme->name, "ed25519");
	assert_int_equal(scheme->signature_tlv, MCUBOOT_TLV_ED25519);
	assert_int_equal(scheme->digests, 1u << DIGEST_SHA256 | 1u << DIGEST_SHA512);
	assert_true(scheme->may_sign_pure);
	image_key_free(key);
	EVP_PKEY_free(pkey);
}

static size_t sign_pss(EVP_PKEY *pkey, int salt_size, const uint8_t *digest, uint8_t *signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	size_t len = FILE_MAX;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt_size), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &len, digest, DIGEST_SHA256_SIZE), 1);
	EVP_PKEY_CTX_free(ctx);
	return len;
}

/* Bootloaders know one length of salt, others are as good as a wrong signature. */
static void an_rsa_signature_has_a_salt_of_32_bytes(void **state)
{
	EVP_PKEY *pkey = make_rsa(2048);
	uint8_t storage[FILE_MAX], signature[FILE_MAX];
	const uint8_t digest[DIGEST_SHA256_SIZE] = { 0x42 };
	struct span message = span_make(digest, sizeof(digest));
	struct image_key *key = NULL;
	size_t len;

	(void)state;
	assert_int_equal(
		load(encode(pkey, EVP_PKEY_PUBLIC_KEY, "PEM", "type-specific", NULL, storage), &key,
			NULL),
		STATUS_OK);
	len = sign_pss(pkey, 32, digest, signature);
	assert_true(image_key_fits(key, message, span_make(signature, len)));
	assert_false(image_key_fits(key, message, span_make(signature, len - 1)));
	len = sign_pss(pkey, 20, digest, signature);
	assert_false(image_key_fits(key, message, span_make(signature, len)));
	image_key_free(key);
	EVP_PKEY_free(pkey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_keys_load_from_all_their_forms),
		cmocka_unit_test(curve_keys_load_from_all_their_forms),
		cmocka_unit_test(a_compressed_point_is_the_same_key),
		cmocka_unit_test(curve_parameters_before_the_key_are_skipped),
		cmocka_unit_test(a_protected_key_is_refused_without_asking),
		cmocka_unit_test(keys_that_mcuboot_does_not_know_are_refused),
		cmocka_unit_test(files_without_a_key_are_refused),
		cmocka_unit_test(every_shorter_prefix_of_a_key_is_refused),
		cmocka_unit_test(a_missing_key_file_is_named),
		cmocka_unit_test(an_rsa_signature_has_a_salt_of_32_bytes),
		cmocka_unit_test(a_scheme_says_what_mcuboot_does_with_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
