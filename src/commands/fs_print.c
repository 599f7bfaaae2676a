/* SPDX-License-Identifier: Apache-2.0 */
/* What fs upload and fs download have in common, see fs_print.h. */
#include "src/commands/fs_print.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "smp/fs_group.h"

enum status fs_check_path(const char *path, struct err *reterr)
{
	size_t len = strlen(path);

	if (path[0] != '/') {
		err_set(reterr, STATUS_USAGE, "\"%s\" is not an absolute path on the device", path);
		return err_hint(reterr, "it begins with the mount point, for example /lfs1/file");
	}
	if (len > SMP_FS_PATH_MAX)
		return err_set(reterr, STATUS_USAGE,
			"%s: %zu characters, a path on the device has at most %d", path, len,
			SMP_FS_PATH_MAX);
	return STATUS_OK;
}

struct fs_options fs_options_of(const struct invocation *invocation, const char *path)
{
	return (struct fs_options){
		.path = path,
		.message_max = invocation->settings.mtu,
		.window = (unsigned)invocation->settings.window,
	};
}

void fs_progress_init(const struct invocation *invocation, struct progress *progress)
{
	const struct output *output = invocation->output;
	const struct settings *settings = &invocation->settings;

	progress_init(progress, output->notes, settings->quiet || settings->json);
	progress->has_colours = terminal_has_colours(output->notes, output->colours);
	/* The device's text comes in between, and would tear a bar that is drawn over itself. */
	progress->is_terminal = progress->is_terminal && !settings->verbose;
}

static double bytes_per_second(const struct fs_result *result)
{
	return result->duration_us > 0 ? (double)result->bytes * 1e6 / (double)result->duration_us
				       : 0;
}

static void print_report(const void *shown, FILE *out)
{
	const struct fs_report *report = shown;
	const struct fs_result *result = &report->result;
	uint8_t storage[160];
	struct buf text = BUF_OVER(storage);

	if (report->is_bare)
		return;
	text_append_duration(&text, result->duration_us / 1000);
	buf_append_text(&text, " (");
	text_append_size(&text, (uint64_t)bytes_per_second(result));
	fprintf(out, "%s %" PRIu64 " bytes in %s/s)\n", report->was_sent ? "Sent" : "Received",
		result->bytes, buf_text(&text));
	if (result->proof.kind != FS_PROOF_LENGTH)
		fprintf(out, "The device has the same %s\n", fs_proof_name(result->proof.kind));
	fprintf(out, "Done\n");
}

static void put_report(const void *shown, struct doc *object)
{
	const struct fs_report *report = shown;
	const struct fs_result *result = &report->result;
	const struct fs_proof *proof = &result->proof;

	doc_put_text(object, "local", report->local);
	doc_put_text(object, "remote", report->remote);
	doc_put_uint(object, "bytes", result->bytes);
	doc_put_real(object, "seconds", (double)result->duration_us / 1e6);
	doc_put_real(object, "bytes_per_second", bytes_per_second(result));
	doc_put_uint(object, "window", result->window);
	doc_put_text(object, "verified_by", fs_proof_name(proof->kind));
	if (proof->kind == FS_PROOF_SHA256)
		doc_put_hex(object, "sha256", span_make(proof->sha256, sizeof(proof->sha256)));
	if (proof->kind == FS_PROOF_CRC32)
		doc_put_uint(object, "crc32", proof->crc32);
}

void fs_report_show(const struct invocation *invocation, const struct fs_report *report)
{
	static const struct result_printer printer = { print_report, put_report };

	output_result(invocation->output, &printer, report);
	if (report->result.proof.kind == FS_PROOF_LENGTH && report->result.bytes > 0)
		output_note(invocation->output,
			"the device offers no hash that is known here: only "
			"the length was compared");
}
