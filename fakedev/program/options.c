/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of smpctl-fakedev, see options.h. */
#include "fakedev/program/options.h"

#include <getopt.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"

/* The program's own options, in the order of own_options. */
enum {
	OPTION_LINK,
	OPTION_BOARDS,
	OPTION_TCP,
	OPTION_GADGET,
	OPTION_CONTROLLER,
	OPTION_RECOVERY_PRODUCT,
	OPTION_HELP,
	OPTION_VERSION,
	OWN_OPTIONS,
};

/* What getopt_long returns is this and the option's place, with the board's behind our own. */
enum { OPTIONS_MAX = 64, NAME_COLUMN = 36, FOUND = 1000 };

static const struct fakedev_option own_options[OWN_OPTIONS] = {
	[OPTION_LINK] = { "link", "PATH", "keep PATH as a link to the pseudo-terminal" },
	[OPTION_BOARDS] = { "boards", "N",
		"N boards, with .0, .1 and so on behind link and state (1)" },
	[OPTION_TCP] = { "tcp", "PORT", "serve on this TCP port of 127.0.0.1 instead; 0 is any" },
	[OPTION_GADGET] = { "gadget", "FOLDER",
		"serve on the USB gadget of this folder in configfs instead" },
	[OPTION_CONTROLLER] = { "udc", "NAME", "plug it into this USB device controller" },
	[OPTION_RECOVERY_PRODUCT] = { "recovery-product", "ID",
		"its USB product id in serial recovery, hex" },
	[OPTION_HELP] = { "help", NULL, "this text" },
	[OPTION_VERSION] = { "version", NULL, "the version" },
};

const struct fakedev_option *program_option(size_t index)
{
	size_t count;
	const struct fakedev_option *board = fakedev_options(&count);

	if (index < OWN_OPTIONS)
		return &own_options[index];
	return index - OWN_OPTIONS < count ? &board[index - OWN_OPTIONS] : NULL;
}

/* getopt's table, with an empty row at the end. */
static void make_table(struct option table[OPTIONS_MAX + 1])
{
	const struct fakedev_option *option;

	for (size_t i = 0; i < OPTIONS_MAX && (option = program_option(i)) != NULL; i++)
		table[i] = (struct option){
			.name = option->name,
			.has_arg = option->argument != NULL ? required_argument : no_argument,
			.val = FOUND + (int)i,
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
	struct program_options *options, size_t index, const char *value, struct err *reterr)
{
	const struct fakedev_option *option = program_option(index);
	const char *name = option != NULL ? option->name : "";

	if (strcmp(name, "fault") == 0 && strcmp(value, "help") == 0) {
		options->action = PROGRAM_FAULT_LIST;
		return STATUS_OK;
	}
	return fakedev_config_set(&options->config, name, value, reterr);
}

/* Hexadecimal, as USB ids are written, with or without 0x. */
static enum status set_recovery_product(
	struct program_options *options, const char *value, struct err *reterr)
{
	bool is_marked = value[0] == '0' && (value[1] == 'x' || value[1] == 'X');
	char text[16];
	uint64_t product;

	snprintf(text, sizeof(text), "%s%s", is_marked ? "" : "0x", value);
	if (!text_parse_uint(text, 1, UINT16_MAX, &product))
		return err_set(reterr, STATUS_USAGE,
			"recovery-product: '%s' is no product id (1 to ffff)", value);
	options->recovery_product = (uint16_t)product;
	return STATUS_OK;
}

static enum status set_boards(
	struct program_options *options, const char *value, struct err *reterr)
{
	uint64_t boards;

	if (!text_parse_uint(value, 1, PROGRAM_BOARDS_MAX, &boards))
		return err_set(reterr, STATUS_USAGE, "boards: '%s' is no number from 1 to %d",
			value, PROGRAM_BOARDS_MAX);
	options->boards = (unsigned)boards;
	return STATUS_OK;
}

static enum status set_tcp(struct program_options *options, const char *value, struct err *reterr)
{
	uint64_t port;

	if (!text_parse_uint(value, 0, UINT16_MAX, &port))
		return err_set(
			reterr, STATUS_USAGE, "tcp: '%s' is no port (0 to %d)", value, UINT16_MAX);
	options->is_on_tcp = true;
	options->tcp_port = (uint16_t)port;
	return STATUS_OK;
}

static enum status take_option(
	struct program_options *options, int found, char **argv, struct err *reterr)
{
	switch (found) {
	case FOUND + OPTION_LINK:
		options->link = optarg;
		return STATUS_OK;
	case FOUND + OPTION_BOARDS:
		return set_boards(options, optarg, reterr);
	case FOUND + OPTION_TCP:
		return set_tcp(options, optarg, reterr);
	case FOUND + OPTION_GADGET:
		options->gadget = optarg;
		return STATUS_OK;
	case FOUND + OPTION_CONTROLLER:
		options->controller = optarg;
		return STATUS_OK;
	case FOUND + OPTION_RECOVERY_PRODUCT:
		return set_recovery_product(options, optarg, reterr);
	case FOUND + OPTION_HELP:
		options->action = PROGRAM_HELP;
		return STATUS_OK;
	case FOUND + OPTION_VERSION:
		options->action = PROGRAM_VERSION;
		return STATUS_OK;
	case ':':
		return err_set(reterr, STATUS_USAGE, "%s needs a value", argv[optind - 1]);
	case '?':
		return refuse(argv[optind - 1], reterr);
	default:
		return set_board_option(options, (size_t)(found - FOUND), optarg, reterr);
	}
}

/* Do the options of the port go together? */
static enum status check_port(const struct program_options *options, struct err *reterr)
{
	if ((options->gadget != NULL) != (options->controller != NULL))
		return err_set(reterr, STATUS_USAGE, "--gadget and --udc go together");
	if (options->gadget != NULL && options->link != NULL)
		return err_set(reterr, STATUS_USAGE,
			"--link is for a pseudo-terminal, udev makes the links of a --gadget");
	if (options->is_on_tcp && (options->gadget != NULL || options->link != NULL))
		return err_set(reterr, STATUS_USAGE, "--tcp goes with neither --link nor --gadget");
	if (options->is_on_tcp && options->tcp_port > UINT16_MAX + 1 - options->boards)
		return err_set(reterr, STATUS_USAGE, "there are no %u ports from %u on",
			options->boards, (unsigned)options->tcp_port);
	if (options->gadget != NULL && options->boards > 1)
		return err_set(reterr, STATUS_USAGE, "a --gadget is one board: no --boards");
	if (options->gadget == NULL && options->recovery_product != 0)
		return err_set(reterr, STATUS_USAGE, "--recovery-product wants a --gadget");
	return STATUS_OK;
}

enum status program_options_parse(
	int argc, char **argv, struct program_options *ret_options, struct err *reterr)
{
	struct option table[OPTIONS_MAX + 1] = { 0 };
	struct program_options options = { .action = PROGRAM_SERVE, .boards = 1 };
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
	return check_port(&options, reterr);
}

static void print_row(FILE *to, const struct fakedev_option *option)
{
	const char *argument = option->argument;
	int width = fprintf(to, "  --%s%s%s", option->name, argument != NULL ? " " : "",
		argument != NULL ? argument : "");

	if (width >= NAME_COLUMN)
		width = fprintf(to, "\n") - 1;
	fprintf(to, "%*s%s\n", NAME_COLUMN - width, "", option->help);
}

void program_options_print_help(FILE *to)
{
	const struct fakedev_option *option;

	fputs("Usage: smpctl-fakedev [OPTION]...\n"
	      "A board made of software behind a pseudo-terminal, or behind a USB gadget. The "
	      "path\n"
	      "of the terminal is the first line of the output. Ends with Ctrl-C; what a real\n"
	      "device would not have forgiven is then printed and makes the exit code 1. The\n"
	      "signal USR1 presses the reset button.\n\n",
		to);
	for (size_t i = 0; (option = program_option(i)) != NULL; i++)
		print_row(to, option);
	fputs("\n`--fault help` lists the faults.\n", to);
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
	      "the fifth; without @ always. Of the faults at a swap it counts the new images.\n",
		to);
}
