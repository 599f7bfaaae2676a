/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts from the tables, see help.h. */
#include "src/help.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_COLUMN = 30, COMMAND_COLUMN = 36, WIDTH = 80 };
/* What a terminal of 24 lines shows above the next prompt. */
enum { SCREEN_LINES = 23 };

/* Print words from `column` on, broken at WIDTH; the cursor stands there already. */
static void print_wrapped(const char *text, int column, FILE *out)
{
	int at = column;

	while (*text != '\0') {
		int len = (int)strcspn(text, " ");

		if (at > column && at + 1 + len > WIDTH) {
			fprintf(out, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", len, text);
		at += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void print_row(const char *left, int column, const char *right, FILE *out)
{
	int len = fprintf(out, "  %s", left);

	if (len + 2 > column) {
		fputc('\n', out);
		len = 0;
	}
	fprintf(out, "%*s", column - len, "");
	print_wrapped(right, column, out);
}

static void print_option(const struct option_spec *option, FILE *out)
{
	char left[64];

	if (option->letter != '\0')
		snprintf(left, sizeof(left), "-%c, --%s %s", option->letter, option->name,
			option->argument != NULL ? option->argument : "");
	else
		snprintf(left, sizeof(left), "    --%s %s", option->name,
			option->argument != NULL ? option->argument : "");
	if (option->argument == NULL)
		left[strlen(left) - 1] = '\0';
	print_row(left, OPTION_COLUMN, option->help, out);
}

static void print_summary(const struct command *command, FILE *out)
{
	char left[64];

	snprintf(left, sizeof(left), "%s %s", command->path, command->arguments);
	print_row(left, COMMAND_COLUMN, command->summary, out);
}

void help_print_overview(FILE *out)
{
	size_t command_count, option_count;
	const struct command *commands = command_table(&command_count);
	const struct option_spec *options = option_table(&option_count);

	fprintf(out,
		"usage: smpctl [options] <command> [arguments]\n\n"
		"Updates the firmware of devices that speak SMP (MCUmgr) over a serial port.\n");
	for (size_t i = 0; i < command_count; i++) {
		const char *heading = command_heading(&commands[i]);

		if (heading != NULL)
			fprintf(out, "\n%s:\n", heading);
		print_summary(&commands[i], out);
	}
	fprintf(out, "\noptions:\n");
	for (size_t i = 0; i < option_count; i++) {
		if (options[i].is_global)
			print_option(&options[i], out);
	}
	fprintf(out, "\n`smpctl help COMMAND` says more. Try it on a board made of software:\n"
		     "  smpctl -p loopback image list\n");
}

void help_print_family(const char *word, FILE *out)
{
	size_t count;
	const struct command *commands = command_table(&count);

	fprintf(out, "usage: smpctl [options] %s <command> [arguments]\n\ncommands:\n", word);
	for (size_t i = 0; i < count; i++) {
		if (command_is_of_family(&commands[i], word))
			print_summary(&commands[i], out);
	}
	fprintf(out, "\n`smpctl help COMMAND` says more; `smpctl help` lists the options.\n");
}

static void print_options(const struct command *command, FILE *out)
{
	fprintf(out, "\noptions:\n");
	for (const char *const *name = command->options; *name != NULL; name++)
		print_option(option_find_name(*name, strlen(*name)), out);
}

/* Their names only. */
static void print_option_names(const struct command *command, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *names = open_memstream(&text, &size);

	fprintf(out, "\noptions, which `smpctl help %s` explains:\n  ", command->path);
	/* Out of memory: whoever gave `out` has none either, and will see it. */
	if (names == NULL)
		return;
	for (const char *const *name = command->options; *name != NULL; name++) {
		const struct option_spec *option = option_find_name(*name, strlen(*name));

		/* Between an option and its argument the line is not to break. */
		fprintf(names, "--%s%s%s ", *name, option->argument != NULL ? "=" : "",
			option->argument != NULL ? option->argument : "");
	}
	if (fclose(names) == 0)
		print_wrapped(text, 2, out);
	free(text);
}

static void print_command(const struct command *command, bool names_only, FILE *out)
{
	bool has_options = command->options != NULL && command->options[0] != NULL;
	bool is_line = (command->needs & NEEDS_LINES) != 0;

	fprintf(out, "usage: %s%s%s%s%s%s\n\n", is_line ? "" : "smpctl ",
		(command->needs & NEEDS_DEVICE) != 0 ? "-p ADDRESS " : "", command->path,
		has_options ? " [options]" : "", command->arguments[0] != '\0' ? " " : "",
		command->arguments);
	print_wrapped(command->summary, 0, out);
	if (command->text[0] != '\0')
		fprintf(out, "\n%s\n", command->text);
	if (has_options)
		(names_only ? print_option_names : print_options)(command, out);
	fprintf(out, "\nexample:\n  %s%s\n", is_line ? "" : "smpctl ", command->example);
}

void help_print_command(const struct command *command, FILE *out)
{
	print_command(command, false, out);
}

static bool fits_a_screen(const char *text)
{
	size_t lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines <= SCREEN_LINES;
}

void help_print_screen(const struct command *command, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *whole = open_memstream(&text, &size);

	if (whole == NULL)
		return;
	print_command(command, false, whole);
	if (fclose(whole) == 0)
		print_command(command, !fits_a_screen(text), out);
	free(text);
}

static void print_text(const void *result, FILE *out)
{
	fputs(result, out);
}

static void put_text(const void *result, struct doc *object)
{
	doc_put_text(object, "text", result);
}

/* `print_one` is for a command. */
static enum status show(struct output *output, const struct command *command, const char *family,
	void (*print_one)(const struct command *, FILE *), struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_text };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	if (command != NULL)
		print_one(command, out);
	else if (family != NULL)
		help_print_family(family, out);
	else
		help_print_overview(out);
	if (fclose(out) != 0) {
		free(text);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	output_result(output, &printer, text);
	free(text);
	return STATUS_OK;
}

enum status help_show(struct output *output, const struct command *command, const char *family,
	struct err *reterr)
{
	return show(output, command, family, help_print_screen, reterr);
}

enum status help_show_whole(struct output *output, const struct command *command,
	const char *family, struct err *reterr)
{
	return show(output, command, family, help_print_command, reterr);
}
