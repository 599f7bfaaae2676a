/* SPDX-License-Identifier: Apache-2.0 */
/* The reading of /proc/self/smaps, see resident.h. */
#include "tests/support/resident.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { LINE_SIZE = 512 };

size_t resident_bytes(struct span mapping)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	bool is_ours = false, is_found = false;
	unsigned long begin, end, kib = 0;
	char line[LINE_SIZE];

	assert_non_null(maps);
	while (!is_found && fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &begin, &end) == 2)
			is_ours = begin == (uintptr_t)mapping.data;
		else if (is_ours)
			is_found = sscanf(line, "Rss: %lu kB", &kib) == 1;
	}
	fclose(maps);
	assert_true(is_found);
	return (size_t)kib * 1024;
}
