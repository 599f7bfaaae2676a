/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the device is and how to talk to it, out of all that may say so. What comes first counts:
 *
 *   1. an option of the command line (-p, -b, …);
 *   2. --connextra, then --connstring, else the connection string of the profile;
 *   3. the settings of the profile that -c names;
 *   4. the default.
 *
 * Where the command line has neither -p, -c nor --connstring, SMPCTL_PORT and SMPCTL_CONN stand for
 * -p and -c. A profile is looked for in our file and then in mcumgr's.
 */
#ifndef SRC_CONNECTION_H
#define SRC_CONNECTION_H

#include "src/profile.h"
#include "src/settings.h"

/* Owns the texts that settings then point to. */
struct connection;

/*
 * Complete the settings of a command line; on failure they stay as they are. Errors: STATUS_USAGE (no such profile, an unknown type,
 * key or setting, a bad value), those of profile_file_load.
 */
enum status connection_resolve(
	struct settings *settings, struct connection **ret_connection, struct err *reterr);
void connection_free(struct connection *connection); /* accepts NULL */

/* Is the profile one that connection_resolve would take? STATUS_USAGE says why not. */
enum status connection_check(const struct profile *profile, struct err *reterr);

#endif
