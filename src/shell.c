/* SPDX-License-Identifier: Apache-2.0 */
/* The interactive shell, see shell.h. */
#include "src/shell.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "src/complete.h"
#include "src/complete_live.h"
#include "src/prompt.h"
#include "src/script.h"
#include "src/shell_line.h"
#include "src/state_file.h"
#include "src/words.h"

struct shell {
	struct runner *runner;
	struct link *link;
	struct shell_line *line;
	struct prompt prompt;
	char history_path[PATH_MAX];
};

/* Of the device that is held; what the words before name another is a matter for the command itself. */
static void find_live(void *ctx, enum complete_live what, const struct settings *settings,
	struct candidates *ret_candidates)
{
	struct smp_stat_list groups;
	struct smp_image_state state;

	(void)settings;
	if (what == COMPLETE_HASHES && prompt_ask_images(ctx, &state))
		complete_live_add_hashes(ret_candidates, &state);
	else if (what == COMPLETE_STAT_GROUPS && prompt_ask_stat_groups(ctx, &groups))
		complete_live_add_stat_groups(ret_candidates, &groups);
}

static void find_candidates(
	void *ctx, const char *before, const char *word, struct candidates *ret_candidates)
{
	struct shell *shell = ctx;
	struct words words;
	struct complete_query query = {
		.word = word,
		.is_shell = true,
		.find_live = find_live,
		.ctx = shell->link,
	};

	*ret_candidates = (struct candidates){ 0 };
	/* Commands of this machine are sh's affair. */
	if (before[strspn(before, " \t")] == '!' ||
		words_split(before, &words, ERR_IGNORED) != STATUS_OK)
		return;
	query.words = (const char *const *)words.items;
	query.count = words.count;
	complete(&query, ret_candidates);
}

/* Something may have to be printed above the line. False: a Ctrl-C has come. */
static bool attend(struct shell *shell)
{
	bool is_made;

	shell_line_hide(shell->line);
	link_attend(shell->link);
	is_made = prompt_make(&shell->prompt, shell->link);
	shell_line_show(shell->line, shell->prompt.text);
	return is_made;
}

static void begin_line(struct shell *shell)
{
	link_restore(shell->link);
	/* What came behind the last answer stands above the line. */
	link_attend(shell->link);
	prompt_make(&shell->prompt, shell->link);
	shell_line_begin(shell->line, shell->prompt.text);
}

/* Wait for a line; NULL: there is none any more. */
static const char *read_line(struct shell *shell)
{
	enum shell_line_state state = SHELL_LINE_TYPING;
	const char *text = NULL;

	begin_line(shell);
	while (state == SHELL_LINE_TYPING) {
		uint64_t ask_at_us = prompt_ask_at_us(&shell->prompt, shell->link);
		struct err err = { .status = STATUS_OK };
		enum link_news news = LINK_TIME;
		enum status status = link_wait(shell->link, STDIN_FILENO, ask_at_us, &news, &err);
		bool is_interrupted = status == STATUS_INTERRUPTED;

		shell_line_heed_signals(shell->line);
		if (status != STATUS_OK && !is_interrupted)
			return NULL;
		if (status == STATUS_OK && news == LINK_INPUT)
			state = shell_line_feed(shell->line, &text);
		else if (!is_interrupted &&
			 (news == LINK_DEVICE || link_now_us(shell->link) >= ask_at_us))
			is_interrupted = !attend(shell);
		if (is_interrupted) {
			shell_line_discard(shell->line);
			begin_line(shell);
		}
	}
	return state == SHELL_LINE_ENTERED ? text : NULL;
}

/* Lead the first prompt to a board, and say what to do where there is none. */
static void connect_first(struct shell *shell)
{
	const struct settings *settings = runner_settings(shell->runner);
	struct err err = { .status = STATUS_OK };

	runner_note(shell->runner, NULL, "smpctl %s: help lists the commands, Ctrl-D leaves",
		SMPCTL_VERSION);
	if (runner_connect(shell->runner, &err) == STATUS_OK)
		return;
	if (err.status == STATUS_NO_PORT && settings->port == NULL)
		runner_note(shell->runner, NULL,
			"no device: ports shows what there is, connect ADDRESS opens one");
	else
		runner_fail(shell->runner, NULL, &err);
}

static void run_lines(struct shell *shell, FILE *terminal)
{
	struct script_line line = { .has_input = true };
	const char *text;

	while (!runner_wants_to_leave(shell->runner)) {
		text = read_line(shell);
		if (text == NULL) {
			fputc('\n', terminal);
			return;
		}
		if (text[strspn(text, " \t")] != '\0')
			shell_line_remember(shell->line, text);
		script_run_line(&line, text, shell->runner);
		link_forget_interrupts(shell->link);
	}
}

int shell_run(struct runner *runner, FILE *terminal)
{
	struct shell shell = { .runner = runner, .link = runner_link(runner) };
	struct shell_line_config config = {
		.out = terminal,
		.complete = find_candidates,
		.ctx = &shell,
	};
	struct err err = { .status = STATUS_OK };

	if (state_file_path("history", shell.history_path, sizeof(shell.history_path), &err) ==
		STATUS_OK)
		config.history_path = shell.history_path;
	err_clear(&err);
	if (shell_line_open(&config, &shell.line, &err) != STATUS_OK)
		return runner_fail(runner, NULL, &err);
	link_show_text(shell.link);
	link_wake_on(shell.link, shell_line_signal_fd(shell.line));
	connect_first(&shell);
	run_lines(&shell, terminal);
	shell_line_close(shell.line);
	return status_exit_code(STATUS_OK);
}
