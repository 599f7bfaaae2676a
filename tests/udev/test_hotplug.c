/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that come, go, and come back as something else. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench.h"
#include "transport/port_identity.h"
#include "transport/port_watch.h"
#include "transport/ports_udev.h"

enum { WAIT_MS = 10000 };

#define ZEPHYR BENCH_USB "1-2"

static struct ports_udev_monitor *open_monitor(void)
{
	struct ports_udev_monitor *monitor = NULL;
	struct err err;

	if (ports_udev_monitor_open(&monitor, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return monitor;
}

static bool becomes_readable(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, WAIT_MS) == 1;
}

static void a_board_that_is_plugged_in_is_announced_and_then_listed(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct ports_udev_monitor *monitor = open_monitor();
	struct port_list list;

	(void)state;
	assert_false(ports_udev_monitor_drain(monitor));
	bench_plug(bench, "zephyr");
	assert_true(becomes_readable(ports_udev_monitor_fd(monitor)));
	assert_true(ports_udev_monitor_drain(monitor));
	assert_false(ports_udev_monitor_drain(monitor));
	list = bench_list();
	bench_port(&list, "/dev/ttyACM2");
	ports_free(&list);
	ports_udev_monitor_close(monitor);
	bench_free(bench);
}

static void a_board_that_is_unplugged_is_announced_and_no_longer_listed(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct ports_udev_monitor *monitor;
	struct port_list list;

	(void)state;
	bench_plug(bench, "zephyr");
	monitor = open_monitor();
	bench_unplug(bench, "zephyr");
	assert_true(becomes_readable(ports_udev_monitor_fd(monitor)));
	assert_true(ports_udev_monitor_drain(monitor));
	list = bench_list();
	assert_int_equal(list.count, 0);
	ports_free(&list);
	ports_udev_monitor_close(monitor);
	bench_free(bench);
}

static void what_is_no_serial_port_is_not_announced(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct ports_udev_monitor *monitor = open_monitor();

	(void)state;
	bench_plug(bench, "zephyr");
	assert_true(ports_udev_monitor_drain(monitor));
	umockdev_testbed_uevent(bench, ZEPHYR, "change");
	assert_false(ports_udev_monitor_drain(monitor));
	ports_udev_monitor_close(monitor);
	bench_free(bench);
}

/* Whatever this machine has: udev's announcements, or else the changes of /dev. */
static void a_watch_tells_that_something_changed(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct port_watch *watch = NULL;
	struct err err;

	(void)state;
	bench_plug(bench, "ft232r");
	if (port_watch_open(&watch, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_false(port_watch_drain(watch));
	bench_plug(bench, "zephyr");
	assert_true(becomes_readable(port_watch_pollfd(watch).fd));
	assert_true(port_watch_drain(watch));
	bench_unplug(bench, "zephyr");
	assert_true(becomes_readable(port_watch_pollfd(watch).fd));
	assert_true(port_watch_drain(watch));
	assert_false(port_watch_drain(watch));
	port_watch_close(watch);
	bench_free(bench);
}

/* Where the port of zephyr.umockdev is now, when the user had said `text`; NULL: away. */
static const char *follow(
	const struct port_identity *identity, const struct port_list *list, const char *text)
{
	struct port_address address;
	const struct port_info *info;

	assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_OK);
	info = port_identity_find(identity, list, &address);
	return info != NULL ? info->node : NULL;
}

static void a_board_is_followed_into_its_bootloader(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct port_identity identity;
	struct port_list list;

	(void)state;
	bench_plug(bench, "two-ports");
	bench_plug(bench, "zephyr");
	list = bench_list();
	identity = port_identity_of(bench_port(&list, "/dev/ttyACM2"), &list);
	ports_free(&list);

	bench_unplug(bench, "zephyr");
	list = bench_list();
	assert_null(follow(&identity, &list, "usb:2fe3:0100"));
	ports_free(&list);

	bench_plug(bench, "mcuboot");
	list = bench_list();
	assert_string_equal(follow(&identity, &list, "usb:2fe3:0100"), "/dev/ttyACM5");
	assert_string_equal(follow(&identity, &list, "usb:2fe3:0100,2fe3:000a"), "/dev/ttyACM5");
	assert_null(follow(&identity, &list, "usb:2fe3:0100,2fe3:000b"));
	ports_free(&list);
	bench_free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_board_that_is_plugged_in_is_announced_and_then_listed),
		cmocka_unit_test(a_board_that_is_unplugged_is_announced_and_no_longer_listed),
		cmocka_unit_test(what_is_no_serial_port_is_not_announced),
		cmocka_unit_test(a_watch_tells_that_something_changed),
		cmocka_unit_test(a_board_is_followed_into_its_bootloader),
	};

	return cmocka_run_group_tests_name("hotplug", tests, NULL, NULL);
}
