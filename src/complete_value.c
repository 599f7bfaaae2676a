/* SPDX-License-Identifier: Apache-2.0 */
/* What the placeholders of the tables stand for, see complete_value.h. */
#include "src/complete_value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakedev/config.h"
#include "smp/header.h"
#include "src/command.h"
#include "src/complete_live.h"
#include "src/profile.h"
#include "src/seen.h"

enum { VALUE_MAX = 128, WORD_HELP_MAX = 256 };

static void offer_nothing(struct completion *completion)
{
	(void)completion;
}

static void offer_files(struct completion *completion)
{
	completion->out->files = CANDIDATE_ANY_FILES;
}

static void offer_firmware(struct completion *completion)
{
	completion->out->files = CANDIDATE_FIRMWARE;
}

static void offer_keys(struct completion *completion)
{
	completion->out->files = CANDIDATE_KEYS;
}

static void offer_folders(struct completion *completion)
{
	completion->out->files = CANDIDATE_FOLDERS;
}

static void offer_profiles(struct completion *completion)
{
	complete_live_profiles(completion->out);
}

static void offer_live(struct completion *completion, enum complete_live what)
{
	const struct complete_query *query = completion->query;

	if (query->find_live != NULL)
		query->find_live(query->ctx, what, &completion->settings, completion->out);
}

static void offer_hashes(struct completion *completion)
{
	offer_live(completion, COMPLETE_HASHES);
}

static void offer_seen(struct completion *completion, enum seen_kind kind)
{
	struct seen *seen = calloc(1, sizeof(*seen));

	if (seen == NULL)
		return;
	seen_load(kind, seen);
	for (size_t i = 0; i < seen->count; i++)
		candidates_add(completion->out, seen->words[i], NULL);
	free(seen);
}

static void offer_settings_keys(struct completion *completion)
{
	offer_seen(completion, SEEN_KEY);
}

static void offer_device_paths(struct completion *completion)
{
	offer_seen(completion, SEEN_REMOTE);
}

static void offer_stat_groups(struct completion *completion)
{
	offer_seen(completion, SEEN_GROUP);
	offer_live(completion, COMPLETE_STAT_GROUPS);
}

static void offer_commands(struct completion *completion)
{
	complete_command_words(completion, completion->words + completion->command_words,
		completion->word_count - completion->command_words);
}

static void offer_faults(struct candidates *out)
{
	size_t count;
	const struct fakedev_fault_name *faults = fakedev_fault_names(&count);

	for (size_t i = 0; i < count; i++)
		candidates_add_open(out, faults[i].name, faults[i].help);
}

/* Alternatives as help texts show them: "app|recovery". */
static void offer_alternatives(struct candidates *out, const char *text, size_t len,
	void (*add)(struct candidates *, const char *, const char *))
{
	while (len > 0) {
		const char *bar = memchr(text, '|', len);
		size_t part = bar != NULL ? (size_t)(bar - text) : len;
		char word[VALUE_MAX];

		snprintf(word, sizeof(word), "%.*s", (int)part, text);
		if (!isupper((unsigned char)word[0]))
			add(out, word, NULL);
		text += bar != NULL ? part + 1 : part;
		len -= bar != NULL ? part + 1 : part;
	}
}

/* After each of them another key may follow. */
static void offer_board_value(struct candidates *out, const char *key, size_t key_len)
{
	size_t count;
	const struct fakedev_option *options = fakedev_options(&count);

	for (size_t i = 0; i < count; i++) {
		if (strlen(options[i].name) != key_len ||
			memcmp(options[i].name, key, key_len) != 0 || options[i].argument == NULL)
			continue;
		if (strcmp(options[i].argument, "FILE") == 0)
			out->files = CANDIDATE_ANY_FILES;
		else if (strcmp(options[i].name, "fault") == 0)
			offer_faults(out);
		else
			offer_alternatives(out, options[i].argument, strlen(options[i].argument),
				candidates_add_open);
	}
}

/* "loopback:NAME,key=value,...": behind the last comma. */
static void offer_board(struct candidates *out, const char *rest)
{
	const char *comma = strrchr(rest, ','), *key = comma != NULL ? comma + 1 : rest;
	const char *equals = strchr(key, '=');
	size_t count;
	const struct fakedev_option *options = fakedev_options(&count);

	if (equals != NULL) {
		out->value_at = (size_t)(equals + 1 - out->word);
		offer_board_value(out, key, (size_t)(equals - key));
		return;
	}
	out->value_at = (size_t)(key - out->word);
	for (size_t i = 0; i < count; i++) {
		char text[VALUE_MAX];

		snprintf(text, sizeof(text), "%s%s", options[i].name,
			options[i].argument != NULL ? "=" : "");
		candidates_add_open(out, text, options[i].help);
	}
}

static void offer_addresses(struct completion *completion)
{
	static const char board[] = "loopback:";
	struct candidates *out = completion->out;
	const char *value = out->word + out->value_at;

	if (strncmp(value, board, sizeof(board) - 1) == 0) {
		offer_board(out, value + sizeof(board) - 1);
		return;
	}
	complete_live_ports(out);
	/* A pseudo-terminal is in no list. */
	if (value[0] == '/' || value[0] == '.' || value[0] == '~')
		out->files = CANDIDATE_ANY_FILES;
}

/* "timeout=" of `conn add`, and what stands behind it. */
static void offer_setting(struct completion *completion)
{
	struct candidates *out = completion->out;
	const char *equals = strchr(out->word, '=');
	size_t count;
	const struct option_spec *options = option_table(&count);
	char name[VALUE_MAX];

	if (equals == NULL) {
		candidates_add_open(out, "type=", "serial");
		candidates_add_open(out, "connstring=", "the connection in mcumgr's words");
	}
	for (size_t i = 0; equals == NULL && i < count; i++) {
		snprintf(name, sizeof(name), "%s=", options[i].name);
		if (profile_setting_find(options[i].name) != NULL)
			candidates_add_open(out, name, options[i].help);
	}
	if (equals == NULL)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(equals - out->word), out->word);
	out->value_at = (size_t)(equals + 1 - out->word);
	if (strcmp(name, "type") == 0)
		candidates_add(out, "serial", NULL);
	else if (profile_setting_find(name) != NULL)
		complete_option_value(completion, profile_setting_find(name));
}

static void offer_smp_groups(struct completion *completion)
{
	for (uint16_t group = 0; group < SMP_GROUP_USER; group++) {
		const char *name = smp_group_name(group);

		if (name != NULL)
			candidates_add(completion->out, name, NULL);
	}
}

struct placeholder {
	const char *text;
	void (*offer)(struct completion *completion);
};

/* A command's FILE is firmware; what is made or read besides has an option. */
static const struct placeholder command_placeholders[] = {
	{ "ADDRESS", offer_addresses },
	{ "COMMAND", offer_commands },
	{ "DURATION", offer_nothing },
	{ "FILE", offer_firmware },
	{ "FORMAT", offer_nothing },
	{ "GROUP", offer_stat_groups },
	{ "HASH", offer_hashes },
	{ "ID", offer_nothing },
	{ "JSON", offer_nothing },
	{ "JSON-PATH", offer_nothing },
	{ "KEY", offer_settings_keys },
	{ "LOCAL", offer_files },
	{ "LOG", offer_nothing },
	{ "NAME", offer_profiles },
	{ "REMOTE", offer_device_paths },
	{ "RFC3339", offer_nothing },
	{ "SMP-GROUP", offer_smp_groups },
	{ "TEST", offer_nothing },
	{ "TEXT", offer_nothing },
	{ "TOKEN", offer_nothing },
	{ "VALUE", offer_nothing },
	{ "WORD", offer_nothing },
};

static const struct placeholder option_placeholders[] = {
	{ "ADDRESS", offer_addresses },
	{ "CMD", offer_nothing },
	{ "DIR", offer_folders },
	{ "DURATION", offer_nothing },
	{ "FILE", offer_files },
	{ "KEY=VALUE", offer_nothing },
	{ "N", offer_nothing },
	{ "NAME", offer_profiles },
	{ "PEM", offer_keys },
	{ "S", offer_nothing },
	{ "STRING", offer_nothing },
	{ "VERSION", offer_nothing },
};

static const struct placeholder *find(enum value_owner owner, const char *text, size_t len)
{
	bool is_command = owner == VALUE_OF_COMMAND;
	const struct placeholder *rows = is_command ? command_placeholders : option_placeholders;
	size_t count = is_command ? sizeof(command_placeholders) / sizeof(rows[0])
				  : sizeof(option_placeholders) / sizeof(rows[0]);
	static const struct placeholder setting = { "KEY=VALUE", offer_setting };

	/* "type=serial": an example of the settings of a profile. */
	if (is_command && memchr(text, '=', len) != NULL)
		return &setting;
	for (size_t i = 0; i < count; i++) {
		if (strlen(rows[i].text) == len && memcmp(rows[i].text, text, len) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Call with each of the alternatives that is no word to be typed; false when one is not known. */
static bool for_each_placeholder(
	struct completion *completion, enum value_owner owner, const char *text, size_t len)
{
	bool all_known = true;

	while (len > 0) {
		const char *bar = memchr(text, '|', len);
		size_t part = bar != NULL ? (size_t)(bar - text) : len;
		const struct placeholder *row = find(owner, text, part);

		if (row != NULL && completion != NULL)
			row->offer(completion);
		else if (row == NULL && isupper((unsigned char)text[0]))
			all_known = false;
		text += bar != NULL ? part + 1 : part;
		len -= bar != NULL ? part + 1 : part;
	}
	return all_known;
}

void complete_value(
	struct completion *completion, enum value_owner owner, const char *placeholder, size_t len)
{
	if (find(owner, placeholder, len) == NULL)
		offer_alternatives(completion->out, placeholder, len, candidates_add);
	(void)for_each_placeholder(completion, owner, placeholder, len);
}

bool complete_value_is_known(enum value_owner owner, const char *placeholder, size_t len)
{
	return for_each_placeholder(NULL, owner, placeholder, len);
}

void complete_option_value(struct completion *completion, const struct option_spec *option)
{
	if (option->kind != OPTION_SWITCH)
		complete_value(
			completion, VALUE_OF_OPTION, option->argument, strlen(option->argument));
}

/* The last words of a family's commands: "list, slots, upload, ..." */
static const char *describe_family(const char *word, struct buf *out)
{
	size_t count;
	const struct command *commands = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (command_is_of_family(&commands[i], word))
			buf_format(out, "%s%s", out->len > 0 ? ", " : "",
				commands[i].path + strlen(word) + 1);
	}
	return buf_text(out);
}

/* What is left of the path behind these words; NULL when it does not begin with them. */
static const char *skip_words(const char *path, const char *const *words, size_t word_count)
{
	for (size_t i = 0; i < word_count; i++) {
		size_t len = strlen(words[i]);

		if (strncmp(path, words[i], len) != 0 || path[len] != ' ')
			return NULL;
		path += len + 1;
	}
	return path;
}

void complete_command_words(
	struct completion *completion, const char *const *words, size_t word_count)
{
	size_t count;
	const struct command *commands = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		const char *rest = skip_words(commands[i].path, words, word_count);
		uint8_t storage[WORD_HELP_MAX];
		struct buf help = BUF_OVER(storage);
		char word[VALUE_MAX];

		if (rest == NULL ||
			((commands[i].needs & NEEDS_LINES) != 0 && !completion->query->is_shell))
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(rest, " "), rest);
		if (strchr(rest, ' ') == NULL)
			candidates_add(completion->out, word, commands[i].summary);
		else
			candidates_add(completion->out, word, describe_family(word, &help));
	}
}
