/* SPDX-License-Identifier: Apache-2.0 */
/* The upload engine, see the transition table in upload.h. */
#include "smp/upload.h"

#include <inttypes.h>

enum {
	/* The fields of a first chunk before the data (protocol.md 5.2), generously. */
	FIELDS_SIZE_MAX = 96,
	FIRST_CHUNK_TRIES = 2,
};

/* Bytes that CBOR spends on the head of a byte string of this length. */
static size_t bytes_head_size(size_t len)
{
	if (len < 24)
		return 1;
	if (len <= UINT8_MAX)
		return 2;
	return len <= UINT16_MAX ? 3 : 5;
}

/* The longest byte string that fits, head included, in `room`. */
static size_t data_that_fits(size_t room)
{
	size_t len = room;

	while (len > 0 && len + bytes_head_size(len) > room)
		len--;
	return len;
}

static void put_fields(const struct smp_upload *upload, struct buf *body)
{
	const struct smp_upload_config *config = &upload->config;
	bool is_first = upload->offset == 0;
	size_t pairs = 2;

	if (is_first)
		pairs += 2u + (config->sha.len > 0) + config->upgrade_only;
	body_put_map(body, pairs);
	if (is_first) {
		body_put_text(body, "image");
		body_put_uint(body, config->image);
		body_put_text(body, "len");
		body_put_uint(body, config->file.len);
	}
	body_put_text(body, "off");
	body_put_uint(body, upload->offset);
	if (is_first && config->sha.len > 0) {
		body_put_text(body, "sha");
		body_put_bytes(body, config->sha);
	}
	if (is_first && config->upgrade_only) {
		body_put_text(body, "upgrade");
		body_put_bool(body, true);
	}
	body_put_text(body, "data");
}

/* How many bytes of the file the chunk at the present offset carries. */
static size_t chunk_size(const struct smp_upload *upload)
{
	uint8_t storage[FIELDS_SIZE_MAX];
	struct buf fields = BUF_OVER(storage);
	size_t left = upload->config.file.len - (size_t)upload->offset;
	size_t taken, fits;

	put_fields(upload, &fields);
	taken = SMP_HEADER_SIZE + fields.len;
	if (taken >= upload->config.message_max)
		return 0;
	fits = data_that_fits(upload->config.message_max - taken);
	return left < fits ? left : fits;
}

enum status smp_upload_init(
	struct smp_upload *upload, const struct smp_upload_config *config, struct err *reterr)
{
	size_t wanted = config->file.len < SMP_UPLOAD_FIRST_DATA_MIN ? config->file.len
								     : SMP_UPLOAD_FIRST_DATA_MIN;

	*upload = (struct smp_upload){
		.config = *config,
		.state = config->restart ? SMP_UPLOAD_CLEAR : SMP_UPLOAD_START,
	};
	if (config->file.len == 0)
		return err_set(reterr, STATUS_BAD_FILE, "the file is empty");
	if (config->sha.len > SMP_UPLOAD_SHA_SIZE)
		return err_set(reterr, STATUS_USAGE, "a hash of %zu bytes is longer than %d",
			config->sha.len, SMP_UPLOAD_SHA_SIZE);
	if (chunk_size(upload) < wanted)
		return err_set(reterr, STATUS_USAGE,
			"messages of %zu bytes have no room for a first chunk of %d bytes of data",
			config->message_max, SMP_UPLOAD_FIRST_DATA_MIN);
	return STATUS_OK;
}

/*
 * A first chunk without data: a Zephyr server refuses it and forgets the upload in progress
 * (observed.md), which costs neither time nor flash. Where nothing can be resumed, as in MCUboot's
 * serial recovery, it does no harm.
 */
static void put_clearing_request(const struct smp_upload *upload, struct buf *body)
{
	put_fields(upload, body);
	body_put_bytes(body, span_make(NULL, 0));
}

bool smp_upload_next_request(
	struct smp_upload *upload, struct buf *body, struct smp_request *ret_request)
{
	size_t len;

	if (smp_upload_has_ended(upload))
		return false;
	buf_clear(body);
	if (upload->state == SMP_UPLOAD_CLEAR) {
		put_clearing_request(upload, body);
	} else {
		len = chunk_size(upload);
		put_fields(upload, body);
		body_put_bytes(body, span_sub(upload->config.file, (size_t)upload->offset, len));
		upload->chunk_end = upload->offset + len;
		upload->bytes_sent += len;
	}
	*ret_request = (struct smp_request){
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_IMAGE,
		.command = SMP_IMAGE_UPLOAD,
		.body = buf_span(body),
		.timeout_ms = upload->config.timeout_ms,
	};
	if (upload->offset == 0) {
		ret_request->timeout_ms = upload->config.first_timeout_ms;
		ret_request->tries = FIRST_CHUNK_TRIES;
	}
	return true;
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

static enum status follow_offset(
	struct smp_upload *upload, uint64_t offset, unsigned try_number, struct err *reterr)
{
	uint64_t len = upload->config.file.len;
	bool was_last = upload->state == SMP_UPLOAD_DATA && upload->chunk_end == len;
	enum status status;

	if (offset > len)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device asks for offset %" PRIu64
			", beyond the end of the file (%" PRIu64 ")",
			offset, len);
	if (offset == 0 && was_last && try_number > 1) {
		/* The answer to the first try may have been lost, and the upload be complete. */
		upload->must_be_looked_at = true;
		upload->state = SMP_UPLOAD_DONE;
		return STATUS_OK;
	}
	status = count_progress(upload, offset, reterr);
	if (status != STATUS_OK)
		return status;
	if (upload->state == SMP_UPLOAD_START && offset > upload->chunk_end) {
		upload->is_resumed = true;
		upload->resumed_at = offset;
	}
	upload->offset = offset;
	upload->state = SMP_UPLOAD_DATA;
	if (offset == 0)
		upload->state = SMP_UPLOAD_START;
	else if (offset == len)
		upload->state = SMP_UPLOAD_DONE;
	return STATUS_OK;
}

static enum status read_reply(struct smp_upload *upload, const struct smp_reply *reply,
	unsigned try_number, struct err *reterr)
{
	struct body_value map;
	uint64_t offset = 0;
	bool matches = false;
	enum body_found found;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	status = smp_field_required(body_get_uint(&map, "off", UINT64_MAX, &offset), "off", reterr);
	if (status != STATUS_OK)
		return status;
	found = body_get_bool(&map, "match", &matches);
	status = smp_field_optional(found, "match", reterr);
	if (status != STATUS_OK)
		return status;
	if (found == BODY_FOUND)
		upload->match = matches ? SMP_UPLOAD_MATCH_YES : SMP_UPLOAD_MATCH_NO;
	if (upload->match == SMP_UPLOAD_MATCH_NO)
		return err_set(reterr, STATUS_DEVICE,
			"the device's flash does not hold what was sent (match: false)");
	return follow_offset(upload, offset, try_number, reterr);
}

enum status smp_upload_take_reply(struct smp_upload *upload, const struct smp_reply *reply,
	unsigned try_number, struct err *reterr)
{
	enum status status;

	if (smp_upload_has_ended(upload))
		return err_set(reterr, STATUS_INTERNAL, "a reply to an upload that has ended");
	if (upload->state == SMP_UPLOAD_CLEAR) {
		upload->state = SMP_UPLOAD_START;
		return STATUS_OK;
	}
	status = read_reply(upload, reply, try_number, reterr);
	if (status != STATUS_OK)
		upload->state = SMP_UPLOAD_FAILED;
	return status;
}
