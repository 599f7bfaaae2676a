/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of smpctl-fakedev: the options of a fake board, and a few of its own. */
#ifndef FAKEDEV_PROGRAM_OPTIONS_H
#define FAKEDEV_PROGRAM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fakedev/config.h"

enum program_action { PROGRAM_SERVE, PROGRAM_HELP, PROGRAM_VERSION, PROGRAM_FAULT_LIST };

enum { PROGRAM_BOARDS_MAX = 64 };

struct program_options {
	enum program_action action;
	/* These point into argv; NULL: not given. */
	const char *link;
	const char *gadget;
	const char *controller;
	unsigned boards;   /* of several each has its number behind its link and its state file */
	bool is_on_tcp;    /* and not behind a pseudo-terminal */
	uint16_t tcp_port; /* of the first board, the others follow; 0: any that are free */
	uint16_t recovery_product; /* 0: that of the application */
	struct fakedev_config config;
};

/* STATUS_USAGE says what is wrong with the command line. */
enum status program_options_parse(
	int argc, char **argv, struct program_options *ret_options, struct err *reterr);

/* The table: the program's own options and behind them the board's. NULL behind the last. */
const struct fakedev_option *program_option(size_t index);

void program_options_print_help(FILE *to);
void program_options_print_faults(FILE *to);

#endif
