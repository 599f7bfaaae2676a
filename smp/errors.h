/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device's error numbers are called, what they mean, and what to do about them
 * (protocol.md 1.5 and 1.7). The general numbers ("rc") and each group's own ("err") are different
 * number spaces.
 */
#ifndef SMP_ERRORS_H
#define SMP_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct smp_error_info {
	uint16_t rc;
	const char *name;    /* "MGMT_ERR_EBADSTATE", "IMAGE_NO_FREE_SLOT" */
	const char *meaning; /* one clause, lower case */
	const char *hint;    /* what to do next */
};

/* The table of one number space: the general one, or that of a group. */
struct smp_error_space {
	bool is_group;
	uint16_t group; /* when is_group */
	const struct smp_error_info *rows;
	size_t count;
};

const struct smp_error_space *smp_error_spaces(size_t *ret_count);

/* NULL when the number has no name. `group` matters for general numbers too: Mynewt's log group
 * swaps two of them. */
const struct smp_error_info *smp_error_find(uint16_t group, bool is_group_error, int64_t rc);

/*
 * Fill the record with a device's error. `reason` is the text of "rsn", empty when there is none; it
 * is escaped. The status is STATUS_UNSUPPORTED for "command not supported", else STATUS_DEVICE.
 */
enum status smp_error_set(
	struct err *reterr, uint16_t group, bool is_group_error, int64_t rc, struct span reason);

#endif
