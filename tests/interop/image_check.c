/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What image/ makes of a file, for the tests that compare it with imgtool.
 *
 *   image_check show FILE [KEY]               all that can be told, one "name value" per line
 *   image_check judge [KEY]                   images on stdin, each behind its length (four bytes,
 *                                             little endian); their verdicts, one per line
 *   image_check message FILE KEY OUT          what a vault has to sign
 *   image_check attach FILE KEY SIGNATURE OUT the image with that signature
 *
 * Exits with 0 when it could be told, whatever the verdict is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/endian.h"
#include "base/file.h"
#include "base/text.h"
#include "image/attach.h"
#include "image/devkey.h"
#include "image/oddity.h"
#include "image/signature.h"
#include "image/tlv.h"
#include "image/trailer.h"
#include "image/verify.h"

enum { FILE_MAX = 16 * 1024 * 1024, LINE_SIZE = 2 * UINT16_MAX + 256 };

/* An open image, and the key when one was given. */
struct scene {
	struct file_map map;
	struct image_key *key;
	struct mcuboot_image image;
	char *line_storage;
	struct buf line;
};

static int complain(const struct err *err)
{
	fprintf(stderr, "%s\n", err->message);
	return status_exit_code(err->status);
}

static enum status open_scene(
	struct scene *scene, const char *path, const char *key_path, struct err *reterr)
{
	enum status status = STATUS_OK;

	scene->line_storage = malloc(LINE_SIZE);
	if (scene->line_storage == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	scene->line = buf_over(scene->line_storage, LINE_SIZE);
	if (key_path != NULL)
		status = image_key_load(key_path, &scene->key, reterr);
	if (status == STATUS_OK && path != NULL)
		status = file_map(path, FILE_MAX, &scene->map, reterr);
	if (status == STATUS_OK && path != NULL)
		status = mcuboot_parse(scene->map.bytes, &scene->image, reterr);
	return status;
}

static void close_scene(struct scene *scene)
{
	file_unmap(&scene->map);
	image_key_free(scene->key);
	free(scene->line_storage);
}

static void print_line(struct scene *scene, const char *name)
{
	printf("%s %s\n", name, buf_text(&scene->line));
	buf_clear(&scene->line);
}

static void show_header(struct scene *scene)
{
	const struct mcuboot_image *image = &scene->image;

	mcuboot_version_text(&image->version, &scene->line);
	print_line(scene, "version");
	printf("header_size %u\n", (unsigned)image->header_size);
	printf("payload_size %" PRIu32 "\n", image->payload_size);
	printf("load_address %" PRIu32 "\n", image->load_address);
	printf("size %zu\n", image->size);
	for (unsigned i = 0; i < 32; i++) {
		uint32_t bit = UINT32_C(1) << i;

		if ((image->flags & bit) != 0)
			printf("flag %s\n", mcuboot_flag_name(bit));
	}
}

static void show_meaning(struct scene *scene, const struct mcuboot_tlv *tlv)
{
	struct tlv_dependency dependency;
	uint32_t number;

	if (tlv_read_dependency(tlv, &dependency)) {
		buf_format(&scene->line, "%u ", (unsigned)dependency.image_number);
		mcuboot_version_text(&dependency.min_version, &scene->line);
		print_line(scene, "dependency");
	}
	if (tlv_read_security_counter(tlv, &number))
		printf("security_counter %" PRIu32 "\n", number);
	if (tlv_read_size(tlv, &number))
		printf("size_of %s %" PRIu32 "\n", tlv_name(tlv->type), number);
	if (tlv_append_uuid(tlv, &scene->line))
		print_line(scene, "uuid");
}

/* "tlv protected 0x0050 SEC_CNT 07000000", and what it means where we know. */
static void show_tlvs(struct scene *scene)
{
	for (size_t i = 0; i < scene->image.tlv_count; i++) {
		const struct mcuboot_tlv *tlv = &scene->image.tlvs[i];

		buf_format(&scene->line, "%s 0x%04x ", tlv->is_protected ? "protected" : "plain",
			(unsigned)tlv->type);
		text_append_hex(&scene->line, tlv->value);
		buf_append_byte(&scene->line, ' ');
		tlv_append_name(tlv->type, &scene->line);
		print_line(scene, "tlv");
		show_meaning(scene, tlv);
	}
}

static void show_signatures(struct scene *scene)
{
	const struct mcuboot_image *image = &scene->image;
	const char *devkey = devkey_name(image);
	struct signature signature;
	struct span hash;
	size_t index = 0;

	if (mcuboot_hash(image, &hash))
		text_append_hex(&scene->line, hash);
	print_line(scene, "hash");
	printf("devkey %s\n", devkey != NULL ? devkey : "none");
	while (signature_next(image, &index, &signature))
		printf("signature %s%s%s\n", signature_kind(image, &signature),
			signature_is_pure(image) ? " pure" : "",
			signature.key == NULL ? " keyless" : "");
	if (scene->key != NULL) {
		printf("key %s\n", image_key_kind(scene->key));
		printf("claimed %s\n", signature_is_claimed(image, scene->key) ? "yes" : "no");
	}
	printf("verdict %s\n", image_verdict_name(image_verify(image, scene->key)));
}

static void show_trailer(struct scene *scene)
{
	static const char *const words[] = { "unset", "set", "bad" };
	struct image_trailer trailer = image_trailer_read(&scene->image);

	printf("trailer %s\n", image_trailer_name(trailer.kind));
	if (trailer.kind != IMAGE_TRAILER_FOUND)
		return;
	printf("alignment %u\n", trailer.alignment);
	printf("image_ok %s\n", words[trailer.image_ok]);
	printf("copy_done %s\n", words[trailer.copy_done]);
}

static enum status show(struct scene *scene, char **argv, struct err *reterr)
{
	(void)argv;
	(void)reterr;
	show_header(scene);
	show_tlvs(scene);
	show_signatures(scene);
	show_trailer(scene);
	for (int i = 0; i < ODDITY_COUNT; i++) {
		if (oddity_is_in((enum oddity)i, &scene->image))
			printf("oddity %s\n", oddity_name((enum oddity)i));
	}
	return STATUS_OK;
}

/* Each in a block of exactly its size, so that a read beyond it is caught. */
static enum status judge_one(const struct scene *scene, size_t len, struct err *reterr)
{
	struct mcuboot_image image;
	const char *verdict = "unreadable";
	uint8_t *bytes = malloc(len);

	if (bytes == NULL || fread(bytes, 1, len, stdin) != len) {
		free(bytes);
		return err_set(reterr, STATUS_BAD_FILE, "an image of %zu bytes is missing", len);
	}
	if (mcuboot_parse(span_make(bytes, len), &image, ERR_IGNORED) == STATUS_OK)
		verdict = image_verdict_name(image_verify(&image, scene->key));
	puts(verdict);
	free(bytes);
	return STATUS_OK;
}

static enum status judge(struct scene *scene, char **argv, struct err *reterr)
{
	uint8_t head[4];
	enum status status = STATUS_OK;

	(void)argv;
	while (status == STATUS_OK && fread(head, 1, sizeof(head), stdin) == sizeof(head)) {
		uint32_t len = get_le32(head);

		if (len == 0 || len > FILE_MAX)
			return err_set(
				reterr, STATUS_BAD_FILE, "an image of %" PRIu32 " bytes", len);
		status = judge_one(scene, len, reterr);
	}
	return status;
}

static enum status write_file(const char *path, struct span bytes, struct err *reterr)
{
	FILE *file = fopen(path, "wb");
	bool is_written = file != NULL && fwrite(bytes.data, 1, bytes.len, file) == bytes.len;

	if (file != NULL && fclose(file) != 0)
		is_written = false;
	if (!is_written)
		return err_set(reterr, STATUS_BAD_FILE, "%s: cannot be written", path);
	return STATUS_OK;
}

static enum status message(struct scene *scene, char **argv, struct err *reterr)
{
	struct attach_message found;
	enum status status = attach_message(&scene->image, scene->key, &found, reterr);

	if (status != STATUS_OK)
		return status;
	printf("pure %s\n", found.is_pure ? "yes" : "no");
	printf("checked %s\n", found.is_checked ? "yes" : "no");
	printf("hash %s\n", tlv_name(tlv_of_digest(found.digest)));
	return write_file(argv[4], found.bytes, reterr);
}

static enum status attach(struct scene *scene, char **argv, struct err *reterr)
{
	struct file_map signature = { 0 };
	struct attach_result result = { 0 };
	enum status status = file_map(argv[4], FILE_MAX, &signature, reterr);

	if (status == STATUS_OK)
		status = attach_signature(
			&scene->image, scene->key, signature.bytes, &result, reterr);
	if (status == STATUS_OK)
		status = write_file(argv[5], span_make(result.data, result.len), reterr);
	attach_free(&result);
	file_unmap(&signature);
	return status;
}

static const struct mode {
	const char *name;
	int file_at; /* in argv; 0: none */
	int key_at;
	int argc_min, argc_max;
	enum status (*run)(struct scene *scene, char **argv, struct err *reterr);
} modes[] = {
	{ "show", 2, 3, 3, 4, show },
	{ "judge", 0, 2, 2, 3, judge },
	{ "message", 2, 3, 5, 5, message },
	{ "attach", 2, 3, 6, 6, attach },
};

static enum status run(const struct mode *mode, int argc, char **argv, struct err *reterr)
{
	struct scene scene = { 0 };
	enum status status = open_scene(&scene, mode->file_at > 0 ? argv[mode->file_at] : NULL,
		mode->key_at < argc ? argv[mode->key_at] : NULL, reterr);

	if (status == STATUS_OK)
		status = mode->run(&scene, argv, reterr);
	close_scene(&scene);
	return status;
}

int main(int argc, char **argv)
{
	struct err err = { 0 };

	for (size_t i = 0; argc > 1 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		const struct mode *mode = &modes[i];

		if (strcmp(argv[1], mode->name) != 0 || argc < mode->argc_min ||
			argc > mode->argc_max)
			continue;
		return run(mode, argc, argv, &err) == STATUS_OK ? 0 : complain(&err);
	}
	fputs("usage: see image_check.c\n", stderr);
	return status_exit_code(STATUS_USAGE);
}
