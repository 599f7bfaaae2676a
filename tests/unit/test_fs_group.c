/* SPDX-License-Identifier: Apache-2.0 */
/* The file system group's requests, and what is made of its replies. */
#include "smp/fs_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 512 };

/* A reply with storage of its own. */
struct answer {
	uint8_t storage[BODY_SIZE];
	struct smp_reply reply;
};

static const struct smp_reply *reply_of(struct answer *answer, const char *notation)
{
	struct buf body = BUF_OVER(answer->storage);

	cbor_append(&body, notation);
	answer->reply = (struct smp_reply){
		.header = { .op = 1, .group = SMP_GROUP_FS },
		.body = buf_span(&body),
	};
	return &answer->reply;
}

static void assert_request(const struct smp_request *request, enum smp_op op,
	enum smp_fs_command command, const char *notation)
{
	uint8_t storage[BODY_SIZE];
	struct buf wanted = BUF_OVER(storage);

	if (notation != NULL)
		cbor_append(&wanted, notation);
	assert_int_equal(request->op, op);
	assert_int_equal(request->group, SMP_GROUP_FS);
	assert_int_equal(request->command, command);
	assert_true(span_equal(request->body, buf_span(&wanted)));
}

static void requests_carry_what_was_asked_for(void **state)
{
	const struct span path = span_from_text("/lfs1/a.txt");
	uint8_t storage[SMP_FS_BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;

	(void)state;
	request = smp_fs_status_request(&body, path);
	assert_request(&request, SMP_OP_READ, SMP_FS_STATUS, "{'name': '/lfs1/a.txt'}");
	buf_clear(&body);
	request = smp_fs_hash_request(&body, path, span_from_text("sha256"));
	assert_request(
		&request, SMP_OP_READ, SMP_FS_HASH, "{'name': '/lfs1/a.txt', 'type': 'sha256'}");
	buf_clear(&body);
	request = smp_fs_hash_request(&body, path, span_make(NULL, 0));
	assert_request(&request, SMP_OP_READ, SMP_FS_HASH, "{'name': '/lfs1/a.txt'}");
	request = smp_fs_hash_types_request();
	assert_request(&request, SMP_OP_READ, SMP_FS_HASH_TYPES, NULL);
	request = smp_fs_close_request();
	assert_request(&request, SMP_OP_WRITE, SMP_FS_CLOSE, NULL);
}

static void the_longest_path_and_type_fit_a_body(void **state)
{
	static const uint8_t letters[SMP_FS_PATH_MAX];
	uint8_t storage[SMP_FS_BODY_MAX];
	struct buf body = BUF_OVER(storage);

	(void)state;
	smp_fs_hash_request(
		&body, span_make(letters, SMP_FS_PATH_MAX), span_make(letters, SMP_FS_TYPE_MAX));
	assert_false(body.overflow);
}

static void a_size_is_read(void **state)
{
	struct answer answer;
	uint64_t size;

	(void)state;
	assert_int_equal(smp_fs_status_reply(reply_of(&answer, "{_ 'rc': 0, 'len': 4294967296}"),
				 &size, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(size, UINT64_C(4294967296));
	assert_int_equal(
		smp_fs_status_reply(reply_of(&answer, "{_}"), &size, ERR_IGNORED), STATUS_PROTOCOL);
	assert_int_equal(smp_fs_status_reply(reply_of(&answer, "{_ 'rc': 8}"), &size, ERR_IGNORED),
		STATUS_UNSUPPORTED);
}

static void hash_types_are_read_in_their_order(void **state)
{
	struct smp_fs_hash_types types;
	struct answer answer;

	(void)state;
	assert_int_equal(
		smp_fs_hash_types_reply(
			reply_of(&answer, "{_ 'types': {_ 'crc32': {_ 'format': 0, 'size': 4}, "
					  "'sha\n': {_ 'format': 7, 'size': 32}}}"),
			&types, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(types.count, 2);
	assert_string_equal(types.types[0].name, "crc32");
	assert_int_equal(types.types[0].format, SMP_FS_NUMBER);
	assert_int_equal(types.types[0].size, 4);
	/* Device text is shown escaped; a format of the future is kept. */
	assert_string_equal(types.types[1].name, "sha\\n");
	assert_int_equal(types.types[1].format, 7);
}

static void more_hash_types_than_there_is_room_for_are_left_out(void **state)
{
	struct smp_fs_hash_types types;
	struct answer answer;
	char text[BODY_SIZE];
	struct buf notation = BUF_OVER(text);

	(void)state;
	buf_append_text(&notation, "{_ 'types': {_ ");
	for (int i = 0; i < SMP_FS_TYPES_MAX + 2; i++)
		buf_format(&notation, "%s't%d': {'format': 1, 'size': 2}", i > 0 ? ", " : "", i);
	buf_append_text(&notation, "}}");
	assert_int_equal(smp_fs_hash_types_reply(
				 reply_of(&answer, buf_text(&notation)), &types, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(types.count, SMP_FS_TYPES_MAX);
}

static void broken_hash_types_are_refused(void **state)
{
	static const char *const bodies[] = {
		"{_}",
		"{_ 'types': []}",
		"{_ 'types': {_ 'crc32': 4}}",
		"{_ 'types': {_ 4: {_ 'format': 0, 'size': 4}}}",
		"{_ 'types': {_ 'crc32': {_ 'size': 4}}}",
		"{_ 'types': {_ 'crc32': {_ 'format': 0}}}",
		"{_ 'types': {_ 'crc32': {_ 'format': 0, 'size': 4294967296}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct smp_fs_hash_types types;
		struct answer answer;

		if (smp_fs_hash_types_reply(reply_of(&answer, bodies[i]), &types, ERR_IGNORED) !=
			STATUS_PROTOCOL)
			fail_msg("%s", bodies[i]);
	}
}

static void both_forms_of_a_hash_are_read(void **state)
{
	struct smp_fs_hash hash;
	struct answer answer;

	(void)state;
	assert_int_equal(smp_fs_hash_reply(reply_of(&answer, "{_ 'type': 'crc32', 'len': 6, "
							     "'output': 909783072}"),
				 &hash, ERR_IGNORED),
		STATUS_OK);
	assert_string_equal(hash.type, "crc32");
	assert_int_equal(hash.size, 6);
	assert_int_equal(hash.format, SMP_FS_NUMBER);
	assert_int_equal(hash.number, 909783072);
	assert_int_equal(smp_fs_hash_reply(reply_of(&answer, "{_ 'type': 'sha256', 'off': 1, "
							     "'len': 6, 'output': h'5891b5'}"),
				 &hash, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(hash.format, SMP_FS_BYTES);
	assert_int_equal(hash.bytes_len, 3);
	assert_memory_equal(hash.bytes, "\x58\x91\xb5", 3);
}

static void broken_hashes_are_refused(void **state)
{
	static const char *const bodies[] = {
		"{_ 'len': 6, 'output': 1}",
		"{_ 'type': 1, 'len': 6, 'output': 1}",
		"{_ 'type': 'crc32', 'output': 1}",
		"{_ 'type': 'crc32', 'len': 6}",
		"{_ 'type': 'crc32', 'len': 6, 'output': 4294967296}",
		"{_ 'type': 'crc32', 'len': 6, 'output': 'x'}",
		"{_ 'type': 'crc32', 'len': 6, 'output': h''}",
		"{_ 'type': 'x', 'len': 6, 'output': "
		"h'00000000000000000000000000000000000000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000'}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct smp_fs_hash hash;
		struct answer answer;

		if (smp_fs_hash_reply(reply_of(&answer, bodies[i]), &hash, ERR_IGNORED) !=
			STATUS_PROTOCOL)
			fail_msg("%s", bodies[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_carry_what_was_asked_for),
		cmocka_unit_test(the_longest_path_and_type_fit_a_body),
		cmocka_unit_test(a_size_is_read),
		cmocka_unit_test(hash_types_are_read_in_their_order),
		cmocka_unit_test(more_hash_types_than_there_is_room_for_are_left_out),
		cmocka_unit_test(broken_hash_types_are_refused),
		cmocka_unit_test(both_forms_of_a_hash_are_read),
		cmocka_unit_test(broken_hashes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
