/* SPDX-License-Identifier: Apache-2.0 */
/* The upload of a file, see the transition table in fs_upload.h. */
#include "smp/fs_upload.h"

#include <inttypes.h>

enum { RC_UNKNOWN = 1, RC_INVALID = 3, FS_OFFSET_NOT_VALID = 11, BYTES_HEAD_MAX = 5 };

static void put_fields(const struct smp_fs_upload_config *config, uint64_t offset, struct buf *body)
{
	bool is_first = offset == 0;

	body_put_map(body, is_first ? 4 : 3);
	body_put_text(body, "name");
	body_put_text_span(body, config->path);
	body_put_text(body, "off");
	body_put_uint(body, offset);
	if (is_first) {
		body_put_text(body, "len");
		body_put_uint(body, config->file.len);
	}
	body_put_text(body, "data");
}

/* Bytes of data that a message has room for behind its fields; 0: none. */
static size_t room_at(const struct smp_fs_upload_config *config, uint64_t offset)
{
	uint8_t storage[SMP_FS_CHUNK_FIELDS_MAX];
	struct buf fields = BUF_OVER(storage);
	size_t taken;

	put_fields(config, offset, &fields);
	taken = SMP_HEADER_SIZE + fields.len + BYTES_HEAD_MAX;
	/* A file of a length below 64 KiB spends two bytes less on the head of its data. */
	if (config->message_max <= UINT16_MAX)
		taken -= 2;
	return config->message_max > taken ? config->message_max - taken : 0;
}

static size_t chunk_size(const struct smp_fs_upload_config *config, uint64_t offset)
{
	size_t left = config->file.len - (size_t)offset, room = room_at(config, offset);

	return left < room ? left : room;
}

size_t smp_fs_upload_data_max(const struct smp_fs_upload_config *config)
{
	return room_at(config, config->file.len / 2 + 1);
}

enum status smp_fs_upload_init(struct smp_fs_upload *upload,
	const struct smp_fs_upload_config *config, uint64_t now_us, struct err *reterr)
{
	*upload = (struct smp_fs_upload){ .config = *config };
	if (upload->config.window < 1)
		upload->config.window = 1;
	if (upload->config.window > SMP_FS_REQUESTS_MAX)
		upload->config.window = SMP_FS_REQUESTS_MAX;
	if (config->path.len > SMP_FS_PATH_MAX)
		return err_set(reterr, STATUS_USAGE, "the path is longer than %d characters",
			SMP_FS_PATH_MAX);
	/* No later chunk has longer fields: its offset has no more bytes than the length has here. */
	if (room_at(config, 0) == 0)
		return err_set(reterr, STATUS_USAGE,
			"messages of %zu bytes have no room for data behind the path",
			config->message_max);
	smp_window_init(&upload->window, upload->config.window, false, now_us);
	return STATUS_OK;
}

/* Stale chunks do not count: they change nothing, and the device does no work for them. */
static bool has_window_room(const struct smp_fs_upload *upload)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++) {
		const struct smp_fs_chunk *chunk = &upload->flight.chunks[i];

		if (!smp_fs_chunk_counts(chunk) || chunk->is_stale)
			continue;
		count++;
		if (!smp_window_lets_follow(&upload->window, chunk->offset, chunk->end))
			return false;
	}
	return count < upload->window.size;
}

static bool has_something_to_send(const struct smp_fs_upload *upload)
{
	unsigned in_flight = smp_fs_flight_count(&upload->flight);

	switch (upload->state) {
	case SMP_FS_UPLOAD_START:
		return in_flight == 0;
	case SMP_FS_UPLOAD_LOOK:
		return smp_fs_flight_fresh(&upload->flight) == 0;
	case SMP_FS_UPLOAD_DATA:
		return upload->next < upload->config.file.len &&
		       in_flight < upload->config.window && has_window_room(upload);
	default:
		return false;
	}
}

static void set_patience(const struct smp_fs_upload *upload, struct smp_request *request)
{
	const struct smp_fs_upload_config *config = &upload->config;
	bool is_first = upload->state == SMP_FS_UPLOAD_START;

	request->timeout_ms = is_first ? config->first_timeout_ms : config->timeout_ms;
	request->tries = config->tries;
	if (upload->state == SMP_FS_UPLOAD_DATA)
		request->first_timeout_ms =
			smp_window_timeout_ms(&upload->window, config->timeout_ms);
}

bool smp_fs_upload_next_request(struct smp_fs_upload *upload, struct buf *body,
	struct smp_request *ret_request, unsigned *ret_chunk)
{
	const struct smp_fs_upload_config *config = &upload->config;
	uint64_t offset = upload->state == SMP_FS_UPLOAD_START ? 0 : upload->next;
	size_t len = 0;

	if (!has_something_to_send(upload))
		return false;
	buf_clear(body);
	if (upload->state == SMP_FS_UPLOAD_LOOK) {
		*ret_request = smp_fs_status_request(body, config->path);
	} else {
		len = chunk_size(config, offset);
		put_fields(config, offset, body);
		body_put_bytes(body, span_sub(config->file, (size_t)offset, len));
		*ret_request = (struct smp_request){
			.op = SMP_OP_WRITE,
			.group = SMP_GROUP_FS,
			.command = SMP_FS_FILE,
			.body = buf_span(body),
		};
	}
	set_patience(upload, ret_request);
	*ret_chunk = smp_fs_flight_add(&upload->flight, offset, offset + len);
	upload->next = offset + len;
	upload->bytes_sent += len;
	return true;
}

static void end_upload(struct smp_fs_upload *upload, enum smp_fs_upload_state state)
{
	upload->state = state;
	smp_fs_flight_abandon_all(&upload->flight);
}

/* Count replies that bring nothing new, so that no device can keep us for ever. */
static enum status count_progress(struct smp_fs_upload *upload, uint64_t offset, struct err *reterr)
{
	if (offset > upload->highest) {
		upload->highest = offset;
		upload->stuck = 0;
		return STATUS_OK;
	}
	if (offset > upload->offset || ++upload->stuck < SMP_FS_STUCK_MAX)
		return STATUS_OK;
	return err_set(reterr, STATUS_PROTOCOL,
		"the device asks for offset %" PRIu64
		" again and again (%u replies without progress)",
		offset, upload->stuck);
}

/* Send from there on; what is in flight behind it is old news. */
static void go_to(struct smp_fs_upload *upload, uint64_t offset)
{
	upload->next = offset;
	smp_fs_flight_make_stale(&upload->flight, 0);
}

static void follow_data(struct smp_fs_upload *upload, const struct smp_fs_chunk *chunk,
	uint64_t offset, uint64_t now_us)
{
	uint64_t gained = offset > upload->offset ? offset - upload->offset : 0;

	if (offset < chunk->end) {
		/* A device that took a part of it is no lossy line. */
		if (offset <= chunk->offset)
			smp_window_lost(&upload->window, false);
		go_to(upload, offset);
	} else if (offset > upload->next) {
		go_to(upload, offset);
	}
	smp_window_acked(&upload->window, gained, now_us);
}

/* The end of the file on the device, learned from whatever reply to `chunk`. */
static enum status follow_offset(struct smp_fs_upload *upload, const struct smp_fs_chunk *chunk,
	uint64_t offset, uint64_t now_us, struct err *reterr)
{
	uint64_t len = upload->config.file.len;
	enum status status;

	if (offset > len)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device asks for offset %" PRIu64
			", beyond the end of the file (%" PRIu64 ")",
			offset, len);
	if (offset == len) {
		upload->offset = offset;
		end_upload(upload, SMP_FS_UPLOAD_DONE);
		return STATUS_OK;
	}
	status = count_progress(upload, offset, reterr);
	if (status != STATUS_OK)
		return status;
	if (offset == 0) {
		upload->state = SMP_FS_UPLOAD_START;
		go_to(upload, 0);
	} else if (upload->state == SMP_FS_UPLOAD_START) {
		upload->state = SMP_FS_UPLOAD_DATA;
		go_to(upload, offset);
		smp_window_begin(&upload->window, now_us);
	} else {
		upload->state = SMP_FS_UPLOAD_DATA;
		follow_data(upload, chunk, offset, now_us);
	}
	upload->offset = offset;
	return STATUS_OK;
}

/* Does the error say that the chunk is not at the end of the file? In version 1 it may. */
static bool is_about_offset(const struct smp_reply *reply, const struct err *err)
{
	if (err->status != STATUS_DEVICE)
		return false;
	if (err->device.is_group_error)
		return err->device.group == SMP_GROUP_FS && err->device.rc == FS_OFFSET_NOT_VALID;
	return reply->header.version == SMP_VERSION_1 &&
	       (err->device.rc == RC_UNKNOWN || err->device.rc == RC_INVALID);
}

/* *ret_is_refused: the file ends elsewhere, but the reply does not say where. */
static enum status read_chunk_reply(const struct smp_reply *reply, uint64_t *ret_offset,
	bool *ret_is_refused, struct err *reterr)
{
	struct err refusal = { .status = STATUS_OK };
	struct body_value map;
	enum status status = smp_reply_open(reply, &map, &refusal);

	*ret_is_refused = false;
	if (status == STATUS_OK)
		return smp_field_required(
			body_get_uint(&map, "off", UINT64_MAX, ret_offset), "off", reterr);
	if (is_about_offset(reply, &refusal)) {
		const char *key = refusal.device.is_group_error ? "len" : "off";

		if (body_get_uint(&map, key, UINT64_MAX, ret_offset) == BODY_FOUND)
			return STATUS_OK;
		*ret_is_refused = true;
	}
	*reterr = refusal;
	return status;
}

static enum status take_chunk_reply(struct smp_fs_upload *upload, const struct smp_fs_chunk *chunk,
	const struct smp_reply *reply, uint64_t now_us, struct err *reterr)
{
	struct err err = { .status = STATUS_OK };
	uint64_t offset = 0;
	bool is_refused;
	enum status status = read_chunk_reply(reply, &offset, &is_refused, &err);

	/* To what was sent before we went elsewhere: it counts only if it leads forward. */
	if (chunk->is_stale && (status != STATUS_OK || offset <= upload->offset))
		return STATUS_OK;
	if (status == STATUS_OK)
		return follow_offset(upload, chunk, offset, now_us, reterr);
	if (is_refused && chunk->offset > 0) {
		upload->state = SMP_FS_UPLOAD_LOOK;
		upload->refusal = err;
		upload->refused_offset = chunk->offset;
		go_to(upload, upload->offset);
		return STATUS_OK;
	}
	*reterr = err;
	return status;
}

/* How long the file is, where a chunk was refused without a word on it. */
static enum status take_size_reply(struct smp_fs_upload *upload, const struct smp_fs_chunk *look,
	const struct smp_reply *reply, uint64_t now_us, struct err *reterr)
{
	uint64_t size = 0;
	enum status status = smp_fs_status_reply(reply, &size, ERR_IGNORED);

	if (status != STATUS_OK || size == upload->refused_offset) {
		*reterr = upload->refusal;
		return reterr->status;
	}
	return follow_offset(upload, look, size, now_us, reterr);
}

enum status smp_fs_upload_take_reply(struct smp_fs_upload *upload, unsigned chunk,
	const struct smp_reply *reply, uint64_t round_trip_us, uint64_t now_us, struct err *reterr)
{
	struct smp_fs_chunk answered = smp_fs_flight_take(&upload->flight, chunk);
	enum status status = STATUS_OK;

	if (smp_fs_upload_has_ended(upload) || !answered.is_used)
		return err_set(reterr, STATUS_INTERNAL, "a reply that the upload did not wait for");
	if (upload->state == SMP_FS_UPLOAD_DATA && round_trip_us != SMP_FS_REPEATED)
		smp_window_round_trip(&upload->window, round_trip_us);
	if (upload->state != SMP_FS_UPLOAD_LOOK)
		status = take_chunk_reply(upload, &answered, reply, now_us, reterr);
	else if (!answered.is_stale)
		status = take_size_reply(upload, &answered, reply, now_us, reterr);
	if (status != STATUS_OK)
		end_upload(upload, SMP_FS_UPLOAD_FAILED);
	/* What the device waits for is on its way, or is sent next. */
	if (upload->state == SMP_FS_UPLOAD_DATA && smp_fs_flight_fresh(&upload->flight) == 0)
		upload->next = upload->offset;
	return status;
}

/* It is not repeated, but sent anew when its turn comes, with all that is behind it. */
static void give_up(struct smp_fs_upload *upload, struct smp_fs_chunk *silent)
{
	silent->is_abandoned = true;
	if (silent->is_stale)
		return;
	upload->next = silent->offset;
	smp_fs_flight_make_stale(&upload->flight, silent->offset);
}

void smp_fs_upload_take_retry(struct smp_fs_upload *upload, unsigned chunk)
{
	struct smp_fs_chunk *silent = &upload->flight.chunks[chunk];

	if (silent->is_abandoned)
		return;
	if (silent->is_stale || smp_fs_flight_is_behind_repeated(&upload->flight, silent->offset)) {
		give_up(upload, silent);
		return;
	}
	silent->was_repeated = true;
	if (upload->state == SMP_FS_UPLOAD_DATA)
		smp_window_lost(&upload->window, silent->was_alone);
}

void smp_fs_upload_take_silence(struct smp_fs_upload *upload, unsigned chunk)
{
	upload->flight.chunks[chunk].is_used = false;
	if (!smp_fs_upload_has_ended(upload))
		end_upload(upload, SMP_FS_UPLOAD_FAILED);
}
