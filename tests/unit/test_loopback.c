/* SPDX-License-Identifier: Apache-2.0 */
/* A device in the same process: bytes, time, absence and ownership pass through unchanged. */
#include "transport/loopback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A device that has room for some bytes, some bytes to say, and remembers what it was told. */
struct device {
	uint8_t heard[8];
	size_t heard_len;
	const char *to_say;
	bool is_absent;
	uint64_t told_us;
	int closed;
};

static size_t device_rx(void *ctx, struct span bytes, uint64_t now_us)
{
	struct device *device = ctx;
	size_t room = sizeof(device->heard) - device->heard_len;
	size_t len = bytes.len < room ? bytes.len : room;

	memcpy(device->heard + device->heard_len, bytes.data, len);
	device->heard_len += len;
	device->told_us = now_us;
	return len;
}

static size_t device_tx(void *ctx, uint8_t *data, size_t cap, uint64_t now_us)
{
	struct device *device = ctx;
	size_t len = strnlen(device->to_say, cap);

	memcpy(data, device->to_say, len);
	device->to_say += len;
	device->told_us = now_us;
	return len;
}

static bool device_is_present(void *ctx, uint64_t now_us)
{
	((struct device *)ctx)->told_us = now_us;
	return !((struct device *)ctx)->is_absent;
}

static uint64_t device_next_wakeup_us(void *ctx, uint64_t now_us)
{
	(void)ctx;
	return now_us + 5;
}

static void device_close(void *ctx)
{
	((struct device *)ctx)->closed++;
}

static struct transport *open_device(struct device *device)
{
	struct loopback_peer peer = {
		.rx = device_rx,
		.tx = device_tx,
		.is_present = device_is_present,
		.next_wakeup_us = device_next_wakeup_us,
		.close = device_close,
		.device = device,
	};
	struct transport *transport = NULL;

	assert_int_equal(loopback_open(&peer, &transport, ERR_IGNORED), STATUS_OK);
	return transport;
}

static void written_bytes_reach_the_device_as_far_as_it_has_room(void **state)
{
	struct device device = { .to_say = "" };
	struct transport *transport = open_device(&device);
	size_t written = 99;

	(void)state;
	assert_int_equal(
		transport_write(transport, 7, span_from_text("hello"), &written, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(written, 5);
	assert_int_equal(device.told_us, 7);
	transport_write(transport, 8, span_from_text("world"), &written, NULL);
	assert_int_equal(written, 3);
	transport_write(transport, 9, span_from_text("!"), &written, NULL);
	assert_int_equal(written, 0);
	assert_memory_equal(device.heard, "hellowor", 8);
	transport_close(transport);
}

static void the_devices_bytes_are_appended_as_far_as_there_is_room(void **state)
{
	struct device device = { .to_say = "reply" };
	struct transport *transport = open_device(&device);
	uint8_t storage[6];
	struct buf out = BUF_OVER(storage);

	(void)state;
	buf_append_text(&out, "-> ");
	assert_int_equal(transport_read(transport, 3, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 6);
	assert_int_equal(device.told_us, 3);
	assert_int_equal(transport_read(transport, 4, &out, ERR_IGNORED), STATUS_OK);
	assert_memory_equal(storage, "-> rep", 6);
	assert_false(out.overflow);
	buf_clear(&out);
	transport_read(transport, 5, &out, NULL);
	assert_true(span_equal(buf_span(&out), span_from_text("ly")));
	buf_clear(&out);
	assert_int_equal(transport_read(transport, 6, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
	transport_close(transport);
}

static void an_absent_device_is_a_port_that_went_away(void **state)
{
	struct device device = { .to_say = "unheard", .is_absent = true };
	struct transport *transport = open_device(&device);
	uint8_t storage[6];
	struct buf out = BUF_OVER(storage);
	struct err err = { 0 };
	size_t written = 99;

	(void)state;
	assert_int_equal(transport_read(transport, 1, &out, &err), STATUS_NO_PORT);
	assert_string_equal(err.message, "the device went away");
	assert_int_equal(
		transport_write(transport, 1, span_from_text("x"), &written, &err), STATUS_NO_PORT);
	assert_int_equal(out.len, 0);
	assert_int_equal(device.heard_len, 0);
	device.is_absent = false;
	assert_int_equal(transport_read(transport, 2, &out, &err), STATUS_OK);
	assert_int_equal(out.len, 6);
	transport_close(transport);
}

static void the_device_alone_says_when_to_come_back(void **state)
{
	struct device device = { .to_say = "" };
	struct transport *transport = open_device(&device);

	(void)state;
	assert_int_equal(transport_next_wakeup_us(transport, 100), 105);
	assert_int_equal(transport_pollfd(transport, false).fd, -1);
	assert_int_equal(transport_pollfd(transport, true).fd, -1);
	transport_close(transport);
}

static void closing_closes_the_device_once(void **state)
{
	struct device device = { .to_say = "" };
	struct transport *transport = open_device(&device);

	(void)state;
	assert_int_equal(device.closed, 0);
	transport_close(transport);
	assert_int_equal(device.closed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_bytes_reach_the_device_as_far_as_it_has_room),
		cmocka_unit_test(the_devices_bytes_are_appended_as_far_as_there_is_room),
		cmocka_unit_test(an_absent_device_is_a_port_that_went_away),
		cmocka_unit_test(the_device_alone_says_when_to_come_back),
		cmocka_unit_test(closing_closes_the_device_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
