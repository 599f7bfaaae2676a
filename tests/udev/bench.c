/* SPDX-License-Identifier: Apache-2.0 */
/* Boards under umockdev, see bench.h. */
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "transport/ports_udev.h"

UMockdevTestbed *bench_new(void)
{
	return umockdev_testbed_new();
}

void bench_free(UMockdevTestbed *bench)
{
	g_object_unref(bench);
}

enum { LINE_MAX_LEN = 512 };

/* Do it with the rest of each line of BOARD.umockdev that begins with `key`. */
static void for_each(UMockdevTestbed *bench, const char *board, const char *key,
	void (*act)(UMockdevTestbed *bench, const char *rest))
{
	char line[LINE_MAX_LEN];
	FILE *file;

	snprintf(line, sizeof(line), "%s/%s.umockdev", UDEV_BOARDS_DIR, board);
	file = fopen(line, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, key, strlen(key)) == 0)
			act(bench, line + strlen(key));
	}
	fclose(file);
}

static void announce(UMockdevTestbed *bench, const char *device, const char *action)
{
	char path[LINE_MAX_LEN];

	snprintf(path, sizeof(path), "/sys%s", device);
	umockdev_testbed_uevent(bench, path, action);
}

static void announce_add(UMockdevTestbed *bench, const char *device)
{
	if (strstr(device, "/tty/") != NULL)
		announce(bench, device, "add");
}

static void announce_remove(UMockdevTestbed *bench, const char *device)
{
	if (strstr(device, "/tty/") != NULL)
		announce(bench, device, "remove");
}

static void remove_device(UMockdevTestbed *bench, const char *device)
{
	char path[LINE_MAX_LEN];

	snprintf(path, sizeof(path), "/sys%s", device);
	umockdev_testbed_remove_device(bench, path);
}

/* umockdev forgets the links below /dev. */
static void remove_link(UMockdevTestbed *bench, const char *link)
{
	char path[PATH_MAX], *root = umockdev_testbed_get_root_dir(bench);

	snprintf(path, sizeof(path), "%s/dev/%s", root, link);
	unlink(path);
	g_free(root);
}

void bench_plug(UMockdevTestbed *bench, const char *board)
{
	char path[PATH_MAX];
	GError *error = NULL;

	snprintf(path, sizeof(path), "%s/%s.umockdev", UDEV_BOARDS_DIR, board);
	if (!umockdev_testbed_add_from_file(bench, path, &error))
		fail_msg("%s: %s", board, error->message);
	for_each(bench, board, "P: ", announce_add);
}

void bench_unplug(UMockdevTestbed *bench, const char *board)
{
	for_each(bench, board, "P: ", announce_remove);
	/* Children stand before their parents. */
	for_each(bench, board, "P: ", remove_device);
	for_each(bench, board, "S: ", remove_link);
}

struct port_list bench_list(void)
{
	struct port_list list = { 0 };
	struct err err;

	if (ports_udev_list(&list, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return list;
}

const struct port_info *bench_port(const struct port_list *list, const char *node)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->ports[i].node, node) == 0)
			return &list->ports[i];
	}
	fail_msg("%s is not listed", node);
	return NULL;
}
