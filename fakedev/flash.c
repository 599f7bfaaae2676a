/* SPDX-License-Identifier: Apache-2.0 */
/* NOR flash, see flash.h. */
#include "fakedev/flash.h"

#include <string.h>

static bool is_inside(const struct flash *flash, size_t at, size_t len)
{
	return at <= flash->size && len <= flash->size - at;
}

/* A word that is only partly written takes as long as a whole one. */
static size_t words_touched(const struct flash *flash, size_t at, size_t len)
{
	size_t size = flash->times.word_size > 0 ? flash->times.word_size : FLASH_WORD_SIZE;

	if (len == 0)
		return 0;
	return (at + len - 1) / size - at / size + 1;
}

bool flash_write_untimed(struct flash *flash, size_t at, struct span bytes)
{
	uint8_t *to;

	if (!is_inside(flash, at, bytes.len))
		return false;
	to = flash->bytes + at;
	for (size_t i = 0; i < bytes.len; i++)
		to[i] &= bytes.data[i];
	flash->bytes_written += bytes.len;
	return true;
}

void flash_spend_write(struct flash *flash, size_t at, size_t len)
{
	flash->busy_us += (uint64_t)words_touched(flash, at, len) * flash->times.write_word_us;
}

bool flash_write(struct flash *flash, size_t at, struct span bytes)
{
	if (!flash_write_untimed(flash, at, bytes))
		return false;
	flash_spend_write(flash, at, bytes.len);
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
	/* All bytes are as the one before them, and the first is blank. */
	return len == 0 ||
	       (bytes.data[0] == 0xff && memcmp(bytes.data, bytes.data + 1, len - 1) == 0);
}

uint64_t flash_take_busy_us(struct flash *flash)
{
	uint64_t busy_us = flash->busy_us;

	flash->busy_us = 0;
	return busy_us;
}
