/* SPDX-License-Identifier: Apache-2.0 */
/* Image upload over an open client, see upload.h. */
#include "src/upload.h"

#include <inttypes.h>
#include <stdlib.h>

#include "smp/upload.h"

enum {
	BUF_SIZE_MIN = 64, /* a device with less could not take a first chunk */
	ERASE_PAGE_SIZE = 4096,
	ERASE_PAGE_MS = 100,
	ERASE_RESERVE_MS = 10000,
};

/* The longest message that the device takes: asked from it, else what a default build takes. */
static enum status find_message_max(struct client *client, const struct upload_plan *plan,
	size_t *ret_message_max, struct err *reterr)
{
	struct smp_os_params params;
	enum status status;

	*ret_message_max = SMP_MESSAGE_MAX_DEFAULT;
	if (plan->message_max > 0) {
		*ret_message_max = (size_t)plan->message_max;
		return STATUS_OK;
	}
	status = device_params(client, &params, reterr);
	if (status == STATUS_UNSUPPORTED) {
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return err_wrap(reterr, "asking for the buffer size (os params)");
	if (params.buf_size < BUF_SIZE_MIN)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device says that its buffers have only %" PRIu32 " bytes",
			params.buf_size);
	*ret_message_max = params.buf_size - SMP_FRAME_OVERHEAD;
	if (*ret_message_max > SMP_PACKET_MAX)
		*ret_message_max = SMP_PACKET_MAX;
	return STATUS_OK;
}

static enum status refuse_slot(
	const struct upload_plan *plan, enum status status, const char *what, struct err *reterr)
{
	err_set(reterr, status, "the device %s slot %" PRIu32 " of image %" PRIu32, what,
		plan->slot, plan->image);
	err_hint(reterr, "slots with an upload id can be written: see smpctl image slots");
	return status;
}

/*
 * What the first chunk's "image" must say: the image number, or with --slot the number by which the
 * device calls that slot (protocol.md 3.2.6).
 */
static enum status find_upload_id(
	struct client *client, const struct upload_plan *plan, uint32_t *ret_id, struct err *reterr)
{
	struct smp_image_slot_infos infos;
	enum status status;

	*ret_id = plan->image;
	if (!plan->has_slot)
		return STATUS_OK;
	status = device_slot_infos(client, &infos, reterr);
	if (status != STATUS_OK)
		return err_wrap(reterr, "--slot needs the device's slot info");
	for (size_t i = 0; i < infos.count; i++) {
		const struct smp_image_slot_info *info = &infos.slots[i];

		if (info->image != plan->image || info->slot != plan->slot)
			continue;
		if (!info->has_upload_image_id)
			return refuse_slot(plan, STATUS_UNSUPPORTED, "takes no upload to", reterr);
		*ret_id = info->upload_image_id;
		return STATUS_OK;
	}
	return refuse_slot(plan, STATUS_USAGE, "has no", reterr);
}

/* The device may erase the whole range before it answers the first chunk (protocol.md 5.5). */
static uint32_t first_chunk_timeout_ms(const struct client *client, size_t file_len)
{
	uint64_t erase_ms = (uint64_t)file_len / ERASE_PAGE_SIZE * ERASE_PAGE_MS + ERASE_RESERVE_MS;
	uint64_t timeout_ms = client_timeout_ms(client);

	if (timeout_ms < DEVICE_SLOW_TIMEOUT_MS)
		timeout_ms = DEVICE_SLOW_TIMEOUT_MS;
	if (timeout_ms < erase_ms)
		timeout_ms = erase_ms;
	return timeout_ms < UINT32_MAX ? (uint32_t)timeout_ms : UINT32_MAX;
}

/* A device that has answered before is no wrong port: say what helps then. */
static void hint_to_resume(struct client *client, struct err *reterr)
{
	struct smp_session_counters counters;

	smp_session_get_counters(client_session(client), &counters);
	if (counters.frames_received > 0)
		err_hint(reterr,
			"the device has answered before: it may have reset, or the cable is "
			"loose; the same command goes on where it was broken off");
}

/* One chunk: ask, wait, follow. */
static enum status send_chunk(
	struct client *client, struct smp_upload *upload, struct buf *body, struct err *reterr)
{
	uint64_t offset = upload->offset;
	struct smp_request request;
	struct smp_reply reply;
	unsigned try_number = 1;
	enum status status;

	if (!smp_upload_next_request(upload, body, &request))
		return STATUS_OK;
	status = client_call(client, &request, &reply, &try_number, reterr);
	if (status == STATUS_OK)
		status = smp_upload_take_reply(upload, &reply, try_number, reterr);
	if (status == STATUS_INTERRUPTED) {
		err_set(reterr, status, "interrupted at %" PRIu64 " of %zu bytes", offset,
			upload->config.file.len);
		return err_hint(reterr, "the same command goes on from there");
	}
	if (status == STATUS_TIMEOUT || status == STATUS_NO_PORT)
		hint_to_resume(client, reterr);
	return status == STATUS_OK ? STATUS_OK : err_wrap(reterr, "chunk at %" PRIu64, offset);
}

static enum status send_all(struct client *client, struct smp_upload *upload,
	struct progress *progress, struct err *reterr)
{
	size_t body_size = upload->config.message_max;
	uint8_t *storage = malloc(body_size);
	struct buf body = buf_over(storage, body_size);
	bool has_begun = false;
	enum status status = STATUS_OK;

	if (storage == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	progress_say(progress, "erasing ...");
	while (status == STATUS_OK && !smp_upload_has_ended(upload)) {
		status = send_chunk(client, upload, &body, reterr);
		if (status != STATUS_OK || upload->offset == 0)
			continue;
		/* The first chunk, which waits for the erase, says nothing about the speed. */
		if (!has_begun)
			progress_start(progress, upload->config.file.len, upload->offset,
				client_now_us(client));
		has_begun = true;
		progress_update(progress, upload->offset, client_now_us(client));
	}
	progress_end(progress);
	free(storage);
	return status;
}

/*
 * Does the device's list show the image? An image that ran before with the same hash does not count
 * where the new one belongs into another slot; serial recovery writes slot 0, so there any slot does.
 */
static const struct smp_image_slot *find_uploaded(
	const struct smp_image_state *state, const struct upload_plan *plan)
{
	const struct smp_image_slot *found = NULL;

	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (slot->image != plan->image ||
			!span_equal(smp_image_slot_hash(slot), plan->hash))
			continue;
		if (plan->has_slot && slot->slot != plan->slot)
			continue;
		if (found == NULL || found->active)
			found = slot;
	}
	return found;
}

static bool lists_hashes(const struct smp_image_state *state)
{
	for (size_t i = 0; i < state->count; i++) {
		if (state->slots[i].hash_len > 0)
			return true;
	}
	return state->count == 0;
}

/* The device is the truth: look at what it holds now. */
static enum status read_back(struct client *client, const struct upload_plan *plan,
	const struct smp_upload *upload, struct upload_result *result, struct err *reterr)
{
	struct smp_image_state state;
	const struct smp_image_slot *slot;
	enum status status;

	if (upload->match == SMP_UPLOAD_MATCH_YES)
		result->proof = UPLOAD_PROOF_MATCH;
	if (plan->hash.len == 0)
		return STATUS_OK;
	status = device_image_state(client, &state, reterr);
	if (status != STATUS_OK)
		return err_wrap(reterr, "all %zu bytes were sent, reading back", plan->file.len);
	slot = find_uploaded(&state, plan);
	if (slot != NULL) {
		if (result->proof == UPLOAD_PROOF_NONE)
			result->proof = UPLOAD_PROOF_LIST;
		result->has_slot = true;
		result->slot = slot->slot;
		return STATUS_OK;
	}
	if (!lists_hashes(&state) && !upload->must_be_looked_at)
		return STATUS_OK;
	err_set(reterr, STATUS_DEVICE,
		"all %zu bytes were sent, but the device's list does not show the image",
		plan->file.len);
	return err_hint(reterr, "send it once more with --restart; compare with smpctl image list");
}

enum status upload_run(struct client *client, const struct upload_plan *plan,
	struct progress *progress, struct upload_result *ret_result, struct err *reterr)
{
	struct upload_result result = { .bytes = plan->file.len };
	struct smp_upload_config config = {
		.file = plan->file,
		.upgrade_only = plan->upgrade_only,
		.restart = plan->restart,
		.first_timeout_ms = first_chunk_timeout_ms(client, plan->file.len),
	};
	uint8_t sha[DIGEST_SIZE_MAX];
	struct smp_upload upload;
	uint64_t start_us;
	enum status status;

	status = find_message_max(client, plan, &config.message_max, reterr);
	if (status == STATUS_OK)
		status = find_upload_id(client, plan, &config.image, reterr);
	if (status != STATUS_OK)
		return status;
	if (!digest_compute(DIGEST_SHA256, plan->file, sha))
		return err_set(reterr, STATUS_INTERNAL, "SHA-256 failed");
	config.sha = span_make(sha, DIGEST_SHA256_SIZE);
	status = smp_upload_init(&upload, &config, reterr);
	if (status != STATUS_OK)
		return status;
	smp_session_set_message_max(client_session(client), config.message_max);
	start_us = client_now_us(client);
	status = send_all(client, &upload, progress, reterr);
	if (status != STATUS_OK)
		return status;
	result.duration_us = client_now_us(client) - start_us;
	result.resumed_at = upload.is_resumed ? upload.resumed_at : 0;
	result.message_max = config.message_max;
	status = read_back(client, plan, &upload, &result, reterr);
	if (status == STATUS_OK)
		*ret_result = result;
	return status;
}
