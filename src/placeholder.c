/* SPDX-License-Identifier: Apache-2.0 */
/* Taking the arguments' text of a command's row apart, see placeholder.h. */
#include "src/placeholder.h"

#include <stdbool.h>
#include <string.h>

const char *placeholder_find(const char *arguments, size_t index, size_t *ret_len)
{
	static const char repeats[] = "...";

	for (const char *at = arguments; *at != '\0'; at += strspn(at, " ")) {
		size_t len = strcspn(at, " "), brackets = at[0] == '[' ? 1 : 0;
		const char *begin = at + brackets;
		size_t inner = len - 2 * brackets;
		bool is_repeated =
			inner > sizeof(repeats) - 1 && memcmp(begin + inner - (sizeof(repeats) - 1),
							       repeats, sizeof(repeats) - 1) == 0;

		if (index == 0 || is_repeated) {
			*ret_len = inner - (is_repeated ? sizeof(repeats) - 1 : 0);
			return begin;
		}
		index--;
		at += len;
	}
	return NULL;
}
