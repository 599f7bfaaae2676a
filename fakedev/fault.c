/* SPDX-License-Identifier: Apache-2.0 */
/* The names of misbehaviours, see fault.h. */
#include "fakedev/fault.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum fault_argument { TAKES_NOTHING, TAKES_MS, TAKES_ERROR };

enum { LATE_REPLY_DEFAULT_MS = 3000, FAULT_TEXT_MAX = 64 };

/* In the order of enum fakedev_fault_kind. */
static const struct fakedev_fault_name names[] = {
	{ "silent", NULL, "does not answer" },
	{ "text-only", NULL, "answers with a line of text" },
	{ "drop-request", NULL, "the request is lost before it is carried out" },
	{ "drop-reply", NULL, "the request is carried out, the reply is lost" },
	{ "duplicate-reply", NULL, "the reply comes twice" },
	{ "late-reply", "MS", "the reply comes MS milliseconds later (3000)" },
	{ "stale-reply", NULL, "a reply with the previous sequence number comes first" },
	{ "bad-crc", NULL, "the reply's checksum is wrong" },
	{ "bad-length", NULL, "the frame's length field is two too small" },
	{ "bad-header", NULL, "the header's length is not the packet's" },
	{ "bad-cbor", NULL, "the body announces far more entries than it has" },
	{ "no-cbor", NULL, "the body is no map" },
	{ "log-inside", NULL, "log text inside the reply's lines" },
	{ "error", "RC or GROUP:RC", "this error, in place of the work" },
	{ "vanish", NULL, "the port goes away and comes back, as on a loose cable" },
	{ "reset", NULL, "the board resets by itself when the request is carried out" },
	{ "wrong-offset", NULL, "an upload reply names an offset beyond the end" },
	{ "stuck-offset", NULL, "an upload reply names the offset that was asked for again" },
	{ "no-match", NULL, "an upload ends with match: false" },
	{ "flip-bit", NULL, "a bit of the upload's data is flipped on its way to the flash" },
	{ "refuse-swap", NULL, "the bootloader refuses the new image and erases it" },
	{ "dead-after-swap", NULL,
		"the new image never answers, until the board is reset by hand" },
	{ "crash-after-swap", NULL, "the watchdog resets the new image before it answers" },
};

enum { FAULT_COUNT = sizeof(names) / sizeof(names[0]) };
_Static_assert(FAULT_COUNT == FAULT_CRASH_AFTER_SWAP + 1, "every fault has a name");

const struct fakedev_fault_name *fakedev_fault_names(size_t *ret_count)
{
	*ret_count = FAULT_COUNT;
	return names;
}

static enum status refuse_name(const char *name, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf hint = BUF_OVER(storage);

	err_set(reterr, STATUS_USAGE, "no fault is called '%s'", name);
	buf_append_text(&hint, "there are:");
	for (size_t i = 0; i < FAULT_COUNT; i++)
		buf_format(&hint, " %s", names[i].name);
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		if (text_is_similar(name, names[i].name)) {
			buf_clear(&hint);
			buf_format(&hint, "did you mean '%s'?", names[i].name);
			break;
		}
	}
	err_hint(reterr, "%s", buf_text(&hint));
	return STATUS_USAGE;
}

static bool parse_error(const char *text, struct fakedev_fault *fault)
{
	const char *colon = strchr(text, ':');
	char group_text[FAULT_TEXT_MAX];
	uint64_t group = 0, rc;

	if (colon != NULL) {
		snprintf(group_text, sizeof(group_text), "%.*s", (int)(colon - text), text);
		if (!text_parse_uint(group_text, 0, UINT16_MAX, &group))
			return false;
		text = colon + 1;
	}
	if (!text_parse_uint(text, 1, UINT32_MAX, &rc))
		return false;
	fault->has_group = colon != NULL;
	fault->arg_group = (uint32_t)group;
	fault->arg = (uint32_t)rc;
	return true;
}

static enum fault_argument argument_of(enum fakedev_fault_kind kind)
{
	if (kind == FAULT_LATE_REPLY)
		return TAKES_MS;
	return kind == FAULT_ERROR ? TAKES_ERROR : TAKES_NOTHING;
}

/* `text` is NULL when there is none. */
static bool parse_argument(const char *text, struct fakedev_fault *fault)
{
	uint64_t ms = LATE_REPLY_DEFAULT_MS;

	switch (argument_of(fault->kind)) {
	case TAKES_NOTHING:
		return text == NULL;
	case TAKES_ERROR:
		return text != NULL && parse_error(text, fault);
	case TAKES_MS:
		break;
	}
	if (text != NULL && !text_parse_uint(text, 1, 24 * 3600 * 1000, &ms))
		return false;
	fault->arg = (uint32_t)ms;
	return true;
}

/* "3", "3+" or "3-5", which this function may write to. */
static bool parse_when(char *text, struct fakedev_fault *fault)
{
	size_t len = strlen(text);
	char *dash = strchr(text, '-');
	uint64_t first, last;

	if (dash != NULL) {
		*dash = '\0';
		if (!text_parse_uint(text, 1, UINT32_MAX, &first) ||
			!text_parse_uint(dash + 1, first, UINT32_MAX, &last))
			return false;
	} else {
		bool is_open = len > 0 && text[len - 1] == '+';

		if (is_open)
			text[len - 1] = '\0';
		if (!text_parse_uint(text, 1, UINT32_MAX, &first))
			return false;
		last = is_open ? UINT32_MAX : first;
	}
	fault->first = (uint32_t)first;
	fault->last = (uint32_t)last;
	return true;
}

static bool find_name(const char *name, enum fakedev_fault_kind *ret_kind)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		if (strcmp(names[i].name, name) == 0) {
			*ret_kind = (enum fakedev_fault_kind)i;
			return true;
		}
	}
	return false;
}

enum status fakedev_fault_parse(
	const char *text, struct fakedev_fault *ret_fault, struct err *reterr)
{
	struct fakedev_fault fault = { .first = 1, .last = UINT32_MAX };
	char name[FAULT_TEXT_MAX];
	char *when, *argument;

	if (strlen(text) >= sizeof(name))
		return err_set(reterr, STATUS_USAGE, "'%.40s...' is too long for a fault", text);
	memcpy(name, text, strlen(text) + 1);
	when = strchr(name, '@');
	if (when != NULL)
		*when++ = '\0';
	argument = strchr(name, '=');
	if (argument != NULL)
		*argument++ = '\0';
	if (!find_name(name, &fault.kind))
		return refuse_name(name, reterr);
	if (!parse_argument(argument, &fault)) {
		const char *wanted = names[fault.kind].argument;

		return err_set(reterr, STATUS_USAGE, "fault '%s' takes %s%s", text,
			wanted != NULL ? "=" : "no argument", wanted != NULL ? wanted : "");
	}
	if (when != NULL && !parse_when(when, &fault)) {
		err_set(reterr, STATUS_USAGE, "fault '%s': bad request number", text);
		err_hint(reterr, "'@3' the third request only, '@3+' from the third on, "
				 "'@3-5' the third to the fifth");
		return STATUS_USAGE;
	}
	*ret_fault = fault;
	return STATUS_OK;
}
