/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text at all as a manifest.json: it is refused with a message that is one harmless line, or
 * lists files whose numbers are within their ranges.
 */
#include <ctype.h>
#include <stdlib.h>

#include "image/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void require_harmless(const char *message)
{
	require(message[0] != '\0');
	for (const char *at = message; *at != '\0'; at++)
		require(!iscntrl((unsigned char)*at));
}

static void check_entry(const struct manifest_entry *entry)
{
	require(entry->file[0] != '\0');
	require(memchr(entry->file, '\0', sizeof(entry->file)) != NULL);
	require(entry->image_number <= MANIFEST_IMAGE_NUMBER_MAX);
	require(entry->has_image_number || entry->image_number == 0);
	require(entry->slot <= 1 && (entry->has_slot || entry->slot == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest manifest;
	struct err err = { 0 };

	if (manifest_read(span_make(data, size), &manifest, &err) != STATUS_OK) {
		require(err.status == STATUS_BAD_FILE && err.hint[0] != '\0');
		require_harmless(err.message);
		return 0;
	}
	require(manifest.entry_count > 0 && manifest.entry_count <= FIRMWARE_PARTS_MAX);
	require(memchr(manifest.name, '\0', sizeof(manifest.name)) != NULL);
	require(manifest.is_format_unknown == (manifest.format_version > 1));
	for (size_t i = 0; i < manifest.entry_count; i++)
		check_entry(&manifest.entries[i]);
	return 0;
}
