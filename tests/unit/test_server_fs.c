/* SPDX-License-Identifier: Apache-2.0 */
/* The file system group of the fake board (protocol.md 3.7, and where it differs observed.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/digest.h"
#include "tests/support/board.h"
#include "tests/support/cbor.h"

enum { FS = SMP_GROUP_FS, FS_ERROR = SMP_GROUP_FS * 1000, RECEIVE_MAX = 340 };

/* Returns the error as host_reply_error does. */
static unsigned ask(
	struct host *host, enum smp_op op, enum smp_fs_command command, const char *notation)
{
	cbor_append(&host->body, notation);
	assert_true(host_request(host, op, FS, (uint8_t)command));
	return host_reply_error(host);
}

static unsigned upload(struct host *host, const char *notation)
{
	return ask(host, SMP_OP_WRITE, SMP_FS_FILE, notation);
}

static uint64_t size_of(struct host *host, const char *notation)
{
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_STATUS, notation), 0);
	return host_reply_uint(host, "len");
}

static struct span reply_bytes(struct host *host, const char *key)
{
	struct span bytes;

	assert_int_equal(body_get_bytes(&host->map, key, &bytes), BODY_FOUND);
	return bytes;
}

static void a_file_grows_chunk_by_chunk(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(
		upload(host, "{'name': '/lfs/a', 'off': 0, 'len': 6, 'data': h'616263'}"), 0);
	assert_int_equal(host_reply_uint(host, "off"), 3);
	assert_int_equal(upload(host, "{'name': '/lfs/a', 'off': 3, 'data': h'646566'}"), 0);
	assert_int_equal(host_reply_uint(host, "off"), 6);
	assert_int_equal(size_of(host, "{'name': '/lfs/a'}"), 6);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs/a', 'off': 0}"), 0);
	assert_true(span_equal(reply_bytes(host, "data"), span_from_text("abcdef")));
	assert_int_equal(host_reply_uint(host, "len"), 6);
	host_free(host);
}

static void offset_0_empties_a_file_that_was_there(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(
		upload(host, "{'name': '/lfs/a', 'off': 0, 'len': 3, 'data': h'616263'}"), 0);
	assert_int_equal(upload(host, "{'name': '/lfs/a', 'off': 0, 'len': 1, 'data': h'7a'}"), 0);
	assert_int_equal(size_of(host, "{'name': '/lfs/a'}"), 1);
	host_free(host);
}

static void a_wrong_offset_is_answered_with_the_right_one(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(
		upload(host, "{'name': '/lfs/a', 'off': 0, 'len': 6, 'data': h'616263'}"), 0);
	assert_int_equal(
		upload(host, "{'name': '/lfs/a', 'off': 4, 'data': h'65'}"), FS_ERROR + 11);
	assert_int_equal(host_reply_uint(host, "len"), 3);
	/* Version 1 has no room for it. */
	host->version = 0;
	assert_int_equal(upload(host, "{'name': '/lfs/a', 'off': 4, 'data': h'65'}"), 1);
	host->version = 1;
	assert_int_equal(upload(host, "{'name': '/lfs/a', 'off': 3, 'data': h'64'}"), 0);
	host_free(host);
}

static void a_download_has_as_much_as_a_buffer_holds_and_the_length_once(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(upload(host, "{'name': '/lfs/a', 'off': 0, 'len': 300, 'data': h''}"), 0);
	for (unsigned at = 0; at < 400; at += 100) {
		char text[320];
		struct buf notation = BUF_OVER(text);

		buf_format(&notation, "{'name': '/lfs/a', 'off': %u, 'data': h'", at);
		for (int i = 0; i < 100; i++)
			buf_append_text(&notation, "61");
		buf_append_text(&notation, "'");
		if (at == 0)
			buf_append_text(&notation, ", 'len': 400");
		buf_append_text(&notation, "}");
		assert_int_equal(upload(host, buf_text(&notation)), 0);
	}
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs/a', 'off': 0}"), 0);
	assert_int_equal(reply_bytes(host, "data").len, RECEIVE_MAX);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs/a', 'off': 340}"), 0);
	assert_int_equal(reply_bytes(host, "data").len, 60);
	assert_false(body_get(&host->map, "len", &(struct body_value){ 0 }));
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs/a', 'off': 401}"),
		FS_ERROR + 12);
	host_free(host);
}

static void hashes_are_those_of_the_bytes(void **state)
{
	struct host *host = host_new("");
	uint8_t sha[DIGEST_SIZE_MAX];

	(void)state;
	assert_int_equal(
		upload(host, "{'name': '/tmp/h', 'off': 0, 'len': 6, 'data': h'68656c6c6f0a'}"), 0);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_HASH, "{'name': '/tmp/h'}"), 0);
	assert_int_equal(host_reply_uint(host, "output"), 909783072);
	assert_int_equal(host_reply_uint(host, "len"), 6);
	assert_int_equal(
		ask(host, SMP_OP_READ, SMP_FS_HASH, "{'name': '/tmp/h', 'type': 'sha256'}"), 0);
	assert_true(digest_compute(DIGEST_SHA256, span_from_text("hello\n"), sha));
	assert_true(span_equal(reply_bytes(host, "output"), span_make(sha, DIGEST_SHA256_SIZE)));
	/* Of a part: "ell". */
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_HASH,
				 "{'name': '/tmp/h', 'type': 'sha256', 'off': 1, 'len': 3}"),
		0);
	assert_true(digest_compute(DIGEST_SHA256, span_from_text("ell"), sha));
	assert_true(span_equal(reply_bytes(host, "output"), span_make(sha, DIGEST_SHA256_SIZE)));
	assert_int_equal(host_reply_uint(host, "off"), 1);
	host_free(host);
}

static void the_hash_of_an_empty_file_is_beyond_its_end(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(upload(host, "{'name': '/tmp/e', 'off': 0, 'len': 0, 'data': h''}"), 0);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_HASH, "{'name': '/tmp/e'}"), FS_ERROR + 12);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_FILE, "{'name': '/tmp/e', 'off': 0}"), 0);
	assert_int_equal(reply_bytes(host, "data").len, 0);
	assert_int_equal(host_reply_uint(host, "len"), 0);
	host_free(host);
}

static void errors_are_those_of_the_real_server(void **state)
{
	static const struct {
		enum smp_op op;
		enum smp_fs_command command;
		const char *body;
		unsigned version_2, version_1;
	} rows[] = {
		{ SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs/x', 'off': 0}", FS_ERROR + 3, 5 },
		{ SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs', 'off': 0}", FS_ERROR + 4, 1 },
		{ SMP_OP_READ, SMP_FS_FILE, "{'name': '/lfs/x'}", 3, 3 },
		{ SMP_OP_READ, SMP_FS_FILE, "{'off': 0}", 3, 3 },
		{ SMP_OP_READ, SMP_FS_FILE, "{'name': '', 'off': 0}", 3, 3 },
		{ SMP_OP_READ, SMP_FS_STATUS, "{'name': '/no/x'}", FS_ERROR + 3, 5 },
		{ SMP_OP_READ, SMP_FS_STATUS, "{}", 3, 3 },
		{ SMP_OP_READ, SMP_FS_HASH, "{'name': '/lfs/x'}", FS_ERROR + 3, 5 },
		{ SMP_OP_READ, SMP_FS_HASH, "{'name': '/lfs/x', 'type': 'md5'}", FS_ERROR + 13, 3 },
		{ SMP_OP_READ, SMP_FS_CLOSE, "{}", 8, 8 },
		{ SMP_OP_WRITE, SMP_FS_STATUS, "{'name': '/lfs/x'}", 8, 8 },
		{ SMP_OP_WRITE, SMP_FS_FILE, "{'name': '/lfs/x', 'off': 0, 'data': h'61'}", 3, 3 },
		{ SMP_OP_WRITE, SMP_FS_FILE, "{'name': '/no/x', 'off': 0, 'len': 1, 'data': h'61'}",
			FS_ERROR + 14, 5 },
		{ SMP_OP_WRITE, SMP_FS_FILE, "{'name': 'x', 'off': 0, 'len': 1, 'data': h'61'}",
			FS_ERROR + 2, 3 },
		{ SMP_OP_WRITE, SMP_FS_FILE, "{'name': '/lfs/x', 'off': 0, 'len': 1, 'data': 'a'}",
			3, 3 },
	};
	struct host *host = host_new("");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned errors[2];

		for (unsigned version = 0; version < 2; version++) {
			host->version = (uint8_t)version;
			errors[version] = ask(host, rows[i].op, rows[i].command, rows[i].body);
		}
		if (errors[0] != rows[i].version_1 || errors[1] != rows[i].version_2)
			fail_msg("%s: %u and %u", rows[i].body, errors[0], errors[1]);
	}
	host_free(host);
}

static void closing_is_always_well(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(ask(host, SMP_OP_WRITE, SMP_FS_CLOSE, "{}"), 0);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_HASH_TYPES, "{}"), 0);
	host_free(host);
}

static void a_build_without_the_group_has_none_of_it(void **state)
{
	struct host *host = host_new("lacks=fs");

	(void)state;
	assert_int_equal(ask(host, SMP_OP_READ, SMP_FS_STATUS, "{'name': '/lfs/x'}"), 8);
	assert_int_equal(ask(host, SMP_OP_WRITE, SMP_FS_CLOSE, "{}"), 8);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_grows_chunk_by_chunk),
		cmocka_unit_test(offset_0_empties_a_file_that_was_there),
		cmocka_unit_test(a_wrong_offset_is_answered_with_the_right_one),
		cmocka_unit_test(a_download_has_as_much_as_a_buffer_holds_and_the_length_once),
		cmocka_unit_test(hashes_are_those_of_the_bytes),
		cmocka_unit_test(the_hash_of_an_empty_file_is_beyond_its_end),
		cmocka_unit_test(errors_are_those_of_the_real_server),
		cmocka_unit_test(closing_is_always_well),
		cmocka_unit_test(a_build_without_the_group_has_none_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
