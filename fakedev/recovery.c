/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MCUboot's serial recovery (protocol.md chapter 4), all but the upload: built with echo, image state, slot info and
 * direct upload, as in the recorded conversation. Refusals are plain numbers in every version, and
 * what is uploaded lands in the primary slot unless told otherwise.
 */
#include "fakedev/recovery.h"

#include "fakedev/server_slots.h"

static struct answer echo(struct server *server, const struct request *request, struct buf *body)
{
	struct span text;

	(void)server;
	if (body_get_text(&request->args, "d", &text) != BODY_FOUND)
		return answer_rc(RC_INVALID);
	body_put_text(body, "r");
	body_put_text_span(body, text);
	return answer_ok();
}

static struct answer console_echo(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)server;
	(void)request;
	server_put_rc(body, RC_OK);
	return answer_ok();
}

static struct answer reset(struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	server->ram->in_recovery = false;
	server->wants_reset = true;
	server_put_rc(body, RC_OK);
	return answer_ok();
}

static void put_if_true(struct buf *body, const char *key, bool value)
{
	if (value)
		server_put_bool(body, key, true);
}

/* As MCUboot names the flags: with a swap pending the primary slot is not called active. */
static void put_flags(enum swap_type next, unsigned slot, struct buf *body)
{
	bool is_primary = slot == SLOT_PRIMARY;
	bool is_swap_pending = next == SWAP_TEST || next == SWAP_PERM;

	server_put_bool(body, "bootable", true);
	put_if_true(body, "confirmed", is_primary ? next != SWAP_REVERT : next == SWAP_REVERT);
	put_if_true(body, "active", is_primary && !is_swap_pending);
	put_if_true(body, "pending", !is_primary && is_swap_pending);
	put_if_true(body, "permanent", !is_primary && next == SWAP_PERM);
}

/* Every image is validated for each list; what the bootloader would not start is left out. */
static void put_slot(const struct server *server, unsigned image, unsigned slot, struct buf *body)
{
	const struct slot *slots = server->setup->slots[image];
	uint8_t version[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version_text = BUF_OVER(version);
	struct mcuboot_image found;
	struct span hash;

	if (!server_image_in(server, image, slot, &found) || !mcuboot_hash(&found, &hash) ||
		boot_validate(server->setup, &slots[slot]) != IMAGE_GOOD)
		return;
	body_put_map_indefinite(body);
	if (server->config->images > 1)
		server_put_uint(body, "image", image);
	put_flags(slot_next_swap(&slots[SLOT_PRIMARY], &slots[SLOT_SECONDARY]), slot, body);
	server_put_uint(body, "slot", slot);
	body_put_text(body, "hash");
	body_put_bytes(body, hash);
	mcuboot_version_text(&found.version, &version_text);
	body_put_text(body, "version");
	body_put_text_span(body, buf_span(&version_text));
	body_put_break(body);
}

static struct answer list(struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	body_put_text(body, "images");
	body_put_array_indefinite(body);
	for (unsigned image = 0; image < server->config->images; image++) {
		for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++)
			put_slot(server, image, slot, body);
	}
	body_put_break(body);
	return answer_ok();
}

/* The image that has this hash in one of its slots. */
static bool find_hash(const struct server *server, struct span hash, unsigned *ret_image)
{
	for (unsigned image = 0; image < server->config->images; image++) {
		for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++) {
			struct mcuboot_image found;
			struct span other;

			if (server_image_in(server, image, slot, &found) &&
				mcuboot_hash(&found, &other) && span_equal(other, hash)) {
				*ret_image = image;
				return true;
			}
		}
	}
	return false;
}

/* Whichever slot the hash is found in, the secondary one of that image is marked. */
static struct answer mark(struct server *server, const struct request *request, struct buf *body)
{
	struct span hash = span_make(NULL, 0);
	bool confirm = false;
	unsigned image = 0;

	/* There is nothing to mark where an image has one slot. */
	if (server_slots(server) == 1)
		return answer_rc(RC_NOT_SUPPORTED);
	if (body_get_bytes(&request->args, "hash", &hash) == BODY_WRONG_TYPE ||
		body_get_bool(&request->args, "confirm", &confirm) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	if (hash.len == 0 && server->config->images > 1)
		return answer_rc(RC_INVALID);
	if (hash.len != 0 && hash.len != digest_size(DIGEST_SHA256) &&
		hash.len != digest_size(DIGEST_SHA384) && hash.len != digest_size(DIGEST_SHA512))
		return answer_rc(RC_INVALID);
	if (hash.len != 0 && !find_hash(server, hash, &image))
		return answer_rc(RC_NO_ENTRY);
	if (!slot_set_pending(&server->setup->slots[image][SLOT_SECONDARY], confirm, image))
		return answer_rc(RC_INVALID);
	return list(server, request, body);
}

static struct answer slot_info(
	struct server *server, const struct request *request, struct buf *body)
{
	unsigned upload_id = 0;

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
		for (unsigned slot = 0; slot < server_slots(server); slot++) {
			body_put_map_indefinite(body);
			server_put_uint(body, "slot", slot);
			server_put_uint(body, "size", server->setup->slots[image][slot].size);
			server_put_uint(body, "upload_image_id", ++upload_id);
			body_put_break(body);
		}
		body_put_break(body);
		server_put_uint(body, "max_image_size",
			server_max_image_size(server, &server->setup->slots[image][SLOT_PRIMARY]));
		body_put_break(body);
	}
	body_put_break(body);
	return answer_ok();
}

struct command {
	uint16_t group;
	uint8_t id;
	server_command read;
	server_command write;
};

static const struct command commands[] = {
	{ SMP_GROUP_OS, SMP_OS_ECHO, echo, echo },
	{ SMP_GROUP_OS, SMP_OS_CONSOLE_ECHO, console_echo, console_echo },
	{ SMP_GROUP_OS, SMP_OS_RESET, reset, reset },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_STATE, list, mark },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD, recovery_upload, recovery_upload },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_SLOT_INFO, slot_info, NULL },
};

static struct answer run(struct server *server, const struct request *request, struct buf *body)
{
	const struct fakedev_fault *fault = server_fault(server, FAULT_ERROR);
	const struct smp_header *header = &request->header;

	if (fault != NULL)
		return answer_rc(fault->arg);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *command = &commands[i];
		server_command run_it = header->op == SMP_OP_READ ? command->read : command->write;

		if (command->group == header->group && command->id == header->command &&
			run_it != NULL)
			return run_it(server, request, body);
	}
	return answer_rc(RC_NOT_SUPPORTED);
}

bool recovery_answer(struct server *server, struct span packet, struct buf *reply)
{
	struct request request = { 0 };
	uint8_t *front = buf_reserve(reply, SMP_HEADER_SIZE);
	struct answer answer;
	struct buf body;

	if (front == NULL || !smp_header_decode(packet, &request.header))
		return false;
	request.payload = span_sub(packet, SMP_HEADER_SIZE, packet.len);
	if (request.header.op != SMP_OP_READ && request.header.op != SMP_OP_WRITE)
		return false;
	/* Less announced than there is: ignored. More: it makes do with what there is (recorded). */
	if (request.header.length < request.payload.len)
		return false;
	buf_commit(reply, SMP_HEADER_SIZE);
	body = buf_over(reply->data + reply->len, reply->cap - reply->len);
	request_open(&request);
	body_put_map_indefinite(&body);
	answer = run(server, &request, &body);
	if (answer.rc != RC_OK || body.overflow) {
		buf_clear(&body);
		body_put_map_indefinite(&body);
		server_put_rc(&body, answer.rc != RC_OK ? answer.rc : RC_NO_MEMORY);
	}
	body_put_break(&body);
	request.header.op++;
	request.header.flags = 0;
	request.header.length = (uint16_t)body.len;
	smp_header_encode(&request.header, front);
	buf_commit(reply, body.len);
	return true;
}
