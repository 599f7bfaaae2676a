/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about a port that cannot be had. */
#include "transport/serial_refusal.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A process of that name which does nothing until stop(). */
static pid_t start(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		(void)!write(ready[1], "", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void the_holder_is_named_with_its_number(void **state)
{
	static const struct serial_holder minicom = { .pid = 42, .program = "minicom" };
	struct err err;

	(void)state;
	assert_int_equal(serial_refuse_held("/dev/ttyACM0", &minicom, &err), STATUS_PORT_BUSY);
	assert_string_equal(err.message, "/dev/ttyACM0 is held by minicom (pid 42)");
	assert_non_null(strstr(err.hint, "close that one"));
}

static void of_modem_manager_it_is_told_how_to_be_rid_of_it(void **state)
{
	static const struct serial_holder manager = { .pid = 42, .program = "ModemManager" };
	struct err err;

	(void)state;
	assert_int_equal(serial_refuse_held("/dev/ttyACM0", &manager, &err), STATUS_PORT_BUSY);
	assert_string_equal(err.message, "/dev/ttyACM0 is held by ModemManager (pid 42)");
	assert_non_null(strstr(err.hint, "70-smpctl.rules"));
}

static void modem_manager_is_suspected_when_the_holder_cannot_be_seen(void **state)
{
	pid_t manager = start("ModemManager");
	struct err err;

	(void)state;
	assert_int_equal(serial_refuse_held("/dev/ttyACM0", NULL, &err), STATUS_PORT_BUSY);
	stop(manager);
	assert_string_equal(err.message, "/dev/ttyACM0 is held by another program");
	assert_non_null(strstr(err.hint, "ModemManager"));
}

static void without_a_suspect_the_way_to_find_out_is_told(void **state)
{
	struct serial_holder holder;
	struct err err;

	(void)state;
	if (serial_holder_by_name("ModemManager", &holder))
		skip();
	assert_int_equal(serial_refuse_held("/dev/ttyACM0", NULL, &err), STATUS_PORT_BUSY);
	assert_string_equal(err.hint, "`sudo fuser -v /dev/ttyACM0` shows which");
}

static void a_claim_by_lock_file_names_process_and_file(void **state)
{
	pid_t pid = start("mgetty");
	char wanted[64];
	struct err err;

	(void)state;
	assert_int_equal(serial_refuse_locked("/dev/ttyS0", "/run/lock/LCK..ttyS0", pid, &err),
		STATUS_PORT_BUSY);
	stop(pid);
	snprintf(wanted, sizeof(wanted), "/dev/ttyS0 is locked by mgetty (pid %ld)", (long)pid);
	assert_string_equal(err.message, wanted);
	assert_non_null(strstr(err.hint, "/run/lock/LCK..ttyS0"));
}

static void a_port_that_is_not_there_gets_a_hint_what_is(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(serial_refuse_open("/dev/ttyACM99", ENOENT, &err), STATUS_NO_PORT);
	assert_string_equal(err.message, "no serial port /dev/ttyACM99: No such file or directory");
	assert_true(strstr(err.hint, "these ports are here: ") == err.hint ||
		    strstr(err.hint, "no USB serial port is here") == err.hint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_holder_is_named_with_its_number),
		cmocka_unit_test(of_modem_manager_it_is_told_how_to_be_rid_of_it),
		cmocka_unit_test(modem_manager_is_suspected_when_the_holder_cannot_be_seen),
		cmocka_unit_test(without_a_suspect_the_way_to_find_out_is_told),
		cmocka_unit_test(a_claim_by_lock_file_names_process_and_file),
		cmocka_unit_test(a_port_that_is_not_there_gets_a_hint_what_is),
	};

	return cmocka_run_group_tests_name("serial_refusal", tests, NULL, NULL);
}
