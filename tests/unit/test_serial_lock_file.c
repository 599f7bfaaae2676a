/* SPDX-License-Identifier: Apache-2.0 */
/* Claims to a port by UUCP's lock files. */
#include "transport/serial_lock_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "transport/pty.h"
#include "transport/serial.h"

/* A folder that holds the lock of /dev/null, our stand-in for a port. */
struct locks {
	char folder[32];
	char file[64];
};

static struct locks make_lock(const void *content, size_t len)
{
	struct locks locks = { .folder = "/tmp/test_lock_file.XXXXXX" };
	int fd;

	assert_non_null(mkdtemp(locks.folder));
	snprintf(locks.file, sizeof(locks.file), "%s/LCK..null", locks.folder);
	fd = open(locks.file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	close(fd);
	return locks;
}

static void remove_lock(const struct locks *locks)
{
	unlink(locks->file);
	rmdir(locks->folder);
}

/* The process by whose lock `path` is claimed, when the lock file holds `content`; 0: none. */
static pid_t holder_by(const void *content, size_t len, const char *path)
{
	struct locks locks = make_lock(content, len);
	char found[PATH_MAX];
	pid_t pid = 0;

	if (serial_lock_file_find(locks.folder, path, &pid, found))
		assert_string_equal(found, locks.file);
	else
		assert_int_equal(pid, 0);
	remove_lock(&locks);
	return pid;
}

static pid_t holder_by_text(const char *content)
{
	return holder_by(content, strlen(content), "/dev/null");
}

static void the_number_of_a_living_process_may_stand_in_several_forms(void **state)
{
	char text[64];
	int parent = getppid();

	(void)state;
	snprintf(text, sizeof(text), "%10d\n", parent);
	assert_int_equal(holder_by_text(text), parent);
	snprintf(text, sizeof(text), "%d", parent);
	assert_int_equal(holder_by_text(text), parent);
	snprintf(text, sizeof(text), "%10d minicom root\n", parent);
	assert_int_equal(holder_by_text(text), parent);
	assert_int_equal(holder_by(&parent, sizeof(parent), "/dev/null"), parent);
}

static void a_number_of_three_digits_and_a_line_feed_is_text(void **state)
{
	(void)state;
	/* As the bytes of an int it would be a process that cannot exist. Process 1 always does. */
	assert_int_equal(holder_by_text("001\n"), 1);
}

static void leftovers_count_for_nothing(void **state)
{
	static const char *const contents[] = { "", "\n", "0\n", "-1\n", "minicom\n", "12x\n",
		"99999999999999999999\n", "   " };
	char own[32];
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(0);
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		assert_int_equal(holder_by_text(contents[i]), 0);
	snprintf(own, sizeof(own), "%10ld\n", (long)getpid());
	assert_int_equal(holder_by_text(own), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	snprintf(own, sizeof(own), "%10ld\n", (long)child);
	assert_int_equal(holder_by_text(own), 0);
}

static void only_the_port_s_own_lock_counts(void **state)
{
	char text[32], found[PATH_MAX];
	struct locks locks;
	pid_t pid;

	(void)state;
	snprintf(text, sizeof(text), "%10ld\n", (long)getppid());
	assert_int_equal(holder_by(text, strlen(text), "/dev/zero"), 0);
	assert_int_equal(holder_by(text, strlen(text), "/dev/no/such/node"), 0);
	locks = make_lock(text, strlen(text));
	assert_false(serial_lock_file_find("/no/such/folder", "/dev/null", &pid, found));
	remove_lock(&locks);
}

static void a_link_s_port_is_locked_by_the_name_of_its_node(void **state)
{
	char text[32], link[] = "/tmp/test_lock_file_link";

	(void)state;
	snprintf(text, sizeof(text), "%10ld\n", (long)getppid());
	unlink(link);
	assert_int_equal(symlink("/dev/null", link), 0);
	assert_int_equal(holder_by(text, strlen(text), link), getppid());
	unlink(link);
}

/* The real folder, with a lock for a pseudo-terminal of ours. */
static void a_locked_port_is_not_opened_and_the_holder_named(void **state)
{
	static const struct transport_options defaults = { 0 };
	struct transport *board = NULL, *port = NULL;
	char path[PATH_MAX], wanted[128];
	struct err err;
	int fd;

	(void)state;
	assert_int_equal(pty_open(NULL, &board, ERR_IGNORED), STATUS_OK);
	snprintf(path, sizeof(path), SERIAL_LOCK_FOLDER "/LCK..pts_%s",
		strrchr(pty_slave_path(board), '/') + 1);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		transport_close(board);
		skip();
	}
	assert_true(dprintf(fd, "%10d\n", 1) > 0);
	close(fd);
	assert_int_equal(
		serial_open(pty_slave_path(board), &defaults, &port, &err), STATUS_PORT_BUSY);
	unlink(path);
	snprintf(wanted, sizeof(wanted), "%s is locked by ", pty_slave_path(board));
	assert_memory_equal(err.message, wanted, strlen(wanted));
	assert_non_null(strstr(err.message, " (pid 1)"));
	assert_non_null(strstr(err.hint, path));
	transport_close(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_number_of_a_living_process_may_stand_in_several_forms),
		cmocka_unit_test(a_number_of_three_digits_and_a_line_feed_is_text),
		cmocka_unit_test(leftovers_count_for_nothing),
		cmocka_unit_test(only_the_port_s_own_lock_counts),
		cmocka_unit_test(a_link_s_port_is_locked_by_the_name_of_its_node),
		cmocka_unit_test(a_locked_port_is_not_opened_and_the_holder_named),
	};

	return cmocka_run_group_tests_name("serial_lock_file", tests, NULL, NULL);
}
