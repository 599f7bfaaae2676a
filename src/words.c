/* SPDX-License-Identifier: Apache-2.0 */
/* Splitting lines into words, see words.h. */
#include "src/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { NAME_LENGTH_MAX = 128 };

static const char blanks[] = " \t\r\n";

struct splitter {
	const char *rest;
	struct buf text;
};

/* "${NAME}"; `rest` stands behind the dollar. */
static enum status take_variable(struct splitter *splitter, struct err *reterr)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *start = splitter->rest + 1;
	size_t len = strspn(start, allowed);
	char name[NAME_LENGTH_MAX];
	const char *value;

	if (len == 0 || len >= sizeof(name) || start[len] != '}')
		return err_set(reterr, STATUS_USAGE,
			"behind ${ stands no name of a variable with } behind it");
	memcpy(name, start, len);
	name[len] = '\0';
	value = getenv(name);
	if (value == NULL)
		return err_set(reterr, STATUS_USAGE,
			"the variable %s is not set in the environment", name);
	buf_append_text(&splitter->text, value);
	splitter->rest = start + len + 1;
	return STATUS_OK;
}

/* What means the same within double quotes and outside. */
static enum status take_character(struct splitter *splitter, struct err *reterr)
{
	char c = *splitter->rest++;

	if (c == '$' && *splitter->rest == '{')
		return take_variable(splitter, reterr);
	if (c == '\\') {
		c = *splitter->rest;
		if (c == '\0')
			return err_set(reterr, STATUS_USAGE, "nothing stands behind the backslash");
		splitter->rest++;
	}
	buf_append_byte(&splitter->text, (uint8_t)c);
	return STATUS_OK;
}

static enum status take_single_quoted(struct splitter *splitter, struct err *reterr)
{
	const char *start = splitter->rest + 1;
	const char *end = strchr(start, '\'');

	if (end == NULL)
		return err_set(reterr, STATUS_USAGE, "a single quote is not closed");
	buf_append(&splitter->text, start, (size_t)(end - start));
	splitter->rest = end + 1;
	return STATUS_OK;
}

static enum status take_double_quoted(struct splitter *splitter, struct err *reterr)
{
	enum status status = STATUS_OK;

	splitter->rest++;
	while (status == STATUS_OK && *splitter->rest != '"') {
		if (*splitter->rest == '\0')
			return err_set(reterr, STATUS_USAGE, "a double quote is not closed");
		/* Here the backslash means something before these only. */
		if (*splitter->rest == '\\' && strchr("\"\\$", splitter->rest[1]) == NULL)
			buf_append_byte(&splitter->text, (uint8_t)*splitter->rest++);
		status = take_character(splitter, reterr);
	}
	splitter->rest++;
	return status;
}

static enum status take_word(struct splitter *splitter, struct err *reterr)
{
	enum status status = STATUS_OK;

	while (status == STATUS_OK && *splitter->rest != '\0' &&
		strchr(blanks, *splitter->rest) == NULL) {
		if (*splitter->rest == '\'')
			status = take_single_quoted(splitter, reterr);
		else if (*splitter->rest == '"')
			status = take_double_quoted(splitter, reterr);
		else
			status = take_character(splitter, reterr);
	}
	buf_append_byte(&splitter->text, '\0');
	return status;
}

enum status words_split(const char *line, struct words *ret_words, struct err *reterr)
{
	struct splitter splitter = { .rest = line, .text = BUF_OVER(ret_words->text) };
	enum status status = STATUS_OK;

	ret_words->count = 0;
	for (;;) {
		splitter.rest += strspn(splitter.rest, blanks);
		if (*splitter.rest == '\0' || *splitter.rest == '#')
			break;
		if (ret_words->count == WORDS_MAX_COUNT)
			return err_set(reterr, STATUS_USAGE, "too many words");
		ret_words->items[ret_words->count++] =
			(char *)splitter.text.data + splitter.text.len;
		status = take_word(&splitter, reterr);
		if (status != STATUS_OK)
			return status;
		if (splitter.text.overflow)
			return err_set(reterr, STATUS_USAGE, "the line is too long");
	}
	ret_words->items[ret_words->count] = NULL;
	return STATUS_OK;
}
