/* SPDX-License-Identifier: Apache-2.0 */
/* mcumgr's options, see mcumgr.h. */
#include "src/mcumgr.h"

#include <string.h>

#define NO_BLUETOOTH "it is for Bluetooth"

static const struct mcumgr_option options[] = {
	{ "loglevel", 'l', "LEVEL", NULL, "--verbose and --trace tell more" },
	{ "name", '\0', "NAME", NULL, NO_BLUETOOTH },
	{ "write-rsp", '\0', NULL, NULL, NO_BLUETOOTH },
	{ "hci", 'i', "N", NULL, NO_BLUETOOTH },
	{ "ompres", '\0', "RESOURCE", NULL, "it is for CoAP" },
	{ "noerase", 'e', NULL, NULL, "the device erases what it must" },
	{ "maxwinsize", '\0', "N", "window", NULL },
};

const struct mcumgr_option *mcumgr_find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
			return &options[i];
	}
	return NULL;
}

const struct mcumgr_option *mcumgr_find_letter(char letter)
{
	for (size_t i = 0; letter != '\0' && i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].letter == letter)
			return &options[i];
	}
	return NULL;
}
