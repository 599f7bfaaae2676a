/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware file that a test makes in memory and opens, with two sound images to make it from. */
#ifndef TESTS_SUPPORT_FIRMWARE_SCENE_H
#define TESTS_SUPPORT_FIRMWARE_SCENE_H

#include "base/file.h"
#include "image/firmware.h"

enum { FIRMWARE_SCENE_PATH_SIZE = 256, FIRMWARE_SCENE_FILE_MAX = 64 * 1024 };

struct firmware_scene {
	char path[FIRMWARE_SCENE_PATH_SIZE]; /* of the file to open */
	struct span image_a, image_b;        /* 1.2.3+4 and 2.0.0 */
	struct file_map map_a, map_b;
	uint8_t storage[FIRMWARE_SCENE_FILE_MAX];
	struct buf file; /* what firmware_scene_write_file writes */
	struct firmware *firmware;
	struct err err;
};

/* For cmocka: *state becomes a scene. */
int firmware_scene_set_up(void **state);
int firmware_scene_tear_down(void **state);

/* These are the bytes of the file. */
void firmware_scene_put_file(struct firmware_scene *scene, const void *bytes, size_t len);
void firmware_scene_write_file(const struct firmware_scene *scene);

/* Write the file and open it; fails the test when that fails. */
const struct firmware *firmware_scene_open_sound(struct firmware_scene *scene);
void firmware_scene_open_raw(struct firmware_scene *scene);

/* Write the file, and see it refused: the path, ": ", then this message, and this within the hint. */
void firmware_scene_expect_refused(
	struct firmware_scene *scene, const char *message, const char *hint);

#endif
