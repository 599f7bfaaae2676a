/* SPDX-License-Identifier: Apache-2.0 */
/* raw read, raw write: any request, with its payload and its answer as JSON. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "smp/frame.h"
#include "src/commands/commands.h"
#include "src/commands/standard_input.h"
#include "src/json_cbor.h"

/* JSON takes more room than what becomes of it. */
enum { INPUT_MAX = 8 * SMP_PACKET_MAX };

#define PAYLOAD "payload"

struct shown_payload {
	bool is_cbor;
	struct body_value value; /* is_cbor */
	struct span bytes;
};

static void put_payload(const void *result, struct doc *object)
{
	const struct shown_payload *shown = result;

	if (shown->is_cbor)
		json_put_cbor(object, PAYLOAD, &shown->value);
	else
		json_put_bytes(object, PAYLOAD, shown->bytes);
}

static void print_payload(const void *result, FILE *out)
{
	const struct shown_payload *shown = result;
	struct doc *doc;

	if (!shown->is_cbor) {
		for (size_t i = 0; i < shown->bytes.len; i++)
			fprintf(out, "%02x", shown->bytes.data[i]);
		fprintf(out, "\n");
		return;
	}
	doc = doc_new();
	put_payload(result, doc);
	if (doc != NULL)
		doc_write_indented(doc_member(doc, PAYLOAD, strlen(PAYLOAD)), out);
	doc_free(doc);
}

/* A number, or a name as in the help texts. */
static enum status read_group(const char *word, uint16_t *ret_group, struct err *reterr)
{
	uint64_t number;

	if (text_parse_uint(word, 0, UINT16_MAX, &number)) {
		*ret_group = (uint16_t)number;
		return STATUS_OK;
	}
	for (uint16_t group = 0; group < SMP_GROUP_USER; group++) {
		const char *name = smp_group_name(group);

		if (name != NULL && strcmp(name, word) == 0) {
			*ret_group = group;
			return STATUS_OK;
		}
	}
	if (strcmp(word, "basic") == 0) {
		*ret_group = SMP_GROUP_ZEPHYR;
		return STATUS_OK;
	}
	err_set(reterr, STATUS_USAGE, "\"%s\" is no group", word);
	return err_hint(reterr, "a group is a number from 0 to 65535, or one of os, image, stat, "
				"settings, log, crash, run, fs, shell, enum, basic");
}

static enum status read_id(const char *word, uint8_t *ret_id, struct err *reterr)
{
	uint64_t number;

	if (!text_parse_uint(word, 0, UINT8_MAX, &number))
		return err_set(reterr, STATUS_USAGE,
			"the command's ID is a number from 0 to 255, not \"%s\"", word);
	*ret_id = (uint8_t)number;
	return STATUS_OK;
}

/* What the payload is made of: a word, a file, or standard input. */
struct input {
	const char *name; /* for messages */
	struct span text;
	struct file_map map;
	struct buf piped; /* of standard input; owned */
};

static enum status open_input(const struct invocation *invocation, const char *word,
	struct input *input, struct err *reterr)
{
	enum status status;

	if (strcmp(word, "-") == 0) {
		input->name = "standard input";
		status = standard_input_read(invocation, INPUT_MAX, &input->piped, reterr);
		input->text = buf_span(&input->piped);
		return status;
	}
	if (word[0] != '@') {
		input->name = NULL;
		input->text = span_from_text(word);
		return STATUS_OK;
	}
	input->name = word + 1;
	status = file_map(input->name, INPUT_MAX, &input->map, reterr);
	input->text = input->map.bytes;
	return status;
}

static void close_input(struct input *input)
{
	file_unmap(&input->map);
	free(input->piped.data);
}

static enum status decode_json(const struct input *input, struct buf *out, struct err *reterr)
{
	struct doc *doc;
	enum status status =
		doc_parse(input->text, input->name != NULL ? input->name : "JSON", &doc, reterr);

	/* A word is no file. */
	if (status == STATUS_BAD_FILE && input->name == NULL) {
		reterr->status = status = STATUS_USAGE;
		err_hint(reterr, "an object in the quotes of your shell, for instance "
				 "'{\"d\": \"hello\"}'; @FILE and - read it from elsewhere");
	}
	if (status != STATUS_OK)
		return status;
	status = json_to_cbor(doc, out, reterr);
	doc_free(doc);
	return status;
}

static enum status decode_hex(const struct input *input, struct buf *out, struct err *reterr)
{
	struct span text = input->text;
	enum status status = STATUS_OK;
	char *digits = malloc(text.len + 1);

	if (digits == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	/* A file ends with a line feed. */
	while (text.len > 0 && memchr(" \t\r\n", text.data[text.len - 1], 4) != NULL)
		text.len--;
	if (text.len > 0)
		memcpy(digits, text.data, text.len);
	digits[text.len] = '\0';
	/* A NUL would end the digits before their end. */
	if (strlen(digits) < text.len || (!text_parse_hex(digits, out) && !out->overflow))
		status = err_set(reterr, input->name != NULL ? STATUS_BAD_FILE : STATUS_USAGE,
			"%s%sthe payload is not hex digits, two for each byte",
			input->name != NULL ? input->name : "", input->name != NULL ? ": " : "");
	free(digits);
	return status;
}

/* Without a word for it the payload is the empty map. */
static enum status read_payload(
	const struct invocation *invocation, struct buf *out, struct err *reterr)
{
	struct input input = { .name = NULL };
	enum status status;

	if (invocation->arg_count < 3) {
		body_put_map(out, 0);
		return STATUS_OK;
	}
	status = open_input(invocation, invocation->args[2], &input, reterr);
	if (status == STATUS_OK)
		status = invocation->settings.hex ? decode_hex(&input, out, reterr)
						  : decode_json(&input, out, reterr);
	close_input(&input);
	if (status == STATUS_OK && out->overflow)
		return err_set(reterr, STATUS_USAGE,
			"the payload is longer than %zu bytes, which "
			"no SMP message holds",
			out->cap);
	return status;
}

/* What the payload says as an SMP reply; one that breaks SMP's rules is the application's affair. */
static enum status find_error(const struct smp_reply *reply, struct err *reterr)
{
	struct body_value map;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_PROTOCOL)
		return status;
	err_clear(reterr);
	return STATUS_OK;
}

static enum status show_reply(
	struct output *output, const struct smp_reply *reply, struct err *reterr)
{
	static const struct result_printer printer = { print_payload, put_payload };
	struct shown_payload shown = { .bytes = reply->body };
	enum status status = find_error(reply, reterr);

	shown.is_cbor = body_open_any(reply->body, &shown.value, ERR_IGNORED) == STATUS_OK;
	if (status == STATUS_OK)
		output_result(output, &printer, &shown);
	else
		output_partial_result(output, &printer, &shown);
	return status;
}

static enum status run_raw(struct invocation *invocation, enum smp_op op, struct err *reterr)
{
	uint8_t storage[SMP_PACKET_MAX - SMP_HEADER_SIZE];
	struct buf payload = BUF_OVER(storage);
	struct smp_request request = { .op = op };
	struct smp_reply reply;
	enum status status = read_group(invocation->args[0], &request.group, reterr);

	if (status == STATUS_OK)
		status = read_id(invocation->args[1], &request.command, reterr);
	if (status == STATUS_OK)
		status = read_payload(invocation, &payload, reterr);
	if (status != STATUS_OK)
		return status;
	request.body = buf_span(&payload);
	status = client_call(invocation->client, &request, &reply, NULL, reterr);
	if (status == STATUS_OK)
		status = show_reply(invocation->output, &reply, reterr);
	return status;
}

enum status command_raw_read(struct invocation *invocation, struct err *reterr)
{
	return run_raw(invocation, SMP_OP_READ, reterr);
}

enum status command_raw_write(struct invocation *invocation, struct err *reterr)
{
	return run_raw(invocation, SMP_OP_WRITE, reterr);
}
