/* SPDX-License-Identifier: Apache-2.0 */
/* Slots as lines, as a picture and as JSON, see slots_print.h. */
#include "src/commands/slots_print.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/text.h"
#include "src/columns.h"
#include "src/commands/image_print.h"

enum {
	LABEL_WIDTH = 16, /* "image 0  slot 0 " */
	BOX_MIN = 4,
	TEXT_SIZE = 256,
	MARGINS = 4, /* sides of a box and a blank inside each */
};

struct strokes {
	const char *top_left, *top_right, *bottom_left, *bottom_right, *across, *down;
};

static const struct strokes lines_of_box = { "┌", "┐", "└", "┘", "─", "│" };
static const struct strokes ascii_of_box = { "+", "+", "+", "+", "-", "|" };

static void print_slot_lines(const struct smp_image_slot_info *info, FILE *out)
{
	fprintf(out, " image=%" PRIu32 " slot=%" PRIu32 "\n", info->image, info->slot);
	if (info->rc != 0)
		fprintf(out, "    error: rc %" PRId64 "\n", info->rc);
	else
		fprintf(out, "    size: %" PRIu64 "\n", info->size);
	if (info->max_image_size > 0)
		fprintf(out, "    largest image: %" PRIu64 "\n", info->max_image_size);
	if (info->has_upload_image_id)
		fprintf(out, "    upload id: %" PRIu32 "\n", info->upload_image_id);
}

static void repeat(const char *text, size_t count, FILE *out)
{
	for (; count > 0; count--)
		fputs(text, out);
}

/* In proportion to the largest slot, which takes all the room. */
static size_t box_width(const struct shown_slots *shown, const struct smp_image_slot_info *info)
{
	/* In the last column some terminals wrap already. */
	size_t room = shown->width - LABEL_WIDTH - 1, width;
	uint64_t largest = 1;

	for (size_t i = 0; i < shown->infos->count; i++) {
		if (shown->infos->slots[i].size > largest)
			largest = shown->infos->slots[i].size;
	}
	width = (size_t)((double)info->size / (double)largest * (double)room + 0.5);
	return width > BOX_MIN ? width : BOX_MIN;
}

static void print_edge(const char *label, size_t width, const char *left, const char *across,
	const char *right, FILE *out)
{
	fprintf(out, "%-*s%s", LABEL_WIDTH, label, left);
	repeat(across, width - 2, out);
	fprintf(out, "%s\n", right);
}

/* A text that has no room in the box stands beside it, or is cut where there is no room either. */
static void print_inside(const struct shown_slots *shown, const char *label, size_t width,
	const char *plain, const char *coloured, FILE *out)
{
	const char *down = (shown->is_utf8 ? &lines_of_box : &ascii_of_box)->down;
	size_t len = columns_width(plain), beside = shown->width - LABEL_WIDTH - 2 - width;

	fprintf(out, "%*s %s", LABEL_WIDTH - 1, label, down);
	if (len + MARGINS <= width) {
		fprintf(out, " %s", coloured);
		repeat(" ", width - len - 3, out);
		fprintf(out, "%s\n", down);
	} else if (width < shown->width / 2) {
		repeat(" ", width - 2, out);
		fprintf(out, "%s %.*s\n", down, (int)columns_cut(plain, beside), plain);
	} else {
		fprintf(out, " %.*s %s\n", (int)columns_cut(plain, width - MARGINS), plain, down);
	}
}

static const struct smp_image_slot *image_in(
	const struct shown_slots *shown, const struct smp_image_slot_info *info)
{
	for (size_t i = 0; i < shown->state->count; i++) {
		const struct smp_image_slot *slot = &shown->state->slots[i];

		if (slot->image == info->image && slot->slot == info->slot)
			return slot;
	}
	return NULL;
}

/* "1.2.3  active confirmed" */
static void append_content(const struct shown_slots *shown, const struct smp_image_slot_info *info,
	bool has_colours, struct buf *out)
{
	const struct smp_image_slot *slot;

	if (info->rc != 0) {
		buf_format(out, "error: rc %" PRId64, info->rc);
		return;
	}
	if (shown->state == NULL)
		return;
	slot = image_in(shown, info);
	if (slot == NULL) {
		buf_append_text(out, "no image");
		return;
	}
	buf_format(out, "%s  ", slot->version);
	image_append_flags(slot, has_colours, out);
}

static void draw_slot(const struct shown_slots *shown, const struct smp_image_slot_info *info,
	bool is_first, FILE *out)
{
	const struct strokes *strokes = shown->is_utf8 ? &lines_of_box : &ascii_of_box;
	size_t width = box_width(shown, info);
	char storage[3][TEXT_SIZE];
	struct buf label = BUF_OVER(storage[0]), plain = BUF_OVER(storage[1]),
		   coloured = BUF_OVER(storage[2]);

	if (is_first)
		buf_format(&label, "image %" PRIu32, info->image);
	columns_append(&label, "", label.len < 9 ? 9 - label.len : 1);
	buf_format(&label, "slot %" PRIu32, info->slot);
	print_edge(buf_text(&label), width, strokes->top_left, strokes->across, strokes->top_right,
		out);
	buf_clear(&label);
	if (info->size > 0)
		text_append_size(&label, info->size);
	append_content(shown, info, false, &plain);
	append_content(shown, info, shown->has_colours, &coloured);
	print_inside(shown, buf_text(&label), width, buf_text(&plain), buf_text(&coloured), out);
	if (info->max_image_size > 0) {
		buf_clear(&plain);
		buf_append_text(&plain, "room for ");
		text_append_size(&plain, info->max_image_size);
		print_inside(shown, "", width, buf_text(&plain), buf_text(&plain), out);
	}
	print_edge("", width, strokes->bottom_left, strokes->across, strokes->bottom_right, out);
}

static void print_text(const void *result, FILE *out)
{
	const struct shown_slots *shown = result;
	const struct smp_image_slot_info *slots = shown->infos->slots;
	bool is_picture = shown->width >= SLOTS_PICTURE_WIDTH_MIN;

	if (!is_picture)
		fprintf(out, "Slots:\n");
	for (size_t i = 0; i < shown->infos->count; i++) {
		if (is_picture)
			draw_slot(shown, &slots[i], i == 0 || slots[i].image != slots[i - 1].image,
				out);
		else
			print_slot_lines(&slots[i], out);
	}
}

static void put_json(const void *result, struct doc *object)
{
	const struct shown_slots *shown = result;
	struct doc *slots = doc_put_array(object, "slots");

	for (size_t i = 0; i < shown->infos->count; i++) {
		const struct smp_image_slot_info *info = &shown->infos->slots[i];
		struct doc *slot = doc_append_object(slots);

		doc_put_uint(slot, "image", info->image);
		doc_put_uint(slot, "slot", info->slot);
		doc_put_uint(slot, "size", info->size);
		if (info->rc != 0)
			doc_put_int(slot, "rc", info->rc);
		if (info->max_image_size > 0)
			doc_put_uint(slot, "max_image_size", info->max_image_size);
		if (info->has_upload_image_id)
			doc_put_uint(slot, "upload_image_id", info->upload_image_id);
	}
}

const struct result_printer *slots_printer(void)
{
	static const struct result_printer printer = { print_text, put_json };

	return &printer;
}
