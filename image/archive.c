/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives through libzip, see archive.h. */
#include "image/archive.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <zip.h>

#include "base/text.h"

struct archive {
	zip_t *zip;
	zip_uint64_t *files; /* libzip's index of each file */
	size_t count;
};

static const char hint_unpack[] = "unpack the archive and give the signed image inside";
static const char hint_damaged[] =
	"the archive is incomplete or damaged: copy, download or build it again";

bool archive_is_zip(struct span file)
{
	static const uint8_t starts[][4] = { { 'P', 'K', 3, 4 }, { 'P', 'K', 5, 6 } };

	return file.len >= sizeof(starts[0]) &&
	       (memcmp(file.data, starts[0], sizeof(starts[0])) == 0 ||
		       memcmp(file.data, starts[1], sizeof(starts[1])) == 0);
}

const char *archive_name_text(const char *name, char storage[ARCHIVE_NAME_TEXT_MAX])
{
	struct buf text = buf_over(storage, ARCHIVE_NAME_TEXT_MAX);

	text_append_escaped(&text, span_from_text(name));
	return buf_text(&text);
}

/* The archive's bytes as libzip's archive. */
static enum status open_zip(struct span file, zip_t **ret_zip, struct err *reterr)
{
	zip_error_t error;
	zip_source_t *source;

	zip_error_init(&error);
	source = zip_source_buffer_create(file.data, file.len, 0, &error);
	*ret_zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
	if (*ret_zip == NULL) {
		if (zip_error_code_zip(&error) == ZIP_ER_MEMORY) {
			err_set(reterr, STATUS_INTERNAL, "out of memory");
		} else {
			err_set(reterr, STATUS_BAD_FILE, "a ZIP archive that does not open (%s)",
				zip_error_strerror(&error));
			err_hint(reterr, "%s", hint_damaged);
		}
		zip_source_free(source);
	}
	zip_error_fini(&error);
	return *ret_zip != NULL ? STATUS_OK : reterr->status;
}

/* Would the name, taken as a path, lead out of the folder where the archive is unpacked? */
static bool leads_out(const char *name)
{
	if (name[0] == '/' || name[0] == '\\' ||
		(isalpha((unsigned char)name[0]) && name[1] == ':'))
		return true;
	while (*name != '\0') {
		size_t len = strcspn(name, "/\\");

		if (len == 2 && name[0] == '.' && name[1] == '.')
			return true;
		name += len;
		name += *name != '\0';
	}
	return false;
}

static bool is_folder(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && name[len - 1] == '/';
}

static enum status list_files(struct archive *archive, struct err *reterr)
{
	zip_int64_t entries = zip_get_num_entries(archive->zip, 0);

	archive->files = calloc(entries > 0 ? (size_t)entries : 1, sizeof(*archive->files));
	if (archive->files == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	for (zip_int64_t i = 0; i < entries; i++) {
		const char *name = zip_get_name(archive->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		char text[ARCHIVE_NAME_TEXT_MAX];

		if (name == NULL)
			return err_set(reterr, STATUS_INTERNAL, "out of memory");
		if (leads_out(name)) {
			err_set(reterr, STATUS_BAD_FILE,
				"a ZIP archive with a name that leads out of it, \"%s\"",
				archive_name_text(name, text));
			return err_hint(reterr, "no build makes such an archive: do not trust it");
		}
		if (!is_folder(name))
			archive->files[archive->count++] = (zip_uint64_t)i;
	}
	return STATUS_OK;
}

enum status archive_open(struct span file, struct archive **ret_archive, struct err *reterr)
{
	struct archive *archive = calloc(1, sizeof(*archive));
	enum status status;

	if (archive == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	status = open_zip(file, &archive->zip, reterr);
	if (status == STATUS_OK)
		status = list_files(archive, reterr);
	if (status != STATUS_OK) {
		archive_close(archive);
		return status;
	}
	*ret_archive = archive;
	return STATUS_OK;
}

void archive_close(struct archive *archive)
{
	if (archive == NULL)
		return;
	if (archive->zip != NULL)
		zip_discard(archive->zip);
	free(archive->files);
	free(archive);
}

size_t archive_count(const struct archive *archive)
{
	return archive->count;
}

const char *archive_name(const struct archive *archive, size_t index)
{
	return zip_get_name(archive->zip, archive->files[index], ZIP_FL_ENC_RAW);
}

/* How many files have this name; *ret_file is libzip's index of the last of them. */
static size_t find(const struct archive *archive, const char *name, zip_uint64_t *ret_file)
{
	size_t found = 0;

	for (size_t i = 0; i < archive->count; i++) {
		if (strcmp(archive_name(archive, i), name) == 0) {
			*ret_file = archive->files[i];
			found++;
		}
	}
	return found;
}

bool archive_has(const struct archive *archive, const char *name)
{
	zip_uint64_t file;

	return find(archive, name, &file) > 0;
}

/* Read until the storage is full or the file ends; -1 when it cannot be unpacked. */
static zip_int64_t read_up_to(zip_file_t *file, uint8_t *storage, uint64_t size)
{
	uint64_t at = 0;

	while (at < size) {
		zip_int64_t got = zip_fread(file, storage + at, size - at);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		at += (uint64_t)got;
	}
	return (zip_int64_t)at;
}

struct span archive_peek(
	const struct archive *archive, size_t index, uint8_t *storage, size_t storage_size)
{
	zip_file_t *file = zip_fopen_index(archive->zip, archive->files[index], 0);
	zip_int64_t len;

	if (file == NULL)
		return span_make(NULL, 0);
	len = read_up_to(file, storage, storage_size);
	zip_fclose(file);
	return span_make(storage, len > 0 ? (size_t)len : 0);
}

/* What the archive says of a file, before anything is believed of it. */
static enum status check_stat(const struct archive *archive, zip_uint64_t file, uint64_t size_max,
	uint64_t *ret_size, struct err *reterr)
{
	zip_stat_t stat;

	if (zip_stat_index(archive->zip, file, 0, &stat) < 0 || (stat.valid & ZIP_STAT_SIZE) == 0)
		return err_set(reterr, STATUS_BAD_FILE, "the archive does not say how large it is");
	if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
		stat.encryption_method != ZIP_EM_NONE) {
		err_set(reterr, STATUS_BAD_FILE, "locked with a password");
		return err_hint(reterr, "%s", hint_unpack);
	}
	if (stat.size > size_max) {
		err_set(reterr, STATUS_BAD_FILE,
			"too large (%" PRIu64 " bytes unpacked, %" PRIu64 " at most)",
			(uint64_t)stat.size, size_max);
		return err_hint(reterr, "no build makes such an archive: do not trust it");
	}
	*ret_size = stat.size;
	return STATUS_OK;
}

static enum status does_not_unpack(const char *why, const char *hint, struct err *reterr)
{
	err_set(reterr, STATUS_BAD_FILE, "does not unpack (%s)", why);
	return err_hint(reterr, "%s", hint);
}

/* Exactly `size` bytes, and then the end, at which libzip compares the checksum. */
static enum status read_exactly(
	zip_file_t *file, uint8_t *storage, uint64_t size, struct err *reterr)
{
	uint8_t more;
	zip_int64_t len = read_up_to(file, storage, size);
	zip_int64_t rest = len < 0 ? -1 : zip_fread(file, &more, sizeof(more));

	if (rest < 0)
		return does_not_unpack(
			zip_error_strerror(zip_file_get_error(file)), hint_damaged, reterr);
	if ((uint64_t)len < size || rest > 0)
		return does_not_unpack(
			"not of the size that the archive says", hint_damaged, reterr);
	return STATUS_OK;
}

static enum status read_file(const struct archive *archive, zip_uint64_t index, uint64_t size_max,
	uint8_t **ret_bytes, size_t *ret_len, struct err *reterr)
{
	zip_file_t *file;
	uint8_t *storage;
	uint64_t size = 0;
	enum status status = check_stat(archive, index, size_max, &size, reterr);

	if (status != STATUS_OK)
		return status;
	file = zip_fopen_index(archive->zip, index, 0);
	if (file == NULL)
		/* Packed in a way that libzip does not know, most likely. */
		return does_not_unpack(
			zip_error_strerror(zip_get_error(archive->zip)), hint_unpack, reterr);
	storage = malloc(size > 0 ? size : 1);
	if (storage == NULL)
		status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	else
		status = read_exactly(file, storage, size, reterr);
	zip_fclose(file);
	if (status != STATUS_OK) {
		free(storage);
		return status;
	}
	*ret_bytes = storage;
	*ret_len = size;
	return STATUS_OK;
}

enum status archive_read(const struct archive *archive, const char *name, uint64_t size_max,
	uint8_t **ret_bytes, size_t *ret_len, struct err *reterr)
{
	char text[ARCHIVE_NAME_TEXT_MAX];
	zip_uint64_t file = 0;
	size_t found = find(archive, name, &file);
	enum status status;

	if (found == 1) {
		status = read_file(archive, file, size_max, ret_bytes, ret_len, reterr);
		if (status == STATUS_OK)
			return STATUS_OK;
	} else {
		err_set(reterr, STATUS_BAD_FILE,
			found == 0 ? "not in the archive" : "more than once in the archive");
		err_hint(reterr, "build the archive again, or unpack it and give the signed image "
				 "inside");
	}
	return err_wrap(reterr, "%s", archive_name_text(name, text));
}
