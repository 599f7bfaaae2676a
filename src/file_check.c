/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a firmware file, see file_check.h. */
#include "src/file_check.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "image/attach.h"
#include "image/devkey.h"
#include "image/oddity.h"
#include "image/signature.h"
#include "image/trailer.h"

enum { TITLE_MAX = 512, CLAUSE_MAX = 512 };

enum status file_rules_load(
	const struct settings *settings, struct file_rules *ret_rules, struct err *reterr)
{
	struct file_rules rules = {
		.key_path = settings->key != NULL ? settings->key : getenv("SMPCTL_KEY"),
		.is_strict = settings->strict,
		.is_forced = settings->force,
	};
	enum status status = STATUS_OK;

	if (rules.key_path != NULL && rules.key_path[0] == '\0')
		rules.key_path = NULL;
	if (rules.key_path != NULL)
		status = image_key_load(rules.key_path, &rules.key, reterr);
	if (status == STATUS_OK)
		*ret_rules = rules;
	else if (settings->key == NULL)
		err_wrap(reterr, "SMPCTL_KEY");
	return status;
}

void file_rules_clear(struct file_rules *rules)
{
	image_key_free(rules->key);
	rules->key = NULL;
}

enum status file_open(const char *path, struct firmware **ret_firmware, struct err *reterr)
{
	if (path[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the name of the file is empty");
	return firmware_open(path, ret_firmware, reterr);
}

struct file_parts file_parts_of(const struct firmware *firmware, const char *path, uint64_t image)
{
	struct file_parts parts = { .path = path, .firmware = firmware };

	for (size_t i = 0; i < firmware->part_count; i++) {
		const struct firmware_part *part = &firmware->parts[i];

		if (image == SETTINGS_IMAGE_UNSET || !part->has_image_number ||
			part->image_number == image)
			parts.parts[parts.count++] = part;
	}
	return parts;
}

enum status file_parts_refuse(const struct file_parts *parts, uint64_t image, struct err *reterr)
{
	const struct firmware *firmware = parts->firmware;
	char storage[ERR_HINT_MAX];
	struct buf held = BUF_OVER(storage);

	for (size_t i = 0; i < firmware->part_count; i++) {
		if (i == 0 ||
			firmware->parts[i].image_number != firmware->parts[i - 1].image_number)
			buf_format(&held, "%simage %" PRIu32, i > 0 ? ", " : "",
				firmware->parts[i].image_number);
	}
	err_set(reterr, STATUS_USAGE, "%s: holds no image %" PRIu64, parts->path, image);
	return err_hint(reterr, "it holds %s; without -n all of them are taken", buf_text(&held));
}

void file_part_title(const char *path, const struct firmware_part *part, struct buf *out)
{
	text_append_escaped(out, span_from_text(path));
	if (part->name[0] != '\0') {
		buf_append_text(out, ": ");
		text_append_escaped(out, span_from_text(part->name));
	}
}

static bool is_image(const struct firmware_part *part)
{
	return part->image.file.len > 0;
}

struct file_verdict file_verify(const struct firmware_part *part, const struct image_key *key)
{
	struct file_verdict result = { .verdict = IMAGE_UNREADABLE };

	if (!is_image(part))
		return result;
	result.verdict = image_verify(&part->image, key);
	result.is_signature_checked = key != NULL && result.verdict != IMAGE_NO_HASH &&
				      result.verdict != IMAGE_WRONG_HASH;
	return result;
}

const char *file_part_dev_key(const struct firmware_part *part)
{
	return is_image(part) ? devkey_name(&part->image) : NULL;
}

bool file_parts_have_dev_key(const struct file_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (file_part_dev_key(parts->parts[i]) != NULL)
			return true;
	}
	return false;
}

enum status file_check_dev_keys(
	const struct file_parts *parts, bool is_strict, struct output *output, struct err *reterr)
{
	const struct firmware_part *first = NULL;
	uint8_t storage[TITLE_MAX];
	struct buf title = BUF_OVER(storage);
	size_t count = 0;

	for (size_t i = 0; i < parts->count; i++) {
		if (file_part_dev_key(parts->parts[i]) == NULL)
			continue;
		if (count++ == 0)
			first = parts->parts[i];
	}
	if (first == NULL)
		return STATUS_OK;
	file_part_title(parts->path, first, &title);
	if (count > 1)
		buf_format(&title, " (and %zu more)", count - 1);
	if (is_strict) {
		err_set(reterr, STATUS_BAD_FILE,
			"%s: signed with MCUboot's development key %s (--strict)", buf_text(&title),
			file_part_dev_key(first));
		return err_hint(reterr,
			"its private half is published, so anybody can sign with it: make a key of "
			"your own (imgtool keygen) and build the bootloader with it");
	}
	output_note(output,
		"warning: %s: signed with MCUboot's development key %s, whose private half is "
		"published: anybody can sign with it",
		buf_text(&title), file_part_dev_key(first));
	return STATUS_OK;
}

enum status file_object(bool is_forced, struct output *output, struct err *err)
{
	if (!is_forced)
		return err->status;
	output_note(output, "warning: %s; sent all the same (--force)", err->message);
	err_clear(err);
	return STATUS_OK;
}

void file_warn_oddities(const struct file_parts *parts, size_t index, struct output *output)
{
	const struct mcuboot_image *image = &parts->parts[index]->image;
	struct image_trailer trailer = image_trailer_read(image);
	uint8_t storage[CLAUSE_MAX], title_storage[TITLE_MAX];
	struct buf title = BUF_OVER(title_storage);

	file_part_title(parts->path, parts->parts[index], &title);
	for (int i = 0; i < ODDITY_COUNT; i++) {
		struct buf clause = BUF_OVER(storage);

		if (!oddity_is_in((enum oddity)i, image))
			continue;
		oddity_describe((enum oddity)i, image, &clause);
		output_note(output, "warning: %s: %s", buf_text(&title), buf_text(&clause));
	}
	if ((image->flags & MCUBOOT_FLAG_NON_BOOTABLE) != 0)
		output_note(output, "warning: %s: %s", buf_text(&title),
			image_verdict_text(IMAGE_NON_BOOTABLE));
	if (trailer.kind != IMAGE_TRAILER_NONE) {
		struct buf clause = BUF_OVER(storage);

		image_trailer_describe(&trailer, &clause);
		output_note(output, "warning: %s: %s", buf_text(&title), buf_text(&clause));
	}
}

enum status file_judge(const struct file_parts *parts, size_t index, enum image_verdict verdict,
	const char *key_path, struct err *reterr)
{
	uint8_t storage[TITLE_MAX];
	struct buf title = BUF_OVER(storage);

	file_part_title(parts->path, parts->parts[index], &title);
	switch (verdict) {
	case IMAGE_GOOD:
	case IMAGE_ENCRYPTED:
		return STATUS_OK;
	case IMAGE_NO_HASH:
		err_set(reterr, STATUS_BAD_FILE, "%s: the image has no hash", buf_text(&title));
		return err_hint(
			reterr, "sign it with imgtool; the bootloader would refuse it as it is");
	case IMAGE_NOT_SIGNED:
	case IMAGE_OTHER_KEY:
	case IMAGE_WRONG_SIGNATURE:
		err_set(reterr, STATUS_BAD_FILE, "%s: %s (%s)", buf_text(&title),
			image_verdict_text(verdict), key_path);
		return err_hint(reterr, "smpctl image inspect FILE shows what it is signed with; a "
					"bootloader with this key would refuse it");
	default:
		err_set(reterr, STATUS_BAD_FILE, "%s: %s", buf_text(&title),
			image_verdict_text(verdict));
		return err_hint(reterr, "the file is damaged: build and sign it again");
	}
}

static enum status check_part(struct file_parts *parts, size_t index,
	const struct file_rules *rules, struct output *output, struct err *reterr)
{
	struct file_verdict result = file_verify(parts->parts[index], rules->key);

	file_warn_oddities(parts, index, output);
	if (file_judge(parts, index, result.verdict, rules->key_path, reterr) == STATUS_OK) {
		parts->is_sound[index] = true;
		return STATUS_OK;
	}
	return file_object(rules->is_forced && rules->key == NULL, output, reterr);
}

enum status file_check(struct file_parts *parts, const struct file_rules *rules,
	struct output *output, struct err *reterr)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < parts->count; i++) {
		/* What was opened in the raw has been objected to already. */
		if (is_image(parts->parts[i]))
			status = check_part(parts, i, rules, output, reterr);
	}
	if (status == STATUS_OK)
		status = file_check_dev_keys(parts, rules->is_strict, output, reterr);
	return status;
}
