/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an upload gets into the flash. A Zephyr application collects it in blocks of 512 bytes, so a
 * chunk waits for no write, for one or for several. That is why a second and a third request in
 * flight each gain something where flash is slow (observed.md): chunks that cost the server nothing
 * let it run out of work when there is only one behind them.
 *
 * Here the bytes are in the flash at once, only the time is that of the blocks. Nobody can tell: what
 * a real server has collected is lost in a reset, but so is the upload.
 */
#include "fakedev/server_slots.h"

enum { BLOCK_SIZE = 512 }; /* CONFIG_IMG_BLOCK_BUF_SIZE */

static const struct slot *upload_slot(const struct server *server)
{
	const struct store_upload *upload = &server->ram->upload;

	return server_slot(server, upload->image, upload->slot);
}

/* A page is first touched by its first byte; the trailer's is erased behind the last one. */
void server_erase_ahead(const struct server *server, const struct slot *slot, size_t len)
{
	const struct store_upload *upload = &server->ram->upload;
	size_t end = upload->offset + len;
	size_t at = (upload->offset + FLASH_PAGE_SIZE - 1) / FLASH_PAGE_SIZE * FLASH_PAGE_SIZE;

	for (; at < end; at += FLASH_PAGE_SIZE)
		slot_erase_page(slot, at);
	if (end == upload->len && at <= slot_max_image_size(slot))
		slot_erase_page(slot, slot_max_image_size(slot));
}

bool server_write(struct server *server, struct span part)
{
	struct store_upload *upload = &server->ram->upload;
	const struct slot *slot = upload_slot(server);
	size_t begin = upload->offset / BLOCK_SIZE * BLOCK_SIZE, end;

	if (part.len > slot->size - upload->offset)
		return false;
	if (server->config->erases_progressively)
		server_erase_ahead(server, slot, part.len);
	if (!flash_write_untimed(slot->flash, slot->at + upload->offset, part))
		return false;
	upload->offset += (uint32_t)part.len;
	end = upload->offset / BLOCK_SIZE * BLOCK_SIZE;
	flash_spend_write(slot->flash, slot->at + begin, end - begin);
	return true;
}

void server_end_write(struct server *server)
{
	const struct slot *slot = upload_slot(server);
	size_t rest = server->ram->upload.offset % BLOCK_SIZE;

	flash_spend_write(slot->flash, slot->at + server->ram->upload.offset - rest, rest);
}

bool server_put_data(struct server *server, struct span data, server_put put)
{
	size_t middle = data.len / 2;
	uint8_t flipped;

	if (data.len == 0 || server_fault(server, FAULT_FLIP_BIT) == NULL)
		return put(server, data);
	flipped = data.data[middle] ^ 1;
	return put(server, span_sub(data, 0, middle)) && put(server, span_make(&flipped, 1)) &&
	       put(server, span_sub(data, middle + 1, data.len));
}
