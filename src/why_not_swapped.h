/* SPDX-License-Identifier: Apache-2.0 */
/* Why an image that was uploaded and marked does not run after the reset. */
#ifndef SRC_WHY_NOT_SWAPPED_H
#define SRC_WHY_NOT_SWAPPED_H

#include <stdbool.h>

/*
 * The possible reasons as one clause, the likely ones first. Where the list still shows the image
 * (`is_still_there`) it ran and was not confirmed; where it is gone the bootloader has refused and
 * erased it (protocol.md 6.6).
 */
const char *why_not_swapped(bool is_still_there);

#endif
