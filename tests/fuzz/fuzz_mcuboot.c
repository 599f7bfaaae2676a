/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any file at all as an image: parsing must refuse it or keep its promises, judging must not care
 * what stands in it.
 */
#include <stdlib.h>

#include "image/devkey.h"
#include "image/verify.h"

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
	require(image_verdict_text(image_verify(&image, NULL)) != NULL);
	devkey_name(&image);
	return 0;
}
