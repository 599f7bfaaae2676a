/* SPDX-License-Identifier: Apache-2.0 */
/* The files of words that were seen, see seen.h. */
#include "src/seen.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "src/config_file.h"
#include "src/doc.h"
#include "src/state_file.h"

/* Of a file of somebody else's making no more is read. */
enum { FILE_SIZE_MAX = 1024 * 1024 };

static const struct {
	const char *placeholder;
	const char *file;
} kinds[] = {
	[SEEN_KEY] = { "KEY", "seen-settings" },
	[SEEN_GROUP] = { "GROUP", "seen-statistics" },
	[SEEN_REMOTE] = { "REMOTE", "seen-paths" },
};

bool seen_find_kind(const char *placeholder, size_t len, enum seen_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].placeholder) == len &&
			memcmp(kinds[i].placeholder, placeholder, len) == 0) {
			*ret_kind = (enum seen_kind)i;
			return true;
		}
	}
	return false;
}

static bool can_be_kept(struct span word)
{
	char text[SEEN_WORD_MAX];

	if (word.len == 0 || word.len >= sizeof(text))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.data[i] < ' ' || word.data[i] == 0x7f)
			return false;
	}
	memcpy(text, word.data, word.len);
	text[word.len] = '\0';
	return doc_is_utf8(text);
}

/* Behind those that are there; neither what is no word nor one that is there already. */
static void append(struct seen *seen, struct span word)
{
	if (seen->count == SEEN_WORDS_MAX || !can_be_kept(word))
		return;
	for (size_t i = 0; i < seen->count; i++) {
		if (span_equal(span_from_text(seen->words[i]), word))
			return;
	}
	memcpy(seen->words[seen->count], word.data, word.len);
	seen->words[seen->count++][word.len] = '\0';
}

static void append_lines(struct seen *seen, struct span text)
{
	while (text.len > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.data) : text.len;

		append(seen, span_sub(text, 0, len));
		text = span_sub(text, len + 1, text.len);
	}
}

static void append_file(struct seen *seen, const char *path)
{
	struct file_map map = { 0 };

	if (file_map(path, FILE_SIZE_MAX, &map, ERR_IGNORED) == STATUS_OK)
		append_lines(seen, map.bytes);
	file_unmap(&map);
}

static bool find_path(enum seen_kind kind, char path[PATH_MAX])
{
	return state_file_path(kinds[kind].file, path, PATH_MAX, ERR_IGNORED) == STATUS_OK;
}

void seen_load(enum seen_kind kind, struct seen *ret_seen)
{
	char path[PATH_MAX];

	ret_seen->count = 0;
	if (find_path(kind, path))
		append_file(ret_seen, path);
}

static bool write_lines(const void *content, FILE *out)
{
	const struct seen *seen = content;

	for (size_t i = 0; i < seen->count; i++)
		fprintf(out, "%s\n", seen->words[i]);
	return ferror(out) == 0;
}

/* Are they the first ones already, in this order? */
static bool leads(const struct seen *before, const struct seen *seen)
{
	if (before->count < seen->count)
		return false;
	for (size_t i = 0; i < seen->count; i++) {
		if (strcmp(before->words[i], seen->words[i]) != 0)
			return false;
	}
	return true;
}

/* Nobody else changes the file meanwhile; `seen` holds the new words. */
static void put_in_front(const char *path, struct seen *seen, struct seen *before)
{
	append_file(before, path);
	if (leads(before, seen))
		return;
	for (size_t i = 0; i < before->count; i++)
		append(seen, span_from_text(before->words[i]));
	(void)config_file_replace(path, write_lines, seen, ERR_IGNORED);
}

void seen_add(enum seen_kind kind, const char *const *words, size_t count)
{
	struct seen *seen = calloc(2, sizeof(*seen)); /* and what was there before */
	char path[PATH_MAX];
	int lock;

	if (seen == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		append(seen, span_from_text(words[i]));
	if (seen->count > 0 && find_path(kind, path) &&
		config_file_lock(path, &lock, ERR_IGNORED) == STATUS_OK) {
		put_in_front(path, seen, seen + 1);
		config_file_unlock(lock);
	}
	free(seen);
}
