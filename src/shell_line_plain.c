/* SPDX-License-Identifier: Apache-2.0 */
/* Typing with what the terminal itself can do, see shell_line.h. */
#include "src/shell_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

struct shell_line {
	FILE *out;
	size_t len;
	char text[TEXT_MAX];
};

enum status shell_line_open(
	const struct shell_line_config *config, struct shell_line **ret_line, struct err *reterr)
{
	struct shell_line *line = calloc(1, sizeof(*line));

	if (line == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	line->out = config->out;
	*ret_line = line;
	return STATUS_OK;
}

void shell_line_close(struct shell_line *line)
{
	free(line);
}

void shell_line_begin(struct shell_line *line, const char *prompt)
{
	line->len = 0;
	fputs(prompt, line->out);
	fflush(line->out);
}

/* The terminal gives whole lines, and a part of one for Ctrl-D. */
enum shell_line_state shell_line_feed(struct shell_line *line, const char **ret_text)
{
	ssize_t len =
		read(STDIN_FILENO, line->text + line->len, sizeof(line->text) - 1 - line->len);

	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return SHELL_LINE_TYPING;
	if (len <= 0 && line->len == 0)
		return SHELL_LINE_ENDED;
	line->len += len > 0 ? (size_t)len : 0;
	line->text[line->len] = '\0';
	if (len > 0 && line->text[line->len - 1] != '\n' && line->len < sizeof(line->text) - 1)
		return SHELL_LINE_TYPING;
	line->text[strcspn(line->text, "\n")] = '\0';
	*ret_text = line->text;
	return SHELL_LINE_ENTERED;
}

int shell_line_signal_fd(const struct shell_line *line)
{
	(void)line;
	return -1;
}

void shell_line_heed_signals(struct shell_line *line)
{
	(void)line;
}

void shell_line_hide(struct shell_line *line)
{
	fputc('\n', line->out);
	fflush(line->out);
}

/* What was typed is the terminal's, and is not shown again. */
void shell_line_show(struct shell_line *line, const char *prompt)
{
	fputs(prompt, line->out);
	fflush(line->out);
}

void shell_line_discard(struct shell_line *line)
{
	fputc('\n', line->out);
	fflush(line->out);
}

void shell_line_remember(struct shell_line *line, const char *text)
{
	(void)line;
	(void)text;
}
