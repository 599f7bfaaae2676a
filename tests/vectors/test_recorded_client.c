/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests recorded on real servers (docs/observed.md), made anew by our client with the same
 * arguments: they must come out byte for byte, on the wire too. What our client would not say, or
 * not so, is listed with the reason, and must differ.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"
#include "tests/support/rebuild.h"
#include "tests/support/vectors.h"

/* What became of the requests of a file. */
struct tally {
	size_t foreign;  /* commands that our client has no requests for, or no request at all */
	size_t listed;   /* as our client would not say it */
	size_t odd_wire; /* the same packet, but sent in an odd shape */
	size_t equal;    /* the same lines */
};

static const struct recording {
	const char *file;
	struct tally wanted;
} recordings[] = {
	{ "recorded/mcuboot-serial-recovery.json", { 4, 21, 20, 60 } },
	{ "recorded/mcuboot-zephyr-test-confirm-revert.json", { 0, 0, 0, 19 } },
	{ "recorded/zephyr-app-basic.json", { 8, 20, 0, 60 } },
	{ "recorded/zephyr-app-image-v1.json", { 3, 22, 0, 52 } },
	{ "recorded/zephyr-app-image-v2.json", { 3, 22, 0, 52 } },
	{ "recorded/zephyr-app-legacy-rc-frugal.json", { 0, 0, 0, 12 } },
	{ "recorded/zephyr-app-v2-only.json", { 0, 0, 0, 4 } },
	{ "recorded/zephyr-shell-transport.json", { 11, 1, 2, 12 } },
};

static const char by_read[] = "we ask for an echo with a write";
static const char bad_argument[] = "an argument of another type, or none where one is needed";
static const char no_body[] = "we send the empty map where there are no arguments";
static const char not_asked[] = "the operation is no request";
static const char reserved[] = "reserved version bits";
static const char repeated[] = "several requests in one recording";
static const char other_order[] = "the fields stand in another order";
static const char too_little[] = "the first chunk has less than an image header";
static const char not_a_chunk[] = "fields of a first chunk are missing, or stand in a later one";
static const char is_indefinite[] = "the map is of indefinite length";

static const struct difference {
	const char *name;
	const char *why;
} differences[] = {
	{ "mcuboot v1 echo read op", by_read },
	{ "mcuboot v2 echo read op", by_read },
	{ "v1 os echo read", by_read },
	{ "v2 os echo read", by_read },
	{ "v1 read of write-only cmd (reset)", "we reset with a write" },
	{ "v2 read of write-only cmd (reset)", "we reset with a write" },
	{ "v1 write to read-only cmd", "we list the statistics with a read" },
	{ "v2 write to read-only cmd", "we list the statistics with a read" },
	{ "mcuboot v1 echo empty", bad_argument },
	{ "mcuboot v2 echo empty", bad_argument },
	{ "v1 os echo empty map", bad_argument },
	{ "v2 os echo empty map", bad_argument },
	{ "v1 os echo no d, int", bad_argument },
	{ "v2 os echo no d, int", bad_argument },
	{ "reset force", "a number; the servers decode a boolean (protocol.md 3.1)" },
	{ "mcuboot v1 empty payload list", no_body },
	{ "mcuboot v2 empty payload list", no_body },
	{ "v1 os echo empty payload", no_body },
	{ "v2 os echo empty payload", no_body },
	{ "v1 os echo indefinite map", is_indefinite },
	{ "v2 os echo indefinite map", is_indefinite },
	{ "mcuboot v1 op 1", not_asked },
	{ "mcuboot v2 op 1", not_asked },
	{ "v1 op 1 (read rsp as request)", not_asked },
	{ "v2 op 1 (read rsp as request)", not_asked },
	{ "v1 op 7", not_asked },
	{ "v2 op 7", not_asked },
	{ "mcuboot v1 version bits 3", reserved },
	{ "mcuboot v2 version bits 3", reserved },
	{ "version bits 2", reserved },
	{ "version bits 3", reserved },
	{ "mcuboot two requests at once", repeated },
	{ "mcuboot 4 requests", repeated },
	{ "mcuboot 8 requests", repeated },
	{ "mcuboot 12 requests", repeated },
	{ "mcuboot image 9", other_order },
	{ "start len too large", other_order },
	{ "start bad magic", other_order },
	{ "start first chunk 32B", other_order },
	{ "image 1", other_order },
	{ "image 7", other_order },
	{ "upgrade=true older/equal version (a 1.0.0)", other_order },
	{ "upgrade=true newer version", other_order },
	{ "mcuboot tiny first chunk", too_little },
	{ "start tiny first chunk 16B", too_little },
	{ "resume question off0 data 16B", too_little },
	{ "resume question off0 no data", too_little },
	{ "resume question off0 empty data", too_little },
	{ "shell transport: upload bad (server logs)", too_little },
	{ "mcuboot no off", not_a_chunk },
	{ "mcuboot no data", not_a_chunk },
	{ "mcuboot no len at 0", not_a_chunk },
	{ "mcuboot len too large", "no image number" },
	{ "mcuboot bad magic data", "no image number" },
	{ "wrong offset with len+sha, session alive", not_a_chunk },
	{ "chunk with no off", not_a_chunk },
	{ "chunk with no data", not_a_chunk },
	{ "chunk with extra keys + image", not_a_chunk },
	{ "start no len", not_a_chunk },
	{ "start len 0", not_a_chunk },
	{ "data is text string", bad_argument },
	{ "start sha 33B", "no SHA-256 is as long" },
	{ "test empty payload map", bad_argument },
	{ "test good hash again", "we always say what to confirm" },
};

static const char *why_different(const char *name)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]); i++) {
		if (strcmp(differences[i].name, name) == 0)
			return differences[i].why;
	}
	return NULL;
}

/* Sent in an odd shape on purpose, to see what the server does; see test_recorded_frames.c. */
static bool has_odd_wire(const char *name)
{
	static const char *const beginnings[] = {
		"mcuboot crlf",
		"mcuboot leading newline",
		"mcuboot two leading newlines",
		"mcuboot garbage",
		"mcuboot newline between",
		"mcuboot line ",
		"mcuboot long garbage",
		"mcuboot smp len",
		"shell transport: crlf",
		"shell transport: line 131",
	};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
			return strcmp(name, "mcuboot line 127") != 0;
	}
	return false;
}

static void compare_packet(const json_t *entry, struct span request, struct tally *tally)
{
	const char *name = vectors_text(entry, "name");
	const char *why = why_different(name);
	struct span wanted = vectors_bytes(entry, "request_wire_hex");
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct far_end_packet packet = { .len = 0 };
	struct smp_header header;
	struct rebuilt rebuilt;
	bool is_same;

	smp_header_decode(request, &header);
	if (rebuild_request(request, &rebuilt)) {
		rebuild_wire(&rebuilt.request, &header, &wire);
		far_end_decode(buf_span(&wire), &packet);
	}
	is_same = span_equal(span_make(packet.bytes, packet.len), request);
	if (is_same == (why != NULL))
		fail_msg("%s: %s", name, is_same ? why : "differs");
	if (is_same && span_equal(buf_span(&wire), wanted) == has_odd_wire(name))
		fail_msg("%s: the lines on the wire", name);
	tally->listed += why != NULL;
	tally->odd_wire += why == NULL && has_odd_wire(name);
	tally->equal += why == NULL && !has_odd_wire(name);
	vectors_free(wanted);
}

static void compare_entry(const json_t *entry, struct tally *tally)
{
	struct span request = vectors_bytes(entry, "request_hex");
	struct smp_header header;

	if (smp_header_decode(request, &header) && rebuild_is_ours(&header))
		compare_packet(entry, request, tally);
	else
		tally->foreign++;
	vectors_free(request);
}

static void every_request_comes_out_as_it_was_recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++) {
		json_t *entries = vectors_load(recordings[i].file);
		struct tally tally = { 0 };
		json_t *entry;
		size_t at;

		json_array_foreach (entries, at, entry)
			compare_entry(entry, &tally);
		if (memcmp(&tally, &recordings[i].wanted, sizeof(tally)) != 0)
			fail_msg("%s: %zu foreign, %zu listed, %zu of odd shape, %zu equal",
				recordings[i].file, tally.foreign, tally.listed, tally.odd_wire,
				tally.equal);
		json_decref(entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_comes_out_as_it_was_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
