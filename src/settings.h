/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line asked for, and the table of options from which parsing, help, manual and
 * completions are made. Every option has one name in the whole program; a command's row says which
 * of them it takes besides the global ones.
 */
#ifndef SRC_SETTINGS_H
#define SRC_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SETTINGS_SLOT_UNSET UINT64_MAX

struct settings {
	/* global */
	const char *port; /* NULL: none given */
	uint64_t baud;
	uint64_t flow;     /* enum transport_flow */
	uint64_t dtr, rts; /* enum transport_line */
	uint64_t mtu;      /* longest SMP message, bytes; 0: ask the device */
	uint64_t line_length;
	uint64_t window; /* most chunks in flight; 0: as the device has buffers */
	uint64_t timeout_ms;
	uint64_t tries;
	uint64_t smp_version; /* enum smp_version_choice */
	const char *trace;    /* file; NULL: none */
	uint64_t image;
	bool json, quiet, verbose;
	bool help, version;
	/* of single commands */
	uint64_t slot; /* SETTINGS_SLOT_UNSET: not given */
	bool restart;
	bool upgrade;
	bool force;
	bool bootloader;
};

void settings_default(struct settings *ret_settings);

enum option_kind {
	OPTION_SWITCH,   /* bool */
	OPTION_TEXT,     /* const char *, borrowed from argv */
	OPTION_NUMBER,   /* uint64_t, between min and max */
	OPTION_DURATION, /* uint64_t, milliseconds */
	OPTION_CHOICE,   /* uint64_t, index in `choices` */
};

struct option_spec {
	const char *name; /* without dashes */
	char letter;      /* '\0': none */
	bool is_global;
	enum option_kind kind;
	size_t offset;        /* of its member in struct settings */
	const char *argument; /* as help texts show it; NULL for switches */
	const char *help;
	uint64_t min, max;          /* NUMBER */
	const char *const *choices; /* CHOICE, ended by NULL */
};

const struct option_spec *option_table(size_t *ret_count);

/* NULL when there is none. `name` need not end with a NUL. */
const struct option_spec *option_find_name(const char *name, size_t len);
const struct option_spec *option_find_letter(char letter);

/* Set an option from its argument (NULL for switches). STATUS_USAGE says what would be right. */
enum status option_set(const struct option_spec *option, const char *argument,
	struct settings *settings, struct err *reterr);

#endif
