/* SPDX-License-Identifier: Apache-2.0 */
/* Is it the same file? See fs_proof.h. */
#include "src/fs_proof.h"

#include <inttypes.h>
#include <string.h>

#include "base/crc32.h"
#include "base/text.h"
#include "src/device_fs.h"

enum { HASH_TEXT_MAX = 2 * SMP_FS_HASH_SIZE_MAX + 16 };

const char *fs_proof_name(enum fs_proof_kind kind)
{
	switch (kind) {
	case FS_PROOF_SHA256:
		return "sha256";
	case FS_PROOF_CRC32:
		return "crc32";
	case FS_PROOF_LENGTH:
		break;
	}
	return "length";
}

/* The names stand for what they are known for only in the form that is known. */
static enum fs_proof_kind kind_of(const struct smp_fs_hash_type *type)
{
	if (strcmp(type->name, "sha256") == 0 && type->format == SMP_FS_BYTES &&
		type->size == DIGEST_SHA256_SIZE)
		return FS_PROOF_SHA256;
	if (strcmp(type->name, "crc32") == 0 && type->format == SMP_FS_NUMBER &&
		type->size == sizeof(uint32_t))
		return FS_PROOF_CRC32;
	return FS_PROOF_LENGTH;
}

enum status fs_proof_choose(struct client *client, struct fs_proof *ret_proof, struct err *reterr)
{
	struct smp_fs_hash_types types = { .count = 0 };
	enum status status = device_fs_hash_types(client, &types, reterr);

	*ret_proof = (struct fs_proof){ .kind = FS_PROOF_LENGTH };
	if (status != STATUS_OK && status != STATUS_UNSUPPORTED && status != STATUS_DEVICE)
		return err_wrap(reterr, "asking for the hashes that it can make");
	err_clear(reterr);
	for (size_t i = 0; i < types.count; i++) {
		if (kind_of(&types.types[i]) > ret_proof->kind)
			ret_proof->kind = kind_of(&types.types[i]);
	}
	if (ret_proof->kind != FS_PROOF_SHA256)
		return STATUS_OK;
	ret_proof->digest = digest_new(DIGEST_SHA256);
	if (ret_proof->digest == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	return STATUS_OK;
}

enum status fs_proof_add(struct fs_proof *proof, struct span bytes, struct err *reterr)
{
	proof->size += bytes.len;
	if (proof->kind == FS_PROOF_CRC32)
		proof->crc32 = crc32_add(proof->crc32, bytes);
	if (proof->kind == FS_PROOF_SHA256 && !digest_add(proof->digest, bytes))
		return err_set(reterr, STATUS_INTERNAL, "SHA-256 failed");
	return STATUS_OK;
}

enum status fs_proof_end(struct fs_proof *proof, struct err *reterr)
{
	uint8_t sha[DIGEST_SIZE_MAX];

	if (proof->kind != FS_PROOF_SHA256)
		return STATUS_OK;
	if (!digest_end(proof->digest, sha))
		return err_set(reterr, STATUS_INTERNAL, "SHA-256 failed");
	memcpy(proof->sha256, sha, sizeof(proof->sha256));
	return STATUS_OK;
}

void fs_proof_clear(struct fs_proof *proof)
{
	digest_free(proof->digest);
	proof->digest = NULL;
}

static enum status refuse_size(uint64_t size, const struct fs_proof *proof, struct err *reterr)
{
	return err_set(reterr, STATUS_DEVICE,
		"the device's file has %" PRIu64 " bytes, not %" PRIu64, size, proof->size);
}

static enum status check_length(
	struct client *client, const char *path, const struct fs_proof *proof, struct err *reterr)
{
	uint64_t size = 0;
	enum status status = device_fs_stat(client, path, &size, reterr);

	/* What has told its offset to the end, and cannot tell a size, has told all it can. */
	if (status == STATUS_UNSUPPORTED) {
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return err_wrap(reterr, "asking for its size");
	return size == proof->size ? STATUS_OK : refuse_size(size, proof, reterr);
}

/* "crc32 363a3020" */
static const char *describe(const struct smp_fs_hash *hash, struct buf *out)
{
	buf_format(out, "%s ", hash->type);
	if (hash->format == SMP_FS_NUMBER)
		buf_format(out, "%08" PRIx32, hash->number);
	else
		text_append_hex(out, span_make(hash->bytes, hash->bytes_len));
	return buf_text(out);
}

static struct smp_fs_hash own_hash(const struct fs_proof *proof)
{
	struct smp_fs_hash hash = { .size = proof->size, .number = proof->crc32 };
	struct buf type = BUF_OVER(hash.type);

	buf_append_text(&type, fs_proof_name(proof->kind));
	buf_text(&type);
	hash.format = proof->kind == FS_PROOF_CRC32 ? SMP_FS_NUMBER : SMP_FS_BYTES;
	if (hash.format == SMP_FS_BYTES) {
		hash.bytes_len = sizeof(proof->sha256);
		memcpy(hash.bytes, proof->sha256, sizeof(proof->sha256));
	}
	return hash;
}

static bool is_same(const struct smp_fs_hash *a, const struct smp_fs_hash *b)
{
	if (a->format != b->format)
		return false;
	if (a->format == SMP_FS_NUMBER)
		return a->number == b->number;
	return span_equal(span_make(a->bytes, a->bytes_len), span_make(b->bytes, b->bytes_len));
}

enum status fs_proof_check(
	struct client *client, const char *path, struct fs_proof *proof, struct err *reterr)
{
	uint8_t here_text[HASH_TEXT_MAX], there_text[HASH_TEXT_MAX];
	struct buf here = BUF_OVER(here_text), there = BUF_OVER(there_text);
	struct smp_fs_hash own = own_hash(proof), hash;
	enum status status;

	if (proof->size == 0)
		proof->kind = FS_PROOF_LENGTH;
	if (proof->kind == FS_PROOF_LENGTH)
		return check_length(client, path, proof, reterr);
	status = device_fs_hash(client, path, fs_proof_name(proof->kind), &hash, reterr);
	if (status != STATUS_OK)
		return err_wrap(reterr, "asking for its %s", fs_proof_name(proof->kind));
	if (hash.size != proof->size)
		return refuse_size(hash.size, proof, reterr);
	if (is_same(&own, &hash))
		return STATUS_OK;
	return err_set(reterr, STATUS_DEVICE, "the device's file has %s, not %s",
		describe(&hash, &there), describe(&own, &here));
}
