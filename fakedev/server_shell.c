/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shell group: a small shell in the manner of Zephyr's (protocol.md 3.8). Its texts are those of the
 * recorded server, and so are its limits: output that does not fit is cut without a word.
 */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "fakedev/server.h"

enum {
	LINE_MAX_LENGTH = 256, /* CONFIG_SHELL_CMD_BUFF_SIZE */
	OUTPUT_SIZE = 350,     /* of the dummy backend's buffer, a NUL included */
	WORDS_MAX = 20,        /* CONFIG_SHELL_ARGC_MAX */
	US_PER_MS = 1000,
};

/* What commands return: an errno value below 0, or their own. */
enum { UNKNOWN_COMMAND = -8, HELP_PRINTED = 1 };

struct line {
	char text[LINE_MAX_LENGTH + 1];
	size_t len;
	const char *words[WORDS_MAX];
	size_t count;
};

/* Joined with blanks: quoting is the client's affair. What is no text ends the words. */
static unsigned join_words(const struct body_value *argv, struct line *line)
{
	struct body_iter iter = body_iterate(argv);
	struct body_value word;

	while (body_next(&iter, &word) && word.kind == BODY_TEXT && !word.indefinite) {
		if (line->len + word.content.len >= LINE_MAX_LENGTH)
			return SHELL_ERROR_TOO_LONG;
		memcpy(line->text + line->len, word.content.data, word.content.len);
		line->len += word.content.len;
		line->text[line->len++] = ' ';
	}
	return line->len == 0 ? SHELL_ERROR_EMPTY : 0;
}

/*
 * Take one word from *from and write it to *to, which is never ahead. Outside of quotes a backslash keeps
 * the next character, inside it keeps the quote.
 */
static void take_word(const char **from, char **to)
{
	char quote = '\0';

	while (**from != '\0' && (quote != '\0' || **from != ' ')) {
		char c = *(*from)++;

		if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		if (quote != '\0' && c == quote) {
			quote = '\0';
			continue;
		}
		if (c == '\\' && **from != '\0' && (quote == '\0' || **from == quote))
			c = *(*from)++;
		*(*to)++ = c;
	}
}

static void split(struct line *line)
{
	const char *from = line->text;
	char *to = line->text;

	line->text[line->len] = '\0';
	for (;;) {
		from += strspn(from, " ");
		if (*from == '\0' || line->count == WORDS_MAX)
			return;
		line->words[line->count++] = to;
		take_word(&from, &to);
		/* The NUL takes the place of the blank, which every word has behind it. */
		from += *from != '\0';
		*to++ = '\0';
	}
}

static int64_t run_uptime(const struct server *server, const struct line *line, struct buf *out)
{
	(void)line;
	buf_format(out, "Uptime: %" PRIu64 " ms\r\n",
		(server->now_us - server->booted_us) / US_PER_MS);
	return 0;
}

static int64_t run_version(const struct server *server, const struct line *line, struct buf *out)
{
	(void)server;
	(void)line;
	buf_format(out, "Zephyr version 4.1.0\r\n");
	return 0;
}

static int64_t run_kernel(const struct server *server, const struct line *line, struct buf *out)
{
	(void)server;
	(void)line;
	buf_format(out, "kernel - Kernel commands\r\n"
			"Subcommands:\r\n"
			"  uptime   : Kernel uptime.\r\n"
			"  version  : Kernel version.\r\n");
	return HELP_PRINTED;
}

static int64_t run_help(const struct server *server, const struct line *line, struct buf *out)
{
	(void)server;
	(void)line;
	buf_format(out,
		"Please press the <Tab> button to see all available commands.\r\n"
		"You can also use the <Tab> button to prompt or auto-complete all commands or "
		"its subcommands.\r\n"
		"You can try to call commands with <-h> or <--help> parameter for more "
		"information.\r\n\r\n"
		"Shell supports following meta-keys:\r\n"
		"  Ctrl + (a key from: abcdefklnpuw)\r\n"
		"  Alt  + (a key from: bf)\r\n"
		"Please refer to shell documentation for more details.\r\n");
	return 0;
}

/* The words as they have arrived, in the manner of Zephyr's example of a shell. */
static int64_t run_params(const struct server *server, const struct line *line, struct buf *out)
{
	(void)server;
	buf_format(out, "argc = %zu\r\n", line->count - 1);
	for (size_t i = 1; i < line->count; i++)
		buf_format(out, "  argv[%zu] = %s\r\n", i - 1, line->words[i]);
	return 0;
}

/* The recorded firmware's own: so many letters. */
static int64_t run_gen(const struct server *server, const struct line *line, struct buf *out)
{
	uint64_t count = 0;

	(void)server;
	if (line->count > 1)
		(void)text_parse_uint(line->words[1], 0, OUTPUT_SIZE, &count);
	for (uint64_t i = 0; i < count; i++)
		buf_format(out, "%c", (int)('a' + i % 26));
	return 0;
}

/* A command comes before what its name begins with. */
static const struct shell_command {
	const char *words[2];
	int64_t (*run)(const struct server *server, const struct line *line, struct buf *out);
} shell_commands[] = {
	{ { "kernel", "uptime" }, run_uptime },
	{ { "kernel", "version" }, run_version },
	{ { "kernel" }, run_kernel },
	{ { "help" }, run_help },
	{ { "demo", "params" }, run_params },
	{ { "gen" }, run_gen },
};

static bool is_called(const struct shell_command *command, const struct line *line)
{
	for (size_t i = 0; i < 2 && command->words[i] != NULL; i++) {
		if (i >= line->count || strcmp(line->words[i], command->words[i]) != 0)
			return false;
	}
	return true;
}

static int64_t execute(const struct server *server, const struct line *line, struct buf *out)
{
	buf_format(out, "\r\n");
	for (size_t i = 0; i < sizeof(shell_commands) / sizeof(shell_commands[0]); i++) {
		if (is_called(&shell_commands[i], line))
			return shell_commands[i].run(server, line, out);
	}
	if (line->count > 0)
		buf_format(out, "\033[1;31m%s: command not found\r\n\033[m", line->words[0]);
	return UNKNOWN_COMMAND;
}

struct answer server_shell_exec(
	struct server *server, const struct request *request, struct buf *body)
{
	uint8_t storage[OUTPUT_SIZE];
	struct buf out = BUF_OVER(storage);
	struct line line = { .len = 0 };
	struct body_value argv;
	unsigned error;
	int64_t code;

	if (!body_get(&request->args, "argv", &argv) || argv.kind != BODY_ARRAY)
		return answer_rc(RC_INVALID);
	error = join_words(&argv, &line);
	if (error != 0)
		return answer_error(SMP_GROUP_SHELL, error);
	split(&line);
	code = execute(server, &line, &out);
	body_put_text(body, "o");
	body_put_text_span(body, buf_span(&out));
	body_put_text(body, "ret");
	body_put_int(body, code);
	return answer_ok();
}
