/* SPDX-License-Identifier: Apache-2.0 */
/* From options, environment and profile to settings, see connection.h. */
#include "src/connection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "src/connstring.h"

enum { EXTENDED_MAX = 1024, NUMBER_MAX = 24 };

struct connection {
	struct profile_file *file;   /* the one with the profile; NULL: none is used */
	char extended[EXTENDED_MAX]; /* connection string with --connextra behind it */
	struct connstring connstring;
};

static enum status preset(
	const char *name, const char *value, struct settings *settings, struct err *reterr)
{
	return option_preset(option_find_name(name, strlen(name)), value, settings, reterr);
}

static enum status preset_number(
	const char *name, uint64_t value, struct settings *settings, struct err *reterr)
{
	char digits[NUMBER_MAX];

	if (value == 0)
		return STATUS_OK;
	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	return preset(name, digits, settings, reterr);
}

static enum status apply_connstring(const char *text, struct connstring *connstring,
	struct settings *settings, struct err *reterr)
{
	enum status status = connstring_parse(text, connstring, reterr);

	if (status == STATUS_OK && connstring->device[0] != '\0')
		status = preset("port", connstring->device, settings, reterr);
	if (status == STATUS_OK)
		status = preset_number("baud", connstring->baud, settings, reterr);
	if (status == STATUS_OK)
		status = preset_number("mtu", connstring->message_max, settings, reterr);
	if (status == STATUS_OK && connstring->framing[0] != '\0')
		status = preset("framing", connstring->framing, settings, reterr);
	return status;
}

static enum status check_type(const char *type, struct err *reterr)
{
	if (type == NULL || strcmp(type, "serial") == 0)
		return STATUS_OK;
	err_set(reterr, STATUS_USAGE, "connections of the type \"%s\" are not known", type);
	return err_hint(reterr, "smpctl speaks SMP over serial lines: type=serial");
}

static enum status refuse_member(const char *member, struct err *reterr)
{
	uint8_t storage[256];
	struct buf names = BUF_OVER(storage);

	profile_list_settings(&names);
	if (profile_setting_find(member) != NULL)
		return err_set(
			reterr, STATUS_USAGE, "\"%s\" must be a text in double quotes", member);
	err_set(reterr, STATUS_USAGE, "\"%s\" is no setting of a connection", member);
	return err_hint(reterr, "settings are %s", buf_text(&names));
}

static enum status apply(const struct profile *profile, struct connstring *connstring,
	struct settings *settings, struct err *reterr)
{
	enum status status = check_type(profile->type, reterr);

	if (status == STATUS_OK && profile->odd_member != NULL)
		status = refuse_member(profile->odd_member, reterr);
	for (size_t i = 0; status == STATUS_OK && i < profile->setting_count; i++)
		status = option_preset(
			profile->settings[i].option, profile->settings[i].value, settings, reterr);
	if (status == STATUS_OK && profile->connstring != NULL)
		status = apply_connstring(profile->connstring, connstring, settings, reterr);
	return status;
}

enum status connection_check(const struct profile *profile, struct err *reterr)
{
	struct connstring connstring;
	struct settings unused;

	settings_default(&unused);
	return apply(profile, &connstring, &unused, reterr);
}

/* "Did you mean": a name in the file that is nearly this one, or NULL. */
static const char *find_similar(const struct profile_file *file, const char *name)
{
	size_t count;
	const struct profile *profiles = profile_file_list(file, &count);

	for (size_t i = 0; i < count; i++) {
		if (text_is_similar(name, profiles[i].name))
			return profiles[i].name;
	}
	return NULL;
}

static void append_names(const struct profile_file *file, struct buf *out)
{
	size_t count;
	const struct profile *profiles = profile_file_list(file, &count);

	for (size_t i = 0; i < count; i++) {
		buf_append_text(out, out->len > 0 ? ", " : "");
		text_append_escaped(out, span_from_text(profiles[i].name));
	}
}

/* Which there are instead, or the one that was meant. */
static void hint_profiles(const char *similar, struct buf *names, struct err *reterr)
{
	if (similar[0] != '\0')
		err_hint(reterr, "did you mean \"%s\"?", similar);
	else if (names->overflow)
		err_hint(reterr, "smpctl conn show lists the profiles");
	else if (names->len > 0)
		err_hint(reterr, "there are: %s", buf_text(names));
	else
		err_hint(reterr, "there are none yet: smpctl conn add stores one");
}

static enum status find_profile(const char *name, struct connection *connection,
	struct profile *ret_profile, struct err *reterr)
{
	char similar[ERR_HINT_MAX / 2] = "", storage[ERR_HINT_MAX / 2];
	struct buf names = BUF_OVER(storage);

	for (enum profile_origin origin = PROFILE_OURS; origin <= PROFILE_MCUMGRS; origin++) {
		const struct profile *found;
		enum status status = profile_file_load(origin, &connection->file, reterr);

		if (status != STATUS_OK)
			return status;
		found = profile_file_find(connection->file, name);
		if (found != NULL) {
			*ret_profile = *found;
			return STATUS_OK;
		}
		append_names(connection->file, &names);
		if (find_similar(connection->file, name) != NULL)
			snprintf(similar, sizeof(similar), "%s",
				find_similar(connection->file, name));
		profile_file_free(connection->file);
		connection->file = NULL;
	}
	err_set(reterr, STATUS_USAGE, "there is no connection profile \"%s\"", name);
	hint_profiles(similar, &names, reterr);
	return STATUS_USAGE;
}

static enum status extend(const char *extra, struct connection *connection, struct profile *profile,
	struct err *reterr)
{
	struct buf text = BUF_OVER(connection->extended);

	if (profile->connstring != NULL)
		buf_format(&text, "%s,", profile->connstring);
	buf_format(&text, "%s", extra);
	profile->connstring = buf_text(&text);
	if (text.overflow)
		return err_set(reterr, STATUS_USAGE, "the connection string is too long");
	return STATUS_OK;
}

/* The value of an option out of the environment. */
static enum status take_variable(
	const char *variable, const char *name, struct settings *settings, struct err *reterr)
{
	const char *value = getenv(variable);

	if (value == NULL || value[0] == '\0')
		return STATUS_OK;
	return option_set(option_find_name(name, strlen(name)), value, settings, reterr);
}

static enum status take_environment(struct settings *settings, struct err *reterr)
{
	enum status status;

	if (settings->port != NULL || settings->conn != NULL || settings->connstring != NULL)
		return STATUS_OK;
	status = take_variable("SMPCTL_PORT", "port", settings, reterr);
	if (status == STATUS_OK)
		status = take_variable("SMPCTL_CONN", "conn", settings, reterr);
	return status;
}

static enum status resolve(
	struct connection *connection, struct settings *settings, struct err *reterr)
{
	struct profile profile = { .name = NULL };
	enum status status = take_environment(settings, reterr);

	if (status == STATUS_OK && settings->conn != NULL)
		status = find_profile(settings->conn, connection, &profile, reterr);
	if (settings->conntype != NULL)
		profile.type = settings->conntype;
	if (settings->connstring != NULL)
		profile.connstring = settings->connstring;
	if (status == STATUS_OK && settings->connextra != NULL)
		status = extend(settings->connextra, connection, &profile, reterr);
	if (status != STATUS_OK)
		return status;
	status = apply(&profile, &connection->connstring, settings, reterr);
	if (status != STATUS_OK && profile.name != NULL)
		err_wrap(reterr, "connection profile \"%s\" in %s", profile.name,
			profile_file_path(connection->file));
	return status;
}

enum status connection_resolve(
	struct settings *settings, struct connection **ret_connection, struct err *reterr)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	struct settings complete = *settings;
	enum status status;

	if (connection == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	status = resolve(connection, &complete, reterr);
	if (status != STATUS_OK) {
		connection_free(connection);
		return status;
	}
	*settings = complete;
	*ret_connection = connection;
	return STATUS_OK;
}

void connection_free(struct connection *connection)
{
	if (connection == NULL)
		return;
	profile_file_free(connection->file);
	free(connection);
}
