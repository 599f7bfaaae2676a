/* SPDX-License-Identifier: Apache-2.0 */
/* What the line and the flash allow, see limit.h. */
#include "bench/limit.h"

#include "image/digest.h"
#include "smp/frame.h"
#include "smp/header.h"
#include "smp/upload_chunk.h"

/*
 * The framing is counted here anew, from protocol.md 2.2 and not with the encoder's own function, so
 * that an encoder that wastes bytes is seen.
 */
enum {
	FRAME_BYTES = 4,       /* length field and CRC */
	LINE_RAW_BYTES = 93,   /* of a full line: (127 - marker - line feed) / 4 * 3 */
	LINE_MARK_BYTES = 3,   /* marker and line feed */
	CHUNK_HEAD_BYTES = 26, /* header 8, map 1, "off" 4 + 5, "data" 5 + 3 */
	BITS_PER_BYTE = 10,
	US_PER_SECOND = 1000 * 1000,
};

static uint64_t divide_up(uint64_t a, uint64_t b)
{
	return (a + b - 1) / b;
}

size_t limit_message_max(size_t buf_size)
{
	return buf_size - FRAME_BYTES;
}

size_t limit_chunk_size(size_t message_max)
{
	return message_max - CHUNK_HEAD_BYTES;
}

size_t limit_wire_size(size_t message_len)
{
	size_t raw = message_len + FRAME_BYTES;

	return (size_t)(4 * divide_up(raw, 3) + LINE_MARK_BYTES * divide_up(raw, LINE_RAW_BYTES));
}

double limit_steady_rate(size_t buf_size, uint32_t baud)
{
	size_t message_max = limit_message_max(buf_size);
	double bytes_per_second = (double)baud / BITS_PER_BYTE;

	return bytes_per_second * (double)limit_chunk_size(message_max) /
	       (double)limit_wire_size(message_max);
}

uint64_t limit_image_wire_size(struct span image, size_t message_max)
{
	uint8_t sha[DIGEST_SHA256_SIZE] = { 0 }; /* only its length matters */
	struct smp_upload_config config = {
		.file = image,
		.sha = span_make(sha, sizeof(sha)),
	};
	uint64_t wire_size = 0;

	for (size_t offset = 0; offset < image.len;) {
		size_t len = smp_upload_chunk_size(&config, offset, message_max);
		size_t message_len = SMP_HEADER_SIZE;
		uint8_t storage[SMP_PACKET_MAX];
		struct buf body = BUF_OVER(storage);

		if (len == 0)
			return 0;
		smp_upload_put_chunk(&config, offset, len, &body);
		message_len += body.len;
		wire_size += limit_wire_size(message_len);
		offset += len;
	}
	return wire_size;
}

uint64_t limit_line_us(uint64_t wire_size, uint32_t baud)
{
	return divide_up(wire_size * BITS_PER_BYTE * US_PER_SECOND, baud);
}

uint64_t limit_flash_us(const struct flash_times *times, uint64_t pages_erased, size_t image_size)
{
	size_t word_size = times->word_size > 0 ? times->word_size : FLASH_WORD_SIZE;

	return pages_erased * times->erase_page_us +
	       divide_up(image_size, word_size) * times->write_word_us;
}
