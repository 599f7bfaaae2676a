/* SPDX-License-Identifier: Apache-2.0 */
/* Paths into JSON documents, see json_path.h. */
#include "src/json_path.h"

#include <string.h>

#include "base/text.h"

enum { INDEX_DIGITS_MAX = 9 };

static enum status refuse(const char *path, struct err *reterr)
{
	err_set(reterr, STATUS_USAGE, "\"%s\" is no path into a result", path);
	return err_hint(reterr, "a path looks like images[0].version");
}

/* Say what is there, where `len` characters of the path lead to. */
static enum status explain_absence(
	const struct doc *place, const char *path, size_t len, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX / 2];
	struct buf names = BUF_OVER(storage);

	err_set(reterr, STATUS_NOT_UPDATED, "there is no %s", path);
	for (const char *key = doc_next_key(place, NULL); key != NULL;
		key = doc_next_key(place, key))
		buf_format(&names, "%s%s", names.len > 0 ? ", " : "", key);
	if (doc_is_array(place))
		buf_format(&names, "%zu elements", doc_count(place));
	if (names.len == 0)
		return reterr->status;
	if (len == 0)
		return err_hint(reterr, "there is: %s", buf_text(&names));
	return err_hint(reterr, "%.*s has: %s", (int)len, path, buf_text(&names));
}

/* "[0]" at the front of `rest`; its length, or 0 when it is none. */
static size_t read_index(const char *rest, size_t *ret_index)
{
	char digits[INDEX_DIGITS_MAX + 1] = "";
	size_t len = strspn(rest + 1, "0123456789");
	uint64_t index;

	if (len == 0 || len > INDEX_DIGITS_MAX || rest[1 + len] != ']')
		return 0;
	memcpy(digits, rest + 1, len);
	if (!text_parse_uint(digits, 0, UINT32_MAX, &index))
		return 0;
	*ret_index = (size_t)index;
	return len + 2;
}

enum status json_path_look_up(
	struct doc *doc, const char *path, struct buf *ret_value, struct err *reterr)
{
	const char *rest = path;

	if (*rest == '\0')
		return refuse(path, reterr);
	while (*rest != '\0') {
		bool is_key = *rest != '[';
		const char *key = rest + (*rest == '.' && rest > path ? 1 : 0);
		size_t index = 0, len = is_key ? strcspn(key, ".[") : read_index(rest, &index);
		struct doc *next;

		/* A dot stands between names, and nowhere else. */
		if (len == 0 || (is_key && rest > path && key == rest))
			return refuse(path, reterr);
		next = is_key ? doc_member(doc, key, len) : doc_element(doc, index);
		if (next == NULL)
			return explain_absence(doc, path, (size_t)(rest - path), reterr);
		doc = next;
		rest = key + len;
	}
	doc_append_value(doc, ret_value);
	return STATUS_OK;
}
