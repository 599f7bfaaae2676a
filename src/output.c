/* SPDX-License-Identifier: Apache-2.0 */
/* Results, errors and notes, see output.h. */
#include "src/output.h"

#include <stdarg.h>

static struct doc *start_document(const struct output *output, bool is_ok)
{
	struct doc *doc = doc_new();

	doc_put_bool(doc, "ok", is_ok);
	doc_put_text(doc, "command", output->command);
	doc_put_text(doc, "port", output->port);
	return doc;
}

static void finish_document(struct output *output, struct doc *doc)
{
	if (!doc_write(doc, output->results))
		fprintf(output->notes, "smpctl: the JSON document could not be written\n");
	doc_free(doc);
	output->has_result = true;
}

void output_result(struct output *output, const struct result_printer *printer, const void *result)
{
	struct doc *doc;

	if (!output->json) {
		printer->text(result, output->results);
		fflush(output->results);
		output->has_result = true;
		return;
	}
	doc = start_document(output, true);
	printer->json(result, doc_put_object(doc, "result"));
	finish_document(output, doc);
}

static void put_error(struct doc *error, const struct err *err)
{
	doc_put_text(error, "status", status_name(err->status));
	doc_put_int(error, "exit_code", status_exit_code(err->status));
	doc_put_text(error, "message", err->message);
	if (err->device.present) {
		if (err->device.is_group_error)
			doc_put_uint(error, "group", err->device.group);
		doc_put_int(error, "rc", err->device.rc);
		doc_put_text(
			error, "rc_name", err->device.name[0] != '\0' ? err->device.name : NULL);
	}
	doc_put_text(error, "hint", err->hint[0] != '\0' ? err->hint : NULL);
}

void output_error(struct output *output, const struct err *err)
{
	struct doc *doc;

	/* A document is exactly one: a failure after the result goes to standard error. */
	if (!output->json || output->has_result) {
		fprintf(output->notes, "smpctl: %s\n", err->message);
		if (err->hint[0] != '\0')
			fprintf(output->notes, "hint: %s\n", err->hint);
		return;
	}
	doc = start_document(output, false);
	put_error(doc_put_object(doc, "error"), err);
	finish_document(output, doc);
}

void output_note(struct output *output, const char *format, ...)
{
	va_list args;

	if (output->quiet)
		return;
	va_start(args, format);
	vfprintf(output->notes, format, args);
	va_end(args);
	fputc('\n', output->notes);
}

void output_detail(struct output *output, const char *format, ...)
{
	va_list args;

	if (!output->verbose)
		return;
	va_start(args, format);
	vfprintf(output->notes, format, args);
	va_end(args);
	fputc('\n', output->notes);
}
