/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a command line apart, see parse.h. */
#include "src/parse.h"

#include <string.h>

#include "base/text.h"
#include "src/mcumgr.h"

enum { WORDS_MAX = 32 };

struct parser {
	struct invocation *invocation;
	char **rest; /* words not looked at yet */
	int left;
	const char *words[WORDS_MAX]; /* what is no option */
	size_t word_count;
	const struct option_spec *used[SETTINGS_OPTIONS_MAX]; /* each once */
	size_t used_count;
};

static enum status unknown_option(const char *word, size_t len, struct err *reterr)
{
	size_t count;
	const struct option_spec *options = option_table(&count);
	char name[40] = "";

	err_set(reterr, STATUS_USAGE, "unknown option \"%.*s\"", (int)len + 2, word);
	if (len < sizeof(name))
		memcpy(name, word + 2, len);
	for (size_t i = 0; i < count; i++) {
		if (text_is_similar(name, options[i].name))
			return err_hint(reterr, "did you mean --%s?", options[i].name);
	}
	return err_hint(reterr, "smpctl --help lists the options");
}

/* The argument of an option, from the next word unless it stood in the same one. */
static enum status take_argument(struct parser *parser, const char *name, const char *what,
	const char **argument, struct err *reterr)
{
	if (*argument != NULL)
		return STATUS_OK;
	if (parser->left == 0)
		return err_set(reterr, STATUS_USAGE, "--%s needs an argument: %s", name, what);
	*argument = *parser->rest++;
	parser->left--;
	return STATUS_OK;
}

/* For the check against the command. */
static void remember_used(struct parser *parser, const struct option_spec *option)
{
	for (size_t i = 0; i < parser->used_count; i++) {
		if (parser->used[i] == option)
			return;
	}
	parser->used[parser->used_count++] = option;
}

static enum status use_option(struct parser *parser, const struct option_spec *option,
	const char *argument, struct err *reterr)
{
	enum status status = STATUS_OK;

	remember_used(parser, option);
	if (option->kind != OPTION_SWITCH)
		status = take_argument(parser, option->name, option->argument, &argument, reterr);
	if (status != STATUS_OK)
		return status;
	return option_set(option, argument, &parser->invocation->settings, reterr);
}

/* One of mcumgr's own: ours by another name, or remembered so that a note can be made of it. */
static enum status use_mcumgrs(struct parser *parser, const struct mcumgr_option *option,
	const char *argument, struct err *reterr)
{
	struct invocation *invocation = parser->invocation;

	if (option->ours != NULL)
		return use_option(parser, option_find_name(option->ours, strlen(option->ours)),
			argument, reterr);
	if (invocation->ignored_count < INVOCATION_IGNORED_MAX)
		invocation->ignored[invocation->ignored_count++] = option;
	if (option->argument == NULL)
		return STATUS_OK;
	return take_argument(parser, option->name, option->argument, &argument, reterr);
}

/* "--name" or "--name=argument" */
static enum status take_long(struct parser *parser, const char *word, struct err *reterr)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	const struct option_spec *option = option_find_name(name, len);
	const struct mcumgr_option *mcumgrs = mcumgr_find_name(name, len);
	const char *argument = name[len] == '=' ? name + len + 1 : NULL;

	if (option == NULL && mcumgrs != NULL)
		return use_mcumgrs(parser, mcumgrs, argument, reterr);
	if (option == NULL)
		return unknown_option(word, len, reterr);
	if (option->kind == OPTION_SWITCH && argument != NULL)
		return err_set(reterr, STATUS_USAGE, "--%s takes no argument", option->name);
	return use_option(parser, option, argument, reterr);
}

static enum status unknown_letter(const char *word, char letter, struct err *reterr)
{
	if (word[2] == '\0')
		err_set(reterr, STATUS_USAGE, "unknown option \"%s\"", word);
	else
		err_set(reterr, STATUS_USAGE, "unknown option \"-%c\" in \"%s\"", letter, word);
	return err_hint(reterr, "smpctl --help lists the options");
}

/* "-v", "-vq", "-p ADDRESS", "-pADDRESS" */
static enum status take_short(struct parser *parser, const char *word, struct err *reterr)
{
	enum status status = STATUS_OK;

	for (const char *letter = word + 1; status == STATUS_OK && *letter != '\0'; letter++) {
		const struct option_spec *option = option_find_letter(*letter);
		const struct mcumgr_option *mcumgrs = mcumgr_find_letter(*letter);
		const char *rest = letter[1] != '\0' ? letter + 1 : NULL;

		if (option == NULL && mcumgrs == NULL)
			return unknown_letter(word, *letter, reterr);
		if (option == NULL && mcumgrs->argument != NULL)
			return use_mcumgrs(parser, mcumgrs, rest, reterr);
		if (option == NULL)
			status = use_mcumgrs(parser, mcumgrs, NULL, reterr);
		else if (option->kind != OPTION_SWITCH)
			return use_option(parser, option, rest, reterr);
		else
			status = use_option(parser, option, NULL, reterr);
	}
	return status;
}

static enum status take_word(struct parser *parser, const char *word, struct err *reterr)
{
	if (parser->word_count == WORDS_MAX)
		return err_set(reterr, STATUS_USAGE, "too many words");
	parser->words[parser->word_count++] = word;
	return STATUS_OK;
}

static enum status split(struct parser *parser, struct err *reterr)
{
	bool has_options_ended = false;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && parser->left > 0) {
		const char *word = *parser->rest++;

		parser->left--;
		/* A lone "-" is a word: it names standard input or output. */
		if (has_options_ended || word[0] != '-' || word[1] == '\0')
			status = take_word(parser, word, reterr);
		else if (strcmp(word, "--") == 0)
			has_options_ended = true;
		else if (word[1] == '-')
			status = take_long(parser, word, reterr);
		else
			status = take_short(parser, word, reterr);
	}
	return status;
}

/* The word of a command's path that stands at `index`; false when it has fewer. */
static bool path_word(const char *path, size_t index, const char **ret_word, size_t *ret_len)
{
	for (; index > 0; index--) {
		path += strcspn(path, " ");
		if (*path == '\0')
			return false;
		path++;
	}
	*ret_word = path;
	*ret_len = strcspn(path, " ");
	return true;
}

/* Which words may stand behind the first one of a command. */
static enum status hint_family(const char *family, struct err *reterr)
{
	size_t count;
	const struct command *commands = command_table(&count);
	uint8_t storage[256];
	struct buf list = BUF_OVER(storage);

	for (size_t i = 0; i < count; i++) {
		if (command_is_of_family(&commands[i], family))
			buf_format(&list, "%s%s", list.len > 0 ? ", " : "",
				commands[i].path + strlen(family) + 1);
	}
	return err_hint(reterr, "one of: %s", buf_text(&list));
}

static enum status unknown_command(const struct parser *parser, size_t known, struct err *reterr)
{
	size_t count;
	const struct command *commands = command_table(&count);
	const char *wrong = parser->words[known];

	if (known > 0)
		err_set(reterr, STATUS_USAGE, "unknown command \"%s %s\"", parser->words[0], wrong);
	else
		err_set(reterr, STATUS_USAGE, "unknown command \"%s\"", wrong);
	for (size_t i = 0; i < count; i++) {
		char candidate[32];
		const char *word;
		size_t len;

		if ((known > 0 && !command_is_of_family(&commands[i], parser->words[0])) ||
			!path_word(commands[i].path, known, &word, &len) ||
			len >= sizeof(candidate))
			continue;
		memcpy(candidate, word, len);
		candidate[len] = '\0';
		if (text_is_similar(wrong, candidate))
			return err_hint(reterr, "did you mean \"%s\"?", commands[i].path);
	}
	return known > 0 ? hint_family(parser->words[0], reterr)
			 : err_hint(reterr, "smpctl help lists the commands");
}

static enum status incomplete_command(const struct parser *parser, struct err *reterr)
{
	if (parser->invocation->settings.help) {
		parser->invocation->family = parser->words[0];
		return STATUS_OK;
	}
	err_set(reterr, STATUS_USAGE, "\"%s\" needs another word", parser->words[0]);
	return hint_family(parser->words[0], reterr);
}

static enum status find_command(struct parser *parser, struct err *reterr)
{
	struct invocation *invocation = parser->invocation;
	size_t known = 0;

	if (parser->word_count == 0)
		return STATUS_OK;
	invocation->command = command_find(parser->words, parser->word_count, &known);
	if (invocation->command == NULL)
		return known == parser->word_count ? incomplete_command(parser, reterr)
						   : unknown_command(parser, known, reterr);
	if (parser->word_count - known > COMMAND_ARGS_MAX)
		return err_set(reterr, STATUS_USAGE, "too many arguments");
	for (size_t i = known; i < parser->word_count; i++)
		invocation->args[invocation->arg_count++] = parser->words[i];
	return STATUS_OK;
}

static bool takes_option(const struct command *command, const struct option_spec *option)
{
	if (option->is_global)
		return true;
	for (size_t i = 0; command->options != NULL && command->options[i] != NULL; i++) {
		if (strcmp(command->options[i], option->name) == 0)
			return true;
	}
	return false;
}

/* Only a command that is for several devices knows what to do with a second port. */
static enum status check_ports(const struct invocation *invocation, struct err *reterr)
{
	const struct settings *settings = &invocation->settings;
	size_t count = settings->ports.count;

	if (count > 1 && !takes_option(invocation->command, option_find_name("all", 3)))
		return err_set(reterr, STATUS_USAGE, "\"%s\" is for one device, and -p names %zu",
			invocation->command->path, count);
	if (count > 1 && settings->all)
		return err_set(reterr, STATUS_USAGE,
			"--all takes one pattern, and -p is given %zu times", count);
	if (settings->from != NULL && (count > 0 || settings->all))
		return err_set(
			reterr, STATUS_USAGE, "--from names the boards: leave out -p and --all");
	return STATUS_OK;
}

static enum status check_arguments(const struct parser *parser, struct err *reterr)
{
	const struct invocation *invocation = parser->invocation;
	const struct command *command = invocation->command;

	for (size_t i = 0; i < parser->used_count; i++) {
		if (takes_option(command, parser->used[i]))
			continue;
		err_set(reterr, STATUS_USAGE, "\"%s\" takes no option --%s", command->path,
			parser->used[i]->name);
		return err_hint(reterr, "smpctl help %s says what it takes", command->path);
	}
	if (invocation->arg_count < command->args_min)
		err_set(reterr, STATUS_USAGE, "\"%s\" needs an argument: %s", command->path,
			command->arguments);
	else if (invocation->arg_count > command->args_max)
		err_set(reterr, STATUS_USAGE, "\"%s\" does not know what to do with \"%s\"",
			command->path, invocation->args[command->args_max]);
	else
		return check_ports(invocation, reterr);
	return err_hint(reterr, "usage: smpctl %s%s%s", command->path,
		command->arguments[0] != '\0' ? " " : "", command->arguments);
}

enum status parse_words(int count, char **words, struct invocation *invocation, struct err *reterr)
{
	struct settings base;

	settings_default(&base);
	return parse_line(count, words, &base, invocation, reterr);
}

enum status parse_line(int count, char **words, const struct settings *base,
	struct invocation *invocation, struct err *reterr)
{
	struct parser parser = { .invocation = invocation, .rest = words, .left = count };
	enum status status;

	invocation->settings = *base;
	status = split(&parser, reterr);
	if (status == STATUS_OK && !invocation->settings.version)
		status = find_command(&parser, reterr);
	if (status != STATUS_OK || invocation->settings.help || invocation->command == NULL)
		return status;
	return check_arguments(&parser, reterr);
}
