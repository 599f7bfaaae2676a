/* SPDX-License-Identifier: Apache-2.0 */
/* How a device's image list is shown, by several commands alike. */
#ifndef SRC_COMMANDS_IMAGE_PRINT_H
#define SRC_COMMANDS_IMAGE_PRINT_H

#include "src/output.h"

/* Prints a struct smp_image_state, as text in mcumgr's form (cli.md). */
const struct result_printer *image_state_printer(void);

#endif
