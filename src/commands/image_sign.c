/* SPDX-License-Identifier: Apache-2.0 */
/* image sign-digest and image attach: signing with a key that never leaves its vault. */
#include <inttypes.h>

#include "base/file.h"
#include "base/text.h"
#include "image/attach.h"
#include "src/commands/commands.h"
#include "src/file_check.h"
#include "src/write_file.h"

enum { SIGNATURE_FILE_MAX = 64 * 1024, PATH_SHOWN_MAX = 1024 };

/* One image, as imgtool has written it: what is attached to it must not get lost in a container. */
static enum status open_image(const char *path, struct firmware **ret_firmware, struct err *reterr)
{
	struct firmware *firmware;
	enum status status = file_open(path, &firmware, reterr);

	if (status != STATUS_OK)
		return status;
	if (firmware->kind == FIRMWARE_BINARY) {
		*ret_firmware = firmware;
		return STATUS_OK;
	}
	err_set(reterr, STATUS_BAD_FILE, "%s: %s, not a single binary image", path,
		firmware->kind == FIRMWARE_ZIP ? "an archive" : "an Intel HEX file");
	firmware_close(firmware);
	return err_hint(reterr, "give the .bin that imgtool has written");
}

static const char *digest_name(enum digest_kind kind)
{
	switch (kind) {
	case DIGEST_SHA384:
		return "sha384";
	case DIGEST_SHA512:
		return "sha512";
	case DIGEST_SHA256:
		break;
	}
	return "sha256";
}

struct shown_digest {
	const char *path;
	const char *output; /* NULL: on standard output only */
	const struct attach_message *message;
};

static void print_digest(const void *result, FILE *out)
{
	const struct shown_digest *shown = result;
	uint8_t storage[2 * DIGEST_SIZE_MAX + 1];
	struct buf hex = BUF_OVER(storage);

	if (shown->message->is_pure) {
		fprintf(out, "Done\n");
		return;
	}
	text_append_hex(&hex, shown->message->bytes);
	fprintf(out, "%s\n", buf_text(&hex));
}

static void put_digest(const void *result, struct doc *object)
{
	const struct shown_digest *shown = result;
	bool is_pure = shown->message->is_pure;

	doc_put_text(object, "file", shown->path);
	doc_put_bool(object, "pure", is_pure);
	doc_put_text(object, "digest_kind", is_pure ? NULL : digest_name(shown->message->digest));
	doc_put_hex(object, "digest", is_pure ? span_make(NULL, 0) : shown->message->bytes);
	doc_put_uint(object, "bytes", shown->message->bytes.len);
	doc_put_text(object, "output", shown->output);
}

static enum status show_digest(struct invocation *invocation, const char *path,
	const struct attach_message *message, struct err *reterr)
{
	static const struct result_printer printer = { print_digest, put_digest };
	const struct settings *settings = &invocation->settings;
	struct shown_digest shown = { path, settings->output, message };
	enum status status = STATUS_OK;

	if (message->is_pure && settings->output == NULL) {
		err_set(reterr, STATUS_USAGE,
			"%s: the signature is made over the image itself and not over a digest "
			"(SIG_PURE)",
			path);
		return err_hint(reterr, "-o FILE writes the %zu bytes that are to be signed",
			message->bytes.len);
	}
	if (!message->is_checked)
		output_note(invocation->output,
			"warning: the image is encrypted: its hash cannot be checked and is taken "
			"from the file");
	if (settings->output != NULL)
		status = write_file(settings->output, message->bytes, settings->force, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &shown);
	return status;
}

enum status command_image_sign_digest(struct invocation *invocation, struct err *reterr)
{
	const char *path = invocation->args[0], *key_path = invocation->settings.public_key;
	struct firmware *firmware = NULL;
	struct image_key *key = NULL;
	struct attach_message message;
	enum status status = open_image(path, &firmware, reterr);

	if (status == STATUS_OK && key_path != NULL)
		status = image_key_load(key_path, &key, reterr);
	if (status == STATUS_OK) {
		status = attach_message(&firmware->parts[0].image, key, &message, reterr);
		if (status != STATUS_OK)
			err_wrap(reterr, "%s", path);
	}
	if (status == STATUS_OK)
		status = show_digest(invocation, path, &message, reterr);
	image_key_free(key);
	firmware_close(firmware);
	return status;
}

struct shown_attach {
	const char *path;
	const char *output;
	size_t len; /* bytes written */
	const struct image_key *key;
};

static void print_attach(const void *result, FILE *out)
{
	const struct shown_attach *shown = result;
	uint8_t storage[PATH_SHOWN_MAX];
	struct buf path = BUF_OVER(storage);

	text_append_escaped(&path, span_from_text(shown->output));
	fprintf(out, "Wrote %s: %zu bytes, signed with a key of kind %s\n", buf_text(&path),
		shown->len, image_key_kind(shown->key));
}

static void put_attach(const void *result, struct doc *object)
{
	const struct shown_attach *shown = result;

	doc_put_text(object, "file", shown->path);
	doc_put_text(object, "output", shown->output);
	doc_put_uint(object, "bytes", shown->len);
	doc_put_text(object, "key_kind", image_key_kind(shown->key));
}

static enum status attach(struct invocation *invocation, const struct firmware *firmware,
	const struct image_key *key, struct span signature, struct err *reterr)
{
	static const struct result_printer printer = { print_attach, put_attach };
	const struct settings *settings = &invocation->settings;
	struct shown_attach shown = { invocation->args[0], settings->output, 0, key };
	struct attach_result made = { .data = NULL };
	enum status status =
		attach_signature(&firmware->parts[0].image, key, signature, &made, reterr);

	if (status != STATUS_OK)
		return err_wrap(reterr, "%s", shown.path);
	shown.len = made.len;
	status = write_file(
		settings->output, span_make(made.data, made.len), settings->force, reterr);
	attach_free(&made);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &shown);
	return status;
}

static enum status check_attach_options(const struct settings *settings, struct err *reterr)
{
	const char *missing = settings->signature == NULL    ? "--signature FILE"
			      : settings->public_key == NULL ? "--public-key PEM"
			      : settings->output == NULL     ? "-o FILE"
							     : NULL;

	if (missing == NULL)
		return STATUS_OK;
	err_set(reterr, STATUS_USAGE, "image attach needs %s", missing);
	return err_hint(reterr, "smpctl help image attach shows an example");
}

enum status command_image_attach(struct invocation *invocation, struct err *reterr)
{
	const struct settings *settings = &invocation->settings;
	struct firmware *firmware = NULL;
	struct image_key *key = NULL;
	struct file_map signature = { 0 };
	enum status status = check_attach_options(settings, reterr);

	if (status == STATUS_OK)
		status = open_image(invocation->args[0], &firmware, reterr);
	if (status == STATUS_OK)
		status = image_key_load(settings->public_key, &key, reterr);
	if (status == STATUS_OK)
		status = file_map(settings->signature, SIGNATURE_FILE_MAX, &signature, reterr);
	if (status == STATUS_OK)
		status = attach(invocation, firmware, key, signature.bytes, reterr);
	file_unmap(&signature);
	image_key_free(key);
	firmware_close(firmware);
	return status;
}
