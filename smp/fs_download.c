/* SPDX-License-Identifier: Apache-2.0 */
/* The download of a file, see the transition table in fs_download.h. */
#include "smp/fs_download.h"

#include <inttypes.h>

/* So often a piece may be lost in a row before the next ones wait for it. */
enum { LOSSES_MAX = 2 };

enum status smp_fs_download_init(
	struct smp_fs_download *download, struct span path, unsigned window, struct err *reterr)
{
	*download = (struct smp_fs_download){ .path = path, .window = window };
	if (download->window < 1)
		download->window = 1;
	if (download->window > SMP_FS_DOWNLOAD_WINDOW)
		download->window = SMP_FS_DOWNLOAD_WINDOW;
	if (path.len > SMP_FS_PATH_MAX)
		return err_set(reterr, STATUS_USAGE, "the path is longer than %d characters",
			SMP_FS_PATH_MAX);
	return STATUS_OK;
}

/*
 * What the line or the device loses each time must be asked for alone: where a later piece is answered,
 * nobody would ever notice the silence.
 */
static unsigned window_now(const struct smp_fs_download *download)
{
	return download->losses < LOSSES_MAX ? download->window : 1;
}

static bool has_something_to_ask(const struct smp_fs_download *download)
{
	unsigned in_flight = smp_fs_flight_count(&download->flight);

	switch (download->state) {
	case SMP_FS_DOWNLOAD_START:
		return in_flight == 0;
	case SMP_FS_DOWNLOAD_DATA:
		return download->next < download->len && in_flight < window_now(download);
	default:
		return false;
	}
}

bool smp_fs_download_next_request(struct smp_fs_download *download, struct buf *body,
	struct smp_request *ret_request, unsigned *ret_chunk)
{
	uint64_t offset = download->next;

	if (!has_something_to_ask(download))
		return false;
	buf_clear(body);
	body_put_map(body, 2);
	body_put_text(body, "name");
	body_put_text_span(body, download->path);
	body_put_text(body, "off");
	body_put_uint(body, offset);
	*ret_request = (struct smp_request){
		.op = SMP_OP_READ,
		.group = SMP_GROUP_FS,
		.command = SMP_FS_FILE,
		.body = buf_span(body),
	};
	download->next = offset + download->step;
	*ret_chunk = smp_fs_flight_add(&download->flight, offset, download->next);
	return true;
}

/* What a reply says; it is for `asked`, and tells `len` when it is the first. */
static enum status read_piece(struct smp_fs_download *download, uint64_t asked,
	const struct smp_reply *reply, struct span *ret_data, struct err *reterr)
{
	struct body_value map;
	uint64_t offset = 0;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = smp_field_required(
			body_get_uint(&map, "off", UINT64_MAX, &offset), "off", reterr);
	if (status == STATUS_OK)
		status = smp_field_required(body_get_bytes(&map, "data", ret_data), "data", reterr);
	if (status == STATUS_OK && download->state == SMP_FS_DOWNLOAD_START)
		status = smp_field_required(
			body_get_uint(&map, "len", UINT64_MAX, &download->len), "len", reterr);
	if (status == STATUS_OK && offset != asked)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device sends what is at offset %" PRIu64 ", not at %" PRIu64, offset,
			asked);
	return status;
}

/* Trust no length: neither may data be missing, nor may there be more than was announced. */
static enum status check_piece(
	const struct smp_fs_download *download, struct span data, struct err *reterr)
{
	uint64_t left = download->len - download->offset;

	if (data.len > left)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device sends more than the %" PRIu64 " bytes that it has announced",
			download->len);
	if (data.len == 0 && left > 0)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device sends nothing behind %" PRIu64 " of %" PRIu64 " bytes",
			download->offset, download->len);
	return STATUS_OK;
}

static void end_download(struct smp_fs_download *download, enum smp_fs_download_state state)
{
	download->state = state;
	smp_fs_flight_abandon_all(&download->flight);
}

/* Ask from there on; what is in flight is old news. */
static void go_to(struct smp_fs_download *download, uint64_t offset)
{
	download->next = offset;
	smp_fs_flight_make_stale(&download->flight, 0);
}

static enum status take_piece(struct smp_fs_download *download, const struct smp_fs_chunk *asked,
	const struct smp_reply *reply, struct span *ret_data, struct err *reterr)
{
	struct span data = { 0 };
	enum status status = read_piece(download, asked->offset, reply, &data, reterr);

	if (status != STATUS_OK)
		return status;
	if (asked->offset != download->offset) {
		download->losses++;
		go_to(download, download->offset);
		return STATUS_OK;
	}
	status = check_piece(download, data, reterr);
	if (status != STATUS_OK)
		return status;
	if (download->state == SMP_FS_DOWNLOAD_START) {
		download->step = data.len;
		download->state = SMP_FS_DOWNLOAD_DATA;
	}
	*ret_data = data;
	download->offset += data.len;
	download->losses = 0;
	if (download->offset == download->len)
		end_download(download, SMP_FS_DOWNLOAD_DONE);
	else if (asked->end != download->offset)
		go_to(download, download->offset);
	return STATUS_OK;
}

enum status smp_fs_download_take_reply(struct smp_fs_download *download, unsigned chunk,
	const struct smp_reply *reply, struct span *ret_data, struct err *reterr)
{
	struct smp_fs_chunk asked = smp_fs_flight_take(&download->flight, chunk);
	enum status status;

	*ret_data = span_make(NULL, 0);
	if (smp_fs_download_has_ended(download) || !asked.is_used)
		return err_set(
			reterr, STATUS_INTERNAL, "a reply that the download did not wait for");
	if (asked.is_stale)
		return STATUS_OK;
	status = take_piece(download, &asked, reply, ret_data, reterr);
	if (status != STATUS_OK)
		end_download(download, SMP_FS_DOWNLOAD_FAILED);
	return status;
}

void smp_fs_download_take_retry(struct smp_fs_download *download, unsigned chunk)
{
	struct smp_fs_chunk *silent = &download->flight.chunks[chunk];

	if (silent->is_stale)
		silent->is_abandoned = true;
	else
		silent->was_repeated = true;
}

void smp_fs_download_take_silence(struct smp_fs_download *download, unsigned chunk)
{
	download->flight.chunks[chunk].is_used = false;
	if (!smp_fs_download_has_ended(download))
		end_download(download, SMP_FS_DOWNLOAD_FAILED);
}
