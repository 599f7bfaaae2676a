/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of the OS group: echo, os info, os params, os bootloader. */
#include <inttypes.h>

#include "src/commands/commands.h"
#include "src/device.h"

static void print_device_text(const void *result, FILE *out)
{
	fprintf(out, "%s\n", ((const struct device_text *)result)->text);
}

static void print_echo(const void *result, FILE *out)
{
	fprintf(out, "%s\n", (const char *)result);
}

static void put_echo(const void *result, struct doc *object)
{
	doc_put_text(object, "text", result);
}

enum status command_echo(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_echo, put_echo };
	const char *text = invocation->args[0];
	struct device_text echo;
	bool is_same = false;
	enum status status = device_echo(invocation->client, text, &echo, &is_same, reterr);

	if (status != STATUS_OK)
		return status;
	if (!is_same)
		return err_set(
			reterr, STATUS_PROTOCOL, "another text came back: \"%s\"", echo.text);
	/* The same bytes: shown as they were typed, not as a device's text would be. */
	output_result(invocation->output, &printer, text);
	return STATUS_OK;
}

/* What `os info` asks for, one letter each (protocol.md 3.1). */
static const struct {
	char letter[2];
	const char *label; /* text */
	const char *key;   /* JSON */
} info_fields[] = {
	{ "s", "kernel name", "kernel_name" },
	{ "n", "node name", "node_name" },
	{ "r", "kernel release", "kernel_release" },
	{ "v", "kernel version", "kernel_version" },
	{ "b", "build date", "build_date" },
	{ "m", "machine", "machine" },
	{ "p", "processor", "processor" },
	{ "i", "board", "board" },
	{ "o", "operating system", "operating_system" },
};

#define INFO_FIELD_COUNT (sizeof(info_fields) / sizeof(info_fields[0]))

struct info {
	struct device_text values[INFO_FIELD_COUNT];
	bool has_value[INFO_FIELD_COUNT];
};

static void print_info(const void *result, FILE *out)
{
	const struct info *info = result;

	for (size_t i = 0; i < INFO_FIELD_COUNT; i++) {
		if (info->has_value[i])
			fprintf(out, "%-18s%s\n", info_fields[i].label, info->values[i].text);
	}
}

static void put_info(const void *result, struct doc *object)
{
	const struct info *info = result;

	for (size_t i = 0; i < INFO_FIELD_COUNT; i++) {
		if (info->has_value[i])
			doc_put_text(object, info_fields[i].key, info->values[i].text);
	}
}

static void put_info_output(const void *result, struct doc *object)
{
	doc_put_text(object, "output", ((const struct device_text *)result)->text);
}

/*
 * Values hold blanks, so the joined answer to "a" cannot be taken apart again: ask letter by letter,
 * and leave out the letters that this firmware does not know.
 */
static enum status ask_all_fields(struct client *client, struct info *info, struct err *reterr)
{
	for (size_t i = 0; i < INFO_FIELD_COUNT; i++) {
		enum status status =
			device_info(client, info_fields[i].letter, &info->values[i], reterr);

		info->has_value[i] = status == STATUS_OK;
		if (status == STATUS_DEVICE && i > 0)
			err_clear(reterr);
		else if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

enum status command_os_info(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer table = { print_info, put_info };
	static const struct result_printer line = { print_device_text, put_info_output };
	struct device_text output;
	struct info info = { .has_value = { false } };
	enum status status;

	if (invocation->arg_count > 0) {
		status = device_info(invocation->client, invocation->args[0], &output, reterr);
		if (status == STATUS_OK)
			output_result(invocation->output, &line, &output);
		return status;
	}
	status = ask_all_fields(invocation->client, &info, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &table, &info);
	return status;
}

static void print_params(const void *result, FILE *out)
{
	const struct smp_os_params *params = result;

	fprintf(out, "buffer size   %" PRIu32 "\nbuffer count  %" PRIu32 "\n", params->buf_size,
		params->buf_count);
}

static void put_params(const void *result, struct doc *object)
{
	const struct smp_os_params *params = result;

	doc_put_uint(object, "buf_size", params->buf_size);
	doc_put_uint(object, "buf_count", params->buf_count);
}

enum status command_os_params(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_params, put_params };
	struct smp_os_params params;
	enum status status = device_params(invocation->client, &params, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &params);
	return status;
}

struct bootloader {
	struct device_text name;
	bool has_mode;
	struct smp_os_bootloader_mode mode;
};

static void print_bootloader(const void *result, FILE *out)
{
	const struct bootloader *bootloader = result;

	fprintf(out, "bootloader    %s\n", bootloader->name.text);
	if (!bootloader->has_mode)
		return;
	fprintf(out, "mode          %" PRId64 " (%s)\n", bootloader->mode.mode,
		smp_os_bootloader_mode_name(bootloader->mode.mode));
	fprintf(out, "no downgrade  %s\n", bootloader->mode.no_downgrade ? "true" : "false");
}

static void put_bootloader(const void *result, struct doc *object)
{
	const struct bootloader *bootloader = result;

	doc_put_text(object, "bootloader", bootloader->name.text);
	if (!bootloader->has_mode)
		return;
	doc_put_int(object, "mode", bootloader->mode.mode);
	doc_put_text(object, "mode_name", smp_os_bootloader_mode_name(bootloader->mode.mode));
	doc_put_bool(object, "no_downgrade", bootloader->mode.no_downgrade);
}

enum status command_os_bootloader(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_bootloader, put_bootloader };
	struct bootloader bootloader = { .has_mode = false };
	enum status status = device_bootloader_name(invocation->client, &bootloader.name, reterr);

	if (status != STATUS_OK)
		return status;
	status = device_bootloader_mode(invocation->client, &bootloader.mode, reterr);
	bootloader.has_mode = status == STATUS_OK;
	/* A bootloader without a mode is an answer too; silence is not. */
	if (status != STATUS_OK && status != STATUS_DEVICE && status != STATUS_UNSUPPORTED)
		return err_wrap(reterr, "asking for the mode");
	err_clear(reterr);
	output_result(invocation->output, &printer, &bootloader);
	return STATUS_OK;
}
