/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boards that are plugged in and unplugged under umockdev. Programs that use it run under
 * umockdev-wrapper, which puts the made-up /sys, /dev and netlink under libc.
 */
#ifndef TESTS_UDEV_BENCH_H
#define TESTS_UDEV_BENCH_H

#include <umockdev.h>

#include "transport/ports.h"

#define BENCH_USB "/sys/devices/pci0000:00/0000:00:14.0/usb1/"

/* Nothing is plugged in. bench_free gives it back. */
UMockdevTestbed *bench_new(void);
void bench_free(UMockdevTestbed *bench);

/* Plug in BOARD.umockdev; udev announces its ports as it does when it is done with them. */
void bench_plug(UMockdevTestbed *bench, const char *board);
void bench_unplug(UMockdevTestbed *bench, const char *board);

/* The list that udev gives. */
struct port_list bench_list(void);

/* The port of that node; fails the test when it is not listed. */
const struct port_info *bench_port(const struct port_list *list, const char *node);

#endif
