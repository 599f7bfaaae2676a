/* SPDX-License-Identifier: Apache-2.0 */
/* What is common to reading every reply, see message.h. */
#include "smp/message.h"

#include "smp/errors.h"

enum error_map { NO_ERROR_MAP, GROUP_ERROR, BROKEN_ERROR_MAP };

/*
 * An error map {"group": g, "rc": n} under `key`. Zephyr 3.4 called it "ret"; the shell group's "ret"
 * is a number and no error.
 */
static enum error_map read_error_map(
	const struct body_value *map, const char *key, uint16_t *ret_group, int64_t *ret_rc)
{
	struct body_value error;
	uint64_t group;

	if (!body_get(map, key, &error) || error.kind != BODY_MAP)
		return NO_ERROR_MAP;
	if (body_get_uint(&error, "group", UINT16_MAX, &group) != BODY_FOUND ||
		body_get_int(&error, "rc", ret_rc) != BODY_FOUND)
		return BROKEN_ERROR_MAP;
	*ret_group = (uint16_t)group;
	return *ret_rc != 0 ? GROUP_ERROR : NO_ERROR_MAP;
}

static enum error_map find_group_error(
	const struct body_value *map, uint16_t *ret_group, int64_t *ret_rc)
{
	enum error_map found = read_error_map(map, "err", ret_group, ret_rc);

	return found != NO_ERROR_MAP ? found : read_error_map(map, "ret", ret_group, ret_rc);
}

enum status smp_reply_open(
	const struct smp_reply *reply, struct body_value *ret_map, struct err *reterr)
{
	enum status status = body_open(reply->body, ret_map, reterr);
	struct span reason = { 0 };
	uint16_t group = reply->header.group;
	enum error_map group_error;
	int64_t rc = 0;

	if (status != STATUS_OK)
		return status;
	(void)body_get_text(ret_map, "rsn", &reason);
	group_error = find_group_error(ret_map, &group, &rc);
	if (group_error == BROKEN_ERROR_MAP)
		return err_set(reterr, STATUS_PROTOCOL, "the reply's error map lacks group or rc");
	if (group_error == GROUP_ERROR)
		return smp_error_set(reterr, group, true, rc, reason);
	if (body_get_int(ret_map, "rc", &rc) == BODY_WRONG_TYPE)
		return smp_field_optional(BODY_WRONG_TYPE, "rc", reterr);
	if (rc != 0)
		return smp_error_set(reterr, reply->header.group, false, rc, reason);
	return STATUS_OK;
}

enum status smp_field_required(enum body_found found, const char *field, struct err *reterr)
{
	if (found == BODY_ABSENT)
		return err_set(reterr, STATUS_PROTOCOL, "the reply lacks \"%s\"", field);
	return smp_field_optional(found, field, reterr);
}

enum status smp_field_optional(enum body_found found, const char *field, struct err *reterr)
{
	if (found == BODY_WRONG_TYPE)
		return err_set(reterr, STATUS_PROTOCOL,
			"\"%s\" in the reply has a wrong type or is out of range", field);
	return STATUS_OK;
}

enum status smp_field_container(const struct body_value *map, const char *field,
	enum body_kind kind, struct body_value *ret_container, struct err *reterr)
{
	if (!body_get(map, field, ret_container))
		return smp_field_required(BODY_ABSENT, field, reterr);
	return ret_container->kind == kind ? STATUS_OK
					   : smp_field_required(BODY_WRONG_TYPE, field, reterr);
}
