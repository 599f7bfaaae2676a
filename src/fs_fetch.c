/* SPDX-License-Identifier: Apache-2.0 */
/* A file from the device, see fs_fetch.h. */
#include "src/fs_fetch.h"

#include <inttypes.h>

#include "smp/fs_download.h"
#include "src/fs_link.h"
#include "src/limits.h"

/* Of a piece in the midst of a file: header, "off", the head of "data". */
enum { REPLY_OVERHEAD = 25 };

struct fetching {
	struct client *client;
	struct smp_fs_download download;
	const struct fs_sink *sink;
	struct fs_proof *proof;
	struct progress *progress;
	uint64_t start_us;
};

static bool fetching_has_ended(const void *engine)
{
	return smp_fs_download_has_ended(&((const struct fetching *)engine)->download);
}

static bool fetching_next_request(
	void *engine, struct buf *body, struct smp_request *ret_request, unsigned *ret_chunk)
{
	struct fetching *fetching = engine;

	return smp_fs_download_next_request(&fetching->download, body, ret_request, ret_chunk);
}

/* Data bytes per second with the line back never idle. */
static uint64_t fetching_ceiling(const struct fetching *fetching)
{
	size_t step = fetching->download.step;

	return (uint64_t)client_bytes_per_second(fetching->client) * step /
	       client_wire_size(fetching->client, step + REPLY_OVERHEAD);
}

static enum status fetching_take_reply(void *engine, unsigned chunk, const struct smp_event *event,
	uint64_t now_us, struct err *reterr)
{
	struct fetching *fetching = engine;
	struct smp_fs_download *download = &fetching->download;
	struct span data;
	enum status status =
		smp_fs_download_take_reply(download, chunk, &event->reply, &data, reterr);

	if (status != STATUS_OK)
		return status;
	if (fetching->progress->total == 0 && download->len > 0) {
		fetching->progress->ceiling = fetching_ceiling(fetching);
		progress_start(fetching->progress, download->len, 0, fetching->start_us);
	}
	if (data.len == 0)
		return STATUS_OK;
	progress_update(fetching->progress, download->offset, now_us);
	status = fs_proof_add(fetching->proof, data, reterr);
	if (status == STATUS_OK)
		status = fetching->sink->put(fetching->sink->ctx, data, reterr);
	return status;
}

static void fetching_take_retry(void *engine, unsigned chunk)
{
	smp_fs_download_take_retry(&((struct fetching *)engine)->download, chunk);
}

static void fetching_take_silence(void *engine, unsigned chunk)
{
	smp_fs_download_take_silence(&((struct fetching *)engine)->download, chunk);
}

static enum status run_fetching(struct fetching *fetching, size_t message_max, struct err *reterr)
{
	const struct fs_engine engine = {
		.engine = fetching,
		.flight = &fetching->download.flight,
		.has_ended = fetching_has_ended,
		.next_request = fetching_next_request,
		.take_reply = fetching_take_reply,
		.take_retry = fetching_take_retry,
		.take_silence = fetching_take_silence,
	};
	uint8_t storage[SMP_FS_BODY_MAX];
	enum status status = fs_link_run(fetching->client, &engine, BUF_OVER(storage), message_max,
		fetching->download.window, reterr);

	progress_end(fetching->progress);
	return status;
}

static enum status fetch_and_check(struct fetching *fetching, const struct fs_options *options,
	const struct limits *limits, struct fs_result *result, struct err *reterr)
{
	struct client *client = fetching->client;
	struct smp_fs_download *download = &fetching->download;
	enum status status;

	fetching->start_us = client_now_us(client);
	status = run_fetching(fetching, limits->message_max, reterr);
	if (status != STATUS_OK) {
		fs_transfer_abandon(client, status);
		/* A device that has answered before is no wrong port. */
		if (download->offset > 0 && (status == STATUS_TIMEOUT || status == STATUS_NO_PORT))
			err_hint(reterr, "the device has answered before: it may have reset, or "
					 "the cable is loose");
		if (download->offset > 0)
			err_wrap(reterr, "behind %" PRIu64 " of %" PRIu64 " bytes",
				download->offset, download->len);
		return err_wrap(reterr, "%s", options->path);
	}
	result->bytes = download->len;
	result->duration_us = client_now_us(client) - fetching->start_us;
	result->window = download->flight.most;
	status = fs_transfer_close(client, reterr);
	if (status == STATUS_OK)
		status = fs_proof_end(&result->proof, reterr);
	if (status == STATUS_OK)
		status = fs_proof_check(client, options->path, &result->proof, reterr);
	if (status != STATUS_OK)
		err_wrap(reterr, "%s: all %" PRIu64 " bytes have come", options->path,
			download->len);
	if (status == STATUS_DEVICE && !reterr->device.present)
		err_hint(reterr, "the file may have changed meanwhile: try once more");
	return status;
}

enum status fs_fetch(struct client *client, const struct fs_options *options,
	const struct fs_sink *sink, struct progress *progress, struct fs_result *ret_result,
	struct err *reterr)
{
	struct fetching fetching = { .client = client, .sink = sink, .progress = progress };
	struct fs_result result = { .bytes = 0 };
	struct limits limits;
	enum status status =
		limits_find(client, options->message_max, options->window, &limits, reterr);

	if (status == STATUS_OK)
		status = smp_fs_download_init(
			&fetching.download, span_from_text(options->path), limits.window, reterr);
	if (status == STATUS_OK)
		status = fs_proof_choose(client, &result.proof, reterr);
	fetching.proof = &result.proof;
	if (status == STATUS_OK)
		status = fetch_and_check(&fetching, options, &limits, &result, reterr);
	fs_proof_clear(&result.proof);
	if (status == STATUS_OK)
		*ret_result = result;
	return status;
}
