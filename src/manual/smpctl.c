/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl(1). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "src/command.h"
#include "src/manual/mdoc.h"
#include "src/manual/pages.h"

struct entry {
	const char *name, *text;
};

static const char synopsis[] = ".Sh SYNOPSIS\n"
			       ".Nm\n.Op Ar options\n.Ar command\n.Op Ar arguments\n"
			       ".Nm\n.Op Ar options\n.Fl -script Ar file\n"
			       ".Nm\n.Op Ar options\n";

static const char description[] =
	".Sh DESCRIPTION\n"
	".Nm\n"
	"updates the firmware of microcontrollers that speak SMP, the Simple Management\n"
	"Protocol of Zephyr's MCUmgr, the nRF Connect SDK, MCUboot's serial recovery and\n"
	"Apache Mynewt, over a serial port.\n"
	".Pp\n"
	"The command\n.Ic update\n"
	"does all that an update takes, and goes on from wherever the device is;\n"
	"the commands below\n.Ic image\n"
	"are its single steps.\n"
	"Without a command, on a terminal,\n.Nm\n"
	"is an interactive shell; with\n.Fl -script\n"
	"it runs the commands of a file.\n"
	".Pp\n"
	"Results go to standard output, all else to standard error.\n";

static const struct entry addresses[] = {
	{ "/dev/ttyACM0 , ttyACM0", "that port" },
	{ "usb:VID:PID , usb:VID:PID:SERIAL",
		"the USB serial port with these ids, in hex, and this serial number. * and ? "
		"match; "
		"/INTERFACE may stand behind it; several with commas are alternatives." },
	{ "usb-path:1-1.4", "by place in the USB tree, which stays the same when the device comes "
			    "back with other "
			    "ids" },
};

static const struct entry variables[] = {
	{ "LC_ALL , LC_CTYPE , LANG",
		"Whether the bar and the picture of the slots may have more than ASCII." },
	{ "NO_COLOR", "If it is not empty, there are no colours." },
	{ "SMPCTL_CONN", "The connection profile where none of -p, -c and --connstring is given." },
	{ "SMPCTL_KEY", "The file with the bootloader's key where there is no --key." },
	{ "SMPCTL_PORT", "The address of the device where none of -p, -c and --connstring is "
			 "given. The command "
			 "of --check finds there the address of the device that was updated." },
	{ "TERM", "dumb: no colours, and lines in the place of the bar." },
	{ "XDG_CONFIG_HOME , XDG_STATE_HOME", "Where the files below lie." },
};

static const struct entry files[] = {
	{ "\\(ti/.config/smpctl/connections.json",
		"Connection profiles, below XDG_CONFIG_HOME if set." },
	{ "\\(ti/.local/state/smpctl/history",
		"What was typed into the interactive shell, below XDG_STATE_HOME if set." },
	{ "\\(ti/.local/state/smpctl/seen-settings , seen-statistics , seen-paths",
		"Keys, groups and paths that devices have taken, for completion; below "
		"XDG_STATE_HOME if set." },
	{ "\\(ti/.local/state/smpctl/boards",
		"The flash of loopback boards, below XDG_STATE_HOME if set." },
	{ "\\(ti/.mcumgr.cp.json", "mcumgr's connection profiles, which are only read." },
};

static void print_entries(FILE *out, const char *macro, const struct entry *entries, size_t count)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".It %s %s\n", macro, entries[i].name);
		mdoc_text(out, entries[i].text);
	}
	fputs(".El\n", out);
}

#define PRINT_ENTRIES(out, macro, entries) \
	print_entries(out, macro, entries, sizeof(entries) / sizeof((entries)[0]))

static void print_addresses(FILE *out)
{
	size_t count;
	const struct transport_scheme *schemes = port_schemes(&count);

	fputs(".Ss Addresses\n"
	      "Without an address the only USB serial port that may be a device is taken.\n",
		out);
	PRINT_ENTRIES(out, "Li", addresses);
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".It Li %s\n", schemes[i].name);
		mdoc_text(out, schemes[i].help);
	}
	fputs(".El\n", out);
}

static void print_option(FILE *out, const struct option_spec *option)
{
	mdoc_option(out, option->letter, option->name, option->argument, option->help);
}

static void print_global_options(FILE *out)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	fputs(".Sh OPTIONS\nThey may stand before or behind the command.\n.Bl -tag -width Ds\n",
		out);
	for (size_t i = 0; i < count; i++) {
		if (options[i].is_global)
			print_option(out, &options[i]);
	}
	fputs(".El\n", out);
}

static void print_command(FILE *out, const struct command *command)
{
	bool has_options = command->options != NULL && command->options[0] != NULL;

	fprintf(out, ".It Ic %s%s", command->path, has_options ? " Op Ar options" : "");
	if (command->arguments[0] != '\0')
		fprintf(out, " Ar %s", command->arguments);
	fputc('\n', out);
	/* A summary has no full stop and begins in lower case: it stands for itself. */
	mdoc_text(out, command->summary);
	if (command->text[0] != '\0') {
		fputs(".Pp\n", out);
		mdoc_filled(out, command->text);
	}
	if (!has_options)
		return;
	fputs(".Bl -tag -width Ds\n", out);
	for (const char *const *name = command->options; *name != NULL; name++)
		print_option(out, option_find_name(*name, strlen(*name)));
	fputs(".El\n", out);
}

/* A list for each section. */
static void print_commands(FILE *out, const struct command *commands, size_t count)
{
	fputs(".Sh COMMANDS\n", out);
	for (size_t i = 0; i < count; i++) {
		const char *heading = command_heading(&commands[i]);

		if (heading != NULL)
			/* "At" is a macro, too. */
			fprintf(out, "%s.Ss \\&%c%s\n.Bl -tag -width Ds\n", i > 0 ? ".El\n" : "",
				toupper((unsigned char)heading[0]), heading + 1);
		print_command(out, &commands[i]);
	}
	fputs(".El\n", out);
}

static void print_exit_codes(FILE *out)
{
	fputs(".Sh EXIT STATUS\nThe word is the one that JSON documents have.\n"
	      ".Bl -tag -width \"130 interrupted\"\n",
		out);
	for (int status = 0; status < STATUS_COUNT; status++)
		fprintf(out, ".It %d %s\n%s\n", status_exit_code((enum status)status),
			status_name((enum status)status), status_text((enum status)status));
	fputs(".El\n", out);
}

void page_smpctl(FILE *out)
{
	size_t count;
	const struct command *commands = command_table(&count);

	mdoc_begin(out, "smpctl", "update firmware over SMP (MCUmgr)");
	fputs(synopsis, out);
	fputs(description, out);
	print_addresses(out);
	print_global_options(out);
	print_commands(out, commands, count);
	fputs(".Sh ENVIRONMENT\n", out);
	PRINT_ENTRIES(out, "Ev", variables);
	fputs(".Sh FILES\n", out);
	PRINT_ENTRIES(out, "Pa", files);
	print_exit_codes(out);
	fputs(".Sh EXAMPLES\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".Ic %s :\n.Dl %s", commands[i].path,
			(commands[i].needs & NEEDS_LINES) != 0 ? "" : "smpctl ");
		mdoc_words(out, commands[i].example);
	}
	fputs(".Sh SEE ALSO\n.Xr smpctl-fakedev 1\n", out);
}
