/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reply made by others means, found in its bytes without our decoder: numbers behind keys.
 * What our client makes of the reply must agree.
 */
#ifndef TESTS_SUPPORT_ORACLE_H
#define TESTS_SUPPORT_ORACLE_H

#include "smp/message.h"

struct oracle_tally {
	size_t good, general_errors, group_errors;
};

/*
 * Give the reply to our client's function for it, compare, and count it. `asked` is the body of the
 * request; `name` is told when they disagree.
 */
void oracle_check(const char *name, struct span asked, const struct smp_reply *reply,
	struct oracle_tally *tally);

#endif
