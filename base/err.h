/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error record of the project, and the table of exit codes and names that scripts rely on
 * (cli.md "Exit codes").
 *
 * A function that can fail returns `enum status` and takes `struct err *reterr` last. On failure it
 * fills the record and returns err->status; on success the record is left alone. Callers add what
 * they were doing with err_wrap, so that the message reads from the outside in:
 * "image upload: chunk at 4096: no reply in 2.0 s (3 tries)". The record is never NULL: a caller who
 * only wants the status passes ERR_IGNORED.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

enum status {
	STATUS_OK,
	STATUS_INTERNAL,    /* a bug of ours, or out of memory */
	STATUS_USAGE,       /* the command line is wrong */
	STATUS_NO_PORT,     /* no such port, or it went away and did not come back */
	STATUS_PORT_BUSY,   /* held by another program, or no permission */
	STATUS_TIMEOUT,     /* the device did not answer */
	STATUS_PROTOCOL,    /* it answered with something that is not SMP */
	STATUS_DEVICE,      /* it answered with an error */
	STATUS_BAD_FILE,    /* the firmware file is unfit */
	STATUS_UNSUPPORTED, /* the device lacks that command */
	STATUS_NOT_UPDATED, /* after the reset the device does not run the new image */
	STATUS_PARTIAL,     /* some devices of several failed */
	STATUS_INTERRUPTED, /* Ctrl-C */
};

#define STATUS_COUNT (STATUS_INTERRUPTED + 1)

enum { ERR_MESSAGE_MAX = 768, ERR_HINT_MAX = 512, ERR_NAME_MAX = 64 };

/* What the device said, when the device is what failed. */
struct err_device {
	bool present;
	uint16_t group;      /* management group whose number space rc belongs to */
	bool is_group_error; /* rc counts in that group's own numbers, not in the general ones */
	int64_t rc;
	char name[ERR_NAME_MAX]; /* for example "IMAGE_NO_FREE_SLOT"; empty when not known */
};

struct err {
	enum status status;
	char message[ERR_MESSAGE_MAX]; /* what was tried and why it failed; no line feed */
	char hint[ERR_HINT_MAX];       /* what to do next; empty when there is nothing to say */
	struct err_device device;
};

/* A record of its own for a call whose error nobody will read; valid in the enclosing block. */
#define ERR_IGNORED (&(struct err){ .status = STATUS_OK })

/* Fill the record anew; returns status. */
enum status err_set(struct err *err, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4), nonnull));

/* As err_set, with ": " and the text of an errno value behind it. */
enum status err_set_errno(struct err *err, enum status status, int errnum, const char *format, ...)
	__attribute__((format(printf, 4, 5), nonnull));

/* Put "context: " before the message; returns the record's status. */
enum status err_wrap(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3), nonnull));

/* Say what to do next; replaces an earlier hint. Returns the record's status. */
enum status err_hint(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3), nonnull));

void err_clear(struct err *err) __attribute__((nonnull));

int status_exit_code(enum status status);
const char *status_name(enum status status); /* as in JSON: "port-busy" */
const char *status_text(enum status status); /* what it means, for the manual */

#endif
