/* SPDX-License-Identifier: Apache-2.0 */
/* The state folder, see state_file.h. */
#include "src/state_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum status make_folders(char *path, struct err *reterr)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		int made;

		*slash = '\0';
		made = mkdir(path, 0700) < 0 && errno != EEXIST ? errno : 0;
		if (made != 0)
			err_set_errno(reterr, STATUS_BAD_FILE, made, "%s", path);
		*slash = '/';
		if (made != 0)
			return STATUS_BAD_FILE;
	}
	return STATUS_OK;
}

enum status state_file_path(const char *name, char *path, size_t size, struct err *reterr)
{
	const char *state_home = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int written;

	if (state_home != NULL && state_home[0] == '/')
		written = snprintf(path, size, "%s/smpctl/%s", state_home, name);
	else if (home != NULL && home[0] == '/')
		written = snprintf(path, size, "%s/.local/state/smpctl/%s", home, name);
	else
		return err_set(reterr, STATUS_USAGE,
			"neither HOME nor XDG_STATE_HOME is set: where is %s?", name);
	if (written < 0 || (size_t)written >= size)
		return err_set(reterr, STATUS_USAGE, "the path of %s is too long", name);
	return make_folders(path, reterr);
}
