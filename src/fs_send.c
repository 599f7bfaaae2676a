/* SPDX-License-Identifier: Apache-2.0 */
/* A file to the device, see fs_send.h. */
#include "src/fs_send.h"

#include <inttypes.h>
#include <stdlib.h>

#include "smp/fs_upload.h"
#include "src/device.h"
#include "src/fs_link.h"
#include "src/limits.h"

enum {
	FIRST_TIMEOUT_MS = 10000, /* for what an old file has to give back */
	FORGET_STEP = 256 * 1024, /* bytes of the file that may stay in memory once they are sent */
};

struct sending {
	struct client *client;
	struct smp_fs_upload upload;
	struct progress *progress;
	void (*forget)(struct span bytes);
	uint64_t forgotten; /* all before this offset */
};

static bool sending_has_ended(const void *engine)
{
	return smp_fs_upload_has_ended(&((const struct sending *)engine)->upload);
}

static bool sending_next_request(
	void *engine, struct buf *body, struct smp_request *ret_request, unsigned *ret_chunk)
{
	struct sending *sending = engine;

	return smp_fs_upload_next_request(&sending->upload, body, ret_request, ret_chunk);
}

/* What the device has is not needed any more; should it lose it, it is read from the file again. */
static void forget_sent(struct sending *sending)
{
	uint64_t offset = sending->upload.offset;

	if (sending->forget == NULL ||
		(offset >= sending->forgotten && offset - sending->forgotten < FORGET_STEP))
		return;
	sending->forget(span_sub(sending->upload.config.file, 0, (size_t)offset));
	sending->forgotten = offset;
}

static enum status sending_take_reply(void *engine, unsigned chunk, const struct smp_event *event,
	uint64_t now_us, struct err *reterr)
{
	struct sending *sending = engine;
	enum status status = smp_fs_upload_take_reply(&sending->upload, chunk, &event->reply,
		event->try_number > 1 ? SMP_FS_REPEATED : event->round_trip_ms * 1000, now_us,
		reterr);

	if (status == STATUS_OK && sending->upload.offset > 0) {
		progress_update(sending->progress, sending->upload.offset, now_us);
		forget_sent(sending);
	}
	return status;
}

static void sending_take_retry(void *engine, unsigned chunk)
{
	smp_fs_upload_take_retry(&((struct sending *)engine)->upload, chunk);
}

static void sending_take_silence(void *engine, unsigned chunk)
{
	smp_fs_upload_take_silence(&((struct sending *)engine)->upload, chunk);
}

/* Say what the device has of the file now. */
static enum status explain_sending(
	const struct sending *sending, const char *path, struct err *reterr)
{
	const struct smp_fs_upload *upload = &sending->upload;
	enum status status = reterr->status;

	if (upload->bytes_sent == 0)
		return status;
	if (upload->offset == 0) {
		err_wrap(reterr, "%s", path);
		return status;
	}
	err_wrap(reterr, "%s has the first %" PRIu64 " of %zu bytes", path, upload->offset,
		upload->config.file.len);
	if (status == STATUS_INTERRUPTED || status == STATUS_TIMEOUT || status == STATUS_NO_PORT)
		err_hint(reterr, "the same command sends it once more, from the beginning");
	return status;
}

static enum status run_sending(struct sending *sending, const char *path, struct err *reterr)
{
	const struct fs_engine engine = {
		.engine = sending,
		.flight = &sending->upload.flight,
		.has_ended = sending_has_ended,
		.next_request = sending_next_request,
		.take_reply = sending_take_reply,
		.take_retry = sending_take_retry,
		.take_silence = sending_take_silence,
	};
	const struct smp_fs_upload_config *config = &sending->upload.config;
	uint8_t *storage = malloc(config->message_max);
	enum status status;

	if (storage == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	status = fs_link_run(sending->client, &engine, buf_over(storage, config->message_max),
		config->message_max, config->window, reterr);
	progress_end(sending->progress);
	free(storage);
	return status == STATUS_OK ? status : explain_sending(sending, path, reterr);
}

static enum status hash_file(struct fs_proof *proof, struct span file,
	void (*forget)(struct span bytes), struct err *reterr)
{
	enum status status = STATUS_OK;

	for (size_t at = 0; status == STATUS_OK && at < file.len; at += FORGET_STEP) {
		struct span piece = span_sub(file, at, FORGET_STEP);

		status = fs_proof_add(proof, piece, reterr);
		if (forget != NULL)
			forget(piece);
	}
	return status == STATUS_OK ? fs_proof_end(proof, reterr) : status;
}

static enum status send_and_check(struct sending *sending, const struct fs_options *options,
	const struct smp_fs_upload_config *config, struct fs_result *result, struct err *reterr)
{
	struct client *client = sending->client;
	uint64_t start_us = client_now_us(client);
	enum status status = smp_fs_upload_init(&sending->upload, config, start_us, reterr);

	if (status != STATUS_OK)
		return status;
	sending->progress->ceiling = (uint64_t)client_bytes_per_second(client) *
				     smp_fs_upload_data_max(config) /
				     client_wire_size(client, config->message_max);
	progress_start(sending->progress, config->file.len, 0, start_us);
	status = run_sending(sending, options->path, reterr);
	if (status != STATUS_OK) {
		fs_transfer_abandon(client, status);
		return status;
	}
	result->bytes = config->file.len;
	result->duration_us = client_now_us(client) - start_us;
	result->window = sending->upload.flight.most;
	/* Closed first: a file system may show what was written only then. */
	status = fs_transfer_close(client, reterr);
	if (status == STATUS_OK)
		status = fs_proof_check(client, options->path, &result->proof, reterr);
	if (status != STATUS_OK)
		err_wrap(reterr, "%s: all %zu bytes were sent", options->path, config->file.len);
	if (status == STATUS_DEVICE && !reterr->device.present)
		err_hint(reterr, "send it once more; if that does not help either, the memory "
				 "under the file system may be faulty");
	return status;
}

enum status fs_send(struct client *client, const struct fs_options *options, struct span file,
	void (*forget)(struct span bytes), struct progress *progress, struct fs_result *ret_result,
	struct err *reterr)
{
	struct sending sending = { .client = client, .progress = progress, .forget = forget };
	struct fs_result result = { .bytes = 0 };
	struct limits limits;
	enum status status =
		limits_find(client, options->message_max, options->window, &limits, reterr);

	if (status == STATUS_OK)
		status = fs_proof_choose(client, &result.proof, reterr);
	if (status == STATUS_OK)
		status = hash_file(&result.proof, file, forget, reterr);
	if (status == STATUS_OK) {
		const struct smp_fs_upload_config config = {
			.file = file,
			.path = span_from_text(options->path),
			.message_max = limits.message_max,
			.window = limits.window,
			.first_timeout_ms = device_timeout_ms(client, FIRST_TIMEOUT_MS),
			.timeout_ms = client_timeout_ms(client),
			.tries = client_tries(client),
		};

		status = send_and_check(&sending, options, &config, &result, reterr);
	}
	fs_proof_clear(&result.proof);
	if (status == STATUS_OK)
		*ret_result = result;
	return status;
}
