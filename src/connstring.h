/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mcumgr's connection strings for serial ports: "dev=/dev/ttyACM0,baud=115200,mtu=512", or with the
 * device alone in front, "/dev/ttyACM0,baud=115200". What stands twice counts the last time. The key
 * framing is ours: mcumgr knows no other than console.
 */
#ifndef SRC_CONNSTRING_H
#define SRC_CONNSTRING_H

#include <stdint.h>

#include "base/err.h"

enum { CONNSTRING_DEVICE_MAX = 256, CONNSTRING_FRAMING_MAX = 16 };

struct connstring {
	char device[CONNSTRING_DEVICE_MAX]; /* an address as for --port; "": none is named */
	uint64_t baud;                      /* bits per second; 0: not said */
	/*
	 * Longest SMP message in bytes, header included; 0: not said. mcumgr's mtu= counts the
	 * characters that a message has on the wire: its base64, with length and CRC. So mtu=512
	 * are 380 bytes, what fits the buffer of a default build.
	 */
	uint64_t message_max;
	char framing[CONNSTRING_FRAMING_MAX]; /* as --framing takes it; "": not said */
};

/*
 * STATUS_USAGE: an unknown key (with those there are), a number that is none or out of the range of
 * --baud and --mtu, a word that is no framing, an empty part, a device whose name is too long.
 */
enum status connstring_parse(
	const char *text, struct connstring *ret_connstring, struct err *reterr);

#endif
