/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client and a device that answers every request with the same bodies, for tests of blocking calls:
 * what they ask for, how long they wait, and what they make of the answer.
 */
#ifndef TESTS_SUPPORT_DEVICE_SCENE_H
#define TESTS_SUPPORT_DEVICE_SCENE_H

#include "src/client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { DEVICE_SCENE_REPLIES_MAX = 4, DEVICE_SCENE_BODY_MAX = 4096 };

struct device_scene {
	struct client *client; /* three tries of two seconds */
	struct err err;
	struct peer peer;
	struct fake_clock clock;
	/* In the order in which they are given, the last one for ever; none: silence. */
	const char *replies[DEVICE_SCENE_REPLIES_MAX]; /* as in cbor.h */
	struct smp_header asked[DEVICE_SCENE_REPLIES_MAX];
	struct buf body; /* of the latest request */
	uint8_t body_bytes[DEVICE_SCENE_BODY_MAX];
};

/* For cmocka: *state is the scene. */
int device_scene_set_up(void **state);
int device_scene_tear_down(void **state);

/* Answer with this from now on, and count requests anew. */
void device_scene_reply(struct device_scene *scene, const char *notation);

/* The latest request, with its body in diagnostic notation: {"d": "hello"}. */
void device_scene_assert_asked(const struct device_scene *scene, enum smp_op op, uint16_t group,
	uint8_t command, const char *body);

/* How long all has taken. */
uint64_t device_scene_elapsed_ms(const struct device_scene *scene);

#endif
