/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault of fakedev/fault.h at every message of a file's way to the board and back, once and from
 * there on, in both versions of the protocol. The transfer must end well or with the right status, in
 * bounded time (flow_rig.h), and never claim what is not so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/fs_fetch.h"
#include "src/fs_send.h"
#include "tests/support/flow_rig.h"

#define ALLOW(status) (1u << (status))

enum {
	FILE_SIZE = 3000,
	MESSAGES_MIN = 10, /* fewer would mean that the loop over them was left too early */
	MESSAGES_MAX = 60,
};

static const char path[] = "/lfs/file";

/* What may come of a fault besides success: when it happens once, and when it stays. */
static const struct fault_case {
	const char *fault;
	unsigned once, forever;
} cases[] = {
	{ "silent", 0, ALLOW(STATUS_TIMEOUT) },
	{ "drop-request", 0, ALLOW(STATUS_TIMEOUT) },
	{ "drop-reply", 0, ALLOW(STATUS_TIMEOUT) },
	{ "text-only", 0, ALLOW(STATUS_PROTOCOL) },
	{ "bad-crc", 0, ALLOW(STATUS_PROTOCOL) },
	{ "bad-length", 0, ALLOW(STATUS_PROTOCOL) },
	{ "bad-header", 0, ALLOW(STATUS_PROTOCOL) },
	{ "log-inside", 0, ALLOW(STATUS_PROTOCOL) },
	{ "duplicate-reply", 0, 0 },
	{ "stale-reply", 0, 0 },
	{ "late-reply", 0, 0 },
	{ "late-reply=100", 0, 0 },
	{ "late-reply=30000", 0, ALLOW(STATUS_TIMEOUT) | ALLOW(STATUS_PROTOCOL) },
	{ "bad-cbor", ALLOW(STATUS_PROTOCOL), ALLOW(STATUS_PROTOCOL) },
	{ "no-cbor", ALLOW(STATUS_PROTOCOL), ALLOW(STATUS_PROTOCOL) },
	{ "wrong-offset", ALLOW(STATUS_PROTOCOL), ALLOW(STATUS_PROTOCOL) },
	{ "stuck-offset", 0, ALLOW(STATUS_PROTOCOL) },
	{ "error=1", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE) },
	{ "error=8", ALLOW(STATUS_UNSUPPORTED), ALLOW(STATUS_UNSUPPORTED) },
	{ "error=10", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE) },
	{ "error=8:10", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE) },
	{ "error=8:11", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE) },
	{ "vanish", ALLOW(STATUS_NO_PORT), ALLOW(STATUS_NO_PORT) },
	{ "reset", ALLOW(STATUS_NO_PORT), ALLOW(STATUS_NO_PORT) },
	{ "flip-bit", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE) },
};

/* One way of one file over one board. */
struct trial {
	const char *board; /* its options */
	enum smp_version_choice version;
	bool is_upload;
	const struct fault_case *fault_case;
	unsigned message;
	bool is_forever;
	char name[128]; /* for messages */
	uint8_t content[FILE_SIZE];
	uint8_t got_bytes[2 * FILE_SIZE];
	struct buf got; /* what has come here, or is on the board */
};

static enum status keep(void *ctx, struct span bytes, struct err *reterr)
{
	(void)reterr;
	assert_true(buf_append_span(ctx, bytes));
	return STATUS_OK;
}

static enum status send(struct trial *trial, struct flow_rig *rig, struct fs_result *ret_result)
{
	const struct fs_options options = { .path = path };
	struct progress progress;

	progress_init(&progress, NULL, true);
	return fs_send(rig->client, &options, span_make(trial->content, FILE_SIZE), NULL, &progress,
		ret_result, &rig->err);
}

static enum status fetch(struct trial *trial, struct flow_rig *rig, struct fs_result *ret_result)
{
	const struct fs_options options = { .path = path };
	const struct fs_sink sink = { keep, &trial->got };
	struct progress progress;

	progress_init(&progress, NULL, true);
	return fs_fetch(rig->client, &options, &sink, &progress, ret_result, &rig->err);
}

/* The file is there before a download begins, without a fault. */
static unsigned prepare(struct trial *trial, struct flow_rig *rig)
{
	struct fs_result result;

	if (trial->is_upload)
		return 0;
	assert_int_equal(flow_rig_connect(rig), STATUS_OK);
	assert_int_equal(send(trial, rig, &result), STATUS_OK);
	return flow_rig_requests(rig);
}

/* How many messages there were before this one began, in a rehearsal without the fault. */
static unsigned messages_before(struct trial *trial)
{
	struct flow_rig rig;
	unsigned count;

	flow_rig_open(&rig, trial->board);
	rig.version = trial->version;
	count = prepare(trial, &rig);
	flow_rig_close(&rig);
	return count;
}

static void check_outcome(struct trial *trial, struct flow_rig *rig, enum status status)
{
	unsigned allowed = trial->is_forever ? trial->fault_case->forever : trial->fault_case->once;

	allowed |= ALLOW(STATUS_OK);
	if ((allowed & ALLOW(status)) == 0)
		fail_msg("%s on %s: fails with %s: %s", trial->name, trial->board,
			status_name(status), rig->err.message);
	if (trial->is_upload) {
		buf_clear(&trial->got);
		fakedev_file(rig->board, path, &trial->got);
	}
	if (status == STATUS_OK &&
		!span_equal(buf_span(&trial->got), span_make(trial->content, FILE_SIZE)))
		fail_msg("%s on %s: ends well with another file", trial->name, trial->board);
	if (fakedev_complaint(rig->board, 0) != NULL)
		fail_msg("%s on %s: the board complains: %s", trial->name, trial->board,
			fakedev_complaint(rig->board, 0));
}

/* False when the fault came too late to be met. */
static bool run_trial(struct trial *trial, unsigned before)
{
	unsigned number = before + trial->message;
	struct fs_result result;
	struct flow_rig rig;
	char options[512];
	enum status status;
	bool was_met;

	snprintf(trial->name, sizeof(trial->name), "%s of %s@%u%s in version %d",
		trial->is_upload ? "upload" : "download", trial->fault_case->fault, number,
		trial->is_forever ? "+" : "", trial->version == SMP_FORCE_VERSION_1 ? 1 : 2);
	snprintf(options, sizeof(options), "%s,fault=%s@%u%s", trial->board,
		trial->fault_case->fault, number, trial->is_forever ? "+" : "");
	flow_rig_open(&rig, options);
	rig.version = trial->version;
	trial->got = BUF_OVER(trial->got_bytes);
	assert_int_equal(prepare(trial, &rig), before);
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	status = trial->is_upload ? send(trial, &rig, &result) : fetch(trial, &rig, &result);
	check_outcome(trial, &rig, status);
	was_met = flow_rig_requests(&rig) >= number;
	flow_rig_close(&rig);
	return was_met;
}

static void run_faults(const char *board, enum smp_version_choice version, bool is_upload)
{
	struct trial trial = { .board = board, .version = version, .is_upload = is_upload };
	unsigned before;

	for (size_t i = 0; i < FILE_SIZE; i++)
		trial.content[i] = (uint8_t)(i * 7 + i / 251);
	before = messages_before(&trial);
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		trial.fault_case = &cases[i / 2];
		trial.is_forever = i % 2 == 1;
		trial.message = 1;
		while (run_trial(&trial, before) && trial.message < MESSAGES_MAX)
			trial.message++;
		if (trial.message < MESSAGES_MIN)
			fail_msg("%s: only %u messages", trial.name, trial.message);
	}
}

static void an_upload_survives_or_names_every_fault(void **state)
{
	(void)state;
	run_faults("slot-size=64K", SMP_CHOOSE_VERSION, true);
	run_faults("slot-size=64K,buf-count=2", SMP_CHOOSE_VERSION, true);
}

static void an_upload_in_version_1_does_so_too(void **state)
{
	(void)state;
	run_faults("slot-size=64K", SMP_FORCE_VERSION_1, true);
	run_faults("slot-size=64K,smp-version=1,legacy-rc,no-params", SMP_CHOOSE_VERSION, true);
}

static void a_download_survives_or_names_every_fault(void **state)
{
	(void)state;
	run_faults("slot-size=64K", SMP_CHOOSE_VERSION, false);
	run_faults("slot-size=64K,buf-count=2", SMP_FORCE_VERSION_1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_upload_survives_or_names_every_fault),
		cmocka_unit_test(an_upload_in_version_1_does_so_too),
		cmocka_unit_test(a_download_survives_or_names_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
