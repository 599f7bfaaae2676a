/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images, see flow_image.h. */
#include "tests/support/flow_image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "fakedev/factory.h"

enum { PATH_SIZE = 512, FILE_SIZE_MAX = 1024 * 1024 };

/* Take over `bytes` and find the hash. */
static void adopt(struct flow_image *image, uint8_t *bytes, size_t len)
{
	struct mcuboot_image parsed;
	struct err err = { 0 };

	image->file = span_make(bytes, len);
	if (mcuboot_parse(image->file, &parsed, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_true(mcuboot_hash(&parsed, &image->hash));
}

void flow_image_make(struct flow_image *image, size_t size, unsigned major)
{
	struct mcuboot_version version = { .major = (uint8_t)major };
	struct buf out = buf_over(malloc(size), size);

	assert_non_null(out.data);
	assert_true(factory_image_build(
		&version, size - factory_image_size(0), (uint32_t)(size + major), &out));
	assert_int_equal(out.len, size);
	adopt(image, out.data, size);
}

void flow_image_load(struct flow_image *image, const char *name)
{
	char path[PATH_SIZE];
	struct file_map map;
	struct err err = { 0 };
	uint8_t *copy;

	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, name);
	if (file_map(path, FILE_SIZE_MAX, &map, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	copy = malloc(map.bytes.len);
	assert_non_null(copy);
	memcpy(copy, map.bytes.data, map.bytes.len);
	adopt(image, copy, map.bytes.len);
	file_unmap(&map);
}

void flow_image_free(struct flow_image *image)
{
	free((void *)(uintptr_t)image->file.data);
	*image = (struct flow_image){ 0 };
}
