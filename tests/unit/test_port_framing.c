/* SPDX-License-Identifier: Apache-2.0 */
/* --framing auto: which of the two is answered, at first and behind a reset. */
#include "src/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/presence.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { SECOND = 1000000, HAIL_MS = 500 };

static const uint8_t empty_map[] = { 0xa0 };

struct scene {
	struct settings settings;
	struct fake_clock clock;
	struct peer peer;
	enum smp_framing framing; /* of the device */
	bool is_silent;
	struct port *port;
	struct err err;
};

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	peer_reply(peer, request, span_make(empty_map, sizeof(empty_map)));
}

static enum status open_peer(void *ctx, struct transport **ret_transport, struct err *reterr)
{
	struct scene *scene = ctx;

	(void)reterr;
	*ret_transport = peer_open(&scene->peer);
	peer_speak(&scene->peer, scene->framing);
	scene->peer.answer = scene->is_silent ? NULL : answer;
	return STATUS_OK;
}

static void open_scene(
	struct scene *scene, uint64_t wanted, enum smp_framing framing, bool is_silent)
{
	struct port_config config = {
		.settings = &scene->settings,
		.interrupt_fd = -1,
		.open_transport = open_peer,
		.open_ctx = scene,
	};

	*scene = (struct scene){ .framing = framing, .is_silent = is_silent };
	settings_default(&scene->settings);
	scene->settings.framing = wanted;
	fake_clock_init(&scene->clock, 100 * SECOND);
	config.clock = fake_clock_get(&scene->clock);
	assert_int_equal(port_open(&config, &scene->port, &scene->err), STATUS_OK);
}

static uint64_t elapsed_us(const struct scene *scene)
{
	return scene->clock.now_us - 100 * SECOND;
}

static void without_auto_nobody_is_asked(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, SMP_FRAMING_RAW, SMP_FRAMING_RAW, false);
	assert_int_equal(scene.peer.requests, 0);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_RAW);
	port_free(scene.port);
	open_scene(&scene, SMP_FRAMING_CONSOLE, SMP_FRAMING_RAW, false);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_CONSOLE);
	assert_int_equal(elapsed_us(&scene), 0);
	port_free(scene.port);
}

static void a_console_costs_one_question(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, SETTINGS_FRAMING_AUTO, SMP_FRAMING_CONSOLE, false);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_CONSOLE);
	assert_int_equal(scene.peer.requests, 1);
	assert_true(elapsed_us(&scene) < SECOND / 10);
	port_free(scene.port);
}

static void raw_packets_are_tried_behind_a_rest(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, SETTINGS_FRAMING_AUTO, SMP_FRAMING_RAW, false);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_RAW);
	assert_int_equal(scene.peer.requests, 1);
	assert_true(elapsed_us(&scene) >= SMP_RAW_REST_MS * 1000);
	assert_true(elapsed_us(&scene) < (SMP_RAW_REST_MS + 100) * 1000);
	/* What was found is tried first when the port is opened again. */
	port_close(scene.port);
	assert_int_equal(port_reopen(scene.port, &scene.err), STATUS_OK);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_RAW);
	port_free(scene.port);
}

static void where_nobody_answers_the_port_is_open_all_the_same(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, SETTINGS_FRAMING_AUTO, SMP_FRAMING_CONSOLE, true);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_CONSOLE);
	assert_int_equal(scene.err.status, STATUS_OK);
	port_free(scene.port);
}

/* A bootloader of the other framing: the first questions are quick ones, since it may still boot. */
static void behind_a_reset_the_other_framing_is_tried_after_a_while(void **state)
{
	struct scene scene;
	uint64_t begin_us;

	(void)state;
	open_scene(&scene, SETTINGS_FRAMING_AUTO, SMP_FRAMING_CONSOLE, false);
	port_close(scene.port);
	scene.framing = SMP_FRAMING_RAW;
	assert_int_equal(port_reopen(scene.port, &scene.err), STATUS_OK);
	begin_us = scene.clock.now_us;
	assert_int_equal(port_hail(scene.port, HAIL_MS, &scene.err), STATUS_TIMEOUT);
	assert_int_equal(scene.clock.now_us - begin_us, HAIL_MS * 1000);
	while (port_hail(scene.port, HAIL_MS, &scene.err) != STATUS_OK)
		assert_true(scene.clock.now_us - begin_us < 10 * SECOND);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_RAW);
	port_free(scene.port);
}

static void from_raw_a_console_is_found_too(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, SMP_FRAMING_RAW, SMP_FRAMING_CONSOLE, false);
	assert_int_equal(
		presence_hail_either(port_client(scene.port), HAIL_MS, &scene.err), STATUS_OK);
	assert_int_equal(client_framing(port_client(scene.port)), SMP_FRAMING_CONSOLE);
	assert_int_equal(scene.peer.line_feeds, 1);
	port_free(scene.port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_auto_nobody_is_asked),
		cmocka_unit_test(a_console_costs_one_question),
		cmocka_unit_test(raw_packets_are_tried_behind_a_rest),
		cmocka_unit_test(where_nobody_answers_the_port_is_open_all_the_same),
		cmocka_unit_test(behind_a_reset_the_other_framing_is_tried_after_a_while),
		cmocka_unit_test(from_raw_a_console_is_found_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
