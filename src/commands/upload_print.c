/* SPDX-License-Identifier: Apache-2.0 */
/* The result of uploads as text and as JSON, see upload_print.h. */
#include "src/commands/upload_print.h"

#include <inttypes.h>

#include "base/text.h"

static const char *proof_text(enum upload_proof proof)
{
	switch (proof) {
	case UPLOAD_PROOF_MATCH:
		return "match";
	case UPLOAD_PROOF_LIST:
		return "list";
	case UPLOAD_PROOF_NONE:
		break;
	}
	return "none";
}

static double seconds(const struct upload_result *result)
{
	return (double)result->duration_us / 1e6;
}

static double bytes_per_second(const struct upload_result *result)
{
	uint64_t sent = result->bytes - result->resumed_at;

	return result->duration_us > 0 ? (double)sent * 1e6 / (double)result->duration_us : 0;
}

static double ceiling_percent(const struct upload_result *result)
{
	return bytes_per_second(result) * 100 / (double)result->ceiling;
}

/* Bytes that were sent more than once. */
static uint64_t repeated(const struct upload_result *result)
{
	uint64_t once = result->bytes - result->resumed_at;

	return result->bytes_sent > once ? result->bytes_sent - once : 0;
}

/* "Sent 672 bytes in 1.5 s (448 B/s)" */
static void print_sent(const struct upload_result *result, FILE *out)
{
	uint8_t storage[160];
	struct buf text = BUF_OVER(storage);

	text_append_duration(&text, result->duration_us / 1000);
	buf_append_text(&text, " (");
	text_append_size(&text, (uint64_t)bytes_per_second(result));
	buf_append_text(&text, "/s");
	if (result->ceiling > 0)
		buf_format(&text, ", %.0f %% of what the line carries", ceiling_percent(result));
	if (result->window > 1)
		buf_format(&text, ", %u requests in flight", result->window);
	if (repeated(result) > 0)
		buf_format(&text, ", %" PRIu64 " bytes sent again", repeated(result));
	fprintf(out, "Sent %" PRIu64 " bytes in %s)\n", result->bytes - result->resumed_at,
		buf_text(&text));
}

static void print_image(const struct upload_done *done, FILE *out)
{
	const struct upload_result *result = &done->result;

	if (done->was_there) {
		fprintf(out,
			"Slot %" PRIu32
			" holds the image already: nothing was sent (--restart sends it)\n",
			result->slot);
		return;
	}
	if (result->resumed_at > 0)
		fprintf(out, "Resumed at %" PRIu64 " of %" PRIu64 " bytes\n", result->resumed_at,
			result->bytes);
	print_sent(result, out);
	if (result->proof == UPLOAD_PROOF_MATCH)
		fprintf(out, "The device has compared the image with its SHA-256: it matches\n");
	if (result->has_slot)
		fprintf(out, "The device shows the image in slot %" PRIu32 "\n", result->slot);
	else if (result->proof == UPLOAD_PROOF_NONE)
		fprintf(out, "Not verified: the %s shows no hash to compare with\n",
			done->hash.len > 0 ? "device" : "file");
}

static void print_text(const void *shown, FILE *out)
{
	const struct upload_report *report = shown;

	for (size_t i = 0; i < report->count; i++) {
		const struct upload_done *done = &report->images[i];
		uint8_t storage[4 * FIRMWARE_NAME_MAX];
		struct buf name = BUF_OVER(storage);

		text_append_escaped(&name, span_from_text(done->item->part->name));
		if (report->is_archive)
			fprintf(out, "Image %" PRIu32 ", %s:\n", done->item->image,
				buf_text(&name));
		print_image(done, out);
	}
	fprintf(out, "Done\n");
}

static void put_image(const struct upload_done *done, struct doc *object)
{
	const struct upload_result *result = &done->result;

	doc_put_uint(object, "image", done->item->image);
	if (result->has_slot)
		doc_put_uint(object, "slot", result->slot);
	doc_put_hex(object, "hash", done->hash);
	doc_put_uint(object, "bytes", result->bytes);
	doc_put_uint(object, "resumed_at", result->resumed_at);
	doc_put_real(object, "seconds", seconds(result));
	doc_put_real(object, "bytes_per_second", bytes_per_second(result));
	if (result->ceiling > 0)
		doc_put_real(object, "ceiling_percent", ceiling_percent(result));
	doc_put_uint(object, "bytes_repeated", repeated(result));
	doc_put_uint(object, "message_size", result->message_max);
	doc_put_uint(object, "window", result->window);
	doc_put_text(object, "verified_by", proof_text(result->proof));
	doc_put_text(object, "hint", result->hint[0] != '\0' ? result->hint : NULL);
	doc_put_bool(object, "already_there", done->was_there);
	doc_put_bool(object, "dev_key", file_part_dev_key(done->item->part) != NULL);
}

static void put_json(const void *shown, struct doc *object)
{
	const struct upload_report *report = shown;
	struct doc *images;

	doc_put_text(object, "file", report->path);
	if (!report->is_archive) {
		put_image(&report->images[0], object);
		return;
	}
	images = doc_put_array(object, "images");
	for (size_t i = 0; i < report->count; i++) {
		struct doc *image = doc_append_object(images);

		doc_put_text(image, "name", report->images[i].item->part->name);
		put_image(&report->images[i], image);
	}
}

const struct result_printer *upload_report_printer(void)
{
	static const struct result_printer printer = { print_text, put_json };

	return &printer;
}
