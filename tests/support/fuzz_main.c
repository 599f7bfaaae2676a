/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without libFuzzer: every file of the folders given, in the order of their
 * names, and every prefix of the small ones. So the corpora are ordinary tests, with any compiler.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"

enum { INPUT_SIZE_MAX = 1 << 20, PREFIX_SIZE_MAX = 512, PATH_SIZE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory of exactly its size, so that the sanitizer sees every step over its end. */
static void run_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int run_file(const char *path)
{
	struct file_map map;
	struct err err;

	if (file_map(path, INPUT_SIZE_MAX, &map, &err) != STATUS_OK) {
		fprintf(stderr, "%s\n", err.message);
		return -1;
	}
	/* When the target aborts, the last line names the input. */
	fprintf(stderr, "%s\n", path);
	for (size_t size = 0; map.bytes.len <= PREFIX_SIZE_MAX && size < map.bytes.len; size++)
		run_copy(map.bytes.data, size);
	run_copy(map.bytes.data, map.bytes.len);
	file_unmap(&map);
	return 0;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* How many files were run; -1 when one could not be read. */
static int run_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, alphasort);
	int status = 0;

	if (count < 0) {
		perror(folder);
		return -1;
	}
	for (int i = 0; i < count; i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (run_file(path) < 0)
			status = -1;
		free(entries[i]);
	}
	free(entries);
	return status < 0 ? -1 : count;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int count = run_folder(argv[i]);

		if (count <= 0) {
			fprintf(stderr, "%s: no inputs, or not all of them could be run\n",
				argv[i]);
			return EXIT_FAILURE;
		}
		total += count;
	}
	printf("%d inputs\n", total);
	return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
