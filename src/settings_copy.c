/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that own their texts, see settings_copy.h. */
#include "src/settings_copy.h"

#include <stdlib.h>
#include <string.h>

/* What port_open and the client look at. */
static const char *const connection_options[] = { "baud", "flow", "dtr", "rts", "mtu",
	"line-length", "timeout", "tries", "smp-version", "framing", "break" };

static size_t size_of(const struct option_spec *option)
{
	switch (option->kind) {
	case OPTION_SWITCH:
		return sizeof(bool);
	case OPTION_TEXT:
	case OPTION_PORT:
		return sizeof(const char *);
	case OPTION_NUMBER:
	case OPTION_DURATION:
	case OPTION_CHOICE:
		break;
	}
	return sizeof(uint64_t);
}

static bool is_text(const struct option_spec *option)
{
	return option->kind == OPTION_TEXT || option->kind == OPTION_PORT;
}

enum status settings_copy_make(
	const struct settings *settings, struct settings_copy *ret_copy, struct err *reterr)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	memset(ret_copy, 0, sizeof(*ret_copy));
	settings_default(&ret_copy->settings);
	for (size_t i = 0; i < count; i++) {
		char *to = (char *)&ret_copy->settings + options[i].offset;
		const char *from = (const char *)settings + options[i].offset, *text = NULL;

		if (!options[i].is_global)
			continue;
		ret_copy->settings.is_given[i] = settings->is_given[i];
		memcpy(to, from, size_of(&options[i]));
		if (is_text(&options[i]))
			memcpy(&text, from, sizeof(text));
		if (text == NULL)
			continue;
		ret_copy->texts[i] = strdup(text);
		memcpy(to, &ret_copy->texts[i], sizeof(ret_copy->texts[i]));
		if (ret_copy->texts[i] == NULL) {
			settings_copy_clear(ret_copy);
			return err_set(reterr, STATUS_INTERNAL, "out of memory");
		}
	}
	return STATUS_OK;
}

void settings_copy_clear(struct settings_copy *copy)
{
	for (size_t i = 0; i < SETTINGS_OPTIONS_MAX; i++)
		free(copy->texts[i]);
	memset(copy, 0, sizeof(*copy));
	settings_default(&copy->settings);
}

static bool is_same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool settings_same_connection(const struct settings *a, const struct settings *b)
{
	for (size_t i = 0; i < sizeof(connection_options) / sizeof(connection_options[0]); i++) {
		const char *name = connection_options[i];
		const struct option_spec *option = option_find_name(name, strlen(name));

		if (memcmp((const char *)a + option->offset, (const char *)b + option->offset,
			    size_of(option)) != 0)
			return false;
	}
	return is_same_text(a->port, b->port) && is_same_text(a->trace, b->trace) &&
	       a->probe == b->probe;
}
