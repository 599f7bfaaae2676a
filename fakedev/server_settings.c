/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings group of a Zephyr application (protocol.md 3.4): what it runs with, and what its storage
 * partition keeps. A write changes the one, a save the other, a delete takes the saved value away and
 * leaves the running one alone, and a boot begins with the build's own values and puts the saved ones
 * over them.
 */
#include "fakedev/server.h"

#include <string.h>

/* CONFIG_MCUMGR_GRP_SETTINGS_NAME_LEN, which counts a NUL, and _VALUE_LEN. */
enum { NAME_LENGTH = 32, VALUE_LENGTH = 32 };

/* What the build comes with: a text, a number, and a C string that nobody may change. */
static const struct factory_setting {
	const char *name;
	const char *value;
	uint32_t len;
	bool is_read_only;
	const char *text; /* the value as Mynewt has it */
} factory_settings[] = {
	{ "app/name", "fake board", 10, false, "fake board" },
	{ "app/interval", "\xe8\x03\0\0", 4, false, "1000" },
	{ "id/serial", "FAKE-0001\0", 10, true, "FAKE-0001" },
};

enum { FACTORY_SETTINGS = sizeof(factory_settings) / sizeof(factory_settings[0]) };

static bool is_read_only(const struct store_setting *setting)
{
	for (size_t i = 0; i < FACTORY_SETTINGS; i++) {
		if (strcmp(factory_settings[i].name, setting->name) == 0)
			return factory_settings[i].is_read_only;
	}
	return false;
}

static struct store_setting *find(struct store_ram *ram, struct span name)
{
	for (size_t i = 0; i < STORE_SETTINGS_MAX; i++) {
		struct store_setting *setting = &ram->settings.list[i];

		if (name.len > 0 && span_equal(span_from_text(setting->name), name))
			return setting;
	}
	return NULL;
}

/* The setting of this name, or a free place that has it now. NULL: no place is left. */
static struct store_setting *find_or_add(struct store_ram *ram, struct span name)
{
	struct store_setting *setting = find(ram, name);

	for (size_t i = 0; setting == NULL && i < STORE_SETTINGS_MAX; i++) {
		if (ram->settings.list[i].name[0] != '\0')
			continue;
		setting = &ram->settings.list[i];
		memset(setting, 0, sizeof(*setting));
		memcpy(setting->name, name.data, name.len);
	}
	return setting;
}

static void set_value(struct store_value *value, struct span bytes)
{
	*value = (struct store_value){ .is_set = true, .len = (uint32_t)bytes.len };
	if (bytes.len > 0)
		memcpy(value->bytes, bytes.data, bytes.len);
}

static void free_unset(struct store_setting *setting)
{
	if (!setting->running.is_set && !setting->saved.is_set)
		setting->name[0] = '\0';
}

static void load(struct store_ram *ram)
{
	for (size_t i = 0; i < STORE_SETTINGS_MAX; i++) {
		struct store_setting *setting = &ram->settings.list[i];

		if (setting->saved.is_set)
			setting->running = setting->saved;
	}
}

static void set_factory_value(
	struct server *server, const struct factory_setting *factory, struct store_setting *setting)
{
	if (server->config->is_mynewt)
		set_value(&setting->running, span_from_text(factory->text));
	else
		set_value(&setting->running, span_make(factory->value, factory->len));
}

void server_settings_boot(struct server *server)
{
	struct store_ram *ram = server->ram;

	for (size_t i = 0; i < STORE_SETTINGS_MAX; i++) {
		ram->settings.list[i].running.is_set = false;
		free_unset(&ram->settings.list[i]);
	}
	for (size_t i = 0; i < FACTORY_SETTINGS; i++) {
		const struct factory_setting *factory = &factory_settings[i];
		struct store_setting *setting = find_or_add(ram, span_from_text(factory->name));

		if (setting != NULL)
			set_factory_value(server, factory, setting);
	}
	load(ram);
}

void server_settings_erase(struct server *server)
{
	for (size_t i = 0; i < STORE_SETTINGS_MAX; i++) {
		struct store_setting *setting = &server->ram->settings.list[i];

		setting->saved.is_set = false;
		free_unset(setting);
	}
}

/* Mynewt's firmware has no numbers of a group's own. */
static struct answer refuse(const struct server *server, enum server_settings_error error)
{
	if (server->config->is_mynewt)
		return answer_rc(server_error_translate(SMP_GROUP_SETTINGS, error));
	return answer_error(SMP_GROUP_SETTINGS, error);
}

/* What every command that names a setting begins with; *ret_name is good when it says RC_OK. */
static struct answer take_name(
	const struct server *server, const struct request *request, struct span *ret_name)
{
	*ret_name = span_make(NULL, 0);
	if (!request->has_args || body_get_text(&request->args, "name", ret_name) != BODY_FOUND)
		return answer_rc(RC_INVALID);
	/* It becomes a C string. */
	ret_name->len = strnlen((const char *)ret_name->data, ret_name->len);
	if (ret_name->len == 0)
		return answer_rc(RC_INVALID);
	if (ret_name->len >= NAME_LENGTH)
		return refuse(server, SETTINGS_ERROR_KEY_TOO_LONG);
	return answer_ok();
}

struct answer server_settings_read(
	struct server *server, const struct request *request, struct buf *body)
{
	const struct store_setting *setting;
	uint64_t size = VALUE_LENGTH;
	struct span name, held;
	struct answer answer = take_name(server, request, &name);
	bool is_limited;

	if (body_get_uint(&request->args, "max_size", UINT32_MAX, &size) == BODY_WRONG_TYPE)
		answer = answer_rc(RC_INVALID);
	if (answer.rc != RC_OK)
		return answer;
	setting = find(server->ram, name);
	if (setting == NULL || !setting->running.is_set)
		return refuse(server, SETTINGS_ERROR_KEY_NOT_FOUND);
	held = span_make(setting->running.bytes, setting->running.len);
	body_put_text(body, "val");
	if (server->config->is_mynewt) {
		body_put_text_span(body, held);
		server_put_rc(body, RC_OK);
		return answer_ok();
	}
	is_limited = size > VALUE_LENGTH;
	body_put_bytes(body, span_sub(held, 0, is_limited ? VALUE_LENGTH : (size_t)size));
	if (is_limited)
		server_put_uint(body, "max_size", VALUE_LENGTH);
	return answer_ok();
}

static struct answer write_running(struct server *server, struct span name, struct span value)
{
	struct store_setting *setting =
		value.len <= STORE_SETTING_VALUE_MAX ? find_or_add(server->ram, name) : NULL;

	if (setting == NULL)
		return refuse(server, SETTINGS_ERROR_UNKNOWN);
	if (is_read_only(setting))
		return refuse(server, SETTINGS_ERROR_WRITE_NOT_SUPPORTED);
	set_value(&setting->running, value);
	return answer_ok();
}

/* `name` empty: all of them. */
static void save(struct store_ram *ram, struct span name)
{
	for (size_t i = 0; i < STORE_SETTINGS_MAX; i++) {
		struct store_setting *setting = &ram->settings.list[i];
		bool is_wanted = name.len == 0 || span_equal(span_from_text(setting->name), name);

		if (is_wanted && setting->running.is_set && !is_read_only(setting))
			setting->saved = setting->running;
	}
}

/* Mynewt's: the value is a text, and the empty name stands for all that is to be saved. */
static struct answer write_config(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name = span_make(NULL, 0), text = span_make(NULL, 0);
	bool saves = false;
	struct answer answer = answer_ok();

	if (!request->has_args || body_get_text(&request->args, "name", &name) != BODY_FOUND ||
		body_get_text(&request->args, "val", &text) == BODY_WRONG_TYPE ||
		body_get_bool(&request->args, "save", &saves) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	if (name.len > 0)
		answer = take_name(server, request, &name);
	else if (!saves)
		return answer_rc(RC_INVALID);
	if (answer.rc == RC_OK && name.len > 0)
		answer = write_running(server, name, text);
	if (answer.rc != RC_OK)
		return answer;
	if (saves)
		save(server->ram, name);
	server_put_rc(body, RC_OK);
	return answer;
}

struct answer server_settings_write(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name, value = span_make(NULL, 0);
	struct answer answer = take_name(server, request, &name);

	if (server->config->is_mynewt)
		return write_config(server, request, body);
	if (body_get_bytes(&request->args, "val", &value) == BODY_WRONG_TYPE)
		answer = answer_rc(RC_INVALID);
	return answer.rc == RC_OK ? write_running(server, name, value) : answer;
}

/* Of what is not saved a storage takes away as much: nothing, and that is no error. */
struct answer server_settings_delete(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name;
	struct answer answer = take_name(server, request, &name);
	struct store_setting *setting = find(server->ram, name);

	(void)body;
	if (answer.rc != RC_OK || setting == NULL)
		return answer;
	setting->saved.is_set = false;
	free_unset(setting);
	return answer_ok();
}

/* This application puts every value to work at once. */
struct answer server_settings_commit(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)server;
	(void)request;
	(void)body;
	return answer_ok();
}

struct answer server_settings_load(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	(void)body;
	load(server->ram);
	return answer_ok();
}

struct answer server_settings_save(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name = span_make(NULL, 0);

	(void)body;
	(void)body_get_text(&request->args, "name", &name);
	if (name.len > 0 && find(server->ram, name) == NULL)
		return refuse(server, SETTINGS_ERROR_KEY_NOT_FOUND);
	save(server->ram, name);
	return answer_ok();
}
