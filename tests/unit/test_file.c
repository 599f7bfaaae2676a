/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping of files: what is mapped, what is refused without hanging, and what is forgotten. */
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/resident.h"

enum { PATH_SIZE = 128, LARGE = 8 * 1024 * 1024 };

/* A folder of its own for each test; *state is its path. */
static int make_folder(void **state)
{
	char *path = strdup("/tmp/smpctl-test-file-XXXXXX");

	*state = path;
	return path != NULL && mkdtemp(path) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/x", (const char *)*state);
	unlink(path);
	rmdir(*state);
	free(*state);
	return 0;
}

static void write_file(void **state, const char *content, char *ret_path)
{
	FILE *file;

	snprintf(ret_path, PATH_SIZE, "%s/x", (const char *)*state);
	file = fopen(ret_path, "w");
	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_refused(const char *path, uint64_t size_max, const char *why)
{
	struct file_map map = { 0 };
	struct err err = { 0 };

	assert_int_equal(file_map(path, size_max, &map, &err), STATUS_BAD_FILE);
	assert_int_equal(err.status, STATUS_BAD_FILE);
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.message, why));
	assert_null(map.bytes.data);
}

static void a_file_is_mapped_whole(void **state)
{
	char path[PATH_SIZE];
	struct file_map map;

	write_file(state, "firmware", path);
	assert_int_equal(file_map(path, 8, &map, ERR_IGNORED), STATUS_OK);
	assert_true(span_equal(map.bytes, span_from_text("firmware")));
	file_unmap(&map);
	assert_int_equal(map.bytes.len, 0);
	file_unmap(&map);
}

static void an_empty_file_is_an_empty_span(void **state)
{
	char path[PATH_SIZE];
	struct file_map map = { .bytes = { .len = 5 } };

	write_file(state, "", path);
	assert_int_equal(file_map(path, 8, &map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(map.bytes.len, 0);
	file_unmap(&map);
}

static void a_file_that_is_too_large_is_refused_with_both_sizes(void **state)
{
	char path[PATH_SIZE];

	write_file(state, "firmware", path);
	assert_refused(path, 7, "8 bytes, at most 7");
}

static void a_missing_file_is_refused_with_the_reason(void **state)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/none", (const char *)*state);
	assert_refused(path, 8, "No such file or directory");
}

static void a_folder_is_refused(void **state)
{
	assert_refused(*state, 1 << 20, "not a regular file");
}

static void a_pipe_is_refused_at_once(void **state)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/x", (const char *)*state);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(path, 8, "not a regular file");
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The byte at `at` is at / 7 cut to 8 bits, so that no page is like the next. */
static void map_bytes(void **state, size_t len, struct file_map *ret_map)
{
	uint8_t *bytes = malloc(len);
	char path[PATH_SIZE];
	FILE *file;

	assert_non_null(bytes);
	for (size_t at = 0; at < len; at++)
		bytes[at] = (uint8_t)(at / 7);
	snprintf(path, sizeof(path), "%s/x", (const char *)*state);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	free(bytes);
	assert_int_equal(file_map(path, len, ret_map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(ret_map->bytes.len, len);
}

static void assert_unchanged(struct span bytes)
{
	for (size_t at = 0; at < bytes.len; at++)
		assert_int_equal(bytes.data[at], at / 7 & 0xff);
}

static void a_small_file_stays_as_it_was_when_it_is_written_anew_meanwhile(void **state)
{
	char path[PATH_SIZE];
	struct file_map map;

	map_bytes(state, FILE_READ_MAX, &map);
	assert_false(map.is_mapped);
	snprintf(path, sizeof(path), "%s/x", (const char *)*state);
	assert_int_equal(truncate(path, 0), 0);
	assert_unchanged(map.bytes);
	file_unmap(&map);
}

static void a_large_file_is_mapped(void **state)
{
	struct file_map map;

	map_bytes(state, FILE_READ_MAX + 1, &map);
	assert_true(map.is_mapped);
	assert_unchanged(map.bytes);
	file_unmap(&map);
}

static void what_is_forgotten_is_out_of_memory_and_can_be_read_again(void **state)
{
	struct file_map map;

	map_bytes(state, FILE_READ_MAX + 64 * page_size(), &map);
	assert_unchanged(map.bytes);
	assert_int_equal(resident_bytes(map.bytes), map.bytes.len);
	file_forget(map.bytes);
	assert_int_equal(resident_bytes(map.bytes), 0);
	assert_unchanged(map.bytes);
	file_unmap(&map);
}

/* Unless the mapping lies as file_map lays it, each look brings in 2 MiB on some kernels. */
static void a_look_at_a_byte_brings_in_little_of_a_large_file(void **state)
{
	struct file_map map;

	map_bytes(state, LARGE, &map);
	file_forget(map.bytes);
	assert_int_equal(map.bytes.data[LARGE / 4], (uint8_t)(LARGE / 4 / 7));
	assert_int_equal(map.bytes.data[LARGE / 2], (uint8_t)(LARGE / 2 / 7));
	assert_in_range(resident_bytes(map.bytes), 1, LARGE / 8);
	file_unmap(&map);
}

static void pages_at_the_edges_that_are_needed_in_part_stay(void **state)
{
	struct file_map map;

	map_bytes(state, FILE_READ_MAX + 4 * page_size(), &map);
	assert_unchanged(map.bytes);
	file_forget(span_sub(map.bytes, 1, map.bytes.len - 2));
	assert_int_equal(resident_bytes(map.bytes), 2 * page_size());
	assert_unchanged(map.bytes);
	file_unmap(&map);
}

static void less_than_a_page_and_nothing_at_all_are_never_forgotten(void **state)
{
	size_t page = page_size();
	struct file_map map;

	map_bytes(state, FILE_READ_MAX + 3 * page, &map);
	assert_unchanged(map.bytes);
	file_forget(span_sub(map.bytes, 0, page - 1));
	file_forget(span_sub(map.bytes, page / 2, page));
	file_forget(span_sub(map.bytes, page, 0));
	file_forget(span_make(NULL, 0));
	assert_int_equal(resident_bytes(map.bytes), map.bytes.len);
	file_unmap(&map);
}

static void a_zeroed_map_can_be_unmapped(void **state)
{
	struct file_map map = { 0 };

	(void)state;
	file_unmap(&map);
	assert_null(map.bytes.data);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_file_is_mapped_whole),
		IN_FOLDER(an_empty_file_is_an_empty_span),
		IN_FOLDER(a_file_that_is_too_large_is_refused_with_both_sizes),
		IN_FOLDER(a_missing_file_is_refused_with_the_reason),
		IN_FOLDER(a_folder_is_refused),
		IN_FOLDER(a_pipe_is_refused_at_once),
		IN_FOLDER(a_small_file_stays_as_it_was_when_it_is_written_anew_meanwhile),
		IN_FOLDER(a_large_file_is_mapped),
		IN_FOLDER(what_is_forgotten_is_out_of_memory_and_can_be_read_again),
		IN_FOLDER(a_look_at_a_byte_brings_in_little_of_a_large_file),
		IN_FOLDER(pages_at_the_edges_that_are_needed_in_part_stay),
		IN_FOLDER(less_than_a_page_and_nothing_at_all_are_never_forgotten),
		cmocka_unit_test(a_zeroed_map_can_be_unmapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
