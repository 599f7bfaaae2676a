/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a silence, see diagnosis.h. */
#include "src/diagnosis.h"

#include <string.h>

#include "base/text.h"

/* One byte in five: noise has one now and then, a wrong speed hardly anything else. */
enum { UNREADABLE_SHARE = 5 };

void diagnosis_start(struct diagnosis *diagnosis)
{
	*diagnosis = (struct diagnosis){ 0 };
}

static void keep_bytes(struct diagnosis *diagnosis, struct span text)
{
	size_t room = sizeof(diagnosis->text) - diagnosis->text_len;
	size_t len = text.len < room ? text.len : room;

	diagnosis->is_cut |= len < text.len;
	if (len > 0)
		memcpy(diagnosis->text + diagnosis->text_len, text.data, len);
	diagnosis->text_len += len;
}

/* Printable, or what a console needs to steer a terminal. */
static bool is_readable(uint8_t byte)
{
	return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\r' || byte == '\b' ||
	       byte == '\a' || byte == 0x1b;
}

/* At a wrong speed bits are taken for others: bytes with the highest bit set, and zeros. */
static size_t count_unreadable(struct span text)
{
	size_t count = 0;

	for (size_t at = 0; at < text.len;) {
		size_t len = text_utf8_length(span_sub(text, at, text.len));

		if (len < 2 && !is_readable(text.data[at]))
			count++;
		at += len > 0 ? len : 1;
	}
	return count;
}

/* Lines stay apart, but neither their CRs nor the last line feed are worth showing. */
static void keep_text(struct diagnosis *diagnosis, struct span text, bool ends_line)
{
	diagnosis->text_bytes += text.len + ends_line;
	diagnosis->unreadable_bytes += count_unreadable(text);
	if (ends_line && text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	if (text.len > 0) {
		if (diagnosis->has_ended_line)
			keep_bytes(diagnosis, span_from_text("\n"));
		keep_bytes(diagnosis, text);
		diagnosis->has_ended_line = false;
	}
	diagnosis->has_ended_line |= ends_line && diagnosis->text_len > 0;
}

void diagnosis_add(struct diagnosis *diagnosis, const struct smp_event *event)
{
	if (event->kind == SMP_EVENT_TEXT)
		keep_text(diagnosis, event->text, event->text_ends_line);
	else if (event->kind == SMP_EVENT_DROPPED)
		diagnosis->dropped[event->drop]++;
	else if (event->kind == SMP_EVENT_STRAY)
		diagnosis->strays++;
}

static unsigned count_dropped(const struct diagnosis *diagnosis)
{
	unsigned total = 0;

	for (size_t i = 0; i < SMP_DROP_COUNT; i++)
		total += diagnosis->dropped[i];
	return total;
}

static void name_drops(const struct diagnosis *diagnosis, struct buf *out)
{
	bool is_first = true;

	for (size_t i = 0; i < SMP_DROP_COUNT; i++) {
		if (diagnosis->dropped[i] == 0)
			continue;
		buf_format(out, "%s%s: %u", is_first ? "" : ", ",
			smp_frame_drop_name((enum smp_frame_drop)i), diagnosis->dropped[i]);
		is_first = false;
	}
}

/* `silence` is the beginning of the message: "no reply in 2.0 s (3 tries)". */
static enum status explain_drops(
	const struct diagnosis *diagnosis, const char *silence, struct err *reterr)
{
	uint8_t storage[256];
	struct buf drops = BUF_OVER(storage);
	bool has_log_inside = diagnosis->dropped[SMP_DROP_BASE64] > 0 && diagnosis->text_bytes > 0;

	name_drops(diagnosis, &drops);
	err_set(reterr, STATUS_PROTOCOL, "%s, only damaged frames (%s)", silence, buf_text(&drops));
	if (has_log_inside)
		err_hint(reterr, "the device writes log text into its SMP replies: give the log "
				 "another port or switch it off in the firmware");
	else
		err_hint(reterr,
			"bytes are lost or changed on the line: check --baud and the cable, "
			"try --flow rtscts; another program may be reading the port too");
	return STATUS_PROTOCOL;
}

static enum status explain_text(
	const struct diagnosis *diagnosis, const char *silence, struct err *reterr)
{
	bool is_readable = diagnosis->unreadable_bytes * UNREADABLE_SHARE <= diagnosis->text_bytes;
	uint8_t storage[DIAGNOSIS_TEXT_MAX * 4 + 1];
	struct buf text = BUF_OVER(storage);

	text_append_escaped(&text, span_make(diagnosis->text, diagnosis->text_len));
	err_set(reterr, STATUS_PROTOCOL, "%s, only %zu bytes %s: \"%s%s\"", silence,
		diagnosis->text_bytes, is_readable ? "of text" : "that are no text",
		buf_text(&text), diagnosis->is_cut ? "..." : "");
	if (is_readable)
		err_hint(reterr, "this is the device's console: the SMP server may be on another "
				 "port (smpctl ports lists them), or not built in");
	else
		err_hint(reterr, "so it looks at a wrong line speed: find the firmware's and give "
				 "it with --baud");
	return STATUS_PROTOCOL;
}

static enum status explain_strays(
	const struct diagnosis *diagnosis, const char *silence, struct err *reterr)
{
	err_set(reterr, STATUS_PROTOCOL, "%s, only replies to other requests (%u)", silence,
		diagnosis->strays);
	err_hint(reterr, "another program may be talking to the device");
	return STATUS_PROTOCOL;
}

enum status diagnosis_explain(
	const struct diagnosis *diagnosis, uint32_t timeout_ms, unsigned tries, struct err *reterr)
{
	uint8_t storage[64];
	struct buf silence = BUF_OVER(storage);

	buf_append_text(&silence, "no reply in ");
	text_append_duration(&silence, timeout_ms);
	buf_format(&silence, " (%u %s)", tries, tries == 1 ? "try" : "tries");
	if (count_dropped(diagnosis) > 0)
		return explain_drops(diagnosis, buf_text(&silence), reterr);
	if (diagnosis->text_bytes > 0)
		return explain_text(diagnosis, buf_text(&silence), reterr);
	if (diagnosis->strays > 0)
		return explain_strays(diagnosis, buf_text(&silence), reterr);
	err_set(reterr, STATUS_TIMEOUT, "%s", buf_text(&silence));
	err_hint(reterr, "is this the right port, at the right --baud, and does the firmware "
			 "have the SMP server (CONFIG_MCUMGR_TRANSPORT_UART or _SHELL) on it?");
	return STATUS_TIMEOUT;
}
