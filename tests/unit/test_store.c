/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/store.c: what lasts, who may have it, and which files are left alone. */
#include "fakedev/store.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fakedev/files.h"
#include "fakedev/flash.h"
#include "fakedev/lock_owner.h"

enum {
	SLOT_SIZE = 4 * FLASH_PAGE_SIZE,
	FLASH_SIZE = 2 * SLOT_SIZE,
	HEAD_SIZE = 4 * 4096,
	FILE_SIZE = HEAD_SIZE + FLASH_SIZE + (int)sizeof(struct files_area),
	MAGIC_SIZE = 16,
	VERSION_AT = 16,
	RAM_AT = 32,
	FOLDER_SIZE = 64,
	PATH_SIZE = 128,
};

struct fixture {
	char folder[FOLDER_SIZE];
	struct fakedev_config config; /* of a file "board" in that folder */
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	*state = fixture;
	if (fixture == NULL)
		return -1;
	strcpy(fixture->folder, "/tmp/smpctl-test-store-XXXXXX");
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	fixture->config.images = 1;
	fixture->config.slot_size = SLOT_SIZE;
	snprintf(fixture->config.state_path, PATH_SIZE, "%s/board", fixture->folder);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->config.state_path);
	rmdir(fixture->folder);
	free(fixture);
	return 0;
}

static struct store *open_board(struct fixture *fixture)
{
	struct store *store = NULL;

	if (store_open(&fixture->config, &store, &fixture->err) != STATUS_OK)
		fail_msg("%s", fixture->err.message);
	return store;
}

static void assert_refused(struct fixture *fixture, enum status status, const char *why)
{
	struct store *store = NULL;

	assert_int_equal(store_open(&fixture->config, &store, ERR_IGNORED), status);
	assert_int_equal(store_open(&fixture->config, &store, &fixture->err), status);
	assert_int_equal(fixture->err.status, status);
	assert_null(store);
	if (strstr(fixture->err.message, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fixture->err.message, why);
}

static void put_file(const struct fixture *fixture, const void *data, size_t len)
{
	FILE *file = fopen(fixture->config.state_path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static size_t get_file(const struct fixture *fixture, uint8_t *data, size_t cap)
{
	FILE *file = fopen(fixture->config.state_path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(data, 1, cap, file);
	fclose(file);
	return len;
}

/* Change a complete file at one place, and open it. */
static void patch_file(const struct fixture *fixture, size_t at, uint32_t value)
{
	FILE *file = fopen(fixture->config.state_path, "r+");

	assert_non_null(file);
	assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
	assert_int_equal(fwrite(&value, sizeof(value), 1, file), 1);
	assert_int_equal(fclose(file), 0);
}

static void assert_is_new(struct store *store)
{
	static const struct store_ram no_ram = { 0 };

	assert_int_equal(store_flash_size(store), FLASH_SIZE);
	for (size_t i = 0; i < FLASH_SIZE; i++) {
		if (store_flash(store)[i] != 0xff)
			fail_msg("byte %zu is not blank", i);
	}
	assert_memory_equal(store_ram(store), &no_ram, sizeof(no_ram));
}

static void a_new_board_is_blank(void **state)
{
	struct store *store = open_board(*state);

	assert_is_new(store);
	store_close(store);
}

static void a_board_without_a_file_leaves_no_trace(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE];
	struct store *store, *other;

	memcpy(path, fixture->config.state_path, sizeof(path));
	fixture->config.state_path[0] = '\0';
	store = open_board(fixture);
	assert_is_new(store);
	memset(store_flash(store), 0, FLASH_SIZE);
	store_ram(store)->boots = 1;
	other = open_board(fixture);
	assert_is_new(other);
	store_close(other);
	store_close(store);
	assert_int_equal(access(path, F_OK), -1);
}

static void flash_and_ram_last_from_one_opening_to_the_next(void **state)
{
	struct store *store = open_board(*state);

	store_flash(store)[0] = 1;
	store_flash(store)[FLASH_SIZE - 1] = 2;
	*store_ram(store) = (struct store_ram){
		.boots = 7,
		.factory_hash_len = STORE_HASH_MAX,
		.active_slot = { 1, 0, 1, 0 },
		.upload = { .slot = 1, .offset = SLOT_SIZE, .len = SLOT_SIZE, .sha_len = 32 },
	};
	store_close(store);
	store = open_board(*state);
	assert_int_equal(store_flash(store)[0], 1);
	assert_int_equal(store_flash(store)[1], 0xff);
	assert_int_equal(store_flash(store)[FLASH_SIZE - 1], 2);
	assert_int_equal(store_ram(store)->boots, 7);
	assert_int_equal(store_ram(store)->upload.offset, SLOT_SIZE);
	store_close(store);
}

static void the_file_is_four_pages_of_head_and_the_flash(void **state)
{
	struct store *store = open_board(*state);
	uint8_t bytes[FILE_SIZE + 1];

	store_flash(store)[5] = 0x42;
	store_close(store);
	assert_int_equal(get_file(*state, bytes, sizeof(bytes)), FILE_SIZE);
	assert_memory_equal(bytes, "smpctl-fakedev\n", MAGIC_SIZE);
	assert_int_equal(bytes[HEAD_SIZE + 5], 0x42);
}

static void missing_folders_are_made_for_this_user_only(void **state)
{
	struct fixture *fixture = *state;
	char outer[2 * PATH_SIZE], inner[2 * PATH_SIZE];
	struct stat stat_buf;
	mode_t mask = umask(0);

	snprintf(outer, sizeof(outer), "%s/a", fixture->folder);
	snprintf(inner, sizeof(inner), "%s/a/b", fixture->folder);
	snprintf(fixture->config.state_path, PATH_SIZE, "%s/a/b/board", fixture->folder);
	store_close(open_board(fixture));
	umask(mask);
	assert_int_equal(stat(outer, &stat_buf), 0);
	assert_int_equal(stat_buf.st_mode & 0777, 0700);
	assert_int_equal(stat(inner, &stat_buf), 0);
	assert_int_equal(stat_buf.st_mode & 0777, 0700);
	assert_int_equal(stat(fixture->config.state_path, &stat_buf), 0);
	assert_int_equal(stat_buf.st_mode & 0777, 0600);
	unlink(fixture->config.state_path);
	rmdir(inner);
	rmdir(outer);
}

/* A process that has the board until it is killed; returns when it has. */
static pid_t start_holder(struct fixture *fixture)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct store *store;

		prctl(PR_SET_PDEATHSIG, SIGKILL); /* should the test fail */
		if (store_open(&fixture->config, &store, ERR_IGNORED) != STATUS_OK)
			_exit(1);
		store_flash(store)[3] = 0x33;
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void a_board_that_another_process_has_is_busy(void **state)
{
	struct fixture *fixture = *state;
	pid_t holder = start_holder(fixture);
	char expected[64] = "held by another process";
	struct stat stat_buf;
	struct store *store;
	pid_t pid;
	int result;

	assert_int_equal(stat(fixture->config.state_path, &stat_buf), 0);
	/* Not every container shows its locks. */
	if (lock_owner_find(LOCK_OWNER_TABLE, stat_buf.st_dev, stat_buf.st_ino, &pid)) {
		assert_int_equal(pid, holder);
		snprintf(expected, sizeof(expected), "held by process %d", (int)holder);
	}
	assert_refused(fixture, STATUS_PORT_BUSY, expected);
	assert_non_null(strstr(fixture->err.message, fixture->config.state_path));
	assert_non_null(strstr(fixture->err.hint, "smpctl-fakedev"));

	kill(holder, SIGKILL);
	assert_int_equal(waitpid(holder, &result, 0), holder);
	assert_true(WIFSIGNALED(result));
	store = open_board(fixture);
	assert_int_equal(store_flash(store)[3], 0x33); /* what was written before the kill */
	store_close(store);
}

static void a_board_cannot_be_opened_twice_in_one_process(void **state)
{
	struct store *store = open_board(*state);

	assert_refused(*state, STATUS_PORT_BUSY, "process");
	store_close(store);
	store_close(open_board(*state));
}

/* As a child's exit status: 0 had the board, 1 found it busy, 2 anything else. */
static int open_in_a_crowd(struct fixture *fixture, int start)
{
	struct store *store;
	enum status status;
	char byte;

	if (read(start, &byte, 1) != 0) /* the end of the pipe is the signal to start */
		return 2;
	status = store_open(&fixture->config, &store, ERR_IGNORED);
	if (status == STATUS_PORT_BUSY)
		return 1;
	if (status != STATUS_OK ||
		!flash_is_blank(&(struct flash){ .bytes = store_flash(store), .size = FLASH_SIZE },
			0, FLASH_SIZE))
		return 2;
	store_ram(store)->boots++;
	store_close(store);
	return 0;
}

static unsigned race(struct fixture *fixture)
{
	enum { CROWD = 6 };
	pid_t pids[CROWD];
	unsigned winners = 0;
	int start[2], result;

	assert_int_equal(pipe(start), 0);
	for (size_t i = 0; i < CROWD; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			close(start[1]);
			_exit(open_in_a_crowd(fixture, start[0]));
		}
	}
	close(start[0]);
	close(start[1]);
	for (size_t i = 0; i < CROWD; i++) {
		assert_int_equal(waitpid(pids[i], &result, 0), pids[i]);
		assert_true(WIFEXITED(result));
		assert_in_range(WEXITSTATUS(result), 0, 1);
		winners += WEXITSTATUS(result) == 0;
	}
	return winners;
}

static void of_many_makers_of_a_file_none_sees_half_of_it(void **state)
{
	struct fixture *fixture = *state;

	for (int round = 0; round < 10; round++) {
		unsigned winners = race(fixture);
		struct store *store = open_board(fixture);

		assert_true(winners > 0);
		assert_int_equal(store_ram(store)->boots, winners);
		store_close(store);
		unlink(fixture->config.state_path);
	}
}

static void a_file_of_another_geometry_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_board(fixture);

	store_flash(store)[0] = 0x12;
	store_close(store);
	fixture->config.images = 2;
	assert_refused(fixture, STATUS_BAD_FILE, "made for 1 image(s)");
	fixture->config.images = 1;
	fixture->config.slot_size = 2 * SLOT_SIZE;
	assert_refused(fixture, STATUS_BAD_FILE, "slots of 16384 bytes");
	assert_true(fixture->err.hint[0] != '\0');
	fixture->config.slot_size = SLOT_SIZE;
	store = open_board(fixture);
	assert_int_equal(store_flash(store)[0], 0x12);
	store_close(store);
}

static void foreign_files_are_refused_and_left_as_they_are(void **state)
{
	static const struct {
		size_t len;
		uint8_t fill;
	} rows[] = { { 1, 'x' }, { FILE_SIZE, 'x' }, { 1, 0 }, { HEAD_SIZE, 0 },
		{ FILE_SIZE - 1, 0 }, { FILE_SIZE + 1, 0 } };
	uint8_t before[FILE_SIZE + 1], after[FILE_SIZE + 2];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(before, rows[i].fill, sizeof(before));
		put_file(*state, before, rows[i].len);
		assert_refused(*state, STATUS_BAD_FILE, "not a state file");
		assert_int_equal(get_file(*state, after, sizeof(after)), rows[i].len);
		assert_memory_equal(after, before, rows[i].len);
	}
}

/* What a maker leaves that was killed: before the file grew, and before its magic was written. */
static void an_unfinished_file_is_made_anew(void **state)
{
	uint8_t bytes[FILE_SIZE];
	struct store *store = open_board(*state);

	store_close(store);
	assert_int_equal(get_file(*state, bytes, sizeof(bytes)), FILE_SIZE);
	memset(bytes, 0, MAGIC_SIZE);
	memset(bytes + RAM_AT, 0x11, sizeof(bytes) - RAM_AT);
	for (size_t len = 0; len <= FILE_SIZE; len += FILE_SIZE) {
		put_file(*state, bytes, len);
		store = open_board(*state);
		assert_is_new(store);
		store_close(store);
		store_close(open_board(*state)); /* and it is complete now */
	}
}

static void a_file_of_another_version_is_refused(void **state)
{
	store_close(open_board(*state));
	patch_file(*state, VERSION_AT, 1);
	assert_refused(*state, STATUS_BAD_FILE, "another version");
	patch_file(*state, VERSION_AT, 2u << 24); /* 2 in the other byte order */
	assert_refused(*state, STATUS_BAD_FILE, "another version");
	patch_file(*state, VERSION_AT, 2);
	store_close(open_board(*state));
}

#define RAM_FIELD(member) (RAM_AT + offsetof(struct store_ram, member))

static void a_file_with_impossible_numbers_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint32_t allowed_max;
	} rows[] = {
		{ RAM_FIELD(active_slot[0]), 1 },
		{ RAM_FIELD(active_slot[3]), 1 },
		{ RAM_FIELD(factory_hash_len), STORE_HASH_MAX },
		{ RAM_FIELD(upload.image), 0 },
		{ RAM_FIELD(upload.slot), 1 },
		{ RAM_FIELD(upload.offset), SLOT_SIZE },
		{ RAM_FIELD(upload.len), SLOT_SIZE },
		{ RAM_FIELD(upload.sha_len), STORE_SHA_MAX },
		{ RAM_FIELD(flaw), STORE_CRASHES },
		{ RAM_FIELD(flawed_hash_len), STORE_HASH_MAX },
		{ RAM_FIELD(settings.list[0].running.len), STORE_SETTING_VALUE_MAX },
		{ RAM_FIELD(settings.list[15].saved.len), STORE_SETTING_VALUE_MAX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		store_close(open_board(*state));
		patch_file(*state, rows[i].at, rows[i].allowed_max + 1);
		assert_refused(*state, STATUS_BAD_FILE, "damaged");
		patch_file(*state, rows[i].at, UINT32_MAX);
		assert_refused(*state, STATUS_BAD_FILE, "damaged");
		patch_file(*state, rows[i].at, rows[i].allowed_max);
	}
}

static void a_setting_whose_name_does_not_end_is_refused(void **state)
{
	struct store *store = open_board(*state);

	memset(store_ram(store)->settings.list[3].name, 'x', STORE_SETTING_NAME_MAX);
	store_close(store);
	assert_refused(*state, STATUS_BAD_FILE, "damaged");
}

static void a_file_that_was_cut_short_is_refused(void **state)
{
	struct fixture *fixture = *state;

	store_close(open_board(fixture));
	assert_int_equal(truncate(fixture->config.state_path, FILE_SIZE - 1), 0);
	assert_refused(fixture, STATUS_BAD_FILE, "damaged");
	assert_int_equal(truncate(fixture->config.state_path, MAGIC_SIZE + 2), 0);
	assert_refused(fixture, STATUS_BAD_FILE, "too short");
}

static void a_path_that_is_no_file_is_refused(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE];

	memcpy(path, fixture->config.state_path, sizeof(path));
	memcpy(fixture->config.state_path, fixture->folder, FOLDER_SIZE);
	assert_refused(fixture, STATUS_BAD_FILE, strerror(EISDIR));
	memcpy(fixture->config.state_path, path, PATH_SIZE);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(fixture, STATUS_BAD_FILE, "not a regular file");
	snprintf(fixture->config.state_path, FAKEDEV_PATH_MAX, "%s/below/board", path);
	assert_refused(fixture, STATUS_BAD_FILE, strerror(ENOTDIR));
	memcpy(fixture->config.state_path, path, PATH_SIZE);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
	static const struct {
		unsigned images;
		uint32_t slot_size;
	} rows[] = { { 0, SLOT_SIZE }, { FAKEDEV_IMAGES_MAX + 1, SLOT_SIZE }, { 1, 0 },
		{ 1, FLASH_PAGE_SIZE }, { 1, SLOT_SIZE + 1 } };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture->config.images = rows[i].images;
		fixture->config.slot_size = rows[i].slot_size;
		assert_refused(fixture, STATUS_USAGE, "");
	}
	assert_int_equal(access(fixture->config.state_path, F_OK), -1);
}

/* A limit on the size of files stands for the full disk. */
static void without_room_the_file_is_left_empty_for_the_next_try(void **state)
{
	struct fixture *fixture = *state;
	struct stat stat_buf;
	int result;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit limit = { .rlim_cur = FILE_SIZE / 2,
			.rlim_max = FILE_SIZE / 2 };
		struct store *store;

		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
			_exit(2);
		_exit(store_open(&fixture->config, &store, ERR_IGNORED) == STATUS_BAD_FILE ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &result, 0), pid);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 0);
	assert_int_equal(stat(fixture->config.state_path, &stat_buf), 0);
	assert_int_equal(stat_buf.st_size, 0);
	store_close(open_board(fixture));
}

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	store_close(NULL);
}

#define STORE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_new_board_is_blank),
		STORE_TEST(a_board_without_a_file_leaves_no_trace),
		STORE_TEST(flash_and_ram_last_from_one_opening_to_the_next),
		STORE_TEST(the_file_is_four_pages_of_head_and_the_flash),
		STORE_TEST(missing_folders_are_made_for_this_user_only),
		STORE_TEST(a_board_that_another_process_has_is_busy),
		STORE_TEST(a_board_cannot_be_opened_twice_in_one_process),
		STORE_TEST(of_many_makers_of_a_file_none_sees_half_of_it),
		STORE_TEST(a_file_of_another_geometry_is_refused),
		STORE_TEST(foreign_files_are_refused_and_left_as_they_are),
		STORE_TEST(an_unfinished_file_is_made_anew),
		STORE_TEST(a_file_of_another_version_is_refused),
		STORE_TEST(a_file_with_impossible_numbers_is_refused),
		STORE_TEST(a_setting_whose_name_does_not_end_is_refused),
		STORE_TEST(a_file_that_was_cut_short_is_refused),
		STORE_TEST(a_path_that_is_no_file_is_refused),
		STORE_TEST(sizes_that_cannot_be_are_refused),
		STORE_TEST(without_room_the_file_is_left_empty_for_the_next_try),
		cmocka_unit_test(closing_nothing_is_allowed),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
