/* SPDX-License-Identifier: Apache-2.0 */
/* Typing with readline, see shell_line.h. */
#include "src/shell_line.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* These two need stdio.h before them. */
#include <readline/readline.h>

#include <readline/history.h>

enum { HISTORY_LINES_MAX = 1000 };

struct shell_line {
	struct shell_line_config config;
	char *text; /* what was entered; NULL: nothing, or the end */
	enum shell_line_state state;
	bool is_open;                 /* readline holds the terminal */
	int signal_fd;                /* see shell_line_signal_fd; -1: they strike at any time */
	struct candidates candidates; /* while readline asks for them */
	size_t next;                  /* of them; beyond their number: files */
};

/* readline calls back without a context: this one static it forces on everybody. */
static struct shell_line *typed;

/* What readline has handlers for, and Ctrl-C is not among. */
static void fill_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGWINCH);
	sigaddset(set, SIGTSTP);
	sigaddset(set, SIGQUIT);
}

/*
 * While a line is open its signals are let in by shell_line_heed_signals only. Striking at any time, one
 * could come when the program is about to wait: readline would have noted it, and nobody would tell
 * readline to look before the next key.
 */
static void hold_signals(const struct shell_line *line, bool held)
{
	sigset_t set;

	if (line->signal_fd < 0)
		return;
	fill_set(&set);
	sigprocmask(held ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static void stop_typing(struct shell_line *line)
{
	if (!line->is_open)
		return;
	rl_callback_handler_remove();
	line->is_open = false;
	hold_signals(line, false);
}

static void on_line(char *text)
{
	/* It ends the line of a Ctrl-D on some terminals and not on others: never, then. */
	rl_eof_found = 0;
	/* At once, or it would show the prompt anew. */
	stop_typing(typed);
	free(typed->text);
	typed->text = text;
	typed->state = text != NULL ? SHELL_LINE_ENTERED : SHELL_LINE_ENDED;
}

static bool has_suffix(const char *name, const char *const *suffixes)
{
	if (suffixes == NULL || suffixes[0] == NULL)
		return true;
	for (size_t i = 0; suffixes[i] != NULL; i++) {
		size_t len = strlen(name), suffix_len = strlen(suffixes[i]);

		if (len >= suffix_len && strcmp(name + len - suffix_len, suffixes[i]) == 0)
			return true;
	}
	return false;
}

static bool is_wanted_file(const char *name, enum candidate_files files)
{
	char *path = tilde_expand(name);
	struct stat info;
	bool is_folder = path != NULL && stat(path, &info) == 0 && S_ISDIR(info.st_mode);

	free(path);
	return is_folder ||
	       (files != CANDIDATE_FOLDERS && has_suffix(name, candidates_suffixes(files)));
}

/* The next file that will do, behind what stands before its name in the word ("--key="). */
static char *next_file(const struct candidates *candidates, const char *word, int state)
{
	size_t at = candidates->value_at;
	char *name, *text;

	do {
		name = rl_filename_completion_function(word + at, state);
		state = 1;
		if (name == NULL || is_wanted_file(name, candidates->files))
			break;
		free(name);
	} while (true);
	if (name == NULL || at == 0)
		return name;
	text = malloc(at + strlen(name) + 1);
	if (text != NULL) {
		memcpy(text, word, at);
		memcpy(text + at, name, strlen(name) + 1);
	}
	free(name);
	return text;
}

/*
 * A candidate in quotes where a script's line wants them (words.h). readline does that itself, but only
 * for what it takes for the names of files. Where quotes are open already it closes them.
 */
static char *write_candidate(const struct candidate *candidate)
{
	bool is_bare = rl_completion_quote_character == 0;
	const char *from = candidate->text;
	char *text, *to;

	if (rl_completion_quote_character == '\'' || strpbrk(from, " \t\"'\\$") == NULL)
		return strdup(from);
	text = malloc(2 * strlen(from) + 3);
	if (text == NULL)
		return NULL;
	to = text;
	if (is_bare)
		*to++ = '"';
	for (; *from != '\0'; from++) {
		if (strchr("\"\\$", *from) != NULL)
			*to++ = '\\';
		*to++ = *from;
	}
	if (is_bare && !candidate->is_open)
		*to++ = '"';
	*to = '\0';
	return text;
}

/* Candidates one by one, then files; readline frees what it gets. */
static char *next_match(const char *word, int state)
{
	const struct candidates *candidates = &typed->candidates;

	if (state == 0)
		typed->next = 0;
	if (typed->next < candidates->count)
		return write_candidate(&candidates->items[typed->next++]);
	if (candidates->files == CANDIDATE_NO_FILES)
		return NULL;
	state = typed->next > candidates->count ? 1 : 0;
	typed->next = candidates->count + 1;
	return next_file(candidates, word, state);
}

static char **find_matches(const char *word, int start, int end)
{
	char *before;
	char **matches;

	(void)end;
	/* Never readline's own: files everywhere. */
	rl_attempted_completion_over = 1;
	/* Within quotes the word begins behind the quote. */
	if (rl_completion_quote_character != 0 && start > 0)
		start--;
	before = rl_copy_text(0, start);
	typed->config.complete(typed->config.ctx, before, word, &typed->candidates);
	free(before);
	rl_filename_completion_desired = typed->candidates.files != CANDIDATE_NO_FILES;
	rl_completion_suppress_append =
		typed->candidates.count == 1 && typed->candidates.items[0].is_open;
	matches = rl_completion_matches(word, next_match);
	candidates_free(&typed->candidates);
	return matches;
}

static void load_history(const char *path)
{
	int fd;

	using_history();
	stifle_history(HISTORY_LINES_MAX);
	if (path == NULL || read_history(path) == 0)
		return;
	/* It is this user's alone. */
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

enum status shell_line_open(
	const struct shell_line_config *config, struct shell_line **ret_line, struct err *reterr)
{
	struct shell_line *line = calloc(1, sizeof(*line));
	sigset_t signals;

	if (line == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	line->config = *config;
	fill_set(&signals);
	line->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	typed = line;
	/* For ~/.inputrc: "$if smpctl". */
	rl_readline_name = "smpctl";
	rl_outstream = config->out;
	/* A change of the terminal's size, and Ctrl-Z, come while nobody reads a key. */
	rl_persistent_signal_handlers = 1;
	/* LINES and COLUMNS would reach the commands of this machine, and be wrong there. */
	rl_change_environment = 0;
	rl_attempted_completion_function = find_matches;
	rl_completer_word_break_characters = (char *)(uintptr_t) " \t\n";
	rl_completer_quote_characters = "\"'";
	rl_filename_quote_characters = " \t\"'\\#$";
	load_history(config->history_path);
	*ret_line = line;
	return STATUS_OK;
}

void shell_line_close(struct shell_line *line)
{
	if (line == NULL)
		return;
	stop_typing(line);
	if (line->config.history_path != NULL)
		history_truncate_file(line->config.history_path, HISTORY_LINES_MAX);
	clear_history();
	if (line->signal_fd >= 0)
		close(line->signal_fd);
	free(line->text);
	free(line);
	typed = NULL;
}

void shell_line_begin(struct shell_line *line, const char *prompt)
{
	line->state = SHELL_LINE_TYPING;
	line->is_open = true;
	hold_signals(line, true);
	rl_callback_handler_install(prompt, on_line);
}

enum shell_line_state shell_line_feed(struct shell_line *line, const char **ret_text)
{
	rl_callback_read_char();
	*ret_text = line->text;
	return line->state;
}

int shell_line_signal_fd(const struct shell_line *line)
{
	return line->signal_fd;
}

static bool is_to_stop(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGTSTP) == 1;
}

void shell_line_heed_signals(struct shell_line *line)
{
	bool was_stopped = line->is_open && is_to_stop();

	if (!line->is_open)
		return;
	do {
		/* What waits strikes here: readline notes it. The program may stop within, too. */
		hold_signals(line, false);
		rl_check_signals();
		hold_signals(line, true);
		/* And what came in between was noted, but not looked at. */
	} while (rl_pending_signal() != 0);
	/* Others have written to the terminal meanwhile. */
	if (was_stopped)
		rl_forced_update_display();
}

void shell_line_hide(struct shell_line *line)
{
	if (!line->is_open)
		return;
	rl_clear_visible_line();
	fflush(line->config.out);
}

void shell_line_show(struct shell_line *line, const char *prompt)
{
	if (!line->is_open)
		return;
	rl_set_prompt(prompt);
	rl_on_new_line();
	rl_redisplay();
}

void shell_line_discard(struct shell_line *line)
{
	if (!line->is_open)
		return;
	fputs("^C\n", line->config.out);
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_replace_line("", 0);
	/*
	 * The terminal stays readline's: a Ctrl-D that is typed while it is not, between this line and the
	 * next, becomes a NUL and is lost.
	 */
}

void shell_line_remember(struct shell_line *line, const char *text)
{
	HIST_ENTRY *last =
		history_length > 0 ? history_get(history_base + history_length - 1) : NULL;

	if (last != NULL && strcmp(last->line, text) == 0)
		return;
	add_history(text);
	if (line->config.history_path != NULL)
		append_history(1, line->config.history_path);
}
