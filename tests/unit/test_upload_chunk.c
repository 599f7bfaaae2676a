/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the upload's requests look like: fields, data, limits, and messages filled to the last byte,
 * measured against the table of protocol.md 5.2 and not against our encoder.
 */
#include "smp/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/upload_walk.h"

enum {
	FILE_SIZE_MAX = 70000,
	MESSAGE_MAX_LOW = 64,
	MESSAGE_MAX_HIGH = 2000,
	SHA_SIZE = 32,
};

struct fixture {
	uint8_t file[FILE_SIZE_MAX];
	uint8_t sha[SHA_SIZE];
	uint8_t body[MESSAGE_MAX_HIGH];
	struct smp_upload upload;
};

/* A request taken apart. */
struct chunk {
	struct smp_request request;
	struct body_value map;
	uint64_t offset;
	struct span data;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	for (size_t i = 0; fixture != NULL && i < FILE_SIZE_MAX; i++)
		fixture->file[i] = (uint8_t)(i * 7 + i / 251);
	*state = fixture;
	return fixture != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static struct smp_upload_config config_of(
	const struct fixture *fixture, size_t file_len, size_t message_max)
{
	return (struct smp_upload_config){
		.file = span_make(fixture->file, file_len),
		.sha = span_make(fixture->sha, SHA_SIZE),
		.message_max = message_max,
		.first_timeout_ms = 30000,
		.timeout_ms = 2500,
	};
}

static void start(struct fixture *fixture, const struct smp_upload_config *config)
{
	struct err err;

	if (smp_upload_init(&fixture->upload, config, 0, &err) != STATUS_OK)
		fail_msg("%s", err.message);
}

static void ask(struct fixture *fixture, struct chunk *ret_chunk)
{
	/* As much room as the message has: one byte more is an overflow. */
	struct buf body =
		buf_over(fixture->body, fixture->upload.config.message_max - SMP_HEADER_SIZE);
	unsigned name;

	/* What the caller's buffer still holds is gone. */
	buf_append_byte(&body, 0xff);
	assert_true(smp_upload_next_request(&fixture->upload, &body, &ret_chunk->request, &name));
	assert_false(body.overflow);
	assert_int_equal(
		body_open(ret_chunk->request.body, &ret_chunk->map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(
		body_get_uint(&ret_chunk->map, "off", UINT64_MAX, &ret_chunk->offset), BODY_FOUND);
	assert_int_equal(body_get_bytes(&ret_chunk->map, "data", &ret_chunk->data), BODY_FOUND);
}

static void answer(struct fixture *fixture, uint64_t offset)
{
	assert_int_equal(upload_walk_answer(&fixture->upload, offset, 1), STATUS_OK);
}

/* Bytes of an integer or of a string's head (protocol.md 5.2). */
static size_t number_size(uint64_t number)
{
	return number < 24 ? 1 : number < 256 ? 2 : number < 65536 ? 3 : 5;
}

/* Bytes of a whole message by the table of protocol.md 5.2. */
static size_t message_size(const struct smp_upload_config *config, uint64_t offset, size_t data_len)
{
	size_t size = SMP_HEADER_SIZE + 1 + 4 + number_size(offset) + 5 + number_size(data_len);

	if (offset == 0) {
		size += 6 + number_size(config->image);
		size += 4 + number_size(config->file.len);
		size += config->sha.len > 0 ? 4 + 2 + SHA_SIZE : 0;
		size += config->upgrade_only ? 8 + 1 : 0;
	}
	return size + data_len;
}

static void assert_filled(const struct smp_upload_config *config, const struct chunk *chunk)
{
	size_t size = SMP_HEADER_SIZE + chunk->request.body.len;
	bool is_last = chunk->offset + chunk->data.len == config->file.len;

	assert_int_equal(size, message_size(config, chunk->offset, chunk->data.len));
	assert_true(size <= config->message_max);
	if (!is_last &&
		message_size(config, chunk->offset, chunk->data.len + 1) <= config->message_max)
		fail_msg("one byte more fits a message of %zu", config->message_max);
}

/* The length of the chunk at `offset`. */
static size_t chunk_len(
	struct fixture *fixture, const struct smp_upload_config *config, uint64_t offset)
{
	struct chunk chunk;

	start(fixture, config);
	ask(fixture, &chunk);
	if (offset > 0) {
		answer(fixture, offset);
		ask(fixture, &chunk);
	}
	assert_int_equal(chunk.offset, offset);
	return chunk.data.len;
}

static void the_sizes_are_those_of_the_specification(void **state)
{
	struct fixture *fixture = *state;
	struct smp_upload_config large = config_of(fixture, FILE_SIZE_MAX, 380);
	struct smp_upload_config small = config_of(fixture, 996, 380);

	assert_int_equal(chunk_len(fixture, &large, 0), 304);
	assert_int_equal(chunk_len(fixture, &large, 304), 356);
	assert_int_equal(chunk_len(fixture, &large, 65535), 356);
	assert_int_equal(chunk_len(fixture, &large, 65536), 354);
	assert_int_equal(chunk_len(fixture, &small, 0), 306);
	assert_int_equal(chunk_len(fixture, &small, 306), 356);
}

static void every_message_is_filled_to_the_last_byte(void **state)
{
	static const uint64_t offsets[] = { 10, 23, 24, 255, 256, 1000, 65535, 65536 };
	struct fixture *fixture = *state;

	for (size_t max = MESSAGE_MAX_LOW; max <= MESSAGE_MAX_HIGH; max++) {
		struct smp_upload_config config = config_of(fixture, FILE_SIZE_MAX, max);
		struct chunk chunk;

		config.upgrade_only = max % 2 == 0;
		if (max % 3 == 0)
			config.sha.len = 0;
		if (message_size(&config, 0, SMP_UPLOAD_FIRST_DATA_MIN) > max) {
			assert_int_equal(smp_upload_init(&fixture->upload, &config, 0, ERR_IGNORED),
				STATUS_USAGE);
			continue;
		}
		start(fixture, &config);
		ask(fixture, &chunk);
		assert_true(chunk.data.len >= SMP_UPLOAD_FIRST_DATA_MIN);
		assert_filled(&config, &chunk);
		for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
			answer(fixture, offsets[i]);
			ask(fixture, &chunk);
			assert_int_equal(chunk.offset, offsets[i]);
			assert_filled(&config, &chunk);
		}
	}
}

static void a_first_chunk_never_has_less_than_an_image_header(void **state)
{
	struct fixture *fixture = *state;
	struct smp_upload_config config = config_of(fixture, 1000, 0);
	size_t least = message_size(&config, 0, SMP_UPLOAD_FIRST_DATA_MIN);

	config.message_max = least - 1;
	assert_int_equal(smp_upload_init(&fixture->upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
	config.message_max = least;
	assert_int_equal(chunk_len(fixture, &config, 0), SMP_UPLOAD_FIRST_DATA_MIN);
	/* A file that is shorter than that goes as it is. */
	for (size_t len = 1; len < SMP_UPLOAD_FIRST_DATA_MIN; len++) {
		config.file.len = len;
		config.message_max = message_size(&config, 0, len);
		assert_int_equal(chunk_len(fixture, &config, 0), len);
		config.message_max--;
		assert_int_equal(
			smp_upload_init(&fixture->upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
	}
}

/* Send all of it, each answer the end of the chunk; returns how many chunks it took. */
static unsigned send_all(struct fixture *fixture, const struct smp_upload_config *config)
{
	uint64_t at = 0;
	unsigned chunks = 0;
	struct chunk chunk;

	start(fixture, config);
	while (!smp_upload_has_ended(&fixture->upload)) {
		ask(fixture, &chunk);
		assert_int_equal(chunk.offset, at);
		assert_true(chunk.data.len > 0);
		assert_true(
			span_equal(chunk.data, span_sub(config->file, (size_t)at, chunk.data.len)));
		assert_filled(config, &chunk);
		at += chunk.data.len;
		answer(fixture, at);
		chunks++;
	}
	assert_int_equal(fixture->upload.state, SMP_UPLOAD_DONE);
	assert_int_equal(at, config->file.len);
	assert_int_equal(fixture->upload.bytes_sent, config->file.len);
	assert_false(fixture->upload.is_resumed);
	return chunks;
}

static void the_whole_file_is_sent_once_and_in_order(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		size_t file_len;
		unsigned chunks;
	} rows[] = {
		{ 1, 1 },
		{ 31, 1 },
		{ 32, 1 },
		{ 306, 1 },
		{ 307, 2 },
		{ 306 + 356, 2 },
		{ 306 + 356 + 1, 3 },
		/* From 65536 on the offset takes two bytes more. */
		{ FILE_SIZE_MAX, 1 + 184 + 12 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smp_upload_config config = config_of(fixture, rows[i].file_len, 380);

		assert_int_equal(send_all(fixture, &config), rows[i].chunks);
	}
}

static void assert_uint(const struct body_value *map, const char *key, uint64_t wanted)
{
	uint64_t number = 0;

	assert_int_equal(body_get_uint(map, key, UINT64_MAX, &number), BODY_FOUND);
	assert_int_equal(number, wanted);
}

static void only_the_first_chunk_describes_the_upload(void **state)
{
	static const char *const first_fields[] = { "image", "len", "sha", "upgrade" };
	struct fixture *fixture = *state;
	struct smp_upload_config config = config_of(fixture, 1000, 380);
	struct body_value value;
	struct chunk chunk;
	struct span sha;
	bool upgrade = false;

	config.image = 3;
	config.upgrade_only = true;
	start(fixture, &config);
	ask(fixture, &chunk);
	assert_uint(&chunk.map, "image", 3);
	assert_uint(&chunk.map, "len", 1000);
	assert_int_equal(body_get_bytes(&chunk.map, "sha", &sha), BODY_FOUND);
	assert_true(span_equal(sha, config.sha));
	assert_int_equal(body_get_bool(&chunk.map, "upgrade", &upgrade), BODY_FOUND);
	assert_true(upgrade);
	assert_int_equal(chunk.map.number, 6);
	answer(fixture, chunk.data.len);
	ask(fixture, &chunk);
	assert_int_equal(chunk.map.number, 2);
	for (size_t i = 0; i < sizeof(first_fields) / sizeof(first_fields[0]); i++)
		assert_false(body_get(&chunk.map, first_fields[i], &value));
	/* All of it again when the device has lost it. */
	answer(fixture, 0);
	ask(fixture, &chunk);
	assert_int_equal(chunk.map.number, 6);
}

static void what_is_not_wanted_is_not_sent(void **state)
{
	struct fixture *fixture = *state;
	struct smp_upload_config config = config_of(fixture, 1000, 380);
	struct chunk chunk;

	config.sha = span_make(NULL, 0);
	start(fixture, &config);
	ask(fixture, &chunk);
	assert_int_equal(chunk.map.number, 4);
	assert_uint(&chunk.map, "image", 0);
}

static void the_first_chunk_has_more_time(void **state)
{
	struct fixture *fixture = *state;
	struct smp_upload_config config = config_of(fixture, 1000, 380);
	struct chunk chunk;

	start(fixture, &config);
	ask(fixture, &chunk);
	assert_int_equal(chunk.request.op, SMP_OP_WRITE);
	assert_int_equal(chunk.request.group, SMP_GROUP_IMAGE);
	assert_int_equal(chunk.request.command, SMP_IMAGE_UPLOAD);
	assert_int_equal(chunk.request.timeout_ms, 30000);
	/* Another half minute is enough for a device that does not answer. */
	assert_int_equal(chunk.request.tries, 2);
	answer(fixture, chunk.data.len);
	ask(fixture, &chunk);
	assert_int_equal(chunk.request.timeout_ms, 2500);
	assert_int_equal(chunk.request.tries, SMP_UPLOAD_TRIES_DEFAULT);
}

static void a_restart_first_makes_the_device_forget(void **state)
{
	struct fixture *fixture = *state;
	struct smp_upload_config config = config_of(fixture, 1000, 380);
	struct chunk chunk;

	config.restart = true;
	start(fixture, &config);
	ask(fixture, &chunk);
	assert_int_equal(chunk.offset, 0);
	assert_int_equal(chunk.data.len, 0);
	assert_uint(&chunk.map, "len", 1000);
	assert_int_equal(chunk.request.timeout_ms, 30000);
	assert_int_equal(fixture->upload.bytes_sent, 0);
	/* A serial recovery answers with offset 0 and no error. */
	answer(fixture, 0);
	assert_int_equal(fixture->upload.stuck, 0);
	ask(fixture, &chunk);
	assert_int_equal(chunk.offset, 0);
	assert_int_equal(chunk.data.len, 306);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sizes_are_those_of_the_specification),
		cmocka_unit_test(every_message_is_filled_to_the_last_byte),
		cmocka_unit_test(a_first_chunk_never_has_less_than_an_image_header),
		cmocka_unit_test(the_whole_file_is_sent_once_and_in_order),
		cmocka_unit_test(only_the_first_chunk_describes_the_upload),
		cmocka_unit_test(what_is_not_wanted_is_not_sent),
		cmocka_unit_test(the_first_chunk_has_more_time),
		cmocka_unit_test(a_restart_first_makes_the_device_forget),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
