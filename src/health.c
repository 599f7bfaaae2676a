/* SPDX-License-Identifier: Apache-2.0 */
/* Health checks, see health.h. */
#include "src/health.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/device.h"

extern char **environ;

enum {
	ENVIRONMENT_MAX = 4096,
	END_US = 1000 * 1000,        /* for a command that is told to end */
	REOPEN_US = 5 * 1000 * 1000, /* for a command's children to let go of the port */
};

static const char echo_text[] = "smpctl";
static const char variable[] = "SMPCTL_PORT=";

bool health_is_wanted(const struct health_wish *wish)
{
	return wish->command != NULL || wish->wants_echo || wish->version != NULL;
}

static enum status check_echo(struct client *client, struct err *reterr)
{
	struct device_text echo;
	bool is_same = false;
	enum status status = device_echo(client, echo_text, &echo, &is_same, reterr);

	if (status == STATUS_OK && !is_same)
		return err_set(reterr, STATUS_NOT_UPDATED,
			"the check failed: the device answers an echo with \"%s\"", echo.text);
	if (status == STATUS_TIMEOUT || status == STATUS_PROTOCOL || status == STATUS_DEVICE ||
		status == STATUS_UNSUPPORTED) {
		reterr->status = STATUS_NOT_UPDATED;
		return err_wrap(reterr, "the check failed: echo");
	}
	return status;
}

static enum status check_version(struct client *client, const char *version, struct err *reterr)
{
	const struct smp_image_slot *running;
	struct device_facts facts;
	enum status status = device_facts_ask(client, &facts, reterr);

	if (status != STATUS_OK)
		return status;
	running = device_facts_running(&facts, 0);
	if (running == NULL || strcmp(running->version, version) != 0)
		return err_set(reterr, STATUS_NOT_UPDATED,
			"the check failed: version %s runs, not %s",
			running != NULL ? running->version : "none", version);
	return STATUS_OK;
}

/* The environment with SMPCTL_PORT in it, in an array that the caller frees. */
static char **make_environment(char *own)
{
	size_t count = 0, kept = 0;
	char **variables;

	while (environ[count] != NULL)
		count++;
	variables = calloc(count + 2, sizeof(*variables));
	for (size_t i = 0; variables != NULL && i < count; i++) {
		if (strncmp(environ[i], variable, strlen(variable)) != 0)
			variables[kept++] = environ[i];
	}
	if (variables != NULL)
		variables[kept] = own;
	return variables;
}

/*
 * Our own signals are blocked and read from a descriptor; the command's are its own affair. It gets a
 * process group, so that it can be ended together with whatever it has started.
 */
static int spawn(const char *command, int output_fd, char **environment, pid_t *ret_pid)
{
	char shell[] = "sh", option[] = "-c";
	char *const words[] = { shell, option, (char *)(uintptr_t)command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	int failure;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&files);
	/* In a group of its own it could not read from the terminal. */
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	/* Standard output is for our result. */
	posix_spawn_file_actions_adddup2(&files, output_fd, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output_fd, STDERR_FILENO);
	failure = posix_spawn(ret_pid, "/bin/sh", &files, &attributes, words, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failure;
}

static enum status judge_exit(int wait_status, struct err *reterr)
{
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
		return STATUS_OK;
	if (WIFSIGNALED(wait_status))
		return err_set(reterr, STATUS_NOT_UPDATED,
			"the check failed: the command was ended by signal %d",
			WTERMSIG(wait_status));
	return err_set(reterr, STATUS_NOT_UPDATED,
		"the check failed: the command's exit code is %d", WEXITSTATUS(wait_status));
}

/* Wait for the end of the command, or until the user has enough: then the command has, too. */
static enum status wait_for_end(struct port *port, pid_t pid, struct err *reterr)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	enum status status = STATUS_OK;
	int wait_status = 0;

	if (fd >= 0)
		status = port_pause(port, fd, CLOCK_NEVER, reterr);
	if (status != STATUS_OK) {
		kill(-pid, SIGTERM);
		port_pause(port, fd, port_now_us(port) + END_US, ERR_IGNORED);
		kill(-pid, SIGKILL);
	}
	while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		;
	if (fd >= 0)
		close(fd);
	return status == STATUS_OK ? judge_exit(wait_status, reterr) : status;
}

static enum status run_command(
	struct port *port, const struct health_wish *wish, struct err *reterr)
{
	char own[ENVIRONMENT_MAX];
	char **environment;
	pid_t pid;
	int failure;

	snprintf(own, sizeof(own), "%s%s", variable, port_name(port));
	environment = make_environment(own);
	if (environment == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	failure = spawn(wish->command, wish->output_fd > 0 ? wish->output_fd : STDERR_FILENO,
		environment, &pid);
	free(environment);
	if (failure != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, failure, "/bin/sh");
	return wait_for_end(port, pid, reterr);
}

static enum status check_command(
	struct port *port, const struct health_wish *wish, struct err *reterr)
{
	enum status status, reopened;

	port_close(port);
	status = run_command(port, wish, reterr);
	reopened = port_reopen_when_there(
		port, port_now_us(port) + REOPEN_US, status == STATUS_OK ? reterr : ERR_IGNORED);
	return status == STATUS_OK ? reopened : status;
}

enum status health_check(struct port *port, const struct health_wish *wish, struct err *reterr)
{
	enum status status = STATUS_OK;

	if (wish->wants_echo)
		status = check_echo(port_client(port), reterr);
	if (status == STATUS_OK && wish->version != NULL)
		status = check_version(port_client(port), wish->version, reterr);
	if (status == STATUS_OK && wish->command != NULL)
		status = check_command(port, wish, reterr);
	return status;
}
