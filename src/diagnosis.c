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

static bool is_text(const struct diagnosis *diagnosis)
{
	return diagnosis->unreadable_bytes * UNREADABLE_SHARE <= diagnosis->text_bytes;
}

static void append_text(const struct diagnosis *diagnosis, struct buf *out)
{
	buf_format(out, "only %zu bytes %s: \"", diagnosis->text_bytes,
		is_text(diagnosis) ? "of text" : "that are no text");
	text_append_escaped(out, span_make(diagnosis->text, diagnosis->text_len));
	buf_append_text(out, diagnosis->is_cut ? "...\"" : "\"");
}

/* Damage weighs more than text, and text more than strays. */
void diagnosis_append(const struct diagnosis *diagnosis, struct buf *out)
{
	if (count_dropped(diagnosis) > 0) {
		buf_append_text(out, "only damaged frames (");
		name_drops(diagnosis, out);
		buf_append_text(out, ")");
	} else if (diagnosis->text_bytes > 0) {
		append_text(diagnosis, out);
	} else if (diagnosis->strays > 0) {
		buf_format(out, "only replies to other requests (%u)", diagnosis->strays);
	}
}

const char *diagnosis_hint(const struct diagnosis *diagnosis)
{
	if (diagnosis->dropped[SMP_DROP_BASE64] > 0 && diagnosis->text_bytes > 0)
		return "the device writes log text into its SMP replies: give the log another port "
		       "or switch it off in the firmware";
	if (count_dropped(diagnosis) > 0)
		return "bytes are lost or changed on the line: check --baud and the cable, try "
		       "--flow rtscts; another program may be reading the port too";
	if (diagnosis->text_bytes > 0 && is_text(diagnosis))
		return "this is the device's console: the SMP server may be on another port "
		       "(smpctl "
		       "ports lists them), or not built in";
	if (diagnosis->text_bytes > 0)
		return "so it looks at a wrong line speed: find the firmware's and give it with "
		       "--baud";
	if (diagnosis->strays > 0)
		return "another program may be talking to the device";
	return "is this the right port, at the right --baud, and does the firmware have the SMP "
	       "server (CONFIG_MCUMGR_TRANSPORT_UART or _SHELL) on it?";
}

enum status diagnosis_explain(
	const struct diagnosis *diagnosis, uint32_t timeout_ms, unsigned tries, struct err *reterr)
{
	char silence_storage[64], storage[ERR_MESSAGE_MAX];
	struct buf silence = BUF_OVER(silence_storage), what = BUF_OVER(storage);

	text_append_duration(&silence, timeout_ms);
	buf_format(&silence, " (%u %s)", tries, tries == 1 ? "try" : "tries");
	diagnosis_append(diagnosis, &what);
	err_set(reterr, what.len > 0 ? STATUS_PROTOCOL : STATUS_TIMEOUT, "no reply in %s%s%s",
		buf_text(&silence), what.len > 0 ? ", " : "", buf_text(&what));
	return err_hint(reterr, "%s", diagnosis_hint(diagnosis));
}
