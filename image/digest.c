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
