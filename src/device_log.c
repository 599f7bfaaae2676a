/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a log of Mynewt's whole, see device_mynewt.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "src/device_mynewt.h"

/*
 * The longest text that a byte of a message becomes: "undefined, " where it is CBOR. Messages are short,
 * but how short is the device's affair; no reply is longer than SMP's length field can say.
 */
enum { BODY_SIZE = 512, TEXT_PER_BYTE = 12, TEXT_EXTRA = 64 };

static bool is_text(struct span type, const char *name)
{
	return span_equal(type, span_from_text(name));
}

static void describe_message(struct span type, struct span message, struct buf *out)
{
	struct body_value value;

	if (is_text(type, "cbor") && body_open_any(message, &value, ERR_IGNORED) == STATUS_OK)
		body_describe(&value, SIZE_MAX, out);
	else if (is_text(type, "cbor") || is_text(type, "bin"))
		text_append_hex(out, message);
	else
		text_append_escaped(out, message);
}

/* The message's bytes in one piece, and behind them what is shown of it. NULL: out of memory. */
static char *make_message(const struct smp_log_entry *entry)
{
	size_t len = entry->message.content.len, size = len * TEXT_PER_BYTE + TEXT_EXTRA;
	char *text = malloc(size);
	uint8_t *joined = malloc(len + 1);
	struct buf bytes = buf_over(joined, joined != NULL ? len : 0), out = buf_over(text, size);

	if (text != NULL && joined != NULL) {
		char *fitting;

		body_append_string(&entry->message, &bytes);
		describe_message(entry->type, buf_span(&bytes), &out);
		buf_text(&out);
		fitting = realloc(text, out.len + 1);
		text = fitting != NULL ? fitting : text;
	} else {
		free(text);
		text = NULL;
	}
	free(joined);
	return text;
}

static bool make_room(struct device_log *log)
{
	struct device_log_entry *larger;

	/* Full when the count is a power of two: the array doubles. */
	if ((log->count & (log->count - 1)) != 0)
		return true;
	larger = realloc(
		log->entries, (log->count > 0 ? 2 * log->count : 1) * sizeof(*log->entries));
	if (larger == NULL)
		return false;
	log->entries = larger;
	return true;
}

static enum status keep_entry(
	const struct smp_log_entry *entry, struct device_log *log, struct err *reterr)
{
	struct device_log_entry *kept;
	struct buf type, hash;

	if (log->count == DEVICE_LOG_ENTRIES_MAX)
		return err_set(reterr, STATUS_PROTOCOL, "the log has more than %d entries",
			DEVICE_LOG_ENTRIES_MAX);
	if (!make_room(log))
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	kept = &log->entries[log->count];
	*kept = (struct device_log_entry){
		.index = entry->index,
		.module = entry->module,
		.level = entry->level,
		.timestamp_us = entry->timestamp,
		.message = make_message(entry),
	};
	if (kept->message == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	type = BUF_OVER(kept->type);
	text_append_escaped(&type, entry->type);
	buf_text(&type);
	hash = BUF_OVER(kept->image_hash);
	text_append_hex(&hash, entry->image_hash);
	buf_text(&hash);
	log->count++;
	return STATUS_OK;
}

/* One reply's entries. *index becomes that behind the last one. */
static enum status keep_page(
	struct smp_log_page *page, uint64_t *index, struct device_log *log, struct err *reterr)
{
	struct smp_log_entry entry;
	bool is_end;

	for (;;) {
		enum status status = smp_log_next(page, &entry, &is_end, reterr);

		if (status != STATUS_OK || is_end)
			return status;
		/* Else a device could keep us for ever. */
		if (entry.index < *index || entry.index == UINT64_MAX)
			return err_set(reterr, STATUS_PROTOCOL,
				"the indexes of the log's entries do not ascend");
		*index = entry.index + 1;
		status = keep_entry(&entry, log, reterr);
		if (status != STATUS_OK)
			return status;
	}
}

/*
 * There is more where the device says so. Older servers cut the list without a word: there is more,
 * perhaps, where the next entry will get a number that does not follow.
 */
enum status device_log_read(
	struct client *client, const char *name, struct device_log *ret_log, struct err *reterr)
{
	enum status status;
	bool is_more;
	uint64_t index = 0;

	*ret_log = (struct device_log){ .count = 0 };
	if (!smp_name_copy(span_from_text(name), ret_log->name))
		return err_set(reterr, STATUS_USAGE, "the log's name is too long");
	do {
		uint8_t storage[BODY_SIZE];
		struct buf body = BUF_OVER(storage);
		struct smp_request request =
			smp_log_show_request(&body, span_from_text(name), index);
		uint64_t asked = index;
		struct smp_log_page page;
		struct smp_reply reply;

		status = client_call(client, &request, &reply, NULL, reterr);
		if (status == STATUS_OK)
			status = smp_log_show_reply(&reply, &page, reterr);
		if (status == STATUS_OK)
			status = keep_page(&page, &index, ret_log, reterr);
		if (status != STATUS_OK)
			return status;
		is_more = index > asked && (page.is_more || index < page.next_index);
	} while (is_more);
	return STATUS_OK;
}

void device_log_clear(struct device_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->entries[i].message);
	free(log->entries);
}
