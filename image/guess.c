/* SPDX-License-Identifier: Apache-2.0 */
/* The wrong files that people hand over, see guess.h. */
#include "image/guess.h"

#include <ctype.h>

#define SIGNED_FILE "zephyr.signed.bin (older nRF Connect SDK: app_update.bin)"

enum { START_MAX = 6, HEX_RECORD_HEAD = 9 };

static const struct {
	uint8_t start[START_MAX];
	size_t len;
	struct guess guess;
} starts[] = {
	{ { 0x7f, 'E', 'L', 'F' }, 4,
		{ "an ELF program",
			"that file is for the debugger; give " SIGNED_FILE " of the same build" } },
	{ { 'P', 'K', 3, 4 }, 4,
		{ "a ZIP archive", "unpack it and give the signed image inside, a .bin file" } },
	{ { 'P', 'K', 5, 6 }, 4, { "an empty ZIP archive", "build or download it again" } },
	{ { 0x1f, 0x8b }, 2, { "gzip data", "unpack it with gunzip" } },
	{ { 'U', 'F', '2', '\n' }, 4,
		{ "a UF2 file", "that is for a bootloader that shows up as a USB drive; "
				"give " SIGNED_FILE } },
	{ { '<', '!', 'D', 'O', 'C', 'T' }, 6,
		{ "an HTML page", "the download went wrong; look into the file" } },
	{ { '<', 'h', 't', 'm', 'l' }, 5,
		{ "an HTML page", "the download went wrong; look into the file" } },
};

static const struct guess intel_hex = { "Intel HEX text",
	"give the binary of the same build: " SIGNED_FILE ", not zephyr.signed.hex" };
static const struct guess erased = { "nothing but 0xff bytes",
	"this is erased flash; was it read out of an empty slot?" };
static const struct guess zeros = { "nothing but zero bytes",
	"was the file copied or downloaded completely?" };
static const struct guess raw_binary = { "a raw binary",
	"firmware must be signed to be updated (imgtool sign); the build makes " SIGNED_FILE
	" beside zephyr.bin" };

/* A record of Intel HEX: a colon, then length, address and type in hex digits. */
static bool is_intel_hex(struct span file)
{
	if (file.len < HEX_RECORD_HEAD || file.data[0] != ':')
		return false;
	for (size_t i = 1; i < HEX_RECORD_HEAD; i++) {
		if (!isxdigit(file.data[i]))
			return false;
	}
	return true;
}

/* Is every byte as the first one? Then the file equals itself moved by one. */
static bool is_uniform(struct span file)
{
	return memcmp(file.data, file.data + 1, file.len - 1) == 0;
}

const struct guess *guess_file(struct span file)
{
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (file.len >= starts[i].len &&
			memcmp(file.data, starts[i].start, starts[i].len) == 0)
			return &starts[i].guess;
	}
	if (is_intel_hex(file))
		return &intel_hex;
	if (file.data[0] == 0xff && is_uniform(file))
		return &erased;
	if (file.data[0] == 0x00 && is_uniform(file))
		return &zeros;
	return &raw_binary;
}
