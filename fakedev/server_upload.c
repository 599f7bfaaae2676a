/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The upload of a Zephyr application (protocol.md 3.2.4, in that order, with the corrections of
 * observed.md). The upload in progress lies in the store's RAM, so that it outlives the process and
 * dies with a boot.
 */
#include "fakedev/server_slots.h"

#include <string.h>

#include "base/endian.h"

enum { VERSION_AT = 20, VERSION_REVISION_AT = 22 };

struct chunk {
	bool has_off;
	uint64_t off;
	bool has_len;
	uint64_t len;
	uint64_t image;
	struct span data;
	struct span sha;
	bool upgrade;
};

/* What the reply will say. */
struct progress {
	uint64_t off;
	bool is_write; /* the chunk is the expected one and goes to the flash */
	bool is_done;
	bool is_match; /* with is_done */
};

static bool read_chunk(const struct body_value *args, struct chunk *ret_chunk)
{
	struct chunk chunk = { 0 };
	enum body_found off = body_get_uint(args, "off", UINT64_MAX, &chunk.off);
	enum body_found len = body_get_uint(args, "len", UINT64_MAX, &chunk.len);

	if (off == BODY_WRONG_TYPE || len == BODY_WRONG_TYPE ||
		body_get_uint(args, "image", UINT32_MAX, &chunk.image) == BODY_WRONG_TYPE ||
		body_get_bytes(args, "data", &chunk.data) == BODY_WRONG_TYPE ||
		body_get_bytes(args, "sha", &chunk.sha) == BODY_WRONG_TYPE ||
		body_get_bool(args, "upgrade", &chunk.upgrade) == BODY_WRONG_TYPE)
		return false;
	chunk.has_off = off == BODY_FOUND;
	chunk.has_len = len == BODY_FOUND;
	*ret_chunk = chunk;
	return true;
}

static struct span upload_sha(const struct store_upload *upload)
{
	return span_make(upload->sha, upload->sha_len);
}

static enum server_image_error check_first_chunk(const struct chunk *chunk)
{
	if (chunk->data.len < MCUBOOT_HEADER_SIZE)
		return IMAGE_ERROR_INVALID_HEADER;
	if (!chunk->has_len)
		return IMAGE_ERROR_INVALID_LENGTH;
	if (get_le32(chunk->data.data) != MCUBOOT_MAGIC)
		return IMAGE_ERROR_INVALID_MAGIC;
	if (chunk->sha.len > STORE_SHA_MAX)
		return IMAGE_ERROR_INVALID_HASH;
	return 0;
}

/* Higher than the running version? The build number of the new one does not count. */
static bool is_upgrade(const struct server *server, unsigned image, struct span header)
{
	const struct slot *active = server_slot(server, image, server_active_slot(server, image));
	struct mcuboot_version version = {
		.major = header.data[VERSION_AT],
		.minor = header.data[VERSION_AT + 1],
		.revision = get_le16(header.data + VERSION_REVISION_AT),
	};
	struct mcuboot_image running;

	if (!slot_image(active, &running))
		return true;
	return mcuboot_version_compare(&version, &running.version) > 0;
}

static bool content_matches(const struct slot *slot, size_t len, struct span sha)
{
	struct span content = span_sub(slot_bytes(slot), 0, len);
	uint8_t digest[DIGEST_SIZE_MAX];

	return content.len == len && digest_compute(DIGEST_SHA256, content, digest) &&
	       span_equal(span_make(digest, DIGEST_SHA256_SIZE), sha);
}

static void begin_upload(struct server *server, const struct chunk *chunk, unsigned slot)
{
	struct store_upload *upload = &server->ram->upload;

	*upload = (struct store_upload){
		.is_active = true,
		.image = (uint32_t)chunk->image,
		.slot = slot,
		.len = (uint32_t)chunk->len,
		.sha_len = (uint32_t)chunk->sha.len,
	};
	if (chunk->sha.len > 0)
		memcpy(upload->sha, chunk->sha.data, chunk->sha.len);
	if (!server->config->erases_progressively)
		slot_erase_for_image(server_slot(server, upload->image, slot), upload->len);
}

/* Steps 4 and 5: a new upload. */
static enum server_image_error start(
	struct server *server, const struct chunk *chunk, struct progress *progress)
{
	unsigned image = (unsigned)chunk->image, slot;

	/* The only slot is the one that runs. */
	if (chunk->image >= server->config->images || server_slots(server) == 1)
		return IMAGE_ERROR_NO_FREE_SLOT;
	slot = server_other_slot(server, image);
	if (server_slot_in_use(server, image, slot))
		return IMAGE_ERROR_NO_FREE_SLOT;
	if (chunk->len > server_max_image_size(server, server_slot(server, image, slot)))
		return IMAGE_ERROR_TOO_LARGE;
	if (chunk->upgrade && !is_upgrade(server, image, chunk->data))
		return IMAGE_ERROR_VERSION_IS_NEWER;
	if (server->config->has_image_check && chunk->len > 0 &&
		content_matches(server_slot(server, image, slot), chunk->len, chunk->sha)) {
		*progress = (struct progress){
			.off = chunk->len,
			.is_done = true,
			.is_match = true,
		};
		return 0;
	}
	begin_upload(server, chunk, slot);
	progress->is_write = true;
	return 0;
}

/* Decide what to do with a chunk, before anything of it is written. */
static enum server_image_error inspect(
	struct server *server, const struct chunk *chunk, struct progress *progress)
{
	const struct store_upload *upload = &server->ram->upload;
	enum server_image_error error;

	if (!chunk->has_off)
		return IMAGE_ERROR_INVALID_OFFSET;
	if (chunk->off == 0) {
		error = check_first_chunk(chunk);
		if (error != 0)
			return error;
		if (upload->is_active && chunk->sha.len > 0 &&
			span_equal(chunk->sha, upload_sha(upload))) {
			progress->off = upload->offset;
			return 0;
		}
		return start(server, chunk, progress);
	}
	progress->off = upload->offset;
	if (!upload->is_active || chunk->off != upload->offset)
		return 0;
	if (chunk->off + chunk->data.len > upload->len)
		return IMAGE_ERROR_DATA_OVERRUN;
	progress->is_write = true;
	return 0;
}

uint64_t server_bent_offset(const struct server *server, uint64_t asked, uint64_t right)
{
	if (server_fault(server, FAULT_WRONG_OFFSET) != NULL)
		return (uint64_t)server->config->slot_size + 1;
	return server_fault(server, FAULT_STUCK_OFFSET) != NULL ? asked : right;
}

static enum server_image_error write_chunk(
	struct server *server, const struct chunk *chunk, struct progress *progress)
{
	struct store_upload *upload = &server->ram->upload;

	if (!server_put_data(server, chunk->data, server_write))
		return IMAGE_ERROR_FLASH_WRITE_FAILED;
	progress->off = upload->offset;
	progress->is_done = upload->offset == upload->len;
	if (progress->is_done) {
		const struct slot *slot = server_slot(server, upload->image, upload->slot);

		server_end_write(server);
		progress->is_match = content_matches(slot, upload->len, upload_sha(upload));
		upload->is_active = false;
		upload->offset = 0;
	}
	return 0;
}

static void put_progress(const struct server *server, const struct chunk *chunk,
	const struct progress *progress, struct buf *body)
{
	bool is_mismatch = server_fault(server, FAULT_NO_MATCH) != NULL;

	server_put_legacy_rc(server, body);
	server_put_uint(body, "off", server_bent_offset(server, chunk->off, progress->off));
	if (progress->is_done && (server->config->has_image_check || is_mismatch))
		server_put_bool(body, "match", progress->is_match && !is_mismatch);
}

struct answer server_upload(struct server *server, const struct request *request, struct buf *body)
{
	struct progress progress = { 0 };
	enum server_image_error error;
	struct chunk chunk;

	/* What cannot be read costs nothing but the message (observed: the upload goes on). */
	if (!request->has_args || !read_chunk(&request->args, &chunk))
		return answer_rc(RC_INVALID);
	error = inspect(server, &chunk, &progress);
	if (error == 0 && progress.is_write)
		error = write_chunk(server, &chunk, &progress);
	if (error != 0) {
		memset(&server->ram->upload, 0, sizeof(server->ram->upload));
		return answer_error(SMP_GROUP_IMAGE, error);
	}
	put_progress(server, &chunk, &progress, body);
	return answer_ok();
}
