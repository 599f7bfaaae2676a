/* SPDX-License-Identifier: Apache-2.0 */
/* The blocking calls: what they ask for, how long they wait, and what they make of odd answers. */
#include "src/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { START_US = 1000000, MESSAGE_MAX = 8000 };

struct fixture {
	struct peer peer;
	struct fake_clock clock;
	struct client *client;
	struct err err;
	struct buf reply; /* body that the peer answers with; empty: silence */
	uint8_t reply_bytes[PEER_PACKET_MAX - 8];
	struct buf asked; /* body of the latest request */
	uint8_t asked_bytes[PEER_PACKET_MAX];
};

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	struct fixture *fixture = peer->ctx;

	buf_clear(&fixture->asked);
	buf_append_span(&fixture->asked, body);
	if (fixture->reply.len > 0)
		peer_reply(peer, request, buf_span(&fixture->reply));
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct client_config config = {
		.transport = peer_open(&fixture->peer),
		.session = { .timeout_ms = 2000, .tries = 3, .message_max = MESSAGE_MAX },
		.interrupt_fd = -1,
	};

	fake_clock_init(&fixture->clock, START_US);
	config.clock = fake_clock_get(&fixture->clock);
	fixture->peer.answer = answer;
	fixture->peer.ctx = fixture;
	fixture->reply = BUF_OVER(fixture->reply_bytes);
	fixture->asked = BUF_OVER(fixture->asked_bytes);
	assert_int_equal(client_open(&config, &fixture->client, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	client_close(fixture->client);
	test_free(fixture);
	return 0;
}

/* The request as a person would write it. */
static void assert_asked(struct fixture *fixture, enum smp_op op, uint16_t group, uint8_t command,
	const char *expected)
{
	uint8_t storage[512];
	struct buf out = BUF_OVER(storage);
	struct body_value map;

	assert_int_equal(fixture->peer.last.op, op);
	assert_int_equal(fixture->peer.last.group, group);
	assert_int_equal(fixture->peer.last.command, command);
	assert_int_equal(body_open(buf_span(&fixture->asked), &map, ERR_IGNORED), STATUS_OK);
	body_describe(&map, 16, &out);
	assert_string_equal(buf_text(&out), expected);
}

/* The peer answers {key: text}. */
static void reply_text(struct fixture *fixture, const char *key, const char *text)
{
	buf_clear(&fixture->reply);
	body_put_map(&fixture->reply, 1);
	body_put_text(&fixture->reply, key);
	body_put_text(&fixture->reply, text);
}

static void reply_rc(struct fixture *fixture, uint64_t rc)
{
	buf_clear(&fixture->reply);
	body_put_map(&fixture->reply, 1);
	body_put_text(&fixture->reply, "rc");
	body_put_uint(&fixture->reply, rc);
}

static uint64_t elapsed_ms(const struct fixture *fixture)
{
	return (fixture->clock.now_us - START_US) / 1000;
}

static void an_echo_comes_back(void **state)
{
	struct fixture *fixture = *state;
	struct device_text echo;
	bool is_same = false;

	reply_text(fixture, "r", "hello");
	assert_int_equal(
		device_echo(fixture->client, "hello", &echo, &is_same, &fixture->err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_ECHO, "{\"d\": \"hello\"}");
	assert_string_equal(echo.text, "hello");
	assert_true(is_same);
}

static void another_echo_is_noticed_and_harmless(void **state)
{
	struct fixture *fixture = *state;
	struct device_text echo;
	bool is_same = true;

	reply_text(fixture, "r", "hell\033[31m");
	assert_int_equal(
		device_echo(fixture->client, "hello", &echo, &is_same, &fixture->err), STATUS_OK);
	assert_string_equal(echo.text, "hell\\x1b[31m");
	assert_false(is_same);
}

static void a_long_text_of_the_device_is_cut_visibly(void **state)
{
	struct fixture *fixture = *state;
	char text[DEVICE_TEXT_MAX + 100];
	struct device_text info;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	reply_text(fixture, "output", text);
	assert_int_equal(device_info(fixture->client, "a", &info, &fixture->err), STATUS_OK);
	assert_int_equal(strlen(info.text), DEVICE_TEXT_MAX - 1);
	assert_string_equal(info.text + DEVICE_TEXT_MAX - 5, "x...");
}

static void info_asks_for_its_format(void **state)
{
	struct fixture *fixture = *state;
	struct device_text info;

	reply_text(fixture, "output", "Zephyr");
	assert_int_equal(device_info(fixture->client, "s", &info, &fixture->err), STATUS_OK);
	assert_asked(fixture, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO, "{\"format\": \"s\"}");
	assert_string_equal(info.text, "Zephyr");
}

static void parameters_are_read(void **state)
{
	struct fixture *fixture = *state;
	struct smp_os_params params = { 0 };

	body_put_map(&fixture->reply, 2);
	body_put_text(&fixture->reply, "buf_size");
	body_put_uint(&fixture->reply, 384);
	body_put_text(&fixture->reply, "buf_count");
	body_put_uint(&fixture->reply, 4);
	assert_int_equal(device_params(fixture->client, &params, &fixture->err), STATUS_OK);
	assert_int_equal(params.buf_size, 384);
	assert_int_equal(params.buf_count, 4);
	reply_rc(fixture, 8);
	assert_int_equal(
		device_params(fixture->client, &params, &fixture->err), STATUS_UNSUPPORTED);
}

static void the_bootloader_says_its_name_and_its_mode(void **state)
{
	struct fixture *fixture = *state;
	struct smp_os_bootloader_mode mode = { 0 };
	struct device_text name;

	reply_text(fixture, "bootloader", "MCUboot");
	assert_int_equal(device_bootloader_name(fixture->client, &name, &fixture->err), STATUS_OK);
	assert_string_equal(name.text, "MCUboot");
	assert_asked(fixture, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_BOOTLOADER, "{}");
	buf_clear(&fixture->reply);
	body_put_map(&fixture->reply, 1);
	body_put_text(&fixture->reply, "mode");
	body_put_uint(&fixture->reply, 3);
	assert_int_equal(device_bootloader_mode(fixture->client, &mode, &fixture->err), STATUS_OK);
	assert_int_equal(mode.mode, 3);
	assert_asked(
		fixture, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_BOOTLOADER, "{\"query\": \"mode\"}");
}

static enum status reset(struct fixture *fixture)
{
	return device_reset(fixture->client, false, SMP_OS_BOOT_NORMAL, &fixture->err);
}

static void an_answered_reset_is_done(void **state)
{
	struct fixture *fixture = *state;

	reply_rc(fixture, 0);
	assert_int_equal(reset(fixture), STATUS_OK);
	assert_int_equal(fixture->peer.last.command, SMP_OS_RESET);
	reply_rc(fixture, 10);
	assert_int_equal(reset(fixture), STATUS_DEVICE);
}

static void a_port_that_leaves_behind_the_reset_is_the_reset(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.leaves_on_request = true;
	assert_int_equal(reset(fixture), STATUS_OK);
	assert_int_equal(fixture->err.status, STATUS_OK);
	assert_string_equal(fixture->err.message, "");
}

/* "Done" must mean that the device was told. */
static void a_port_that_was_gone_before_is_no_reset(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.is_absent = true;
	assert_int_equal(reset(fixture), STATUS_NO_PORT);
	assert_int_equal(fixture->peer.requests, 0);
}

static void silence_is_no_reset(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(reset(fixture), STATUS_TIMEOUT);
}

static void an_erase_has_the_time_it_needs_and_is_sent_once(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(device_erase_slot(fixture->client, 1, &fixture->err), STATUS_TIMEOUT);
	assert_asked(fixture, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE, "{\"slot\": 1}");
	assert_string_equal(fixture->err.message, "no reply in 40.0 s (1 try)");
	assert_int_equal(elapsed_ms(fixture), DEVICE_SLOW_TIMEOUT_MS);
	assert_int_equal(fixture->peer.requests, 1);
	reply_rc(fixture, 0);
	assert_int_equal(device_erase_slot(fixture->client, -1, &fixture->err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE, "{}");
}

/* {"images": [{"slot": 1, "version": "2.0.0", "hash": h'0102', "pending": true}]} */
static void reply_one_image(struct fixture *fixture)
{
	buf_clear(&fixture->reply);
	body_put_map(&fixture->reply, 1);
	body_put_text(&fixture->reply, "images");
	body_put_array(&fixture->reply, 1);
	body_put_map(&fixture->reply, 4);
	body_put_text(&fixture->reply, "slot");
	body_put_uint(&fixture->reply, 1);
	body_put_text(&fixture->reply, "version");
	body_put_text(&fixture->reply, "2.0.0");
	body_put_text(&fixture->reply, "hash");
	body_put_bytes(&fixture->reply, span_make("\x01\x02", 2));
	body_put_text(&fixture->reply, "pending");
	body_put_bool(&fixture->reply, true);
}

static void the_image_list_is_read(void **state)
{
	struct fixture *fixture = *state;
	struct smp_image_state images;

	reply_one_image(fixture);
	assert_int_equal(device_image_state(fixture->client, &images, &fixture->err), STATUS_OK);
	assert_asked(fixture, SMP_OP_READ, SMP_GROUP_IMAGE, SMP_IMAGE_STATE, "{}");
	assert_int_equal(images.count, 1);
	assert_int_equal(images.slots[0].slot, 1);
	assert_string_equal(images.slots[0].version, "2.0.0");
	assert_true(images.slots[0].pending);
}

static void marking_names_the_hash_and_returns_the_list(void **state)
{
	struct fixture *fixture = *state;
	struct smp_image_state images;

	reply_one_image(fixture);
	assert_int_equal(device_mark_image(fixture->client, span_make("\x01\x02", 2), true, &images,
				 &fixture->err),
		STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_STATE,
		"{\"hash\": h'0102', \"confirm\": true}");
	assert_int_equal(images.count, 1);
	assert_int_equal(device_mark_image(
				 fixture->client, span_make(NULL, 0), true, &images, &fixture->err),
		STATUS_OK);
	assert_asked(
		fixture, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_STATE, "{\"confirm\": true}");
}

static void a_refusal_keeps_what_the_device_said(void **state)
{
	struct fixture *fixture = *state;
	struct smp_image_slot_infos infos;

	reply_rc(fixture, 3);
	assert_int_equal(device_slot_infos(fixture->client, &infos, &fixture->err), STATUS_DEVICE);
	assert_true(fixture->err.device.present);
	assert_false(fixture->err.device.is_group_error);
	assert_int_equal(fixture->err.device.rc, 3);
	assert_string_equal(fixture->err.device.name, "MGMT_ERR_EINVAL");
}

static void a_body_that_is_not_sound_is_a_breach_of_protocol(void **state)
{
	struct fixture *fixture = *state;
	struct smp_image_state images;

	buf_append(&fixture->reply, "\x9a\x0f\xff\xff\xff", 5);
	assert_int_equal(
		device_image_state(fixture->client, &images, &fixture->err), STATUS_PROTOCOL);
}

int main(void)
{
#define DEVICE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		DEVICE_TEST(an_echo_comes_back),
		DEVICE_TEST(another_echo_is_noticed_and_harmless),
		DEVICE_TEST(a_long_text_of_the_device_is_cut_visibly),
		DEVICE_TEST(info_asks_for_its_format),
		DEVICE_TEST(parameters_are_read),
		DEVICE_TEST(the_bootloader_says_its_name_and_its_mode),
		DEVICE_TEST(an_answered_reset_is_done),
		DEVICE_TEST(a_port_that_leaves_behind_the_reset_is_the_reset),
		DEVICE_TEST(a_port_that_was_gone_before_is_no_reset),
		DEVICE_TEST(silence_is_no_reset),
		DEVICE_TEST(an_erase_has_the_time_it_needs_and_is_sent_once),
		DEVICE_TEST(the_image_list_is_read),
		DEVICE_TEST(marking_names_the_hash_and_returns_the_list),
		DEVICE_TEST(a_refusal_keeps_what_the_device_said),
		DEVICE_TEST(a_body_that_is_not_sound_is_a_breach_of_protocol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
