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
#define SETTINGS_NO_LIMIT   UINT64_MAX

/* Behind the values of enum smp_framing: whichever is answered. */
enum { SETTINGS_FRAMING_AUTO = 2 };

enum { SETTINGS_OPTIONS_MAX = 96 };
#define SETTINGS_IMAGE_UNSET UINT64_MAX

/* Words that an option collected, borrowed. */
enum { TEXT_LIST_MAX = 256 };
struct text_list {
	const char *items[TEXT_LIST_MAX];
	size_t count;
};

struct settings {
	/* global */
	const char *port;       /* the first; NULL: none given */
	struct text_list ports; /* all of them */
	const char *conn;       /* name of a connection profile; these four: NULL: none given */
	const char *conntype, *connstring, *connextra;
	uint64_t baud;
	uint64_t flow;     /* enum transport_flow */
	uint64_t dtr, rts; /* enum transport_line */
	uint64_t framing;  /* enum smp_framing, or SETTINGS_FRAMING_AUTO */
	uint64_t mtu;      /* longest SMP message, bytes; 0: ask the device */
	uint64_t line_length;
	uint64_t window; /* most chunks in flight; 0: as the device has buffers */
	uint64_t timeout_ms;
	uint64_t tries;
	uint64_t smp_version;  /* enum smp_version_choice */
	const char *trace;     /* file; NULL: none */
	uint64_t wait_port_ms; /* how long to wait for a port that is not there; 0: not at all */
	bool sends_break;      /* before the first request */
	bool probe;            /* of several ports take the one that answers */
	uint64_t image;        /* SETTINGS_IMAGE_UNSET: not given */
	bool json, quiet, verbose;
	uint64_t colours; /* enum terminal_colours */
	bool help, version;
	const char *script; /* file, "-": standard input; NULL: none */
	bool keep_going;
	/* of single commands */
	uint64_t slot; /* SETTINGS_SLOT_UNSET: not given */
	bool table;
	bool restart;
	bool upgrade;
	bool force;
	bool bootloader;
	bool wait;
	bool confirm, test_only, no_reset, dry_run; /* update */
	const char *check;                          /* command; NULL: none */
	bool check_echo;
	const char *check_version; /* NULL: any */
	/* update of several boards */
	bool all;
	const char *from;      /* file; NULL: none given */
	uint64_t jobs;         /* boards at a time */
	uint64_t canary;       /* boards that come first */
	uint64_t max_failures; /* SETTINGS_NO_LIMIT: any number */
	const char *log_dir;   /* NULL: no logs */
	const char *report;    /* file; NULL: none */
	const char *key;       /* file; NULL: not given, "": none, whatever the environment says */
	bool strict;
	const char *output;     /* file; NULL: none given */
	const char *signature;  /* file; NULL: none given */
	const char *public_key; /* file; NULL: none given */
	bool hex;               /* raw, settings set */
	bool save;              /* config */
	const char *type;       /* fs hash; NULL: the device chooses */
	/* By the option's place in the table: what the command line has said itself. */
	bool is_given[SETTINGS_OPTIONS_MAX];
};

void settings_default(struct settings *ret_settings);

enum option_kind {
	OPTION_SWITCH,   /* bool */
	OPTION_TEXT,     /* const char *, borrowed from argv */
	OPTION_NUMBER,   /* uint64_t, between min and max */
	OPTION_DURATION, /* uint64_t, milliseconds */
	OPTION_PORT,     /* as TEXT, may be repeated: settings.port and settings.ports */
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

/*
 * Set an option from its argument (NULL for switches) because the command line says so. STATUS_USAGE
 * says what would be right.
 */
enum status option_set(const struct option_spec *option, const char *argument,
	struct settings *settings, struct err *reterr);

/*
 * The same for a value from elsewhere, a connection profile say: it is checked, but an option that
 * the command line has given stays as it is, even where it repeats the default.
 */
enum status option_preset(const struct option_spec *option, const char *argument,
	struct settings *settings, struct err *reterr);

/* Has option_set set it? */
bool option_is_given(const struct option_spec *option, const struct settings *settings);

#endif
