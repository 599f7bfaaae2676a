/* SPDX-License-Identifier: Apache-2.0 */
/* The thread of one board: what it tells, and that it does not wait for anybody to listen. */
#include "src/fleet_worker.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/home.h"

#define V2 TEST_VECTORS_DIR "/images/unsigned_v2.0.0.bin"

enum { PATH_SIZE = 256, ADDRESS_SIZE = 512, INDEX = 7, PLACEHOLDER = 99 };

struct fixture {
	void *home;
	char address[ADDRESS_SIZE];
	struct firmware *firmware;
	struct file_parts parts;
	struct fleet_board board;
	struct fleet_worker worker;
	int pipe[2];
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	assert_int_equal(home_open(&fixture->home), 0);
	snprintf(fixture->address, sizeof(fixture->address), "loopback:state=%s/flash",
		(char *)fixture->home);
	assert_int_equal(firmware_open(V2, &fixture->firmware, ERR_IGNORED), STATUS_OK);
	fixture->parts = file_parts_of(fixture->firmware, V2, SETTINGS_IMAGE_UNSET);
	fixture->board = (struct fleet_board){
		.name = fixture->address,
		.file = V2,
		.firmware = fixture->firmware,
		.parts = &fixture->parts,
	};
	settings_default(&fixture->board.settings);
	fixture->board.settings.port = fixture->address;
	assert_int_equal(pipe2(fixture->pipe, O_CLOEXEC), 0);
	assert_int_equal(fcntl(fixture->pipe[1], F_SETFL, O_NONBLOCK), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	firmware_close(fixture->firmware);
	close(fixture->pipe[0]);
	close(fixture->pipe[1]);
	assert_int_equal(home_close(&fixture->home), 0);
	test_free(fixture);
	return 0;
}

static void start(struct fixture *fixture)
{
	assert_int_equal(fleet_worker_start(
				 &fixture->worker, &fixture->board, INDEX, fixture->pipe[1], NULL),
		STATUS_OK);
}

static struct fleet_news next_news(const struct fixture *fixture)
{
	struct fleet_news news;

	assert_int_equal(read(fixture->pipe[0], &news, sizeof(news)), sizeof(news));
	return news;
}

static void it_tells_every_step_what_was_sent_and_its_end(void **state)
{
	struct fixture *fixture = *state;
	struct fleet_news news;
	unsigned steps = 0;
	uint64_t done = 0;

	start(fixture);
	do {
		news = next_news(fixture);
		assert_int_equal(news.index, INDEX);
		steps |= news.event == FLEET_STEPS ? 1u << news.step : 0;
		if (news.event == FLEET_MOVES) {
			assert_int_equal(news.total, fixture->parts.parts[0]->bytes.len);
			done = news.done;
		}
	} while (news.event != FLEET_ENDS);
	fleet_worker_join(&fixture->worker);
	assert_int_equal(steps, 1u << UPDATE_COMPARE | 1u << UPDATE_UPLOAD | 1u << UPDATE_MARK |
					1u << UPDATE_RESET | 1u << UPDATE_WAIT | 1u << UPDATE_READ |
					1u << UPDATE_CONFIRM);
	assert_int_equal(done, fixture->parts.parts[0]->bytes.len);
	assert_int_equal(fixture->worker.status, STATUS_OK);
	assert_string_equal(fixture->worker.report.runs, "2.0.0");
}

/* Ctrl-S on the terminal, say: the check, which comes late in an update, is reached all the same. */
static void it_goes_on_while_nobody_listens(void **state)
{
	struct fixture *fixture = *state;
	const struct fleet_news filler = { .index = PLACEHOLDER };
	char fifo[PATH_SIZE], check[PATH_SIZE + 16], byte;
	struct fleet_news news = filler;
	int fd;

	home_path(fixture->home, "fifo", fifo);
	snprintf(check, sizeof(check), "echo > %s", fifo);
	fixture->board.settings.check = check;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	while (write(fixture->pipe[1], &filler, sizeof(filler)) > 0)
		;
	start(fixture);
	fd = open(fifo, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, &byte, 1), 1);
	close(fd);
	/* And its end comes as soon as there is room. */
	while (news.event != FLEET_ENDS)
		news = next_news(fixture);
	assert_int_equal(news.index, INDEX);
	fleet_worker_join(&fixture->worker);
	assert_int_equal(fixture->worker.status, STATUS_OK);
}

static void a_log_that_cannot_be_written_keeps_it_from_beginning(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(fleet_worker_start(&fixture->worker, &fixture->board, INDEX,
				 fixture->pipe[1], "/nowhere"),
		STATUS_USAGE);
	assert_int_equal(fixture->worker.err.status, STATUS_USAGE);
	assert_false(fixture->worker.is_running);
	/* Which it takes without harm. */
	fleet_worker_interrupt(&fixture->worker);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_tells_every_step_what_was_sent_and_its_end),
		TEST(it_goes_on_while_nobody_listens),
		TEST(a_log_that_cannot_be_written_keeps_it_from_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
