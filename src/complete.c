/* SPDX-License-Identifier: Apache-2.0 */
/* Where the cursor is on the command line, see complete.h. The words are read as parse.c does. */
#include "src/complete.h"

#include <stdio.h>
#include <string.h>

#include "src/command.h"
#include "src/complete_value.h"
#include "src/mcumgr.h"
#include "src/placeholder.h"

enum { WORDS_MAX = 32, OPTION_TEXT_MAX = 64 };

/* The words before the cursor, taken apart. */
struct line {
	const struct complete_query *query;
	size_t at; /* the next of them */
	const char *words[WORDS_MAX];
	size_t word_count;
	bool has_ended_options; /* behind "--" */
	bool wants_argument;    /* the last one is an option whose argument is at the cursor */
	const struct option_spec *option; /* which; NULL: one of mcumgr's that means nothing here */
	struct settings settings;
};

/* An option that was named: take its argument from `inside` or from the next word. */
static void use_option(struct line *line, const struct option_spec *option, const char *inside)
{
	const struct complete_query *query = line->query;
	const char *argument = inside;

	if (option != NULL && option->kind == OPTION_SWITCH) {
		if (inside == NULL)
			(void)option_set(option, NULL, &line->settings, ERR_IGNORED);
		return;
	}
	if (argument == NULL && line->at < query->count)
		argument = query->words[line->at++];
	else if (argument == NULL)
		line->wants_argument = true;
	line->option = option;
	if (option != NULL && argument != NULL)
		(void)option_set(option, argument, &line->settings, ERR_IGNORED);
}

static void use_mcumgrs(struct line *line, const struct mcumgr_option *option, const char *inside)
{
	if (option->ours != NULL)
		use_option(line, option_find_name(option->ours, strlen(option->ours)), inside);
	else if (option->argument != NULL)
		use_option(line, NULL, inside);
}

/* "--name", "--name=argument" */
static void read_long(struct line *line, const char *word)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	const struct option_spec *option = option_find_name(name, len);
	const struct mcumgr_option *mcumgrs = mcumgr_find_name(name, len);
	const char *inside = name[len] == '=' ? name + len + 1 : NULL;

	if (option != NULL)
		use_option(line, option, inside);
	else if (mcumgrs != NULL)
		use_mcumgrs(line, mcumgrs, inside);
}

/* "-v", "-vq", "-p ADDRESS", "-pADDRESS" */
static void read_short(struct line *line, const char *word)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		const struct option_spec *option = option_find_letter(*letter);
		const struct mcumgr_option *mcumgrs = mcumgr_find_letter(*letter);
		const char *inside = letter[1] != '\0' ? letter + 1 : NULL;

		if (option != NULL && option->kind == OPTION_SWITCH) {
			use_option(line, option, NULL);
		} else if (option != NULL) {
			use_option(line, option, inside);
			return;
		} else if (mcumgrs != NULL && mcumgrs->argument != NULL) {
			use_mcumgrs(line, mcumgrs, inside);
			return;
		}
	}
}

static void read_words(struct line *line)
{
	const struct complete_query *query = line->query;

	while (line->at < query->count) {
		const char *word = query->words[line->at++];

		if (line->has_ended_options || word[0] != '-' || word[1] == '\0') {
			if (line->word_count < WORDS_MAX)
				line->words[line->word_count++] = word;
		} else if (strcmp(word, "--") == 0) {
			line->has_ended_options = true;
		} else if (word[1] == '-') {
			read_long(line, word);
		} else {
			read_short(line, word);
		}
	}
}

static bool takes_option(const struct command *command, const struct option_spec *option)
{
	if (option->is_global)
		return true;
	for (size_t i = 0; command != NULL && command->options != NULL && command->options[i];
		i++) {
		if (strcmp(command->options[i], option->name) == 0)
			return true;
	}
	return false;
}

/* The command's own options, which are few, and then the global ones. */
static void add_options(struct completion *completion, const struct command *command, bool global)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		char text[OPTION_TEXT_MAX];

		if (options[i].is_global != global || !takes_option(command, &options[i]))
			continue;
		if (option_is_given(&options[i], &completion->settings) &&
			options[i].kind != OPTION_PORT)
			continue;
		snprintf(text, sizeof(text), "--%s", options[i].name);
		candidates_add(completion->out, text, options[i].help);
	}
}

/* "--flow=": what stands behind it. */
static void complete_long(struct completion *completion, const struct command *command)
{
	const char *word = completion->query->word;
	size_t len = strcspn(word, "=");
	const struct option_spec *option;

	if (word[len] == '\0') {
		add_options(completion, command, false);
		add_options(completion, command, true);
		return;
	}
	option = option_find_name(word + 2, len - 2);
	if (option == NULL || option->kind == OPTION_SWITCH)
		return;
	completion->out->value_at = len + 1;
	complete_option_value(completion, option);
}

/* "-p", which is whole already, and "-pusb:": the letter's argument behind it. */
static void complete_short(struct completion *completion)
{
	const char *word = completion->query->word;

	for (size_t i = 1; word[i] != '\0'; i++) {
		const struct option_spec *option = option_find_letter(word[i]);

		if (option == NULL)
			return;
		if (option->kind != OPTION_SWITCH && word[i + 1] != '\0') {
			completion->out->value_at = i + 1;
			complete_option_value(completion, option);
			return;
		}
		if (word[i + 1] == '\0')
			candidates_add(completion->out, word, option->help);
	}
}

static void complete_argument(struct completion *completion, const struct command *command)
{
	size_t index = completion->word_count - completion->command_words, len = 0;
	const char *placeholder = index < command->args_max
					  ? placeholder_find(command->arguments, index, &len)
					  : NULL;

	if (placeholder != NULL)
		complete_value(completion, VALUE_OF_COMMAND, placeholder, len);
}

static void complete_word(
	struct completion *completion, const struct line *line, const struct command *command)
{
	const char *word = completion->query->word;

	if (!line->has_ended_options && word[0] == '-' && word[1] != '\0' && word[1] != '-') {
		complete_short(completion);
		return;
	}
	if (!line->has_ended_options && word[0] == '-') {
		complete_long(completion, command);
		return;
	}
	complete_command_words(completion, completion->words, completion->word_count);
	if (command != NULL)
		complete_argument(completion, command);
}

void complete(const struct complete_query *query, struct candidates *ret_candidates)
{
	struct line line = { .query = query };
	struct completion completion = { .query = query, .out = ret_candidates };
	const struct command *command = NULL;

	*ret_candidates = (struct candidates){ .word = query->word };
	settings_default(&line.settings);
	read_words(&line);
	completion.settings = line.settings;
	completion.words = line.words;
	completion.word_count = line.word_count;
	if (line.word_count > 0)
		command = command_find(line.words, line.word_count, &completion.command_words);
	if (!line.wants_argument)
		complete_word(&completion, &line, command);
	else if (line.option != NULL)
		complete_option_value(&completion, line.option);
}
