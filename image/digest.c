/* SPDX-License-Identifier: Apache-2.0 */
/* Message digests through libcrypto, see digest.h. */
#include "image/digest.h"

#include <stdlib.h>

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

struct digest {
	EVP_MD_CTX *context;
};

struct digest *digest_new(enum digest_kind kind)
{
	struct digest *digest = malloc(sizeof(*digest));

	if (digest == NULL)
		return NULL;
	digest->context = EVP_MD_CTX_new();
	if (digest->context != NULL &&
		EVP_DigestInit_ex(digest->context, digest_method(kind), NULL) == 1)
		return digest;
	digest_free(digest);
	return NULL;
}

void digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

bool digest_add(struct digest *digest, struct span bytes)
{
	return EVP_DigestUpdate(digest->context, bytes.data, bytes.len) == 1;
}

bool digest_end(struct digest *digest, uint8_t ret_digest[DIGEST_SIZE_MAX])
{
	return EVP_DigestFinal_ex(digest->context, ret_digest, NULL) == 1;
}

static bool add_pieces(struct digest *digest, struct span bytes, void (*forget)(struct span bytes))
{
	for (size_t at = 0; at < bytes.len; at += DIGEST_PIECE_SIZE) {
		struct span piece = span_sub(bytes, at, DIGEST_PIECE_SIZE);

		if (!digest_add(digest, piece))
			return false;
		if (forget != NULL)
			forget(piece);
	}
	return true;
}

bool digest_compute_forgetting(enum digest_kind kind, struct span bytes,
	void (*forget)(struct span bytes), uint8_t ret_digest[DIGEST_SIZE_MAX])
{
	struct digest *digest = digest_new(kind);
	bool is_made = digest != NULL && add_pieces(digest, bytes, forget) &&
		       digest_end(digest, ret_digest);

	digest_free(digest);
	return is_made;
}
