/* SPDX-License-Identifier: Apache-2.0 */
/* A device's statistics, see device_stat.h. */
#include "src/device_stat.h"

#include <string.h>

#include "base/text.h"

enum { BODY_SIZE = 1024 };

enum status device_stat_list(
	struct client *client, struct smp_stat_list *ret_list, struct err *reterr)
{
	struct smp_request request = smp_stat_list_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_stat_list_reply(&reply, ret_list, reterr);
	return status;
}

static bool is_listed(const struct smp_stat_list *list, const char *group)
{
	uint8_t storage[SMP_NAME_MAX];
	struct buf escaped = BUF_OVER(storage);

	text_append_escaped(&escaped, span_from_text(group));
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->groups[i].text, buf_text(&escaped)) == 0)
			return true;
	}
	return false;
}

/* Put words to a refusal, with the numbers of the device left as they are. */
static void explain_refusal(struct client *client, const char *group, struct err *err)
{
	struct err_device device = err->device;
	char storage[ERR_HINT_MAX];
	struct buf names = BUF_OVER(storage);
	struct smp_stat_list list;

	if (device_stat_list(client, &list, ERR_IGNORED) != STATUS_OK || is_listed(&list, group))
		return;
	for (size_t i = 0; i < list.count; i++)
		buf_format(&names, "%s%s", i > 0 ? ", " : "", list.groups[i].text);
	err_set(err, STATUS_DEVICE, "the device has no statistics group \"%s\"", group);
	if (list.count > 0)
		err_hint(err, "it has %s", buf_text(&names));
	err->device = device;
	/* The number's own name would tell another story. */
	err->device.name[0] = '\0';
}

enum status device_stat_show(struct client *client, const char *group,
	struct smp_stat_fields *ret_fields, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_stat_show_request(&body, span_from_text(group));
	struct smp_reply reply;
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the group's name is too long");
	status = client_call(client, &request, &reply, NULL, reterr);
	if (status == STATUS_OK)
		status = smp_stat_show_reply(&reply, ret_fields, reterr);
	if (status != STATUS_DEVICE && status != STATUS_PROTOCOL)
		return status;
	explain_refusal(client, group, reterr);
	return reterr->status;
}
