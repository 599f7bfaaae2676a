/* SPDX-License-Identifier: Apache-2.0 */
/* The image group of a Zephyr application, all but the upload (protocol.md 3.2). */
#include "fakedev/server_slots.h"

#include <string.h>

/* Flags that are false are left out of a frugal list. */
static void put_flag(const struct server *server, struct buf *body, const char *key, bool value)
{
	if (value || !server->config->is_frugal)
		server_put_bool(body, key, value);
}

static void put_version(const struct mcuboot_version *version, struct buf *body)
{
	uint8_t text[MCUBOOT_VERSION_TEXT_MAX];
	struct buf out = BUF_OVER(text);

	mcuboot_version_text(version, &out);
	body_put_text(body, "version");
	body_put_text_span(body, buf_span(&out));
}

/* A slot without a readable image is left out. */
static void put_slot(const struct server *server, unsigned image, unsigned slot, struct buf *body)
{
	struct slot_flags flags = server_slot_flags(server, image, slot);
	struct mcuboot_image found;
	struct span hash;

	if (!server_image_in(server, image, slot, &found) || !mcuboot_hash(&found, &hash))
		return;
	body_put_map_indefinite(body);
	if (server->config->images > 1)
		server_put_uint(body, "image", image);
	server_put_uint(body, "slot", slot);
	put_version(&found.version, body);
	body_put_text(body, "hash");
	body_put_bytes(body, hash);
	put_flag(server, body, "bootable", (found.flags & MCUBOOT_FLAG_NON_BOOTABLE) == 0);
	put_flag(server, body, "pending", flags.pending);
	put_flag(server, body, "confirmed", flags.confirmed);
	put_flag(server, body, "active", flags.active);
	put_flag(server, body, "permanent", flags.permanent);
	body_put_break(body);
}

/* It takes no arguments, so it does not look whether they can be read. */
struct answer server_image_list(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	body_put_text(body, "images");
	body_put_array_indefinite(body);
	for (unsigned image = 0; image < server->config->images; image++) {
		for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++)
			put_slot(server, image, slot, body);
	}
	body_put_break(body);
	if (!server->config->is_frugal)
		server_put_uint(body, "splitStatus", 0);
	return answer_ok();
}

static bool find_hash(
	const struct server *server, struct span hash, unsigned *ret_image, unsigned *ret_slot)
{
	for (unsigned image = 0; image < server->config->images; image++) {
		for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++) {
			struct mcuboot_image found;
			struct span other;

			if (!server_image_in(server, image, slot, &found) ||
				!mcuboot_hash(&found, &other) || !span_equal(other, hash))
				continue;
			*ret_image = image;
			*ret_slot = slot;
			return true;
		}
	}
	return false;
}

static bool is_hash_size(size_t len)
{
	return len == digest_size(DIGEST_SHA256) || len == digest_size(DIGEST_SHA384) ||
	       len == digest_size(DIGEST_SHA512);
}

static enum server_image_error set_other_slot(
	const struct server *server, unsigned image, bool confirm)
{
	const struct slot *other;

	switch (server_next_swap(server, image)) {
	case SWAP_TEST:
		return confirm ? IMAGE_ERROR_ALREADY_PENDING : 0;
	case SWAP_PERM:
	case SWAP_REVERT:
		return confirm ? 0 : IMAGE_ERROR_ALREADY_PENDING;
	case SWAP_NONE:
	case SWAP_FAIL:
		break;
	}
	other = server_slot(server, image, server_other_slot(server, image));
	if (!slot_set_pending(other, confirm, image))
		return IMAGE_ERROR_UNKNOWN;
	return 0;
}

static enum server_image_error confirm_active_slot(const struct server *server, unsigned image)
{
	const struct slot *active = server_slot(server, image, server_active_slot(server, image));

	switch (server_next_swap(server, image)) {
	case SWAP_TEST:
	case SWAP_PERM:
		return IMAGE_ERROR_ALREADY_PENDING;
	case SWAP_NONE:
		return 0;
	case SWAP_REVERT:
	case SWAP_FAIL:
		break;
	}
	/* Only the image whose code is running may vouch for itself. */
	if (image != 0)
		return IMAGE_ERROR_CONFIRMATION_DENIED;
	return slot_confirm(active) ? 0 : IMAGE_ERROR_UNKNOWN;
}

/* The table of protocol.md 3.2.3. */
static enum server_image_error mark(
	const struct server *server, unsigned image, unsigned slot, bool confirm)
{
	if (slot != server_active_slot(server, image))
		return set_other_slot(server, image, confirm);
	return confirm ? confirm_active_slot(server, image) : IMAGE_ERROR_TEST_OF_ACTIVE;
}

struct answer server_image_mark(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span hash = span_make(NULL, 0);
	bool confirm = false;
	unsigned image = 0, slot = server_active_slot(server, 0);
	enum server_image_error error;

	if (server->config->bootloader == FAKEDEV_DIRECT_XIP)
		return answer_rc(RC_NOT_SUPPORTED);
	if (!request->has_args ||
		body_get_bytes(&request->args, "hash", &hash) == BODY_WRONG_TYPE ||
		body_get_bool(&request->args, "confirm", &confirm) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	/* Without a hash the running image is meant, which can only be confirmed. */
	if (hash.len == 0 ? !confirm : !is_hash_size(hash.len))
		return answer_error(SMP_GROUP_IMAGE, IMAGE_ERROR_INVALID_HASH);
	if (hash.len > 0 && !find_hash(server, hash, &image, &slot))
		return answer_error(SMP_GROUP_IMAGE, IMAGE_ERROR_HASH_NOT_FOUND);
	error = mark(server, image, slot, confirm);
	if (error != 0)
		return answer_error(SMP_GROUP_IMAGE, error);
	return server_image_list(server, request, body);
}

/* `slot` counts over all images; without it the one that image 0 does not run from is meant. */
struct answer server_image_erase(
	struct server *server, const struct request *request, struct buf *body)
{
	uint64_t number = server_other_slot(server, 0);
	unsigned image, slot;

	if (!request->has_args ||
		body_get_uint(&request->args, "slot", UINT32_MAX, &number) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	if (number >= (uint64_t)server->config->images * SLOTS_PER_IMAGE ||
		number % SLOTS_PER_IMAGE >= server_slots(server))
		return answer_error(SMP_GROUP_IMAGE, IMAGE_ERROR_FLASH_OPEN_FAILED);
	image = (unsigned)number / SLOTS_PER_IMAGE;
	slot = (unsigned)number % SLOTS_PER_IMAGE;
	if (server_slot_in_use(server, image, slot))
		return answer_error(SMP_GROUP_IMAGE, IMAGE_ERROR_NO_FREE_SLOT);
	/* Seen on Zephyr 3.4; newer ones call it a success. */
	if (slot_is_blank(server_slot(server, image, slot)))
		return answer_error(SMP_GROUP_IMAGE, IMAGE_ERROR_UNKNOWN);
	slot_erase(server_slot(server, image, slot));
	memset(&server->ram->upload, 0, sizeof(server->ram->upload));
	server_put_legacy_rc(server, body);
	return answer_ok();
}

/* Only the slot that an upload would go to has an id to upload with. */
static void put_slot_info(
	const struct server *server, unsigned image, unsigned slot, struct buf *body)
{
	body_put_map_indefinite(body);
	server_put_uint(body, "slot", slot);
	server_put_uint(body, "size", server_slot(server, image, slot)->size);
	if (slot == server_other_slot(server, image))
		server_put_uint(body, "upload_image_id", image);
	body_put_break(body);
}

struct answer server_image_slot_info(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	if (!server->config->has_slot_info)
		return answer_rc(RC_NOT_SUPPORTED);
	body_put_text(body, "images");
	body_put_array_indefinite(body);
	for (unsigned image = 0; image < server->config->images; image++) {
		body_put_map_indefinite(body);
		server_put_uint(body, "image", image);
		body_put_text(body, "slots");
		body_put_array_indefinite(body);
		for (unsigned slot = 0; slot < server_slots(server); slot++)
			put_slot_info(server, image, slot, body);
		body_put_break(body);
		server_put_uint(body, "max_image_size",
			server_max_image_size(server, server_slot(server, image, SLOT_SECONDARY)));
		body_put_break(body);
	}
	body_put_break(body);
	return answer_ok();
}
