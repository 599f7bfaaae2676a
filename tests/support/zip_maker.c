/* SPDX-License-Identifier: Apache-2.0 */
/* Making ZIP archives, see zip_maker.h. */
#include "tests/support/zip_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/endian.h"

enum {
	LOCAL_MAGIC = 0x04034b50,
	CENTRAL_MAGIC = 0x02014b50,
	END_MAGIC = 0x06054b50,
	FLAG_LOCKED = 1,
	METHOD_STORED = 0,
	METHOD_DEFLATED = 8,
	DEFLATE_BLOCK_MAX = 65535,
	DATE_1980 = 0x0021,
	ITEMS_MAX = 32,
};

static void put_u16(struct buf *out, size_t value)
{
	uint8_t bytes[2];

	put_le16(bytes, (uint16_t)value);
	buf_append(out, bytes, sizeof(bytes));
}

static void put_u32(struct buf *out, size_t value)
{
	uint8_t bytes[4];

	put_le32(bytes, (uint32_t)value);
	buf_append(out, bytes, sizeof(bytes));
}

static uint32_t crc32_of(struct span bytes)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

static size_t deflate_blocks(struct span bytes)
{
	return bytes.len / DEFLATE_BLOCK_MAX + 1;
}

/* A block of deflate that is not compressed: last or not, length, its complement, the bytes. */
static void put_deflated(struct buf *out, struct span bytes)
{
	size_t blocks = deflate_blocks(bytes);

	for (size_t i = 0; i < blocks; i++) {
		struct span block = span_sub(bytes, i * DEFLATE_BLOCK_MAX, DEFLATE_BLOCK_MAX);

		buf_append_byte(out, i + 1 == blocks);
		put_u16(out, block.len);
		put_u16(out, ~block.len & 0xffff);
		buf_append_span(out, block);
	}
}

/* What local and central headers have in common. */
static void put_common(struct buf *out, const struct zip_item *item)
{
	size_t packed = item->bytes.len + (item->is_deflated ? 5 * deflate_blocks(item->bytes) : 0);

	put_u16(out, 20); /* version needed */
	put_u16(out, item->is_locked ? FLAG_LOCKED : 0);
	put_u16(out, item->is_deflated ? METHOD_DEFLATED : METHOD_STORED);
	put_u16(out, 0); /* time */
	put_u16(out, DATE_1980);
	put_u32(out, crc32_of(item->bytes) ^ (item->is_crc_wrong ? 1 : 0));
	put_u32(out, packed);
	put_u32(out, item->claimed_size != 0 ? item->claimed_size : item->bytes.len);
	put_u16(out, strlen(item->name));
	put_u16(out, 0); /* extra */
}

static void put_local(struct buf *out, const struct zip_item *item)
{
	put_u32(out, LOCAL_MAGIC);
	put_common(out, item);
	buf_append_text(out, item->name);
	if (item->is_deflated)
		put_deflated(out, item->bytes);
	else
		buf_append_span(out, item->bytes);
}

static void put_central(struct buf *out, const struct zip_item *item, size_t local_at)
{
	put_u32(out, CENTRAL_MAGIC);
	put_u16(out, 20); /* version made by */
	put_common(out, item);
	put_u16(out, 0); /* comment */
	put_u16(out, 0); /* disk */
	put_u16(out, 0); /* attributes */
	put_u32(out, 0);
	put_u32(out, local_at);
	buf_append_text(out, item->name);
}

void zip_make(struct buf *out, const struct zip_item *items, size_t count)
{
	size_t locals[ITEMS_MAX], start;

	assert_true(count <= ITEMS_MAX);
	for (size_t i = 0; i < count; i++) {
		locals[i] = out->len;
		put_local(out, &items[i]);
	}
	start = out->len;
	for (size_t i = 0; i < count; i++)
		put_central(out, &items[i], locals[i]);
	put_u32(out, END_MAGIC);
	put_u16(out, 0); /* disks */
	put_u16(out, 0);
	put_u16(out, count);
	put_u16(out, count);
	put_u32(out, out->len - start - 12);
	put_u32(out, start);
	put_u16(out, 0); /* comment */
	assert_false(out->overflow);
}
