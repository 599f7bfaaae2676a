/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dfu_application.zip as parts of a firmware (protocol.md 7): the files that its manifest.json
 * lists, unpacked. Nothing here looks into an image.
 */
#ifndef IMAGE_PACKAGE_H
#define IMAGE_PACKAGE_H

#include "image/firmware.h"

/*
 * Fill parts, part_count and what the manifest tells of the whole. Also on failure, the `bytes` of
 * the first part_count parts are allocated, and the caller's to free (NULL for those without).
 */
enum status package_read(struct span file, struct firmware *firmware, struct err *reterr);

#endif
