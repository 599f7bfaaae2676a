/* SPDX-License-Identifier: Apache-2.0 */
/* A device that answers as it is told, see device_scene.h. */
#include "tests/support/device_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { START_US = 1000000, MESSAGE_MAX = 8000 };

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	struct device_scene *scene = peer->ctx;
	size_t index = peer->requests < DEVICE_SCENE_REPLIES_MAX ? peer->requests
								 : DEVICE_SCENE_REPLIES_MAX;
	uint8_t storage[DEVICE_SCENE_BODY_MAX];
	struct buf reply = BUF_OVER(storage);

	assert_true(index > 0);
	scene->asked[index - 1] = *request;
	buf_clear(&scene->body);
	buf_append_span(&scene->body, body);
	while (index > 0 && scene->replies[index - 1] == NULL)
		index--;
	if (index == 0)
		return;
	cbor_append(&reply, scene->replies[index - 1]);
	assert_false(reply.overflow);
	peer_reply(peer, request, buf_span(&reply));
}

int device_scene_set_up(void **state)
{
	struct device_scene *scene = test_calloc(1, sizeof(*scene));
	struct client_config config = {
		.transport = peer_open(&scene->peer),
		.session = { .timeout_ms = 2000, .tries = 3, .message_max = MESSAGE_MAX },
		.interrupt_fd = -1,
	};

	fake_clock_init(&scene->clock, START_US);
	config.clock = fake_clock_get(&scene->clock);
	scene->peer.answer = answer;
	scene->peer.ctx = scene;
	scene->body = BUF_OVER(scene->body_bytes);
	assert_int_equal(client_open(&config, &scene->client, ERR_IGNORED), STATUS_OK);
	*state = scene;
	return 0;
}

int device_scene_tear_down(void **state)
{
	struct device_scene *scene = *state;

	client_close(scene->client);
	test_free(scene);
	return 0;
}

void device_scene_reply(struct device_scene *scene, const char *notation)
{
	memset(scene->replies, 0, sizeof(scene->replies));
	scene->replies[0] = notation;
	scene->peer.requests = 0;
}

void device_scene_assert_asked(const struct device_scene *scene, enum smp_op op, uint16_t group,
	uint8_t command, const char *body)
{
	uint8_t storage[DEVICE_SCENE_BODY_MAX];
	struct buf out = BUF_OVER(storage);
	struct body_value map;

	assert_int_equal(scene->peer.last.op, op);
	assert_int_equal(scene->peer.last.group, group);
	assert_int_equal(scene->peer.last.command, command);
	assert_int_equal(body_open(buf_span(&scene->body), &map, ERR_IGNORED), STATUS_OK);
	body_describe(&map, SIZE_MAX, &out);
	assert_string_equal(buf_text(&out), body);
}

uint64_t device_scene_elapsed_ms(const struct device_scene *scene)
{
	return (scene->clock.now_us - START_US) / 1000;
}
