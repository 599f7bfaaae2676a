/* SPDX-License-Identifier: Apache-2.0 */
/* What a firmware file says about itself, as text and as JSON; see inspect_print.h. */
#include "src/commands/inspect_print.h"

#include <inttypes.h>

#include "base/text.h"
#include "image/devkey.h"
#include "image/oddity.h"
#include "image/signature.h"
#include "image/tlv.h"
#include "image/trailer.h"
#include "src/tlv_text.h"

enum { TEXT_MAX = 2048, VALUE_SHOWN_MAX = MCUBOOT_HASH_MAX, FLAG_BITS = 32 };

static const char *kind_name(enum firmware_kind kind)
{
	switch (kind) {
	case FIRMWARE_HEX:
		return "hex";
	case FIRMWARE_ZIP:
		return "zip";
	case FIRMWARE_BINARY:
		break;
	}
	return "binary";
}

static bool is_image(const struct firmware_part *part)
{
	return part->image.header_size > 0;
}

static void print_flags(uint32_t flags, FILE *out)
{
	fprintf(out, "  flags:");
	for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
		uint32_t mask = UINT32_C(1) << bit;

		if ((flags & mask) == 0)
			continue;
		if (mcuboot_flag_name(mask) != NULL)
			fprintf(out, " %s", mcuboot_flag_name(mask));
		else
			fprintf(out, " unknown 0x%08" PRIx32, mask);
	}
	fprintf(out, "%s\n", flags == 0 ? " none" : "");
}

static void print_header(const struct firmware_part *part, FILE *out)
{
	const struct mcuboot_image *image = &part->image;
	uint8_t storage[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(storage);

	mcuboot_version_text(&image->version, &version);
	fprintf(out, "  version: %s\n", buf_text(&version));
	fprintf(out, "  header: %u bytes\n", (unsigned)image->header_size);
	fprintf(out, "  payload: %" PRIu32 " bytes\n", image->payload_size);
	if (image->size > 0)
		fprintf(out, "  whole image: %zu bytes\n", image->size);
	print_flags(image->flags, out);
	if (image->load_address != 0)
		fprintf(out, "  load address: 0x%08" PRIx32 "\n", image->load_address);
}

static void print_place(const struct firmware_part *part, FILE *out)
{
	if (part->has_slot)
		fprintf(out, "  linked for slot: %" PRIu32 "\n", part->slot);
	if (part->has_load_address)
		fprintf(out, "  address in the file: 0x%08" PRIx64 "\n", part->load_address);
}

static void print_hash(const struct mcuboot_image *image, enum image_verdict verdict, FILE *out)
{
	uint8_t storage[2 * MCUBOOT_HASH_MAX + 1];
	struct buf hex = BUF_OVER(storage);
	struct span hash;

	if (!mcuboot_hash(image, &hash)) {
		fprintf(out, "  hash: none\n");
		return;
	}
	text_append_hex(&hex, hash);
	fprintf(out, "  hash: %s (%s)\n", buf_text(&hex),
		verdict == IMAGE_GOOD ? "that of the content" : image_verdict_text(verdict));
}

static void print_signatures(const struct mcuboot_image *image, FILE *out)
{
	struct signature signature;
	size_t index = 0, count = 0;

	while (signature_next(image, &index, &signature)) {
		uint8_t storage[2 * MCUBOOT_HASH_MAX + 1];
		struct buf key = BUF_OVER(storage);

		if (signature.key != NULL && signature.key->type == MCUBOOT_TLV_KEYHASH)
			text_append_hex(&key, span_sub(signature.key->value, 0, MCUBOOT_HASH_MAX));
		fprintf(out, "  signature: %s%s", signature_kind(image, &signature),
			signature_is_pure(image) ? " over the image itself" : "");
		if (key.len > 0)
			fprintf(out, ", key hash %s", buf_text(&key));
		else
			fprintf(out, ", %s",
				signature.key != NULL ? "key in the image" : "no key named");
		fputc('\n', out);
		count++;
	}
	if (count == 0)
		fprintf(out, "  signature: none\n");
	if (devkey_name(image) != NULL)
		fprintf(out, "  development key: %s (published, anybody can sign with it)\n",
			devkey_name(image));
}

static void print_tlv(const struct mcuboot_tlv *tlv, FILE *out)
{
	uint8_t storage[TEXT_MAX], name_storage[TLV_NAME_MAX];
	struct buf text = BUF_OVER(storage), name = BUF_OVER(name_storage);

	tlv_append_name(tlv->type, &name);
	if (!tlv_append_text(tlv, &text)) {
		text_append_hex(&text, span_sub(tlv->value, 0, VALUE_SHOWN_MAX));
		if (tlv->value.len > VALUE_SHOWN_MAX)
			buf_append_text(&text, "...");
	}
	fprintf(out, "    %s, %zu bytes%s: %s\n", buf_text(&name), tlv->value.len,
		tlv->is_protected ? ", protected" : "", buf_text(&text));
}

static void print_rest(const struct mcuboot_image *image, FILE *out)
{
	struct image_trailer trailer = image_trailer_read(image);
	uint8_t storage[TEXT_MAX];

	if (trailer.kind != IMAGE_TRAILER_NONE) {
		struct buf text = BUF_OVER(storage);

		image_trailer_describe(&trailer, &text);
		fprintf(out, "  rest of the file: %s\n", buf_text(&text));
	}
	for (int i = 0; i < ODDITY_COUNT; i++) {
		struct buf text = BUF_OVER(storage);

		if (!oddity_is_in((enum oddity)i, image))
			continue;
		oddity_describe((enum oddity)i, image, &text);
		fprintf(out, "  odd: %s\n", buf_text(&text));
	}
}

static void print_part(
	const struct firmware_part *part, enum image_verdict verdict, bool is_archive, FILE *out)
{
	const struct mcuboot_image *image = &part->image;

	if (is_archive) {
		uint8_t storage[4 * FIRMWARE_NAME_MAX];
		struct buf name = BUF_OVER(storage);

		text_append_escaped(&name, span_from_text(part->name));
		fprintf(out, "Image %" PRIu32 ": %s, %zu bytes\n", part->image_number,
			buf_text(&name), part->bytes.len);
	}
	if (!is_image(part))
		return;
	print_header(part, out);
	print_place(part, out);
	if (verdict != IMAGE_UNREADABLE) {
		print_hash(image, verdict, out);
		print_signatures(image, out);
	}
	if (image->tlv_count > 0)
		fprintf(out, "  TLVs:\n");
	for (size_t i = 0; i < image->tlv_count; i++)
		print_tlv(&image->tlvs[i], out);
	if (verdict != IMAGE_UNREADABLE)
		print_rest(image, out);
}

static void print_text(const void *shown, FILE *out)
{
	const struct inspection *inspection = shown;
	const struct firmware *firmware = inspection->firmware;
	const struct file_parts *parts = &inspection->parts;
	uint8_t storage[TEXT_MAX];
	struct buf text = BUF_OVER(storage);

	text_append_escaped(&text, span_from_text(parts->path));
	fprintf(out, "File: %s (%s", buf_text(&text), kind_name(firmware->kind));
	if (firmware->kind == FIRMWARE_BINARY)
		fprintf(out, ", %zu bytes", parts->parts[0]->bytes.len);
	fprintf(out, ")\n");
	if (firmware->application[0] != '\0') {
		buf_clear(&text);
		text_append_escaped(&text, span_from_text(firmware->application));
		fprintf(out, "Application: %s\n", buf_text(&text));
	}
	if (firmware->kind == FIRMWARE_ZIP)
		fprintf(out, "Manifest format: %" PRIu32 "%s\n", firmware->format_version,
			firmware->is_format_unknown ? " (unknown, read all the same)" : "");
	if (firmware->skipped_count > 0)
		fprintf(out, "Left out: %zu files that are no MCUboot image\n",
			firmware->skipped_count);
	for (size_t i = 0; i < parts->count; i++)
		print_part(parts->parts[i], inspection->verdicts[i], firmware->kind == FIRMWARE_ZIP,
			out);
}

static void put_flags(uint32_t flags, struct doc *object)
{
	struct doc *array = doc_put_array(object, "flags");

	for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
		uint32_t mask = UINT32_C(1) << bit;
		struct doc *flag;

		if ((flags & mask) == 0)
			continue;
		flag = doc_append_object(array);
		doc_put_text(flag, "name", mcuboot_flag_name(mask));
		doc_put_uint(flag, "value", mask);
	}
}

void inspection_put_signatures(const struct mcuboot_image *image, struct doc *object)
{
	struct doc *array = doc_put_array(object, "signatures");
	struct signature signature;
	size_t index = 0;

	while (signature_next(image, &index, &signature)) {
		struct doc *child = doc_append_object(array);
		bool has_hash = signature.key != NULL && signature.key->type == MCUBOOT_TLV_KEYHASH;
		bool has_key = signature.key != NULL && !has_hash;

		doc_put_text(child, "kind", signature_kind(image, &signature));
		doc_put_hex(
			child, "key_hash", has_hash ? signature.key->value : span_make(NULL, 0));
		doc_put_hex(
			child, "public_key", has_key ? signature.key->value : span_make(NULL, 0));
		doc_put_bool(child, "pure", signature_is_pure(image));
	}
}

static void put_tlvs(const struct mcuboot_image *image, struct doc *object)
{
	struct doc *array = doc_put_array(object, "tlvs");

	for (size_t i = 0; i < image->tlv_count; i++) {
		const struct mcuboot_tlv *tlv = &image->tlvs[i];
		struct doc *child = doc_append_object(array);
		uint8_t storage[TEXT_MAX];
		struct buf text = BUF_OVER(storage);

		doc_put_uint(child, "type", tlv->type);
		doc_put_text(child, "name", tlv_name(tlv->type));
		doc_put_uint(child, "length", tlv->value.len);
		doc_put_bool(child, "protected", tlv->is_protected);
		doc_put_hex(child, "value", tlv->value);
		doc_put_text(child, "text", tlv_append_text(tlv, &text) ? buf_text(&text) : NULL);
	}
}

static void put_rest(const struct mcuboot_image *image, struct doc *object)
{
	struct image_trailer trailer = image_trailer_read(image);
	struct doc *behind = doc_put_object(object, "behind");
	struct doc *oddities = doc_put_array(object, "oddities");
	uint8_t storage[TEXT_MAX];
	struct buf text = BUF_OVER(storage);

	image_trailer_describe(&trailer, &text);
	doc_put_text(behind, "kind", image_trailer_name(trailer.kind));
	doc_put_uint(behind, "size", trailer.len);
	doc_put_text(behind, "text", text.len > 0 ? buf_text(&text) : NULL);
	for (int i = 0; i < ODDITY_COUNT; i++) {
		struct doc *child;

		if (!oddity_is_in((enum oddity)i, image))
			continue;
		buf_clear(&text);
		oddity_describe((enum oddity)i, image, &text);
		child = doc_append_object(oddities);
		doc_put_text(child, "name", oddity_name((enum oddity)i));
		doc_put_text(child, "text", buf_text(&text));
	}
}

static void put_image(
	const struct mcuboot_image *image, enum image_verdict verdict, struct doc *object)
{
	uint8_t storage[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(storage);
	struct span hash = span_make(NULL, 0);

	mcuboot_hash(image, &hash);
	mcuboot_version_text(&image->version, &version);
	doc_put_text(object, "version", buf_text(&version));
	doc_put_uint(object, "header_size", image->header_size);
	doc_put_uint(object, "payload_size", image->payload_size);
	doc_put_uint(object, "image_size", image->size);
	put_flags(image->flags, object);
	doc_put_uint(object, "load_address", image->load_address);
	doc_put_hex(object, "hash", hash);
	put_tlvs(image, object);
	if (verdict == IMAGE_UNREADABLE)
		return;
	inspection_put_signatures(image, object);
	doc_put_text(object, "dev_key_name", devkey_name(image));
	put_rest(image, object);
}

static void put_part(
	const struct firmware_part *part, enum image_verdict verdict, struct doc *object)
{
	doc_put_text(object, "name", part->name[0] != '\0' ? part->name : NULL);
	doc_put_uint(object, "image", part->image_number);
	if (part->has_slot)
		doc_put_uint(object, "slot", part->slot);
	if (part->has_load_address)
		doc_put_uint(object, "address", part->load_address);
	doc_put_uint(object, "bytes", part->bytes.len);
	doc_put_text(object, "verdict", image_verdict_name(verdict));
	doc_put_bool(object, "dev_key", file_part_dev_key(part) != NULL);
	if (is_image(part))
		put_image(&part->image, verdict, object);
}

static void put_json(const void *shown, struct doc *object)
{
	const struct inspection *inspection = shown;
	const struct firmware *firmware = inspection->firmware;
	struct doc *images;

	doc_put_text(object, "file", inspection->parts.path);
	doc_put_text(object, "kind", kind_name(firmware->kind));
	if (firmware->kind == FIRMWARE_ZIP) {
		doc_put_text(object, "application",
			firmware->application[0] != '\0' ? firmware->application : NULL);
		doc_put_uint(object, "format_version", firmware->format_version);
		doc_put_uint(object, "skipped", firmware->skipped_count);
	}
	doc_put_bool(object, "dev_key", file_parts_have_dev_key(&inspection->parts));
	images = doc_put_array(object, "images");
	for (size_t i = 0; i < inspection->parts.count; i++)
		put_part(inspection->parts.parts[i], inspection->verdicts[i],
			doc_append_object(images));
}

const struct result_printer *inspection_printer(void)
{
	static const struct result_printer printer = { print_text, put_json };

	return &printer;
}
