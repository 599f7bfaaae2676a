/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fake board answers as the real servers did: every recorded request is sent to it, and what
 * comes back must be the recorded bytes, line ends included.
 *
 * The images of the recording are not kept (only the front of them is in it), so images of the same
 * versions and sizes stand in for them, and their hashes take the place of the recorded ones, in the
 * request and in the expected reply. The chunks that the recording leaves out are sent in between.
 * What this board does not imitate is listed by name in `exceptions`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "fakedev/factory.h"
#include "smp/frame.h"
#include "tests/support/board.h"
#include "tests/support/vectors.h"

enum {
	SLOT_SIZE = 430080, /* of the recorded bootloader */
	SETTLE_US = 500 * 1000,
	REBOOT_US = 1000 * 1000,
	CHUNK = 256,
	IMAGE_SIZE_MAX = 128 * 1024,
	HASH_SIZE = 32,
};

/* The three images of the recording. */
enum image_name { IMAGE_A, IMAGE_B, IMAGE_C, IMAGE_COUNT };

static const struct {
	struct mcuboot_version version;
	size_t size;
	const char *recorded_hash;
} image_facts[IMAGE_COUNT] = {
	{ { 1, 0, 0, 0 }, 30663,
		"a6c1122ae87d61f51c4153b0cfa5d17fe7099f30bf3e19d476406a85d58c6cf6" },
	{ { 1, 2, 3, 4 }, 100663,
		"7868cad801c67299690d11209724591c0d5c33bae8955573b0913f02200f7bb1" },
	{ { 2, 0, 0, 0 }, 3663,
		"3dd41e9c8214c7a93c08926cfe49f38a6d67b1a9bf439fe48cd1ab209a1dd50c" },
};

enum exception_kind {
	NOT_BUILT, /* the recorded server has a group or command that this one answers with rc 8 */
	OTHER_DEVICE, /* the reply names the machine that it was recorded on */
};

static const struct {
	const char *name; /* without the "v1 " or "v2 " in front */
	enum exception_kind kind;
} exceptions[] = {
	{ "os info a", OTHER_DEVICE },
	{ "os info snrvbmpio", OTHER_DEVICE },
	{ "shell exec", OTHER_DEVICE },
	{ "shell exec uptime", OTHER_DEVICE },
};

/* What is sent before a recorded request so that the board is in the recorded state. */
static const struct {
	const char *name;
	unsigned nth; /* of the requests of that name in its file, from 1 */
	enum image_name image;
	unsigned upload_id; /* the upload's `image` */
} preparations[] = {
	{ "list after C", 1, IMAGE_C, 0 },
	{ "test bad hash", 1, IMAGE_C, 0 },
	{ "list after B", 1, IMAGE_B, 0 },
	{ "B uploaded", 1, IMAGE_B, 0 },
	{ "mcuboot image list", 1, IMAGE_C, 0 },
	{ "mcuboot image list", 2, IMAGE_A, 1 },
	{ "mcuboot image list", 2, IMAGE_C, 2 },
};

struct stand_in {
	uint8_t file_bytes[IMAGE_SIZE_MAX];
	struct buf file;
	uint8_t recorded_hash[HASH_SIZE];
	struct span hash;
};

struct replay {
	struct host host;
	struct stand_in images[IMAGE_COUNT];
	enum smp_frame_style style;
	bool was_reset;
	unsigned compared;
	unsigned excepted;
};

static void make_stand_in(struct stand_in *image, enum image_name name)
{
	size_t overhead = factory_image_size(0);
	struct mcuboot_image parsed;
	struct buf recorded = BUF_OVER(image->recorded_hash);

	image->file = BUF_OVER(image->file_bytes);
	assert_true(factory_image_build(&image_facts[name].version,
		image_facts[name].size - overhead, 7 + (uint32_t)name, &image->file));
	assert_int_equal(image->file.len, image_facts[name].size);
	assert_int_equal(mcuboot_parse(buf_span(&image->file), &parsed, ERR_IGNORED), STATUS_OK);
	assert_true(mcuboot_hash(&parsed, &image->hash));
	assert_true(text_parse_hex(image_facts[name].recorded_hash, &recorded));
}

/* The board of the recording has image A in slot 0. */
static void program_image_a(struct replay *replay, const struct fakedev_config *config)
{
	struct fakedev_config factory = *config;
	char path[] = "/tmp/recorded-server-XXXXXX";
	int fd = mkstemp(path);
	const struct buf *file = &replay->images[IMAGE_A].file;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, file->data, file->len), (ssize_t)file->len);
	close(fd);
	snprintf(factory.factory_path, sizeof(factory.factory_path), "%s", path);
	host_open(&replay->host, &factory);
	unlink(path);
}

static struct replay *replay_open(const struct fakedev_config *config)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	assert_non_null(replay);
	for (unsigned i = 0; i < IMAGE_COUNT; i++)
		make_stand_in(&replay->images[i], (enum image_name)i);
	program_image_a(replay, config);
	replay->style = config->mode == FAKEDEV_RECOVERY ? SMP_FRAME_STREAM : SMP_FRAME_ZEPHYR;
	return replay;
}

static void replay_close(struct replay *replay)
{
	host_close(&replay->host);
	free(replay);
}

/* Put the stand-ins' hashes into a recorded packet; false when it holds none. */
static bool substitute(const struct replay *replay, struct buf *packet)
{
	bool is_changed = false;

	for (unsigned i = 0; i < IMAGE_COUNT; i++) {
		const struct stand_in *image = &replay->images[i];
		uint8_t *at = packet->data;
		size_t left = packet->len;

		while ((at = memmem(at, left, image->recorded_hash, HASH_SIZE)) != NULL) {
			memcpy(at, image->hash.data, HASH_SIZE);
			left = packet->len - (size_t)(at - packet->data);
			is_changed = true;
		}
	}
	return is_changed;
}

/*
 * The recorded wire bytes, or, where a hash has to be replaced, the packet framed anew. The frame
 * encoder is first shown to make the recorded bytes of the recorded packet.
 */
static void wire_of(const struct replay *replay, const json_t *exchange, const char *packet_member,
	const char *wire_member, enum smp_frame_style style, struct buf *out)
{
	struct span wire = vectors_bytes(exchange, wire_member);
	struct span recorded = vectors_bytes(exchange, packet_member);
	uint8_t bytes[HOST_PACKET_MAX], framed_bytes[2 * HOST_PACKET_MAX];
	struct buf packet = BUF_OVER(bytes), framed = BUF_OVER(framed_bytes);

	buf_append_span(&packet, recorded);
	if (substitute(replay, &packet)) {
		assert_true(smp_frame_encode(recorded, style, SMP_LINE_LENGTH, &framed));
		assert_true(span_equal(buf_span(&framed), wire));
		assert_true(smp_frame_encode(buf_span(&packet), style, SMP_LINE_LENGTH, out));
	} else {
		buf_append_span(out, wire);
	}
	assert_false(out->overflow);
	vectors_free(wire);
	vectors_free(recorded);
}

static void prepare(struct replay *replay, const char *name, unsigned nth)
{
	for (size_t i = 0; i < sizeof(preparations) / sizeof(preparations[0]); i++) {
		struct span file = buf_span(&replay->images[preparations[i].image].file);

		if (strcmp(preparations[i].name, name) != 0 || preparations[i].nth != nth)
			continue;
		assert_int_equal(host_upload(&replay->host, preparations[i].upload_id, file,
					 span_make(NULL, 0), CHUNK),
			0);
	}
	if (replay->was_reset)
		host_run(&replay->host, REBOOT_US);
}

static bool is_reset(const json_t *exchange)
{
	const char *hex = vectors_text(exchange, "request_hex");

	return strlen(hex) >= 16 && strncmp(hex, "0a", 2) == 0 &&
	       strncmp(hex + 8, "0000", 4) == 0 && strncmp(hex + 14, "05", 2) == 0;
}

/* A bare header that announces a body: bytes, but no packet (docs/observed.md). */
static bool is_bare_header(const char *response_hex)
{
	return strlen(response_hex) == 2 * SMP_HEADER_SIZE &&
	       strncmp(response_hex + 4, "0000", 4) != 0;
}

/* The recording keeps the first reply only; its note says how many there were. */
static unsigned recorded_replies(const json_t *exchange)
{
	const char *note = vectors_text(exchange, "note");
	const char *response_hex = vectors_text(exchange, "response_hex");

	if (strstr(note, " responses;") != NULL)
		return (unsigned)strtoul(note, NULL, 10);
	return response_hex[0] != '\0' && !is_bare_header(response_hex) ? 1 : 0;
}

static unsigned count_packets(struct host *host)
{
	uint8_t bytes[HOST_PACKET_MAX];
	unsigned count = 0;

	for (;;) {
		struct buf packet = BUF_OVER(bytes);

		if (!host_next_packet(host, &packet))
			return count;
		count++;
	}
}

static void compare(struct replay *replay, const json_t *exchange)
{
	const char *name = vectors_text(exchange, "name");
	uint8_t bytes[2 * HOST_PACKET_MAX];
	struct buf expected = BUF_OVER(bytes);
	struct span got = buf_span(&replay->host.wire);
	unsigned replies = recorded_replies(exchange);

	wire_of(replay, exchange, "response_hex", "response_wire_hex", replay->style, &expected);
	if (!span_equal(span_sub(got, 0, expected.len), buf_span(&expected)))
		fail_msg("'%s': expected %zu bytes '%.*s', got %zu '%.*s'", name, expected.len,
			(int)expected.len, (const char *)expected.data, got.len, (int)got.len,
			(const char *)got.data);
	if (replies <= 1 && got.len != expected.len)
		fail_msg("'%s': %zu bytes too many", name, got.len - expected.len);
	if (count_packets(&replay->host) != replies)
		fail_msg("'%s': not %u replies", name, replies);
	replay->compared++;
}

static bool find_exception(const char *name, enum exception_kind *ret_kind)
{
	if (strncmp(name, "v1 ", 3) == 0 || strncmp(name, "v2 ", 3) == 0)
		name += 3;
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		if (strcmp(exceptions[i].name, name) == 0) {
			*ret_kind = exceptions[i].kind;
			return true;
		}
	}
	return false;
}

static void check_exception(struct replay *replay, const json_t *exchange, enum exception_kind kind)
{
	struct host *host = &replay->host;
	struct buf reply = BUF_OVER(host->reply_bytes);

	assert_true(host_next_packet(host, &reply));
	assert_int_equal(
		body_open(span_sub(buf_span(&reply), SMP_HEADER_SIZE, reply.len), &host->map, NULL),
		STATUS_OK);
	if (host_reply_error(host) != (kind == NOT_BUILT ? 8 : 0))
		fail_msg("'%s': rc %u", vectors_text(exchange, "name"), host_reply_error(host));
	replay->excepted++;
}

static void replay_exchange(struct replay *replay, const json_t *exchange, unsigned nth)
{
	const char *name = vectors_text(exchange, "name");
	uint8_t bytes[2 * HOST_PACKET_MAX];
	struct buf request = BUF_OVER(bytes);
	enum exception_kind kind;

	prepare(replay, name, nth);
	wire_of(replay, exchange, "request_hex", "request_wire_hex", SMP_FRAME_STREAM, &request);
	host_forget(&replay->host);
	host_send(&replay->host, buf_span(&request));
	host_settle(&replay->host, is_reset(exchange) ? 1000 : SETTLE_US);
	replay->was_reset = is_reset(exchange);
	if (find_exception(name, &kind))
		check_exception(replay, exchange, kind);
	else
		compare(replay, exchange);
}

static unsigned occurrence(const json_t *all, size_t index)
{
	const char *name = vectors_text(json_array_get(all, index), "name");
	unsigned nth = 0;

	for (size_t i = 0; i <= index; i++)
		nth += strcmp(vectors_text(json_array_get(all, i), "name"), name) == 0;
	return nth;
}

static void replay_file(
	const char *file, const struct fakedev_config *config, unsigned compared, unsigned excepted)
{
	json_t *all = vectors_load(file);
	struct replay *replay = replay_open(config);

	for (size_t i = 0; i < json_array_size(all); i++)
		replay_exchange(replay, json_array_get(all, i), occurrence(all, i));
	assert_int_equal(replay->compared, compared);
	assert_int_equal(replay->excepted, excepted);
	replay_close(replay);
	json_decref(all);
}

/* The recorded application server: Zephyr 3.4.99, without slot info. */
static struct fakedev_config zephyr(void)
{
	struct fakedev_config config;

	fakedev_config_default(&config);
	config.slot_size = SLOT_SIZE;
	config.has_slot_info = false;
	config.has_board_stats = false;
	config.lacks = FAKEDEV_MPSTAT | FAKEDEV_DATETIME;
	return config;
}

static void zephyr_basic_conversation_is_answered_alike(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	replay_file("recorded/zephyr-app-basic.json", &config, 80, 8);
}

static void image_conversation_in_version_1_is_answered_alike(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	replay_file("recorded/zephyr-app-image-v1.json", &config, 77, 0);
}

static void image_conversation_in_version_2_is_answered_alike(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	replay_file("recorded/zephyr-app-image-v2.json", &config, 77, 0);
}

static void legacy_and_frugal_build_is_answered_alike(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	config.has_legacy_rc = true;
	config.is_frugal = true;
	replay_file("recorded/zephyr-app-legacy-rc-frugal.json", &config, 12, 0);
}

static void build_without_version_1_is_answered_alike(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	config.is_v2_only = true;
	config.has_params = false;
	replay_file("recorded/zephyr-app-v2-only.json", &config, 4, 0);
}

static void test_confirm_and_revert_go_as_with_a_real_mcuboot(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	replay_file("recorded/mcuboot-zephyr-test-confirm-revert.json", &config, 19, 0);
}

static void serial_recovery_is_answered_alike(void **state)
{
	struct fakedev_config config = zephyr();

	(void)state;
	config.mode = FAKEDEV_RECOVERY;
	config.has_slot_info = true;
	config.write_block = 1;
	replay_file("recorded/mcuboot-serial-recovery.json", &config, 105, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zephyr_basic_conversation_is_answered_alike),
		cmocka_unit_test(image_conversation_in_version_1_is_answered_alike),
		cmocka_unit_test(image_conversation_in_version_2_is_answered_alike),
		cmocka_unit_test(legacy_and_frugal_build_is_answered_alike),
		cmocka_unit_test(build_without_version_1_is_answered_alike),
		cmocka_unit_test(test_confirm_and_revert_go_as_with_a_real_mcuboot),
		cmocka_unit_test(serial_recovery_is_answered_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
