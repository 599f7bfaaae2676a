/* SPDX-License-Identifier: Apache-2.0 */
/* Image upload over an open client, see upload.h. */
#include "src/upload.h"

#include <inttypes.h>
#include <stdlib.h>

#include "smp/upload_chunk.h"
#include "smp/upload_link.h"
#include "src/limits.h"

enum {
	ERASE_PAGE_SIZE = 4096,
	ERASE_PAGE_MS = 100,
	ERASE_RESERVE_MS = 10000,
	LARGE_MESSAGE = 1020,     /* behind that larger messages gain little on a line */
	WORTH_PERCENT = 103,      /* a gain that is worth a hint */
	HINT_MIN_US = 2000000,    /* nobody waits for less */
	SETTLE_MS = 1000,         /* for what is in flight when an upload ends early */
	FORGET_STEP = 256 * 1024, /* bytes of the file that may stay in memory once they are sent */
};

static enum status refuse_slot(
	const struct upload_plan *plan, enum status status, const char *what, struct err *reterr)
{
	err_set(reterr, status, "the device %s slot %" PRIu32 " of image %" PRIu32, what,
		plan->slot, plan->image);
	err_hint(reterr, "slots with an upload id can be written: see smpctl image slots");
	return status;
}

/*
 * Serial recovery that is built for direct upload counts slots where others count images: there 1 is the
 * slot of the application, whatever image was meant (protocol.md 4.3). So it is not guessed.
 */
static enum status refuse_to_guess(const struct upload_plan *plan, struct err *reterr)
{
	err_wrap(reterr, "which number serial recovery gives to image %" PRIu32 " (slot info)",
		plan->image);
	return err_hint(reterr,
		"nothing was sent: it might replace the application; reset the device, "
		"and send it from there");
}

static bool has_upload_ids(const struct smp_image_slot_infos *infos)
{
	for (size_t i = 0; i < infos->count; i++) {
		if (infos->slots[i].has_upload_image_id)
			return true;
	}
	return false;
}

static bool lacks_image(const struct smp_image_slot_infos *infos, uint32_t image)
{
	for (size_t i = 0; i < infos->count; i++) {
		if (infos->slots[i].image == image)
			return false;
	}
	return true;
}

/* As the check of the file says it of an application (device_check.c). */
static enum status refuse_image(const struct upload_plan *plan, struct err *reterr)
{
	err_set(reterr, STATUS_BAD_FILE,
		"the file is for image %" PRIu32 ", and the device has no such", plan->image);
	return err_hint(reterr, "smpctl image slots shows the device's images; -n chooses one");
}

/* The number by which the device calls the slot (protocol.md 3.2.6). */
static enum status find_slot_id(const struct smp_image_slot_infos *infos,
	const struct upload_plan *plan, uint32_t *ret_id, struct err *reterr)
{
	for (size_t i = 0; i < infos->count; i++) {
		const struct smp_image_slot_info *info = &infos->slots[i];

		if (info->image != plan->image || info->slot != plan->slot)
			continue;
		if (!info->has_upload_image_id)
			return refuse_slot(plan, STATUS_UNSUPPORTED, "takes no upload to", reterr);
		*ret_id = info->upload_image_id;
		return STATUS_OK;
	}
	return refuse_slot(plan, STATUS_USAGE, "has no", reterr);
}

/* What the first chunk's "image" must say: the image number, unless a slot has to be named. */
static enum status find_upload_id(
	struct client *client, const struct upload_plan *plan, uint32_t *ret_id, struct err *reterr)
{
	struct smp_image_slot_infos infos;
	enum status status;

	*ret_id = plan->image;
	if (!plan->has_slot && !(plan->is_recovery && plan->image > 0))
		return STATUS_OK;
	status = device_slot_infos(client, &infos, reterr);
	if (status != STATUS_OK)
		return plan->has_slot ? err_wrap(reterr, "--slot needs the device's slot info")
				      : refuse_to_guess(plan, reterr);
	if (lacks_image(&infos, plan->image))
		return refuse_image(plan, reterr);
	if (!plan->has_slot && !has_upload_ids(&infos))
		return STATUS_OK;
	return find_slot_id(&infos, plan, ret_id, reterr);
}

/*
 * The device may erase before it answers the first chunk, what the file needs or the whole slot
 * (protocol.md 5.5).
 */
static uint32_t first_chunk_timeout_ms(const struct client *client, const struct upload_plan *plan)
{
	uint64_t size = plan->slot_size > plan->file.len ? plan->slot_size : plan->file.len;
	uint64_t erase_ms = size / ERASE_PAGE_SIZE * ERASE_PAGE_MS + ERASE_RESERVE_MS;
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

/* Say where the upload stood when it failed, and how to go on. */
static enum status explain_failure(struct client *client, const struct smp_upload *upload,
	enum status status, struct err *reterr)
{
	if (status == STATUS_INTERRUPTED) {
		err_set(reterr, status, "interrupted at %" PRIu64 " of %zu bytes", upload->offset,
			upload->config.file.len);
		err_hint(reterr, "the same command goes on from there");
		return status;
	}
	if (status == STATUS_TIMEOUT || status == STATUS_NO_PORT)
		hint_to_resume(client, reterr);
	err_wrap(reterr, "chunk at %" PRIu64, upload->offset);
	return status;
}

/* Send what may be sent, wait for something to happen, tell the engine. */
static enum status take_step(
	struct client *client, struct smp_upload_link *link, struct err *reterr)
{
	bool was_first = link->upload->state != SMP_UPLOAD_DATA;
	uint32_t timeout_ms =
		was_first ? link->upload->config.first_timeout_ms : link->upload->config.timeout_ms;
	struct smp_event event;
	enum status status = smp_upload_link_submit(link, reterr);

	if (status == STATUS_OK)
		status = client_next_event(client, &event, reterr);
	if (status != STATUS_OK)
		return status;
	status = smp_upload_link_take_event(link, &event, client_now_us(client), reterr);
	if (status == STATUS_TIMEOUT)
		return client_explain_silence(client, &event, timeout_ms, event.try_number, reterr);
	return status;
}

/* Image bytes per second with the line never idle, in the middle of an upload. */
static uint64_t line_ceiling(
	const struct client *client, const struct smp_upload *upload, size_t message_max)
{
	struct smp_upload_config config = upload->config;
	size_t data;

	/* As if the file were so long that no chunk is the last. */
	config.file.len = UINT32_MAX;
	data = smp_upload_chunk_size(&config, upload->config.file.len / 2 + 1, message_max);
	return (uint64_t)client_bytes_per_second(client) * data /
	       client_wire_size(client, message_max);
}

static void show_progress(
	struct client *client, const struct smp_upload *upload, struct progress *progress)
{
	uint64_t now_us = client_now_us(client);

	if (upload->offset == 0)
		return;
	/* The first chunk, which waits for the erase, says nothing about the speed. */
	if (progress->total == 0)
		progress_start(progress, upload->config.file.len, upload->offset, now_us);
	progress_update(progress, upload->offset, now_us);
}

/* What the device has is not needed any more; should it lose it, it is read from the file again. */
static void forget_sent(
	const struct upload_plan *plan, const struct smp_upload *upload, uint64_t *forgotten)
{
	if (plan->forget == NULL ||
		(upload->offset >= *forgotten && upload->offset - *forgotten < FORGET_STEP))
		return;
	plan->forget(span_sub(plan->file, 0, (size_t)upload->offset));
	*forgotten = upload->offset;
}

static enum status send_all(struct client *client, const struct upload_plan *plan,
	struct smp_upload *upload, struct progress *progress, struct err *reterr)
{
	size_t body_size = upload->config.message_max;
	uint8_t *storage = malloc(body_size);
	struct smp_upload_link link;
	uint64_t forgotten = 0; /* all before this offset */
	enum status status = STATUS_OK;

	if (storage == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	smp_upload_link_init(&link, upload, client_session(client), buf_over(storage, body_size));
	progress->ceiling = line_ceiling(client, upload, upload->message_max);
	progress_say(progress, "erasing ...");
	while (!smp_upload_has_ended(upload)) {
		status = take_step(client, &link, reterr);
		if (status != STATUS_OK)
			break;
		show_progress(client, upload, progress);
		forget_sent(plan, upload, &forgotten);
	}
	smp_upload_link_close(&link);
	if (status != STATUS_OK) {
		explain_failure(client, upload, status, reterr);
		client_settle(client, SETTLE_MS);
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

/* Is it the firmware's configuration that limits the speed? Then say what to change there. */
static void find_hint(const struct client *client, const struct smp_upload *upload,
	const struct limits *limits, struct upload_result *result)
{
	uint64_t better = line_ceiling(client, upload, LARGE_MESSAGE);
	bool is_raw = client_framing(client) == SMP_FRAMING_RAW;
	struct buf hint = BUF_OVER(result->hint);

	if (is_raw && limits->window == 1 && limits->buf_count > 2)
		buf_append_text(&hint,
			"raw messages go one at a time, since a lost byte would spoil the next "
			"one too: where the line loses none, -w 3 is faster");
	else if (!is_raw && limits->buf_count == 0)
		buf_append_text(&hint, "the device does not tell its buffers: with "
				       "CONFIG_MCUMGR_GRP_OS_MCUMGR_PARAMS more can be in flight");
	else if (!is_raw && limits->buf_count == 2)
		buf_append_text(&hint,
			"the device has 2 buffers: with more "
			"(CONFIG_MCUMGR_TRANSPORT_NETBUF_COUNT) the line need not wait");
	else if (!limits->is_chosen && upload->message_max < LARGE_MESSAGE &&
		 (result->ceiling == 0 || better * 100 >= result->ceiling * WORTH_PERCENT))
		buf_format(&hint,
			"messages of %zu bytes limit the speed: raise "
			"CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE",
			upload->message_max);
	buf_text(&hint);
}

static void fill_result(const struct client *client, const struct smp_upload *upload,
	const struct limits *limits, uint64_t duration_us, struct upload_result *ret_result)
{
	bool is_done = upload->state == SMP_UPLOAD_DONE;

	*ret_result = (struct upload_result){
		.bytes = is_done ? upload->config.file.len : upload->offset,
		.duration_us = duration_us,
		.resumed_at = upload->is_resumed ? upload->resumed_at : 0,
		.bytes_sent = upload->bytes_sent,
		.message_max = upload->message_max,
		.window = upload->most_in_flight,
		.ceiling = line_ceiling(client, upload, upload->message_max),
	};
	if (is_done && duration_us >= HINT_MIN_US)
		find_hint(client, upload, limits, ret_result);
}

enum status upload_run(struct client *client, const struct upload_plan *plan,
	struct progress *progress, struct upload_result *ret_result, struct err *reterr)
{
	struct smp_upload_config config = {
		.file = plan->file,
		.upgrade_only = plan->upgrade_only,
		.restart = plan->restart,
		.has_fixed_window = plan->has_fixed_window,
		.first_timeout_ms = first_chunk_timeout_ms(client, plan),
		.timeout_ms = client_timeout_ms(client),
		.tries = client_tries(client),
	};
	uint8_t sha[DIGEST_SIZE_MAX];
	struct smp_upload upload;
	struct limits limits;
	uint64_t start_us;
	enum status status = limits_find(client, plan->message_max, plan->window, &limits, reterr);

	*ret_result = (struct upload_result){ .bytes = 0 };
	if (status == STATUS_OK)
		status = find_upload_id(client, plan, &config.image, reterr);
	if (status != STATUS_OK)
		return status;
	if (!digest_compute_forgetting(DIGEST_SHA256, plan->file, plan->forget, sha))
		return err_set(reterr, STATUS_INTERNAL, "SHA-256 failed");
	config.sha = span_make(sha, DIGEST_SHA256_SIZE);
	config.message_max = limits.message_max;
	config.is_size_guessed = limits.is_guessed;
	config.window = limits.window;
	config.is_unchecked = client_framing(client) == SMP_FRAMING_RAW;
	start_us = client_now_us(client);
	status = smp_upload_init(&upload, &config, start_us, reterr);
	if (status != STATUS_OK)
		return status;
	status = send_all(client, plan, &upload, progress, reterr);
	fill_result(client, &upload, &limits, client_now_us(client) - start_us, ret_result);
	if (status != STATUS_OK)
		return status;
	/* MCUboot takes one request at a time, and these options are none of its own. */
	if (plan->is_recovery)
		ret_result->hint[0] = '\0';
	return read_back(client, plan, &upload, ret_result, reterr);
}

uint64_t upload_estimate_us(const struct client *client, uint64_t bytes)
{
	struct smp_upload upload = { .config.file.len = UINT32_MAX };
	uint64_t ceiling = line_ceiling(client, &upload, SMP_MESSAGE_MAX_DEFAULT);

	return ceiling > 0 ? bytes * 1000000 / ceiling : 0;
}
