/* SPDX-License-Identifier: Apache-2.0 */
/* What the table of commands says of one argument: "HASH|FILE" in "[HASH|FILE]". */
#ifndef SRC_PLACEHOLDER_H
#define SRC_PLACEHOLDER_H

#include <stddef.h>

/*
 * Of the argument with this index, 0 for the first, without brackets and dots; the last may repeat
 * ("FILE..."). Points into `arguments`, *ret_len bytes long. NULL: there is no such argument.
 */
const char *placeholder_find(const char *arguments, size_t index, size_t *ret_len);

#endif
