/* SPDX-License-Identifier: Apache-2.0 */
/* conn add, conn delete: changing the connection profiles, with the words of mcumgr. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "src/commands/commands.h"
#include "src/profile.h"

enum { NAME_LENGTH_MAX = 32, SHOWN_TEXT_MAX = 1024 };

/* What conn add and conn delete tell. */
struct change {
	const char *name;
	const char *done; /* how mcumgr ends its sentence */
};

static void print_change(const void *result, FILE *out)
{
	const struct change *change = result;
	uint8_t storage[SHOWN_TEXT_MAX];
	struct buf name = BUF_OVER(storage);

	text_append_escaped(&name, span_from_text(change->name));
	fprintf(out, "Connection profile %s successfully %s\n", buf_text(&name), change->done);
}

static void put_change(const void *result, struct doc *object)
{
	doc_put_text(object, "name", ((const struct change *)result)->name);
}

static const struct result_printer change_printer = { print_change, put_change };

static enum status unknown_variable(const char *word, size_t len, struct err *reterr)
{
	uint8_t storage[256];
	struct buf names = BUF_OVER(storage);

	profile_list_settings(&names);
	if (word[len] == '=')
		err_set(reterr, STATUS_USAGE, "unknown variable \"%.*s\"", (int)len, word);
	else
		err_set(reterr, STATUS_USAGE, "\"%s\" is no variable=value", word);
	return err_hint(
		reterr, "variables are type, connstring, and the settings %s", buf_text(&names));
}

static enum status take_setting(const struct option_spec *option, const char *value,
	struct profile *profile, struct err *reterr)
{
	for (size_t i = 0; i < profile->setting_count; i++) {
		if (profile->settings[i].option == option)
			return err_set(reterr, STATUS_USAGE, "%s= is there twice", option->name);
	}
	profile->settings[profile->setting_count++] = (struct profile_setting){ option, value };
	return STATUS_OK;
}

/* "variable=value", split at the first "=". */
static enum status take_variable(const char *word, struct profile *profile, struct err *reterr)
{
	size_t len = strcspn(word, "=");
	const char *value = word + len + 1;
	char name[NAME_LENGTH_MAX];

	if (word[len] == '\0' || len >= sizeof(name))
		return unknown_variable(word, len, reterr);
	memcpy(name, word, len);
	name[len] = '\0';
	if (strcmp(name, "type") == 0)
		profile->type = value;
	else if (strcmp(name, "connstring") == 0)
		profile->connstring = value;
	else if (profile_setting_find(name) != NULL)
		return take_setting(profile_setting_find(name), value, profile, reterr);
	else
		return unknown_variable(word, len, reterr);
	return STATUS_OK;
}

/* The profile is used from any folder: a key file must be found from there. */
static enum status make_key_absolute(
	struct profile *profile, char absolute[PATH_MAX], struct err *reterr)
{
	const struct option_spec *key = profile_setting_find("key");

	for (size_t i = 0; i < profile->setting_count; i++) {
		struct profile_setting *setting = &profile->settings[i];

		if (setting->option != key || setting->value[0] == '\0')
			continue;
		if (realpath(setting->value, absolute) == NULL)
			return err_set_errno(
				reterr, STATUS_BAD_FILE, errno, "key %s", setting->value);
		setting->value = absolute;
	}
	return STATUS_OK;
}

enum status command_conn_add(struct invocation *invocation, struct err *reterr)
{
	struct profile profile = { .name = invocation->args[0], .type = "serial" };
	struct change change = { invocation->args[0], "added" };
	char key_path[PATH_MAX];
	enum status status = STATUS_OK;

	for (size_t i = 1; status == STATUS_OK && i < invocation->arg_count; i++)
		status = take_variable(invocation->args[i], &profile, reterr);
	if (status == STATUS_OK)
		status = connection_check(&profile, reterr);
	if (status == STATUS_OK)
		status = make_key_absolute(&profile, key_path, reterr);
	if (status == STATUS_OK)
		status = profile_add(&profile, reterr);
	if (status != STATUS_OK)
		return status;
	output_result(invocation->output, &change_printer, &change);
	return STATUS_OK;
}

enum status command_conn_delete(struct invocation *invocation, struct err *reterr)
{
	struct change change = { invocation->args[0], "deleted." };
	enum status status = profile_delete(invocation->args[0], reterr);

	if (status == STATUS_USAGE)
		err_hint(reterr, "smpctl conn show lists the profiles; mcumgr's are only read");
	if (status != STATUS_OK)
		return status;
	output_result(invocation->output, &change_printer, &change);
	return STATUS_OK;
}
