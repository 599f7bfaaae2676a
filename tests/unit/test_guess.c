/* SPDX-License-Identifier: Apache-2.0 */
/* The wrong file is called by its name, and the hint names the right one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/endian.h"
#include "base/file.h"
#include "image/guess.h"

enum { FLASH_SIZE = 16384, IMAGE_MAX = 4096 };

#define UNSIGNED "an unsigned zephyr.bin"
#define STANDALONE                                                                             \
	"a program for the start of the flash: a bootloader, or an application built without " \
	"MCUboot"
#define NSIB  "an image for Nordic's immutable bootloader (NSIB), unsigned for MCUboot"
#define WHOLE "a bootloader and a signed image in one, as in merged.hex"

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

static void assert_hint(struct span file, const char *part)
{
	const struct guess *guess = guess_file(file);

	if (strstr(guess->hint, part) == NULL)
		fail_msg("\"%s\" does not name \"%s\"", guess->hint, part);
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
		{ "DfuSe\x01", "a DfuSe file" },
		{ "-----BEGIN PUBLIC KEY-----", "a key or certificate" },
		{ "<!DOCTYPE html>", "an HTML page" },
		{ "<!doctype html>", "an HTML page" },
		{ "<html><body>", "an HTML page" },
		{ "<HTML>", "an HTML page" },
		{ ":020000040000FA\r\n", "Intel HEX text" },
		{ ":100000000000012001040000000000000000000058", "Intel HEX text" },
		{ "\xef\xbb\xbf:020000040000FA", "Intel HEX text that an editor has rewritten" },
		{ "S00F000068656C6C6F202020202000003C", "Motorola S-records" },
		{ "S315000C0000", "Motorola S-records" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_guess(files[i].start, strlen(files[i].start), files[i].what);
}

static void hex_in_utf_16_is_recognised(void **state)
{
	static const char rewritten[] = "Intel HEX text that an editor has rewritten";

	(void)state;
	assert_guess("\xff\xfe:\0"
		     "0\0",
		6, rewritten);
	assert_guess("\xfe\xff\0:\0"
		     "0",
		6, rewritten);
	assert_guess("\xff\xfe\0:", 4, "a raw binary");
}

static void a_mark_further_in_tells_tar_and_dfu(void **state)
{
	uint8_t tar[512] = "firmware/zephyr.bin", dfu[64] = { 1, 2, 3 };

	(void)state;
	memcpy(tar + 257, "ustar", 5);
	assert_guess(tar, sizeof(tar), "a tar archive");
	assert_guess(tar, 261, "a raw binary");
	memcpy(dfu + sizeof(dfu) - 8, "UFD\x10", 4);
	assert_guess(dfu, sizeof(dfu), "a file for USB DFU, with a DFU suffix");
	assert_guess(dfu, sizeof(dfu) - 1, "a raw binary");
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
	bytes[sizeof(bytes) - 1] = 1;
	assert_guess(bytes, sizeof(bytes), "a raw binary");
}

static void a_start_that_only_resembles_is_a_raw_binary(void **state)
{
	static const char *const files[] = { "\177EL", "PK", "PKzip", "\x1f", ":", ":0200000",
		":0200000 not hex", "U", "S", "S1", "S11300", "SX130000", "S113000g", "<htm" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_guess(files[i], strlen(files[i]), "a raw binary");
}

/* The vectors of a program whose handlers lie at `code`, at `at` of a flash. */
static void put_vectors(uint8_t *flash, size_t at, uint32_t code)
{
	put_le32(flash + at, 0x20010000);
	for (size_t i = 1; i < 16; i++)
		put_le32(flash + at + 4 * i, (code + (uint32_t)i * 8) | 1);
}

/* What a linker leaves behind the vectors; no pattern in it. */
static void put_program(uint8_t *flash, size_t at, uint32_t code)
{
	for (size_t i = at; i < FLASH_SIZE; i++)
		flash[i] = (uint8_t)(i * 7 + (i >> 8));
	put_vectors(flash, at, code);
}

static void an_unsigned_zephyr_bin_has_room_for_the_header(void **state)
{
	static const size_t rooms[] = { 0x20, 0x200, 0x400, 0x800, 0x1000 };
	uint8_t flash[FLASH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		memset(flash, 0, sizeof(flash));
		put_program(flash, rooms[i], 0xc800);
		assert_guess(flash, sizeof(flash), UNSIGNED);
		memset(flash, 0xff, rooms[i]);
		assert_guess(flash, sizeof(flash), UNSIGNED);
		assert_hint(span_make(flash, sizeof(flash)), "zephyr.signed.bin");
		assert_hint(span_make(flash, sizeof(flash)), "app_update.bin");
		assert_hint(span_make(flash, sizeof(flash)), "dfu_application.zip");
		/* Room that is not empty is none. */
		flash[rooms[i] - 1] = 1;
		assert_guess(flash, sizeof(flash), "a raw binary");
	}
}

static void a_program_linked_behind_the_bootloader_is_an_unsigned_zephyr_bin(void **state)
{
	uint8_t flash[FLASH_SIZE];

	(void)state;
	put_program(flash, 0, 0xc200);
	assert_guess(flash, sizeof(flash), UNSIGNED);
}

static void a_program_for_the_start_of_the_flash_is_told_apart(void **state)
{
	uint8_t flash[FLASH_SIZE];

	(void)state;
	put_program(flash, 0, 0x1000);
	assert_guess(flash, sizeof(flash), STANDALONE);
	/* An STM32 begins at 0x08000000, the network core of an nRF5340 at 0x01000000. */
	put_program(flash, 0, 0x08001000);
	assert_guess(flash, sizeof(flash), STANDALONE);
	put_program(flash, 0, 0x01001000);
	assert_guess(flash, sizeof(flash), STANDALONE);
	put_program(flash, 0, 0x08020000);
	assert_guess(flash, sizeof(flash), UNSIGNED);
}

static void what_is_no_vector_table_is_a_raw_binary(void **state)
{
	uint8_t flash[FLASH_SIZE];

	(void)state;
	put_program(flash, 0, 0x1000);
	put_le32(flash, 0x08010000); /* a stack in flash */
	assert_guess(flash, sizeof(flash), "a raw binary");
	put_program(flash, 0, 0x1000);
	flash[4] &= 0xfe; /* a handler that is no Thumb code */
	assert_guess(flash, sizeof(flash), "a raw binary");
	put_program(flash, 0, 0x1000);
	put_le32(flash, 0x20010002); /* a stack that is not aligned */
	assert_guess(flash, sizeof(flash), "a raw binary");
	put_program(flash, 0, 0xe0001000); /* code in the core's own registers */
	assert_guess(flash, sizeof(flash), "a raw binary");
	put_program(flash, 0, 0x20001000); /* code in RAM */
	assert_guess(flash, sizeof(flash), "a raw binary");
	put_program(flash, 0, 0x1000);
	put_le32(flash + 12, 0x08001001); /* handlers in different memories */
	assert_guess(flash, sizeof(flash), "a raw binary");
	put_program(flash, 0, 0x1000);
	assert_guess(flash, 15, "a raw binary");
}

static void the_mark_of_nsib_is_found_at_its_places(void **state)
{
	static const uint8_t mark[] = { 0xde, 0xe6, 0x1e, 0x28, 0x4c, 0xbb, 0xce, 0x8f };
	static const size_t places[] = { 0x200, 0x400, 0x800, 0x1000 };
	uint8_t flash[FLASH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		put_program(flash, 0, 0x1000);
		memcpy(flash + places[i], mark, sizeof(mark));
		assert_guess(flash, sizeof(flash), NSIB);
	}
	put_program(flash, 0, 0x1000);
	memcpy(flash + 0x300, mark, sizeof(mark));
	assert_guess(flash, sizeof(flash), STANDALONE);
}

static void a_signed_image_behind_a_bootloader_is_the_whole_flash(void **state)
{
	char path[4096];
	uint8_t flash[FLASH_SIZE];
	struct file_map image;

	(void)state;
	snprintf(path, sizeof(path), "%s/images/unsigned_v2.0.0.bin", TEST_VECTORS_DIR);
	assert_int_equal(file_map(path, IMAGE_MAX, &image, ERR_IGNORED), STATUS_OK);
	put_program(flash, 0, 0x1000);
	assert_false(guess_has_image(span_make(flash, sizeof(flash))));
	memcpy(flash + 0x2000, image.bytes.data, image.bytes.len);
	assert_true(guess_has_image(span_make(flash, sizeof(flash))));
	assert_guess(flash, sizeof(flash), WHOLE);
	assert_hint(span_make(flash, sizeof(flash)), "zephyr.signed.bin");
	/* A bootloader knows the magic, too: that alone is no image. */
	flash[0x2000 + 8] = 0;
	assert_false(guess_has_image(span_make(flash, sizeof(flash))));
	assert_guess(flash, sizeof(flash), STANDALONE);
	file_unmap(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_known_files_are_recognised),
		cmocka_unit_test(hex_in_utf_16_is_recognised),
		cmocka_unit_test(a_mark_further_in_tells_tar_and_dfu),
		cmocka_unit_test(erased_flash_and_holes_are_recognised),
		cmocka_unit_test(a_start_that_only_resembles_is_a_raw_binary),
		cmocka_unit_test(an_unsigned_zephyr_bin_has_room_for_the_header),
		cmocka_unit_test(a_program_linked_behind_the_bootloader_is_an_unsigned_zephyr_bin),
		cmocka_unit_test(a_program_for_the_start_of_the_flash_is_told_apart),
		cmocka_unit_test(what_is_no_vector_table_is_a_raw_binary),
		cmocka_unit_test(the_mark_of_nsib_is_found_at_its_places),
		cmocka_unit_test(a_signed_image_behind_a_bootloader_is_the_whole_flash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
