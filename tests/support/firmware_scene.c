/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware file and its two images, see firmware_scene.h. */
#include "tests/support/firmware_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { IMAGE_SIZE_MAX = 8192 };

static struct file_map load_vector(const char *name)
{
	char path[4096];
	struct file_map map;
	struct err err = { 0 };

	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, name);
	if (file_map(path, IMAGE_SIZE_MAX, &map, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return map;
}

int firmware_scene_set_up(void **state)
{
	struct firmware_scene *scene = calloc(1, sizeof(*scene));
	int fd;

	if (scene == NULL)
		return -1;
	snprintf(scene->path, sizeof(scene->path), "/tmp/smpctl-test-firmware-XXXXXX");
	fd = mkstemp(scene->path);
	if (fd < 0)
		return -1;
	close(fd);
	scene->file = BUF_OVER(scene->storage);
	scene->map_a = load_vector("unsigned_v1.2.3.4.bin");
	scene->map_b = load_vector("unsigned_v2.0.0.bin");
	scene->image_a = scene->map_a.bytes;
	scene->image_b = scene->map_b.bytes;
	*state = scene;
	return 0;
}

int firmware_scene_tear_down(void **state)
{
	struct firmware_scene *scene = *state;

	firmware_close(scene->firmware);
	file_unmap(&scene->map_a);
	file_unmap(&scene->map_b);
	unlink(scene->path);
	free(scene);
	return 0;
}

void firmware_scene_write_file(const struct firmware_scene *scene)
{
	FILE *file = fopen(scene->path, "w");

	assert_non_null(file);
	assert_false(scene->file.overflow);
	assert_int_equal(fwrite(scene->storage, 1, scene->file.len, file), scene->file.len);
	assert_int_equal(fclose(file), 0);
}

const struct firmware *firmware_scene_open_sound(struct firmware_scene *scene)
{
	firmware_scene_write_file(scene);
	if (firmware_open(scene->path, &scene->firmware, &scene->err) != STATUS_OK)
		fail_msg("%s", scene->err.message);
	return scene->firmware;
}

void firmware_scene_expect_refused(
	struct firmware_scene *scene, const char *message, const char *hint)
{
	size_t path_len = strlen(scene->path);

	firmware_scene_write_file(scene);
	assert_int_equal(
		firmware_open(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	assert_memory_equal(scene->err.message, scene->path, path_len);
	assert_memory_equal(scene->err.message + path_len, ": ", 2);
	if (strncmp(scene->err.message + path_len + 2, message, strlen(message)) != 0)
		fail_msg("\"%s\" does not say \"%s\"", scene->err.message, message);
	if (strstr(scene->err.hint, hint) == NULL)
		fail_msg("\"%s\" does not hint at \"%s\"", scene->err.hint, hint);
}

void firmware_scene_put_file(struct firmware_scene *scene, const void *bytes, size_t len)
{
	buf_clear(&scene->file);
	buf_append(&scene->file, bytes, len);
}
void firmware_scene_open_raw(struct firmware_scene *scene)
{
	firmware_scene_write_file(scene);
	if (firmware_open_raw(scene->path, &scene->firmware, &scene->err) != STATUS_OK)
		fail_msg("%s", scene->err.message);
}
