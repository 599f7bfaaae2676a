/* SPDX-License-Identifier: Apache-2.0 */
/* Which images are to be marked, see mark_choice.h. */
#include "src/commands/mark_choice.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "src/file_check.h"
#include "src/why_not_swapped.h"

enum { HASH_DIGITS_MIN = 2, HASH_DIGITS_WHOLE = 64, TITLE_MAX = 512 };

static void choose_slot(const struct smp_image_slot *slot, struct mark_choice *choice)
{
	for (size_t i = 0; i < choice->count; i++) {
		if (span_equal(smp_image_slot_hash(&choice->slots[i]), smp_image_slot_hash(slot)))
			return;
	}
	choice->slots[choice->count++] = *slot;
}

static void list_hashes(const struct smp_image_state *state, struct buf *out)
{
	for (size_t i = 0; i < state->count; i++) {
		buf_append_text(out, i > 0 ? ", " : "");
		text_append_hex(out, span_sub(smp_image_slot_hash(&state->slots[i]), 0, 8));
		buf_format(out, "... (image %" PRIu32 " slot %" PRIu32 ", %s)",
			state->slots[i].image, state->slots[i].slot, state->slots[i].version);
	}
}

static enum status hint_hashes(const struct smp_image_state *state, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf list = BUF_OVER(storage);

	list_hashes(state, &list);
	return err_hint(
		reterr, "the device holds: %s", state->count > 0 ? buf_text(&list) : "no image");
}

/* The device lacks an image that was there before its last reset, perhaps. */
static enum status hint_gone(const struct smp_image_state *state, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf list = BUF_OVER(storage);

	list_hashes(state, &list);
	return err_hint(reterr, "the device holds: %s. If it was there before a reset: %s",
		state->count > 0 ? buf_text(&list) : "no image", why_not_swapped(false));
}

/* Does the slot's hash begin with these hex digits? An odd digit at the end counts too. */
static bool hash_begins_with(const struct smp_image_slot *slot, const char *digits)
{
	uint8_t storage[SMP_IMAGE_HASH_MAX * 2 + 1];
	struct buf hex = BUF_OVER(storage);

	text_append_hex(&hex, smp_image_slot_hash(slot));
	return strncasecmp(buf_text(&hex), digits, strlen(digits)) == 0;
}

static enum status choose_by_digits(const struct smp_image_state *state, const char *digits,
	struct mark_choice *choice, struct err *reterr)
{
	const struct smp_image_slot *found = NULL;

	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (!hash_begins_with(slot, digits))
			continue;
		if (found != NULL &&
			!span_equal(smp_image_slot_hash(found), smp_image_slot_hash(slot))) {
			err_set(reterr, STATUS_USAGE, "more than one hash begins with \"%s\"",
				digits);
			return hint_hashes(state, reterr);
		}
		found = slot;
	}
	if (found == NULL) {
		err_set(reterr, STATUS_USAGE,
			"the device holds no image whose hash begins with \"%s\"", digits);
		return strlen(digits) < HASH_DIGITS_WHOLE ? hint_hashes(state, reterr)
							  : hint_gone(state, reterr);
	}
	choose_slot(found, choice);
	return STATUS_OK;
}

static bool is_file(const char *path)
{
	struct stat stat_buffer;

	return stat(path, &stat_buffer) == 0 && S_ISREG(stat_buffer.st_mode);
}

static const struct smp_image_slot *find_part(
	const struct smp_image_state *state, const struct firmware_part *part)
{
	struct span hash;

	for (size_t i = 0; mcuboot_hash(&part->image, &hash) && i < state->count; i++) {
		if (span_equal(smp_image_slot_hash(&state->slots[i]), hash))
			return &state->slots[i];
	}
	return NULL;
}

/* Another file for the same image, for the other slot perhaps, is on the device. */
static bool has_sibling(const struct smp_image_state *state, const struct file_parts *parts,
	const struct firmware_part *part)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->parts[i]->image_number == part->image_number &&
			find_part(state, parts->parts[i]) != NULL)
			return true;
	}
	return false;
}

static enum status choose_parts(const struct smp_image_state *state, const struct file_parts *parts,
	struct mark_choice *choice, struct err *reterr)
{
	uint8_t storage[TITLE_MAX];
	struct buf title = BUF_OVER(storage);
	struct span hash;

	for (size_t i = 0; i < parts->count; i++) {
		const struct firmware_part *part = parts->parts[i];
		const struct smp_image_slot *slot = find_part(state, part);

		buf_clear(&title);
		file_part_title(parts->path, part, &title);
		if (!mcuboot_hash(&part->image, &hash)) {
			err_set(reterr, STATUS_BAD_FILE, "%s: the image has no hash",
				buf_text(&title));
			return err_hint(reterr,
				"sign it with imgtool; or give the hash that smpctl "
				"image list shows");
		}
		if (slot != NULL)
			choose_slot(slot, choice);
		else if (!has_sibling(state, parts, part)) {
			err_set(reterr, STATUS_USAGE, "the device does not hold the image of %s",
				buf_text(&title));
			return hint_gone(state, reterr);
		}
	}
	return STATUS_OK;
}

static enum status choose_by_file(const struct smp_image_state *state, const char *path,
	struct mark_choice *choice, struct err *reterr)
{
	struct firmware *firmware;
	struct file_parts parts;
	enum status status = firmware_open(path, &firmware, reterr);

	if (status == STATUS_BAD_FILE && !is_file(path))
		return err_hint(reterr, "give the hash of an image (smpctl image list shows them) "
					"or a firmware file");
	if (status != STATUS_OK)
		return status;
	parts = file_parts_of(firmware, path, SETTINGS_IMAGE_UNSET);
	status = choose_parts(state, &parts, choice, reterr);
	firmware_close(firmware);
	return status;
}

/* The only image in a slot that does not run. */
static enum status choose_candidate(
	const struct smp_image_state *state, struct mark_choice *choice, struct err *reterr)
{
	const struct smp_image_slot *found = NULL;

	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (slot->active || slot->confirmed || slot->hash_len == 0)
			continue;
		if (found != NULL) {
			err_set(reterr, STATUS_USAGE,
				"there is more than one image to choose from");
			return hint_hashes(state, reterr);
		}
		found = slot;
	}
	if (found == NULL) {
		err_set(reterr, STATUS_USAGE, "there is no image in a secondary slot");
		return err_hint(reterr, "upload one first: smpctl image upload FILE");
	}
	choose_slot(found, choice);
	return STATUS_OK;
}

static bool is_hex(const char *text)
{
	return strlen(text) >= HASH_DIGITS_MIN &&
	       text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

enum status mark_choose(const char *word, bool confirm, const struct smp_image_state *state,
	struct mark_choice *ret_choice, struct err *reterr)
{
	struct mark_choice choice = { .count = 0 };
	enum status status = STATUS_OK;

	/* mcumgr's users write "" for the running image. */
	if (word[0] == '\0' && !confirm)
		status = choose_candidate(state, &choice, reterr);
	else if (word[0] == '\0')
		status = STATUS_OK;
	else if (is_hex(word) && !is_file(word))
		status = choose_by_digits(state, word, &choice, reterr);
	else
		status = choose_by_file(state, word, &choice, reterr);
	if (status == STATUS_OK)
		*ret_choice = choice;
	return status;
}
