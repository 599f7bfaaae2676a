/* SPDX-License-Identifier: Apache-2.0 */
/* The symbolic link under which a pseudo-terminal is known, see pty.h. */
#ifndef TRANSPORT_PTY_LINK_H
#define TRANSPORT_PTY_LINK_H

#include "base/err.h"

/*
 * Make `link_path` a link to `target`. An old link is replaced in one step, so that at no moment
 * there is none. Errors: STATUS_USAGE (something else is there, or no link can be made).
 */
enum status pty_link_put(const char *link_path, const char *target, struct err *reterr);

/* Remove the link if it still points to `target`: somebody else may have taken it over. */
void pty_link_remove(const char *link_path, const char *target);

#endif
