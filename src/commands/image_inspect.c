/* SPDX-License-Identifier: Apache-2.0 */
/* image inspect: everything that a firmware file says about itself, and whether its hash is true. */
#include <string.h>

#include "base/endian.h"
#include "src/commands/commands.h"
#include "src/commands/inspect_print.h"

/* Offsets in the header (protocol.md 6.1). */
enum { HEADER_SIZE_AT = 8, PROTECTED_SIZE_AT = 10, PAYLOAD_SIZE_AT = 12 };

static enum status inspect(struct invocation *invocation, const char *path,
	const struct firmware *firmware, struct err *reterr)
{
	struct inspection inspection = {
		.firmware = firmware,
		.parts = file_parts_of(firmware, path, invocation->settings.image),
	};
	enum status status = STATUS_OK;

	if (inspection.parts.count == 0)
		return file_parts_refuse(&inspection.parts, invocation->settings.image, reterr);
	for (size_t i = 0; i < inspection.parts.count; i++) {
		enum image_verdict verdict = file_verify(inspection.parts.parts[i], NULL).verdict;

		inspection.verdicts[i] = verdict;
		if (status == STATUS_OK)
			status = file_judge(&inspection.parts, i, verdict, NULL, reterr);
	}
	if (status == STATUS_OK)
		status = file_check_dev_keys(
			&inspection.parts, invocation->settings.strict, invocation->output, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, inspection_printer(), &inspection);
	else
		output_partial_result(invocation->output, inspection_printer(), &inspection);
	return status;
}

/*
 * The header at least of a file that is broken further on. With sizes that say so the header is a whole image, with
 * nothing behind it but an empty TLV area; then its own sizes are put back.
 */
static void salvage_header(struct firmware_part *part)
{
	static const uint8_t empty_area[] = { 0x07, 0x69, 0x04, 0x00 };
	uint8_t bytes[MCUBOOT_HEADER_SIZE + sizeof(empty_area)];
	const uint8_t *header = part->bytes.data;
	struct mcuboot_image image;

	/* A sound image, with something behind it that makes the file no firmware. */
	if (mcuboot_parse(part->bytes, &part->image, ERR_IGNORED) == STATUS_OK)
		return;
	if (part->bytes.len < MCUBOOT_HEADER_SIZE)
		return;
	memcpy(bytes, header, MCUBOOT_HEADER_SIZE);
	memcpy(bytes + MCUBOOT_HEADER_SIZE, empty_area, sizeof(empty_area));
	put_le16(bytes + HEADER_SIZE_AT, MCUBOOT_HEADER_SIZE);
	put_le16(bytes + PROTECTED_SIZE_AT, 0);
	put_le32(bytes + PAYLOAD_SIZE_AT, 0);
	if (mcuboot_parse(span_make(bytes, sizeof(bytes)), &image, ERR_IGNORED) != STATUS_OK)
		return;
	part->image = (struct mcuboot_image){
		.load_address = image.load_address,
		.header_size = get_le16(header + HEADER_SIZE_AT),
		.payload_size = get_le32(header + PAYLOAD_SIZE_AT),
		.flags = image.flags,
		.version = image.version,
	};
}

/* A file that does not open as firmware has a size at least, and may have a sound header. */
static void inspect_broken(struct invocation *invocation, const char *path)
{
	struct inspection inspection = { .verdicts = { IMAGE_UNREADABLE } };
	struct firmware *firmware;

	if (firmware_open_raw(path, &firmware, ERR_IGNORED) != STATUS_OK)
		return;
	salvage_header(&firmware->parts[0]);
	inspection.firmware = firmware;
	inspection.parts = file_parts_of(firmware, path, SETTINGS_IMAGE_UNSET);
	output_partial_result(invocation->output, inspection_printer(), &inspection);
	firmware_close(firmware);
}

enum status command_image_inspect(struct invocation *invocation, struct err *reterr)
{
	const char *path = invocation->args[0];
	struct firmware *firmware = NULL;
	enum status status = file_open(path, &firmware, reterr);

	if (status == STATUS_OK)
		status = inspect(invocation, path, firmware, reterr);
	else if (status == STATUS_BAD_FILE)
		inspect_broken(invocation, path);
	firmware_close(firmware);
	return status;
}
