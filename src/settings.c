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
		.image = SETTINGS_IMAGE_UNSET,
		.slot = SETTINGS_SLOT_UNSET,
		.max_failures = SETTINGS_NO_LIMIT,
	};
}

/* The orders of these words are those of the enums they become. */
static const char *const flow_choices[] = { "none", "rtscts", NULL };
static const char *const line_choices[] = { "keep", "on", "off", NULL };
static const char *const framing_choices[] = { "console", "raw", "auto", NULL };
static const char *const version_choices[] = { "auto", "1", "2", NULL };
static const char *const colour_choices[] = { "auto", "always", "never", NULL };

#define MEMBER(name) offsetof(struct settings, name)

static const struct option_spec options[] = {
	{ "port", 'p', true, OPTION_PORT, MEMBER(port), "ADDRESS",
		"where the device is: /dev/ttyACM0, usb:2fe3:0100, or loopback, a fake board "
		"(default: the only USB port)",
		0, 0, NULL },
	{ "conn", 'c', true, OPTION_TEXT, MEMBER(conn), "NAME",
		"use a stored connection profile (see conn add)", 0, 0, NULL },
	{ "conntype", '\0', true, OPTION_TEXT, MEMBER(conntype), "serial",
		"type of the connection: only serial is known", 0, 0, NULL },
	{ "connstring", '\0', true, OPTION_TEXT, MEMBER(connstring), "STRING",
		"the connection in mcumgr's words: /dev/ttyACM0,baud=115200,mtu=512", 0, 0, NULL },
	{ "connextra", '\0', true, OPTION_TEXT, MEMBER(connextra), "KEY=VALUE",
		"put behind the connection string, a profile's too", 0, 0, NULL },
	{ "baud", 'b', true, OPTION_NUMBER, MEMBER(baud), "N",
		"line speed in bits per second (default 115200)", 50, 20000000, NULL },
	{ "flow", '\0', true, OPTION_CHOICE, MEMBER(flow), "none|rtscts",
		"hardware handshake (default none)", 0, 0, flow_choices },
	{ "dtr", '\0', true, OPTION_CHOICE, MEMBER(dtr), "keep|on|off",
		"modem line DTR when the port is opened (default keep)", 0, 0, line_choices },
	{ "rts", '\0', true, OPTION_CHOICE, MEMBER(rts), "keep|on|off",
		"modem line RTS when the port is opened (default keep)", 0, 0, line_choices },
	{ "framing", '\0', true, OPTION_CHOICE, MEMBER(framing), "console|raw|auto",
		"how SMP lies on the line: in lines of base64, raw, or ask for both (default "
		"console)",
		0, 0, framing_choices },
	{ "break", '\0', true, OPTION_SWITCH, MEMBER(sends_break), NULL,
		"send a break before the first byte, for boards that listen for one", 0, 0, NULL },
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
	{ "wait-port", '\0', true, OPTION_DURATION, MEMBER(wait_port_ms), "DURATION",
		"wait that long for a port that is not there yet, or not ours yet", 0, 0, NULL },
	{ "probe", '\0', true, OPTION_SWITCH, MEMBER(probe), NULL,
		"of several ports that match take the one where SMP is answered", 0, 0, NULL },
	{ "image", 'n', true, OPTION_NUMBER, MEMBER(image), "N",
		"image number, where a command takes one (default: what the file says, else 0)", 0,
		UINT32_MAX, NULL },
	{ "script", '\0', true, OPTION_TEXT, MEMBER(script), "FILE",
		"run the command lines in FILE, or in standard input for -", 0, 0, NULL },
	{ "keep-going", '\0', true, OPTION_SWITCH, MEMBER(keep_going), NULL,
		"go on behind a line of the script that fails", 0, 0, NULL },
	{ "quiet", 'q', true, OPTION_SWITCH, MEMBER(quiet), NULL, "no progress and no remarks", 0,
		0, NULL },
	{ "verbose", 'v', true, OPTION_SWITCH, MEMBER(verbose), NULL,
		"the device's text and what is repeated, on standard error", 0, 0, NULL },
	{ "color", '\0', true, OPTION_CHOICE, MEMBER(colours), "auto|always|never",
		"colours (default auto: on terminals, unless NO_COLOR is set)", 0, 0,
		colour_choices },
	{ "version", '\0', true, OPTION_SWITCH, MEMBER(version), NULL, "print the version", 0, 0,
		NULL },
	{ "help", 'h', true, OPTION_SWITCH, MEMBER(help), NULL, "print help, also for a command", 0,
		0, NULL },
	{ "slot", '\0', false, OPTION_NUMBER, MEMBER(slot), "S", "slot number", 0, 255, NULL },
	{ "table", '\0', false, OPTION_SWITCH, MEMBER(table), NULL,
		"a row for each slot, with -v whole hashes", 0, 0, NULL },
	{ "restart", '\0', false, OPTION_SWITCH, MEMBER(restart), NULL,
		"begin anew where an earlier upload was broken off", 0, 0, NULL },
	{ "upgrade", 'u', false, OPTION_SWITCH, MEMBER(upgrade), NULL,
		"let the device refuse a version that is not newer than the running one", 0, 0,
		NULL },
	{ "force", '\0', false, OPTION_SWITCH, MEMBER(force), NULL,
		"upload: send although file or device speak against it; attach, download: "
		"overwrite; reset: insist where the application refuses; erase-storage: do not ask",
		0, 0, NULL },
	{ "bootloader", '\0', false, OPTION_SWITCH, MEMBER(bootloader), NULL,
		"ask the device to stay in its bootloader's serial recovery", 0, 0, NULL },
	{ "wait", '\0', false, OPTION_SWITCH, MEMBER(wait), NULL,
		"wait until the device is back and answers", 0, 0, NULL },
	{ "confirm", '\0', false, OPTION_SWITCH, MEMBER(confirm), NULL,
		"mark the image for good at once, without a test", 0, 0, NULL },
	{ "test-only", '\0', false, OPTION_SWITCH, MEMBER(test_only), NULL,
		"leave the image under test: the next reset takes it back", 0, 0, NULL },
	{ "no-reset", '\0', false, OPTION_SWITCH, MEMBER(no_reset), NULL,
		"stop before the reset that boots the image", 0, 0, NULL },
	{ "dry-run", '\0', false, OPTION_SWITCH, MEMBER(dry_run), NULL,
		"show what would be done, and stop", 0, 0, NULL },
	{ "check", '\0', false, OPTION_TEXT, MEMBER(check), "CMD",
		"command that must succeed before the image is confirmed; the device's address is "
		"in "
		"SMPCTL_PORT",
		0, 0, NULL },
	{ "check-echo", '\0', false, OPTION_SWITCH, MEMBER(check_echo), NULL,
		"the image must answer an echo before it is confirmed", 0, 0, NULL },
	{ "check-version", '\0', false, OPTION_TEXT, MEMBER(check_version), "VERSION",
		"this version must run before it is confirmed", 0, 0, NULL },
	{ "all", '\0', false, OPTION_SWITCH, MEMBER(all), NULL,
		"every port that matches the address", 0, 0, NULL },
	{ "from", '\0', false, OPTION_TEXT, MEMBER(from), "FILE",
		"boards from a file, a line each: ADDRESS, then FIRMWARE and OPTION=VALUE", 0, 0,
		NULL },
	{ "jobs", '\0', false, OPTION_NUMBER, MEMBER(jobs), "N", "boards at a time (default 32)", 1,
		256, NULL },
	{ "canary", '\0', false, OPTION_NUMBER, MEMBER(canary), "N",
		"update N boards first, and the others only if all of them are well", 1, 256,
		NULL },
	{ "max-failures", '\0', false, OPTION_NUMBER, MEMBER(max_failures), "N",
		"start no other board when more than N have failed", 0, 256, NULL },
	{ "log-dir", '\0', false, OPTION_TEXT, MEMBER(log_dir), "DIR",
		"write a log for each board into DIR", 0, 0, NULL },
	{ "report", '\0', false, OPTION_TEXT, MEMBER(report), "FILE",
		"write the results to FILE: JSON, or JUnit when it ends with .xml", 0, 0, NULL },
	{ "key", '\0', false, OPTION_TEXT, MEMBER(key), "PEM",
		"the bootloader's key, either half: take only images that it has signed (default: "
		"the file named in SMPCTL_KEY; '' for none)",
		0, 0, NULL },
	{ "strict", '\0', false, OPTION_SWITCH, MEMBER(strict), NULL,
		"take no image that is signed with one of MCUboot's published development keys", 0,
		0, NULL },
	{ "output", 'o', false, OPTION_TEXT, MEMBER(output), "FILE", "write the result to FILE", 0,
		0, NULL },
	{ "signature", '\0', false, OPTION_TEXT, MEMBER(signature), "FILE",
		"the signature as the vault gave it, in binary", 0, 0, NULL },
	{ "public-key", '\0', false, OPTION_TEXT, MEMBER(public_key), "PEM",
		"the public half of the key that signs", 0, 0, NULL },
	{ "hex", '\0', false, OPTION_SWITCH, MEMBER(hex), NULL,
		"the payload, or the value of a setting, is given in hex", 0, 0, NULL },
	{ "save", '\0', false, OPTION_SWITCH, MEMBER(save), NULL,
		"let the written value last beyond the next reset", 0, 0, NULL },
	{ "type", '\0', false, OPTION_TEXT, MEMBER(type), "crc32|sha256",
		"kind of hash, or another that fs hashes shows (default: the device chooses)", 0, 0,
		NULL },
};

_Static_assert(sizeof(options) / sizeof(options[0]) <= SETTINGS_OPTIONS_MAX,
	"every option needs its place in struct settings");

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

/* The first one is the one of commands for one device. */
static enum status add_port(const char *argument, struct settings *settings, struct err *reterr)
{
	struct text_list *ports = &settings->ports;

	if (ports->count == TEXT_LIST_MAX)
		return err_set(
			reterr, STATUS_USAGE, "-p is given more than %d times", TEXT_LIST_MAX);
	ports->items[ports->count++] = argument;
	settings->port = ports->items[0];
	return STATUS_OK;
}

static enum status store(const struct option_spec *option, const char *argument,
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
	case OPTION_PORT:
		return add_port(argument, settings, reterr);
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

enum status option_set(const struct option_spec *option, const char *argument,
	struct settings *settings, struct err *reterr)
{
	enum status status = store(option, argument, settings, reterr);

	if (status == STATUS_OK)
		settings->is_given[option - options] = true;
	return status;
}

bool option_is_given(const struct option_spec *option, const struct settings *settings)
{
	return settings->is_given[option - options];
}

enum status option_preset(const struct option_spec *option, const char *argument,
	struct settings *settings, struct err *reterr)
{
	struct settings unused = { 0 };

	/* What does not count must be right all the same: a typing error is not found by accident. */
	return store(
		option, argument, option_is_given(option, settings) ? &unused : settings, reterr);
}
