/* SPDX-License-Identifier: Apache-2.0 */
/* The image list as text and as JSON, see image_print.h. */
#include "src/commands/image_print.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/text.h"
#include "src/columns.h"

enum { DIGITS_MIN = 8, FLAGS_SIZE = 128 };

void image_append_flags(const struct smp_image_slot *slot, bool has_colours, struct buf *out)
{
	const struct {
		bool is_set;
		const char *name;
		enum terminal_tone tone;
	} flags[] = {
		/* What runs without being confirmed is taken back by the next reset. */
		{ slot->active, "active", slot->confirmed ? TERMINAL_GOOD : TERMINAL_CAUTION },
		{ slot->confirmed, "confirmed", TERMINAL_GOOD },
		{ slot->pending, "pending", TERMINAL_CAUTION },
		{ slot->permanent, "permanent", TERMINAL_CAUTION },
	};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!flags[i].is_set)
			continue;
		buf_format(out, "%s%s%s%s", separator, terminal_begin(flags[i].tone, has_colours),
			flags[i].name, terminal_end(flags[i].tone, has_colours));
		separator = " ";
	}
}

static void print_slot(const struct smp_image_slot *slot, FILE *out)
{
	uint8_t storage[SMP_IMAGE_HASH_MAX * 2 + 1];
	struct buf hash = BUF_OVER(storage);
	char flags_storage[FLAGS_SIZE];
	struct buf flags = BUF_OVER(flags_storage);

	image_append_flags(slot, false, &flags);
	text_append_hex(&hash, smp_image_slot_hash(slot));
	fprintf(out, " image=%" PRIu32 " slot=%" PRIu32 "\n", slot->image, slot->slot);
	fprintf(out, "    version: %s\n", slot->version);
	fprintf(out, "    bootable: %s\n", slot->bootable ? "true" : "false");
	fprintf(out, "    flags: %s\n", buf_text(&flags));
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

/* Bytes at the front of two hashes that are alike. */
static size_t same_bytes(struct span a, struct span b)
{
	size_t count = 0;

	while (count < a.len && count < b.len && a.data[count] == b.data[count])
		count++;
	return count;
}

/* Hex digits, an even number of them, in which no two different hashes of the list are alike. */
static size_t digits_to_tell_apart(const struct smp_image_state *state)
{
	size_t digits = DIGITS_MIN;

	for (size_t i = 0; i < state->count; i++) {
		for (size_t j = i + 1; j < state->count; j++) {
			struct span a = smp_image_slot_hash(&state->slots[i]);
			struct span b = smp_image_slot_hash(&state->slots[j]);
			size_t needed = 2 * (same_bytes(a, b) + 1);

			if (!span_equal(a, b) && needed > digits)
				digits = needed;
		}
	}
	return digits;
}

enum table_column { COLUMN_IMAGE, COLUMN_SLOT, COLUMN_VERSION, COLUMN_HASH, COLUMN_FLAGS };
enum { COLUMN_COUNT = COLUMN_FLAGS + 1 };

static void append_cell(const void *ctx, size_t row, size_t column, struct buf *out)
{
	const struct image_table *table = ctx;
	const struct smp_image_slot *slot = &table->state->slots[row];
	struct span hash = smp_image_slot_hash(slot);
	size_t digits = table->has_whole_hashes ? hash.len * 2 : digits_to_tell_apart(table->state);

	switch ((enum table_column)column) {
	case COLUMN_IMAGE:
		buf_format(out, "%" PRIu32, slot->image);
		return;
	case COLUMN_SLOT:
		buf_format(out, "%" PRIu32, slot->slot);
		return;
	case COLUMN_VERSION:
		buf_append_text(out, slot->version);
		return;
	case COLUMN_HASH:
		text_append_hex(out, span_sub(hash, 0, digits / 2));
		return;
	case COLUMN_FLAGS:
		image_append_flags(slot, table->has_colours, out);
		return;
	}
}

static void print_table(const void *result, FILE *out)
{
	/* The flags come last: behind them nothing has to be aligned, so colours do no harm. */
	static const char *const titles[COLUMN_COUNT] = { "IMAGE", "SLOT", "VERSION", "HASH",
		"FLAGS" };
	const struct image_table *shown = result;
	struct columns_table table = {
		.titles = titles,
		.column_count = COLUMN_COUNT,
		.row_count = shown->state->count,
		.elastic = COLUMN_COUNT,
		.cell = append_cell,
		.ctx = shown,
	};

	columns_print(&table, out);
}

static void put_table_json(const void *result, struct doc *object)
{
	const struct image_table *shown = result;

	put_json(shown->state, object);
}

const struct result_printer *image_table_printer(void)
{
	static const struct result_printer printer = { print_table, put_table_json };

	return &printer;
}
