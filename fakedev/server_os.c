/* SPDX-License-Identifier: Apache-2.0 */
/* The OS group of a Zephyr application: echo, reset, parameters, info (protocol.md 3.1). */
#include "fakedev/server.h"

#include <string.h>

enum { BOOT_MODE_BOOTLOADER = 1 };

/* Modes in which MCUboot can be built, as it names them itself. */
enum {
	MODE_SINGLE_SLOT = 0,
	MODE_OVERWRITE_ONLY = 2,
	MODE_SWAP_USING_MOVE = 3,
	MODE_DIRECT_XIP = 4,
	MODE_DIRECT_XIP_WITH_REVERT = 5,
};

struct answer server_os_echo(struct server *server, const struct request *request, struct buf *body)
{
	struct span text = span_make(NULL, 0);

	(void)server;
	if (!request->has_args || body_get_text(&request->args, "d", &text) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	body_put_text(body, "r");
	body_put_text_span(body, text);
	return answer_ok();
}

/*
 * Arguments that cannot be read are ignored: the reset happens all the same. So is a boot mode where
 * the application is built without it.
 */
struct answer server_os_reset(
	struct server *server, const struct request *request, struct buf *body)
{
	uint64_t boot_mode = 0;

	(void)body;
	if (body_get_uint(&request->args, "boot_mode", UINT8_MAX, &boot_mode) != BODY_FOUND)
		boot_mode = 0;
	server->ram->in_recovery =
		server->config->has_boot_mode && boot_mode == BOOT_MODE_BOOTLOADER;
	server->wants_reset = true;
	return answer_ok();
}

struct answer server_os_params(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	if (!server->config->has_params)
		return answer_rc(RC_NOT_SUPPORTED);
	server_put_uint(body, "buf_size", server->config->buf_size);
	server_put_uint(body, "buf_count", server->config->buf_count);
	return answer_ok();
}

/* In the order in which they are printed, whatever the order in which they were asked for. */
static const struct info_field {
	char letter;
	const char *text;
} info_fields[] = {
	{ 's', "Zephyr" },
	{ 'n', "unknown" },
	{ 'r', "4.1.0" },
	{ 'v', "4.1.0" },
	{ 'b', "Thu Jan  1 00:00:00 2026" },
	{ 'm', "arm" },
	{ 'p', "cortex-m4" },
	{ 'i', "smpctl_fakedev" },
	{ 'o', "Zephyr" },
};

enum { INFO_FIELDS = sizeof(info_fields) / sizeof(info_fields[0]), INFO_TEXT_MAX = 256 };

/* Mark the fields that the format asks for; false at an unknown letter. */
static bool read_info_format(struct span format, bool ret_wanted[INFO_FIELDS])
{
	for (size_t at = 0; at < format.len; at++) {
		bool is_all = format.data[at] == 'a';
		bool is_known = is_all;

		for (size_t i = 0; i < INFO_FIELDS; i++) {
			if (!is_all && (uint8_t)info_fields[i].letter != format.data[at])
				continue;
			ret_wanted[i] = true;
			is_known = true;
		}
		if (!is_known)
			return false;
	}
	return true;
}

struct answer server_os_info(struct server *server, const struct request *request, struct buf *body)
{
	bool wanted[INFO_FIELDS] = { false };
	uint8_t text[INFO_TEXT_MAX];
	struct buf out = BUF_OVER(text);
	struct span format = span_make(NULL, 0);

	(void)server;
	if (!request->has_args ||
		body_get_text(&request->args, "format", &format) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	if (format.len == 0)
		format = span_from_text("s");
	if (!read_info_format(format, wanted))
		return answer_error(SMP_GROUP_OS, OS_ERROR_INVALID_FORMAT);
	for (size_t i = 0; i < INFO_FIELDS; i++) {
		if (wanted[i])
			buf_format(&out, "%s%s", out.len > 0 ? " " : "", info_fields[i].text);
	}
	body_put_text(body, "output");
	body_put_text_span(body, buf_span(&out));
	return answer_ok();
}

static int bootloader_mode(enum fakedev_bootloader bootloader)
{
	switch (bootloader) {
	case FAKEDEV_OVERWRITE:
		return MODE_OVERWRITE_ONLY;
	case FAKEDEV_DIRECT_XIP:
		return MODE_DIRECT_XIP;
	case FAKEDEV_DIRECT_XIP_REVERT:
		return MODE_DIRECT_XIP_WITH_REVERT;
	case FAKEDEV_SINGLE:
		return MODE_SINGLE_SLOT;
	case FAKEDEV_SWAP:
		break;
	}
	return MODE_SWAP_USING_MOVE;
}

/* An unknown query is a plain rc 3 in both versions (seen; the specification says otherwise). */
struct answer server_os_bootloader(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span query;

	if (!request->has_args)
		return answer_rc(RC_INVALID);
	switch (body_get_text(&request->args, "query", &query)) {
	case BODY_ABSENT:
		server_put_text(body, "bootloader", "MCUboot");
		return answer_ok();
	case BODY_FOUND:
		if (!span_equal(query, span_from_text("mode")))
			break;
		body_put_text(body, "mode");
		body_put_int(body, bootloader_mode(server->config->bootloader));
		return answer_ok();
	case BODY_WRONG_TYPE:
		break;
	}
	return answer_rc(RC_INVALID);
}
