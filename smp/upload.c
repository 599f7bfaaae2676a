/* SPDX-License-Identifier: Apache-2.0 */
/* The upload engine, see the transition table in upload.h. */
#include "smp/upload.h"

#include <inttypes.h>

#include "smp/upload_chunk.h"
#include "smp/upload_flight.h"

enum { FIRST_CHUNK_TRIES = 2 };

static void apply_defaults(struct smp_upload_config *config)
{
	if (config->window == 0)
		config->window = 1;
	if (config->window > SMP_UPLOAD_CHUNKS_MAX)
		config->window = SMP_UPLOAD_CHUNKS_MAX;
	if (config->timeout_ms == 0)
		config->timeout_ms = SMP_UPLOAD_TIMEOUT_DEFAULT_MS;
	if (config->tries == 0)
		config->tries = SMP_UPLOAD_TRIES_DEFAULT;
}

/*
 * The longest message for the next chunk, at `offset`. A first chunk is short where it keeps others
 * waiting. So is the first one that is the third in flight, or the fourth, ...: where the device did not
 * hear those before it, this one finds it out, and soon.
 */
static size_t message_max_at(const struct smp_upload *upload, uint64_t offset)
{
	const struct smp_upload_config *config = &upload->config;
	unsigned in_flight = smp_upload_flight_count(upload);
	bool is_short_first = offset == 0 && (config->is_size_guessed || config->window > 1);
	bool is_probe = !config->has_fixed_window && in_flight >= SMP_WINDOW_FIRST &&
			in_flight == upload->most_in_flight;

	if ((is_short_first || is_probe) && upload->message_max > SMP_UPLOAD_TWO_LINES)
		return SMP_UPLOAD_TWO_LINES;
	return upload->message_max;
}

enum status smp_upload_init(struct smp_upload *upload, const struct smp_upload_config *config,
	uint64_t now_us, struct err *reterr)
{
	size_t wanted = config->file.len < SMP_UPLOAD_FIRST_DATA_MIN ? config->file.len
								     : SMP_UPLOAD_FIRST_DATA_MIN;

	*upload = (struct smp_upload){
		.config = *config,
		.state = config->restart ? SMP_UPLOAD_CLEAR : SMP_UPLOAD_START,
		.message_max = config->message_max,
	};
	apply_defaults(&upload->config);
	smp_window_init(&upload->window, upload->config.window, config->has_fixed_window, now_us);
	if (config->file.len == 0)
		return err_set(reterr, STATUS_BAD_FILE, "the file is empty");
	if (config->sha.len > SMP_UPLOAD_SHA_SIZE)
		return err_set(reterr, STATUS_USAGE, "a hash of %zu bytes is longer than %d",
			config->sha.len, SMP_UPLOAD_SHA_SIZE);
	if (smp_upload_chunk_size(config, 0, message_max_at(upload, 0)) < wanted)
		return err_set(reterr, STATUS_USAGE,
			"messages of %zu bytes have no room for a first chunk of %d bytes of data",
			config->message_max, SMP_UPLOAD_FIRST_DATA_MIN);
	return STATUS_OK;
}

/* Stale chunks do not count: they change nothing, and the device does no work for them. */
static bool has_window_room(const struct smp_upload *upload)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		const struct smp_upload_chunk *chunk = &upload->chunks[i];

		if (!smp_upload_flight_has(chunk) || chunk->is_stale)
			continue;
		count++;
		if (!smp_window_lets_follow(&upload->window, chunk->offset, chunk->end))
			return false;
	}
	return count < upload->window.size;
}

static bool has_something_to_send(const struct smp_upload *upload)
{
	unsigned in_flight = smp_upload_flight_count(upload);

	if (smp_upload_has_ended(upload))
		return false;
	/* First chunks are sent alone: nothing may come while the device erases. */
	if (upload->state != SMP_UPLOAD_DATA)
		return in_flight == 0;
	return upload->next < upload->config.file.len && in_flight < upload->config.window &&
	       has_window_room(upload);
}

static unsigned take_free_chunk(struct smp_upload *upload, uint64_t offset, size_t len)
{
	bool is_alone = smp_upload_flight_count(upload) == 0;
	unsigned free = 0;
	unsigned in_flight;

	while (free + 1 < SMP_UPLOAD_CHUNKS_MAX && upload->chunks[free].is_used)
		free++;
	upload->chunks[free] = (struct smp_upload_chunk){
		.is_used = true,
		.was_alone = is_alone,
		.order = upload->order++,
		.offset = offset,
		.end = offset + len,
	};
	in_flight = smp_upload_flight_count(upload);
	if (in_flight > upload->most_in_flight)
		upload->most_in_flight = in_flight;
	return free;
}

static void set_patience(const struct smp_upload *upload, struct smp_request *request)
{
	const struct smp_upload_config *config = &upload->config;

	if (upload->state != SMP_UPLOAD_DATA) {
		request->timeout_ms = config->first_timeout_ms;
		request->tries = FIRST_CHUNK_TRIES;
		return;
	}
	request->timeout_ms = config->timeout_ms;
	request->first_timeout_ms = smp_window_timeout_ms(&upload->window, config->timeout_ms);
	request->tries = config->tries;
}

bool smp_upload_next_request(struct smp_upload *upload, struct buf *body,
	struct smp_request *ret_request, unsigned *ret_chunk)
{
	const struct smp_upload_config *config = &upload->config;
	uint64_t offset = upload->state == SMP_UPLOAD_DATA ? upload->next : 0;
	size_t len = 0;

	if (!has_something_to_send(upload))
		return false;
	/*
	 * A first chunk without data: a Zephyr server refuses it and forgets the upload in progress
	 * (observed.md), which costs neither time nor flash. Where nothing can be resumed, as in
	 * MCUboot's serial recovery, it does no harm.
	 */
	if (upload->state != SMP_UPLOAD_CLEAR)
		len = smp_upload_chunk_size(config, offset, message_max_at(upload, offset));
	buf_clear(body);
	smp_upload_put_chunk(config, offset, len, body);
	*ret_request = (struct smp_request){
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_IMAGE,
		.command = SMP_IMAGE_UPLOAD,
		.body = buf_span(body),
	};
	set_patience(upload, ret_request);
	*ret_chunk = take_free_chunk(upload, offset, len);
	upload->next = offset + len;
	upload->bytes_sent += len;
	if (upload->state == SMP_UPLOAD_DATA && upload->next == config->file.len)
		upload->last_sends++;
	return true;
}

static void end_upload(struct smp_upload *upload, enum smp_upload_state state)
{
	upload->state = state;
	smp_upload_flight_abandon_all(upload);
}

/*
 * Count replies that bring nothing new, so that no device can keep us for ever. Only new ground
 * forgives what was counted: a device that lost the upload is followed all the way up again, one
 * that goes round in circles is not.
 */
static enum status count_progress(struct smp_upload *upload, uint64_t offset, struct err *reterr)
{
	if (offset > upload->highest) {
		upload->highest = offset;
		upload->stuck = 0;
		return STATUS_OK;
	}
	if (offset > upload->offset || ++upload->stuck < SMP_UPLOAD_STUCK_MAX)
		return STATUS_OK;
	return err_set(reterr, STATUS_PROTOCOL,
		"the device asks for offset %" PRIu64
		" again and again (%u replies without progress)",
		offset, upload->stuck);
}

/* Send from there on; what is in flight behind it is old news. */
static void go_to(struct smp_upload *upload, uint64_t offset)
{
	upload->next = offset;
	smp_upload_flight_make_stale(upload);
}

/*
 * What the device waits for must be on its way or be sent next. It is not where the chunk was taken for
 * lost, being older than one that was answered, but the answer does not cover it.
 */
static void keep_course(struct smp_upload *upload)
{
	if (upload->state != SMP_UPLOAD_DATA || upload->next <= upload->offset)
		return;
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		const struct smp_upload_chunk *chunk = &upload->chunks[i];

		if (chunk->is_used && !chunk->is_abandoned && !chunk->is_stale &&
			chunk->offset == upload->offset)
			return;
	}
	go_to(upload, upload->offset);
}

static void follow_first(struct smp_upload *upload, const struct smp_upload_chunk *chunk,
	uint64_t offset, uint64_t now_us)
{
	if (offset > chunk->end) {
		upload->is_resumed = true;
		upload->resumed_at = offset;
	}
	if (offset != 0)
		upload->state = SMP_UPLOAD_DATA;
	go_to(upload, offset);
	smp_window_begin(&upload->window, now_us);
}

static void follow_data(struct smp_upload *upload, const struct smp_upload_chunk *chunk,
	uint64_t offset, uint64_t now_us)
{
	uint64_t gained = offset > upload->offset ? offset - upload->offset : 0;

	upload->has_data_reply = true;
	if (offset == 0) {
		upload->state = SMP_UPLOAD_START;
		go_to(upload, 0);
	} else if (offset < chunk->end) {
		/* A device that took a part rounds down; one that took nothing missed something. */
		if (offset <= chunk->offset)
			smp_window_lost(&upload->window, false);
		go_to(upload, offset);
	} else if (offset > upload->next) {
		go_to(upload, offset);
	}
	smp_window_acked(&upload->window, gained, now_us);
}

static enum status follow_offset(struct smp_upload *upload, const struct smp_upload_chunk *chunk,
	uint64_t offset, uint64_t now_us, struct err *reterr)
{
	uint64_t len = upload->config.file.len;
	enum status status;

	if (offset > len)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device asks for offset %" PRIu64
			", beyond the end of the file (%" PRIu64 ")",
			offset, len);
	if (offset == 0 && upload->last_sends > 1) {
		/* The answer to the last chunk may have been lost, and the upload be complete. */
		upload->must_be_looked_at = true;
		end_upload(upload, SMP_UPLOAD_DONE);
		return STATUS_OK;
	}
	status = count_progress(upload, offset, reterr);
	if (status != STATUS_OK)
		return status;
	if (upload->state == SMP_UPLOAD_START)
		follow_first(upload, chunk, offset, now_us);
	else
		follow_data(upload, chunk, offset, now_us);
	upload->offset = offset;
	if (offset == len)
		end_upload(upload, SMP_UPLOAD_DONE);
	return STATUS_OK;
}

static enum status read_reply(struct smp_upload *upload, const struct smp_reply *reply,
	uint64_t *ret_offset, struct err *reterr)
{
	struct body_value map;
	bool matches = false;
	enum body_found found;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	status = smp_field_required(
		body_get_uint(&map, "off", UINT64_MAX, ret_offset), "off", reterr);
	if (status != STATUS_OK)
		return status;
	found = body_get_bool(&map, "match", &matches);
	status = smp_field_optional(found, "match", reterr);
	if (status != STATUS_OK)
		return status;
	if (found == BODY_FOUND)
		upload->match = matches ? SMP_UPLOAD_MATCH_YES : SMP_UPLOAD_MATCH_NO;
	if (upload->match != SMP_UPLOAD_MATCH_NO)
		return STATUS_OK;
	err_set(reterr, STATUS_DEVICE,
		"the device's flash does not hold what was sent (match: false)");
	err_hint(reterr, "bytes were changed on the way or the flash is faulty: send it once more "
			 "with --restart");
	return STATUS_DEVICE;
}

enum status smp_upload_take_reply(struct smp_upload *upload, unsigned chunk,
	const struct smp_reply *reply, uint64_t round_trip_us, uint64_t now_us, struct err *reterr)
{
	struct smp_upload_chunk answered = upload->chunks[chunk];
	uint64_t offset = 0;
	enum status status;

	if (smp_upload_has_ended(upload) || !answered.is_used)
		return err_set(reterr, STATUS_INTERNAL, "a reply that the upload did not wait for");
	upload->chunks[chunk].is_used = false;
	smp_upload_flight_abandon_overtaken(upload, answered.order);
	if (upload->state == SMP_UPLOAD_CLEAR) {
		upload->state = SMP_UPLOAD_START;
		return STATUS_OK;
	}
	if (upload->state == SMP_UPLOAD_DATA && round_trip_us != SMP_UPLOAD_REPEATED)
		smp_window_round_trip(&upload->window, round_trip_us);
	status = read_reply(upload, reply, &offset, reterr);
	/* A reply to what was sent before we went back: it counts only if it leads forward. */
	if (status == STATUS_OK && (!answered.is_stale || offset > upload->offset))
		status = follow_offset(upload, &answered, offset, now_us, reterr);
	if (status != STATUS_OK)
		end_upload(upload, SMP_UPLOAD_FAILED);
	keep_course(upload);
	return status;
}

/* The first message of this length met silence, and the length was a guess: try a shorter one. */
static void shrink_messages(struct smp_upload *upload)
{
	if (upload->message_max > SMP_UPLOAD_TWO_LINES)
		upload->message_max = SMP_UPLOAD_TWO_LINES;
	else if (upload->message_max > SMP_UPLOAD_ONE_LINE)
		upload->message_max = SMP_UPLOAD_ONE_LINE;
}

/* It is not repeated, but sent anew when its turn comes, with all that is behind it. */
static void give_up(struct smp_upload *upload, struct smp_upload_chunk *silent)
{
	silent->is_abandoned = true;
	if (silent->is_stale)
		return;
	upload->next = silent->offset;
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		if (upload->chunks[i].offset > silent->offset)
			upload->chunks[i].is_stale = true;
	}
}

void smp_upload_take_retry(struct smp_upload *upload, unsigned chunk)
{
	struct smp_upload_chunk *silent = &upload->chunks[chunk];

	if (upload->state != SMP_UPLOAD_DATA || silent->is_abandoned)
		return;
	if (silent->is_stale || smp_upload_flight_is_behind_repeated(upload, silent->offset)) {
		give_up(upload, silent);
		return;
	}
	silent->was_repeated = true;
	smp_window_lost(&upload->window, silent->was_alone);
	/* The repetition may be met by a device that has finished. */
	upload->last_sends += silent->end == upload->config.file.len;
	if (!upload->config.is_size_guessed || upload->has_data_reply)
		return;
	shrink_messages(upload);
	smp_upload_flight_abandon_all(upload);
	go_to(upload, upload->offset);
}

void smp_upload_take_silence(struct smp_upload *upload, unsigned chunk)
{
	upload->chunks[chunk].is_used = false;
	if (!smp_upload_has_ended(upload))
		end_upload(upload, SMP_UPLOAD_FAILED);
}
