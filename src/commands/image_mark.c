/* SPDX-License-Identifier: Apache-2.0 */
/* image test and image confirm: choose an image, mark it, and look whether it is marked. */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "image/mcuboot.h"
#include "src/commands/commands.h"
#include "src/commands/image_print.h"
#include "src/device.h"

enum { FILE_SIZE_MAX = 256 * 1024 * 1024, HASH_DIGITS_MIN = 2 };

/* The image to be marked: a hash, or none for "the running one". */
struct choice {
	uint8_t hash[SMP_IMAGE_HASH_MAX];
	size_t hash_len;
};

static void choose_slot(const struct smp_image_slot *slot, struct choice *choice)
{
	memcpy(choice->hash, slot->hash, slot->hash_len);
	choice->hash_len = slot->hash_len;
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

/* Does the slot's hash begin with these hex digits? An odd digit at the end counts too. */
static bool hash_begins_with(const struct smp_image_slot *slot, const char *digits)
{
	uint8_t storage[SMP_IMAGE_HASH_MAX * 2 + 1];
	struct buf hex = BUF_OVER(storage);

	text_append_hex(&hex, smp_image_slot_hash(slot));
	return strncasecmp(buf_text(&hex), digits, strlen(digits)) == 0;
}

static enum status choose_by_digits(const struct smp_image_state *state, const char *digits,
	struct choice *choice, struct err *reterr)
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
		return hint_hashes(state, reterr);
	}
	choose_slot(found, choice);
	return STATUS_OK;
}

static enum status choose_by_file(const struct smp_image_state *state, const char *path,
	struct choice *choice, struct err *reterr)
{
	struct mcuboot_image image;
	struct file_map map;
	struct span hash;
	enum status status = file_map(path, FILE_SIZE_MAX, &map, reterr);

	if (status != STATUS_OK)
		return err_hint(reterr, "give the hash of an image (smpctl image list shows them) "
					"or a firmware file");
	status = mcuboot_parse(map.bytes, &image, reterr);
	if (status != STATUS_OK)
		err_wrap(reterr, "%s", path);
	else if (!mcuboot_hash(&image, &hash))
		status = err_set(reterr, STATUS_BAD_FILE, "%s: the image has no hash", path);
	for (size_t i = 0; status == STATUS_OK && i < state->count; i++) {
		if (span_equal(smp_image_slot_hash(&state->slots[i]), hash))
			choose_slot(&state->slots[i], choice);
	}
	file_unmap(&map);
	if (status != STATUS_OK || choice->hash_len > 0)
		return status;
	err_set(reterr, STATUS_USAGE, "the device does not hold the image of %s", path);
	return hint_hashes(state, reterr);
}

/* The only image in a slot that does not run. */
static enum status choose_candidate(
	const struct smp_image_state *state, struct choice *choice, struct err *reterr)
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

static bool is_file(const char *path)
{
	struct stat stat_buffer;

	return stat(path, &stat_buffer) == 0 && S_ISREG(stat_buffer.st_mode);
}

static enum status choose(const struct invocation *invocation, const struct smp_image_state *state,
	bool confirm, struct choice *choice, struct err *reterr)
{
	const char *word = invocation->arg_count > 0 ? invocation->args[0] : "";

	/* mcumgr's users write "" for the running image. */
	if (word[0] == '\0')
		return confirm ? STATUS_OK : choose_candidate(state, choice, reterr);
	if (is_hex(word) && !is_file(word))
		return choose_by_digits(state, word, choice, reterr);
	return choose_by_file(state, word, choice, reterr);
}

/* Is the image marked as was asked? Without a hash the running one was meant. */
static bool is_marked(const struct smp_image_state *state, struct span hash, bool confirm)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (hash.len == 0 ? !slot->active : !span_equal(smp_image_slot_hash(slot), hash))
			continue;
		if (confirm ? slot->confirmed || (slot->pending && slot->permanent) : slot->pending)
			return true;
	}
	return false;
}

static enum status mark(struct invocation *invocation, bool confirm, struct err *reterr)
{
	struct choice choice = { .hash_len = 0 };
	struct smp_image_state state;
	struct span hash;
	enum status status = device_image_state(invocation->client, &state, reterr);

	if (status != STATUS_OK)
		return err_wrap(reterr, "reading the image list");
	status = choose(invocation, &state, confirm, &choice, reterr);
	if (status != STATUS_OK)
		return status;
	hash = span_make(choice.hash, choice.hash_len);
	status = device_mark_image(invocation->client, hash, confirm, &state, reterr);
	if (status != STATUS_OK)
		return status;
	/* The reply holds a list, but only a new question shows what lasts. */
	status = device_image_state(invocation->client, &state, reterr);
	if (status != STATUS_OK)
		return err_wrap(reterr, "reading back");
	if (!is_marked(&state, hash, confirm)) {
		err_set(reterr, STATUS_DEVICE,
			"the device took the request, but its list does not show the image as %s",
			confirm ? "confirmed or permanent" : "pending");
		return err_hint(reterr,
			"see smpctl image list; a test that is pending already cannot be "
			"made permanent before the reset");
	}
	output_result(invocation->output, image_state_printer(), &state);
	return STATUS_OK;
}

enum status command_image_test(struct invocation *invocation, struct err *reterr)
{
	return mark(invocation, false, reterr);
}

enum status command_image_confirm(struct invocation *invocation, struct err *reterr)
{
	return mark(invocation, true, reterr);
}
