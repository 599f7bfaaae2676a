/* SPDX-License-Identifier: Apache-2.0 */
/* The upload of MCUboot's serial recovery (protocol.md 4.3): no resume, no check of the content. */
#include "fakedev/recovery.h"

#include "fakedev/server_slots.h"

/* Direct upload: 0 is the default, the others count the slots of all images from 1. */
static bool select_target(const struct server *server, uint64_t id, struct store_upload *upload)
{
	unsigned slots = server_slots(server);

	if (id > (uint64_t)server->config->images * slots)
		return false;
	id = id > 0 ? id - 1 : 0;
	upload->image = (uint32_t)id / slots;
	upload->slot = (uint32_t)id % slots;
	return true;
}

static const struct slot *upload_slot(const struct server *server)
{
	const struct store_upload *upload = &server->ram->upload;

	return &server->setup->slots[upload->image][upload->slot];
}

/* Offset 0 always starts anew, whatever is under way; the content is not looked at. */
static bool start(struct server *server, const struct request *request)
{
	struct store_upload upload = { .is_active = true };
	uint64_t id = 0, len;

	if (body_get_uint(&request->args, "image", UINT32_MAX, &id) == BODY_WRONG_TYPE ||
		body_get_uint(&request->args, "len", UINT32_MAX, &len) != BODY_FOUND ||
		!select_target(server, id, &upload) || len > server->config->slot_size)
		return false;
	upload.len = (uint32_t)len;
	server->ram->upload = upload;
	if (!server->config->erases_progressively)
		slot_erase(upload_slot(server));
	return true;
}

static bool put(struct server *server, struct span part)
{
	struct store_upload *upload = &server->ram->upload;
	const struct slot *slot = upload_slot(server);

	/* BOOT_ERASE_PROGRESSIVELY */
	if (server->config->erases_progressively)
		server_erase_ahead(server, slot, part.len);
	if (!flash_write(slot->flash, slot->at + upload->offset, part))
		return false;
	upload->offset += (uint32_t)part.len;
	return true;
}

/*
 * What does not fill a write block at the end of a chunk is not written, but for the last chunk:
 * the client has to send it again (observed.md: 203 bytes advance by 200).
 */
static bool write_chunk(struct server *server, struct span data)
{
	const struct store_upload *upload = &server->ram->upload;

	if (!upload->is_active || data.len > upload->len - upload->offset)
		return false;
	if (upload->offset + data.len < upload->len)
		data.len -= data.len % server->config->write_block;
	return server_put_data(server, data, put);
}

struct answer recovery_upload(
	struct server *server, const struct request *request, struct buf *body)
{
	const struct store_upload *upload = &server->ram->upload;
	struct span data;
	uint64_t off;

	if (body_get_uint(&request->args, "off", UINT32_MAX, &off) != BODY_FOUND ||
		body_get_bytes(&request->args, "data", &data) != BODY_FOUND)
		return answer_rc(RC_INVALID);
	if (off == 0 && !start(server, request))
		return answer_rc(RC_INVALID);
	if (off == upload->offset && !write_chunk(server, data))
		return answer_rc(RC_INVALID);
	server_put_rc(body, RC_OK);
	server_put_uint(body, "off", server_bent_offset(server, off, upload->offset));
	return answer_ok();
}
