/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault of fakedev/fault.h at every message of an update, once and from there on. The update
 * must end well or with the right status, in bounded time (flow_rig.h), and never claim what is not
 * so; after it the same steps without the fault must end well, without sending again what had
 * arrived.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/flow_update.h"

#define ALLOW(status) (1u << (status))

enum {
	IMAGE_SIZE = 5000,
	FIRST_CHUNK_MAX = 320, /* data; a repeated first chunk is not a resumption */
	MESSAGES_MIN = 24,     /* fewer would mean that the loop over them was left too early */
	MESSAGES_MAX = 200,
	DAMAGES = 1, /* the flash holds something else than was sent */
	BOOTS = 2,   /* the board forgets its upload */
};

/* What may come of a fault besides success: when it happens once, and when it stays. */
struct fault_case {
	const char *fault;
	unsigned once;
	unsigned forever;
	unsigned traits;
};

static const struct fault_case cases[] = {
	/* A repetition gets over the loss of one message. */
	{ "silent", 0, ALLOW(STATUS_TIMEOUT), 0 },
	{ "drop-request", 0, ALLOW(STATUS_TIMEOUT), 0 },
	{ "drop-reply", 0, ALLOW(STATUS_TIMEOUT), 0 },
	{ "text-only", 0, ALLOW(STATUS_PROTOCOL), 0 },
	{ "bad-crc", 0, ALLOW(STATUS_PROTOCOL), 0 },
	{ "bad-length", 0, ALLOW(STATUS_PROTOCOL), 0 },
	{ "bad-header", 0, ALLOW(STATUS_PROTOCOL), 0 },
	{ "log-inside", 0, ALLOW(STATUS_PROTOCOL), 0 },
	/* These do no harm at all. */
	{ "duplicate-reply", 0, 0, 0 },
	{ "stale-reply", 0, 0, 0 },
	{ "late-reply", 0, 0, 0 },
	{ "late-reply=100", 0, 0, 0 },
	{ "late-reply=30000", 0, ALLOW(STATUS_TIMEOUT) | ALLOW(STATUS_PROTOCOL), 0 },
	/* A sound frame with an unsound message is an answer: it is not asked for again. */
	{ "bad-cbor", ALLOW(STATUS_PROTOCOL), ALLOW(STATUS_PROTOCOL), 0 },
	{ "no-cbor", ALLOW(STATUS_PROTOCOL), ALLOW(STATUS_PROTOCOL), 0 },
	{ "wrong-offset", ALLOW(STATUS_PROTOCOL), ALLOW(STATUS_PROTOCOL), 0 },
	{ "stuck-offset", 0, ALLOW(STATUS_PROTOCOL), 0 },
	{ "error=1", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE), 0 },
	{ "error=8", ALLOW(STATUS_UNSUPPORTED), ALLOW(STATUS_UNSUPPORTED), 0 },
	{ "error=10", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE), 0 },
	{ "error=1:9", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE), 0 },
	{ "error=12", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE), 0 },
	/* "Too new" makes the client speak version 1 and ask again. */
	{ "error=13", 0, ALLOW(STATUS_DEVICE), 0 },
	{ "vanish", ALLOW(STATUS_NO_PORT), ALLOW(STATUS_NO_PORT), 0 },
	{ "reset", ALLOW(STATUS_NO_PORT), ALLOW(STATUS_NO_PORT), BOOTS },
	{ "no-match", ALLOW(STATUS_DEVICE), ALLOW(STATUS_DEVICE), 0 },
	{ "flip-bit", ALLOW(STATUS_DEVICE) | ALLOW(STATUS_NOT_UPDATED) | ALLOW(STATUS_PROTOCOL),
		ALLOW(STATUS_DEVICE) | ALLOW(STATUS_NOT_UPDATED), DAMAGES },
};

enum { CASE_COUNT = sizeof(cases) / sizeof(cases[0]) };

/* One board, one fault, one message. */
struct trial {
	const struct fault_case *fault_case;
	const char *board; /* its options */
	unsigned message;
	bool is_forever;
	char state_path[64];
	char name[128]; /* for messages */
};

/* A name that nobody else has, for a board that another process takes over. */
static void make_state_file(struct trial *trial)
{
	int fd;

	snprintf(trial->state_path, sizeof(trial->state_path), "/tmp/smpctl-flow-XXXXXX");
	fd = mkstemp(trial->state_path);
	assert_true(fd >= 0);
	close(fd);
	unlink(trial->state_path);
}

static void open_board(struct trial *trial, struct flow_rig *rig)
{
	char options[512];

	snprintf(trial->name, sizeof(trial->name), "%s@%u%s", trial->fault_case->fault,
		trial->message, trial->is_forever ? "+" : "");
	if (trial->is_forever)
		make_state_file(trial);
	snprintf(options, sizeof(options), "%s%s%s,fault=%s", trial->board,
		trial->is_forever ? ",state=" : "", trial->state_path, trial->name);
	flow_rig_open(rig, options);
}

/* Without an image check no reply of the board tells that its flash holds something else. */
static bool is_blind(const struct trial *trial)
{
	return (trial->fault_case->traits & DAMAGES) != 0 &&
	       strstr(trial->board, "image-check") == NULL;
}

static void check_outcome(const struct trial *trial, const struct flow_rig *rig,
	const struct flow_image *image, const struct flow_outcome *outcome)
{
	const struct fault_case *fault_case = trial->fault_case;
	unsigned allowed = trial->is_forever ? fault_case->forever : fault_case->once;

	allowed |= ALLOW(STATUS_OK);
	if ((allowed & ALLOW(outcome->status)) == 0)
		fail_msg("%s on %s: %s fails with %s: %s", trial->name, trial->board,
			flow_update_step_name(outcome->step), status_name(outcome->status),
			rig->err.message);
	if (outcome->status == STATUS_OK && !flow_rig_holds(rig, 0, image->file))
		fail_msg("%s on %s: updated, but slot 0 holds something else", trial->name,
			trial->board);
	if (outcome->has_lied && !is_blind(trial))
		fail_msg("%s on %s: uploaded, but the slot holds something else", trial->name,
			trial->board);
	if (fakedev_complaint(rig->board, 0) != NULL)
		fail_msg("%s on %s: the board complains: %s", trial->name, trial->board,
			fakedev_complaint(rig->board, 0));
}

/* Bytes of the image that the board has got, when it keeps an upload that can be gone on with. */
static uint64_t resumable_bytes(
	const struct trial *trial, const struct flow_rig *rig, const struct flow_outcome *outcome)
{
	struct fakedev_counters counters;

	fakedev_get_counters(rig->board, &counters);
	if (outcome->status == STATUS_OK || outcome->step != FLOW_UPLOAD ||
		(trial->fault_case->traits & BOOTS) != 0 ||
		counters.bytes_written <= FIRST_CHUNK_MAX || counters.bytes_written >= IMAGE_SIZE)
		return 0;
	return counters.bytes_written;
}

/* The same steps once more, and nothing is in their way. */
static void go_on(const struct trial *trial, struct flow_rig *rig, const struct flow_image *image,
	uint64_t resumable)
{
	struct flow_outcome outcome;

	flow_rig_wait_for_boot(rig);
	if (trial->is_forever)
		flow_rig_replace_board(rig, trial->board);
	flow_update_run(rig, image, &outcome);
	/* The list shows a damaged image as if it were whole; the bootloader refuses and erases it. */
	if (outcome.status == STATUS_NOT_UPDATED && (trial->fault_case->traits & DAMAGES) != 0)
		flow_update_run(rig, image, &outcome);
	if (outcome.status != STATUS_OK)
		fail_msg("after %s on %s: %s fails: %s", trial->name, trial->board,
			flow_update_step_name(outcome.step), rig->err.message);
	/* For good: the bootloader does not take it back. */
	assert_int_equal(flow_update_reset(rig), STATUS_OK);
	assert_true(flow_rig_holds(rig, 0, image->file));
	if (resumable == 0)
		return;
	/* What was in flight may have completed it: then there was nothing to upload. */
	if (!outcome.has_uploaded && resumable + 2 * SMP_MESSAGE_MAX_DEFAULT >= IMAGE_SIZE)
		return;
	if (!outcome.has_uploaded || !flow_update_resumed_from(&outcome.upload, resumable))
		fail_msg("after %s on %s: %llu bytes were there, resumed at %llu", trial->name,
			trial->board, (unsigned long long)resumable,
			(unsigned long long)outcome.upload.resumed_at);
}

/* False when the fault lies beyond the last message. */
static bool run_trial(struct trial *trial, const struct flow_image *image)
{
	struct flow_outcome outcome;
	struct flow_rig rig;
	uint64_t resumable;
	bool has_struck;

	open_board(trial, &rig);
	flow_update_run(&rig, image, &outcome);
	has_struck = flow_rig_requests(&rig) >= trial->message;
	if (has_struck) {
		check_outcome(trial, &rig, image, &outcome);
		resumable = resumable_bytes(trial, &rig, &outcome);
		go_on(trial, &rig, image, resumable);
	}
	flow_rig_close(&rig);
	if (trial->is_forever)
		unlink(trial->state_path);
	return has_struck;
}

static void strike_everywhere(const char *board, bool is_forever)
{
	struct flow_image image;

	flow_image_make(&image, IMAGE_SIZE, 2);
	for (unsigned i = 0; i < CASE_COUNT; i++) {
		struct trial trial = {
			.fault_case = &cases[i],
			.board = board,
			.message = 1,
			.is_forever = is_forever,
		};

		while (run_trial(&trial, &image))
			assert_true(++trial.message < MESSAGES_MAX);
		assert_true(trial.message > MESSAGES_MIN);
	}
	flow_image_free(&image);
}

static void a_fault_at_any_message_does_no_lasting_harm(void **state)
{
	(void)state;
	strike_everywhere("slot-size=32K", false);
}

static void a_fault_that_stays_does_no_lasting_harm(void **state)
{
	(void)state;
	strike_everywhere("slot-size=32K", true);
}

static void neither_does_one_of_an_old_server_that_checks_images(void **state)
{
	(void)state;
	strike_everywhere("slot-size=32K,smp-version=1,image-check", false);
	strike_everywhere("slot-size=32K,smp-version=1,image-check", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_at_any_message_does_no_lasting_harm),
		cmocka_unit_test(a_fault_that_stays_does_no_lasting_harm),
		cmocka_unit_test(neither_does_one_of_an_old_server_that_checks_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
