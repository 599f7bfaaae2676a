/* SPDX-License-Identifier: Apache-2.0 */
/* Which hash is taken, and what is made of the device's, with a device that says what the test wants. */
#include "src/fs_proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { START_US = 5000000, BODY_MAX = 512 };

struct fixture {
	struct peer peer;
	struct fake_clock clock;
	struct client *client;
	struct fs_proof proof;
	struct err err;
	const char *types, *hash, *status; /* the replies */
};

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	const struct fixture *fixture = peer->ctx;
	const char *notation = request->command == SMP_FS_HASH_TYPES ? fixture->types
			       : request->command == SMP_FS_HASH     ? fixture->hash
								     : fixture->status;
	uint8_t storage[BODY_MAX];
	struct buf out = BUF_OVER(storage);

	(void)body;
	assert_int_equal(request->group, SMP_GROUP_FS);
	cbor_append(&out, notation);
	peer_reply(peer, request, buf_span(&out));
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct client_config config = {
		.transport = peer_open(&fixture->peer),
		.session = { .timeout_ms = 2000, .tries = 3 },
		.interrupt_fd = -1,
	};

	fixture->peer.answer = answer;
	fixture->peer.ctx = fixture;
	fixture->types = fixture->hash = fixture->status = "{_ 'rc': 8}";
	fake_clock_init(&fixture->clock, START_US);
	config.clock = fake_clock_get(&fixture->clock);
	assert_int_equal(client_open(&config, &fixture->client, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fs_proof_clear(&fixture->proof);
	client_close(fixture->client);
	test_free(fixture);
	return 0;
}

/* The proof of a file with this content. */
static void choose(struct fixture *fixture, const char *types, const char *content)
{
	fixture->types = types;
	assert_int_equal(
		fs_proof_choose(fixture->client, &fixture->proof, &fixture->err), STATUS_OK);
	assert_int_equal(
		fs_proof_add(&fixture->proof, span_from_text(content), &fixture->err), STATUS_OK);
	assert_int_equal(fs_proof_end(&fixture->proof, &fixture->err), STATUS_OK);
}

static enum status check(struct fixture *fixture)
{
	return fs_proof_check(fixture->client, "/lfs/a", &fixture->proof, &fixture->err);
}

#define CRC32  "'crc32': {_ 'format': 0, 'size': 4}"
#define SHA256 "'sha256': {_ 'format': 1, 'size': 32}"

static void the_best_hash_that_is_known_is_taken(void **state)
{
	static const struct {
		const char *types;
		enum fs_proof_kind kind;
	} rows[] = {
		{ "{_ 'types': {_ " CRC32 ", " SHA256 "}}", FS_PROOF_SHA256 },
		{ "{_ 'types': {_ " SHA256 ", " CRC32 "}}", FS_PROOF_SHA256 },
		{ "{_ 'types': {_ " CRC32 "}}", FS_PROOF_CRC32 },
		{ "{_ 'types': {_}}", FS_PROOF_LENGTH },
		{ "{_ 'types': {_ 'md5': {_ 'format': 1, 'size': 16}}}", FS_PROOF_LENGTH },
		/* A name that stands for something else than it does here. */
		{ "{_ 'types': {_ 'sha256': {_ 'format': 1, 'size': 16}}}", FS_PROOF_LENGTH },
		{ "{_ 'types': {_ 'crc32': {_ 'format': 1, 'size': 4}}}", FS_PROOF_LENGTH },
		{ "{_ 'rc': 8}", FS_PROOF_LENGTH },
		{ "{_ 'rc': 1}", FS_PROOF_LENGTH },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		choose(fixture, rows[i].types, "x");
		if (fixture->proof.kind != rows[i].kind)
			fail_msg("%s: %s", rows[i].types, fs_proof_name(fixture->proof.kind));
		fs_proof_clear(&fixture->proof);
	}
}

static void a_broken_list_of_hashes_is_an_error(void **state)
{
	struct fixture *fixture = *state;

	fixture->types = "{_ 'types': 4}";
	assert_int_equal(
		fs_proof_choose(fixture->client, &fixture->proof, &fixture->err), STATUS_PROTOCOL);
}

static void the_same_crc32_is_the_same_file(void **state)
{
	struct fixture *fixture = *state;

	choose(fixture, "{_ 'types': {_ " CRC32 "}}", "hello\n");
	fixture->hash = "{_ 'type': 'crc32', 'len': 6, 'output': 909783072}";
	assert_int_equal(check(fixture), STATUS_OK);
	fixture->hash = "{_ 'type': 'crc32', 'len': 6, 'output': 909783073}";
	assert_int_equal(check(fixture), STATUS_DEVICE);
	assert_string_equal(
		fixture->err.message, "the device's file has crc32 363a3021, not crc32 363a3020");
}

static void the_same_sha256_is_the_same_file(void **state)
{
	struct fixture *fixture = *state;

	choose(fixture, "{_ 'types': {_ " SHA256 "}}", "abc");
	fixture->hash = "{_ 'type': 'sha256', 'len': 3, 'output': "
			"h'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'}";
	assert_int_equal(check(fixture), STATUS_OK);
	fixture->hash = "{_ 'type': 'sha256', 'len': 3, 'output': "
			"h'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae'}";
	assert_int_equal(check(fixture), STATUS_DEVICE);
	/* A number where bytes were announced is no proof of anything. */
	fixture->hash = "{_ 'type': 'sha256', 'len': 3, 'output': 0}";
	assert_int_equal(check(fixture), STATUS_DEVICE);
}

static void the_hash_of_another_length_is_another_file(void **state)
{
	struct fixture *fixture = *state;

	choose(fixture, "{_ 'types': {_ " CRC32 "}}", "hello\n");
	fixture->hash = "{_ 'type': 'crc32', 'len': 5, 'output': 909783072}";
	assert_int_equal(check(fixture), STATUS_DEVICE);
	assert_string_equal(fixture->err.message, "the device's file has 5 bytes, not 6");
}

static void without_a_hash_the_length_decides(void **state)
{
	struct fixture *fixture = *state;

	choose(fixture, "{_ 'rc': 8}", "hello\n");
	fixture->status = "{_ 'len': 6}";
	assert_int_equal(check(fixture), STATUS_OK);
	fixture->status = "{_ 'len': 7}";
	assert_int_equal(check(fixture), STATUS_DEVICE);
	/* A server may be built without that, too. */
	fixture->status = "{_ 'rc': 8}";
	assert_int_equal(check(fixture), STATUS_OK);
}

static void an_empty_file_has_no_hash(void **state)
{
	struct fixture *fixture = *state;

	choose(fixture, "{_ 'types': {_ " SHA256 "}}", "");
	fixture->hash = "{_ 'err': {_ 'group': 8, 'rc': 12}}";
	fixture->status = "{_ 'len': 0}";
	assert_int_equal(check(fixture), STATUS_OK);
	assert_int_equal(fixture->proof.kind, FS_PROOF_LENGTH);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_best_hash_that_is_known_is_taken),
		TEST(a_broken_list_of_hashes_is_an_error),
		TEST(the_same_crc32_is_the_same_file),
		TEST(the_same_sha256_is_the_same_file),
		TEST(the_hash_of_another_length_is_another_file),
		TEST(without_a_hash_the_length_decides),
		TEST(an_empty_file_has_no_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
