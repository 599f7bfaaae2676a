/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in a TLV of an image, for a person to read. */
#ifndef SRC_TLV_TEXT_H
#define SRC_TLV_TEXT_H

#include "image/mcuboot.h"

/*
 * "image 1, version 2.0.0 or newer", a number, an UUID, a boot record as CBOR; false when the type has
 * no such form or the value does not fit its type: it is just bytes then.
 */
bool tlv_append_text(const struct mcuboot_tlv *tlv, struct buf *out);

#endif
