/* SPDX-License-Identifier: Apache-2.0 */
/* image verify: would a bootloader take the file, one with a given key if there is one? */
#include "base/text.h"
#include "image/signature.h"
#include "src/commands/commands.h"
#include "src/commands/inspect_print.h"
#include "src/file_check.h"

struct verification {
	struct file_parts parts;
	const struct file_rules *rules;
	struct file_verdict verdicts[FIRMWARE_PARTS_MAX]; /* of the parts */
};

/* "signed with KEY (ecdsa-p256)", or why nothing is known about that. */
static void print_signature(
	const struct verification *verification, const struct file_verdict *verdict, FILE *out)
{
	const struct file_rules *rules = verification->rules;
	uint8_t storage[1024];
	struct buf path = BUF_OVER(storage);

	if (rules->key == NULL) {
		fprintf(out, "  signature: not checked, give the bootloader's key (--key PEM)\n");
		return;
	}
	text_append_escaped(&path, span_from_text(rules->key_path));
	if (!verdict->is_signature_checked)
		fprintf(out, "  signature: not checked\n");
	else if (verdict->verdict == IMAGE_GOOD)
		fprintf(out, "  signature: made with %s (%s)\n", buf_text(&path),
			image_key_kind(rules->key));
	else if (verdict->verdict == IMAGE_ENCRYPTED)
		fprintf(out, "  signature: fits the hash in the file, made with %s (%s)\n",
			buf_text(&path), image_key_kind(rules->key));
	else
		fprintf(out, "  signature: not made with %s (%s)\n", buf_text(&path),
			image_key_kind(rules->key));
}

static void print_text(const void *shown, FILE *out)
{
	const struct verification *verification = shown;
	const struct file_parts *parts = &verification->parts;

	for (size_t i = 0; i < parts->count; i++) {
		const struct file_verdict *verdict = &verification->verdicts[i];
		uint8_t storage[1024], version_storage[MCUBOOT_VERSION_TEXT_MAX];
		struct buf title = BUF_OVER(storage), version = BUF_OVER(version_storage);

		file_part_title(parts->path, parts->parts[i], &title);
		mcuboot_version_text(&parts->parts[i]->image.version, &version);
		fprintf(out, "%s: version %s: %s\n", buf_text(&title), buf_text(&version),
			image_verdict_text(verdict->verdict));
		print_signature(verification, verdict, out);
	}
}

static void put_part(const struct verification *verification, size_t index, struct doc *object)
{
	const struct firmware_part *part = verification->parts.parts[index];
	const struct file_verdict *verdict = &verification->verdicts[index];
	uint8_t version_storage[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(version_storage);
	struct span hash = span_make(NULL, 0);

	mcuboot_hash(&part->image, &hash);
	mcuboot_version_text(&part->image.version, &version);
	doc_put_text(object, "name", part->name[0] != '\0' ? part->name : NULL);
	doc_put_uint(object, "image", part->image_number);
	doc_put_text(object, "version", buf_text(&version));
	doc_put_hex(object, "hash", hash);
	doc_put_text(object, "verdict", image_verdict_name(verdict->verdict));
	doc_put_text(object, "text", image_verdict_text(verdict->verdict));
	doc_put_bool(object, "signature_checked", verdict->is_signature_checked);
	inspection_put_signatures(&part->image, object);
	doc_put_bool(object, "dev_key", file_part_dev_key(part) != NULL);
	doc_put_text(object, "dev_key_name", file_part_dev_key(part));
}

static void put_json(const void *shown, struct doc *object)
{
	const struct verification *verification = shown;
	const struct file_rules *rules = verification->rules;
	struct doc *images;

	doc_put_text(object, "file", verification->parts.path);
	doc_put_text(object, "key", rules->key_path);
	doc_put_text(object, "key_kind", rules->key != NULL ? image_key_kind(rules->key) : NULL);
	doc_put_bool(object, "dev_key", file_parts_have_dev_key(&verification->parts));
	images = doc_put_array(object, "images");
	for (size_t i = 0; i < verification->parts.count; i++)
		put_part(verification, i, doc_append_object(images));
}

static enum status verify(struct invocation *invocation, const struct file_rules *rules,
	const struct firmware *firmware, const char *path, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	struct verification verification = {
		.parts = file_parts_of(firmware, path, invocation->settings.image),
		.rules = rules,
	};
	const struct file_parts *parts = &verification.parts;
	enum status status = STATUS_OK;

	if (parts->count == 0)
		return file_parts_refuse(parts, invocation->settings.image, reterr);
	for (size_t i = 0; i < parts->count; i++) {
		struct file_verdict *verdict = &verification.verdicts[i];

		*verdict = file_verify(parts->parts[i], rules->key);
		file_warn_oddities(parts, i, invocation->output);
		if (status == STATUS_OK)
			status = file_judge(parts, i, verdict->verdict, rules->key_path, reterr);
	}
	if (status == STATUS_OK)
		status = file_check_dev_keys(parts, rules->is_strict, invocation->output, reterr);
	else
		file_check_dev_keys(parts, false, invocation->output, ERR_IGNORED);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &verification);
	else
		output_partial_result(invocation->output, &printer, &verification);
	return status;
}

enum status command_image_verify(struct invocation *invocation, struct err *reterr)
{
	const char *path = invocation->args[0];
	struct file_rules rules = { .key = NULL };
	struct firmware *firmware = NULL;
	enum status status = file_rules_load(&invocation->settings, &rules, reterr);

	if (status == STATUS_OK)
		status = file_open(path, &firmware, reterr);
	if (status == STATUS_OK)
		status = verify(invocation, &rules, firmware, path, reterr);
	firmware_close(firmware);
	file_rules_clear(&rules);
	return status;
}
