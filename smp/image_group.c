/* SPDX-License-Identifier: Apache-2.0 */
/* The image management group, see image_group.h. */
#include "smp/image_group.h"

#include <string.h>

#include "base/text.h"

static struct smp_request image_request(
	enum smp_op op, enum smp_image_command command, const struct buf *body)
{
	return (struct smp_request){
		.op = op,
		.group = SMP_GROUP_IMAGE,
		.command = (uint8_t)command,
		.body = body != NULL ? buf_span(body) : span_make(NULL, 0),
	};
}

struct smp_request smp_image_state_request(void)
{
	return image_request(SMP_OP_READ, SMP_IMAGE_STATE, NULL);
}

struct smp_request smp_image_mark_request(struct buf *body, struct span hash, bool confirm)
{
	body_put_map(body, hash.len > 0 ? 2 : 1);
	if (hash.len > 0) {
		body_put_text(body, "hash");
		body_put_bytes(body, hash);
	}
	body_put_text(body, "confirm");
	body_put_bool(body, confirm);
	return image_request(SMP_OP_WRITE, SMP_IMAGE_STATE, body);
}

struct span smp_image_slot_hash(const struct smp_image_slot *slot)
{
	return span_make(slot->hash, slot->hash_len);
}

static enum status read_flags(
	const struct body_value *entry, struct smp_image_slot *slot, struct err *reterr)
{
	const struct {
		const char *key;
		bool *value;
	} flags[] = {
		{ "bootable", &slot->bootable },
		{ "pending", &slot->pending },
		{ "confirmed", &slot->confirmed },
		{ "active", &slot->active },
		{ "permanent", &slot->permanent },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		enum body_found found = body_get_bool(entry, flags[i].key, flags[i].value);
		enum status status = smp_field_optional(found, flags[i].key, reterr);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status read_hash(
	const struct body_value *entry, struct smp_image_slot *slot, struct err *reterr)
{
	struct span hash = { 0 };
	enum body_found found = body_get_bytes(entry, "hash", &hash);

	if (hash.len > sizeof(slot->hash))
		found = BODY_WRONG_TYPE;
	if (found == BODY_FOUND && hash.len > 0) {
		memcpy(slot->hash, hash.data, hash.len);
		slot->hash_len = hash.len;
	}
	return smp_field_optional(found, "hash", reterr);
}

static enum status read_image_and_slot(
	const struct body_value *entry, uint32_t *ret_image, uint32_t *ret_slot, struct err *reterr)
{
	uint64_t image = 0, slot = 0;
	enum status status;

	/* Left out when the firmware was built for one image (protocol.md 3.2.1). */
	status = smp_field_optional(
		body_get_uint(entry, "image", UINT32_MAX, &image), "image", reterr);
	if (status == STATUS_OK)
		status = smp_field_required(
			body_get_uint(entry, "slot", UINT32_MAX, &slot), "slot", reterr);
	*ret_image = (uint32_t)image;
	*ret_slot = (uint32_t)slot;
	return status;
}

static enum status read_state_entry(
	const struct body_value *entry, struct smp_image_slot *slot, struct err *reterr)
{
	struct buf version_text = BUF_OVER(slot->version);
	struct span version = { 0 };
	enum status status;

	if (entry->kind != BODY_MAP)
		return smp_field_optional(BODY_WRONG_TYPE, "images", reterr);
	status = read_image_and_slot(entry, &slot->image, &slot->slot, reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(
			body_get_text(entry, "version", &version), "version", reterr);
	if (status == STATUS_OK)
		status = read_hash(entry, slot, reterr);
	if (status == STATUS_OK)
		status = read_flags(entry, slot, reterr);
	text_append_escaped(&version_text, version);
	buf_text(&version_text);
	return status;
}

static enum status get_images(
	const struct body_value *map, struct body_iter *ret_iter, struct err *reterr)
{
	struct body_value images;
	enum status status = smp_field_container(map, "images", BODY_ARRAY, &images, reterr);

	if (status == STATUS_OK)
		*ret_iter = body_iterate(&images);
	return status;
}

enum status smp_image_state_reply(
	const struct smp_reply *reply, struct smp_image_state *ret_state, struct err *reterr)
{
	struct smp_image_state state = { 0 };
	struct body_value map, entry;
	struct body_iter iter;
	enum body_found found;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = get_images(&map, &iter, reterr);
	while (status == STATUS_OK && body_next(&iter, &entry)) {
		if (state.count == SMP_IMAGE_SLOTS_MAX)
			return err_set(reterr, STATUS_PROTOCOL, "more than %d slots in the reply",
				SMP_IMAGE_SLOTS_MAX);
		status = read_state_entry(&entry, &state.slots[state.count++], reterr);
	}
	if (status != STATUS_OK)
		return status;
	found = body_get_int(&map, "splitStatus", &state.split_status);
	status = smp_field_optional(found, "splitStatus", reterr);
	if (status != STATUS_OK)
		return status;
	state.has_split_status = found == BODY_FOUND;
	*ret_state = state;
	return STATUS_OK;
}

struct smp_request smp_image_erase_request(struct buf *body, int64_t slot)
{
	body_put_map(body, slot >= 0 ? 1 : 0);
	if (slot >= 0) {
		body_put_text(body, "slot");
		body_put_int(body, slot);
	}
	return image_request(SMP_OP_WRITE, SMP_IMAGE_ERASE, body);
}

struct smp_request smp_image_slot_info_request(void)
{
	return image_request(SMP_OP_READ, SMP_IMAGE_SLOT_INFO, NULL);
}

static enum status read_slot_entry(
	const struct body_value *entry, struct smp_image_slot_info *info, struct err *reterr)
{
	uint64_t slot = 0, upload_id = 0;
	enum body_found found;
	enum status status;

	status =
		smp_field_required(body_get_uint(entry, "slot", UINT32_MAX, &slot), "slot", reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(
			body_get_uint(entry, "size", UINT64_MAX, &info->size), "size", reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(body_get_int(entry, "rc", &info->rc), "rc", reterr);
	if (status != STATUS_OK)
		return status;
	found = body_get_uint(entry, "upload_image_id", UINT32_MAX, &upload_id);
	info->slot = (uint32_t)slot;
	info->has_upload_image_id = found == BODY_FOUND;
	info->upload_image_id = (uint32_t)upload_id;
	return smp_field_optional(found, "upload_image_id", reterr);
}

/* The slots of one image. */
static enum status read_image_entry(
	const struct body_value *entry, struct smp_image_slot_infos *infos, struct err *reterr)
{
	uint64_t image = 0, max_image_size = 0;
	struct body_value slots, slot;
	struct body_iter iter;
	enum status status;

	if (entry->kind != BODY_MAP || !body_get(entry, "slots", &slots) ||
		slots.kind != BODY_ARRAY)
		return smp_field_required(BODY_WRONG_TYPE, "slots", reterr);
	status = smp_field_optional(
		body_get_uint(entry, "image", UINT32_MAX, &image), "image", reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(
			body_get_uint(entry, "max_image_size", UINT64_MAX, &max_image_size),
			"max_image_size", reterr);
	iter = body_iterate(&slots);
	while (status == STATUS_OK && body_next(&iter, &slot)) {
		struct smp_image_slot_info *info = &infos->slots[infos->count];

		if (infos->count == SMP_IMAGE_SLOTS_MAX)
			return err_set(reterr, STATUS_PROTOCOL, "more than %d slots in the reply",
				SMP_IMAGE_SLOTS_MAX);
		*info = (struct smp_image_slot_info){
			.image = (uint32_t)image,
			.max_image_size = max_image_size,
		};
		status = read_slot_entry(&slot, info, reterr);
		infos->count++;
	}
	return status;
}

enum status smp_image_slot_info_reply(
	const struct smp_reply *reply, struct smp_image_slot_infos *ret_infos, struct err *reterr)
{
	struct smp_image_slot_infos infos = { 0 };
	struct body_value map, entry;
	struct body_iter iter;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = get_images(&map, &iter, reterr);
	while (status == STATUS_OK && body_next(&iter, &entry))
		status = read_image_entry(&entry, &infos, reterr);
	if (status == STATUS_OK)
		*ret_infos = infos;
	return status;
}
