/* SPDX-License-Identifier: Apache-2.0 */
/* The OS group's statistics of tasks and memory pools (protocol.md 3.1). */
#include "fakedev/server.h"

/*
 * The threads of the recorded server, which was built without information on stacks and run times.
 * Numbers are those of Zephyr's kernel: a negative priority cannot be preempted.
 */
static const struct task {
	const char *name;
	int prio;
	unsigned state;
} tasks[] = {
	{ "log_tid", 0, 2 },
	{ "emu_tid", -16, 16 },
	{ "mcumgr smp", 3, 128 },
	{ "sysworkq", -1, 2 },
	{ "shell_dummy", 14, 2 },
	{ "idle", 15, 0 },
	{ "main", 0, 16 },
};

struct answer server_os_taskstat(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)server;
	(void)request;
	body_put_text(body, "tasks");
	body_put_map_indefinite(body);
	for (unsigned i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		body_put_text(body, tasks[i].name);
		body_put_map_indefinite(body);
		body_put_text(body, "prio");
		body_put_int(body, tasks[i].prio);
		server_put_uint(body, "tid", i);
		server_put_uint(body, "state", tasks[i].state);
		body_put_break(body);
	}
	body_put_break(body);
	return answer_ok();
}

/* Zephyr's pools are its heaps: blocks of one byte, numbers for names, and "tasks" above them (sic). */
struct answer server_os_mpstat(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)server;
	(void)request;
	body_put_text(body, "tasks");
	body_put_map_indefinite(body);
	body_put_text(body, "0");
	body_put_map_indefinite(body);
	server_put_uint(body, "nblks", 4096);
	server_put_uint(body, "nfree", 3544);
	server_put_uint(body, "min", 2872);
	body_put_break(body);
	body_put_break(body);
	return answer_ok();
}
