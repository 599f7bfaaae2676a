/* SPDX-License-Identifier: Apache-2.0 */
/* The settings management group, see settings_group.h. */
#include "smp/settings_group.h"

static struct smp_request settings_request(
	enum smp_op op, enum smp_settings_command command, const struct buf *body)
{
	return (struct smp_request){
		.op = op,
		.group = SMP_GROUP_SETTINGS,
		.command = (uint8_t)command,
		.body = body != NULL ? buf_span(body) : span_make(NULL, 0),
	};
}

static void put_text(struct buf *body, const char *name, struct span text)
{
	body_put_text(body, name);
	body_put_text_span(body, text);
}

struct smp_request smp_settings_read_request(struct buf *body, struct span key, uint32_t max_size)
{
	body_put_map(body, max_size > 0 ? 2 : 1);
	put_text(body, "name", key);
	if (max_size > 0) {
		body_put_text(body, "max_size");
		body_put_uint(body, max_size);
	}
	return settings_request(SMP_OP_READ, SMP_SETTINGS_VALUE, body);
}

static enum status read_value(
	const struct body_value *map, struct buf *out, bool *ret_is_text, struct err *reterr)
{
	struct body_value value;

	if (!body_get(map, "val", &value))
		return smp_field_required(BODY_ABSENT, "val", reterr);
	if (value.kind != BODY_BYTES && value.kind != BODY_TEXT)
		return smp_field_required(BODY_WRONG_TYPE, "val", reterr);
	body_append_string(&value, out);
	if (out->overflow)
		return err_set(reterr, STATUS_PROTOCOL,
			"the value in the reply is longer than what was asked for");
	*ret_is_text = value.kind == BODY_TEXT;
	return STATUS_OK;
}

enum status smp_settings_read_reply(const struct smp_reply *reply, struct buf *out,
	struct smp_settings_value *ret_value, struct err *reterr)
{
	struct smp_settings_value value = { .is_text = false };
	struct body_value map;
	uint64_t max_size = 0;
	enum body_found found;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = read_value(&map, out, &value.is_text, reterr);
	if (status != STATUS_OK)
		return status;
	found = body_get_uint(&map, "max_size", UINT32_MAX, &max_size);
	status = smp_field_optional(found, "max_size", reterr);
	if (status != STATUS_OK)
		return status;
	value.is_limited = found == BODY_FOUND;
	value.max_size = (uint32_t)max_size;
	*ret_value = value;
	return STATUS_OK;
}

struct smp_request smp_settings_write_request(struct buf *body, struct span key, struct span value)
{
	body_put_map(body, 2);
	put_text(body, "name", key);
	body_put_text(body, "val");
	body_put_bytes(body, value);
	return settings_request(SMP_OP_WRITE, SMP_SETTINGS_VALUE, body);
}

struct smp_request smp_settings_delete_request(struct buf *body, struct span key)
{
	body_put_map(body, 1);
	put_text(body, "name", key);
	return settings_request(SMP_OP_WRITE, SMP_SETTINGS_DELETE, body);
}

struct smp_request smp_settings_commit_request(void)
{
	return settings_request(SMP_OP_WRITE, SMP_SETTINGS_COMMIT, NULL);
}

struct smp_request smp_settings_load_request(void)
{
	return settings_request(SMP_OP_READ, SMP_SETTINGS_STORE, NULL);
}

struct smp_request smp_settings_save_request(struct buf *body, struct span key)
{
	body_put_map(body, key.len > 0 ? 1 : 0);
	if (key.len > 0)
		put_text(body, "name", key);
	return settings_request(SMP_OP_WRITE, SMP_SETTINGS_STORE, body);
}

struct smp_request smp_settings_config_request(
	struct buf *body, struct span key, struct span text, bool saves)
{
	bool writes = key.len > 0;

	body_put_map(body, 1u + (writes ? 1u : 0u) + (saves ? 1u : 0u));
	put_text(body, "name", key);
	if (writes)
		put_text(body, "val", text);
	if (saves) {
		body_put_text(body, "save");
		body_put_bool(body, true);
	}
	return settings_request(SMP_OP_WRITE, SMP_SETTINGS_VALUE, body);
}
