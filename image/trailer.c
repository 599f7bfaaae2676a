/* SPDX-License-Identifier: Apache-2.0 */
/* What follows an image in its file, see trailer.h. */
#include "image/trailer.h"

#include "base/endian.h"

enum {
	MAGIC_SIZE = 16,
	ALIGNMENT_SIZE = 2, /* with which the magic begins, unless the alignment is the default */
	DEFAULT_ALIGNMENT = 8,
	ALIGNMENT_MAX = 4096,
	FLAG_SET = 0x01,
};

static const uint8_t default_magic[MAGIC_SIZE] = { 0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f,
	0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80 };
static const uint8_t aligned_magic[MAGIC_SIZE - ALIGNMENT_SIZE] = { 0x2d, 0xe1, 0x5d, 0x29, 0x41,
	0x0b, 0x8d, 0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a };

/* Is every byte `value`? */
static bool is_uniform(struct span bytes, uint8_t value)
{
	return bytes.len == 0 ||
	       (bytes.data[0] == value && memcmp(bytes.data, bytes.data + 1, bytes.len - 1) == 0);
}

/* What the trailer at the end of `bytes` was made for; 0 when there is none. */
static unsigned read_alignment(struct span bytes)
{
	const uint8_t *magic;
	unsigned alignment;

	if (bytes.len < MAGIC_SIZE)
		return 0;
	magic = bytes.data + bytes.len - MAGIC_SIZE;
	if (memcmp(magic, default_magic, MAGIC_SIZE) == 0)
		return DEFAULT_ALIGNMENT;
	if (memcmp(magic + ALIGNMENT_SIZE, aligned_magic, sizeof(aligned_magic)) != 0)
		return 0;
	alignment = get_le16(magic);
	if (alignment < DEFAULT_ALIGNMENT || alignment > ALIGNMENT_MAX ||
		(alignment & (alignment - 1)) != 0)
		return 0;
	return alignment;
}

/* `from_end`: where the field begins, counted from the end of the file. */
static enum image_trailer_flag read_flag(struct span bytes, size_t from_end, uint8_t erased)
{
	uint8_t value;

	if (from_end > bytes.len)
		return IMAGE_TRAILER_BAD;
	value = bytes.data[bytes.len - from_end];
	if (value == FLAG_SET)
		return IMAGE_TRAILER_SET;
	return value == erased ? IMAGE_TRAILER_UNSET : IMAGE_TRAILER_BAD;
}

struct image_trailer image_trailer_read(const struct mcuboot_image *image)
{
	struct span bytes = span_sub(image->file, image->size, image->file.len);
	struct image_trailer trailer = { .len = bytes.len, .erased = 0xff };
	size_t magic_size, alignment;

	if (bytes.len == 0)
		return trailer;
	if (bytes.data[0] == 0)
		trailer.erased = 0;
	trailer.kind =
		is_uniform(bytes, trailer.erased) ? IMAGE_TRAILER_PADDING : IMAGE_TRAILER_UNKNOWN;
	alignment = read_alignment(bytes);
	if (alignment == 0)
		return trailer;
	magic_size = (MAGIC_SIZE + alignment - 1) / alignment * alignment;
	trailer.kind = IMAGE_TRAILER_FOUND;
	trailer.alignment = (unsigned)alignment;
	trailer.fields_len = magic_size + 4 * alignment;
	trailer.image_ok = read_flag(bytes, magic_size + alignment, trailer.erased);
	trailer.copy_done = read_flag(bytes, magic_size + 2 * alignment, trailer.erased);
	return trailer;
}

const char *image_trailer_name(enum image_trailer_kind kind)
{
	static const char *const names[IMAGE_TRAILER_KIND_COUNT] = {
		[IMAGE_TRAILER_NONE] = "none",
		[IMAGE_TRAILER_PADDING] = "padding",
		[IMAGE_TRAILER_FOUND] = "trailer",
		[IMAGE_TRAILER_UNKNOWN] = "unknown",
	};

	return names[kind];
}

static const char *mark_text(const struct image_trailer *trailer)
{
	if (trailer->image_ok == IMAGE_TRAILER_SET)
		return "that marks the image as confirmed";
	if (trailer->image_ok == IMAGE_TRAILER_UNSET)
		return "that marks the image for a test";
	return "that is damaged";
}

void image_trailer_describe(const struct image_trailer *trailer, struct buf *out)
{
	switch (trailer->kind) {
	case IMAGE_TRAILER_NONE:
		break;
	case IMAGE_TRAILER_PADDING:
		buf_format(out, "behind the image stand %zu bytes of padding (0x%02x)",
			trailer->len, trailer->erased);
		break;
	case IMAGE_TRAILER_FOUND:
		buf_format(out, "the file is padded to the size of a slot, with a trailer %s",
			mark_text(trailer));
		break;
	case IMAGE_TRAILER_UNKNOWN:
		buf_format(out,
			"behind the image stand %zu bytes that do not belong to it, and are "
			"neither padding nor a trailer",
			trailer->len);
		break;
	}
}
