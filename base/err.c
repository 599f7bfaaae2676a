/* SPDX-License-Identifier: Apache-2.0 */
/* The error record of err.h and its table of exit codes. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	if (err != NULL)
		*err = (struct err){ .status = STATUS_OK };
}

enum status err_set(struct err *err, enum status status, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return status;
	err_clear(err);
	err->status = status;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	return status;
}

enum status err_set_errno(struct err *err, enum status status, int errnum, const char *format, ...)
{
	va_list args;
	size_t used;

	if (err == NULL)
		return status;
	err_clear(err);
	err->status = status;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	used = strlen(err->message);
	snprintf(err->message + used, sizeof(err->message) - used, ": %s", strerror(errnum));
	return status;
}

enum status err_wrap(struct err *err, const char *format, ...)
{
	char context[ERR_MESSAGE_MAX];
	size_t inner_len, context_len, room;
	va_list args;

	if (err == NULL)
		return STATUS_INTERNAL;
	va_start(args, format);
	vsnprintf(context, sizeof(context), format, args);
	va_end(args);
	inner_len = strlen(err->message);
	if (inner_len + 2 >= sizeof(err->message))
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
	va_list args;

	if (err == NULL)
		return STATUS_INTERNAL;
	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return err->status;
}
