/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file system group of a Zephyr application (protocol.md 3.7). Its one open file is not modelled: one
 * that was closed in between is opened again by the next chunk, which is at its end or is refused, so
 * that nobody can tell.
 */
#include "fakedev/server.h"

#include <string.h>

#include "base/crc32.h"
#include "image/digest.h"

enum {
	PIECE_OVERHEAD = 44, /* what a download's reply holds besides data, with files to 64 KiB */
	PIECE_MAX = UINT16_MAX,
	READ_SIZE = 4096,
};

/* "name" and "off"; the answer when they are not there. */
static bool read_place(const struct body_value *args, struct span *ret_path, uint64_t *ret_offset)
{
	return body_get_uint(args, "off", UINT64_MAX, ret_offset) == BODY_FOUND &&
	       body_get_text(args, "name", ret_path) == BODY_FOUND && ret_path->len > 0 &&
	       ret_path->len <= FILES_PATH_MAX;
}

static struct answer refuse(enum files_result result)
{
	switch (result) {
	case FILES_NO_FOLDER:
		return answer_error(SMP_GROUP_FS, FS_ERROR_MOUNT_POINT_NOT_FOUND);
	case FILES_IS_FOLDER:
		return answer_error(SMP_GROUP_FS, FS_ERROR_IS_DIRECTORY);
	case FILES_NOT_FOUND:
		return answer_error(SMP_GROUP_FS, FS_ERROR_NOT_FOUND);
	case FILES_FULL:
		return answer_error(SMP_GROUP_FS, FS_ERROR_OPEN_FAILED);
	default:
		return answer_error(SMP_GROUP_FS, FS_ERROR_INVALID_NAME);
	}
}

/* Where nothing is created there is no telling a missing folder from a missing file. */
static struct answer refuse_to_read(enum files_result result)
{
	return refuse(result == FILES_NO_FOLDER ? FILES_NOT_FOUND : result);
}

struct answer server_fs_download(
	struct server *server, const struct request *request, struct buf *body)
{
	size_t piece_max = server->config->buf_size > PIECE_OVERHEAD
				   ? server->config->buf_size - PIECE_OVERHEAD
				   : 0;
	uint8_t piece[PIECE_MAX];
	struct span path = { 0 };
	enum files_result result;
	uint64_t offset;
	unsigned file;
	size_t len;

	if (!request->has_args || !read_place(&request->args, &path, &offset))
		return answer_rc(RC_INVALID);
	result = files_find(server->files, path, false, &file);
	if (result != FILES_OK)
		return refuse_to_read(result);
	if (offset > files_size(server->files, file))
		return answer_error(SMP_GROUP_FS, FS_ERROR_OFFSET_LARGER_THAN_FILE);
	len = files_read(
		server->files, file, offset, piece, piece_max < PIECE_MAX ? piece_max : PIECE_MAX);
	server_put_legacy_rc(server, body);
	server_put_uint(body, "off", server_bent_offset(server, offset, offset));
	body_put_text(body, "data");
	body_put_bytes(body, span_make(piece, len));
	if (offset == 0)
		server_put_uint(body, "len", files_size(server->files, file));
	return answer_ok();
}

static bool append(struct server *server, struct span part)
{
	const struct slot *slot = &server->setup->slots[0][0];

	/* The time that its flash takes, wherever it is. */
	flash_spend_write(slot->flash, slot->at, part.len);
	return files_append(server->files, server->open_file, part);
}

struct answer server_fs_upload(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span path = { 0 }, data = { 0 };
	uint64_t offset, len;
	enum files_result result;

	if (!request->has_args || !read_place(&request->args, &path, &offset) ||
		body_get_bytes(&request->args, "data", &data) == BODY_WRONG_TYPE ||
		(offset == 0 &&
			body_get_uint(&request->args, "len", UINT64_MAX, &len) != BODY_FOUND))
		return answer_rc(RC_INVALID);
	result = files_find(server->files, path, true, &server->open_file);
	if (result != FILES_OK)
		return refuse(result);
	if (offset == 0)
		files_empty(server->files, server->open_file);
	if (offset != files_size(server->files, server->open_file)) {
		struct answer answer = answer_error(SMP_GROUP_FS, FS_ERROR_OFFSET_NOT_VALID);

		answer.has_len = true;
		answer.len = files_size(server->files, server->open_file);
		return answer;
	}
	if (!server_put_data(server, data, append))
		return answer_error(SMP_GROUP_FS, FS_ERROR_WRITE_FAILED);
	server_put_legacy_rc(server, body);
	server_put_uint(body, "off",
		server_bent_offset(server, offset, files_size(server->files, server->open_file)));
	return answer_ok();
}

struct answer server_fs_status(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span path = { 0 };
	enum files_result result;
	unsigned file;

	if (!request->has_args || body_get_text(&request->args, "name", &path) != BODY_FOUND ||
		path.len == 0 || path.len > FILES_PATH_MAX)
		return answer_rc(RC_INVALID);
	result = files_find(server->files, path, false, &file);
	if (result != FILES_OK)
		return refuse_to_read(result);
	server_put_legacy_rc(server, body);
	server_put_uint(body, "len", files_size(server->files, file));
	return answer_ok();
}

/* What a hash is asked for. */
struct hash_range {
	unsigned file;
	uint64_t offset, len; /* within the file */
};

static void put_crc32(const struct server *server, const struct hash_range *range, struct buf *body)
{
	uint8_t bytes[READ_SIZE];
	uint32_t crc = 0;

	for (uint64_t at = 0; at < range->len; at += READ_SIZE) {
		size_t wanted = range->len - at < READ_SIZE ? (size_t)(range->len - at) : READ_SIZE;
		size_t len =
			files_read(server->files, range->file, range->offset + at, bytes, wanted);

		crc = crc32_add(crc, span_make(bytes, len));
	}
	server_put_uint(body, "output", crc);
}

static bool put_sha256(
	const struct server *server, const struct hash_range *range, struct buf *body)
{
	struct digest *digest = digest_new(DIGEST_SHA256);
	uint8_t bytes[READ_SIZE], sha[DIGEST_SIZE_MAX];
	bool is_made = digest != NULL;

	for (uint64_t at = 0; is_made && at < range->len; at += READ_SIZE) {
		size_t wanted = range->len - at < READ_SIZE ? (size_t)(range->len - at) : READ_SIZE;
		size_t len =
			files_read(server->files, range->file, range->offset + at, bytes, wanted);

		is_made = digest_add(digest, span_make(bytes, len));
	}
	is_made = is_made && digest_end(digest, sha);
	digest_free(digest);
	body_put_text(body, "output");
	body_put_bytes(body, span_make(sha, is_made ? DIGEST_SHA256_SIZE : 0));
	return is_made;
}

static bool read_range(const struct body_value *args, uint64_t *ret_offset, uint64_t *ret_len)
{
	*ret_offset = 0;
	*ret_len = UINT64_MAX;
	return body_get_uint(args, "off", UINT64_MAX, ret_offset) != BODY_WRONG_TYPE &&
	       body_get_uint(args, "len", UINT64_MAX, ret_len) != BODY_WRONG_TYPE && *ret_len > 0;
}

struct answer server_fs_hash(struct server *server, const struct request *request, struct buf *body)
{
	struct span path = { 0 }, type = span_from_text("crc32");
	struct hash_range range = { 0 };
	enum files_result result;
	bool is_sha256, is_made = true;

	if (!request->has_args || body_get_text(&request->args, "name", &path) != BODY_FOUND ||
		path.len == 0 || path.len > FILES_PATH_MAX ||
		body_get_text(&request->args, "type", &type) == BODY_WRONG_TYPE ||
		!read_range(&request->args, &range.offset, &range.len))
		return answer_rc(RC_INVALID);
	is_sha256 = span_equal(type, span_from_text("sha256"));
	if (!is_sha256 && !span_equal(type, span_from_text("crc32")))
		return answer_error(SMP_GROUP_FS, FS_ERROR_HASH_NOT_FOUND);
	result = files_find(server->files, path, false, &range.file);
	if (result != FILES_OK)
		return refuse_to_read(result);
	/* So too for an empty file (observed.md). */
	if (range.offset >= files_size(server->files, range.file))
		return answer_error(SMP_GROUP_FS, FS_ERROR_OFFSET_LARGER_THAN_FILE);
	if (range.len > files_size(server->files, range.file) - range.offset)
		range.len = files_size(server->files, range.file) - range.offset;
	server_put_legacy_rc(server, body);
	server_put_text(body, "type", is_sha256 ? "sha256" : "crc32");
	if (range.offset > 0)
		server_put_uint(body, "off", range.offset);
	server_put_uint(body, "len", range.len);
	if (is_sha256)
		is_made = put_sha256(server, &range, body);
	else
		put_crc32(server, &range, body);
	return is_made ? answer_ok() : answer_rc(RC_NO_MEMORY);
}

static void put_type(struct buf *body, const char *name, unsigned format, unsigned size)
{
	body_put_text(body, name);
	body_put_map_indefinite(body);
	server_put_uint(body, "format", format);
	server_put_uint(body, "size", size);
	body_put_break(body);
}

struct answer server_fs_hash_types(
	struct server *server, const struct request *request, struct buf *body)
{
	enum { FORMAT_NUMBER = 0, FORMAT_BYTES = 1 };

	(void)request;
	server_put_legacy_rc(server, body);
	body_put_text(body, "types");
	body_put_map_indefinite(body);
	put_type(body, "crc32", FORMAT_NUMBER, sizeof(uint32_t));
	put_type(body, "sha256", FORMAT_BYTES, DIGEST_SHA256_SIZE);
	body_put_break(body);
	return answer_ok();
}

struct answer server_fs_close(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	server_put_legacy_rc(server, body);
	return answer_ok();
}
