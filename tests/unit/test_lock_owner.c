/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/lock_owner.c, on tables as the kernel prints them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "fakedev/lock_owner.h"

static bool find_in(const char *table, dev_t device, ino_t inode, pid_t *ret_pid)
{
	char path[] = "/tmp/test_lock_owner.XXXXXX";
	int fd = mkstemp(path);
	bool is_found;

	assert_true(fd >= 0);
	assert_true(dprintf(fd, "%s", table) >= 0);
	close(fd);
	is_found = lock_owner_find(path, device, inode, ret_pid);
	unlink(path);
	return is_found;
}

static void the_holder_of_the_very_file_is_found(void **state)
{
	static const char table[] = "1: POSIX  ADVISORY  WRITE 11 08:1f:700 0 EOF\n"
				    "2: FLOCK  ADVISORY  WRITE 12 08:1f:70 0 EOF\n"
				    "3: FLOCK  ADVISORY  WRITE 13 08:01:700 0 EOF\n"
				    "4: -> FLOCK  ADVISORY  WRITE 14 08:1f:700 0 EOF\n"
				    "5: FLOCK  ADVISORY  WRITE 15 08:1f:700 0 EOF\n"
				    "6: FLOCK  ADVISORY  WRITE 16 08:1f:700 0 EOF\n";
	pid_t pid = 0;

	(void)state;
	assert_true(find_in(table, makedev(0x08, 0x1f), 700, &pid));
	assert_int_equal(pid, 15);
}

static void a_table_that_does_not_say_names_nobody(void **state)
{
	static const char *const tables[] = {
		"",
		"\n",
		"no table of locks at all\n",
		"1: FLOCK  ADVISORY  WRITE\n",
		/* How a holder in another container is shown. */
		"1: FLOCK  ADVISORY  WRITE 0 08:1f:700 0 EOF\n",
		"1: FLOCK  ADVISORY  WRITE -1 08:1f:700 0 EOF\n",
		"1: OFDLCK ADVISORY  WRITE -1 08:1f:700 0 EOF\n",
	};
	pid_t pid = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		assert_false(find_in(tables[i], makedev(0x08, 0x1f), 700, &pid));
	assert_false(lock_owner_find("/no/such/table", makedev(0x08, 0x1f), 700, &pid));
	assert_int_equal(pid, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_holder_of_the_very_file_is_found),
		cmocka_unit_test(a_table_that_does_not_say_names_nobody),
	};

	return cmocka_run_group_tests_name("lock_owner", tests, NULL, NULL);
}
