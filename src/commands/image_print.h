/* SPDX-License-Identifier: Apache-2.0 */
/* How a device's image list is shown, by several commands alike. */
#ifndef SRC_COMMANDS_IMAGE_PRINT_H
#define SRC_COMMANDS_IMAGE_PRINT_H

#include "smp/image_group.h"
#include "src/output.h"

/* Prints a struct smp_image_state, as text in mcumgr's form (cli.md). */
const struct result_printer *image_state_printer(void);

struct image_table {
	const struct smp_image_state *state;
	bool has_whole_hashes; /* else as short as they can be told apart */
	bool has_colours;
};

/* Prints a struct image_table, as text a row for each slot; as JSON it is the list itself. */
const struct result_printer *image_table_printer(void);

/* "active confirmed"; the colours tell what stays and what is to come. */
void image_append_flags(const struct smp_image_slot *slot, bool has_colours, struct buf *out);

#endif
