/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl-fakedev: a board made of software, for whoever has none at hand (docs/cli.md). */
#include <stdio.h>
#include <stdlib.h>

#include "fakedev/program/options.h"
#include "fakedev/program/serve.h"

static int report(const struct err *err)
{
	fprintf(stderr, "smpctl-fakedev: %s\n", err->message);
	if (err->hint[0] != '\0')
		fprintf(stderr, "hint: %s\n", err->hint);
	return status_exit_code(err->status);
}

/* Everything that a real device would not have forgiven; returns the exit code. */
static int print_complaints(const struct fakedev *board)
{
	const char *complaint;
	size_t count = 0;

	while ((complaint = fakedev_complaint(board, count)) != NULL) {
		fprintf(stderr, "complaint: %s\n", complaint);
		count++;
	}
	return count > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_board(const struct program_options *options)
{
	struct clock clock = clock_monotonic();
	struct fakedev *board;
	struct err err = { 0 };
	int exit_code;

	if (fakedev_create(&options->config, clock_now_us(&clock), &board, &err) != STATUS_OK)
		return report(&err);
	if (serve(board, options->link, &clock, &err) == STATUS_OK)
		exit_code = print_complaints(board);
	else
		exit_code = report(&err);
	fakedev_destroy(board);
	return exit_code;
}

int main(int argc, char **argv)
{
	struct program_options options;
	struct err err = { 0 };

	if (program_options_parse(argc, argv, &options, &err) != STATUS_OK)
		return report(&err);
	switch (options.action) {
	case PROGRAM_HELP:
		program_options_print_help(stdout);
		return EXIT_SUCCESS;
	case PROGRAM_VERSION:
		puts("smpctl-fakedev " SMPCTL_VERSION);
		return EXIT_SUCCESS;
	case PROGRAM_FAULT_LIST:
		program_options_print_faults(stdout);
		return EXIT_SUCCESS;
	case PROGRAM_SERVE:
		break;
	}
	return run_board(&options);
}
