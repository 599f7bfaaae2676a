/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text at all as Intel HEX, as it is and with its checksums made right: it is refused with a
 * message, or makes a memory that is bounded and holds something.
 */
#include <stdlib.h>

#include "image/guess.h"
#include "image/hex.h"

static const char digits[] = "0123456789ABCDEF";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void check(struct span text)
{
	struct hex_memory memory;
	struct err err = { 0 };

	if (hex_read(text, &memory, &err) != STATUS_OK) {
		require(err.status == STATUS_BAD_FILE && err.message[0] != '\0');
		require(err.hint[0] != '\0');
		return;
	}
	require(memory.len > 0 && memory.len <= HEX_SPAN_MAX);
	require(memory.len - 1 <= UINT32_MAX - memory.address);
	require(guess_file(span_make(memory.bytes, memory.len)) != NULL);
	free(memory.bytes);
}

static uint8_t digit_value(char digit)
{
	const char *found = memchr(digits, digit, sizeof(digits) - 1);

	return found != NULL ? (uint8_t)(found - digits) : 0;
}

/* Make the checksum right that stands at the end of a line; chance does not find it. */
static void mend_line(char *line, size_t len)
{
	uint8_t sum = 0;

	if (len < 5 || len % 2 == 0)
		return;
	for (size_t i = 1; i + 2 < len; i += 2)
		sum = (uint8_t)(sum + digit_value(line[i]) * 16 + digit_value(line[i + 1]));
	sum = (uint8_t)-sum;
	line[len - 2] = digits[sum >> 4];
	line[len - 1] = digits[sum & 15];
}

static void mend(char *text, size_t size)
{
	size_t start = 0;

	for (size_t at = 0; at <= size; at++) {
		if (at == size || text[at] == '\n') {
			mend_line(text + start, at - start);
			start = at + 1;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size > 0 ? size : 1);

	require(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	hex_is_text(span_make(data, size));
	check(span_make(data, size));
	mend(copy, size);
	check(span_make(copy, size));
	free(copy);
	return 0;
}
