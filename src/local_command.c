/* SPDX-License-Identifier: Apache-2.0 */
/* Running commands of this machine, see local_command.h. */
#include "src/local_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { NOT_RUN = 127, BY_SIGNAL = 128 };

/* Signals are as they are for any program: ours are blocked, and read from a descriptor. */
static void set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, ours;

	sigemptyset(&none);
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &ours);
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const struct local_command *command, pid_t *ret_pid)
{
	char shell[] = "sh", option[] = "-c", end[] = "--";
	char *const words[] = { shell, option, end, (char *)(uintptr_t)command->text, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int failure;

	posix_spawnattr_init(&attributes);
	set_attributes(&attributes);
	posix_spawn_file_actions_init(&files);
	if (!command->has_input)
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (command->output_is_taken)
		posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	failure = posix_spawn(ret_pid, "/bin/sh", &files, &attributes, words, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failure;
}

int local_command_run(const struct local_command *command)
{
	int wait_status = 0;
	pid_t pid;

	if (spawn(command, &pid) != 0)
		return NOT_RUN;
	while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(wait_status) ? BY_SIGNAL + WTERMSIG(wait_status)
					: WEXITSTATUS(wait_status);
}
