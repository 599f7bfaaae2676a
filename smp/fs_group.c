/* SPDX-License-Identifier: Apache-2.0 */
/* The file system group, see fs_group.h. */
#include "smp/fs_group.h"

#include <string.h>

#include "base/text.h"

static struct smp_request fs_request(
	enum smp_op op, enum smp_fs_command command, const struct buf *body)
{
	return (struct smp_request){
		.op = op,
		.group = SMP_GROUP_FS,
		.command = (uint8_t)command,
		.body = body != NULL ? buf_span(body) : span_make(NULL, 0),
	};
}

static void put_text(struct buf *body, const char *key, struct span text)
{
	body_put_text(body, key);
	body_put_text_span(body, text);
}

static void keep_name(struct span name, char ret_name[SMP_FS_TYPE_MAX])
{
	struct buf out = buf_over(ret_name, SMP_FS_TYPE_MAX);

	text_append_escaped(&out, name);
	buf_text(&out);
}

struct smp_request smp_fs_status_request(struct buf *body, struct span path)
{
	body_put_map(body, 1);
	put_text(body, "name", path);
	return fs_request(SMP_OP_READ, SMP_FS_STATUS, body);
}

enum status smp_fs_status_reply(
	const struct smp_reply *reply, uint64_t *ret_size, struct err *reterr)
{
	struct body_value map;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	return smp_field_required(body_get_uint(&map, "len", UINT64_MAX, ret_size), "len", reterr);
}

struct smp_request smp_fs_hash_types_request(void)
{
	return fs_request(SMP_OP_READ, SMP_FS_HASH_TYPES, NULL);
}

static enum status read_type(const struct body_value *name, const struct body_value *facts,
	struct smp_fs_hash_type *ret_type, struct err *reterr)
{
	uint64_t size = 0;
	enum status status;

	if (name->kind != BODY_TEXT || name->indefinite || facts->kind != BODY_MAP)
		return smp_field_required(BODY_WRONG_TYPE, "types", reterr);
	status = smp_field_required(
		body_get_uint(facts, "format", UINT64_MAX, &ret_type->format), "format", reterr);
	if (status == STATUS_OK)
		status = smp_field_required(
			body_get_uint(facts, "size", UINT32_MAX, &size), "size", reterr);
	if (status != STATUS_OK)
		return status;
	ret_type->size = (uint32_t)size;
	keep_name(name->content, ret_type->name);
	return STATUS_OK;
}

enum status smp_fs_hash_types_reply(
	const struct smp_reply *reply, struct smp_fs_hash_types *ret_types, struct err *reterr)
{
	struct smp_fs_hash_types types = { .count = 0 };
	struct body_value map, list, name, facts;
	struct body_iter iter;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = smp_field_container(&map, "types", BODY_MAP, &list, reterr);
	if (status != STATUS_OK)
		return status;
	iter = body_iterate(&list);
	while (types.count < SMP_FS_TYPES_MAX && body_next_pair(&iter, &name, &facts)) {
		status = read_type(&name, &facts, &types.types[types.count], reterr);
		if (status != STATUS_OK)
			return status;
		types.count++;
	}
	*ret_types = types;
	return STATUS_OK;
}

struct smp_request smp_fs_hash_request(struct buf *body, struct span path, struct span type)
{
	body_put_map(body, type.len > 0 ? 2 : 1);
	put_text(body, "name", path);
	if (type.len > 0)
		put_text(body, "type", type);
	return fs_request(SMP_OP_READ, SMP_FS_HASH, body);
}

/* The device's "output" is a number or a string of bytes, as its type wants it. */
static enum status read_output(
	const struct body_value *map, struct smp_fs_hash *hash, struct err *reterr)
{
	struct body_value output;

	if (!body_get(map, "output", &output))
		return smp_field_required(BODY_ABSENT, "output", reterr);
	if (output.kind == BODY_UINT && output.number <= UINT32_MAX) {
		hash->format = SMP_FS_NUMBER;
		hash->number = (uint32_t)output.number;
		return STATUS_OK;
	}
	if (output.kind != BODY_BYTES || output.indefinite ||
		output.content.len > SMP_FS_HASH_SIZE_MAX || output.content.len == 0)
		return smp_field_required(BODY_WRONG_TYPE, "output", reterr);
	hash->format = SMP_FS_BYTES;
	hash->bytes_len = output.content.len;
	memcpy(hash->bytes, output.content.data, output.content.len);
	return STATUS_OK;
}

enum status smp_fs_hash_reply(
	const struct smp_reply *reply, struct smp_fs_hash *ret_hash, struct err *reterr)
{
	struct smp_fs_hash hash = { .size = 0 };
	struct span type = { 0 };
	struct body_value map;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	status = smp_field_required(body_get_text(&map, "type", &type), "type", reterr);
	if (status == STATUS_OK)
		status = smp_field_required(
			body_get_uint(&map, "len", UINT64_MAX, &hash.size), "len", reterr);
	if (status == STATUS_OK)
		status = read_output(&map, &hash, reterr);
	if (status != STATUS_OK)
		return status;
	keep_name(type, hash.type);
	*ret_hash = hash;
	return STATUS_OK;
}

struct smp_request smp_fs_close_request(void)
{
	return fs_request(SMP_OP_WRITE, SMP_FS_CLOSE, NULL);
}
