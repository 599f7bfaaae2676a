/* SPDX-License-Identifier: Apache-2.0 */
/* What is found out about a silent device, on devices that are silent in different ways. */
#include "src/silence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum {
	SECOND = 1000000,
	START_US = 7 * SECOND,
	DIAGNOSIS_MAX_US = 3 * SECOND / 2,
	REST_LEFT_US = 11 * SECOND / 10, /* of 3.1 s, behind a try of 2 s */
};

static const uint8_t empty_map[] = { 0xa0 };
static const uint8_t echo_map[] = { 0xa1, 0x61, 'r', 0x66, 's', 'm', 'p', 'c', 't', 'l' };
static const uint8_t rc_8[] = { 0xa1, 0x62, 'r', 'c', 0x08 };

struct scene {
	struct settings settings;
	struct fake_clock clock;
	struct peer peer;
	enum smp_framing peer_framing; /* it answers in that one */
	struct port *port;
	struct err err;
	uint64_t failed_us; /* when the command's own request was given up */
};

static enum status open_peer(void *ctx, struct transport **ret_transport, struct err *reterr)
{
	(void)reterr;
	*ret_transport = peer_open(ctx);
	return STATUS_OK;
}

static struct scene make_scene(void)
{
	struct scene scene = { .peer_framing = SMP_FRAMING_CONSOLE };

	settings_default(&scene.settings);
	return scene;
}

typedef void answer_fn(struct peer *peer, const struct smp_header *request, struct span body);

/* Ask for the image list, which `answer` leaves unanswered, and explain that. */
static void fail_and_explain(struct scene *scene, answer_fn *answer)
{
	struct port_config config = {
		.settings = &scene->settings,
		.interrupt_fd = -1,
		.open_transport = open_peer,
		.open_ctx = &scene->peer,
	};
	struct smp_image_state state;

	fake_clock_init(&scene->clock, START_US);
	config.clock = fake_clock_get(&scene->clock);
	assert_int_equal(port_open(&config, &scene->port, &scene->err), STATUS_OK);
	scene->peer.answer = answer;
	peer_speak(&scene->peer, scene->peer_framing);
	assert_int_not_equal(
		device_image_state(port_client(scene->port), &state, &scene->err), STATUS_OK);
	scene->failed_us = scene->clock.now_us;
	silence_explain(scene->port, &scene->err);
	assert_true(scene->clock.now_us - scene->failed_us <= DIAGNOSIS_MAX_US + REST_LEFT_US);
}

static bool is_echo(const struct smp_header *request)
{
	return request->group == SMP_GROUP_OS && request->command == SMP_OS_ECHO;
}

static void what_came_before_the_request_is_not_called_nothing(void **state)
{
	struct silence silence = { .has_heard_before = true };
	struct err err = { .status = STATUS_OK };

	(void)state;
	err_set(&err, STATUS_TIMEOUT, "no reply");
	silence_describe(&silence, &err);
	assert_string_equal(
		err.message, "no reply; an echo in SMP version 2 or 1 is not answered either");
}

static void a_raw_server_may_wait_for_ever(void **state)
{
	struct silence silence = { .framing = SMP_FRAMING_RAW };
	struct err err = { .status = STATUS_OK };

	(void)state;
	err_set(&err, STATUS_TIMEOUT, "no reply");
	silence_describe(&silence, &err);
	assert_non_null(strstr(err.message, "nothing at all was received"));
	assert_non_null(strstr(err.hint, "reset the board"));
}

static void nothing_at_all_is_said_so(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, NULL);
	assert_int_equal(scene.err.status, STATUS_TIMEOUT);
	assert_string_equal(scene.err.message, "no reply in 2.0 s (3 tries); nothing at all was "
					       "received, not even for an echo in either "
					       "framing");
	assert_non_null(strstr(scene.err.hint, "right port"));
	/* Three tries and two echoes; the raw one is none in its eyes. */
	assert_int_equal(scene.peer.requests, 5);
	port_free(scene.port);
}

static void answer_echo(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	if (is_echo(request))
		peer_reply(peer, request, span_make(echo_map, sizeof(echo_map)));
}

static void an_echo_that_is_answered_clears_the_line(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, answer_echo);
	assert_int_equal(scene.err.status, STATUS_TIMEOUT);
	assert_string_equal(
		scene.err.message, "no reply in 2.0 s (3 tries); but an echo is answered");
	assert_non_null(strstr(scene.err.hint, "port and speed are right"));
	/* No question is asked whose answer is known. */
	assert_int_equal(scene.peer.requests, 4);
	port_free(scene.port);
}

static void answer_version_1(struct peer *peer, const struct smp_header *request, struct span body)
{
	if (request->version == SMP_VERSION_1)
		answer_echo(peer, request, body);
}

static void a_device_that_takes_the_old_version_only_is_found(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, answer_version_1);
	assert_string_equal(scene.err.message, "no reply in 2.0 s (3 tries); but an echo in SMP "
					       "version 1 is answered");
	assert_string_equal(scene.err.hint, "try --smp-version 1");
	port_free(scene.port);
}

static void answer_as_recovery(
	struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	if (is_echo(request))
		peer_reply(peer, request, span_make(rc_8, sizeof(rc_8)));
	else if (request->group == SMP_GROUP_OS && request->command == SMP_OS_CONSOLE_ECHO)
		peer_reply(peer, request, span_make(empty_map, sizeof(empty_map)));
}

static void serial_recovery_is_recognised(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, answer_as_recovery);
	assert_string_equal(scene.err.message, "no reply in 2.0 s (3 tries); but the bootloader's "
					       "serial recovery answers");
	assert_non_null(strstr(scene.err.hint, "-t 20s"));
	port_free(scene.port);
}

static void refuse_all(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	if (request->group == SMP_GROUP_OS)
		peer_reply(peer, request, span_make(rc_8, sizeof(rc_8)));
}

static void an_application_without_echo_is_no_bootloader(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, refuse_all);
	assert_non_null(strstr(scene.err.message, "; but an echo is answered"));
	port_free(scene.port);
}

static void say_it_again(struct peer *peer, const struct smp_header *request, struct span body)
{
	struct smp_header header = *request;

	/* peer_reply makes a response of it. */
	header.op--;
	peer_reply(peer, &header, body);
}

static void what_comes_back_is_recognised(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, say_it_again);
	assert_non_null(strstr(scene.err.message, "; what is sent comes back"));
	assert_non_null(strstr(scene.err.hint, "RX and TX"));
	port_free(scene.port);
}

static void prompt(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)request;
	(void)body;
	peer_say(peer, span_from_text("\r\nlogin: "));
}

static void a_device_with_raw_framing_is_found_where_it_has_said_nothing(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	scene.peer_framing = SMP_FRAMING_RAW;
	fail_and_explain(&scene, answer_echo);
	assert_string_equal(scene.err.message,
		"no reply in 2.0 s (3 tries); but an echo in raw framing is answered");
	assert_string_equal(scene.err.hint, "try --framing raw");
	/* It has rested, and nothing else was tried before. */
	assert_true(scene.clock.now_us - scene.failed_us <= REST_LEFT_US + SECOND / 10);
	assert_int_equal(scene.peer.requests, 1);
	port_free(scene.port);
}

static void a_device_with_console_framing_is_found_from_raw(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	scene.settings.framing = SMP_FRAMING_RAW;
	fail_and_explain(&scene, answer_echo);
	assert_string_equal(scene.err.message,
		"no reply in 2.0 s (3 tries); but an echo in console framing is answered");
	assert_string_equal(scene.err.hint, "try --framing console");
	assert_int_equal(scene.peer.line_feeds, 1);
	port_free(scene.port);
}

static void a_device_with_raw_framing_that_knows_the_old_version_only_is_found(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	scene.settings.framing = SMP_FRAMING_RAW;
	scene.peer_framing = SMP_FRAMING_RAW;
	fail_and_explain(&scene, answer_version_1);
	assert_string_equal(scene.err.hint, "try --smp-version 1");
	port_free(scene.port);
}

static void text_is_shown_and_the_echo_told(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, prompt);
	assert_int_equal(scene.err.status, STATUS_PROTOCOL);
	assert_non_null(strstr(scene.err.message, "bytes of text: \"login: "));
	assert_non_null(strstr(
		scene.err.message, "; an echo in SMP version 2 or 1 is not answered either"));
	assert_non_null(strstr(scene.err.hint, "console"));
	port_free(scene.port);
}

static void prompt_late(struct peer *peer, const struct smp_header *request, struct span body)
{
	if (is_echo(request))
		prompt(peer, request, body);
}

static void text_that_comes_late_is_shown_too(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, prompt_late);
	assert_int_equal(scene.err.status, STATUS_TIMEOUT);
	assert_non_null(strstr(scene.err.message, "; an echo in SMP version 2 or 1 brought only "));
	assert_non_null(strstr(scene.err.message, "bytes of text: \"login: "));
	assert_non_null(strstr(scene.err.hint, "console"));
	port_free(scene.port);
}

static void answer_damaged(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	if (!is_echo(request))
		return;
	peer_reply(peer, request, span_make(echo_map, sizeof(echo_map)));
	/* In the first group of base64, behind the marker: the length. */
	peer->out.data[3] ^= 1;
}

static void a_damaged_answer_is_no_silence(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, answer_damaged);
	assert_int_equal(scene.err.status, STATUS_TIMEOUT);
	assert_non_null(strstr(scene.err.message,
		"; an echo in SMP version 2 or 1 brought only damaged frames ("));
	assert_non_null(strstr(scene.err.hint, "bytes are lost or changed"));
	port_free(scene.port);
}

static void a_short_timeout_makes_it_shorter(void **state)
{
	struct scene scene = make_scene();
	struct err err = { .status = STATUS_TIMEOUT, .message = "no reply" };
	uint64_t begin_us;

	(void)state;
	fail_and_explain(&scene, NULL);
	port_free(scene.port);
	scene.settings.timeout_ms = 50;
	assert_int_equal(port_open(
				 &(struct port_config){
					 .settings = &scene.settings,
					 .clock = fake_clock_get(&scene.clock),
					 .interrupt_fd = -1,
					 .open_transport = open_peer,
					 .open_ctx = &scene.peer,
				 },
				 &scene.port, &scene.err),
		STATUS_OK);
	assert_int_equal(client_call(port_client(scene.port), &(struct smp_request){ 0 },
				 &(struct smp_reply){ 0 }, NULL, &scene.err),
		STATUS_TIMEOUT);
	begin_us = scene.clock.now_us;
	silence_explain(scene.port, &err);
	/* And no time for raw framing, which would take longer than the silence did. */
	assert_int_equal(scene.clock.now_us - begin_us, 2 * (50 + 20) * 1000);
	assert_null(strstr(err.message, "either framing"));
	port_free(scene.port);
}

static void answer_first(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	if (peer->requests == 1)
		peer_reply(peer, request, span_make(empty_map, sizeof(empty_map)));
}

static void a_device_that_has_answered_is_not_asked(void **state)
{
	struct smp_request request = smp_os_params_request();
	struct smp_reply reply;
	struct scene scene = make_scene();
	unsigned requests;

	(void)state;
	fail_and_explain(&scene, answer_first);
	assert_int_equal(client_call(port_client(scene.port), &request, &reply, NULL, &scene.err),
		STATUS_TIMEOUT);
	requests = scene.peer.requests;
	silence_explain(scene.port, &scene.err);
	assert_int_equal(scene.peer.requests, requests);
	assert_string_equal(scene.err.message, "no reply in 2.0 s (3 tries)");
	port_free(scene.port);
}

static void other_errors_are_left_alone(void **state)
{
	struct scene scene = make_scene();
	struct err err = { .status = STATUS_NO_PORT, .message = "gone", .hint = "plug it in" };

	(void)state;
	fail_and_explain(&scene, NULL);
	silence_explain(scene.port, &err);
	assert_string_equal(err.message, "gone");
	port_close(scene.port);
	err.status = STATUS_TIMEOUT;
	silence_explain(scene.port, &err);
	assert_string_equal(err.message, "gone");
	assert_string_equal(err.hint, "plug it in");
	port_free(scene.port);
}

static void leave(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	peer->is_absent = is_echo(request);
}

static void a_port_that_goes_away_meanwhile_adds_nothing(void **state)
{
	struct scene scene = make_scene();

	(void)state;
	fail_and_explain(&scene, leave);
	assert_string_equal(scene.err.message, "no reply in 2.0 s (3 tries)");
	port_free(scene.port);
}

static void a_j_link_is_named_where_long_messages_may_be_lost(void **state)
{
	struct silence silence = { .answers[SMP_VERSION_2] = true, .is_jlink = true };
	struct err err = { .status = STATUS_TIMEOUT, .message = "no reply" };

	(void)state;
	silence_describe(&silence, &err);
	assert_string_equal(err.message, "no reply; but an echo is answered");
	assert_non_null(strstr(err.hint, "MSDDisable"));

	strcpy(err.hint, "the same command goes on");
	silence_describe_later(&silence, &err);
	assert_non_null(strstr(err.hint, "the same command goes on; a J-Link"));
	silence.is_jlink = false;
	strcpy(err.hint, "the same command goes on");
	silence_describe_later(&silence, &err);
	assert_string_equal(err.hint, "the same command goes on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all_is_said_so),
		cmocka_unit_test(a_raw_server_may_wait_for_ever),
		cmocka_unit_test(what_came_before_the_request_is_not_called_nothing),
		cmocka_unit_test(an_echo_that_is_answered_clears_the_line),
		cmocka_unit_test(a_device_that_takes_the_old_version_only_is_found),
		cmocka_unit_test(serial_recovery_is_recognised),
		cmocka_unit_test(an_application_without_echo_is_no_bootloader),
		cmocka_unit_test(what_comes_back_is_recognised),
		cmocka_unit_test(a_device_with_raw_framing_is_found_where_it_has_said_nothing),
		cmocka_unit_test(a_device_with_console_framing_is_found_from_raw),
		cmocka_unit_test(
			a_device_with_raw_framing_that_knows_the_old_version_only_is_found),
		cmocka_unit_test(text_is_shown_and_the_echo_told),
		cmocka_unit_test(text_that_comes_late_is_shown_too),
		cmocka_unit_test(a_damaged_answer_is_no_silence),
		cmocka_unit_test(a_short_timeout_makes_it_shorter),
		cmocka_unit_test(a_device_that_has_answered_is_not_asked),
		cmocka_unit_test(other_errors_are_left_alone),
		cmocka_unit_test(a_port_that_goes_away_meanwhile_adds_nothing),
		cmocka_unit_test(a_j_link_is_named_where_long_messages_may_be_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
