/* SPDX-License-Identifier: Apache-2.0 */
/* The fence around libcbor: letting bodies in, walking over them, writing them. See body.h. */
#include "smp/body.h"

#include <cbor.h>

/* One item head as libcbor's streaming decoder reports it; strings come whole. */
struct head {
	struct body_value value;
	bool is_break;
	bool is_tag;
};

static void set_number(void *ctx, enum body_kind kind, uint64_t number)
{
	struct head *head = ctx;

	head->value.kind = kind;
	head->value.number = number;
}

static void set_string(void *ctx, enum body_kind kind, const unsigned char *data, size_t len)
{
	struct head *head = ctx;

	head->value.kind = kind;
	head->value.number = len;
	head->value.content = span_make(data, len);
}

static void set_indefinite(void *ctx, enum body_kind kind)
{
	struct head *head = ctx;

	head->value.kind = kind;
	head->value.indefinite = true;
}

static void on_uint8(void *ctx, uint8_t value)
{
	set_number(ctx, BODY_UINT, value);
}

static void on_uint16(void *ctx, uint16_t value)
{
	set_number(ctx, BODY_UINT, value);
}

static void on_uint32(void *ctx, uint32_t value)
{
	set_number(ctx, BODY_UINT, value);
}

static void on_uint64(void *ctx, uint64_t value)
{
	set_number(ctx, BODY_UINT, value);
}

static void on_negint8(void *ctx, uint8_t value)
{
	set_number(ctx, BODY_NEGATIVE, value);
}

static void on_negint16(void *ctx, uint16_t value)
{
	set_number(ctx, BODY_NEGATIVE, value);
}

static void on_negint32(void *ctx, uint32_t value)
{
	set_number(ctx, BODY_NEGATIVE, value);
}

static void on_negint64(void *ctx, uint64_t value)
{
	set_number(ctx, BODY_NEGATIVE, value);
}

static void on_bytes_start(void *ctx)
{
	set_indefinite(ctx, BODY_BYTES);
}

static void on_bytes(void *ctx, cbor_data data, size_t len)
{
	set_string(ctx, BODY_BYTES, data, len);
}

static void on_text_start(void *ctx)
{
	set_indefinite(ctx, BODY_TEXT);
}

static void on_text(void *ctx, cbor_data data, size_t len)
{
	set_string(ctx, BODY_TEXT, data, len);
}

static void on_array_indefinite(void *ctx)
{
	set_indefinite(ctx, BODY_ARRAY);
}

static void on_array(void *ctx, size_t count)
{
	set_number(ctx, BODY_ARRAY, count);
}

static void on_map_indefinite(void *ctx)
{
	set_indefinite(ctx, BODY_MAP);
}

static void on_map(void *ctx, size_t count)
{
	set_number(ctx, BODY_MAP, count);
}

static void on_tag(void *ctx, uint64_t tag)
{
	(void)tag;
	((struct head *)ctx)->is_tag = true;
}

static void on_float(void *ctx, float value)
{
	set_number(ctx, BODY_FLOAT, 0);
	((struct head *)ctx)->value.real = (double)value;
}

static void on_double(void *ctx, double value)
{
	set_number(ctx, BODY_FLOAT, 0);
	((struct head *)ctx)->value.real = value;
}

static void on_undefined(void *ctx)
{
	set_number(ctx, BODY_UNDEFINED, 0);
}

static void on_null(void *ctx)
{
	set_number(ctx, BODY_NULL, 0);
}

static void on_bool(void *ctx, bool value)
{
	set_number(ctx, BODY_BOOL, value);
}

static void on_break(void *ctx)
{
	((struct head *)ctx)->is_break = true;
}

static const struct cbor_callbacks head_callbacks = {
	.uint8 = on_uint8,
	.uint16 = on_uint16,
	.uint32 = on_uint32,
	.uint64 = on_uint64,
	.negint8 = on_negint8,
	.negint16 = on_negint16,
	.negint32 = on_negint32,
	.negint64 = on_negint64,
	.byte_string_start = on_bytes_start,
	.byte_string = on_bytes,
	.string_start = on_text_start,
	.string = on_text,
	.indef_array_start = on_array_indefinite,
	.array_start = on_array,
	.indef_map_start = on_map_indefinite,
	.map_start = on_map,
	.tag = on_tag,
	.float2 = on_float,
	.float4 = on_float,
	.float8 = on_double,
	.undefined = on_undefined,
	.null = on_null,
	.boolean = on_bool,
	.indef_break = on_break,
};

/* Take one head (a string with its content) off the front of *bytes. */
static bool take_head(struct span *bytes, struct head *ret_head)
{
	struct cbor_decoder_result result;

	*ret_head = (struct head){ 0 };
	if (bytes->len == 0)
		return false;
	result = cbor_stream_decode(bytes->data, bytes->len, &head_callbacks, ret_head);
	if (result.status != CBOR_DECODER_FINISHED || result.read == 0 || result.read > bytes->len)
		return false;
	*bytes = span_sub(*bytes, result.read, bytes->len);
	return true;
}

static bool is_container(const struct body_value *value)
{
	return value->kind == BODY_ARRAY || value->kind == BODY_MAP || value->indefinite;
}

/* What the walk over one item knows about a container that is still open. */
struct open_container {
	uint64_t left; /* items to come, when not indefinite */
	bool indefinite;
	enum body_kind kind;
	bool odd; /* an indefinite map has seen a key without its value */
};

/* May an item of this kind stand directly in this container? Chunks must be plain strings. */
static bool may_contain(const struct open_container *container, const struct body_value *value)
{
	if (container->kind == BODY_BYTES || container->kind == BODY_TEXT)
		return value->kind == container->kind && !value->indefinite;
	return true;
}

static bool open_container(
	const struct body_value *value, size_t bytes_left, struct open_container *ret_container)
{
	uint64_t per_entry = value->kind == BODY_MAP ? 2 : 1;

	/* Every entry takes at least a byte: a count above that is a lie. */
	if (!value->indefinite && value->number > bytes_left / per_entry)
		return false;
	*ret_container = (struct open_container){
		.left = value->number * per_entry,
		.indefinite = value->indefinite,
		.kind = value->kind,
	};
	return true;
}

/* Walk one whole item without allocating; *bytes is left behind it. */
static bool skip_item(struct span *bytes, struct body_value *ret_value)
{
	struct open_container stack[BODY_DEPTH_MAX] = { { .left = 1, .kind = BODY_ARRAY } };
	int depth = 0;
	bool is_first = true;
	struct span content = { 0 };

	for (;;) {
		struct head head;

		while (!stack[depth].indefinite && stack[depth].left == 0) {
			if (depth-- == 0) {
				if (is_container(ret_value))
					ret_value->content =
						span_make(content.data, content.len - bytes->len);
				return true;
			}
		}
		if (!take_head(bytes, &head) || head.is_tag)
			return false;
		if (head.is_break) {
			if (!stack[depth].indefinite || stack[depth].odd)
				return false;
			depth--;
			continue;
		}
		if (!may_contain(&stack[depth], &head.value))
			return false;
		if (is_first) {
			*ret_value = head.value;
			content = *bytes;
			is_first = false;
		}
		if (!stack[depth].indefinite)
			stack[depth].left--;
		else if (stack[depth].kind == BODY_MAP)
			stack[depth].odd = !stack[depth].odd;
		if (!is_container(&head.value))
			continue;
		if (depth + 1 == BODY_DEPTH_MAX ||
			!open_container(&head.value, bytes->len, &stack[depth + 1]))
			return false;
		depth++;
	}
}

enum status body_open_any(struct span bytes, struct body_value *ret_value, struct err *reterr)
{
	struct span rest = bytes;

	if (!skip_item(&rest, ret_value))
		return err_set(reterr, STATUS_PROTOCOL, "the body (%zu bytes) is not sound CBOR",
			bytes.len);
	if (rest.len > 0)
		return err_set(
			reterr, STATUS_PROTOCOL, "%zu bytes stand behind the CBOR body", rest.len);
	return STATUS_OK;
}

enum status body_open(struct span bytes, struct body_value *ret_map, struct err *reterr)
{
	enum status status = body_open_any(bytes, ret_map, reterr);

	if (status == STATUS_OK && ret_map->kind != BODY_MAP)
		return err_set(reterr, STATUS_PROTOCOL, "the body is not a CBOR map");
	return status;
}

struct body_iter body_iterate(const struct body_value *container)
{
	/* A plain string's content is no list of items, however much it may look like one. */
	if (!is_container(container))
		return (struct body_iter){ 0 };
	return (struct body_iter){
		.rest = container->content,
		.left = container->kind == BODY_MAP ? container->number * 2 : container->number,
		.indefinite = container->indefinite,
	};
}

bool body_next(struct body_iter *iter, struct body_value *ret_value)
{
	if (!iter->indefinite && iter->left == 0)
		return false;
	/* A break is no item: the walk over it fails, which is the end. */
	if (!skip_item(&iter->rest, ret_value))
		return false;
	if (!iter->indefinite)
		iter->left--;
	return true;
}

bool body_next_pair(
	struct body_iter *iter, struct body_value *ret_key, struct body_value *ret_value)
{
	return body_next(iter, ret_key) && body_next(iter, ret_value);
}

enum { HEAD_SIZE_MAX = 9 };

/* Append a head that libcbor has written to `head`; 0 bytes would mean that it had no room. */
static void put_head(struct buf *out, const uint8_t *head, size_t len)
{
	if (len == 0)
		out->overflow = true;
	else
		buf_append(out, head, len);
}

void body_put_map(struct buf *out, size_t pairs)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_map_start(pairs, head, sizeof(head)));
}

void body_put_array(struct buf *out, size_t items)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_array_start(items, head, sizeof(head)));
}

void body_put_map_indefinite(struct buf *out)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_indef_map_start(head, sizeof(head)));
}

void body_put_array_indefinite(struct buf *out)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_indef_array_start(head, sizeof(head)));
}

void body_put_break(struct buf *out)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_break(head, sizeof(head)));
}

void body_put_uint(struct buf *out, uint64_t value)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_uint(value, head, sizeof(head)));
}

void body_put_int(struct buf *out, int64_t value)
{
	uint8_t head[HEAD_SIZE_MAX];

	if (value >= 0)
		body_put_uint(out, (uint64_t)value);
	else
		put_head(out, head, cbor_encode_negint((uint64_t)(-1 - value), head, sizeof(head)));
}

void body_put_bool(struct buf *out, bool value)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_bool(value, head, sizeof(head)));
}

void body_put_null(struct buf *out)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_null(head, sizeof(head)));
}

void body_put_double(struct buf *out, double value)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_double(value, head, sizeof(head)));
}

void body_put_text(struct buf *out, const char *text)
{
	body_put_text_span(out, span_from_text(text));
}

void body_put_text_span(struct buf *out, struct span text)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_string_start(text.len, head, sizeof(head)));
	buf_append_span(out, text);
}

void body_put_bytes(struct buf *out, struct span bytes)
{
	uint8_t head[HEAD_SIZE_MAX];

	put_head(out, head, cbor_encode_bytestring_start(bytes.len, head, sizeof(head)));
	buf_append_span(out, bytes);
}
