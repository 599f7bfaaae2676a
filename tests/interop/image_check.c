/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_check FILE [KEY]: what image/ makes of a file, one "name value" per line, for test_imgtool.py.
 * Exits with 0 when the image could be judged, whatever the verdict is.
 */
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "image/devkey.h"
#include "image/verify.h"

enum { FILE_MAX = 16 * 1024 * 1024 };

static int complain(const struct err *err)
{
	fprintf(stderr, "%s\n", err->message);
	return status_exit_code(err->status);
}

static void print_image(const struct mcuboot_image *image, const struct image_key *key)
{
	char storage[2 * MCUBOOT_HASH_MAX + 1];
	struct buf text = BUF_OVER(storage);
	const char *devkey = devkey_name(image);
	struct span hash;

	mcuboot_version_text(&image->version, &text);
	printf("version %s\n", buf_text(&text));
	buf_clear(&text);
	if (mcuboot_hash(image, &hash))
		text_append_hex(&text, hash);
	printf("hash %s\n", buf_text(&text));
	printf("size %zu\n", image->size);
	printf("devkey %s\n", devkey != NULL ? devkey : "none");
	printf("verdict %s\n", image_verdict_name(image_verify(image, key)));
}

static int check(struct span file, const struct image_key *key)
{
	struct mcuboot_image image;
	struct err err = { 0 };

	if (mcuboot_parse(file, &image, &err) != STATUS_OK)
		return complain(&err);
	if (key != NULL)
		printf("key %s\n", image_key_kind(key));
	print_image(&image, key);
	return 0;
}

int main(int argc, char **argv)
{
	struct file_map map = { 0 };
	struct image_key *key = NULL;
	struct err err = { 0 };
	int exit_code;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: image_check FILE [KEY]\n");
		return status_exit_code(STATUS_USAGE);
	}
	if ((argc == 3 && image_key_load(argv[2], &key, &err) != STATUS_OK) ||
		file_map(argv[1], FILE_MAX, &map, &err) != STATUS_OK)
		exit_code = complain(&err);
	else
		exit_code = check(map.bytes, key);
	file_unmap(&map);
	image_key_free(key);
	return exit_code;
}
