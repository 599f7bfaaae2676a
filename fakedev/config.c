/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a fake board, see config.h. */
#include "fakedev/config.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "fakedev/flash.h"

enum {
	SLOT_SIZE_DEFAULT = 118 * FLASH_PAGE_SIZE, /* 472 KiB, as on an nRF52840 with Zephyr */
	SLOT_SIZE_MIN = 8 * FLASH_PAGE_SIZE,
	SLOT_SIZE_MAX = 64 * 1024 * 1024,
	OPTION_NAME_MAX = 32,
	WORDS_MAX = 9,
	MS_MAX = 3600 * 1000, /* of a boot */
};

enum option_kind {
	OPTION_NUMBER,
	OPTION_SIZE,
	OPTION_WORD,
	OPTION_WORDS,
	OPTION_PATH,
	OPTION_SWITCH,
	OPTION_FAULT
};

/* Beside each row of `options`: where the value goes and what it may be. */
struct option_rule {
	enum option_kind kind;
	size_t at;                    /* offset in struct fakedev_config */
	uint64_t min, max;            /* NUMBER, SIZE */
	const char *words[WORDS_MAX]; /* WORD: in the order of the enum; WORDS: of the bits */
	bool value;                   /* SWITCH: what it is set to */
};

#define AT(member) .at = offsetof(struct fakedev_config, member)

static const struct fakedev_option options[] = {
	{ "mode", "app|recovery", "what runs at the start (app)" },
	{ "images", "N", "images, with two slots each (1)" },
	{ "slot-size", "SIZE", "bytes of a slot; K and M may stand behind (472K)" },
	{ "bootloader", "swap|overwrite|direct-xip|direct-xip-revert|single",
		"what MCUboot does with a new image (swap)" },
	{ "key", "FILE", "public key of the bootloader; without it only hashes are checked" },
	{ "factory", "FILE", "the image that a new board runs" },
	{ "state", "FILE", "file in which the flash lasts" },
	{ "start", "factory|uploaded|test|permanent|testing|confirmed|reverted|half|recovery",
		"where in an update a new board is (factory)" },
	{ "second", "FILE", "the image that this update is to" },
	{ "wait-for-dfu", "MS", "after a reset the bootloader listens until then (0)" },
	{ "boot-time", "MS", "the least time from a reset to the first answer (0)" },
	{ "no-boot-mode", NULL, "a reset does not lead into recovery when asked to" },
	{ "adapter", NULL, "behind a serial adapter: the port stays at a reset" },
	{ "hides-network-core", NULL, "image 1 is copied away at the boot and not listed then" },
	{ "framing", "console|raw", "how application and bootloader frame SMP (console)" },
	{ "no-input-timeout", NULL, "half a raw packet waits for ever, as Zephyr's default is" },
	{ "buf-size", "SIZE", "bytes of a net buffer of the application (384)" },
	{ "buf-count", "N", "net buffers (4)" },
	{ "line-length", "N", "longest line taken, line feed included (128)" },
	{ "line-buffers", "N", "lines that the application holds until it gets to them (2)" },
	{ "baud", "N", "line speed; 0 is as fast as it goes, like USB (0)" },
	{ "flash", "nrf52840|nrf5340|nrf54l15|qspi|instant",
		"whose erase and write times to take (instant)" },
	{ "erase-progressively", NULL, "erase each page when it is first written to" },
	{ "stall", NULL, "the CPU stands still while internal flash is erased" },
	{ "fifo", "N", "bytes that the UART holds while the CPU stands still (6)" },
	{ "write-block", "N", "bytes that the bootloader's flash takes at a time (8)" },
	{ "smp-version", "1|2", "the newest version that the server speaks (2)" },
	{ "v2-only", NULL, "the server is built without version 1" },
	{ "text-noise", NULL, "log lines between the frames" },
	{ "no-params", NULL, "the server is built without the os params command" },
	{ "no-slot-info", NULL, "the server is built without the image slot info command" },
	{ "image-check", NULL, "an upload ends with a comparison of the hash" },
	{ "frugal", NULL, "image list shows true flags only" },
	{ "legacy-rc", NULL, "\"rc\": 0 in successful replies" },
	{ "mynewt", NULL, "has Mynewt's groups log, crash and run, and settings as texts" },
	{ "lacks", "taskstat|mpstat|datetime|stat|settings|fs|shell|enum|basic",
		"what the application lacks; several with + between them" },
	{ "no-board-stats", NULL, "the server has the statistics of Zephyr's sample only" },
	{ "fault", "NAME[=ARG][@WHEN]", "a misbehaviour; may be repeated" },
	{ "seed", "N", "of everything random (1)" },
};

static const struct option_rule rules[] = {
	{ OPTION_WORD, AT(mode), .words = { "app", "recovery" } },
	{ OPTION_NUMBER, AT(images), .min = 1, .max = FAKEDEV_IMAGES_MAX },
	{ OPTION_SIZE, AT(slot_size), .min = SLOT_SIZE_MIN, .max = SLOT_SIZE_MAX },
	{ OPTION_WORD, AT(bootloader),
		.words = { "swap", "overwrite", "direct-xip", "direct-xip-revert", "single" } },
	{ OPTION_PATH, AT(key_path) },
	{ OPTION_PATH, AT(factory_path) },
	{ OPTION_PATH, AT(state_path) },
	{ OPTION_WORD, AT(start),
		.words = { "factory", "uploaded", "test", "permanent", "testing", "confirmed",
			"reverted", "half", "recovery" } },
	{ OPTION_PATH, AT(second_path) },
	{ OPTION_NUMBER, AT(wait_for_dfu_ms), .min = 0, .max = MS_MAX },
	{ OPTION_NUMBER, AT(boot_time_ms), .min = 0, .max = MS_MAX },
	{ OPTION_SWITCH, AT(has_boot_mode), .value = false },
	{ OPTION_SWITCH, AT(has_adapter), .value = true },
	{ OPTION_SWITCH, AT(hides_network_core), .value = true },
	{ OPTION_WORD, AT(framing), .words = { "console", "raw" } },
	{ OPTION_SWITCH, AT(has_input_timeout), .value = false },
	{ OPTION_SIZE, AT(buf_size), .min = 64, .max = 32 * 1024 },
	{ OPTION_NUMBER, AT(buf_count), .min = 2, .max = 64 },
	{ OPTION_NUMBER, AT(line_length), .min = 16, .max = 4096 },
	{ OPTION_NUMBER, AT(line_buffers), .min = 1, .max = 64 },
	{ OPTION_NUMBER, AT(baud), .min = 0, .max = 100 * 1000 * 1000 },
	{ OPTION_WORD, AT(flash),
		.words = { "instant", "nrf52840", "nrf5340", "nrf54l15", "qspi" } },
	{ OPTION_SWITCH, AT(erases_progressively), .value = true },
	{ OPTION_SWITCH, AT(stalls), .value = true },
	{ OPTION_NUMBER, AT(fifo_size), .min = 0, .max = 4096 },
	{ OPTION_NUMBER, AT(write_block), .min = 1, .max = 32 },
	{ OPTION_NUMBER, AT(smp_version), .min = 1, .max = 2 },
	{ OPTION_SWITCH, AT(is_v2_only), .value = true },
	{ OPTION_SWITCH, AT(text_noise), .value = true },
	{ OPTION_SWITCH, AT(has_params), .value = false },
	{ OPTION_SWITCH, AT(has_slot_info), .value = false },
	{ OPTION_SWITCH, AT(has_image_check), .value = true },
	{ OPTION_SWITCH, AT(is_frugal), .value = true },
	{ OPTION_SWITCH, AT(has_legacy_rc), .value = true },
	{ OPTION_SWITCH, AT(is_mynewt), .value = true },
	{ OPTION_WORDS, AT(lacks),
		.words = { "taskstat", "mpstat", "datetime", "stat", "settings", "fs", "shell",
			"enum", "basic" } },
	{ OPTION_SWITCH, AT(has_board_stats), .value = false },
	{ .kind = OPTION_FAULT },
	{ OPTION_NUMBER, AT(seed), .min = 0, .max = UINT32_MAX },
};

enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };
_Static_assert(sizeof(rules) / sizeof(rules[0]) == OPTION_COUNT, "every option has a rule");
_Static_assert(
	sizeof(enum fakedev_mode) == sizeof(unsigned) && sizeof(uint32_t) == sizeof(unsigned),
	"numbers and words are stored alike");

void fakedev_config_default(struct fakedev_config *ret_config)
{
	*ret_config = (struct fakedev_config){
		.mode = FAKEDEV_APP,
		.images = 1,
		.slot_size = SLOT_SIZE_DEFAULT,
		.bootloader = FAKEDEV_SWAP,
		.buf_size = 384,
		.buf_count = 4,
		.line_length = 128,
		.line_buffers = 2,
		.fifo_size = 6,
		.flash = FAKEDEV_FLASH_INSTANT,
		.write_block = 8,
		.smp_version = 2,
		.has_params = true,
		.has_input_timeout = true,
		.has_slot_info = true,
		.has_boot_mode = true,
		.has_board_stats = true,
		.seed = 1,
	};
}

const struct fakedev_option *fakedev_options(size_t *ret_count)
{
	*ret_count = OPTION_COUNT;
	return options;
}

const struct fakedev_fault *fakedev_config_fault(
	const struct fakedev_config *config, enum fakedev_fault_kind kind, uint32_t request_number)
{
	for (unsigned i = 0; i < config->fault_count; i++) {
		const struct fakedev_fault *fault = &config->faults[i];

		if (fault->kind == kind && request_number >= fault->first &&
			request_number <= fault->last)
			return fault;
	}
	return NULL;
}

static void store_number(
	struct fakedev_config *config, const struct option_rule *rule, uint64_t value)
{
	unsigned number = (unsigned)value;

	memcpy((uint8_t *)config + rule->at, &number, sizeof(number));
}

static enum status set_number(struct fakedev_config *config, const struct fakedev_option *option,
	const struct option_rule *rule, const char *text, struct err *reterr)
{
	uint64_t value;

	if (!text_parse_uint(text, rule->min, rule->max, &value))
		return err_set(reterr, STATUS_USAGE, "%s: '%s' is no number from %llu to %llu",
			option->name, text, (unsigned long long)rule->min,
			(unsigned long long)rule->max);
	store_number(config, rule, value);
	return STATUS_OK;
}

/* "480K", "1M", "491520" */
static bool parse_size(const char *text, uint64_t *ret_size)
{
	char digits[OPTION_NAME_MAX];
	size_t len = strlen(text);
	uint64_t unit = 1;

	if (len == 0 || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len + 1);
	if (strchr("kK", digits[len - 1]) != NULL)
		unit = 1024;
	else if (strchr("mM", digits[len - 1]) != NULL)
		unit = 1024 * 1024;
	if (unit > 1)
		digits[len - 1] = '\0';
	if (!text_parse_uint(digits, 0, UINT32_MAX, ret_size))
		return false;
	*ret_size *= unit;
	return true;
}

static enum status set_size(struct fakedev_config *config, const struct fakedev_option *option,
	const struct option_rule *rule, const char *text, struct err *reterr)
{
	uint64_t size;

	if (!parse_size(text, &size) || size < rule->min || size > rule->max)
		return err_set(reterr, STATUS_USAGE, "%s: '%s' is no size from %llu to %llu bytes",
			option->name, text, (unsigned long long)rule->min,
			(unsigned long long)rule->max);
	if (rule->at == offsetof(struct fakedev_config, slot_size) && size % FLASH_PAGE_SIZE != 0)
		return err_set(reterr, STATUS_USAGE, "%s: %llu is no multiple of the page (%d)",
			option->name, (unsigned long long)size, FLASH_PAGE_SIZE);
	store_number(config, rule, size);
	return STATUS_OK;
}

/* The place of a word of `len` bytes among those of the rule; WORDS_MAX where it is none of them. */
static unsigned find_word(const struct option_rule *rule, const char *text, size_t len)
{
	for (unsigned i = 0; i < WORDS_MAX && rule->words[i] != NULL; i++) {
		if (strlen(rule->words[i]) == len && memcmp(rule->words[i], text, len) == 0)
			return i;
	}
	return WORDS_MAX;
}

static enum status set_unknown_word(
	const struct fakedev_option *option, const char *text, size_t len, struct err *reterr)
{
	return err_set(reterr, STATUS_USAGE, "%s: '%.*s' is none of %s", option->name, (int)len,
		text, option->argument);
}

static enum status set_word(struct fakedev_config *config, const struct fakedev_option *option,
	const struct option_rule *rule, const char *text, struct err *reterr)
{
	unsigned word = find_word(rule, text, strlen(text));

	if (word == WORDS_MAX)
		return set_unknown_word(option, text, strlen(text), reterr);
	store_number(config, rule, word);
	return STATUS_OK;
}

/* "shell+enum": a bit for each */
static enum status set_words(struct fakedev_config *config, const struct fakedev_option *option,
	const struct option_rule *rule, const char *text, struct err *reterr)
{
	uint64_t bits = 0;

	for (;;) {
		size_t len = strcspn(text, "+");
		unsigned word = find_word(rule, text, len);

		if (word == WORDS_MAX)
			return set_unknown_word(option, text, len, reterr);
		bits |= UINT64_C(1) << word;
		if (text[len] == '\0')
			break;
		text += len + 1;
	}
	store_number(config, rule, bits);
	return STATUS_OK;
}

static enum status set_path(struct fakedev_config *config, const struct fakedev_option *option,
	const struct option_rule *rule, const char *text, struct err *reterr)
{
	size_t len = strlen(text);

	if (len == 0 || len >= FAKEDEV_PATH_MAX)
		return err_set(reterr, STATUS_USAGE, "%s: the path is %s", option->name,
			len == 0 ? "empty" : "too long");
	memcpy((char *)config + rule->at, text, len + 1);
	return STATUS_OK;
}

static enum status set_switch(struct fakedev_config *config, const struct fakedev_option *option,
	const struct option_rule *rule, const char *text, struct err *reterr)
{
	if (text != NULL)
		return err_set(reterr, STATUS_USAGE, "%s takes no value", option->name);
	memcpy((uint8_t *)config + rule->at, &rule->value, sizeof(rule->value));
	return STATUS_OK;
}

static enum status add_fault(struct fakedev_config *config, const char *text, struct err *reterr)
{
	enum status status;

	if (config->fault_count == FAKEDEV_FAULTS_MAX)
		return err_set(reterr, STATUS_USAGE, "fault: more than %d", FAKEDEV_FAULTS_MAX);
	status = fakedev_fault_parse(text, &config->faults[config->fault_count], reterr);
	if (status == STATUS_OK)
		config->fault_count++;
	return status;
}

static enum status set_option(
	struct fakedev_config *config, size_t index, const char *value, struct err *reterr)
{
	const struct fakedev_option *option = &options[index];
	const struct option_rule *rule = &rules[index];

	if (rule->kind == OPTION_SWITCH)
		return set_switch(config, option, rule, value, reterr);
	if (value == NULL)
		return err_set(reterr, STATUS_USAGE, "%s needs a value: %s", option->name,
			option->argument);
	switch (rule->kind) {
	case OPTION_NUMBER:
		return set_number(config, option, rule, value, reterr);
	case OPTION_SIZE:
		return set_size(config, option, rule, value, reterr);
	case OPTION_WORD:
		return set_word(config, option, rule, value, reterr);
	case OPTION_WORDS:
		return set_words(config, option, rule, value, reterr);
	case OPTION_PATH:
		return set_path(config, option, rule, value, reterr);
	case OPTION_FAULT:
	case OPTION_SWITCH:
		break;
	}
	return add_fault(config, value, reterr);
}

enum status fakedev_config_set(
	struct fakedev_config *config, const char *name, const char *value, struct err *reterr)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (strcmp(options[i].name, name) == 0)
			return set_option(config, i, value, reterr);
	}
	err_set(reterr, STATUS_USAGE, "a fake board has no option '%s'", name);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (text_is_similar(options[i].name, name)) {
			err_hint(reterr, "did you mean '%s'?", options[i].name);
			break;
		}
	}
	return STATUS_USAGE;
}

/* One "key=value" or "switch" of `len` bytes. */
static enum status parse_item(
	struct fakedev_config *config, const char *text, size_t len, struct err *reterr)
{
	char item[OPTION_NAME_MAX + FAKEDEV_PATH_MAX];
	char *equals;

	if (len >= sizeof(item))
		return err_set(reterr, STATUS_USAGE, "'%.40s...' is too long", text);
	memcpy(item, text, len);
	item[len] = '\0';
	equals = strchr(item, '=');
	if (equals != NULL)
		*equals++ = '\0';
	return fakedev_config_set(config, item, equals, reterr);
}

enum status fakedev_config_parse(
	struct fakedev_config *config, const char *text, struct err *reterr)
{
	while (*text != '\0') {
		size_t len = strcspn(text, ",");
		enum status status = parse_item(config, text, len, reterr);

		if (status != STATUS_OK)
			return status;
		text += len;
		if (*text == ',' && *++text == '\0')
			return err_set(
				reterr, STATUS_USAGE, "nothing stands behind the last comma");
	}
	return STATUS_OK;
}
