/* SPDX-License-Identifier: Apache-2.0 */
/* Results, errors and notes, see output.h. */
#include "src/output.h"

#include <stdarg.h>

enum { NOTE_MAX = 2048 };

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
	output->has_failed = !doc_write(doc, output->results);
	output->has_result = true;
	doc_free(doc);
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

/*
 * One line on standard error. Device text was escaped where it came in, with its backslashes; this
 * is for what came from the command line, such as the name of a file.
 */
static void print_harmless(FILE *out, const char *before, const char *text)
{
	fputs(before, out);
	for (const char *c = text; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		if (byte < 0x20 || byte == 0x7f)
			fprintf(out, "\\x%02x", byte);
		else
			fputc(byte, out);
	}
	fputc('\n', out);
}

void output_error(struct output *output, const struct err *err)
{
	struct doc *doc;

	/* A document is exactly one: a failure after the result goes to standard error. */
	if (output->json && !output->has_result) {
		doc = start_document(output, false);
		put_error(doc_put_object(doc, "error"), err);
		finish_document(output, doc);
		if (!output->has_failed)
			return;
	}
	print_harmless(output->notes, "smpctl: ", err->message);
	if (err->hint[0] != '\0')
		print_harmless(output->notes, "hint: ", err->hint);
}

__attribute__((format(printf, 2, 0))) static void print_note(
	struct output *output, const char *format, va_list args)
{
	char line[NOTE_MAX];

	vsnprintf(line, sizeof(line), format, args);
	print_harmless(output->notes, "", line);
}

void output_note(struct output *output, const char *format, ...)
{
	va_list args;

	if (output->quiet)
		return;
	va_start(args, format);
	print_note(output, format, args);
	va_end(args);
}

void output_detail(struct output *output, const char *format, ...)
{
	va_list args;

	if (!output->verbose)
		return;
	va_start(args, format);
	print_note(output, format, args);
	va_end(args);
}
