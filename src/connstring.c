/* SPDX-License-Identifier: Apache-2.0 */
/* mcumgr's connection strings, see connstring.h. */
#include "src/connstring.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "smp/frame.h"
#include "src/settings.h"

enum { PART_MAX = CONNSTRING_DEVICE_MAX + 8 }; /* a key, "=", a value, NUL */

/* Four characters of base64 carry three bytes. */
enum { CHARACTERS = 4, BYTES = 3 };

static enum status take_number(const char *key, const char *value, uint64_t min, uint64_t max,
	uint64_t *ret_number, struct err *reterr)
{
	if (text_parse_uint(value, min, max, ret_number))
		return STATUS_OK;
	return err_set(reterr, STATUS_USAGE,
		"%s= takes a number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", key, min, max,
		value);
}

static enum status take_baud(const char *value, struct connstring *connstring, struct err *reterr)
{
	const struct option_spec *option = option_find_name("baud", strlen("baud"));

	return take_number("baud", value, option->min, option->max, &connstring->baud, reterr);
}

/* From the least mtu that carries the shortest message to the most that carries the longest. */
static enum status take_mtu(const char *value, struct connstring *connstring, struct err *reterr)
{
	const struct option_spec *option = option_find_name("mtu", strlen("mtu"));
	uint64_t min = (option->min + SMP_FRAME_OVERHEAD + BYTES - 1) / BYTES * CHARACTERS;
	uint64_t max = (option->max + SMP_FRAME_OVERHEAD) / BYTES * CHARACTERS;
	uint64_t mtu;
	enum status status = take_number("mtu", value, min, max, &mtu, reterr);

	if (status == STATUS_OK)
		connstring->message_max = mtu / CHARACTERS * BYTES - SMP_FRAME_OVERHEAD;
	return status;
}

static enum status take_device(const char *value, struct connstring *connstring, struct err *reterr)
{
	size_t len = strlen(value);

	if (len == 0)
		return err_set(reterr, STATUS_USAGE, "an empty part names no device");
	if (len >= sizeof(connstring->device))
		return err_set(reterr, STATUS_USAGE, "the device's name is too long");
	memcpy(connstring->device, value, len + 1);
	return STATUS_OK;
}

static enum status take_framing(
	const char *value, struct connstring *connstring, struct err *reterr)
{
	const struct option_spec *option = option_find_name("framing", strlen("framing"));

	for (size_t i = 0; option->choices[i] != NULL; i++) {
		if (strcmp(option->choices[i], value) == 0) {
			memcpy(connstring->framing, value, strlen(value) + 1);
			return STATUS_OK;
		}
	}
	return err_set(
		reterr, STATUS_USAGE, "framing= takes %s, not \"%s\"", option->argument, value);
}

/* "key=value", or a device. */
static enum status take_part(char *part, struct connstring *connstring, struct err *reterr)
{
	char *value = strchr(part, '=');

	if (value == NULL)
		return take_device(part, connstring, reterr);
	*value++ = '\0';
	if (strcmp(part, "dev") == 0)
		return take_device(value, connstring, reterr);
	if (strcmp(part, "baud") == 0)
		return take_baud(value, connstring, reterr);
	if (strcmp(part, "mtu") == 0)
		return take_mtu(value, connstring, reterr);
	if (strcmp(part, "framing") == 0)
		return take_framing(value, connstring, reterr);
	err_set(reterr, STATUS_USAGE, "unknown key \"%s\"", part);
	return err_hint(
		reterr, "the keys are dev, baud, mtu and framing: dev=/dev/ttyACM0,baud=115200");
}

enum status connstring_parse(
	const char *text, struct connstring *ret_connstring, struct err *reterr)
{
	struct connstring connstring = { .device = "" };
	enum status status = STATUS_OK;

	for (const char *at = text; status == STATUS_OK && at != NULL;) {
		char part[PART_MAX];
		size_t len = strcspn(at, ",");

		if (len >= sizeof(part)) {
			status = err_set(reterr, STATUS_USAGE, "a part is too long");
			break;
		}
		memcpy(part, at, len);
		part[len] = '\0';
		status = take_part(part, &connstring, reterr);
		at = at[len] == ',' ? at + len + 1 : NULL;
	}
	if (status != STATUS_OK)
		return err_wrap(reterr, "connection string \"%s\"", text);
	*ret_connstring = connstring;
	return STATUS_OK;
}
