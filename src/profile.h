/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connection profiles: a name for a device and what it takes to talk to it. They lie in
 * $XDG_CONFIG_HOME/smpctl/connections.json (default ~/.config), in the form of mcumgr's own file,
 * ~/.mcumgr.cp.json, which is read but never written:
 *
 *     [
 *         {
 *             "MyName": "testDK",
 *             "MyType": "serial",
 *             "MyConnString": "dev=/dev/ttyACM0,baud=115200,mtu=512",
 *             "timeout": "5s"
 *         }
 *     ]
 *
 * Besides mcumgr's three members there may be settings: the name of an option (profile_setting_find)
 * and its argument, a text as on the command line. As in mcumgr, the last of several profiles with
 * one name counts.
 */
#ifndef SRC_PROFILE_H
#define SRC_PROFILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "src/settings.h"

enum profile_origin { PROFILE_OURS, PROFILE_MCUMGRS };

enum { PROFILE_SETTINGS_MAX = 16 };

struct profile_setting {
	const struct option_spec *option;
	const char *value;
};

/* The texts of a profile that was read belong to its file. */
struct profile {
	const char *name;
	const char *type;       /* NULL: not said */
	const char *connstring; /* NULL: none */
	struct profile_setting settings[PROFILE_SETTINGS_MAX];
	size_t setting_count;
	const char *odd_member; /* first one that is no setting, or no text; NULL: all are sound */
	enum profile_origin origin;
};

/* The profiles of a file as it was when it was read. */
struct profile_file;

/*
 * A file that is not there is one without profiles. Errors: STATUS_USAGE (no home), STATUS_BAD_FILE
 * (unreadable, or no list of profiles: says FILE:LINE, or FILE and which profile).
 */
enum status profile_file_load(
	enum profile_origin origin, struct profile_file **ret_file, struct err *reterr);
void profile_file_free(struct profile_file *file); /* accepts NULL */

const char *profile_file_path(const struct profile_file *file);
const struct profile *profile_file_list(const struct profile_file *file, size_t *ret_count);

/* NULL when there is none of that name. */
const struct profile *profile_file_find(const struct profile_file *file, const char *name);

/* The option of that name, NULL when there is none that a profile may hold. */
const struct option_spec *profile_setting_find(const char *name);

/* The names of those there are, for messages: "port, baud, …". */
void profile_list_settings(struct buf *out);

/*
 * Write a profile into our file. One of the same name is replaced; everything else in the file
 * stays. Errors: STATUS_USAGE (a name that is empty or no UTF-8), those of loading, and
 * STATUS_BAD_FILE when the file cannot be written. A broken file is not overwritten.
 */
enum status profile_add(const struct profile *profile, struct err *reterr);

/* The same, and STATUS_USAGE when our file has none of that name. */
enum status profile_delete(const char *name, struct err *reterr);

#endif
