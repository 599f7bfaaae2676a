/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up error numbers, see errors.h; the words stand in error_table.c. */
#include "smp/errors.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "smp/header.h"

enum { RC_EMSGSIZE = 7, RC_ENOTSUP = 8, RC_ECORRUPT = 9, RC_EPERUSER = 256 };

static const struct smp_error_info user_error = { RC_EPERUSER, "MGMT_ERR_EPERUSER",
	"an error of the application's own", "the firmware's author knows what this number means" };

/* Mynewt's log group counts "corrupt" and "message size" the other way round (protocol.md 1.7). */
static int64_t general_rc(uint16_t group, int64_t rc)
{
	if (group == SMP_GROUP_LOG && rc == RC_EMSGSIZE)
		return RC_ECORRUPT;
	if (group == SMP_GROUP_LOG && rc == RC_ECORRUPT)
		return RC_EMSGSIZE;
	return rc;
}

const struct smp_error_info *smp_error_find(uint16_t group, bool is_group_error, int64_t rc)
{
	size_t count;
	const struct smp_error_space *spaces = smp_error_spaces(&count);

	if (!is_group_error) {
		rc = general_rc(group, rc);
		if (rc >= RC_EPERUSER)
			return &user_error;
	}
	for (size_t i = 0; i < count; i++) {
		if (spaces[i].is_group != is_group_error ||
			(is_group_error && spaces[i].group != group))
			continue;
		for (size_t j = 0; j < spaces[i].count; j++) {
			if (spaces[i].rows[j].rc == rc)
				return &spaces[i].rows[j];
		}
	}
	return NULL;
}

static void describe_number(uint16_t group, bool is_group_error, int64_t rc, struct buf *out)
{
	const char *name = smp_group_name(group);

	if (!is_group_error)
		buf_format(out, "rc %" PRId64, rc);
	else if (name != NULL)
		buf_format(out, "group %s, rc %" PRId64, name, rc);
	else
		buf_format(out, "group %u, rc %" PRId64, group, rc);
}

enum status smp_error_set(
	struct err *reterr, uint16_t group, bool is_group_error, int64_t rc, struct span reason)
{
	const struct smp_error_info *info = smp_error_find(group, is_group_error, rc);
	enum status status =
		!is_group_error && rc == RC_ENOTSUP ? STATUS_UNSUPPORTED : STATUS_DEVICE;
	uint8_t number_storage[64], reason_storage[160];
	struct buf number = BUF_OVER(number_storage), said = BUF_OVER(reason_storage);

	describe_number(group, is_group_error, rc, &number);
	if (reason.len > 0) {
		buf_append_text(&said, "; the device says: ");
		text_append_escaped(&said, reason);
	}
	if (info != NULL)
		err_set(reterr, status, "device error %s (%s): %s%s", info->name, buf_text(&number),
			info->meaning, buf_text(&said));
	else
		err_set(reterr, status, "device error without a known name (%s)%s",
			buf_text(&number), buf_text(&said));
	err_hint(reterr, "%s",
		info != NULL ? info->hint
			     : "the firmware may be newer than smpctl, or use its own numbers");
	reterr->device = (struct err_device){
		.present = true,
		.group = group,
		.is_group_error = is_group_error,
		.rc = rc,
	};
	if (info != NULL)
		memcpy(reterr->device.name, info->name,
			strnlen(info->name, sizeof(reterr->device.name) - 1));
	return status;
}
