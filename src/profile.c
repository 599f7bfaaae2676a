/* SPDX-License-Identifier: Apache-2.0 */
/* The files of connection profiles, see profile.h. */
#include "src/profile.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "src/config_file.h"
#include "src/doc.h"

enum { FILE_SIZE_MAX = 1024 * 1024 };

#define OUR_FILE     "connections.json"
#define MCUMGRS_FILE ".mcumgr.cp.json"

/* mcumgr's members */
#define NAME       "MyName"
#define TYPE       "MyType"
#define CONNSTRING "MyConnString"

/* Options that say something about a connection or a device, not about one command. */
static const char *const setting_names[] = { "port", "baud", "flow", "dtr", "rts", "framing", "mtu",
	"line-length", "window", "timeout", "tries", "smp-version", "key" };

_Static_assert(sizeof(setting_names) / sizeof(setting_names[0]) <= PROFILE_SETTINGS_MAX,
	"a profile must have room for all settings");

struct profile_file {
	char path[PATH_MAX];
	struct doc *doc;
	struct profile *profiles;
	size_t count;
};

const struct option_spec *profile_setting_find(const char *name)
{
	for (size_t i = 0; i < sizeof(setting_names) / sizeof(setting_names[0]); i++) {
		if (strcmp(setting_names[i], name) == 0)
			return option_find_name(name, strlen(name));
	}
	return NULL;
}

void profile_list_settings(struct buf *out)
{
	for (size_t i = 0; i < sizeof(setting_names) / sizeof(setting_names[0]); i++)
		buf_format(out, "%s%s", i > 0 ? ", " : "", setting_names[i]);
}

static bool is_mcumgrs_member(const char *key)
{
	return strcmp(key, NAME) == 0 || strcmp(key, TYPE) == 0 || strcmp(key, CONNSTRING) == 0;
}

static void read_settings(const struct doc *object, struct profile *profile)
{
	for (const char *key = NULL; (key = doc_next_key(object, key)) != NULL;) {
		const struct option_spec *option = profile_setting_find(key);
		const char *value = doc_get_text(object, key);

		if (value != NULL && is_mcumgrs_member(key))
			continue;
		if (option != NULL && value != NULL)
			profile->settings[profile->setting_count++] =
				(struct profile_setting){ option, value };
		else if (profile->odd_member == NULL)
			profile->odd_member = key;
	}
}

/* Fill the list from the document. */
static enum status read_profiles(
	enum profile_origin origin, struct profile_file *file, struct err *reterr)
{
	if (!doc_is_array(file->doc))
		return err_set(reterr, STATUS_BAD_FILE, "%s:1: no list of profiles", file->path);
	file->profiles = calloc(doc_count(file->doc) + 1, sizeof(*file->profiles));
	if (file->profiles == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	for (size_t i = 0; i < doc_count(file->doc); i++) {
		const struct doc *object = doc_at(file->doc, i);
		struct profile *profile = &file->profiles[file->count];

		profile->name = object != NULL ? doc_get_text(object, NAME) : NULL;
		if (profile->name == NULL)
			return err_set(reterr, STATUS_BAD_FILE, "%s: profile %zu has no \"%s\"",
				file->path, i + 1, NAME);
		profile->type = doc_get_text(object, TYPE);
		profile->connstring = doc_get_text(object, CONNSTRING);
		profile->origin = origin;
		read_settings(object, profile);
		file->count++;
	}
	return STATUS_OK;
}

static enum status find_path(
	enum profile_origin origin, char *path, size_t size, struct err *reterr)
{
	if (origin == PROFILE_OURS)
		return config_file_path(OUR_FILE, path, size, reterr);
	return config_file_home_path(MCUMGRS_FILE, path, size, reterr);
}

/* The document in the file; one without profiles where there is no file. */
static enum status read_document(const char *path, struct doc **ret_doc, struct err *reterr)
{
	static const char none[] = "[]";
	struct file_map map = { 0 };
	struct stat stat_unused;
	enum status status;

	if (stat(path, &stat_unused) < 0 && errno == ENOENT)
		return doc_parse(span_from_text(none), path, ret_doc, reterr);
	status = file_map(path, FILE_SIZE_MAX, &map, reterr);
	if (status == STATUS_OK)
		status = doc_parse(map.bytes, path, ret_doc, reterr);
	file_unmap(&map);
	return status;
}

enum status profile_file_load(
	enum profile_origin origin, struct profile_file **ret_file, struct err *reterr)
{
	struct profile_file *file = calloc(1, sizeof(*file));
	enum status status;

	if (file == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	status = find_path(origin, file->path, sizeof(file->path), reterr);
	if (status == STATUS_OK)
		status = read_document(file->path, &file->doc, reterr);
	if (status == STATUS_OK)
		status = read_profiles(origin, file, reterr);
	if (status != STATUS_OK) {
		profile_file_free(file);
		return status;
	}
	*ret_file = file;
	return STATUS_OK;
}

void profile_file_free(struct profile_file *file)
{
	if (file == NULL)
		return;
	free(file->profiles);
	doc_free(file->doc);
	free(file);
}

const char *profile_file_path(const struct profile_file *file)
{
	return file->path;
}

const struct profile *profile_file_list(const struct profile_file *file, size_t *ret_count)
{
	*ret_count = file->count;
	return file->profiles;
}

const struct profile *profile_file_find(const struct profile_file *file, const char *name)
{
	for (size_t i = file->count; i > 0; i--) {
		if (strcmp(file->profiles[i - 1].name, name) == 0)
			return &file->profiles[i - 1];
	}
	return NULL;
}

static void remove_from(struct profile_file *file, const char *name)
{
	for (size_t i = file->count; i > 0; i--) {
		if (strcmp(file->profiles[i - 1].name, name) == 0)
			doc_remove(file->doc, i - 1);
	}
}

static void append_to(struct profile_file *file, const struct profile *profile)
{
	struct doc *object = doc_append_object(file->doc);

	doc_put_text(object, NAME, profile->name);
	if (profile->type != NULL)
		doc_put_text(object, TYPE, profile->type);
	if (profile->connstring != NULL)
		doc_put_text(object, CONNSTRING, profile->connstring);
	for (size_t i = 0; i < profile->setting_count; i++)
		doc_put_text(object, profile->settings[i].option->name, profile->settings[i].value);
}

static bool write_document(const void *content, FILE *out)
{
	return doc_write_indented(content, out);
}

/* Take `name` out of our file, and put the profile in (NULL: none). */
static enum status change(const char *name, const struct profile *profile, struct err *reterr)
{
	struct profile_file *file = NULL;
	enum status status = profile_file_load(PROFILE_OURS, &file, reterr);

	if (status != STATUS_OK)
		return status;
	remove_from(file, name);
	if (profile != NULL)
		append_to(file, profile);
	status = config_file_replace(file->path, write_document, file->doc, reterr);
	profile_file_free(file);
	return status;
}

/* Two who change the file at the same time must not lose each other's profiles. */
static enum status change_alone(const char *name, const struct profile *profile, struct err *reterr)
{
	char path[PATH_MAX];
	int lock;
	enum status status = find_path(PROFILE_OURS, path, sizeof(path), reterr);

	if (status == STATUS_OK)
		status = config_file_lock(path, &lock, reterr);
	if (status != STATUS_OK)
		return status;
	status = change(name, profile, reterr);
	config_file_unlock(lock);
	return status;
}

/* JSON holds nothing else, and a path must come back as it was. */
static enum status check_text(const char *what, const char *text, struct err *reterr)
{
	if (text == NULL || doc_is_utf8(text))
		return STATUS_OK;
	return err_set(reterr, STATUS_USAGE, "%s: a connection profile holds only UTF-8", what);
}

enum status profile_add(const struct profile *profile, struct err *reterr)
{
	enum status status = check_text("the name", profile->name, reterr);

	if (status == STATUS_OK && profile->name[0] == '\0')
		status = err_set(reterr, STATUS_USAGE, "a connection profile needs a name");
	if (status == STATUS_OK)
		status = check_text("type", profile->type, reterr);
	if (status == STATUS_OK)
		status = check_text("connstring", profile->connstring, reterr);
	for (size_t i = 0; status == STATUS_OK && i < profile->setting_count; i++)
		status = check_text(
			profile->settings[i].option->name, profile->settings[i].value, reterr);
	return status == STATUS_OK ? change_alone(profile->name, profile, reterr) : status;
}

enum status profile_delete(const char *name, struct err *reterr)
{
	struct profile_file *file = NULL;
	enum status status = profile_file_load(PROFILE_OURS, &file, reterr);

	if (status == STATUS_OK && profile_file_find(file, name) == NULL)
		status = err_set(reterr, STATUS_USAGE,
			"there is no connection profile \"%s\" in %s", name, file->path);
	profile_file_free(file);
	return status == STATUS_OK ? change_alone(name, NULL, reterr) : status;
}
