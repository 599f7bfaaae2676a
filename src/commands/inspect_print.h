/* SPDX-License-Identifier: Apache-2.0 */
/* What image inspect shows. */
#ifndef SRC_COMMANDS_INSPECT_PRINT_H
#define SRC_COMMANDS_INSPECT_PRINT_H

#include "src/file_check.h"

struct inspection {
	const struct firmware *firmware;
	struct file_parts parts;
	enum image_verdict verdicts[FIRMWARE_PARTS_MAX]; /* of the parts; no key is known */
};

const struct result_printer *inspection_printer(void);

/* JSON of the signatures in an image, for verify too: kind of key, and what names the key. */
void inspection_put_signatures(const struct mcuboot_image *image, struct doc *object);

#endif
