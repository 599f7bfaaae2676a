/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking up one value of a JSON document: "images[0].version" is the member "version" of the first
 * element of "images".
 */
#ifndef SRC_JSON_PATH_H
#define SRC_JSON_PATH_H

#include "src/doc.h"

/*
 * The value at the end of the path, as doc_append_value shows it, is appended to `ret_value`. Errors:
 * STATUS_USAGE (the path is none), STATUS_NOT_UPDATED (there is no such value: the hint names what is
 * there instead).
 */
enum status json_path_look_up(
	struct doc *doc, const char *path, struct buf *ret_value, struct err *reterr);

#endif
