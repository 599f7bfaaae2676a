/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The replies recorded on real servers, from the bytes on the wire to what our client makes of them:
 * each must belong to its request, and mean what tests/support/oracle.h sees in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"
#include "tests/support/oracle.h"
#include "tests/support/vectors.h"

static const struct recording {
	const char *file;
	size_t silent; /* no reply was recorded, or none that belongs to a request */
	struct oracle_tally wanted;
} recordings[] = {
	{ "recorded/mcuboot-serial-recovery.json", 14, { 70, 21, 0 } },
	{ "recorded/mcuboot-zephyr-test-confirm-revert.json", 0, { 19, 0, 0 } },
	{ "recorded/zephyr-app-basic.json", 5, { 52, 27, 4 } },
	{ "recorded/zephyr-app-image-v1.json", 0, { 50, 27, 0 } },
	{ "recorded/zephyr-app-image-v2.json", 0, { 50, 4, 23 } },
	{ "recorded/zephyr-app-legacy-rc-frugal.json", 0, { 11, 1, 0 } },
	{ "recorded/zephyr-app-v2-only.json", 0, { 1, 3, 0 } },
	{ "recorded/zephyr-shell-transport.json", 16, { 8, 0, 2 } },
};

/* Replies to what was no request, and the header that lies about its body (docs/observed.md). */
static const char *const without_reply[] = {
	"v1 op 1 (read rsp as request)",
	"v2 op 1 (read rsp as request)",
	"v1 op 7",
	"v2 op 7",
	"v1 stat show bad",
};

static bool is_without_reply(const char *name)
{
	for (size_t i = 0; i < sizeof(without_reply) / sizeof(without_reply[0]); i++) {
		if (strcmp(without_reply[i], name) == 0)
			return true;
	}
	return false;
}

/* Ask as it was asked, give what was answered, and look for the reply. */
static bool find_reply(const json_t *entry, struct span request, struct far_end *far)
{
	struct span wire = vectors_bytes(entry, "response_wire_hex");
	struct span wanted = vectors_bytes(entry, "response_hex");
	struct smp_header header;
	bool is_found = false;

	smp_header_decode(request, &header);
	far_end_submit_request(far, &(struct smp_request){
					    .op = (enum smp_op)header.op,
					    .group = header.group,
					    .command = header.command,
					    .body = span_sub(request, SMP_HEADER_SIZE, request.len),
				    });
	far_end_take_header(far);
	far_end_feed(far, wire);
	while (!is_found && smp_session_next_event(far->session, far->now_ms, &far->event))
		is_found = far->event.kind == SMP_EVENT_REPLY;
	if (is_found && wanted.len > 0 &&
		!span_equal(far->event.reply.body, span_sub(wanted, SMP_HEADER_SIZE, wanted.len)))
		fail_msg("%s: another reply", vectors_text(entry, "name"));
	if (!is_found && wanted.len > 0 && !is_without_reply(vectors_text(entry, "name")))
		fail_msg("%s: no reply", vectors_text(entry, "name"));
	vectors_free(wanted);
	vectors_free(wire);
	return is_found;
}

/* Returns 1 when there was no reply. */
static size_t check_entry(const json_t *entry, struct oracle_tally *tally)
{
	struct span request = vectors_bytes(entry, "request_hex");
	struct smp_session_config config = { .message_max = SMP_PACKET_MAX };
	bool is_silent = true;
	struct smp_header header;
	struct far_end far;

	if (smp_header_decode(request, &header)) {
		config.first_sequence = header.sequence;
		config.version =
			header.version == SMP_VERSION_1 ? SMP_FORCE_VERSION_1 : SMP_FORCE_VERSION_2;
		far_end_open(&far, &config);
		is_silent = !find_reply(entry, request, &far);
		if (!is_silent)
			oracle_check(vectors_text(entry, "name"),
				span_sub(request, SMP_HEADER_SIZE, request.len), &far.event.reply,
				tally);
		far_end_close(&far);
	}
	vectors_free(request);
	return is_silent;
}

static void every_reply_is_what_the_server_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++) {
		json_t *entries = vectors_load(recordings[i].file);
		struct oracle_tally tally = { 0 };
		size_t silent = 0, at;
		json_t *entry;

		json_array_foreach (entries, at, entry)
			silent += check_entry(entry, &tally);
		if (silent != recordings[i].silent ||
			memcmp(&tally, &recordings[i].wanted, sizeof(tally)) != 0)
			fail_msg("%s: %zu silent, %zu good, %zu general and %zu group errors",
				recordings[i].file, silent, tally.good, tally.general_errors,
				tally.group_errors);
		json_decref(entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reply_is_what_the_server_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
