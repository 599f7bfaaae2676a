/* SPDX-License-Identifier: Apache-2.0 */
/* TLVs for people, see tlv_text.h. */
#include "src/tlv_text.h"

#include <inttypes.h>

#include "image/tlv.h"
#include "smp/body.h"

enum { BYTES_SHOWN_MAX = MCUBOOT_HASH_MAX };

static bool append_dependency(const struct mcuboot_tlv *tlv, struct buf *out)
{
	struct tlv_dependency dependency;

	if (!tlv_read_dependency(tlv, &dependency))
		return false;
	buf_format(out, "image %u, version ", (unsigned)dependency.image_number);
	mcuboot_version_text(&dependency.min_version, out);
	buf_append_text(out, " or newer");
	return true;
}

static bool append_number(const struct mcuboot_tlv *tlv, struct buf *out)
{
	uint32_t number;

	if (tlv_read_security_counter(tlv, &number))
		buf_format(out, "%" PRIu32, number);
	else if (tlv_read_size(tlv, &number))
		buf_format(out, "%" PRIu32 " bytes", number);
	else
		return false;
	return true;
}

static bool append_boot_record(const struct mcuboot_tlv *tlv, struct buf *out)
{
	struct body_value record;

	if (tlv->type != MCUBOOT_TLV_BOOT_RECORD ||
		body_open(tlv->value, &record, ERR_IGNORED) != STATUS_OK)
		return false;
	body_describe(&record, BYTES_SHOWN_MAX, out);
	return true;
}

bool tlv_append_text(const struct mcuboot_tlv *tlv, struct buf *out)
{
	return append_dependency(tlv, out) || append_number(tlv, out) ||
	       tlv_append_uuid(tlv, out) || append_boot_record(tlv, out);
}
