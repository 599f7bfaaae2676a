/* SPDX-License-Identifier: Apache-2.0 */
/* What could stand at the cursor, see complete.h; the form of the lines is src/complete_print.h's. */
#include "fakedev/program/complete.h"

#include <ctype.h>
#include <string.h>

#include "fakedev/program/options.h"

static void print_if_begun(FILE *out, char kind, const char *word, size_t at, const char *value,
	size_t len, const char *help)
{
	size_t begun = strlen(word + at);

	if (begun <= len && memcmp(value, word + at, begun) == 0)
		fprintf(out, "%c\t%.*s%.*s\t%s\n", kind, (int)at, word, (int)len, value, help);
}

static void print_faults(const char *word, size_t at, FILE *out)
{
	size_t count;
	const struct fakedev_fault_name *faults = fakedev_fault_names(&count);

	for (size_t i = 0; i < count; i++)
		print_if_begun(
			out, 'o', word, at, faults[i].name, strlen(faults[i].name), faults[i].help);
	print_if_begun(out, 'w', word, at, "help", strlen("help"), "list the faults");
}

/* The alternatives of "app|recovery", or files. */
static void print_values(
	const struct fakedev_option *option, const char *word, size_t at, FILE *out)
{
	const char *value = option->argument;

	if (strcmp(value, "FILE") == 0 || strcmp(value, "PATH") == 0)
		fprintf(out, "f\t%.*s\t\n", (int)at, word);
	else if (strcmp(value, "FOLDER") == 0)
		fprintf(out, "d\t%.*s\t\n", (int)at, word);
	else if (strcmp(option->name, "fault") == 0)
		print_faults(word, at, out);
	while (!isupper((unsigned char)value[0])) {
		size_t len = strcspn(value, "|");

		print_if_begun(out, 'w', word, at, value, len, "");
		if (value[len] == '\0')
			return;
		value += len + 1;
	}
}

static void print_option(const struct fakedev_option *option, const char *word, FILE *out)
{
	static const char dashes[] = "--";
	char text[64];

	snprintf(text, sizeof(text), "%s%s", dashes, option->name);
	print_if_begun(out, 'w', word, 0, text, strlen(text), option->help);
}

/* The option that a word names and that wants an argument; NULL when it does not. */
static const struct fakedev_option *find(const char *word)
{
	const struct fakedev_option *option;

	for (size_t i = 0; (option = program_option(i)) != NULL; i++) {
		if (strncmp(word, "--", 2) == 0 && option->argument != NULL &&
			strlen(option->name) == strcspn(word + 2, "=") &&
			strncmp(word + 2, option->name, strlen(option->name)) == 0)
			return option;
	}
	return NULL;
}

void program_complete(int count, char **words, FILE *out)
{
	const char *word = count > 0 ? words[count - 1] : "";
	const char *before = count > 1 ? words[count - 2] : "";
	const struct fakedev_option *option = strchr(before, '=') == NULL ? find(before) : NULL;
	size_t equals = strcspn(word, "=");

	if (option != NULL) {
		print_values(option, word, 0, out);
	} else if (word[equals] == '=' && find(word) != NULL) {
		print_values(find(word), word, equals + 1, out);
	} else {
		for (size_t i = 0; (option = program_option(i)) != NULL; i++)
			print_option(option, word, out);
	}
}
