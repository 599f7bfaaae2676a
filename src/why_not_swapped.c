/* SPDX-License-Identifier: Apache-2.0 */
/* Why an image does not run, see why_not_swapped.h. */
#include "src/why_not_swapped.h"

const char *why_not_swapped(bool is_still_there)
{
	if (is_still_there)
		return "it was started and not confirmed before the next reset, or it crashed "
		       "before "
		       "it could be";
	return "the bootloader refused and erased it: signed with another key than its own (smpctl "
	       "image verify FILE --key PEM tells), linked for another address, older than it "
	       "allows, "
	       "or in need of another image";
}
