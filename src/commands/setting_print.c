/* SPDX-License-Identifier: Apache-2.0 */
/* Values of settings for people, see setting_print.h. */
#include "src/commands/setting_print.h"

#include "base/text.h"

enum { DESCRIBED_MAX = 64 /* bytes of a value in a message */ };

static bool is_printable(struct span bytes)
{
	for (size_t at = 0; at < bytes.len;) {
		struct span rest = span_sub(bytes, at, bytes.len);
		size_t len = text_utf8_length(rest);
		bool is_control = len == 1 && (rest.data[0] < 0x20 || rest.data[0] == 0x7f);
		bool is_c1 = len == 2 && rest.data[0] == 0xc2 && rest.data[1] < 0xa0;

		if (len == 0 || is_control || is_c1)
			return false;
		at += len;
	}
	return true;
}

/* A lone NUL is more likely a number than an empty text. */
static bool has_nul_behind(struct span bytes)
{
	return bytes.len > 1 && bytes.data[bytes.len - 1] == '\0';
}

static bool take_text(struct span bytes, struct span *ret_text)
{
	*ret_text = has_nul_behind(bytes) ? span_sub(bytes, 0, bytes.len - 1) : bytes;
	return is_printable(*ret_text);
}

static void print_value(const struct device_setting *setting, FILE *out)
{
	struct span bytes = device_setting_span(setting), text;

	if (take_text(bytes, &text)) {
		fwrite(text.data, 1, text.len, out);
	} else {
		fputs("0x", out);
		for (size_t i = 0; i < bytes.len; i++)
			fprintf(out, "%02x", bytes.data[i]);
	}
	fputc('\n', out);
}

static void print_bare(const void *result, FILE *out)
{
	print_value(((const struct shown_setting *)result)->setting, out);
}

static void print_labelled(const void *result, FILE *out)
{
	fputs("Value: ", out);
	print_bare(result, out);
}

static void print_done_only(const void *result, FILE *out)
{
	(void)result;
	fputs("Done\n", out);
}

static void put_value(const struct device_setting *setting, struct doc *object)
{
	struct span bytes = device_setting_span(setting), text;
	char storage[2 * DEVICE_SETTING_MAX + 1];
	struct buf out = BUF_OVER(storage);

	if (take_text(bytes, &text))
		doc_put_text_span(object, "value", text);
	else
		doc_put_text(object, "value", NULL);
	text_append_hex(&out, bytes);
	doc_put_text(object, "hex", buf_text(&out));
	doc_put_bool(object, "may_be_cut", setting->may_be_cut);
}

static void put_setting(const void *result, struct doc *object)
{
	const struct shown_setting *shown = result;

	doc_put_text(object, "key", shown->key);
	if (shown->setting != NULL) {
		put_value(shown->setting, object);
		return;
	}
	doc_put_text(object, "value", NULL);
	doc_put_text(object, "hex", NULL);
}

const struct result_printer *setting_printer(void)
{
	static const struct result_printer printer = { print_bare, put_setting };

	return &printer;
}

const struct result_printer *setting_labelled_printer(void)
{
	static const struct result_printer printer = { print_labelled, put_setting };

	return &printer;
}

const struct result_printer *setting_done_printer(void)
{
	static const struct result_printer printer = { print_done_only, put_setting };

	return &printer;
}

void setting_note_rest(struct output *output, const struct device_setting *setting)
{
	struct span bytes = device_setting_span(setting), text;

	/* In JSON the bytes tell. */
	if (!output->json && take_text(bytes, &text) && text.len < bytes.len)
		output_note(output, "a NUL stands behind the text");
	if (setting->may_be_cut)
		output_note(output,
			"warning: the device hands out no more than %zu bytes, the value may be "
			"longer",
			bytes.len);
}

void setting_describe(struct span value, struct buf *out)
{
	struct span text;

	if (take_text(value, &text)) {
		buf_append_text(out, "\"");
		text_append_escaped(out, span_sub(text, 0, DESCRIBED_MAX));
		buf_append_text(out, text.len < value.len ? "\\x00\"" : "\"");
	} else {
		buf_append_text(out, "0x");
		text_append_hex(out, span_sub(value, 0, DESCRIBED_MAX));
	}
	if (value.len > DESCRIBED_MAX)
		buf_append_text(out, "...");
}
