/* SPDX-License-Identifier: Apache-2.0 */
/* Opening images of tests/vectors, see image_scene.h. */
#include "tests/support/image_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct image_key *image_scene_load_key(struct span der)
{
	char path[] = "/tmp/smpctl-key-XXXXXX";
	int fd = mkstemp(path);
	struct image_key *key = NULL;
	struct err err = { 0 };

	assert_true(fd >= 0);
	assert_int_equal(write(fd, der.data, der.len), der.len);
	close(fd);
	if (image_key_load(path, &key, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	unlink(path);
	return key;
}

void image_scene_open_entry(struct image_scene *scene, const json_t *entry)
{
	char path[4096];
	struct err err = { 0 };
	struct span der = vectors_bytes(entry, "public_key_der");

	*scene = (struct image_scene){ 0 };
	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, vectors_text(entry, "file"));
	if (file_map(path, IMAGE_SCENE_FILE_MAX, &scene->map, &err) != STATUS_OK ||
		mcuboot_parse(scene->map.bytes, &scene->image, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	if (der.len > 0)
		scene->key = image_scene_load_key(der);
	vectors_free(der);
}

void image_scene_open(struct image_scene *scene, const char *file)
{
	json_t *root = vectors_load("images/images.json");
	const json_t *images = json_object_get(root, "images");
	bool found = false;

	for (size_t i = 0; i < json_array_size(images); i++) {
		const json_t *entry = json_array_get(images, i);

		if (strcmp(vectors_text(entry, "file"), file) == 0) {
			image_scene_open_entry(scene, entry);
			found = true;
		}
	}
	assert_true(found);
	json_decref(root);
}

void image_scene_close(struct image_scene *scene)
{
	image_key_free(scene->key);
	file_unmap(&scene->map);
}
