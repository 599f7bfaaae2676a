/* SPDX-License-Identifier: Apache-2.0 */
/* conn show: the connection profiles, ours and mcumgr's. */
#include <string.h>

#include "base/text.h"
#include "src/commands/commands.h"
#include "src/profile.h"

enum { SHOWN_TEXT_MAX = 1024, ORIGINS = PROFILE_MCUMGRS + 1 };

/* The profiles of both files, or only the one called `only`. */
struct shown {
	struct profile_file *files[ORIGINS];
	const char *only; /* NULL: all */
};

/* The profile that -c would take? Ours hides one of the same name in mcumgr's file. */
static bool is_shown(const struct shown *shown, const struct profile *profile)
{
	const struct profile *taken = profile_file_find(shown->files[PROFILE_OURS], profile->name);

	if (taken == NULL)
		taken = profile_file_find(shown->files[PROFILE_MCUMGRS], profile->name);
	return profile == taken && (shown->only == NULL || strcmp(shown->only, taken->name) == 0);
}

/* The next one to be shown, out of both files; *at is 0 for the first. NULL behind the last. */
static const struct profile *next_shown(const struct shown *shown, size_t *at)
{
	size_t ours_count, mcumgrs_count;
	const struct profile *ours = profile_file_list(shown->files[PROFILE_OURS], &ours_count);
	const struct profile *mcumgrs =
		profile_file_list(shown->files[PROFILE_MCUMGRS], &mcumgrs_count);

	while (*at < ours_count + mcumgrs_count) {
		size_t i = (*at)++;
		const struct profile *profile =
			i < ours_count ? &ours[i] : &mcumgrs[i - ours_count];

		if (is_shown(shown, profile))
			return profile;
	}
	return NULL;
}

static void print_escaped(const char *before, const char *text, const char *behind, FILE *out)
{
	uint8_t storage[SHOWN_TEXT_MAX];
	struct buf shown = BUF_OVER(storage);

	text_append_escaped(&shown, span_from_text(text));
	fprintf(out, "%s%s%s", before, buf_text(&shown), behind);
}

static void print_profile(const struct profile *profile, FILE *out)
{
	print_escaped("  ", profile->name, ":", out);
	print_escaped(" type=", profile->type != NULL ? profile->type : "serial", "", out);
	if (profile->connstring != NULL)
		print_escaped(", connstring='", profile->connstring, "'", out);
	for (size_t i = 0; i < profile->setting_count; i++) {
		fprintf(out, ", %s=", profile->settings[i].option->name);
		print_escaped("", profile->settings[i].value, "", out);
	}
	if (profile->odd_member != NULL)
		print_escaped(", unfit member ", profile->odd_member, "", out);
	if (profile->origin == PROFILE_MCUMGRS)
		fputs(" (mcumgr's)", out);
	fputc('\n', out);
}

static void print_shown(const void *result, FILE *out)
{
	const struct shown *shown = result;
	size_t at = 0;
	const struct profile *profile = next_shown(shown, &at);

	fputs(profile != NULL ? "Connection profiles:\n" : "No connection profiles found!\n", out);
	for (; profile != NULL; profile = next_shown(shown, &at))
		print_profile(profile, out);
}

static void put_profile(const struct profile *profile, const struct shown *shown, struct doc *row)
{
	struct doc *settings;

	doc_put_text(row, "name", profile->name);
	doc_put_text(row, "type", profile->type);
	doc_put_text(row, "connstring", profile->connstring);
	settings = doc_put_object(row, "settings");
	for (size_t i = 0; i < profile->setting_count; i++)
		doc_put_text(
			settings, profile->settings[i].option->name, profile->settings[i].value);
	doc_put_text(row, "unfit_member", profile->odd_member);
	doc_put_text(row, "file", profile_file_path(shown->files[profile->origin]));
}

static void put_shown(const void *result, struct doc *object)
{
	const struct shown *shown = result;
	struct doc *rows = doc_put_array(object, "profiles");
	const struct profile *profile;
	size_t at = 0;

	while ((profile = next_shown(shown, &at)) != NULL)
		put_profile(profile, shown, doc_append_object(rows));
}

static enum status show(struct output *output, const struct shown *shown, struct err *reterr)
{
	static const struct result_printer printer = { print_shown, put_shown };
	size_t at = 0;

	if (shown->only != NULL && next_shown(shown, &at) == NULL) {
		err_set(reterr, STATUS_USAGE, "there is no connection profile \"%s\"", shown->only);
		return err_hint(reterr, "smpctl conn show lists them all");
	}
	output_result(output, &printer, shown);
	return STATUS_OK;
}

enum status command_conn_show(struct invocation *invocation, struct err *reterr)
{
	struct shown shown = { .only = invocation->args[0] };
	enum status status = profile_file_load(PROFILE_OURS, &shown.files[PROFILE_OURS], reterr);

	if (status == STATUS_OK)
		status = profile_file_load(PROFILE_MCUMGRS, &shown.files[PROFILE_MCUMGRS], reterr);
	if (status == STATUS_OK)
		status = show(invocation->output, &shown, reterr);
	profile_file_free(shown.files[PROFILE_OURS]);
	profile_file_free(shown.files[PROFILE_MCUMGRS]);
	return status;
}
