/* SPDX-License-Identifier: Apache-2.0 */
/* NOR flash, see flash.h. */
#include "fakedev/flash.h"

#include <string.h>

static bool is_inside(const struct flash *flash, size_t at, size_t len)
{
	return at <= flash->size && len <= flash->size - at;
}

/* A word that is only partly written takes as long as a whole one. */
static size_t words_touched(size_t at, size_t len)
{
	if (len == 0)
		return 0;
	return (at + len - 1) / FLASH_WORD_SIZE - at / FLASH_WORD_SIZE + 1;
}

bool flash_write(struct flash *flash, size_t at, struct span bytes)
{
	if (!is_inside(flash, at, bytes.len))
		return false;
	for (size_t i = 0; i < bytes.len; i++)
		flash->bytes[at + i] &= bytes.data[i];
	flash->bytes_written += bytes.len;
	flash->busy_us += (uint64_t)words_touched(at, bytes.len) * flash->times.write_word_us;
	return true;
}

bool flash_erase(struct flash *flash, size_t at, size_t len)
{
	size_t pages;

	if (at % FLASH_PAGE_SIZE != 0 || !is_inside(flash, at, len))
		return false;
	pages = (len + FLASH_PAGE_SIZE - 1) / FLASH_PAGE_SIZE;
	memset(flash->bytes + at, 0xff, pages * FLASH_PAGE_SIZE);
	flash->pages_erased += pages;
	flash->busy_us += (uint64_t)pages * flash->times.erase_page_us;
	return true;
}

struct span flash_read(const struct flash *flash, size_t at, size_t len)
{
	return is_inside(flash, at, len) ? span_make(flash->bytes + at, len) : span_make(NULL, 0);
}

bool flash_is_blank(const struct flash *flash, size_t at, size_t len)
{
	struct span bytes = flash_read(flash, at, len);

	if (!is_inside(flash, at, len))
		return false;
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.data[i] != 0xff)
			return false;
	}
	return true;
}

uint64_t flash_take_busy_us(struct flash *flash)
{
	uint64_t busy_us = flash->busy_us;

	flash->busy_us = 0;
	return busy_us;
}
