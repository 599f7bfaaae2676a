/* SPDX-License-Identifier: Apache-2.0 */
/* Results, errors and notes, see output.h. */
#include "src/output.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

enum { NOTE_MAX = 2048 };

static const char warning_label[] = "warning: ";

static struct doc *start_document(const struct output *output, bool is_ok)
{
	struct doc *doc = doc_new();

	doc_put_bool(doc, "ok", is_ok);
	doc_put_text(doc, "command", output->command);
	doc_put_text(doc, "port", output->port);
	return doc;
}

/* The document is done with, unless somebody will look into it. */
static void put_away(struct output *output, struct doc *doc)
{
	if (!output->keeps_document) {
		doc_free(doc);
		return;
	}
	doc_free(output->kept);
	output->kept = doc;
}

static void finish_document(struct output *output, struct doc *doc)
{
	output->has_failed = !doc_write(doc, output->results);
	output->has_result = true;
	put_away(output, doc);
}

static struct doc *make_document(const struct output *output, bool is_ok,
	const struct result_printer *printer, const void *result)
{
	struct doc *doc = start_document(output, is_ok);

	printer->json(result, doc_put_object(doc, "result"));
	return doc;
}

static void print_text(
	struct output *output, const struct result_printer *printer, const void *result)
{
	printer->text(result, output->results);
	fflush(output->results);
}

void output_result(struct output *output, const struct result_printer *printer, const void *result)
{
	if (output->json) {
		finish_document(output, make_document(output, true, printer, result));
		return;
	}
	print_text(output, printer, result);
	output->has_result = true;
	if (output->keeps_document)
		put_away(output, make_document(output, true, printer, result));
}

void output_partial_result(
	struct output *output, const struct result_printer *printer, const void *result)
{
	if (!output->json)
		print_text(output, printer, result);
	if (!output->json && !output->keeps_document)
		return;
	doc_free(output->unfinished);
	output->unfinished = make_document(output, false, printer, result);
}

void output_put_err(struct doc *error, const struct err *err)
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

/* As text_append_escaped does, but a backslash stays: it may stand for what was escaped before. */
static void print_without_controls(FILE *out, struct span text)
{
	for (size_t at = 0; at < text.len;) {
		const uint8_t *here = text.data + at;
		size_t len = text_utf8_length(span_make(here, text.len - at));
		bool is_control = len == 1 && (*here < 0x20 || *here == 0x7f);
		bool is_c1 = len == 2 && here[0] == 0xc2 && here[1] < 0xa0;
		size_t shown = len > 0 ? len : 1;

		for (size_t i = 0; i < shown; i++)
			fprintf(out, len == 0 || is_control || is_c1 ? "\\x%02x" : "%c", here[i]);
		at += shown;
	}
}

/*
 * One line on standard error, behind a label. Device text was escaped where it came in, with its
 * backslashes; this is for what came from the command line, such as the name of a file.
 */
static void print_harmless(
	const struct output *output, enum terminal_tone tone, const char *label, const char *text)
{
	bool has_colours = terminal_has_colours(output->notes, output->colours);

	if (output->wipes_line && terminal_is_drawable(output->notes))
		fputs("\r\033[K", output->notes);
	fprintf(output->notes, "%s%s%s", terminal_begin(tone, has_colours), label,
		terminal_end(tone, has_colours));
	print_without_controls(output->notes, span_from_text(text));
	fputc('\n', output->notes);
}

/* The document of a failure, with what could be said before. */
static struct doc *make_error_document(struct output *output, const struct err *err)
{
	struct doc *doc =
		output->unfinished != NULL ? output->unfinished : start_document(output, false);

	output->unfinished = NULL;
	output_put_err(doc_put_object(doc, "error"), err);
	return doc;
}

void output_error(struct output *output, const struct err *err)
{
	/* A document is exactly one: a failure after the result goes to standard error. */
	if (output->json && !output->has_result) {
		finish_document(output, make_error_document(output, err));
		if (!output->has_failed)
			return;
	} else if (output->keeps_document) {
		put_away(output, make_error_document(output, err));
	}
	print_harmless(output, TERMINAL_ERROR, "smpctl: ", err->message);
	if (err->hint[0] != '\0')
		print_harmless(output, TERMINAL_CAUTION, "hint: ", err->hint);
}

__attribute__((format(printf, 2, 0))) static void print_note(
	struct output *output, const char *format, va_list args)
{
	const size_t label_len = strlen(warning_label);
	char line[NOTE_MAX];

	vsnprintf(line, sizeof(line), format, args);
	if (strncmp(line, warning_label, label_len) == 0)
		print_harmless(output, TERMINAL_CAUTION, warning_label, line + label_len);
	else
		print_harmless(output, TERMINAL_PLAIN, "", line);
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

bool output_has_colours(const struct output *output)
{
	return !output->json && terminal_has_colours(output->results, output->colours);
}
