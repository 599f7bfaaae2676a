/* SPDX-License-Identifier: Apache-2.0 */
/* A device's settings, see device_settings.h. */
#include "src/device_settings.h"

#include "src/device.h"

enum { BODY_SIZE_MAX = 65536 };

struct span device_setting_span(const struct device_setting *setting)
{
	return span_make(setting->bytes, setting->len);
}

/* A request that was made in `body`, of what the user has typed. */
static enum status tell_in(struct client *client, const struct smp_request *request,
	const struct buf *body, struct err *reterr)
{
	if (body->overflow)
		return err_set(reterr, STATUS_USAGE, "key and value are too long");
	return device_tell(client, request, reterr);
}

enum status device_setting_read(struct client *client, const char *key,
	struct device_setting *ret_setting, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage), out = BUF_OVER(ret_setting->bytes);
	struct smp_request request =
		smp_settings_read_request(&body, span_from_text(key), DEVICE_SETTING_MAX);
	uint32_t limit = DEVICE_SETTING_MAX;
	struct smp_settings_value value;
	struct smp_reply reply;
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the key is too long");
	status = client_call(client, &request, &reply, NULL, reterr);
	if (status == STATUS_OK)
		status = smp_settings_read_reply(&reply, &out, &value, reterr);
	if (status != STATUS_OK)
		return status;
	if (value.is_limited && value.max_size < limit)
		limit = value.max_size;
	ret_setting->len = out.len;
	ret_setting->may_be_cut = out.len >= limit;
	return STATUS_OK;
}

enum status device_setting_write(
	struct client *client, const char *key, struct span value, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_settings_write_request(&body, span_from_text(key), value);

	return tell_in(client, &request, &body, reterr);
}

enum status device_setting_delete(struct client *client, const char *key, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_settings_delete_request(&body, span_from_text(key));

	return tell_in(client, &request, &body, reterr);
}

enum status device_settings_commit(struct client *client, struct err *reterr)
{
	struct smp_request request = smp_settings_commit_request();

	return device_tell(client, &request, reterr);
}

enum status device_settings_load(struct client *client, struct err *reterr)
{
	struct smp_request request = smp_settings_load_request();

	return device_tell(client, &request, reterr);
}

enum status device_settings_save(struct client *client, const char *key, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request =
		smp_settings_save_request(&body, span_from_text(key != NULL ? key : ""));

	return tell_in(client, &request, &body, reterr);
}

enum status device_config_write(
	struct client *client, const char *key, const char *text, bool saves, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_settings_config_request(
		&body, span_from_text(key), span_from_text(text), saves);

	return tell_in(client, &request, &body, reterr);
}
