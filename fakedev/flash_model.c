/* SPDX-License-Identifier: Apache-2.0 */
/* Erase and write times by chip, see flash_model.h. */
#include "fakedev/flash_model.h"

/*
 * The typical values of protocol.md 5.5; where it gives a range, the middle or what data sheets call
 * typical. All slots of a board lie in the same flash.
 */
static const struct flash_times models[] = {
	[FAKEDEV_FLASH_INSTANT] = { 0 },
	[FAKEDEV_FLASH_NRF52840] = { .erase_page_us = 85000,
		.write_word_us = 41,
		.erase_stalls_cpu = true },
	[FAKEDEV_FLASH_NRF5340] = { .erase_page_us = 87000,
		.write_word_us = 43,
		.erase_stalls_cpu = true },
	/* RRAM knows no erase; the driver writes 0xff in its place: 256 words of a page. */
	[FAKEDEV_FLASH_NRF54L15] = { .erase_page_us = 256 * 15,
		.write_word_us = 15,
		.word_size = 16 },
	/* A chip of its own: the CPU goes on while it erases. */
	[FAKEDEV_FLASH_QSPI] = { .erase_page_us = 50000, .write_word_us = 850, .word_size = 256 },
};

struct flash_times flash_model_times(enum fakedev_flash_model model)
{
	return models[model];
}
