/* SPDX-License-Identifier: Apache-2.0 */
/* Message digests through libcrypto, see digest.h. */
#include "image/digest.h"

#include <openssl/evp.h>

static const EVP_MD *digest_method(enum digest_kind kind)
{
	switch (kind) {
	case DIGEST_SHA256:
		return EVP_sha256();
	case DIGEST_SHA384:
		return EVP_sha384();
	case DIGEST_SHA512:
		return EVP_sha512();
	}
	return NULL;
}

size_t digest_size(enum digest_kind kind)
{
	return (size_t)EVP_MD_get_size(digest_method(kind));
}

bool digest_compute(enum digest_kind kind, struct span bytes, uint8_t ret_digest[DIGEST_SIZE_MAX])
{
	return EVP_Digest(bytes.data, bytes.len, ret_digest, NULL, digest_method(kind), NULL) == 1;
}

static bool hash_pieces(EVP_MD_CTX *context, struct span bytes, void (*forget)(struct span bytes))
{
	for (size_t at = 0; at < bytes.len; at += DIGEST_PIECE_SIZE) {
		struct span piece = span_sub(bytes, at, DIGEST_PIECE_SIZE);

		if (EVP_DigestUpdate(context, piece.data, piece.len) != 1)
			return false;
		if (forget != NULL)
			forget(piece);
	}
	return true;
}

bool digest_compute_forgetting(enum digest_kind kind, struct span bytes,
	void (*forget)(struct span bytes), uint8_t ret_digest[DIGEST_SIZE_MAX])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_made = context != NULL &&
		       EVP_DigestInit_ex(context, digest_method(kind), NULL) == 1 &&
		       hash_pieces(context, bytes, forget) &&
		       EVP_DigestFinal_ex(context, ret_digest, NULL) == 1;

	EVP_MD_CTX_free(context);
	return is_made;
}
