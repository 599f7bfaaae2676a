/* SPDX-License-Identifier: Apache-2.0 */
/* image upload: check the file, send it, say what was seen. */
#include <inttypes.h>

#include "base/file.h"
#include "base/text.h"
#include "image/verify.h"
#include "src/commands/commands.h"
#include "src/upload.h"

enum { FILE_SIZE_MAX = 256 * 1024 * 1024 };

struct shown_upload {
	const struct upload_plan *plan;
	const struct upload_result *result;
	const char *path;
};

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

/* "Sent 672 bytes in 1.5 s (448 B/s)" */
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
	if (repeated(result) > 0)
		buf_format(&text, ", %" PRIu64 " bytes sent again", repeated(result));
	fprintf(out, "Sent %" PRIu64 " bytes in %s)\n", result->bytes - result->resumed_at,
		buf_text(&text));
}

static void print_text(const void *shown, FILE *out)
{
	const struct upload_result *result = ((const struct shown_upload *)shown)->result;
	const struct upload_plan *plan = ((const struct shown_upload *)shown)->plan;

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
			plan->hash.len > 0 ? "device" : "file");
	fprintf(out, "Done\n");
}

static void put_json(const void *result, struct doc *object)
{
	const struct shown_upload *shown = result;

	doc_put_text(object, "file", shown->path);
	doc_put_uint(object, "image", shown->plan->image);
	if (shown->result->has_slot)
		doc_put_uint(object, "slot", shown->result->slot);
	doc_put_hex(object, "hash", shown->plan->hash);
	doc_put_uint(object, "bytes", shown->result->bytes);
	doc_put_uint(object, "resumed_at", shown->result->resumed_at);
	doc_put_real(object, "seconds", seconds(shown->result));
	doc_put_real(object, "bytes_per_second", bytes_per_second(shown->result));
	if (shown->result->ceiling > 0)
		doc_put_real(object, "ceiling_percent", ceiling_percent(shown->result));
	doc_put_uint(object, "bytes_repeated", repeated(shown->result));
	doc_put_uint(object, "message_size", shown->result->message_max);
	doc_put_uint(object, "window", shown->result->window);
	doc_put_text(object, "verified_by", proof_text(shown->result->proof));
	doc_put_text(object, "hint", shown->result->hint[0] != '\0' ? shown->result->hint : NULL);
}

/* What a bootloader would not boot is not sent, unless the user insists. */
static enum status check_file(
	const char *path, struct span bytes, struct span *ret_hash, struct err *reterr)
{
	struct mcuboot_image image;
	enum image_verdict verdict;
	enum status status = mcuboot_parse(bytes, &image, reterr);

	if (status != STATUS_OK)
		return err_wrap(reterr, "%s", path);
	if (!mcuboot_hash(&image, ret_hash)) {
		err_set(reterr, STATUS_BAD_FILE, "%s: the image has no hash", path);
		return err_hint(
			reterr, "sign it with imgtool; the bootloader would refuse it as it is");
	}
	verdict = image_verify(&image, NULL);
	if (verdict == IMAGE_GOOD || verdict == IMAGE_ENCRYPTED)
		return STATUS_OK;
	err_set(reterr, STATUS_BAD_FILE, "%s: %s", path, image_verdict_text(verdict));
	return err_hint(reterr, "the file is damaged: build and sign it again");
}

static enum status send_file(
	struct invocation *invocation, const char *path, struct span bytes, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	const struct settings *settings = &invocation->settings;
	struct upload_plan plan = {
		.file = bytes,
		.image = (uint32_t)settings->image,
		.has_slot = settings->slot != SETTINGS_SLOT_UNSET,
		.slot = settings->slot != SETTINGS_SLOT_UNSET ? (uint32_t)settings->slot : 0,
		.message_max = settings->mtu,
		.window = (unsigned)settings->window,
		.upgrade_only = settings->upgrade,
		.restart = settings->restart,
	};
	struct upload_result result;
	struct progress progress;
	enum status status = check_file(path, bytes, &plan.hash, reterr);

	if (status != STATUS_OK && (!settings->force || bytes.len == 0))
		return status;
	if (status != STATUS_OK) {
		output_note(invocation->output, "warning: %s; sent all the same (--force)",
			reterr->message);
		plan.hash = span_make(NULL, 0);
		err_clear(reterr);
	}
	progress_init(&progress, invocation->output->notes, settings->quiet || settings->json);
	/* The device's text comes in between, and would tear a bar that is drawn over itself. */
	progress.is_terminal = progress.is_terminal && !settings->verbose;
	status = upload_run(invocation->client, &plan, &progress, &result, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer,
			&(struct shown_upload){ &plan, &result, path });
	if (status == STATUS_OK && result.hint[0] != '\0' && !settings->json)
		output_note(invocation->output, "hint: %s", result.hint);
	return status;
}

enum status command_image_upload(struct invocation *invocation, struct err *reterr)
{
	const char *path = invocation->args[0];
	struct file_map map;
	enum status status;

	if (path[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the name of the file is empty");
	status = file_map(path, FILE_SIZE_MAX, &map, reterr);
	if (status != STATUS_OK)
		return status;
	status = send_file(invocation, path, map.bytes, reterr);
	file_unmap(&map);
	return status;
}
