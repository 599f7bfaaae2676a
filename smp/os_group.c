/* SPDX-License-Identifier: Apache-2.0 */
/* The OS management group, see os_group.h. */
#include "smp/os_group.h"

static struct smp_request os_request(
	enum smp_op op, enum smp_os_command command, const struct buf *body)
{
	return (struct smp_request){
		.op = op,
		.group = SMP_GROUP_OS,
		.command = (uint8_t)command,
		.body = body != NULL ? buf_span(body) : span_make(NULL, 0),
	};
}

/* A map of one text, or the empty map when there is no text. */
static void put_text_argument(struct buf *body, const char *key, struct span text)
{
	body_put_map(body, text.len > 0 ? 1 : 0);
	if (text.len == 0)
		return;
	body_put_text(body, key);
	body_put_text_span(body, text);
}

static enum status text_reply(
	const struct smp_reply *reply, const char *key, struct span *ret_text, struct err *reterr)
{
	struct body_value map;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	return smp_field_required(body_get_text(&map, key, ret_text), key, reterr);
}

struct smp_request smp_os_echo_request(struct buf *body, struct span text)
{
	/* An empty text is sent as one: the device must send it back. */
	body_put_map(body, 1);
	body_put_text(body, "d");
	body_put_text_span(body, text);
	return os_request(SMP_OP_WRITE, SMP_OS_ECHO, body);
}

enum status smp_os_echo_reply(
	const struct smp_reply *reply, struct span *ret_text, struct err *reterr)
{
	return text_reply(reply, "r", ret_text, reterr);
}

struct smp_request smp_os_console_echo_request(struct buf *body, bool is_on)
{
	body_put_map(body, 1);
	body_put_text(body, "echo");
	body_put_uint(body, is_on ? 1 : 0);
	return os_request(SMP_OP_WRITE, SMP_OS_CONSOLE_ECHO, body);
}

struct smp_request smp_os_params_request(void)
{
	return os_request(SMP_OP_READ, SMP_OS_PARAMS, NULL);
}

enum status smp_os_params_reply(
	const struct smp_reply *reply, struct smp_os_params *ret_params, struct err *reterr)
{
	struct body_value map;
	uint64_t buf_size = 0, buf_count = 0;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	status = smp_field_required(
		body_get_uint(&map, "buf_size", UINT32_MAX, &buf_size), "buf_size", reterr);
	if (status != STATUS_OK)
		return status;
	status = smp_field_required(
		body_get_uint(&map, "buf_count", UINT32_MAX, &buf_count), "buf_count", reterr);
	if (status != STATUS_OK)
		return status;
	ret_params->buf_size = (uint32_t)buf_size;
	ret_params->buf_count = (uint32_t)buf_count;
	return STATUS_OK;
}

struct smp_request smp_os_info_request(struct buf *body, struct span format)
{
	put_text_argument(body, "format", format);
	return os_request(SMP_OP_READ, SMP_OS_INFO, body);
}

enum status smp_os_info_reply(
	const struct smp_reply *reply, struct span *ret_text, struct err *reterr)
{
	return text_reply(reply, "output", ret_text, reterr);
}

struct smp_request smp_os_bootloader_request(struct buf *body, struct span query)
{
	put_text_argument(body, "query", query);
	return os_request(SMP_OP_READ, SMP_OS_BOOTLOADER, body);
}

enum status smp_os_bootloader_name_reply(
	const struct smp_reply *reply, struct span *ret_name, struct err *reterr)
{
	return text_reply(reply, "bootloader", ret_name, reterr);
}

enum status smp_os_bootloader_mode_reply(
	const struct smp_reply *reply, struct smp_os_bootloader_mode *ret_mode, struct err *reterr)
{
	struct body_value map;
	struct smp_os_bootloader_mode mode = { 0 };
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	status = smp_field_required(body_get_int(&map, "mode", &mode.mode), "mode", reterr);
	if (status != STATUS_OK)
		return status;
	status = smp_field_optional(
		body_get_bool(&map, "no-downgrade", &mode.no_downgrade), "no-downgrade", reterr);
	if (status == STATUS_OK)
		*ret_mode = mode;
	return status;
}

const char *smp_os_bootloader_mode_name(int64_t mode)
{
	static const char *const names[] = {
		"single slot",
		"swap using scratch",
		"overwrite only",
		"swap using move",
		"direct-xip",
		"direct-xip with revert",
		"RAM load",
		"firmware loader",
		"single slot RAM load",
		"swap using offset",
	};

	if (mode < 0 || (uint64_t)mode >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[mode];
}

struct smp_request smp_os_datetime_request(void)
{
	return os_request(SMP_OP_READ, SMP_OS_DATETIME, NULL);
}

enum status smp_os_datetime_reply(
	const struct smp_reply *reply, struct span *ret_text, struct err *reterr)
{
	return text_reply(reply, "datetime", ret_text, reterr);
}

struct smp_request smp_os_set_datetime_request(struct buf *body, struct span text)
{
	put_text_argument(body, "datetime", text);
	return os_request(SMP_OP_WRITE, SMP_OS_DATETIME, body);
}

struct smp_request smp_os_reset_request(
	struct buf *body, bool force, enum smp_os_boot_mode boot_mode)
{
	body_put_map(body, (force ? 1u : 0u) + (boot_mode != SMP_OS_BOOT_NORMAL ? 1u : 0u));
	if (force) {
		/* A boolean: the written specification says integer, the code decodes a boolean. */
		body_put_text(body, "force");
		body_put_bool(body, true);
	}
	if (boot_mode != SMP_OS_BOOT_NORMAL) {
		body_put_text(body, "boot_mode");
		body_put_uint(body, boot_mode);
	}
	return os_request(SMP_OP_WRITE, SMP_OS_RESET, body);
}
