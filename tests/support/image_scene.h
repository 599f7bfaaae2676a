/* SPDX-License-Identifier: Apache-2.0 */
/* An image of tests/vectors, open, with the key that images.json gives for it. */
#ifndef TESTS_SUPPORT_IMAGE_SCENE_H
#define TESTS_SUPPORT_IMAGE_SCENE_H

#include "base/file.h"
#include "image/key.h"
#include "image/mcuboot.h"
#include "tests/support/vectors.h"

enum { IMAGE_SCENE_FILE_MAX = 8192 };

struct image_scene {
	struct file_map map;
	struct mcuboot_image image;
	struct image_key *key; /* NULL when the vector has none */
};

/* Fails the test when there is no such vector. Close it with image_scene_close. */
void image_scene_open(struct image_scene *scene, const char *file);
void image_scene_open_entry(struct image_scene *scene, const json_t *entry);
void image_scene_close(struct image_scene *scene);

/* A key from its bytes; free it with image_key_free. */
struct image_key *image_scene_load_key(struct span der);

#endif
