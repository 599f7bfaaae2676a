/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading Intel HEX, see hex.h. The text is gone through twice: first to check every record and to
 * learn where the memory begins and ends, then to fill it.
 */
#include "image/hex.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/endian.h"

enum {
	RECORD_HEAD = 9, /* colon, length, address, type */
	RECORD_DATA_MAX = 255,
	SEGMENT_SIZE = 0x10000,
};

enum record_type {
	RECORD_DATA = 0,
	RECORD_END = 1,
	RECORD_SEGMENT = 2, /* base address / 16; addresses wrap within 64 KiB */
	RECORD_START_SEGMENT = 3,
	RECORD_LINEAR = 4, /* upper half of the addresses that follow */
	RECORD_START_LINEAR = 5,
};

/* How long the data of each type must be; data itself may have any length. */
static const uint8_t data_len[] = {
	[RECORD_END] = 0,
	[RECORD_SEGMENT] = 2,
	[RECORD_START_SEGMENT] = 4,
	[RECORD_LINEAR] = 2,
	[RECORD_START_LINEAR] = 4,
};

struct record {
	uint8_t type; /* enum record_type, once it is checked */
	uint8_t len;
	uint8_t data[RECORD_DATA_MAX];
	uint32_t address; /* of a data record, complete */
};

struct reader {
	struct span text;
	size_t at;
	unsigned line; /* of `at`, from 1 */
	uint32_t base; /* what is added to addresses */
	bool is_segment;
};

static const char hint_damaged[] = "the file is damaged: copy, download or build it again";
static const char hint_merged[] =
	"a merged.hex with bootloader and settings is for a debug probe; give the signed image "
	"alone: "
	"zephyr.signed.hex or zephyr.signed.bin (older nRF Connect SDK: app_update.bin)";

static int digit_value(uint8_t digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

bool hex_is_text(struct span file)
{
	if (file.len < RECORD_HEAD || file.data[0] != ':')
		return false;
	for (size_t i = 1; i < RECORD_HEAD; i++) {
		if (digit_value(file.data[i]) < 0)
			return false;
	}
	return true;
}

static bool is_line_end(uint8_t byte)
{
	return byte == '\r' || byte == '\n';
}

static void skip_line_ends(struct reader *reader)
{
	while (reader->at < reader->text.len && is_line_end(reader->text.data[reader->at])) {
		if (reader->text.data[reader->at] == '\n')
			reader->line++;
		reader->at++;
	}
}

static enum status bad_digit(const struct reader *reader, struct err *reterr)
{
	size_t at = reader->at;

	/* The second digit of a pair may be the one to blame. */
	if (at < reader->text.len && digit_value(reader->text.data[at]) >= 0)
		at++;
	if (at >= reader->text.len || is_line_end(reader->text.data[at]))
		return err_set(
			reterr, STATUS_BAD_FILE, "line %u: the record is cut short", reader->line);
	return err_set(reterr, STATUS_BAD_FILE, "line %u: byte 0x%02x where a hex digit should be",
		reader->line, reader->text.data[at]);
}

static enum status take_byte(
	struct reader *reader, uint8_t *sum, uint8_t *ret_byte, struct err *reterr)
{
	const uint8_t *digits = reader->text.data + reader->at;
	int high, low;

	if (!span_holds(reader->text, reader->at, 2))
		return bad_digit(reader, reterr);
	high = digit_value(digits[0]);
	low = digit_value(digits[1]);
	if (high < 0 || low < 0)
		return bad_digit(reader, reterr);
	reader->at += 2;
	*ret_byte = (uint8_t)(high << 4 | low);
	*sum = (uint8_t)(*sum + *ret_byte);
	return STATUS_OK;
}

static enum status take_bytes(
	struct reader *reader, size_t count, uint8_t *sum, uint8_t *ret_bytes, struct err *reterr)
{
	for (size_t i = 0; i < count; i++) {
		enum status status = take_byte(reader, sum, &ret_bytes[i], reterr);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* The two digits that make the sum of the record zero, and the end of the line. */
static enum status take_checksum(struct reader *reader, uint8_t sum, struct err *reterr)
{
	uint8_t expected = (uint8_t)-sum, found = 0;
	enum status status = take_byte(reader, &sum, &found, reterr);

	if (status != STATUS_OK)
		return status;
	if (reader->at < reader->text.len && !is_line_end(reader->text.data[reader->at]))
		return err_set(reterr, STATUS_BAD_FILE,
			"line %u: the record is longer than it says", reader->line);
	if (found != expected)
		return err_set(reterr, STATUS_BAD_FILE,
			"line %u: the checksum is %02X, the record adds up to %02X", reader->line,
			found, expected);
	return STATUS_OK;
}

static enum status check_type(
	const struct reader *reader, const struct record *record, struct err *reterr)
{
	if (record->type >= sizeof(data_len))
		return err_set(reterr, STATUS_BAD_FILE, "line %u: unknown record type %02X",
			reader->line, record->type);
	if (record->type != RECORD_DATA && record->len != data_len[record->type])
		return err_set(reterr, STATUS_BAD_FILE,
			"line %u: a record of type %02X has %u bytes, not %u", reader->line,
			record->type, record->len, data_len[record->type]);
	return STATUS_OK;
}

/* The next record, checked by itself; record->address is within its segment. */
static enum status take_record(struct reader *reader, struct record *ret_record, struct err *reterr)
{
	uint8_t head[4], sum = 0;
	enum status status;

	skip_line_ends(reader);
	if (reader->at == reader->text.len)
		return err_set(reterr, STATUS_BAD_FILE,
			"cut short: the end record is missing behind line %u", reader->line);
	if (reader->text.data[reader->at] != ':')
		return err_set(reterr, STATUS_BAD_FILE, "line %u: does not begin with a colon",
			reader->line);
	reader->at++;
	status = take_bytes(reader, sizeof(head), &sum, head, reterr);
	if (status != STATUS_OK)
		return status;
	ret_record->len = head[0];
	ret_record->address = get_be16(head + 1);
	ret_record->type = head[3];
	status = take_bytes(reader, ret_record->len, &sum, ret_record->data, reterr);
	if (status == STATUS_OK)
		status = take_checksum(reader, sum, reterr);
	if (status == STATUS_OK)
		status = check_type(reader, ret_record, reterr);
	return status;
}

/* Make the address of a data record complete; it must not wrap around. */
static enum status place_data(
	const struct reader *reader, struct record *record, struct err *reterr)
{
	uint64_t room = reader->is_segment ? SEGMENT_SIZE - (uint64_t)record->address
					   : (UINT64_C(1) << 32) - reader->base - record->address;

	if (record->len > room)
		return err_set(reterr, STATUS_BAD_FILE, "line %u: its data run past the end of %s",
			reader->line, reader->is_segment ? "the segment" : "the address space");
	record->address += reader->base;
	return STATUS_OK;
}

static enum status take_end(struct reader *reader, struct err *reterr)
{
	skip_line_ends(reader);
	if (reader->at < reader->text.len)
		return err_set(reterr, STATUS_BAD_FILE,
			"line %u: something stands behind the end record", reader->line);
	return STATUS_OK;
}

/* The next record with data; one with len 0 is the end of the file. */
static enum status next_data(struct reader *reader, struct record *ret_record, struct err *reterr)
{
	for (;;) {
		enum status status = take_record(reader, ret_record, reterr);

		if (status != STATUS_OK)
			return status;
		if (ret_record->type == RECORD_END) {
			ret_record->len = 0;
			return take_end(reader, reterr);
		}
		if (ret_record->type == RECORD_DATA && ret_record->len > 0)
			return place_data(reader, ret_record, reterr);
		if (ret_record->type == RECORD_SEGMENT || ret_record->type == RECORD_LINEAR) {
			reader->is_segment = ret_record->type == RECORD_SEGMENT;
			reader->base = (uint32_t)get_be16(ret_record->data)
				       << (reader->is_segment ? 4 : 16);
		}
	}
}

/* From the lowest address to behind the highest one. */
static enum status find_extent(
	struct span text, uint64_t *ret_from, uint64_t *ret_to, struct err *reterr)
{
	struct reader reader = { .text = text, .line = 1 };
	struct record record = { 0 };
	uint64_t from = UINT64_MAX, to = 0;
	enum status status;

	while ((status = next_data(&reader, &record, reterr)) == STATUS_OK && record.len > 0) {
		uint64_t end = (uint64_t)record.address + record.len;

		from = record.address < from ? record.address : from;
		to = end > to ? end : to;
	}
	if (status != STATUS_OK) {
		err_hint(reterr, "%s", hint_damaged);
		return status;
	}
	if (to == 0) {
		err_set(reterr, STATUS_BAD_FILE, "Intel HEX text without any data");
		return err_hint(reterr, "%s", hint_damaged);
	}
	if (to - from > HEX_SPAN_MAX) {
		err_set(reterr, STATUS_BAD_FILE,
			"its data spread over %" PRIu64 " MiB, from 0x%08" PRIx64
			" to 0x%08" PRIx64,
			(to - from) >> 20, from, to - 1);
		return err_hint(reterr, "%s", hint_merged);
	}
	*ret_from = from;
	*ret_to = to;
	return STATUS_OK;
}

/* `is_filled` has a bit for every byte of memory. */
static enum status fill_record(const struct reader *reader, const struct record *record, size_t at,
	uint8_t *memory, uint8_t *is_filled, struct err *reterr)
{
	for (size_t i = 0; i < record->len; i++, at++) {
		uint8_t bit = (uint8_t)(1u << at % 8);

		if ((is_filled[at / 8] & bit) != 0) {
			err_set(reterr, STATUS_BAD_FILE,
				"line %u: address 0x%08" PRIx32 " was given before", reader->line,
				record->address + (uint32_t)i);
			return err_hint(reterr, "two programs that overlap were put into one file; "
						"give the signed image alone");
		}
		is_filled[at / 8] |= bit;
		memory[at] = record->data[i];
	}
	return STATUS_OK;
}

static enum status fill(
	struct span text, uint32_t from, uint8_t *memory, uint8_t *is_filled, struct err *reterr)
{
	struct reader reader = { .text = text, .line = 1 };
	struct record record = { 0 };
	enum status status;

	while ((status = next_data(&reader, &record, reterr)) == STATUS_OK && record.len > 0) {
		status = fill_record(
			&reader, &record, record.address - from, memory, is_filled, reterr);
		if (status != STATUS_OK)
			return status;
	}
	return status;
}

enum status hex_read(struct span text, struct hex_memory *ret_memory, struct err *reterr)
{
	uint64_t from, to;
	uint8_t *memory, *is_filled;
	enum status status = find_extent(text, &from, &to, reterr);

	if (status != STATUS_OK)
		return status;
	memory = malloc(to - from);
	is_filled = calloc((to - from + 7) / 8, 1);
	if (memory == NULL || is_filled == NULL) {
		status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	} else {
		memset(memory, 0xff, to - from);
		status = fill(text, (uint32_t)from, memory, is_filled, reterr);
	}
	free(is_filled);
	if (status != STATUS_OK) {
		free(memory);
		return status;
	}
	*ret_memory = (struct hex_memory){
		.bytes = memory,
		.len = to - from,
		.address = (uint32_t)from,
	};
	return STATUS_OK;
}
