/* SPDX-License-Identifier: Apache-2.0 */
/* The option table, see settings.h. */
#include "src/settings.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "smp/session.h"
#include "smp/window.h"
#include "transport/transport.h"

enum { MTU_MIN = 64, BAUD_DEFAULT = 115200, TIMEOUT_DEFAULT_MS = 2000, TRIES_DEFAULT = 3 };

void settings_default(struct settings *ret_settings)
{
	*ret_settings = (struct settings){
		.baud = BAUD_DEFAULT,
		.line_length = SMP_LINE_LENGTH,
		.timeout_ms = TIMEOUT_DEFAULT_MS,
		.tries = TRIES_DEFAULT,
		.slot = SETTINGS_SLOT_UNSET,
	};
}

/* The orders of these words are those of the enums they become. */
static const char *const flow_choices[] = { "none", "rtscts", NULL };
static const char *const line_choices[] = { "keep", "on", "off", NULL };
static const char *const version_choices[] = { "auto", "1", "2", NULL };

#define MEMBER(name) offsetof(struct settings, name)

static const struct option_spec options[] = {
	{ "port", 'p', true, OPTION_TEXT, MEMBER(port), "ADDRESS",
		"where the device is: /dev/ttyACM0, or loopback for the built-in fake board", 0, 0,
		NULL },
	{ "baud", 'b', true, OPTION_NUMBER, MEMBER(baud), "N",
		"line speed in bits per second (default 115200)", 50, 20000000, NULL },
	{ "flow", '\0', true, OPTION_CHOICE, MEMBER(flow), "none|rtscts",
		"hardware handshake (default none)", 0, 0, flow_choices },
	{ "dtr", '\0', true, OPTION_CHOICE, MEMBER(dtr), "keep|on|off",
		"modem line DTR when the port is opened (default keep)", 0, 0, line_choices },
	{ "rts", '\0', true, OPTION_CHOICE, MEMBER(rts), "keep|on|off",
		"modem line RTS when the port is opened (default keep)", 0, 0, line_choices },
	{ "mtu", '\0', true, OPTION_NUMBER, MEMBER(mtu), "N",
		"largest SMP message to send in bytes, header included (default: ask the device, "
		"else 380)",
		MTU_MIN, SMP_PACKET_MAX, NULL },
	{ "line-length", '\0', true, OPTION_NUMBER, MEMBER(line_length), "N",
		"bytes per console line, line feed included (default 127)", SMP_LINE_LENGTH_MIN,
		SMP_LINE_LENGTH_MAX, NULL },
	{ "window", 'w', true, OPTION_NUMBER, MEMBER(window), "N",
		"most requests in flight during an upload (default: as many as the device has "
		"buffers for, less where bytes are lost)",
		1, SMP_WINDOW_MAX, NULL },
	{ "timeout", 't', true, OPTION_DURATION, MEMBER(timeout_ms), "DURATION",
		"wait for one reply: 2s, 500ms, a bare number is seconds (default 2s)", 0, 0,
		NULL },
	{ "tries", 'r', true, OPTION_NUMBER, MEMBER(tries), "N", "attempts per request (default 3)",
		1, SMP_SESSION_TRIES_MAX, NULL },
	{ "smp-version", '\0', true, OPTION_CHOICE, MEMBER(smp_version), "1|2|auto",
		"version of the protocol (default auto)", 0, 0, version_choices },
	{ "json", '\0', true, OPTION_SWITCH, MEMBER(json), NULL,
		"one JSON document on standard output, also on failure", 0, 0, NULL },
	{ "trace", '\0', true, OPTION_TEXT, MEMBER(trace), "FILE",
		"write every frame, decoded, with time and direction to FILE", 0, 0, NULL },
	{ "image", 'n', true, OPTION_NUMBER, MEMBER(image), "N",
		"image number, where a command takes one (default 0)", 0, UINT32_MAX, NULL },
	{ "quiet", 'q', true, OPTION_SWITCH, MEMBER(quiet), NULL, "no progress and no remarks", 0,
		0, NULL },
	{ "verbose", 'v', true, OPTION_SWITCH, MEMBER(verbose), NULL,
		"the device's text and what is repeated, on standard error", 0, 0, NULL },
	{ "version", '\0', true, OPTION_SWITCH, MEMBER(version), NULL, "print the version", 0, 0,
		NULL },
	{ "help", 'h', true, OPTION_SWITCH, MEMBER(help), NULL, "print help, also for a command", 0,
		0, NULL },
	{ "slot", '\0', false, OPTION_NUMBER, MEMBER(slot), "S", "slot number", 0, 255, NULL },
	{ "restart", '\0', false, OPTION_SWITCH, MEMBER(restart), NULL,
		"begin anew where an earlier upload was broken off", 0, 0, NULL },
	{ "upgrade", '\0', false, OPTION_SWITCH, MEMBER(upgrade), NULL,
		"let the device refuse a version that is not newer than the running one", 0, 0,
		NULL },
	{ "force", '\0', false, OPTION_SWITCH, MEMBER(force), NULL,
		"upload: send a file that is no sound image; reset: insist where the application "
		"refuses",
		0, 0, NULL },
	{ "bootloader", '\0', false, OPTION_SWITCH, MEMBER(bootloader), NULL,
		"ask the device to stay in its bootloader's serial recovery", 0, 0, NULL },
};

const struct option_spec *option_table(size_t *ret_count)
{
	*ret_count = sizeof(options) / sizeof(options[0]);
	return options;
}

const struct option_spec *option_find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
			return &options[i];
	}
	return NULL;
}

const struct option_spec *option_find_letter(char letter)
{
	for (size_t i = 0; letter != '\0' && i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].letter == letter)
			return &options[i];
	}
	return NULL;
}

static enum status set_choice(const struct option_spec *option, const char *argument,
	uint64_t *member, struct err *reterr)
{
	for (size_t i = 0; option->choices[i] != NULL; i++) {
		if (strcmp(option->choices[i], argument) == 0) {
			*member = i;
			return STATUS_OK;
		}
	}
	return err_set(reterr, STATUS_USAGE, "--%s takes %s, not \"%s\"", option->name,
		option->argument, argument);
}

enum status option_set(const struct option_spec *option, const char *argument,
	struct settings *settings, struct err *reterr)
{
	void *member = (char *)settings + option->offset;
	uint64_t ms;

	switch (option->kind) {
	case OPTION_SWITCH:
		*(bool *)member = true;
		return STATUS_OK;
	case OPTION_TEXT:
		*(const char **)member = argument;
		return STATUS_OK;
	case OPTION_NUMBER:
		if (text_parse_uint(argument, option->min, option->max, member))
			return STATUS_OK;
		return err_set(reterr, STATUS_USAGE,
			"--%s takes a number from %" PRIu64 " to %" PRIu64 ", not \"%s\"",
			option->name, option->min, option->max, argument);
	case OPTION_DURATION:
		if (text_parse_duration_ms(argument, &ms) && ms > 0) {
			*(uint64_t *)member = ms;
			return STATUS_OK;
		}
		return err_set(reterr, STATUS_USAGE,
			"--%s takes a duration such as 2s or 500ms, not \"%s\"", option->name,
			argument);
	case OPTION_CHOICE:
		return set_choice(option, argument, member, reterr);
	}
	return STATUS_OK;
}
