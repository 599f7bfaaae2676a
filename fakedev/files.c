/* SPDX-License-Identifier: Apache-2.0 */
/* A small flat file system, see files.h. */
#include "fakedev/files.h"

#include <string.h>

static const char *const folders[] = { FILES_FOLDERS };

bool files_are_sound(const struct files_area *area)
{
	for (size_t i = 0; i < FILES_MAX; i++) {
		const struct files_entry *entry = &area->entries[i];

		if (entry->size > FILES_ROOM ||
			memchr(entry->path, '\0', sizeof(entry->path)) == NULL)
			return false;
	}
	return true;
}

/* The block at that place of its owner, any free one for owner 0; -1 when there is none. */
static int find_block(const struct files_area *area, unsigned owner, size_t place)
{
	for (int i = 0; i < FILES_BLOCKS; i++) {
		const struct files_block *block = &area->blocks[i];

		if (block->owner == owner && (owner == 0 || block->place == place))
			return i;
	}
	return -1;
}

static enum files_result check_path(struct span path)
{
	if (path.len == 0 || path.len > FILES_PATH_MAX || path.data[0] != '/' ||
		memchr(path.data, '\0', path.len) != NULL)
		return FILES_BAD_NAME;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct span folder = span_from_text(folders[i]);
		struct span rest = span_sub(path, folder.len, path.len);

		if (!span_equal(span_sub(path, 0, folder.len), folder))
			continue;
		if (rest.len <= 1 && (rest.len == 0 || rest.data[0] == '/'))
			return FILES_IS_FOLDER;
		if (rest.data[0] == '/' && memchr(rest.data + 1, '/', rest.len - 1) == NULL)
			return FILES_OK;
	}
	return path.len == 1 ? FILES_IS_FOLDER : FILES_NO_FOLDER;
}

/* The file of that path; "" finds a place for a new one. FILES_MAX when there is none. */
static unsigned find_entry(const struct files_area *area, struct span path)
{
	unsigned file = 0;

	while (file < FILES_MAX && !span_equal(span_from_text(area->entries[file].path), path))
		file++;
	return file;
}

enum files_result files_find(
	struct files_area *area, struct span path, bool creates, unsigned *ret_file)
{
	enum files_result result = check_path(path);
	unsigned file;

	if (result != FILES_OK)
		return result;
	file = find_entry(area, path);
	if (file == FILES_MAX && !creates)
		return FILES_NOT_FOUND;
	if (file == FILES_MAX) {
		file = find_entry(area, span_make(NULL, 0));
		if (file == FILES_MAX)
			return FILES_FULL;
		memset(&area->entries[file], 0, sizeof(area->entries[file]));
		memcpy(area->entries[file].path, path.data, path.len);
	}
	*ret_file = file;
	return FILES_OK;
}

uint32_t files_size(const struct files_area *area, unsigned file)
{
	return area->entries[file].size;
}

void files_empty(struct files_area *area, unsigned file)
{
	area->entries[file].size = 0;
	for (size_t i = 0; i < FILES_BLOCKS; i++) {
		if (area->blocks[i].owner == file + 1)
			area->blocks[i].owner = 0;
	}
}

/* The block for the byte at `offset`, taken if there is none yet; NULL when all are taken. */
static uint8_t *block_to_write(struct files_area *area, unsigned file, size_t offset)
{
	size_t place = offset / FILES_BLOCK_SIZE;
	int block = find_block(area, file + 1, place);

	if (block < 0) {
		block = find_block(area, 0, 0);
		if (block < 0)
			return NULL;
		area->blocks[block] = (struct files_block){
			.owner = (uint8_t)(file + 1),
			.place = (uint8_t)place,
		};
	}
	return area->bytes[block];
}

bool files_append(struct files_area *area, unsigned file, struct span bytes)
{
	struct files_entry *entry = &area->entries[file];

	while (bytes.len > 0) {
		size_t at = entry->size % FILES_BLOCK_SIZE;
		struct span part = span_sub(bytes, 0, FILES_BLOCK_SIZE - at);
		uint8_t *block = block_to_write(area, file, entry->size);

		if (block == NULL)
			return false;
		memcpy(block + at, part.data, part.len);
		entry->size += (uint32_t)part.len;
		bytes = span_sub(bytes, part.len, bytes.len);
	}
	return true;
}

size_t files_read(
	const struct files_area *area, unsigned file, uint64_t offset, uint8_t *data, size_t len)
{
	size_t size = files_size(area, file), done = 0;

	while (done < len && offset + done < size) {
		size_t at = (size_t)offset + done, in_block = at % FILES_BLOCK_SIZE;
		size_t part = FILES_BLOCK_SIZE - in_block;
		int block = find_block(area, file + 1, at / FILES_BLOCK_SIZE);

		if (block < 0)
			break;
		if (part > len - done)
			part = len - done;
		if (part > size - at)
			part = size - at;
		memcpy(data + done, area->bytes[block] + in_block, part);
		done += part;
	}
	return done;
}
