/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the layout of MCUboot images, see mcuboot.h. */
#include "image/mcuboot.h"

#include <inttypes.h>

#include "base/endian.h"
#include "image/guess.h"

enum {
	MAGIC_SIZE = 4,
	AREA_HEAD_SIZE = 4, /* magic, total size with this head */
	TLV_HEAD_SIZE = 4,  /* type, length of the value */
	AREA_MAGIC = 0x6907,
	PROTECTED_AREA_MAGIC = 0x6908,
};

#define OLD_MAGIC UINT32_C(0x96f3b83c)

static const char hint_incomplete[] = "the file is incomplete: copy, download or build it again";
static const char hint_damaged[] =
	"the file is damaged or was changed after signing: build or download it again";

/* `end`: where `what` ends by the image's own account, behind the end of the file. */
static enum status cut_short(const char *what, uint64_t end, size_t len, struct err *reterr)
{
	uint64_t missing = end - len;

	err_set(reterr, STATUS_BAD_FILE,
		"cut short: %s ends at byte %" PRIu64 ", the file at %zu (%" PRIu64 " %s missing)",
		what, end, len, missing, missing == 1 ? "byte is" : "bytes are");
	err_hint(reterr, "%s", hint_incomplete);
	return STATUS_BAD_FILE;
}

static enum status check_magic(struct span file, struct err *reterr)
{
	const struct guess *guess;

	if (file.len == 0) {
		err_set(reterr, STATUS_BAD_FILE, "the file is empty");
		err_hint(reterr, "%s", hint_incomplete);
		return STATUS_BAD_FILE;
	}
	if (file.len >= MAGIC_SIZE && get_le32(file.data) == MCUBOOT_MAGIC)
		return STATUS_OK;
	if (file.len >= MAGIC_SIZE && get_le32(file.data) == OLD_MAGIC) {
		err_set(reterr, STATUS_BAD_FILE,
			"not an MCUboot image: its header has an outdated format (magic "
			"0x%08" PRIx32 ")",
			OLD_MAGIC);
		err_hint(reterr, "sign the firmware again with a current imgtool");
		return STATUS_BAD_FILE;
	}
	guess = guess_file(file);
	err_set(reterr, STATUS_BAD_FILE, "not an MCUboot image (%s)", guess->what);
	err_hint(reterr, "%s", guess->hint);
	return STATUS_BAD_FILE;
}

/* Offsets as in protocol.md 6.1. */
static void read_header(
	const uint8_t *header, struct mcuboot_image *image, uint16_t *ret_protected_size)
{
	image->load_address = get_le32(header + 4);
	image->header_size = get_le16(header + 8);
	*ret_protected_size = get_le16(header + 10);
	image->payload_size = get_le32(header + 12);
	image->flags = get_le32(header + 16);
	image->version = (struct mcuboot_version){
		.major = header[20],
		.minor = header[21],
		.revision = get_le16(header + 22),
		.build = get_le32(header + 24),
	};
}

/* Header and payload must lie within the file. */
static enum status check_sizes(const struct mcuboot_image *image, struct err *reterr)
{
	struct span file = image->file;
	uint64_t payload_end = (uint64_t)image->header_size + image->payload_size;

	if (image->header_size < MCUBOOT_HEADER_SIZE) {
		err_set(reterr, STATUS_BAD_FILE,
			"the header claims to be %u bytes long, smaller than the %d it must have",
			(unsigned)image->header_size, MCUBOOT_HEADER_SIZE);
		err_hint(reterr, "%s", hint_damaged);
		return STATUS_BAD_FILE;
	}
	if (!span_holds(file, 0, image->header_size))
		return cut_short("the header", image->header_size, file.len, reterr);
	/* Bootloaders compute in 32 bits, and refuse this too. */
	if (payload_end > UINT32_MAX) {
		err_set(reterr, STATUS_BAD_FILE,
			"the payload size in the header, %" PRIu32 " bytes, overflows",
			image->payload_size);
		err_hint(reterr, "%s", hint_damaged);
		return STATUS_BAD_FILE;
	}
	if (!span_holds(file, image->header_size, image->payload_size))
		return cut_short("the payload", payload_end, file.len, reterr);
	return STATUS_OK;
}

/* A TLV area: its place in the file, its magic and its size with the head. */
struct area {
	const char *name;
	size_t at;
	uint16_t magic;
	uint16_t size;
};

static enum status read_area_head(
	struct span file, size_t at, const char *name, struct area *ret_area, struct err *reterr)
{
	if (at == file.len) {
		err_set(reterr, STATUS_BAD_FILE,
			"cut short: %s is missing, the file ends at byte %zu where it should begin",
			name, at);
		err_hint(reterr, "%s", hint_incomplete);
		return STATUS_BAD_FILE;
	}
	if (!span_holds(file, at, AREA_HEAD_SIZE))
		return cut_short(name, (uint64_t)at + AREA_HEAD_SIZE, file.len, reterr);
	*ret_area = (struct area){
		.name = name,
		.at = at,
		.magic = get_le16(file.data + at),
		.size = get_le16(file.data + at + 2),
	};
	return STATUS_OK;
}

static enum status check_area(
	struct span file, const struct area *area, uint16_t magic, struct err *reterr)
{
	if (area->magic != magic) {
		err_set(reterr, STATUS_BAD_FILE,
			"%s is missing: at byte %zu stands 0x%04x instead of its magic 0x%04x",
			area->name, area->at, (unsigned)area->magic, (unsigned)magic);
		err_hint(reterr, "%s", hint_damaged);
		return STATUS_BAD_FILE;
	}
	if (area->size < AREA_HEAD_SIZE) {
		err_set(reterr, STATUS_BAD_FILE,
			"%s at byte %zu claims to be %u bytes long, its head alone has %d",
			area->name, area->at, (unsigned)area->size, AREA_HEAD_SIZE);
		err_hint(reterr, "%s", hint_damaged);
		return STATUS_BAD_FILE;
	}
	if (!span_holds(file, area->at, area->size))
		return cut_short(area->name, (uint64_t)area->at + area->size, file.len, reterr);
	return STATUS_OK;
}

static enum status take_tlv(
	struct mcuboot_image *image, const struct area *area, size_t *at, struct err *reterr)
{
	const uint8_t *here = image->file.data + *at;
	size_t left = area->at + area->size - *at;
	uint16_t type, len;

	if (left < TLV_HEAD_SIZE)
		return err_set(reterr, STATUS_BAD_FILE, "%s ends with %zu stray bytes at byte %zu",
			area->name, left, *at);
	type = get_le16(here);
	len = get_le16(here + 2);
	if (len > left - TLV_HEAD_SIZE)
		return err_set(reterr, STATUS_BAD_FILE,
			"TLV 0x%02x at byte %zu claims %u bytes, past the end of %s (%zu are left)",
			(unsigned)type, *at, (unsigned)len, area->name, left - TLV_HEAD_SIZE);
	if (image->tlv_count == MCUBOOT_TLVS_MAX)
		return err_set(reterr, STATUS_BAD_FILE, "more than %d TLVs", MCUBOOT_TLVS_MAX);
	image->tlvs[image->tlv_count++] = (struct mcuboot_tlv){
		.type = type,
		.is_protected = area->magic == PROTECTED_AREA_MAGIC,
		.value = span_make(here + TLV_HEAD_SIZE, len),
	};
	*at += TLV_HEAD_SIZE + (size_t)len;
	return STATUS_OK;
}

static enum status take_tlvs(
	struct mcuboot_image *image, const struct area *area, struct err *reterr)
{
	size_t at = area->at + AREA_HEAD_SIZE;

	while (at < area->at + area->size) {
		enum status status = take_tlv(image, area, &at, reterr);

		if (status != STATUS_OK) {
			err_hint(reterr, "%s", hint_damaged);
			return status;
		}
	}
	return STATUS_OK;
}

/*
 * The protected area at *at, if there is one; *at is left behind it. The header and the area must
 * agree about its size, 0 meaning none, or the bootloader refuses the image.
 */
static enum status take_protected_area(
	struct mcuboot_image *image, uint16_t size, size_t *at, struct err *reterr)
{
	struct area area;
	const char *name = size > 0 ? "the protected TLV area" : "the TLV area";
	enum status status = read_area_head(image->file, *at, name, &area, reterr);

	if (status != STATUS_OK || (size == 0 && area.magic != PROTECTED_AREA_MAGIC))
		return status;
	if (area.magic == PROTECTED_AREA_MAGIC && area.size != size) {
		err_set(reterr, STATUS_BAD_FILE,
			"the protected TLV area at byte %zu has %u bytes, the header says %u", *at,
			(unsigned)area.size, (unsigned)size);
		err_hint(reterr, "%s", hint_damaged);
		return STATUS_BAD_FILE;
	}
	status = check_area(image->file, &area, PROTECTED_AREA_MAGIC, reterr);
	if (status == STATUS_OK)
		status = take_tlvs(image, &area, reterr);
	*at += size;
	return status;
}

/* The area every image has; *at is left behind it. */
static enum status take_area(struct mcuboot_image *image, size_t *at, struct err *reterr)
{
	struct area area;
	enum status status = read_area_head(image->file, *at, "the TLV area", &area, reterr);

	if (status == STATUS_OK)
		status = check_area(image->file, &area, AREA_MAGIC, reterr);
	if (status == STATUS_OK)
		status = take_tlvs(image, &area, reterr);
	if (status == STATUS_OK)
		*at += area.size;
	return status;
}

enum status mcuboot_parse(struct span file, struct mcuboot_image *ret_image, struct err *reterr)
{
	struct mcuboot_image image = { .file = file };
	uint16_t protected_size;
	size_t at;
	enum status status = check_magic(file, reterr);

	if (status != STATUS_OK)
		return status;
	if (file.len < MCUBOOT_HEADER_SIZE)
		return cut_short("the header", MCUBOOT_HEADER_SIZE, file.len, reterr);
	read_header(file.data, &image, &protected_size);
	status = check_sizes(&image, reterr);
	if (status != STATUS_OK)
		return status;
	at = (size_t)image.header_size + image.payload_size;
	status = take_protected_area(&image, protected_size, &at, reterr);
	if (status != STATUS_OK)
		return status;
	image.covered = span_sub(file, 0, at);
	status = take_area(&image, &at, reterr);
	if (status != STATUS_OK)
		return status;
	image.size = at;
	*ret_image = image;
	return STATUS_OK;
}

static bool is_hash_of_right_size(const struct mcuboot_tlv *tlv)
{
	switch (tlv->type) {
	case MCUBOOT_TLV_SHA256:
		return tlv->value.len == 32;
	case MCUBOOT_TLV_SHA384:
		return tlv->value.len == 48;
	case MCUBOOT_TLV_SHA512:
		return tlv->value.len == 64;
	default:
		return false;
	}
}

bool mcuboot_hash(const struct mcuboot_image *image, struct span *ret_hash)
{
	for (size_t i = 0; i < image->tlv_count; i++) {
		if (is_hash_of_right_size(&image->tlvs[i])) {
			*ret_hash = image->tlvs[i].value;
			return true;
		}
	}
	return false;
}

const struct mcuboot_tlv *mcuboot_find_tlv(
	const struct mcuboot_image *image, uint16_t type, size_t index)
{
	for (; index < image->tlv_count; index++) {
		if (image->tlvs[index].type == type)
			return &image->tlvs[index];
	}
	return NULL;
}

const char *mcuboot_flag_name(uint32_t bit)
{
	switch (bit) {
	case MCUBOOT_FLAG_PIC:
		return "PIC";
	case MCUBOOT_FLAG_ENCRYPTED_AES128:
		return "ENCRYPTED_AES128";
	case MCUBOOT_FLAG_ENCRYPTED_AES256:
		return "ENCRYPTED_AES256";
	case MCUBOOT_FLAG_NON_BOOTABLE:
		return "NON_BOOTABLE";
	case MCUBOOT_FLAG_RAM_LOAD:
		return "RAM_LOAD";
	case MCUBOOT_FLAG_ROM_FIXED:
		return "ROM_FIXED";
	case MCUBOOT_FLAG_COMPRESSED_LZMA1:
		return "COMPRESSED_LZMA1";
	case MCUBOOT_FLAG_COMPRESSED_LZMA2:
		return "COMPRESSED_LZMA2";
	case MCUBOOT_FLAG_COMPRESSED_ARM_THUMB:
		return "COMPRESSED_ARM_THUMB";
	default:
		return NULL;
	}
}

void mcuboot_version_text(const struct mcuboot_version *version, struct buf *out)
{
	buf_format(out, "%u.%u.%u", (unsigned)version->major, (unsigned)version->minor,
		(unsigned)version->revision);
	if (version->build != 0)
		buf_format(out, ".%" PRIu32, version->build);
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int mcuboot_version_compare(const struct mcuboot_version *a, const struct mcuboot_version *b)
{
	if (a->major != b->major)
		return compare(a->major, b->major);
	if (a->minor != b->minor)
		return compare(a->minor, b->minor);
	if (a->revision != b->revision)
		return compare(a->revision, b->revision);
	return compare(a->build, b->build);
}
