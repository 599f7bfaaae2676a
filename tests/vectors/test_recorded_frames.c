/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversations recorded from real servers (docs/observed.md): their answers must decode to
 * what was noted, and our encoding of the requests must be what was sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "smp/body.h"
#include "smp/frame.h"
#include "smp/header.h"
#include "tests/support/vectors.h"

enum { WIRE_MAX = 8192, PACKET_MAX = 4096 };

static const struct recording {
	const char *file;
	/* How many entries were compared, so that a comparison that is lost is noticed. */
	size_t requests, responses;
} recordings[] = {
	{ "recorded/mcuboot-serial-recovery.json", 87, 91 },
	{ "recorded/mcuboot-zephyr-test-confirm-revert.json", 19, 19 },
	{ "recorded/zephyr-app-basic.json", 88, 87 },
	{ "recorded/zephyr-app-image-v1.json", 77, 77 },
	{ "recorded/zephyr-app-image-v2.json", 77, 77 },
	{ "recorded/zephyr-app-legacy-rc-frugal.json", 12, 12 },
	{ "recorded/zephyr-app-v2-only.json", 4, 4 },
	{ "recorded/zephyr-shell-transport.json", 14, 10 },
};

static const char why_repeated[] = "several frames at once";

/* Requests that were sent in an odd shape on purpose, to see what the server does. */
static const struct odd_request {
	const char *name;
	const char *why;
	size_t line_length; /* not 0: plain, but cut at this length */
} odd_requests[] = {
	{ "mcuboot crlf", "lines end with CR LF", 0 },
	{ "mcuboot leading newline", "a line feed before the frame", 0 },
	{ "mcuboot two leading newlines", "two line feeds before the frame", 0 },
	{ "mcuboot garbage line", "a line of text before the frame", 0 },
	{ "mcuboot garbage same line", "text before the marker", 0 },
	{ "mcuboot garbage between", "a line of text between two lines", 0 },
	{ "mcuboot newline between", "an empty line between two lines", 0 },
	{ "mcuboot line 7", "short lines", 7 },
	{ "mcuboot line 11", "short lines", 11 },
	{ "mcuboot line 31", "short lines", 31 },
	{ "mcuboot line 63", "short lines", 63 },
	{ "mcuboot line 99", "short lines", 99 },
	{ "mcuboot line 123", "short lines", 123 },
	{ "mcuboot line 131", "long lines", 131 },
	{ "mcuboot line 135", "long lines", 135 },
	{ "mcuboot long garbage 300 no nl", "text before the marker", 0 },
	{ "mcuboot long garbage 300 nl", "a line of text before the frame", 0 },
	{ "mcuboot long garbage 3000 nl", "a line of text before the frame", 0 },
	{ "mcuboot smp len longer", "the header lies about the length", 0 },
	{ "mcuboot smp len shorter", "the header lies about the length", 0 },
	{ "mcuboot two requests at once", why_repeated, 0 },
	{ "mcuboot 4 requests", why_repeated, 0 },
	{ "mcuboot 8 requests", why_repeated, 0 },
	{ "mcuboot 12 requests", why_repeated, 0 },
	{ "shell transport: crlf", "lines end with CR LF", 0 },
	{ "shell transport: line 131", "long lines", 131 },
};

/* A Zephyr server's bare header that announces a body which is not there (observed.md). */
static const char bare_response[] = "v1 stat show bad";

static const struct odd_request *find_odd_request(const char *name)
{
	for (size_t i = 0; i < sizeof(odd_requests) / sizeof(odd_requests[0]); i++) {
		if (strcmp(odd_requests[i].name, name) == 0)
			return &odd_requests[i];
	}
	return NULL;
}

/* Returns 1 when the request was one that we must encode alike. */
static size_t compare_request(const json_t *entry)
{
	const struct odd_request *odd = find_odd_request(vectors_text(entry, "name"));
	size_t line_length = odd != NULL ? odd->line_length : SMP_LINE_LENGTH;
	struct span request = vectors_bytes(entry, "request_hex");
	struct span wanted = vectors_bytes(entry, "request_wire_hex");
	uint8_t storage[WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	bool is_equal;

	assert_true(smp_frame_encode(request, SMP_FRAME_STREAM,
		line_length != 0 ? line_length : SMP_LINE_LENGTH, &wire));
	is_equal = span_equal(buf_span(&wire), wanted);
	if (request.len > 0 && line_length != 0 && !is_equal)
		fail_msg("%s: the request's wire differs", vectors_text(entry, "name"));
	if (line_length == 0 && is_equal)
		fail_msg("%s: not odd: %s", odd->name, odd->why);
	vectors_free(request);
	vectors_free(wanted);
	return request.len > 0 && line_length != 0;
}

/*
 * The shell recordings have no response_hex: what came must at least be the answer to what was
 * asked.
 */
static bool is_answer(struct span packet, const json_t *entry)
{
	struct span request = vectors_bytes(entry, "request_hex");
	struct smp_header asked, answer;
	bool matches = smp_header_decode(request, &asked) && smp_header_decode(packet, &answer) &&
		       answer.op == asked.op + 1 && answer.group == asked.group &&
		       answer.sequence == asked.sequence && answer.command == asked.command;

	vectors_free(request);
	return matches;
}

/* Decode an answer as recorded, prompts and log text included. Returns 1 when there was one. */
static size_t compare_response(const json_t *entry)
{
	const char *name = vectors_text(entry, "name");
	struct span wanted = vectors_bytes(entry, "response_hex");
	struct span wire = vectors_bytes(entry, "response_wire_hex");
	bool is_bare = strcmp(name, bare_response) == 0;
	uint8_t line[SMP_LINE_LENGTH_MAX], packet[PACKET_MAX];
	struct smp_frame_decoder decoder;
	struct smp_frame_result result;
	enum smp_frame_event event;
	struct span rest = wire;
	size_t packets = 0, drops = 0;

	smp_frame_decoder_init(&decoder, BUF_OVER(line), BUF_OVER(packet));
	while ((event = smp_frame_decode(&decoder, &rest, &result)) != SMP_FRAME_MORE) {
		packets += event == SMP_FRAME_PACKET;
		drops += event == SMP_FRAME_DROPPED;
		if (event == SMP_FRAME_PACKET && !(wanted.len > 0 ? span_equal(result.bytes, wanted)
								  : is_answer(result.bytes, entry)))
			fail_msg("%s: the response differs", name);
	}
	if (packets > 1 || drops != is_bare || (wanted.len > 0 && packets + drops != 1))
		fail_msg("%s: %zu packets, %zu drops", name, packets, drops);
	vectors_free(wanted);
	vectors_free(wire);
	return packets;
}

/* Repeated requests stand one behind the other in request_hex, so that it is no single body. */
static bool is_repeated(const json_t *entry)
{
	const struct odd_request *odd = find_odd_request(vectors_text(entry, "name"));

	return odd != NULL && odd->why == why_repeated;
}

static void compare_body(const json_t *entry, const char *member)
{
	struct span packet = vectors_bytes(entry, member);
	struct span body = span_sub(packet, SMP_HEADER_SIZE, packet.len);
	struct body_value value;
	struct err err;

	if (body.len > 0 && body_open(body, &value, &err) != STATUS_OK)
		fail_msg("%s: %s: %s", vectors_text(entry, "name"), member, err.message);
	vectors_free(packet);
}

static void every_recording_is_what_our_code_makes_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++) {
		json_t *entries = vectors_load(recordings[i].file);
		size_t requests = 0, responses = 0, at;
		json_t *entry;

		json_array_foreach (entries, at, entry) {
			requests += compare_request(entry);
			responses += compare_response(entry);
			if (!is_repeated(entry))
				compare_body(entry, "request_hex");
			compare_body(entry, "response_hex");
		}
		if (requests != recordings[i].requests || responses != recordings[i].responses)
			fail_msg("%s: compared %zu requests and %zu responses", recordings[i].file,
				requests, responses);
		json_decref(entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recording_is_what_our_code_makes_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
