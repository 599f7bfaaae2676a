/* SPDX-License-Identifier: Apache-2.0 */
/* The fake board's small file system. */
#include "fakedev/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct files_area));
	return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static enum files_result find(
	struct files_area *area, const char *path, bool creates, unsigned *ret_file)
{
	return files_find(area, span_from_text(path), creates, ret_file);
}

static unsigned create(struct files_area *area, const char *path)
{
	unsigned file = FILES_MAX;

	assert_int_equal(find(area, path, true, &file), FILES_OK);
	return file;
}

static void paths_lead_to_one_file_in_a_folder(void **state)
{
	static const struct {
		const char *path;
		enum files_result result;
	} rows[] = {
		{ "/lfs/a", FILES_OK },
		{ "/lfs1/a", FILES_OK },
		{ "/tmp/a b", FILES_OK },
		{ "", FILES_BAD_NAME },
		{ "lfs/a", FILES_BAD_NAME },
		{ "/", FILES_IS_FOLDER },
		{ "/lfs", FILES_IS_FOLDER },
		{ "/lfs/", FILES_IS_FOLDER },
		{ "/a", FILES_NO_FOLDER },
		{ "/lfs2/a", FILES_NO_FOLDER },
		{ "/lfs/a/b", FILES_NO_FOLDER },
	};
	unsigned file;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (find(*state, rows[i].path, true, &file) != rows[i].result)
			fail_msg("%s", rows[i].path);
	}
}

static void the_longest_path_is_64_characters(void **state)
{
	char path[FILES_PATH_MAX + 2] = "/lfs/";
	unsigned file;

	memset(path + strlen(path), 'x', FILES_PATH_MAX + 1 - strlen(path));
	assert_int_equal(find(*state, path, true, &file), FILES_BAD_NAME);
	path[FILES_PATH_MAX] = '\0';
	assert_int_equal(find(*state, path, true, &file), FILES_OK);
	assert_true(files_are_sound(*state));
}

static void a_file_is_there_when_it_was_made(void **state)
{
	unsigned file, again;

	assert_int_equal(find(*state, "/lfs/a", false, &file), FILES_NOT_FOUND);
	file = create(*state, "/lfs/a");
	assert_int_equal(find(*state, "/lfs/a", false, &again), FILES_OK);
	assert_int_equal(again, file);
	assert_int_not_equal(create(*state, "/lfs/b"), file);
}

static void what_was_appended_is_read_back_over_blocks(void **state)
{
	struct files_area *area = *state;
	unsigned a = create(area, "/lfs/a"), b = create(area, "/lfs/b");
	uint8_t data[3 * FILES_BLOCK_SIZE], back[sizeof(data)];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 13 + i / 256);
	/* By turns, so that their blocks lie among each other. */
	for (size_t at = 0; at < sizeof(data); at += 1000) {
		size_t len = sizeof(data) - at < 1000 ? sizeof(data) - at : 1000;

		assert_true(files_append(area, a, span_make(data + at, len)));
		assert_true(files_append(area, b, span_make(data + at, len / 2)));
	}
	assert_int_equal(files_size(area, a), sizeof(data));
	assert_int_equal(files_read(area, a, 0, back, sizeof(back)), sizeof(data));
	assert_memory_equal(back, data, sizeof(data));
	assert_int_equal(files_read(area, a, 5000, back, 4000), 4000);
	assert_memory_equal(back, data + 5000, 4000);
	assert_int_equal(files_read(area, a, sizeof(data) - 3, back, 100), 3);
	assert_int_equal(files_read(area, a, sizeof(data), back, 100), 0);
	assert_int_equal(files_read(area, a, UINT64_MAX, back, 100), 0);
}

static void an_emptied_file_gives_its_room_back(void **state)
{
	static const uint8_t data[FILES_ROOM];
	struct files_area *area = *state;
	unsigned a = create(area, "/lfs/a"), b = create(area, "/lfs/b");

	assert_true(files_append(area, a, span_make(data, sizeof(data))));
	assert_false(files_append(area, b, span_make(data, 1)));
	assert_int_equal(files_size(area, b), 0);
	files_empty(area, a);
	assert_int_equal(files_size(area, a), 0);
	assert_true(files_append(area, b, span_make(data, sizeof(data))));
}

static void there_is_room_for_so_many_files(void **state)
{
	unsigned file;
	char path[32];

	for (int i = 0; i < FILES_MAX; i++) {
		snprintf(path, sizeof(path), "/tmp/%d", i);
		create(*state, path);
	}
	assert_int_equal(find(*state, "/tmp/more", true, &file), FILES_FULL);
	assert_int_equal(find(*state, "/tmp/0", true, &file), FILES_OK);
}

static void what_cannot_be_is_not_sound(void **state)
{
	struct files_area *area = *state;

	assert_true(files_are_sound(area));
	area->entries[3].size = FILES_ROOM + 1;
	assert_false(files_are_sound(area));
	area->entries[3].size = FILES_ROOM;
	assert_true(files_are_sound(area));
	memset(area->entries[15].path, 'x', sizeof(area->entries[15].path));
	assert_false(files_are_sound(area));
}

static void a_file_whose_blocks_are_gone_ends_there(void **state)
{
	struct files_area *area = *state;
	unsigned a = create(area, "/lfs/a");
	uint8_t back[100];

	area->entries[a].size = 5000;
	memset(area->blocks, 0xff, sizeof(area->blocks));
	assert_true(files_are_sound(area));
	assert_int_equal(files_read(area, a, 0, back, sizeof(back)), 0);
	assert_false(files_append(area, a, span_from_text("x")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_lead_to_one_file_in_a_folder),
		TEST(the_longest_path_is_64_characters),
		TEST(a_file_is_there_when_it_was_made),
		TEST(what_was_appended_is_read_back_over_blocks),
		TEST(an_emptied_file_gives_its_room_back),
		TEST(there_is_room_for_so_many_files),
		TEST(what_cannot_be_is_not_sound),
		TEST(a_file_whose_blocks_are_gone_ends_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
