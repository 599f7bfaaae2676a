/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of smpctl-fakedev, see options.h. */
#include "fakedev/program/options.h"

#include <getopt.h>
#include <limits.h>
#include <string.h>

/* What getopt_long returns: BOARD_OPTION and above is an index into fakedev_options. */
enum { OPTION_LINK = 1000, OPTION_HELP, OPTION_VERSION, BOARD_OPTION = 2000 };

enum { BOARD_OPTIONS_MAX = 64, NAME_COLUMN = 36 };

static const struct option own_options[] = {
	{ "link", required_argument, NULL, OPTION_LINK },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
};

enum { OWN_OPTIONS = sizeof(own_options) / sizeof(own_options[0]) };

/* getopt's table: our own options, those of the board, and an empty row at the end. */
static void make_table(struct option table[OWN_OPTIONS + BOARD_OPTIONS_MAX + 1])
{
	size_t count;
	const struct fakedev_option *board = fakedev_options(&count);

	memcpy(table, own_options, sizeof(own_options));
	table += OWN_OPTIONS;
	for (size_t i = 0; i < count && i < BOARD_OPTIONS_MAX; i++)
		table[i] = (struct option){
			.name = board[i].name,
			.has_arg = board[i].argument != NULL ? required_argument : no_argument,
			.val = BOARD_OPTION + (int)i,
		};
}

/* Let the board's own table say what is wrong with a long option: it knows similar names. */
static enum status refuse(const char *word, struct err *reterr)
{
	struct fakedev_config config;
	char name[64];

	if (optopt > 0 && optopt <= UCHAR_MAX)
		return err_set(reterr, STATUS_USAGE, "-%c: options begin with two dashes", optopt);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	fakedev_config_default(&config);
	if (fakedev_config_set(&config, name, NULL, reterr) == STATUS_OK)
		return err_set(reterr, STATUS_USAGE, "%s takes no value", name);
	return STATUS_USAGE;
}

static enum status set_board_option(
	struct program_options *options, int index, const char *value, struct err *reterr)
{
	size_t count;
	const char *name = fakedev_options(&count)[index].name;

	if (strcmp(name, "fault") == 0 && strcmp(value, "help") == 0) {
		options->action = PROGRAM_FAULT_LIST;
		return STATUS_OK;
	}
	return fakedev_config_set(&options->config, name, value, reterr);
}

static enum status take_option(
	struct program_options *options, int found, char **argv, struct err *reterr)
{
	switch (found) {
	case OPTION_LINK:
		options->link = optarg;
		return STATUS_OK;
	case OPTION_HELP:
		options->action = PROGRAM_HELP;
		return STATUS_OK;
	case OPTION_VERSION:
		options->action = PROGRAM_VERSION;
		return STATUS_OK;
	case ':':
		return err_set(reterr, STATUS_USAGE, "%s needs a value", argv[optind - 1]);
	case '?':
		return refuse(argv[optind - 1], reterr);
	default:
		return set_board_option(options, found - BOARD_OPTION, optarg, reterr);
	}
}

enum status program_options_parse(
	int argc, char **argv, struct program_options *ret_options, struct err *reterr)
{
	struct option table[OWN_OPTIONS + BOARD_OPTIONS_MAX + 1] = { 0 };
	struct program_options options = { .action = PROGRAM_SERVE };
	int found;

	fakedev_config_default(&options.config);
	make_table(table);
	opterr = 0;
	while ((found = getopt_long(argc, argv, ":", table, NULL)) != -1) {
		enum status status = take_option(&options, found, argv, reterr);

		if (status != STATUS_OK)
			return status;
	}
	if (optind < argc)
		return err_set(reterr, STATUS_USAGE, "'%s': there are only options", argv[optind]);
	*ret_options = options;
	return STATUS_OK;
}

static void print_row(FILE *to, const char *name, const char *argument, const char *help)
{
	int width = fprintf(to, "  --%s%s%s", name, argument != NULL ? " " : "",
		argument != NULL ? argument : "");

	if (width >= NAME_COLUMN)
		width = fprintf(to, "\n") - 1;
	fprintf(to, "%*s%s\n", NAME_COLUMN - width, "", help);
}

void program_options_print_help(FILE *to)
{
	size_t count;
	const struct fakedev_option *board = fakedev_options(&count);

	fputs("Usage: smpctl-fakedev [OPTION]...\n"
	      "A board made of software behind a pseudo-terminal, whose path is the first line of\n"
	      "the output. Ends with Ctrl-C; what a real device would not have forgiven is then\n"
	      "printed and makes the exit code 1.\n\n",
		to);
	print_row(to, "link", "PATH", "keep PATH as a link to the pseudo-terminal");
	for (size_t i = 0; i < count; i++)
		print_row(to, board[i].name, board[i].argument, board[i].help);
	print_row(to, "fault help", NULL, "list the faults");
	print_row(to, "help", NULL, "this text");
	print_row(to, "version", NULL, "the version");
}

void program_options_print_faults(FILE *to)
{
	size_t count;
	const struct fakedev_fault_name *names = fakedev_fault_names(&count);

	for (size_t i = 0; i < count; i++) {
		int width =
			fprintf(to, "%s%s%s", names[i].name, names[i].argument != NULL ? "=" : "",
				names[i].argument != NULL ? names[i].argument : "");

		fprintf(to, "%*s%s\n", NAME_COLUMN - 8 - width, "", names[i].help);
	}
	fputs("\nNAME@3 the third request only, NAME@3+ from the third on, NAME@3-5 the third to\n"
	      "the fifth; without @ always.\n",
		to);
}
