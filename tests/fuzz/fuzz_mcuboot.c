/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any file at all as an image: parsing must refuse it or keep its promises, judging must not care
 * what stands in it.
 */
#include <stdlib.h>

#include "image/attach.h"
#include "image/devkey.h"
#include "image/oddity.h"
#include "image/signature.h"
#include "image/tlv.h"
#include "image/trailer.h"
#include "image/verify.h"

enum { CLAUSE_MAX = 256, UUID_TEXT_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

/* The span lies within the file and before `end`. */
static void require_within(struct span file, struct span part, size_t end)
{
	require(part.data >= file.data);
	require(span_holds(span_make(file.data, end), (size_t)(part.data - file.data), part.len));
}

static void check_promises(const struct mcuboot_image *image, struct span file)
{
	char text[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(text);
	struct span hash;

	require(image->size <= file.len && image->covered.len < image->size);
	require(image->covered.data == file.data);
	require(image->tlv_count <= MCUBOOT_TLVS_MAX);
	for (size_t i = 0; i < image->tlv_count; i++)
		require_within(file, image->tlvs[i].value, image->size);
	if (mcuboot_hash(image, &hash))
		require(hash.len >= DIGEST_SHA256_SIZE && hash.len <= MCUBOOT_HASH_MAX);
	mcuboot_version_text(&image->version, &version);
	require(!version.overflow && strlen(buf_text(&version)) == version.len);
}

/* Each TLV has a name, and is read by no more than one reader. */
static void check_tlvs(const struct mcuboot_image *image)
{
	for (size_t i = 0; i < image->tlv_count; i++) {
		const struct mcuboot_tlv *tlv = &image->tlvs[i];
		char name_text[TLV_NAME_MAX], uuid_text[UUID_TEXT_MAX];
		struct buf name = BUF_OVER(name_text), uuid = BUF_OVER(uuid_text);
		struct tlv_dependency dependency;
		uint32_t number;
		int readers = tlv_read_dependency(tlv, &dependency) +
			      tlv_read_security_counter(tlv, &number) +
			      tlv_read_size(tlv, &number) + tlv_append_uuid(tlv, &uuid);

		tlv_append_name(tlv->type, &name);
		require(!name.overflow && name.len > 0);
		require(!uuid.overflow && readers <= 1);
		require(readers == 0 || tlv_has_right_length(tlv));
	}
}

static void check_signatures(const struct mcuboot_image *image)
{
	struct signature signature;
	size_t index = 0, count = 0;

	while (signature_next(image, &index, &signature)) {
		require(tlv_is_signature(signature.tlv->type));
		require(signature.key == NULL || signature.key < signature.tlv);
		require(signature_kind(image, &signature) != NULL);
		count++;
	}
	require(count <= image->tlv_count);
}

static void check_oddities(const struct mcuboot_image *image)
{
	for (int i = 0; i < ODDITY_COUNT; i++) {
		char text[CLAUSE_MAX];
		struct buf clause = BUF_OVER(text);

		if (!oddity_is_in((enum oddity)i, image))
			continue;
		oddity_describe((enum oddity)i, image, &clause);
		require(!clause.overflow && clause.len > 0);
	}
}

static void check_trailer(const struct mcuboot_image *image)
{
	struct image_trailer trailer = image_trailer_read(image);
	char text[CLAUSE_MAX];
	struct buf clause = BUF_OVER(text);

	require(trailer.len == image->file.len - image->size);
	require((trailer.kind == IMAGE_TRAILER_NONE) == (trailer.len == 0));
	image_trailer_describe(&trailer, &clause);
	require(!clause.overflow && (clause.len == 0) == (trailer.kind == IMAGE_TRAILER_NONE));
}

/* What a vault would be asked to sign lies in the image. */
static void check_message(const struct mcuboot_image *image, struct span file)
{
	struct attach_message message;
	struct err err = { 0 };

	if (attach_message(image, NULL, &message, &err) != STATUS_OK) {
		require(err.status == STATUS_BAD_FILE && err.message[0] != '\0');
		return;
	}
	require_within(file, message.bytes, image->size);
	require(message.is_pure || message.bytes.len == digest_size(message.digest));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span file = span_make(data, size);
	struct mcuboot_image image;
	struct err err = { 0 };

	if (mcuboot_parse(file, &image, &err) != STATUS_OK) {
		require(err.status == STATUS_BAD_FILE && err.message[0] != '\0');
		return 0;
	}
	check_promises(&image, file);
	check_tlvs(&image);
	check_signatures(&image);
	check_oddities(&image);
	check_trailer(&image);
	check_message(&image, file);
	require(image_verdict_text(image_verify(&image, NULL)) != NULL);
	devkey_name(&image);
	return 0;
}
