/* SPDX-License-Identifier: Apache-2.0 */
/* Opening whatever people call a firmware file, see firmware.h. */
#include "image/firmware.h"

#include <stdlib.h>

#include "base/file.h"
#include "image/archive.h"
#include "image/guess.h"
#include "image/hex.h"
#include "image/package.h"

static enum status load_hex(struct span file, struct firmware *firmware, struct err *reterr)
{
	struct firmware_part *part = &firmware->parts[0];
	struct hex_memory memory;
	enum status status = hex_read(file, &memory, reterr);

	if (status != STATUS_OK)
		return status;
	firmware->part_count = 1;
	part->bytes = span_make(memory.bytes, memory.len);
	part->has_load_address = true;
	part->load_address = memory.address;
	return STATUS_OK;
}

/* The kind of the file by its content, and its parts but for their images. */
static enum status load_parts(struct span file, struct firmware *firmware, struct err *reterr)
{
	if (archive_is_zip(file)) {
		firmware->kind = FIRMWARE_ZIP;
		return package_read(file, firmware, reterr);
	}
	if (hex_is_text(file)) {
		firmware->kind = FIRMWARE_HEX;
		return load_hex(file, firmware, reterr);
	}
	firmware->kind = FIRMWARE_BINARY;
	firmware->part_count = 1;
	firmware->parts[0].bytes = file;
	return STATUS_OK;
}

/* A second image behind the first: the parser would take it for padding. */
static enum status check_alone(const struct firmware_part *part, struct err *reterr)
{
	size_t end = part->image.size;

	if (!guess_has_image(span_sub(part->bytes, end, part->bytes.len - end)))
		return STATUS_OK;
	err_set(reterr, STATUS_BAD_FILE, "several images in one file");
	return err_hint(reterr, "give each by itself (zephyr.signed.hex or zephyr.signed.bin), or "
				"all in a dfu_application.zip");
}

static enum status parse_part(
	const struct firmware *firmware, struct firmware_part *part, struct err *reterr)
{
	char text[ARCHIVE_NAME_TEXT_MAX];
	enum status status = mcuboot_parse(part->bytes, &part->image, reterr);

	if (status == STATUS_OK && firmware->kind == FIRMWARE_HEX)
		status = check_alone(part, reterr);
	if (status != STATUS_OK && part->name[0] != '\0')
		err_wrap(reterr, "%s", archive_name_text(part->name, text));
	part->image.forget = firmware->forget;
	return status;
}

/* Raw parts are taken as they are; but an empty one is an error all the same. */
static enum status parse_parts(struct firmware *firmware, bool is_raw, struct err *reterr)
{
	for (size_t i = 0; i < firmware->part_count; i++) {
		struct firmware_part *part = &firmware->parts[i];
		enum status status;

		if (is_raw && part->bytes.len > 0)
			continue;
		status = parse_part(firmware, part, reterr);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status open_file(
	const char *path, bool is_raw, struct firmware **ret_firmware, struct err *reterr)
{
	struct file_map map;
	struct firmware *firmware;
	enum status status = file_map(path, FIRMWARE_SIZE_MAX, &map, reterr);

	if (status != STATUS_OK)
		return status;
	firmware = calloc(1, sizeof(*firmware));
	if (firmware == NULL) {
		file_unmap(&map);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	status = load_parts(map.bytes, firmware, reterr);
	/* Only of what is mapped the memory can be given back: forgetting any other would clear it. */
	if (firmware->kind == FIRMWARE_BINARY && map.is_mapped)
		firmware->forget = file_forget;
	if (status == STATUS_OK)
		status = parse_parts(firmware, is_raw, reterr);
	if (firmware->kind != FIRMWARE_BINARY)
		file_unmap(&map);
	if (status != STATUS_OK) {
		firmware_close(firmware);
		return err_wrap(reterr, "%s", path);
	}
	*ret_firmware = firmware;
	return STATUS_OK;
}

enum status firmware_open(const char *path, struct firmware **ret_firmware, struct err *reterr)
{
	return open_file(path, false, ret_firmware, reterr);
}

enum status firmware_open_raw(const char *path, struct firmware **ret_firmware, struct err *reterr)
{
	return open_file(path, true, ret_firmware, reterr);
}

/* Of memory that was allocated here, and is const only for those who look at it. */
static void free_bytes(struct span bytes)
{
	union {
		const uint8_t *data;
		void *memory;
	} part = { .data = bytes.data };

	free(part.memory);
}

void firmware_close(struct firmware *firmware)
{
	if (firmware == NULL)
		return;
	/* A binary is the file itself, other parts are memory of their own. */
	if (firmware->kind == FIRMWARE_BINARY)
		file_unmap(
			&(struct file_map){ firmware->parts[0].bytes, firmware->forget != NULL });
	for (size_t i = 0; firmware->kind != FIRMWARE_BINARY && i < firmware->part_count; i++)
		free_bytes(firmware->parts[i].bytes);
	free(firmware);
}
