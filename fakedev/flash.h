/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NOR flash: writing only clears bits, erasing sets whole pages to 0xff, and both take their time.
 */
#ifndef FAKEDEV_FLASH_H
#define FAKEDEV_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* How long things take (protocol.md 5.5); all 0: instantly. */
struct flash_times {
	uint32_t erase_page_us;
	uint32_t write_word_us;
	uint32_t word_size;    /* bytes that are written at a time; 0: FLASH_WORD_SIZE */
	bool erase_stalls_cpu; /* it runs from the same flash */
};

enum { FLASH_PAGE_SIZE = 4096, FLASH_WORD_SIZE = 4 };

struct flash {
	uint8_t *bytes; /* owned by whoever made it (the store) */
	size_t size;    /* a multiple of FLASH_PAGE_SIZE */
	struct flash_times times;
	uint64_t busy_us; /* time spent since flash_take_busy_us was last asked */
	uint64_t pages_erased;
	uint64_t bytes_written;
};

/* False when the range is not in the flash. Bits that are 0 stay 0. */
bool flash_write(struct flash *flash, size_t at, struct span bytes);

/* The two halves of flash_write, for a server that collects what it writes: what changes, and when. */
bool flash_write_untimed(struct flash *flash, size_t at, struct span bytes);
void flash_spend_write(struct flash *flash, size_t at, size_t len);

/* Erase the pages that [at, at + len) touches; `at` must begin a page. False otherwise. */
bool flash_erase(struct flash *flash, size_t at, size_t len);

/* Empty when the range is not in the flash. */
struct span flash_read(const struct flash *flash, size_t at, size_t len);

/* True when every byte is 0xff; false when the range is not in the flash. */
bool flash_is_blank(const struct flash *flash, size_t at, size_t len);

/* The time that work since the last call has taken. */
uint64_t flash_take_busy_us(struct flash *flash);

#endif
