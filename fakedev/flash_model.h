/* SPDX-License-Identifier: Apache-2.0 */
/* Whose flash it is: how long the flash of a chip takes (protocol.md 5.5). */
#ifndef FAKEDEV_FLASH_MODEL_H
#define FAKEDEV_FLASH_MODEL_H

#include "fakedev/config.h"
#include "fakedev/flash.h"

struct flash_times flash_model_times(enum fakedev_flash_model model);

#endif
