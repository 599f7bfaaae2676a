/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl-fakedev: a board made of software, for whoever has none at hand (docs/cli.md). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakedev/program/complete.h"
#include "fakedev/program/options.h"
#include "fakedev/program/serve.h"

static int report(const struct err *err)
{
	fprintf(stderr, "smpctl-fakedev: %s\n", err->message);
	if (err->hint[0] != '\0')
		fprintf(stderr, "hint: %s\n", err->hint);
	return status_exit_code(err->status);
}

/* What the program serves. */
struct boards {
	struct serve_place places[PROGRAM_BOARDS_MAX];
	char links[PROGRAM_BOARDS_MAX][FAKEDEV_PATH_MAX];
	size_t count; /* boards made so far */
	struct gadget gadget;
};

/* Everything that a real device would not have forgiven; returns the exit code. */
static int print_complaints(const struct boards *boards)
{
	int exit_code = EXIT_SUCCESS;

	for (size_t i = 0; i < boards->count; i++) {
		const struct fakedev *board = boards->places[i].board;
		const char *complaint;

		for (size_t at = 0; (complaint = fakedev_complaint(board, at)) != NULL; at++) {
			if (boards->count > 1)
				fprintf(stderr, "complaint: board %zu: %s\n", i, complaint);
			else
				fprintf(stderr, "complaint: %s\n", complaint);
			exit_code = EXIT_FAILURE;
		}
	}
	return exit_code;
}

/* The name of one of several: "PATH.3". */
static enum status number_path(
	const char *path, size_t number, char ret_path[FAKEDEV_PATH_MAX], struct err *reterr)
{
	int len = snprintf(ret_path, FAKEDEV_PATH_MAX, "%s.%zu", path, number);

	if (len < 0 || len >= FAKEDEV_PATH_MAX)
		return err_set(reterr, STATUS_USAGE, "%.40s...: the path is too long", path);
	return STATUS_OK;
}

/* Where board `number` shows itself, and where its flash lasts. */
static enum status find_place(const struct program_options *options, size_t number,
	struct boards *boards, struct fakedev_config *config, struct err *reterr)
{
	struct serve_place *place = &boards->places[number];
	enum status status = STATUS_OK;

	*config = options->config;
	*place = (struct serve_place){
		.link_path = options->link,
		.recovery_product = options->recovery_product,
		.is_on_tcp = options->is_on_tcp,
		.tcp_port = options->tcp_port,
	};
	if (options->tcp_port != 0)
		place->tcp_port = (uint16_t)(options->tcp_port + number);
	if (options->gadget != NULL) {
		place->gadget = &boards->gadget;
		return gadget_find(options->gadget, options->controller, &boards->gadget, reterr);
	}
	if (options->boards == 1)
		return STATUS_OK;
	if (options->link != NULL) {
		place->link_path = boards->links[number];
		status = number_path(options->link, number, boards->links[number], reterr);
	}
	if (status == STATUS_OK && config->state_path[0] != '\0')
		status =
			number_path(options->config.state_path, number, config->state_path, reterr);
	return status;
}

static enum status make_boards(const struct program_options *options, struct boards *boards,
	const struct clock *clock, struct err *reterr)
{
	for (size_t i = 0; i < options->boards; i++) {
		struct fakedev_config config;
		enum status status = find_place(options, i, boards, &config, reterr);

		if (status == STATUS_OK)
			status = fakedev_create(
				&config, clock_now_us(clock), &boards->places[i].board, reterr);
		if (status != STATUS_OK)
			return status;
		boards->count++;
	}
	return STATUS_OK;
}

static int run_boards(const struct program_options *options)
{
	struct boards *boards = calloc(1, sizeof(*boards));
	struct clock clock = clock_monotonic();
	struct err err = { 0 };
	int exit_code;

	if (boards == NULL) {
		err_set(&err, STATUS_INTERNAL, "out of memory");
		return report(&err);
	}
	if (make_boards(options, boards, &clock, &err) == STATUS_OK &&
		serve(boards->places, boards->count, &clock, &err) == STATUS_OK)
		exit_code = print_complaints(boards);
	else
		exit_code = report(&err);
	for (size_t i = 0; i < boards->count; i++)
		fakedev_destroy(boards->places[i].board);
	free(boards);
	return exit_code;
}

int main(int argc, char **argv)
{
	struct program_options options;
	struct err err = { 0 };

	if (argc > 1 && strcmp(argv[1], "__complete") == 0) {
		program_complete(argc - 2, argv + 2, stdout);
		return EXIT_SUCCESS;
	}
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
	return run_boards(&options);
}
