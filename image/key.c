/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and signatures through libcrypto, see key.h. */
#include "image/key.h"

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>

#include "base/file.h"
#include "image/mcuboot.h"

enum { KEY_FILE_MAX = 65536, GROUP_NAME_MAX = 64, PSS_SALT_SIZE = 32, DER_SEQUENCE = 0x30 };

struct kind {
	struct image_key_scheme scheme;
	const char *type;  /* libcrypto's name */
	const char *group; /* the curve, when the type has several */
	int bits;
};

struct image_key {
	EVP_PKEY *pkey;
	const struct kind *kind;
	uint8_t *der;
	size_t der_len;
};

static const struct kind kinds[] = {
	{ { "rsa-2048", MCUBOOT_TLV_RSA2048_PSS, 1u << DIGEST_SHA256, false }, "RSA", NULL, 2048 },
	{ { "rsa-3072", MCUBOOT_TLV_RSA3072_PSS, 1u << DIGEST_SHA256, false }, "RSA", NULL, 3072 },
	{ { "ecdsa-p256", MCUBOOT_TLV_ECDSA_SIG, 1u << DIGEST_SHA256, false }, "EC", "prime256v1",
		256 },
	{ { "ecdsa-p384", MCUBOOT_TLV_ECDSA_SIG, 1u << DIGEST_SHA384, false }, "EC", "secp384r1",
		384 },
	{ { "ed25519", MCUBOOT_TLV_ED25519, 1u << DIGEST_SHA256 | 1u << DIGEST_SHA512, true },
		"ED25519", NULL, 256 },
};

static const struct kind *find_kind(EVP_PKEY *pkey)
{
	char group[GROUP_NAME_MAX] = "";
	size_t group_len;

	if (EVP_PKEY_is_a(pkey, "EC") &&
		EVP_PKEY_get_group_name(pkey, group, sizeof(group), &group_len) != 1)
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *kind = &kinds[i];

		if (EVP_PKEY_is_a(pkey, kind->type) && EVP_PKEY_get_bits(pkey) == kind->bits &&
			(kind->group == NULL || strcmp(kind->group, group) == 0))
			return kind;
	}
	return NULL;
}

/* Without this libcrypto would ask on the terminal. */
static int refuse_passphrase(
	char *text, size_t size, size_t *ret_len, const OSSL_PARAM params[], void *ctx)
{
	bool *was_asked = ctx;

	(void)text;
	(void)size;
	(void)ret_len;
	(void)params;
	*was_asked = true;
	return 0;
}

static EVP_PKEY *decode_as(struct span bytes, int selection, bool *was_asked)
{
	EVP_PKEY *pkey = NULL;
	OSSL_DECODER_CTX *ctx =
		OSSL_DECODER_CTX_new_for_pkey(&pkey, NULL, NULL, NULL, selection, NULL, NULL);

	if (ctx == NULL)
		return NULL;
	if (OSSL_DECODER_CTX_set_passphrase_cb(ctx, refuse_passphrase, was_asked) == 1)
		OSSL_DECODER_from_data(ctx, &bytes.data, &bytes.len);
	OSSL_DECODER_CTX_free(ctx);
	return pkey;
}

/*
 * "openssl ecparam -genkey" writes the curve as a PEM block of its own in front of the key, and the
 * decoder looks at the first block only.
 */
static struct span skip_ec_parameters(struct span bytes)
{
	static const char end[] = "-----END EC PARAMETERS-----";
	const uint8_t *found;

	if (bytes.len == 0)
		return bytes;
	found = memmem(bytes.data, bytes.len, end, strlen(end));
	if (found == NULL)
		return bytes;
	return span_sub(bytes, (size_t)(found - bytes.data) + strlen(end), bytes.len);
}

/* Public first, and never "anything": libcrypto takes RSA in PKCS#1 for Diffie-Hellman then. */
static EVP_PKEY *decode(struct span bytes, bool *was_asked)
{
	EVP_PKEY *pkey;

	bytes = skip_ec_parameters(bytes);
	pkey = decode_as(bytes, EVP_PKEY_PUBLIC_KEY, was_asked);
	if (pkey == NULL)
		pkey = decode_as(bytes, EVP_PKEY_KEYPAIR, was_asked);
	ERR_clear_error();
	return pkey;
}

/* Whatever form the file had, KEYHASH is made over PKCS#1 for RSA and over uncompressed points. */
static bool encode_public(struct image_key *key)
{
	int len;

	if (EVP_PKEY_is_a(key->pkey, "RSA"))
		len = i2d_PublicKey(key->pkey, &key->der);
	else if (key->kind->group != NULL &&
		 EVP_PKEY_set_utf8_string_param(key->pkey,
			 OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") != 1)
		return false;
	else
		len = i2d_PUBKEY(key->pkey, &key->der);
	if (len <= 0)
		return false;
	key->der_len = (size_t)len;
	return true;
}

static enum status refuse_kind(EVP_PKEY *pkey, const char *path, struct err *reterr)
{
	err_set(reterr, STATUS_BAD_FILE,
		"%s: images are not signed with keys like this (%s, %d bits)", path,
		EVP_PKEY_get0_type_name(pkey), EVP_PKEY_get_bits(pkey));
	err_hint(reterr, "MCUboot knows RSA-2048, RSA-3072, ECDSA P-256 and P-384, and Ed25519");
	return STATUS_BAD_FILE;
}

static enum status load_bytes(
	struct image_key *key, struct span bytes, const char *path, struct err *reterr)
{
	bool was_asked = false;

	key->pkey = decode(bytes, &was_asked);
	if (key->pkey == NULL && was_asked) {
		err_set(reterr, STATUS_BAD_FILE, "%s: the key is protected by a passphrase", path);
		err_hint(
			reterr, "give its public half: imgtool getpub -e pem -k KEY -o PUBLIC.pem");
		return STATUS_BAD_FILE;
	}
	if (key->pkey == NULL) {
		err_set(reterr, STATUS_BAD_FILE, "%s: no key in PEM or DER form", path);
		err_hint(reterr,
			"give the .pem file that the image was signed with, or its public half");
		return STATUS_BAD_FILE;
	}
	key->kind = find_kind(key->pkey);
	if (key->kind == NULL)
		return refuse_kind(key->pkey, path, reterr);
	if (!encode_public(key))
		return err_set(
			reterr, STATUS_BAD_FILE, "%s: the key has no usable public half", path);
	return STATUS_OK;
}

enum status image_key_load(const char *path, struct image_key **ret_key, struct err *reterr)
{
	struct image_key *key = NULL;
	struct file_map map = { 0 };
	enum status status = file_map(path, KEY_FILE_MAX, &map, reterr);

	if (status != STATUS_OK)
		return status;
	key = calloc(1, sizeof(*key));
	if (key != NULL)
		status = load_bytes(key, map.bytes, path, reterr);
	else
		status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	ERR_clear_error();
	file_unmap(&map);
	if (status == STATUS_OK)
		*ret_key = key;
	else
		image_key_free(key);
	return status;
}

void image_key_free(struct image_key *key)
{
	if (key == NULL)
		return;
	OPENSSL_free(key->der);
	EVP_PKEY_free(key->pkey);
	free(key);
}

const char *image_key_kind(const struct image_key *key)
{
	return key->kind->scheme.name;
}

const struct image_key_scheme *image_key_scheme(const struct image_key *key)
{
	return &key->kind->scheme;
}

struct span image_key_public_der(const struct image_key *key)
{
	return span_make(key->der, key->der_len);
}

/* libcrypto's Ed25519 takes the message, not a digest, and only in one go. */
static bool fits_message(const struct image_key *key, struct span message, struct span signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool fits = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key->pkey) == 1 &&
		    EVP_DigestVerify(
			    ctx, signature.data, signature.len, message.data, message.len) == 1;

	EVP_MD_CTX_free(ctx);
	return fits;
}

static bool set_padding(const struct image_key *key, EVP_PKEY_CTX *ctx)
{
	return !EVP_PKEY_is_a(key->pkey, "RSA") ||
	       (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, PSS_SALT_SIZE) == 1);
}

static bool fits_digest(const struct image_key *key, struct span digest, struct span signature)
{
	const EVP_MD *method =
		key->kind->scheme.digests == 1u << DIGEST_SHA384 ? EVP_sha384() : EVP_sha256();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	bool fits =
		ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && set_padding(key, ctx) &&
		EVP_PKEY_CTX_set_signature_md(ctx, method) == 1 &&
		EVP_PKEY_verify(ctx, signature.data, signature.len, digest.data, digest.len) == 1;

	EVP_PKEY_CTX_free(ctx);
	return fits;
}

/* Older tools filled ECDSA signatures up to a fixed length with zeros behind the DER sequence. */
static struct span cut_padding(struct span signature)
{
	size_t len;

	if (signature.len < 2 || signature.data[0] != DER_SEQUENCE || signature.data[1] >= 0x80)
		return signature;
	len = 2 + (size_t)signature.data[1];
	for (size_t i = len; i < signature.len; i++) {
		if (signature.data[i] != 0)
			return signature;
	}
	return span_sub(signature, 0, len);
}

bool image_key_fits(const struct image_key *key, struct span message, struct span signature)
{
	bool fits;

	if (signature.len == 0)
		return false;
	if (key->kind->scheme.signature_tlv == MCUBOOT_TLV_ED25519)
		fits = fits_message(key, message, signature);
	else if (key->kind->scheme.signature_tlv == MCUBOOT_TLV_ECDSA_SIG)
		fits = fits_digest(key, message, cut_padding(signature));
	else
		fits = fits_digest(key, message, signature);
	ERR_clear_error();
	return fits;
}

static ECDSA_SIG *make_signature(struct span bare)
{
	size_t half = bare.len / 2;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bare.data, (int)half, NULL);
	BIGNUM *s = BN_bin2bn(bare.data + half, (int)half, NULL);

	/* On success the signature owns both numbers. */
	if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1)
		return signature;
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(signature);
	return NULL;
}

bool image_key_encode_signature(const struct image_key *key, struct span bare, struct buf *out)
{
	ECDSA_SIG *signature;
	uint8_t *der = NULL;
	int len;
	bool is_encoded;

	if (key->kind->scheme.signature_tlv != MCUBOOT_TLV_ECDSA_SIG ||
		bare.len != 2 * (size_t)key->kind->bits / 8)
		return false;
	signature = make_signature(bare);
	len = signature != NULL ? i2d_ECDSA_SIG(signature, &der) : -1;
	is_encoded = len > 0 && buf_append(out, der, (size_t)len);
	OPENSSL_free(der);
	ECDSA_SIG_free(signature);
	ERR_clear_error();
	return is_encoded;
}
