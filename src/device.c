/* SPDX-License-Identifier: Apache-2.0 */
/* Blocking calls to a device, see device.h. */
#include "src/device.h"

#include <string.h>

#include "base/text.h"

/* protocol.md 1.5: the answer is longer than the device's buffer. */
enum { RC_MESSAGE_SIZE = 7 };

enum { BODY_SIZE_MAX = 65536, SMALL_BODY_SIZE = 128 };

uint32_t device_timeout_ms(const struct client *client, uint32_t least_ms)
{
	uint32_t asked_ms = client_timeout_ms(client);

	return asked_ms > least_ms ? asked_ms : least_ms;
}

void device_keep_text(struct span text, struct device_text *ret_text)
{
	static const char cut[] = "...";
	struct buf out = BUF_OVER(ret_text->text);
	bool is_whole;

	text_append_escaped(&out, text);
	is_whole = !out.overflow && out.len < out.cap;
	buf_text(&out);
	if (!is_whole)
		memcpy(ret_text->text + sizeof(ret_text->text) - sizeof(cut), cut, sizeof(cut));
}

/* One request whose reply is a text. `read` says which. */
static enum status ask_for_text(struct client *client, const struct smp_request *request,
	enum status (*read)(const struct smp_reply *, struct span *, struct err *),
	struct span *ret_text, struct err *reterr)
{
	struct smp_reply reply;
	enum status status = client_call(client, request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = read(&reply, ret_text, reterr);
	return status;
}

enum status device_echo(struct client *client, const char *text, struct device_text *ret_echo,
	bool *ret_is_same, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_echo_request(&body, span_from_text(text));
	struct span echo = { 0 };
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the text is too long");
	status = ask_for_text(client, &request, smp_os_echo_reply, &echo, reterr);
	if (status != STATUS_OK)
		return status;
	device_keep_text(echo, ret_echo);
	*ret_is_same = span_equal(echo, span_from_text(text));
	return STATUS_OK;
}

enum status device_find_alive(struct client *client, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_echo_request(&body, span_make(NULL, 0));
	struct smp_reply reply;

	return client_call(client, &request, &reply, NULL, reterr);
}

enum status device_params(
	struct client *client, struct smp_os_params *ret_params, struct err *reterr)
{
	struct smp_request request = smp_os_params_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_os_params_reply(&reply, ret_params, reterr);
	return status;
}

enum status device_info(
	struct client *client, const char *format, struct device_text *ret_info, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_info_request(&body, span_from_text(format));
	struct span info = { 0 };
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the format is too long");
	status = ask_for_text(client, &request, smp_os_info_reply, &info, reterr);
	if (status == STATUS_OK)
		device_keep_text(info, ret_info);
	return status;
}

enum status device_bootloader_name(
	struct client *client, struct device_text *ret_name, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_bootloader_request(&body, span_make(NULL, 0));
	struct span name = { 0 };
	enum status status =
		ask_for_text(client, &request, smp_os_bootloader_name_reply, &name, reterr);

	if (status == STATUS_OK)
		device_keep_text(name, ret_name);
	return status;
}

enum status device_bootloader_mode(
	struct client *client, struct smp_os_bootloader_mode *ret_mode, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_bootloader_request(&body, span_from_text("mode"));
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_os_bootloader_mode_reply(&reply, ret_mode, reterr);
	return status;
}

enum status device_tell(
	struct client *client, const struct smp_request *request, struct err *reterr)
{
	struct body_value map;
	struct smp_reply reply;
	enum status status = client_call(client, request, &reply, NULL, reterr);

	return status == STATUS_OK ? smp_reply_open(&reply, &map, reterr) : status;
}

enum status device_reset(
	struct client *client, bool force, enum smp_os_boot_mode boot_mode, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_reset_request(&body, force, boot_mode);
	enum status status = device_tell(client, &request, reterr);

	if (status == STATUS_NO_PORT && client_has_sent(client)) {
		err_clear(reterr);
		return STATUS_OK;
	}
	return status;
}

static enum status ask_for_state(struct client *client, const struct smp_request *request,
	struct smp_image_state *ret_state, struct err *reterr)
{
	struct smp_reply reply;
	enum status status;

	status = client_call(client, request, &reply, NULL, reterr);
	if (status == STATUS_OK)
		status = smp_image_state_reply(&reply, ret_state, reterr);
	if (status == STATUS_DEVICE && !reterr->device.is_group_error &&
		reterr->device.rc == RC_MESSAGE_SIZE)
		err_hint(reterr, "the list of its images does not fit the device's buffer: raise "
				 "CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE, or build it with "
				 "CONFIG_MCUMGR_GRP_IMG_FRUGAL_LIST");
	return status;
}

enum status device_image_state(
	struct client *client, struct smp_image_state *ret_state, struct err *reterr)
{
	struct smp_request request = smp_image_state_request();

	return ask_for_state(client, &request, ret_state, reterr);
}

enum status device_mark_image(struct client *client, struct span hash, bool confirm,
	struct smp_image_state *ret_state, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_image_mark_request(&body, hash, confirm);

	return ask_for_state(client, &request, ret_state, reterr);
}

enum status device_erase_slot(struct client *client, int64_t slot, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_image_erase_request(&body, slot);

	request.timeout_ms = device_timeout_ms(client, DEVICE_SLOW_TIMEOUT_MS);
	request.tries = 1; /* a repetition would erase once more */
	return device_tell(client, &request, reterr);
}

enum status device_slot_infos(
	struct client *client, struct smp_image_slot_infos *ret_infos, struct err *reterr)
{
	struct smp_request request = smp_image_slot_info_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_image_slot_info_reply(&reply, ret_infos, reterr);
	return status;
}

enum status device_is_recovery(struct client *client, const struct smp_image_state *state,
	bool *ret_is_recovery, struct err *reterr)
{
	uint8_t storage[SMALL_BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_console_echo_request(&body, false);
	enum status status;

	*ret_is_recovery = false;
	if (state->has_split_status)
		return STATUS_OK;
	status = device_tell(client, &request, reterr);
	*ret_is_recovery = status == STATUS_OK;
	if (status != STATUS_DEVICE && status != STATUS_UNSUPPORTED)
		return status;
	err_clear(reterr);
	return STATUS_OK;
}
