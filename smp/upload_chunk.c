/* SPDX-License-Identifier: Apache-2.0 */
/* The body of an upload request, see upload_chunk.h. */
#include "smp/upload_chunk.h"

enum {
	/* The fields of a first chunk before the data (protocol.md 5.2), generously. */
	FIELDS_SIZE_MAX = 96,
};

/* Bytes that CBOR spends on the head of a byte string of this length. */
static size_t bytes_head_size(size_t len)
{
	if (len < 24)
		return 1;
	if (len <= UINT8_MAX)
		return 2;
	return len <= UINT16_MAX ? 3 : 5;
}

/* The longest byte string that fits, head included, in `room`. */
static size_t data_that_fits(size_t room)
{
	size_t len = room;

	while (len > 0 && len + bytes_head_size(len) > room)
		len--;
	return len;
}

static void put_offset(uint64_t offset, struct buf *body)
{
	body_put_text(body, "off");
	body_put_uint(body, offset);
}

/* Everything before the data, its key included. */
static void put_fields(const struct smp_upload_config *config, uint64_t offset, struct buf *body)
{
	bool is_first = offset == 0;
	size_t pairs = 2;

	if (is_first)
		pairs += 2u + (config->sha.len > 0) + config->upgrade_only;
	body_put_map(body, pairs);
	if (is_first) {
		body_put_text(body, "image");
		body_put_uint(body, config->image);
		body_put_text(body, "len");
		body_put_uint(body, config->file.len);
	}
	if (!config->is_unchecked)
		put_offset(offset, body);
	if (is_first && config->sha.len > 0) {
		body_put_text(body, "sha");
		body_put_bytes(body, config->sha);
	}
	if (is_first && config->upgrade_only) {
		body_put_text(body, "upgrade");
		body_put_bool(body, true);
	}
	body_put_text(body, "data");
}

size_t smp_upload_chunk_size(
	const struct smp_upload_config *config, uint64_t offset, size_t message_max)
{
	uint8_t storage[FIELDS_SIZE_MAX];
	struct buf fields = BUF_OVER(storage);
	size_t left = config->file.len - (size_t)offset;
	size_t taken, fits;

	put_fields(config, offset, &fields);
	if (config->is_unchecked)
		put_offset(offset, &fields);
	taken = SMP_HEADER_SIZE + fields.len;
	if (taken >= message_max)
		return 0;
	fits = data_that_fits(message_max - taken);
	return left < fits ? left : fits;
}

void smp_upload_put_chunk(
	const struct smp_upload_config *config, uint64_t offset, size_t len, struct buf *body)
{
	put_fields(config, offset, body);
	body_put_bytes(body, span_sub(config->file, (size_t)offset, len));
	/* Where a byte of the data is lost, it takes one of these, and the rest is no CBOR. */
	if (config->is_unchecked)
		put_offset(offset, body);
}
