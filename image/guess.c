/* SPDX-License-Identifier: Apache-2.0 */
/* The wrong files that people hand over, see guess.h. */
#include "image/guess.h"

#include <ctype.h>
#include <strings.h>

#include "base/endian.h"
#include "image/mcuboot.h"

#define SIGNED_FILE                                                   \
	"build/APP/zephyr/zephyr.signed.bin (older nRF Connect SDK: " \
	"build/zephyr/app_update.bin) or dfu_application.zip"

enum { START_MAX = 8 };

/* ---- files that begin in their own way ---- */

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
	{ { 'D', 'f', 'u', 'S', 'e' }, 5,
		{ "a DfuSe file", "that is for ST's USB bootloader; give " SIGNED_FILE } },
	{ { '-', '-', '-', '-', '-', 'B', 'E', 'G' }, 8,
		{ "a key or certificate",
			"a key is given with --key; the file to send is " SIGNED_FILE } },
};

static const struct guess html = { "an HTML page", "the download went wrong; look into the file" };
static const struct guess intel_hex = { "Intel HEX text",
	"give the binary of the same build: " SIGNED_FILE };
static const struct guess rewritten_hex = { "Intel HEX text that an editor has rewritten",
	"save it as plain ASCII without a byte order mark, or build it again" };
static const struct guess s_records = { "Motorola S-records",
	"give the binary of the same build: " SIGNED_FILE };
static const struct guess tar = { "a tar archive",
	"unpack it and give the signed image inside, a .bin file" };
static const struct guess usb_dfu = { "a file for USB DFU, with a DFU suffix",
	"that is for dfu-util; give " SIGNED_FILE };
static const struct guess erased = { "nothing but 0xff bytes",
	"this is erased flash; was it read out of an empty slot?" };
static const struct guess zeros = { "nothing but zero bytes",
	"was the file copied or downloaded completely?" };
static const struct guess unsigned_program = { "an unsigned zephyr.bin",
	"the build signs it under another name: " SIGNED_FILE
	"; there is none without CONFIG_BOOTLOADER_MCUBOOT" };
static const struct guess standalone_program = {
	"a program for the start of the flash: a bootloader, "
	"or an application built without MCUboot",
	"give " SIGNED_FILE "; an application needs CONFIG_BOOTLOADER_MCUBOOT"
};
static const struct guess nsib_program = {
	"an image for Nordic's immutable bootloader (NSIB), unsigned "
	"for MCUboot",
	"such as MCUboot itself or a network core's program; give " SIGNED_FILE
};
static const struct guess whole_flash = {
	"a bootloader and a signed image in one, as in merged.hex",
	"that is for a debug probe; give the signed image alone: " SIGNED_FILE
};
static const struct guess raw_binary = { "a raw binary",
	"firmware must be signed to be updated (imgtool sign); the build makes " SIGNED_FILE };

static bool begins_with(struct span file, const void *start, size_t len)
{
	return file.len >= len && memcmp(file.data, start, len) == 0;
}

/* What stands at `at` in files that have it at all. */
static bool has_at(struct span file, size_t at, const void *bytes, size_t len)
{
	return span_holds(file, at, len) && memcmp(file.data + at, bytes, len) == 0;
}

static bool are_hex_digits(struct span file, size_t at, size_t len)
{
	if (!span_holds(file, at, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit(file.data[at + i]))
			return false;
	}
	return true;
}

static bool is_html(struct span file)
{
	static const char *const words[] = { "<!doctype", "<html" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (file.len >= len && strncasecmp((const char *)file.data, words[i], len) == 0)
			return true;
	}
	return false;
}

/* Behind an UTF-8 byte order mark, or in UTF-16 of either order. */
static bool is_rewritten_hex(struct span file)
{
	return begins_with(file, "\xef\xbb\xbf:", 4) || begins_with(file, "\xff\xfe:\0", 4) ||
	       begins_with(file, "\xfe\xff\0:", 4);
}

/* "S0" to "S9", the length, and at least the four digits of the shortest address. */
static bool is_s_record(struct span file)
{
	return file.len >= 2 && file.data[0] == 'S' && isdigit(file.data[1]) &&
	       are_hex_digits(file, 2, 6);
}

/* The suffix of 16 bytes ends with "UFD", its own length and a CRC. */
static bool has_dfu_suffix(struct span file)
{
	return file.len >= 16 && has_at(file, file.len - 8, "UFD\x10", 4);
}

/* What the text or container is; NULL when it is none that is known. */
static const struct guess *guess_container(struct span file)
{
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (begins_with(file, starts[i].start, starts[i].len))
			return &starts[i].guess;
	}
	if (is_html(file))
		return &html;
	if (file.data[0] == ':' && are_hex_digits(file, 1, 8))
		return &intel_hex;
	if (is_rewritten_hex(file))
		return &rewritten_hex;
	if (is_s_record(file))
		return &s_records;
	if (has_at(file, 257, "ustar", 5))
		return &tar;
	if (has_dfu_suffix(file))
		return &usb_dfu;
	return NULL;
}

/* ---- programs as they stand in flash ---- */

enum {
	VECTORS_SIZE = 16, /* of the vectors looked at: stack, reset, NMI, hard fault */
	HEADER_ROOM_MAX = 0x1000,
};

#define RAM_START           UINT32_C(0x20000000)
#define RAM_END             UINT32_C(0x40000000)
#define PERIPHERALS_OF_CORE UINT32_C(0xe0000000)
/* Where flash begins differs between chips, but none begins at an address that is less round. */
#define FLASH_OFFSET_MASK UINT32_C(0x00ffffff)

static bool is_in_ram(uint32_t address)
{
	return address >= RAM_START && address < RAM_END;
}

/* Thumb code, in the same memory as the reset handler. */
static bool is_handler(uint32_t vector, uint32_t reset)
{
	return (vector & 1) != 0 && (vector & ~FLASH_OFFSET_MASK) == (reset & ~FLASH_OFFSET_MASK);
}

/* The vector table of a Cortex-M: a stack in RAM, then handlers that are not. */
static bool has_vectors(struct span file, size_t at)
{
	uint32_t stack, reset;

	if (!span_holds(file, at, VECTORS_SIZE))
		return false;
	stack = get_le32(file.data + at);
	reset = get_le32(file.data + at + 4);
	return is_in_ram(stack) && stack % 4 == 0 && !is_in_ram(reset) &&
	       reset < PERIPHERALS_OF_CORE && is_handler(reset, reset) &&
	       is_handler(get_le32(file.data + at + 8), reset) &&
	       is_handler(get_le32(file.data + at + 12), reset);
}

/* Is every byte as the first one? Then the bytes equal themselves moved by one. */
static bool is_uniform(struct span bytes)
{
	return memcmp(bytes.data, bytes.data + 1, bytes.len - 1) == 0;
}

/* The room that imgtool will put its header into: zeros or 0xff, and the vector table behind it. */
static bool has_header_room(struct span file)
{
	if (file.data[0] != 0x00 && file.data[0] != 0xff)
		return false;
	for (size_t room = MCUBOOT_HEADER_SIZE; room <= HEADER_ROOM_MAX && room < file.len;
		room *= 2) {
		if (has_vectors(file, room))
			return is_uniform(span_sub(file, 0, room));
	}
	return false;
}

/* The mark that NSIB looks for, where it looks for it (struct fw_info of the nRF Connect SDK). */
static bool has_fw_info(struct span file)
{
	static const uint16_t offsets[] = { 0x200, 0x400, 0x800, 0x1000 };
	static const uint8_t magic[] = { 0xde, 0xe6, 0x1e, 0x28, 0x4c, 0xbb, 0xce, 0x8f };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		if (has_at(file, offsets[i], magic, sizeof(magic)))
			return true;
	}
	return false;
}

/* Linked for the beginning of the flash: its reset handler lies as far in as the file is long. */
static bool is_at_flash_start(struct span file)
{
	return (get_le32(file.data + 4) & FLASH_OFFSET_MASK) < file.len;
}

static const struct guess *guess_program(struct span file)
{
	if (has_header_room(file))
		return &unsigned_program;
	if (!has_vectors(file, 0))
		return &raw_binary;
	if (guess_has_image(file))
		return &whole_flash;
	if (has_fw_info(file))
		return &nsib_program;
	return is_at_flash_start(file) ? &standalone_program : &unsigned_program;
}

/* ---- the whole ---- */

bool guess_has_image(struct span bytes)
{
	uint8_t magic[4];
	struct mcuboot_image image;
	size_t at = 0;

	put_le32(magic, MCUBOOT_MAGIC);
	/* Programs that know of images contain the magic too, so a whole image must be there. */
	while (at < bytes.len) {
		const uint8_t *found =
			memmem(bytes.data + at, bytes.len - at, magic, sizeof(magic));

		if (found == NULL)
			return false;
		at = (size_t)(found - bytes.data);
		if (mcuboot_parse(span_sub(bytes, at, bytes.len), &image, ERR_IGNORED) == STATUS_OK)
			return true;
		at += sizeof(magic);
	}
	return false;
}

const struct guess *guess_file(struct span file)
{
	const struct guess *container = guess_container(file);

	if (container != NULL)
		return container;
	if (file.data[0] == 0xff && is_uniform(file))
		return &erased;
	if (file.data[0] == 0x00 && is_uniform(file))
		return &zeros;
	return guess_program(file);
}
