/* SPDX-License-Identifier: Apache-2.0 */
/* From archive and manifest to parts, see package.h. */
#include "image/package.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/endian.h"
#include "image/archive.h"
#include "image/manifest.h"

#define MANIFEST_FILE "manifest.json"

enum {
	LISTED_MAX = 4, /* files named in a message */
	MAGIC_SIZE = 4,
};

/* ---- an archive without manifest ---- */

static bool is_image(const struct archive *archive, size_t index)
{
	uint8_t storage[MAGIC_SIZE];
	struct span start = archive_peek(archive, index, storage, sizeof(storage));

	return start.len == MAGIC_SIZE && get_le32(start.data) == MCUBOOT_MAGIC;
}

static bool is_in_folder(const char *name, const char *file)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL && strcmp(slash + 1, file) == 0;
}

static void hint_at_content(const struct archive *archive, struct err *reterr)
{
	char text[ARCHIVE_NAME_TEXT_MAX];

	err_hint(reterr, "the nRF Connect SDK makes dfu_application.zip; of any other archive give "
			 "the signed image inside, zephyr.signed.bin");
	for (size_t i = 0; i < archive_count(archive); i++) {
		const char *name = archive_name(archive, i);

		if (is_in_folder(name, MANIFEST_FILE)) {
			err_hint(reterr,
				"\"%s\" is in a folder: pack the files again without their folder",
				archive_name_text(name, text));
			return;
		}
		if (is_image(archive, i)) {
			err_hint(reterr, "\"%s\" in it is a signed image: unpack it and give that",
				archive_name_text(name, text));
			return;
		}
	}
}

static enum status refuse_archive(const struct archive *archive, struct err *reterr)
{
	char storage[ERR_MESSAGE_MAX / 2], text[ARCHIVE_NAME_TEXT_MAX];
	struct buf names = BUF_OVER(storage);
	size_t count = archive_count(archive);

	for (size_t i = 0; i < count && i < LISTED_MAX; i++)
		buf_format(&names, "%s%s", i > 0 ? ", " : "",
			archive_name_text(archive_name(archive, i), text));
	if (count > LISTED_MAX)
		buf_format(&names, " and %zu more", count - LISTED_MAX);
	err_set(reterr, STATUS_BAD_FILE, "a ZIP archive without " MANIFEST_FILE " (in it: %s)",
		count > 0 ? buf_text(&names) : "nothing");
	hint_at_content(archive, reterr);
	return STATUS_BAD_FILE;
}

/* ---- one with a manifest ---- */

static enum status read_manifest(
	const struct archive *archive, struct manifest *ret_manifest, struct err *reterr)
{
	uint8_t *text;
	size_t len;
	enum status status;

	if (!archive_has(archive, MANIFEST_FILE))
		return refuse_archive(archive, reterr);
	status = archive_read(archive, MANIFEST_FILE, MANIFEST_SIZE_MAX, &text, &len, reterr);
	if (status != STATUS_OK)
		return status;
	status = manifest_read(span_make(text, len), ret_manifest, reterr);
	free(text);
	return status == STATUS_OK ? status : err_wrap(reterr, MANIFEST_FILE);
}

static enum status check_size(
	const struct manifest_entry *entry, struct span bytes, struct err *reterr)
{
	char text[ARCHIVE_NAME_TEXT_MAX];

	if (!entry->has_size || entry->size == bytes.len)
		return STATUS_OK;
	err_set(reterr, STATUS_BAD_FILE, "%s: has %zu bytes, " MANIFEST_FILE " says %" PRIu64,
		archive_name_text(entry->file, text), bytes.len, entry->size);
	return err_hint(reterr,
		"a file in the archive was exchanged without its manifest: build the "
		"archive again, or unpack it and give the signed image inside");
}

static enum status read_part(const struct archive *archive, const struct manifest_entry *entry,
	uint64_t size_max, struct firmware_part *part, struct err *reterr)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum status status = archive_read(archive, entry->file, size_max, &bytes, &len, reterr);

	if (status != STATUS_OK)
		return status;
	part->bytes = span_make(bytes, len);
	memcpy(part->name, entry->file, sizeof(entry->file));
	part->has_image_number = entry->has_image_number;
	part->image_number = entry->image_number;
	part->has_slot = entry->has_slot;
	part->slot = entry->slot;
	part->has_load_address = entry->has_load_address;
	part->load_address = entry->load_address;
	return check_size(entry, part->bytes, reterr);
}

/* All of them together may unpack to FIRMWARE_SIZE_MAX. */
static enum status read_parts(const struct archive *archive, const struct manifest *manifest,
	struct firmware *firmware, struct err *reterr)
{
	uint64_t left = FIRMWARE_SIZE_MAX;

	for (size_t i = 0; i < manifest->entry_count; i++) {
		struct firmware_part *part = &firmware->parts[i];
		enum status status = read_part(archive, &manifest->entries[i], left, part, reterr);

		firmware->part_count = i + 1;
		if (status != STATUS_OK)
			return status;
		left -= part->bytes.len;
	}
	return STATUS_OK;
}

enum status package_read(struct span file, struct firmware *firmware, struct err *reterr)
{
	struct archive *archive;
	struct manifest manifest = { 0 };
	enum status status = archive_open(file, &archive, reterr);

	if (status != STATUS_OK)
		return status;
	status = read_manifest(archive, &manifest, reterr);
	if (status == STATUS_OK) {
		memcpy(firmware->application, manifest.name, sizeof(manifest.name));
		firmware->format_version = manifest.format_version;
		firmware->is_format_unknown = manifest.is_format_unknown;
		firmware->skipped_count = manifest.skipped_count;
		status = read_parts(archive, &manifest, firmware, reterr);
	}
	archive_close(archive);
	return status;
}
