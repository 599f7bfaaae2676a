/* SPDX-License-Identifier: Apache-2.0 */
/* The wrong file is called by its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image/guess.h"

/* Judge the bytes in a block of exactly their size, so that a read beyond it is caught. */
static void assert_guess(const void *bytes, size_t len, const char *what)
{
	uint8_t *copy = malloc(len);
	const struct guess *guess;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	guess = guess_file(span_make(copy, len));
	assert_string_equal(guess->what, what);
	assert_true(strlen(guess->hint) > 0);
	free(copy);
}

static void well_known_files_are_recognised(void **state)
{
	static const struct {
		const char *start;
		const char *what;
	} files[] = {
		{ "\177ELF\x01\x01", "an ELF program" },
		{ "PK\x03\x04\x14", "a ZIP archive" },
		{ "PK\x05\x06", "an empty ZIP archive" },
		{ "\x1f\x8b\x08", "gzip data" },
		{ "UF2\nWQ]\x9e", "a UF2 file" },
		{ "<!DOCTYPE html>", "an HTML page" },
		{ "<html><body>", "an HTML page" },
		{ ":020000040000FA\r\n", "Intel HEX text" },
		{ ":100000000000012001040000000000000000000058", "Intel HEX text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_guess(files[i].start, strlen(files[i].start), files[i].what);
}

static void erased_flash_and_holes_are_recognised(void **state)
{
	uint8_t bytes[600];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	assert_guess(bytes, sizeof(bytes), "nothing but 0xff bytes");
	assert_guess(bytes, 1, "nothing but 0xff bytes");
	bytes[sizeof(bytes) - 1] = 0xfe;
	assert_guess(bytes, sizeof(bytes), "a raw binary");
	memset(bytes, 0, sizeof(bytes));
	assert_guess(bytes, sizeof(bytes), "nothing but zero bytes");
	/* zephyr.bin, not signed: room for the header, then the vector table */
	bytes[0x200] = 0x20;
	assert_guess(bytes, sizeof(bytes), "a raw binary");
}

static void a_start_that_only_resembles_is_a_raw_binary(void **state)
{
	static const char *const files[] = { "\177EL", "PK", "PKzip", "\x1f", ":", ":0200000",
		":0200000 not hex", "U" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_guess(files[i], strlen(files[i]), "a raw binary");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_known_files_are_recognised),
		cmocka_unit_test(erased_flash_and_holes_are_recognised),
		cmocka_unit_test(a_start_that_only_resembles_is_a_raw_binary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
