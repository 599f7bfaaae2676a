/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry of commands: one table from which dispatch, option checks, help texts, manual and
 * completions are made.
 *
 * A command fills a plain struct and hands it to output_result, which prints it as text or as JSON;
 * it prints nothing itself.
 */
#ifndef SRC_COMMAND_H
#define SRC_COMMAND_H

#include "base/err.h"
#include "src/client.h"
#include "src/connection.h"
#include "src/mcumgr.h"
#include "src/output.h"
#include "src/port.h"
#include "src/settings.h"

struct runner;

/* What must be there before the command runs; the dispatcher sees to it. */
enum command_needs {
	NEEDS_NOTHING = 0,
	NEEDS_DEVICE = 1 << 0, /* an open client */
	/* The settings of the connection (connection.h) without opening it; a device includes them. */
	NEEDS_CONNECTION = 1 << 1,
	/* Lines before and behind it: the shell or a script. */
	NEEDS_LINES = 1 << 2,
};

enum { COMMAND_ARGS_MAX = 16, INVOCATION_IGNORED_MAX = 8 };

/* One invocation, as a command sees it. */
struct invocation {
	const struct command *command; /* NULL: none was named */
	const char *family;            /* with --help: "image" when only that was named, or NULL */
	struct settings settings;
	const char *args[COMMAND_ARGS_MAX]; /* words behind the command's own */
	size_t arg_count;
	const struct mcumgr_option *ignored[INVOCATION_IGNORED_MAX]; /* to be noted */
	size_t ignored_count;
	struct connection *connection; /* owns texts of the settings; NULL: none were found */
	struct port *port;             /* when it NEEDS_DEVICE */
	struct client *client;         /* the port's, when the command begins */
	struct output *output;
	struct runner *runner; /* of the line; for commands that NEED_LINES */
	/* What the command tells of the device when it has succeeded: it will reset now, or it did. */
	bool is_resetting, was_reset;
};

struct command {
	const char *path;      /* "image list" */
	const char *arguments; /* as usage shows them: "FILE"; "" for none */
	size_t args_min, args_max;
	const char *const *options; /* names of options besides the global ones, NULL at the end */
	unsigned needs;
	const char *summary; /* one line, no full stop */
	const char *text;    /* more of it, lines of at most 80 characters; may be "" */
	const char *example; /* one command line without the leading "smpctl " */
	enum status (*run)(struct invocation *invocation, struct err *reterr);
};

const struct command *command_table(size_t *ret_count);

/* What the section is about that this row begins, as help and manual say it; NULL for other rows. */
const char *command_heading(const struct command *command);

/*
 * The command that the words begin with, and how many of them are its name, which may also be mcumgr's
 * ("log module_list"). NULL when there is none; then *ret_words counts the words that at least begin
 * some command's name ("image" of "image foo").
 */
const struct command *command_find(const char *const *words, size_t count, size_t *ret_words);

/* Does the command's path have more than one word and begin with this one? */
bool command_is_of_family(const struct command *command, const char *word);

#endif
