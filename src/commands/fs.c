/* SPDX-License-Identifier: Apache-2.0 */
/* Single questions about the device's files: fs stat, fs hash, fs hashes, fs close. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/commands/fs_print.h"
#include "src/device_fs.h"

struct shown_file {
	const char *path;
	uint64_t size;
	struct smp_fs_hash hash;
};

static void print_stat(const void *result, FILE *out)
{
	fprintf(out, "size  %" PRIu64 " bytes\n", ((const struct shown_file *)result)->size);
}

static void put_stat(const void *result, struct doc *object)
{
	const struct shown_file *file = result;

	doc_put_text(object, "path", file->path);
	doc_put_uint(object, "size", file->size);
}

enum status command_fs_stat(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_stat, put_stat };
	struct shown_file file = { .path = invocation->args[0] };
	enum status status = fs_check_path(file.path, reterr);

	if (status == STATUS_OK)
		status = device_fs_stat(invocation->client, file.path, &file.size, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &file);
	return status;
}

/* A number in hex too, as crc32 programs print it. */
static const char *hash_text(const struct smp_fs_hash *hash, struct buf *out)
{
	if (hash->format == SMP_FS_NUMBER)
		buf_format(out, "%08" PRIx32, hash->number);
	else
		text_append_hex(out, span_make(hash->bytes, hash->bytes_len));
	return buf_text(out);
}

static void print_hash(const void *result, FILE *out)
{
	const struct smp_fs_hash *hash = &((const struct shown_file *)result)->hash;
	uint8_t storage[2 * SMP_FS_HASH_SIZE_MAX + 1];
	struct buf text = BUF_OVER(storage);

	fprintf(out, "type  %s\nsize  %" PRIu64 " bytes\nhash  %s\n", hash->type, hash->size,
		hash_text(hash, &text));
}

static void put_hash(const void *result, struct doc *object)
{
	const struct shown_file *file = result;
	uint8_t storage[2 * SMP_FS_HASH_SIZE_MAX + 1];
	struct buf text = BUF_OVER(storage);

	doc_put_text(object, "path", file->path);
	doc_put_text(object, "type", file->hash.type);
	doc_put_uint(object, "size", file->hash.size);
	doc_put_text(object, "hash", hash_text(&file->hash, &text));
	if (file->hash.format == SMP_FS_NUMBER)
		doc_put_uint(object, "number", file->hash.number);
}

enum status command_fs_hash(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_hash, put_hash };
	const char *type = invocation->settings.type != NULL ? invocation->settings.type : "";
	struct shown_file file = { .path = invocation->args[0] };
	enum status status = fs_check_path(file.path, reterr);

	if (status == STATUS_OK && strlen(type) >= SMP_FS_TYPE_MAX)
		status = err_set(reterr, STATUS_USAGE, "--type: \"%s\" is too long", type);
	if (status == STATUS_OK)
		status = device_fs_hash(invocation->client, file.path, type, &file.hash, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &file);
	return status;
}

static void print_types(const void *result, FILE *out)
{
	const struct smp_fs_hash_types *types = result;

	for (size_t i = 0; i < types->count; i++)
		fprintf(out, "%-8s  %" PRIu32 " bytes\n", types->types[i].name,
			types->types[i].size);
}

static const char *format_name(uint64_t format)
{
	return format == SMP_FS_NUMBER ? "number" : format == SMP_FS_BYTES ? "bytes" : "unknown";
}

static void put_types(const void *result, struct doc *object)
{
	const struct smp_fs_hash_types *types = result;
	struct doc *list = doc_put_array(object, "types");

	for (size_t i = 0; i < types->count; i++) {
		struct doc *type = doc_append_object(list);

		doc_put_text(type, "type", types->types[i].name);
		doc_put_text(type, "format", format_name(types->types[i].format));
		doc_put_uint(type, "size", types->types[i].size);
	}
}

enum status command_fs_hashes(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_types, put_types };
	struct smp_fs_hash_types types;
	enum status status = device_fs_hash_types(invocation->client, &types, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &types);
	return status;
}

enum status command_fs_close(struct invocation *invocation, struct err *reterr)
{
	enum status status = device_fs_close(invocation->client, reterr);

	if (status == STATUS_OK)
		print_done(invocation->output);
	return status;
}
