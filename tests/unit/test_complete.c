/* SPDX-License-Identifier: Apache-2.0 */
/* Completion: what is offered at the cursor, for everything that a line may have there. */
#include "src/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/command.h"
#include "src/complete_live.h"
#include "src/complete_print.h"
#include "src/complete_value.h"
#include "tests/support/capture.h"
#include "tests/support/home.h"

enum { LINE_SIZE_MAX = 256, WORDS_MAX = 16 };

/* A board as `find_live` knows it, and what it was asked with. */
struct board {
	struct smp_image_state state;
	struct smp_stat_list groups;
	char port[32];
	unsigned times_asked;
};

static void find_live(void *ctx, enum complete_live what, const struct settings *settings,
	struct candidates *candidates)
{
	struct board *board = ctx;

	board->times_asked++;
	snprintf(board->port, sizeof(board->port), "%s",
		settings->port != NULL ? settings->port : "");
	if (what == COMPLETE_HASHES)
		complete_live_add_hashes(candidates, &board->state);
	else
		complete_live_add_stat_groups(candidates, &board->groups);
}

static struct board make_board(void)
{
	struct board board = {
		.state = { .count = 2,
			.slots = { { .version = "1.0.0",
					   .hash_len = 32,
					   .active = true,
					   .confirmed = true },
				{ .slot = 1, .version = "1.2.0", .hash_len = 32 } } }
	};

	memset(board.state.slots[0].hash, 0xab, 32);
	memset(board.state.slots[1].hash, 0xcd, 32);
	return board;
}

/* The words of a line with single blanks; the last one is at the cursor. */
static void complete_line(
	const char *line, bool is_shell, struct board *board, struct candidates *ret_candidates)
{
	static char text[LINE_SIZE_MAX]; /* the candidates point to the word */
	const char *words[WORDS_MAX];
	struct complete_query query = { .words = words, .is_shell = is_shell };
	char *blank;

	assert_true(strlen(line) < sizeof(text));
	strcpy(text, line);
	query.word = text;
	while ((blank = strchr(query.word, ' ')) != NULL) {
		*blank = '\0';
		words[query.count++] = query.word;
		query.word = blank + 1;
	}
	if (board != NULL) {
		query.find_live = find_live;
		query.ctx = board;
	}
	complete(&query, ret_candidates);
}

/* All of them with blanks between; those that go on end in "...", and files are shown as <kind>. */
static void assert_offers(const char *line, const char *expected)
{
	static const char *const files[] = { "", "<files>", "<firmware>", "<keys>", "<folders>" };
	struct candidates candidates;
	struct capture out;

	complete_line(line, false, NULL, &candidates);
	capture_open(&out);
	for (size_t i = 0; i < candidates.count; i++)
		fprintf(out.file, "%s%s ", candidates.items[i].text,
			candidates.items[i].is_open ? "..." : "");
	fprintf(out.file, "%s", files[candidates.files]);
	assert_string_equal(capture_text(&out), expected);
	capture_close(&out);
	candidates_free(&candidates);
}

static bool offers(const char *line, bool is_shell, const char *text)
{
	struct candidates candidates;
	bool is_there = false;

	complete_line(line, is_shell, NULL, &candidates);
	for (size_t i = 0; i < candidates.count; i++)
		is_there = is_there || strcmp(candidates.items[i].text, text) == 0;
	candidates_free(&candidates);
	return is_there;
}

static void words_of_commands_are_offered_one_by_one(void **state)
{
	(void)state;
	assert_offers("im", "image ");
	assert_offers("image sl", "slots ");
	assert_offers("-q image --json sl", "slots ");
	assert_offers("help image sl", "slots ");
	assert_offers("help help im", "");
	assert_offers("nonsense ", "");
	assert_offers("image list ", "");
}

static void a_family_is_explained_by_its_members(void **state)
{
	struct candidates candidates;

	(void)state;
	complete_line("os", false, NULL, &candidates);
	assert_int_equal(candidates.count, 1);
	assert_string_equal(candidates.items[0].help, "info, params, bootloader");
	candidates_free(&candidates);
}

static void only_the_shell_offers_what_is_for_several_lines(void **state)
{
	(void)state;
	assert_true(offers("", true, "connect"));
	assert_false(offers("", false, "connect"));
}

static void options_are_those_of_the_command_and_the_global_ones_once(void **state)
{
	(void)state;
	assert_offers("image erase --sl", "--slot ");
	assert_offers("image list --sl", "");
	assert_offers("image list --conn", "--conn --conntype --connstring --connextra ");
	assert_offers("image erase --slot 1 --sl", "");
	assert_offers("update -p a --port", "--port ");
	assert_offers("-p", "-p ");
	assert_offers("-- --js", "");
}

static void values_come_from_the_option_in_whatever_way_it_is_written(void **state)
{
	(void)state;
	assert_offers("--flow ", "none rtscts ");
	assert_offers("--flow r", "rtscts ");
	assert_offers("--flow=", "--flow=none --flow=rtscts ");
	assert_offers("--flow=r", "--flow=rtscts ");
	assert_offers("--json=", "");
	assert_offers("--nonsense=", "");
	assert_offers("--baud ", "");
	assert_offers("--conntype ", "serial ");
	assert_offers("-l ", "");
	assert_offers("--maxwinsize ", "");
	assert_offers("-l debug im", "image ");
}

static void files_are_told_by_their_kind_and_where_their_names_begin(void **state)
{
	struct candidates candidates;

	(void)state;
	assert_offers("image upload ", "<firmware>");
	assert_offers("image upload a.bin ", "");
	assert_offers("image test ", "<firmware>");
	assert_offers("--trace ", "<files>");
	assert_offers("image verify a.bin --key ", "<keys>");
	assert_offers("update --log-dir=", "<folders>");
	assert_offers("-p /dev/pts/", "<files>");
	complete_line("image verify --key=/etc/x", false, NULL, &candidates);
	assert_int_equal(candidates.value_at, strlen("--key="));
	candidates_free(&candidates);
	complete_line("image attach -osig", false, NULL, &candidates);
	assert_int_equal(candidates.value_at, strlen("-o"));
	assert_int_equal(candidates.files, CANDIDATE_ANY_FILES);
	candidates_free(&candidates);
}

static void a_fake_board_is_described_key_by_key(void **state)
{
	(void)state;
	assert_offers("-p loopb", "loopback... ");
	assert_offers("-p tc", "tcp:... ");
	assert_offers("-p loopback:x,buf-", "loopback:x,buf-size=... loopback:x,buf-count=... ");
	assert_offers("-ploopback:x,sta", "-ploopback:x,state=... -ploopback:x,start=... "
					  "-ploopback:x,stall... ");
	assert_offers("--port=loopback:x,mode=re", "--port=loopback:x,mode=recovery... ");
	assert_offers("-p loopback:x,fault=van", "loopback:x,fault=vanish... ");
	assert_offers("-p loopback:x,key=", "<files>");
	assert_offers("-p loopback:x,images=", "");
	assert_offers("-p loopback:x,nonsense=", "");
}

static void settings_of_a_profile_are_options_without_dashes(void **state)
{
	(void)state;
	assert_offers("conn add x ty", "type=... ");
	assert_offers("conn add x type=", "type=serial ");
	assert_offers("conn add x type=serial timeo", "timeout=... ");
	assert_offers("conn add x flow=r", "flow=rtscts ");
	assert_offers("conn add x key=", "<keys>");
	assert_offers("conn add x json", "");
	assert_offers("conn add x trace=", "");
}

static void profiles_are_offered_by_name(void **state)
{
	home_put(*state, ".config/smpctl/connections.json",
		"[{\"MyName\": \"usb:2fe3:0100\", \"MyType\": \"serial\"},\n"
		" {\"MyName\": \"two\\nlines\", \"MyType\": \"serial\"}]\n");
	home_put(*state, ".mcumgr.cp.json",
		"[{\"MyName\": \"theirs\", \"MyType\": \"serial\", \"MyConnString\": \"x\"}]\n");
	assert_offers("-c ", "usb:2fe3:0100 theirs ");
	assert_offers("--conn=usb:2", "--conn=usb:2fe3:0100 ");
	assert_offers("conn delete the", "theirs ");
}

static void a_broken_file_of_profiles_offers_none(void **state)
{
	home_put(*state, ".config/smpctl/connections.json", "[");
	assert_offers("-c ", "");
}

static void hashes_are_asked_for_where_one_may_stand_and_nowhere_else(void **state)
{
	struct board board = make_board();
	struct candidates candidates;

	(void)state;
	complete_line("-p /dev/x image list ", false, &board, &candidates);
	candidates_free(&candidates);
	complete_line("image test ab ", false, &board, &candidates);
	candidates_free(&candidates);
	assert_int_equal(board.times_asked, 0);

	complete_line("-p /dev/x image test ab", false, &board, &candidates);
	assert_int_equal(board.times_asked, 1);
	assert_string_equal(board.port, "/dev/x");
	assert_int_equal(candidates.count, 1);
	assert_string_equal(candidates.items[0].text, "abababababababab");
	assert_string_equal(candidates.items[0].help, "1.0.0 in image 0 slot 0, active, confirmed");
	candidates_free(&candidates);
}

static void a_hash_that_is_typed_beyond_its_short_form_is_offered_whole(void **state)
{
	struct board board = make_board();
	struct candidates candidates;

	(void)state;
	complete_line("image confirm cdcdcdcdcdcdcdcdcd", false, &board, &candidates);
	assert_int_equal(candidates.count, 1);
	assert_int_equal(strlen(candidates.items[0].text), 64);
	candidates_free(&candidates);
}

static void what_devices_took_is_offered_where_the_like_of_it_stands(void **state)
{
	home_put(*state, ".local/state/smpctl/seen-settings", "app/name\napp/interval\nbt/id\n");
	home_put(*state, ".local/state/smpctl/seen-statistics", "smp_svr_stats\n");
	home_put(*state, ".local/state/smpctl/seen-paths", "/lfs/boot count\n/lfs/log\n");
	assert_offers("settings get ", "app/name app/interval bt/id ");
	assert_offers("settings set app/i", "app/interval ");
	assert_offers("settings set app/interval ", "");
	assert_offers("settings save b", "bt/id ");
	assert_offers("stat s", "smp_svr_stats ");
	assert_offers("fs download /lfs/b", "/lfs/boot count ");
	assert_offers("fs download /lfs/log ", "<files>");
	assert_offers("fs upload ", "<files>");
	assert_offers("fs upload a.txt ", "/lfs/boot count /lfs/log ");
	assert_offers("settings load ", "");
}

static void statistics_are_offered_by_the_device_and_from_memory_once(void **state)
{
	struct board board = make_board();
	struct candidates candidates;

	home_put(*state, ".local/state/smpctl/seen-statistics", "old\nboth\n");
	strcpy(board.groups.groups[0].text, "both");
	strcpy(board.groups.groups[1].text, "new");
	board.groups.count = 2;
	complete_line("-p /dev/x stat ", false, &board, &candidates);
	assert_int_equal(board.times_asked, 1);
	assert_string_equal(board.port, "/dev/x");
	assert_int_equal(candidates.count, 4);
	assert_string_equal(candidates.items[0].text, "list");
	assert_string_equal(candidates.items[1].text, "old");
	assert_string_equal(candidates.items[2].text, "both");
	assert_string_equal(candidates.items[3].text, "new");
	candidates_free(&candidates);
	complete_line("-p /dev/x settings get ", false, &board, &candidates);
	candidates_free(&candidates);
	assert_int_equal(board.times_asked, 1);
}

static void the_shells_get_lines_of_three_fields(void **state)
{
	char one[] = "image", two[] = "verify", three[] = "--key=x", four[] = "sl";
	char *file_line[] = { one, two, three };
	char *word_line[] = { one, four };
	struct capture out;

	(void)state;
	capture_open(&out);
	complete_print(3, file_line, out.file);
	complete_print(2, word_line, out.file);
	assert_string_equal(capture_text(&out),
		"f\t--key=\t.pem .der .pub\n"
		"w\tslots\tshow the slots and how large they are\n");
	capture_close(&out);
}

static void nothing_typed_is_a_line_too(void **state)
{
	struct capture out;

	(void)state;
	capture_open(&out);
	complete_print(0, NULL, out.file);
	assert_non_null(strstr(capture_text(&out), "w\timage\t"));
	capture_close(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_commands_are_offered_one_by_one),
		cmocka_unit_test(a_family_is_explained_by_its_members),
		cmocka_unit_test(only_the_shell_offers_what_is_for_several_lines),
		cmocka_unit_test(options_are_those_of_the_command_and_the_global_ones_once),
		cmocka_unit_test(values_come_from_the_option_in_whatever_way_it_is_written),
		cmocka_unit_test(files_are_told_by_their_kind_and_where_their_names_begin),
		cmocka_unit_test(a_fake_board_is_described_key_by_key),
		cmocka_unit_test(settings_of_a_profile_are_options_without_dashes),
		cmocka_unit_test_setup_teardown(
			profiles_are_offered_by_name, home_open, home_close),
		cmocka_unit_test_setup_teardown(
			a_broken_file_of_profiles_offers_none, home_open, home_close),
		cmocka_unit_test(hashes_are_asked_for_where_one_may_stand_and_nowhere_else),
		cmocka_unit_test(a_hash_that_is_typed_beyond_its_short_form_is_offered_whole),
		cmocka_unit_test_setup_teardown(
			what_devices_took_is_offered_where_the_like_of_it_stands, home_open,
			home_close),
		cmocka_unit_test_setup_teardown(
			statistics_are_offered_by_the_device_and_from_memory_once, home_open,
			home_close),
		cmocka_unit_test(the_shells_get_lines_of_three_fields),
		cmocka_unit_test(nothing_typed_is_a_line_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
