/* SPDX-License-Identifier: Apache-2.0 */
/* Running the lines of a script, see script.h. */
#include "src/script.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "src/local_command.h"
#include "src/words.h"

enum { LINE_LENGTH_MAX = 8192 };

static const char byte_order_mark[] = "\xef\xbb\xbf";

struct reader {
	struct link *link;
	int fd;
	bool has_ended;
	size_t used;  /* of `text`: lines that were given out */
	size_t count; /* bytes in it */
	char text[LINE_LENGTH_MAX];
};

/* Wait for more of the script; meanwhile the device is listened to. */
static enum status wait_for_input(struct reader *reader, struct err *reterr)
{
	enum link_news news = LINK_TIME;
	enum status status;

	do {
		status = link_wait(reader->link, reader->fd, CLOCK_NEVER, &news, reterr);
		if (status == STATUS_OK && news == LINK_DEVICE)
			link_attend(reader->link);
	} while (status == STATUS_OK && news != LINK_INPUT);
	return status;
}

static enum status read_more(struct reader *reader, struct err *reterr)
{
	enum status status;
	ssize_t len;

	memmove(reader->text, reader->text + reader->used, reader->count - reader->used);
	reader->count -= reader->used;
	reader->used = 0;
	/* One byte is for the NUL. */
	if (reader->count == sizeof(reader->text) - 1)
		return err_set(reterr, STATUS_USAGE, "the line is too long");
	status = wait_for_input(reader, reterr);
	if (status != STATUS_OK)
		return status;
	len = read(
		reader->fd, reader->text + reader->count, sizeof(reader->text) - 1 - reader->count);
	if (len < 0 && errno != EINTR && errno != EAGAIN)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "the script cannot be read");
	reader->has_ended = len == 0;
	reader->count += len > 0 ? (size_t)len : 0;
	return STATUS_OK;
}

/* The next line, valid until the next call; *ret_line NULL behind the last. */
static enum status read_line(struct reader *reader, const char **ret_line, struct err *reterr)
{
	char *line, *end;

	for (;;) {
		line = reader->text + reader->used;
		end = memchr(line, '\n', reader->count - reader->used);
		if (end != NULL || reader->has_ended)
			break;
		if (read_more(reader, reterr) != STATUS_OK)
			return reterr->status;
	}
	*ret_line = reader->used < reader->count ? line : NULL;
	if (end == NULL)
		end = reader->text + reader->count;
	*end = '\0';
	if (strlen(line) != (size_t)(end - line))
		return err_set(reterr, STATUS_USAGE, "this is no text");
	reader->used = (size_t)(end - reader->text) + 1;
	if (reader->used > reader->count)
		reader->used = reader->count;
	return STATUS_OK;
}

static int run_locally(const struct script_line *line, const char *text, struct runner *runner)
{
	const struct settings *settings = runner_settings(runner);
	struct local_command command = {
		.text = text,
		.has_input = line->has_input,
		.output_is_taken = settings->json,
	};
	int code = local_command_run(&command);

	if (code != 0)
		runner_note(runner, line->where, "the exit code of the command is %d", code);
	return code;
}

int script_run_line(struct script_line *line, const char *text, struct runner *runner)
{
	struct err err = { .status = STATUS_OK };
	struct words words;

	text += strspn(text, " \t");
	line->may_fail = text[0] == '-' && (text[1] == ' ' || text[1] == '\t');
	if (line->may_fail)
		text += 1 + strspn(text + 1, " \t");
	line->is_empty = false;
	if (text[0] == '!')
		return run_locally(line, text + 1, runner);
	if (words_split(text, &words, &err) != STATUS_OK)
		return runner_fail(runner, line->where, &err);
	line->is_empty = words.count == 0;
	return line->is_empty ? status_exit_code(STATUS_OK)
			      : runner_run(runner, line->where, (int)words.count, words.items);
}

static int run_lines(const struct script *script, struct reader *reader, struct runner *runner)
{
	const char *name = script->path != NULL ? script->path : "stdin";
	const int interrupted = status_exit_code(STATUS_INTERRUPTED);
	char where[PATH_MAX + 16];
	struct script_line line = { .where = where, .has_input = script->path != NULL };
	struct err err = { .status = STATUS_OK };
	bool has_spoken = false;
	const char *text = NULL;
	int first = 0;

	for (unsigned number = 1; !runner_wants_to_leave(runner); number++) {
		int code;

		snprintf(where, sizeof(where), "%s:%u", name, number);
		if (read_line(reader, &text, &err) != STATUS_OK)
			return runner_fail(runner, where, &err);
		if (text == NULL)
			break;
		/* Some editors begin a file with it. */
		if (number == 1 && strncmp(text, byte_order_mark, strlen(byte_order_mark)) == 0)
			text += strlen(byte_order_mark);
		code = script_run_line(&line, text, runner);
		has_spoken = has_spoken || !line.is_empty;
		if (code == interrupted)
			return code;
		if (code == 0 || line.may_fail)
			continue;
		if (first == 0)
			first = code;
		if (!script->keeps_going)
			break;
	}
	if (has_spoken || !script->must_speak)
		return first;
	err_set(&err, STATUS_USAGE, "no command was given");
	err_hint(&err, "smpctl help lists the commands");
	return runner_fail(runner, NULL, &err);
}

int script_run(const struct script *script, struct runner *runner)
{
	struct reader reader = { .link = runner_link(runner), .fd = STDIN_FILENO };
	struct err err = { .status = STATUS_OK };
	int code;

	if (script->path != NULL)
		reader.fd = open(script->path, O_RDONLY | O_CLOEXEC);
	if (reader.fd < 0) {
		err_set_errno(&err, STATUS_BAD_FILE, errno, "%s", script->path);
		return runner_fail(runner, NULL, &err);
	}
	if (script->path == NULL)
		runner_take_input(runner);
	code = run_lines(script, &reader, runner);
	if (script->path != NULL)
		close(reader.fd);
	return code;
}
