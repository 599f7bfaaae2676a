/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups in a body that has been let in, see body.h. */
#include "smp/body.h"

bool body_get(const struct body_value *map, const char *key, struct body_value *ret_value)
{
	struct body_iter iter = body_iterate(map);
	struct span wanted = span_from_text(key);
	struct body_value name, value;

	if (map->kind != BODY_MAP)
		return false;
	while (body_next_pair(&iter, &name, &value)) {
		if (name.kind == BODY_TEXT && !name.indefinite &&
			span_equal(name.content, wanted)) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

enum body_found body_get_uint(
	const struct body_value *map, const char *key, uint64_t max, uint64_t *ret_value)
{
	struct body_value value;

	if (!body_get(map, key, &value))
		return BODY_ABSENT;
	if (value.kind != BODY_UINT || value.number > max)
		return BODY_WRONG_TYPE;
	*ret_value = value.number;
	return BODY_FOUND;
}

bool body_value_int(const struct body_value *value, int64_t *ret_value)
{
	if (value->number > INT64_MAX)
		return false;
	if (value->kind == BODY_UINT)
		*ret_value = (int64_t)value->number;
	else if (value->kind == BODY_NEGATIVE)
		*ret_value = -1 - (int64_t)value->number;
	else
		return false;
	return true;
}

enum body_found body_get_int(const struct body_value *map, const char *key, int64_t *ret_value)
{
	struct body_value value;

	if (!body_get(map, key, &value))
		return BODY_ABSENT;
	return body_value_int(&value, ret_value) ? BODY_FOUND : BODY_WRONG_TYPE;
}

enum body_found body_get_bool(const struct body_value *map, const char *key, bool *ret_value)
{
	struct body_value value;

	if (!body_get(map, key, &value))
		return BODY_ABSENT;
	if (value.kind != BODY_BOOL)
		return BODY_WRONG_TYPE;
	*ret_value = value.number != 0;
	return BODY_FOUND;
}

static enum body_found get_string(
	const struct body_value *map, const char *key, enum body_kind kind, struct span *ret_string)
{
	struct body_value value;

	if (!body_get(map, key, &value))
		return BODY_ABSENT;
	if (value.kind != kind || value.indefinite)
		return BODY_WRONG_TYPE;
	*ret_string = value.content;
	return BODY_FOUND;
}

enum body_found body_get_bytes(
	const struct body_value *map, const char *key, struct span *ret_bytes)
{
	return get_string(map, key, BODY_BYTES, ret_bytes);
}

enum body_found body_get_text(const struct body_value *map, const char *key, struct span *ret_text)
{
	return get_string(map, key, BODY_TEXT, ret_text);
}

void body_append_string(const struct body_value *string, struct buf *out)
{
	struct body_iter iter = body_iterate(string);
	struct body_value chunk;

	if (!string->indefinite) {
		buf_append_span(out, string->content);
		return;
	}
	while (body_next(&iter, &chunk))
		buf_append_span(out, chunk.content);
}
