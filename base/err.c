/* SPDX-License-Identifier: Apache-2.0 */
/* The error record of err.h and its table of exit codes. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ERR_REASON_MAX = 128 }; /* the longest text of an errno value, ": " included */

static const struct {
	int exit_code;
	const char *name;
	const char *text;
} statuses[STATUS_COUNT] = {
	[STATUS_OK] = { 0, "ok", "done, and seen to be done" },
	[STATUS_INTERNAL] = { 1, "internal", "a bug of smpctl, or out of memory" },
	[STATUS_USAGE] = { 2, "usage", "the command line is wrong" },
	[STATUS_NO_PORT] = { 3, "no-port", "no such port, or it went away and did not come back" },
	[STATUS_PORT_BUSY] = { 4, "port-busy", "held by another program, or no permission" },
	[STATUS_TIMEOUT] = { 5, "timeout", "the device did not answer" },
	[STATUS_PROTOCOL] = { 6, "protocol", "the device answered with something that is not SMP" },
	[STATUS_DEVICE] = { 7, "device", "the device answered with an error" },
	[STATUS_BAD_FILE] = { 8, "bad-file", "the firmware file is unfit" },
	[STATUS_UNSUPPORTED] = { 9, "unsupported", "the device lacks that command" },
	[STATUS_NOT_UPDATED] = { 10, "not-updated",
		"after the reset the device does not run the new image" },
	[STATUS_PARTIAL] = { 11, "partial", "some devices of several failed" },
	[STATUS_INTERRUPTED] = { 130, "interrupted", "Ctrl-C; the same command continues" },
};

int status_exit_code(enum status status)
{
	return statuses[status].exit_code;
}

const char *status_name(enum status status)
{
	return statuses[status].name;
}

const char *status_text(enum status status)
{
	return statuses[status].text;
}

void err_clear(struct err *err)
{
	*err = (struct err){ .status = STATUS_OK };
}

/* Format first and fill then: the arguments may point into the record itself. */
__attribute__((format(printf, 4, 0))) static enum status fill(
	struct err *err, enum status status, const char *reason, const char *format, va_list args)
{
	char message[ERR_MESSAGE_MAX];
	size_t reason_len = strlen(reason), len, room;

	vsnprintf(message, sizeof(message), format, args);
	len = strlen(message);
	room = sizeof(message) - 1 - reason_len;
	/* The reason matters most: when both do not fit, what was tried is cut. */
	if (len > room)
		len = room;
	memcpy(message + len, reason, reason_len + 1);
	err_clear(err);
	err->status = status;
	memcpy(err->message, message, len + reason_len + 1);
	return status;
}

enum status err_set(struct err *err, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(err, status, "", format, args);
	va_end(args);
	return status;
}

enum status err_set_errno(struct err *err, enum status status, int errnum, const char *format, ...)
{
	char reason[ERR_REASON_MAX];
	va_list args;

	snprintf(reason, sizeof(reason), ": %s", strerror(errnum));
	va_start(args, format);
	fill(err, status, reason, format, args);
	va_end(args);
	return status;
}

enum status err_wrap(struct err *err, const char *format, ...)
{
	char context[ERR_MESSAGE_MAX];
	size_t inner_len, context_len, room;
	va_list args;

	va_start(args, format);
	vsnprintf(context, sizeof(context), format, args);
	va_end(args);
	inner_len = strlen(err->message);
	if (inner_len + 2 >= sizeof(err->message) - 1)
		return err->status;
	/* The inner cause matters most: when both do not fit, the context is what is cut. */
	room = sizeof(err->message) - 1 - 2 - inner_len;
	context_len = strlen(context) < room ? strlen(context) : room;
	memmove(err->message + context_len + 2, err->message, inner_len + 1);
	memcpy(err->message, context, context_len);
	memcpy(err->message + context_len, ": ", 2);
	return err->status;
}

enum status err_hint(struct err *err, const char *format, ...)
{
	char hint[ERR_HINT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(hint, sizeof(hint), format, args);
	va_end(args);
	memcpy(err->hint, hint, strlen(hint) + 1);
	return err->status;
}
