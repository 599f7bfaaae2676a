/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the kernel's table of locks, see lock_owner.h. */
#include "fakedev/lock_owner.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/text.h"

enum { LOCK_LINE_MAX = 256, LOCK_NUMBER_MAX = 16 };

/* Words of a line that matter, counted from 0. */
enum { WORD_KIND = 1, WORD_PID = 4, WORD_FILE = 5, WORD_COUNT };

/* Split at blanks, in place; returns how many words there are, at most `max`. */
static size_t split_words(char *line, char *ret_words[], size_t max)
{
	char *rest = NULL;
	size_t count = 0;

	for (char *word = strtok_r(line, " \n", &rest); word != NULL && count < max;
		word = strtok_r(NULL, " \n", &rest))
		ret_words[count++] = word;
	return count;
}

static bool is_hex_number(const char *digits, unsigned wanted)
{
	char text[LOCK_NUMBER_MAX];
	uint64_t number;

	return snprintf(text, sizeof(text), "0x%s", digits) < (int)sizeof(text) &&
	       text_parse_uint(text, 0, UINT32_MAX, &number) && number == wanted;
}

/* "08:01:393229": the device, major and minor in hex, and the file on it. */
static bool names_file(char *text, dev_t device, ino_t inode)
{
	char *rest = NULL;
	const char *major_text = strtok_r(text, ":", &rest);
	const char *minor_text = strtok_r(NULL, ":", &rest);
	const char *file_text = strtok_r(NULL, ":", &rest);
	uint64_t file;

	return file_text != NULL && is_hex_number(major_text, major(device)) &&
	       is_hex_number(minor_text, minor(device)) &&
	       text_parse_uint(file_text, 0, UINT64_MAX, &file) && file == inode;
}

/*
 * "1: FLOCK  ADVISORY  WRITE 1234 08:01:393229 0 EOF". Those who wait have "->" behind the colon and
 * do not fit the pattern; a holder in another container is process 0 or -1.
 */
static bool line_names(char *line, dev_t device, ino_t inode, pid_t *ret_pid)
{
	char *words[WORD_COUNT];
	uint64_t pid;

	if (split_words(line, words, WORD_COUNT) < WORD_COUNT ||
		strcmp(words[WORD_KIND], "FLOCK") != 0 ||
		!text_parse_uint(words[WORD_PID], 1, INT_MAX, &pid) ||
		!names_file(words[WORD_FILE], device, inode))
		return false;
	*ret_pid = (pid_t)pid;
	return true;
}

bool lock_owner_find(const char *table_path, dev_t device, ino_t inode, pid_t *ret_pid)
{
	FILE *table = fopen(table_path, "re");
	char line[LOCK_LINE_MAX];
	bool is_found = false;

	if (table == NULL)
		return false;
	while (!is_found && fgets(line, sizeof(line), table) != NULL)
		is_found = line_names(line, device, inode, ret_pid);
	fclose(table);
	return is_found;
}
