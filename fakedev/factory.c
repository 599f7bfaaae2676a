/* SPDX-License-Identifier: Apache-2.0 */
/* Making MCUboot images (protocol.md 6.1), see factory.h. */
#include "fakedev/factory.h"

#include <string.h>

#include "base/endian.h"
#include "image/digest.h"

enum {
	TLV_AREA_MAGIC = 0x6907,
	TLV_HEAD_SIZE = 4,
	TLV_AREA_SIZE = TLV_HEAD_SIZE + TLV_HEAD_SIZE + DIGEST_SHA256_SIZE,
};

struct mcuboot_version factory_version(void)
{
	return (struct mcuboot_version){ .major = 1 };
}

size_t factory_image_size(size_t payload_size)
{
	return FACTORY_HEADER_SIZE + payload_size + TLV_AREA_SIZE;
}

static void put_header(uint8_t *at, const struct mcuboot_version *version, size_t payload_size)
{
	memset(at, 0, FACTORY_HEADER_SIZE);
	put_le32(at, MCUBOOT_MAGIC);
	put_le16(at + 8, FACTORY_HEADER_SIZE);
	put_le32(at + 12, (uint32_t)payload_size);
	at[20] = version->major;
	at[21] = version->minor;
	put_le16(at + 22, version->revision);
	put_le32(at + 24, version->build);
}

/* Xorshift: no cryptography, but no two pages alike, so that a page in the wrong place shows. */
static void put_payload(uint8_t *at, size_t len, uint32_t seed)
{
	uint32_t state = seed ^ UINT32_C(0x9e3779b9);

	if (state == 0)
		state = 1;
	for (size_t i = 0; i < len; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		at[i] = (uint8_t)(state >> 24);
	}
}

static bool put_tlvs(uint8_t *at, struct span covered)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	if (!digest_compute(DIGEST_SHA256, covered, digest))
		return false;
	put_le16(at, TLV_AREA_MAGIC);
	put_le16(at + 2, TLV_AREA_SIZE);
	put_le16(at + 4, MCUBOOT_TLV_SHA256);
	put_le16(at + 6, DIGEST_SHA256_SIZE);
	memcpy(at + 8, digest, DIGEST_SHA256_SIZE);
	return true;
}

bool factory_image_build(
	const struct mcuboot_version *version, size_t payload_size, uint32_t seed, struct buf *out)
{
	size_t covered_size = FACTORY_HEADER_SIZE + payload_size;
	uint8_t *image;

	if (payload_size > UINT32_MAX - FACTORY_HEADER_SIZE - TLV_AREA_SIZE)
		return false;
	image = buf_reserve(out, factory_image_size(payload_size));
	if (image == NULL)
		return false;
	put_header(image, version, payload_size);
	put_payload(image + FACTORY_HEADER_SIZE, payload_size, seed);
	if (!put_tlvs(image + covered_size, span_make(image, covered_size)))
		return false;
	buf_commit(out, factory_image_size(payload_size));
	return true;
}
