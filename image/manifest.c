/* SPDX-License-Identifier: Apache-2.0 */
/* Reading manifest.json, see manifest.h. */
#include "image/manifest.h"

#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum {
	HEX_DIGITS_MAX =
		9, /* "0x" and as many digits are never shorter than the number in decimal */
	JSON_TEXT_MAX = 256,
};

static const char hint_rebuild[] =
	"build the archive again, or unpack it and give the signed image "
	"inside (zephyr.signed.bin or app_update.bin)";

/* Entries that are not for MCUboot's slots, by their type. */
struct foreign_type {
	const char *type;
	const char *what;
	const char *hint;
};

static const struct foreign_type foreign_types[] = {
	{ "mcuboot", "an update of the bootloader itself (MCUboot under NSIB)",
		"give dfu_application.zip; a bootloader is better replaced with a debug probe" },
	{ "suit-envelope", "a SUIT envelope",
		"smpctl updates devices with MCUboot, this archive is for another bootloader" },
	{ "cache", "a SUIT cache partition",
		"smpctl updates devices with MCUboot, this archive is for another bootloader" },
};

/* ---- numbers that are not JSON ---- */

/* The bare hex number at `text`, which "0x" begins: its length, 0 when it is none that fits. */
static size_t read_bare_hex(const char *text, size_t len, uint64_t *ret_value)
{
	size_t at = 2;

	*ret_value = 0;
	while (at < len && isxdigit((unsigned char)text[at])) {
		char digit[] = { text[at++], '\0' };

		if (at > 2 + HEX_DIGITS_MAX)
			return 0;
		*ret_value = *ret_value << 4 | strtoul(digit, NULL, 16);
	}
	return at > 2 && (at == len || !isalnum((unsigned char)text[at])) ? at : 0;
}

/*
 * Old builds write load_address as 0xc000, without quotes. Such numbers become decimal ones in the
 * same place, filled up with blanks, so that lines and columns of other errors stay true.
 */
static void make_decimal(char *text, size_t len)
{
	bool is_quoted = false;

	for (size_t at = 0; at + 2 < len; at++) {
		uint64_t value;
		size_t hex_len;
		char decimal[24];

		if (text[at] == '"')
			is_quoted = !is_quoted;
		if (is_quoted && text[at] == '\\')
			at++;
		if (is_quoted || text[at] != '0' || (text[at + 1] | 0x20) != 'x' ||
			(at > 0 && isalnum((unsigned char)text[at - 1])))
			continue;
		hex_len = read_bare_hex(text + at, len - at, &value);
		if (hex_len == 0)
			continue;
		memset(text + at, ' ', hex_len);
		memcpy(text + at, decimal,
			(size_t)snprintf(decimal, sizeof(decimal), "%" PRIu64, value));
		at += hex_len - 1;
	}
}

/* ---- JSON ---- */

static enum status refuse_json(const json_error_t *error, struct err *reterr)
{
	char storage[JSON_TEXT_MAX];
	struct buf text = BUF_OVER(storage);

	if (json_error_code(error) == json_error_out_of_memory)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	text_append_escaped(&text, span_from_text(error->text));
	err_set(reterr, STATUS_BAD_FILE, "no sound JSON at line %d: %s", error->line,
		buf_text(&text));
	return err_hint(reterr, "%s", hint_rebuild);
}

static enum status load_json(struct span text, json_t **ret_root, struct err *reterr)
{
	json_error_t error;
	char *copy = malloc(text.len > 0 ? text.len : 1);

	if (copy == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	make_decimal(copy, text.len);
	*ret_root = json_loadb(copy, text.len, JSON_REJECT_DUPLICATES, &error);
	free(copy);
	return *ret_root != NULL ? STATUS_OK : refuse_json(&error, reterr);
}

/* A whole number, or a text that is one: decimal, or hexadecimal behind 0x. */
static bool parse_number(const json_t *value, uint64_t max, uint64_t *ret_number)
{
	json_int_t number = json_integer_value(value);

	if (json_is_string(value))
		return text_parse_uint(json_string_value(value), 0, max, ret_number);
	if (!json_is_integer(value) || number < 0 || (uint64_t)number > max)
		return false;
	*ret_number = (uint64_t)number;
	return true;
}

/* One entry of "files". */
struct source {
	const json_t *object;
	size_t number; /* of the entry, from 1, for messages */
};

/* The number under `key`. Missing and null are no error, *ret_has is false then. */
static enum status take_number(const struct source *source, const char *key, uint64_t max,
	bool *ret_has, uint64_t *ret_number, struct err *reterr)
{
	const json_t *value = json_object_get(source->object, key);

	*ret_has = false;
	if (value == NULL || json_is_null(value))
		return STATUS_OK;
	if (!parse_number(value, max, ret_number)) {
		err_set(reterr, STATUS_BAD_FILE,
			"entry %zu: \"%s\" is no number from 0 to %" PRIu64, source->number, key,
			max);
		return err_hint(reterr, "%s", hint_rebuild);
	}
	*ret_has = true;
	return STATUS_OK;
}

/* ---- entries ---- */

static enum status take_file_name(
	const struct source *source, struct manifest_entry *entry, struct err *reterr)
{
	const char *name = json_string_value(json_object_get(source->object, "file"));

	if (name == NULL || name[0] == '\0')
		err_set(reterr, STATUS_BAD_FILE, "entry %zu names no file", source->number);
	else if (strlen(name) >= sizeof(entry->file))
		err_set(reterr, STATUS_BAD_FILE, "entry %zu: the name of its file is too long",
			source->number);
	else {
		memcpy(entry->file, name, strlen(name) + 1);
		return STATUS_OK;
	}
	return err_hint(reterr, "%s", hint_rebuild);
}

/* `image` is what other producers write; the SDK's own word is image_index (protocol.md 7.3). */
static enum status take_image_number(
	const struct source *source, struct manifest_entry *entry, struct err *reterr)
{
	uint64_t number = 0;
	enum status status = take_number(source, "image", MANIFEST_IMAGE_NUMBER_MAX,
		&entry->has_image_number, &number, reterr);

	if (status == STATUS_OK && !entry->has_image_number)
		status = take_number(source, "image_index", MANIFEST_IMAGE_NUMBER_MAX,
			&entry->has_image_number, &number, reterr);
	entry->image_number = (uint32_t)number;
	return status;
}

/* Newer SDKs count the slots of all images through: the slot of its image is the number modulo 2. */
static enum status take_slot(
	const struct source *source, struct manifest_entry *entry, struct err *reterr)
{
	uint64_t slot = 0;
	enum status status = take_number(
		source, "slot", 2 * MANIFEST_IMAGE_NUMBER_MAX + 1, &entry->has_slot, &slot, reterr);

	entry->slot = slot % 2;
	return status;
}

static enum status take_entry(
	const struct source *source, struct manifest_entry *entry, struct err *reterr)
{
	enum status status = take_file_name(source, entry, reterr);

	if (status == STATUS_OK)
		status = take_image_number(source, entry, reterr);
	if (status == STATUS_OK)
		status = take_slot(source, entry, reterr);
	if (status == STATUS_OK)
		status = take_number(
			source, "size", UINT32_MAX, &entry->has_size, &entry->size, reterr);
	if (status == STATUS_OK)
		status = take_number(source, "load_address", INT64_MAX, &entry->has_load_address,
			&entry->load_address, reterr);
	return status;
}

/* NULL when the entry is one for MCUboot; unknown types are tried. */
static const struct foreign_type *find_foreign_type(const json_t *entry)
{
	const char *type = json_string_value(json_object_get(entry, "type"));

	for (size_t i = 0; type != NULL && i < sizeof(foreign_types) / sizeof(foreign_types[0]);
		i++) {
		if (strcmp(type, foreign_types[i].type) == 0)
			return &foreign_types[i];
	}
	return NULL;
}

/* The last entry against those before it. */
static enum status check_contradictions(const struct manifest *manifest, struct err *reterr)
{
	const struct manifest_entry *last = &manifest->entries[manifest->entry_count - 1];

	for (const struct manifest_entry *other = manifest->entries; other < last; other++) {
		if (strcmp(other->file, last->file) == 0) {
			err_set(reterr, STATUS_BAD_FILE, "two entries name the same file");
			return err_hint(reterr, "%s", hint_rebuild);
		}
		if (other->has_slot && last->has_slot && other->slot == last->slot &&
			other->image_number == last->image_number) {
			err_set(reterr, STATUS_BAD_FILE,
				"two entries are for slot %" PRIu32 " of image %" PRIu32,
				last->slot, last->image_number);
			return err_hint(reterr, "%s", hint_rebuild);
		}
	}
	return STATUS_OK;
}

static enum status add_entry(
	const struct source *source, struct manifest *manifest, struct err *reterr)
{
	enum status status;

	if (!json_is_object(source->object)) {
		err_set(reterr, STATUS_BAD_FILE, "entry %zu is no object", source->number);
		return err_hint(reterr, "%s", hint_rebuild);
	}
	if (find_foreign_type(source->object) != NULL) {
		manifest->skipped_count++;
		return STATUS_OK;
	}
	if (manifest->entry_count == FIRMWARE_PARTS_MAX) {
		err_set(reterr, STATUS_BAD_FILE, "more than %d images", FIRMWARE_PARTS_MAX);
		return err_hint(reterr, "%s", hint_rebuild);
	}
	status = take_entry(source, &manifest->entries[manifest->entry_count], reterr);
	if (status != STATUS_OK)
		return status;
	manifest->entry_count++;
	return check_contradictions(manifest, reterr);
}

/* ---- the whole ---- */

/* Which other manifest.json this is, one without "files". */
static enum status refuse_manifest(const json_t *root, struct err *reterr)
{
	if (json_is_object(json_object_get(root, "manifest"))) {
		err_set(reterr, STATUS_BAD_FILE,
			"a package for the bootloader of Nordic's nRF5 SDK (Secure DFU), not for "
			"MCUboot");
		return err_hint(reterr, "send it with nrfutil; for MCUboot the nRF Connect SDK "
					"makes dfu_application.zip");
	}
	err_set(reterr, STATUS_BAD_FILE, "no list \"files\" in it");
	return err_hint(reterr, "%s", hint_rebuild);
}

/* There is no entry for us: because there is none at all, or because all are foreign. */
static enum status refuse_entries(const json_t *files, struct err *reterr)
{
	const struct foreign_type *type = find_foreign_type(json_array_get(files, 0));

	if (type == NULL) {
		err_set(reterr, STATUS_BAD_FILE, "lists no files");
		return err_hint(reterr, "%s", hint_rebuild);
	}
	err_set(reterr, STATUS_BAD_FILE, "no image of an application in it, but %s", type->what);
	return err_hint(reterr, "%s", type->hint);
}

static enum status read_format(const json_t *root, struct manifest *manifest, struct err *reterr)
{
	const json_t *value = json_object_get(root, "format-version");
	uint64_t version = 0;

	if (value != NULL && !parse_number(value, UINT32_MAX, &version)) {
		err_set(reterr, STATUS_BAD_FILE, "its \"format-version\" is no number");
		return err_hint(reterr, "%s", hint_rebuild);
	}
	manifest->format_version = (uint32_t)version;
	manifest->is_format_unknown = version > 1;
	return STATUS_OK;
}

static enum status read_root(const json_t *root, struct manifest *manifest, struct err *reterr)
{
	const json_t *files = json_object_get(root, "files");
	const char *name = json_string_value(json_object_get(root, "name"));
	enum status status;

	if (!json_is_array(files))
		return refuse_manifest(root, reterr);
	status = read_format(root, manifest, reterr);
	if (name != NULL)
		snprintf(manifest->name, sizeof(manifest->name), "%s", name);
	for (size_t i = 0; status == STATUS_OK && i < json_array_size(files); i++)
		status = add_entry(
			&(struct source){ json_array_get(files, i), i + 1 }, manifest, reterr);
	if (status == STATUS_OK && manifest->entry_count == 0)
		status = refuse_entries(files, reterr);
	return status;
}

enum status manifest_read(struct span text, struct manifest *ret_manifest, struct err *reterr)
{
	struct manifest manifest = { 0 };
	json_t *root = NULL;
	enum status status = load_json(text, &root, reterr);

	if (status != STATUS_OK)
		return status;
	status = read_root(root, &manifest, reterr);
	json_decref(root);
	if (status == STATUS_OK)
		*ret_manifest = manifest;
	return status;
}
