/* SPDX-License-Identifier: Apache-2.0 */
/* An empty home folder, see home.h. */
#include "tests/support/home.h"

#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { PATH_SIZE = 256, CONTENT_SIZE = 4096 };

int home_open(void **state)
{
	static const char *const variables[] = { "XDG_CONFIG_HOME", "XDG_STATE_HOME", "SMPCTL_PORT",
		"SMPCTL_CONN", "SMPCTL_KEY" };
	char *home = strdup("/tmp/smpctl-home-XXXXXX");

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	*state = home;
	return home != NULL && mkdtemp(home) != NULL ? setenv("HOME", home, 1) : -1;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *place)
{
	(void)stat;
	(void)flag;
	(void)place;
	return remove(path);
}

int home_close(void **state)
{
	int failed = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return failed;
}

char *home_path(const char *home, const char *name, char *path)
{
	assert_true(snprintf(path, PATH_SIZE, "%s/%s", home, name) < PATH_SIZE);
	return path;
}

void home_put(const char *home, const char *name, const char *content)
{
	char path[PATH_SIZE];
	FILE *file;

	home_path(home, name, path);
	for (char *slash = strchr(path + strlen(home) + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void home_assert_holds(const char *home, const char *name, const char *content)
{
	char path[PATH_SIZE], held[CONTENT_SIZE] = "";
	FILE *file = fopen(home_path(home, name, path), "r");

	assert_non_null(file);
	assert_true(fread(held, 1, sizeof(held) - 1, file) < sizeof(held) - 1);
	fclose(file);
	assert_string_equal(held, content);
}

size_t home_count(const char *home, const char *folder)
{
	char path[PATH_SIZE];
	DIR *stream = opendir(home_path(home, folder, path));
	size_t count = 0;
	const struct dirent *entry;

	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(stream);
	return count;
}
