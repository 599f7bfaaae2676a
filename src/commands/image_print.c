/* SPDX-License-Identifier: Apache-2.0 */
/* The image list as text and as JSON, see image_print.h. */
#include "src/commands/image_print.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/text.h"
#include "smp/image_group.h"

static void print_flags(const struct smp_image_slot *slot, FILE *out)
{
	const struct {
		bool is_set;
		const char *name;
	} flags[] = {
		{ slot->active, "active" },
		{ slot->confirmed, "confirmed" },
		{ slot->pending, "pending" },
		{ slot->permanent, "permanent" },
	};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!flags[i].is_set)
			continue;
		fprintf(out, "%s%s", separator, flags[i].name);
		separator = " ";
	}
	fputc('\n', out);
}

static void print_slot(const struct smp_image_slot *slot, FILE *out)
{
	uint8_t storage[SMP_IMAGE_HASH_MAX * 2 + 1];
	struct buf hash = BUF_OVER(storage);

	text_append_hex(&hash, smp_image_slot_hash(slot));
	fprintf(out, " image=%" PRIu32 " slot=%" PRIu32 "\n", slot->image, slot->slot);
	fprintf(out, "    version: %s\n", slot->version);
	fprintf(out, "    bootable: %s\n", slot->bootable ? "true" : "false");
	fprintf(out, "    flags: ");
	print_flags(slot, out);
	fprintf(out, "    hash: %s\n", slot->hash_len > 0 ? buf_text(&hash) : "Unavailable");
}

static const char *split_status_name(int64_t split_status)
{
	switch (split_status) {
	case 0:
		return "N/A";
	case 1:
		return "non-matching";
	case 2:
		return "matching";
	default:
		return "Unknown!";
	}
}

static void print_text(const void *result, FILE *out)
{
	const struct smp_image_state *state = result;

	fprintf(out, "Images:\n");
	for (size_t i = 0; i < state->count; i++)
		print_slot(&state->slots[i], out);
	fprintf(out, "Split status: %s (%" PRId64 ")\n", split_status_name(state->split_status),
		state->split_status);
}

static void put_slot(const struct smp_image_slot *slot, struct doc *object)
{
	doc_put_uint(object, "image", slot->image);
	doc_put_uint(object, "slot", slot->slot);
	doc_put_text(object, "version", slot->version);
	doc_put_hex(object, "hash", smp_image_slot_hash(slot));
	doc_put_bool(object, "bootable", slot->bootable);
	doc_put_bool(object, "active", slot->active);
	doc_put_bool(object, "confirmed", slot->confirmed);
	doc_put_bool(object, "pending", slot->pending);
	doc_put_bool(object, "permanent", slot->permanent);
}

static void put_json(const void *result, struct doc *object)
{
	const struct smp_image_state *state = result;
	struct doc *images = doc_put_array(object, "images");

	for (size_t i = 0; i < state->count; i++)
		put_slot(&state->slots[i], doc_append_object(images));
	doc_put_int(object, "split_status", state->split_status);
}

const struct result_printer *image_state_printer(void)
{
	static const struct result_printer printer = { print_text, put_json };

	return &printer;
}
