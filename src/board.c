/* SPDX-License-Identifier: Apache-2.0 */
/* The fake board behind `-p loopback`, see board.h. */
#include "src/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "fakedev/fakedev.h"
#include "transport/loopback.h"

enum { NAME_MAX_LENGTH = 64 };

/* A board as it was opened: a port that has left is lost, even when the board is back already. */
struct plugged {
	struct fakedev *board;
	unsigned departures;
};

static size_t board_rx(void *device, struct span bytes, uint64_t now_us)
{
	return fakedev_rx(((struct plugged *)device)->board, bytes, now_us);
}

static size_t board_tx(void *device, uint8_t *data, size_t cap, uint64_t now_us)
{
	return fakedev_tx(((struct plugged *)device)->board, data, cap, now_us);
}

static bool board_is_present(void *device, uint64_t now_us)
{
	struct plugged *plugged = device;

	return fakedev_is_present(plugged->board, now_us) &&
	       fakedev_departures(plugged->board, now_us) == plugged->departures;
}

static uint64_t board_next_wakeup_us(void *device, uint64_t now_us)
{
	return fakedev_next_wakeup_us(((struct plugged *)device)->board, now_us);
}

static void board_close(void *device)
{
	struct plugged *plugged = device;

	fakedev_destroy(plugged->board);
	free(plugged);
}

/* $XDG_STATE_HOME/smpctl/boards/NAME.flash (default ~/.local/state). */
static enum status find_state_path(const char *name, char *path, size_t size, struct err *reterr)
{
	const char *state_home = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int written;

	if (state_home != NULL && state_home[0] == '/')
		written = snprintf(path, size, "%s/smpctl/boards/%s.flash", state_home, name);
	else if (home != NULL && home[0] == '/')
		written =
			snprintf(path, size, "%s/.local/state/smpctl/boards/%s.flash", home, name);
	else
		return err_set(reterr, STATUS_USAGE,
			"loopback: neither HOME nor XDG_STATE_HOME is set; name a file: "
			"loopback:state=FILE");
	if (written < 0 || (size_t)written >= size)
		return err_set(
			reterr, STATUS_USAGE, "loopback: the path of the state folder is too long");
	return STATUS_OK;
}

/* A name becomes a file name, so it may not be anything else. */
static bool is_sound_name(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return name[0] != '\0' && name[0] != '.' && strlen(name) <= NAME_MAX_LENGTH &&
	       name[strspn(name, allowed)] == '\0';
}

/* Take the NAME off the front of "NAME,key=value,…"; the rest is all keys when it holds a "=". */
static enum status split_rest(
	const char *rest, char *name, const char **ret_keys, struct err *reterr)
{
	size_t len = strcspn(rest, ",");

	strncpy(name, "default", NAME_MAX_LENGTH + 1);
	*ret_keys = rest;
	if (memchr(rest, '=', len) != NULL)
		return STATUS_OK;
	*ret_keys = rest[len] == ',' ? rest + len + 1 : rest + len;
	if (rest[len] == ',' && rest[len + 1] == '\0')
		return err_set(
			reterr, STATUS_USAGE, "loopback: nothing stands behind the last comma");
	if (len == 0)
		return STATUS_OK;
	if (len > NAME_MAX_LENGTH)
		len = NAME_MAX_LENGTH + 1;
	else
		snprintf(name, NAME_MAX_LENGTH + 1, "%.*s", (int)len, rest);
	if (len > NAME_MAX_LENGTH || !is_sound_name(name))
		return err_set(reterr, STATUS_USAGE,
			"loopback: a board's name has letters, digits, - _ and . only");
	return STATUS_OK;
}

enum status board_open_loopback(const char *rest, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr)
{
	char name[NAME_MAX_LENGTH + 1];
	struct clock clock = clock_monotonic();
	struct loopback_peer peer = {
		.rx = board_rx,
		.tx = board_tx,
		.is_present = board_is_present,
		.next_wakeup_us = board_next_wakeup_us,
		.close = board_close,
	};
	struct fakedev_config config;
	struct plugged *plugged;
	const char *keys;
	enum status status;

	(void)options;
	fakedev_config_default(&config);
	status = split_rest(rest, name, &keys, reterr);
	if (status == STATUS_OK)
		status = fakedev_config_parse(&config, keys, reterr);
	if (status == STATUS_OK && config.state_path[0] == '\0')
		status =
			find_state_path(name, config.state_path, sizeof(config.state_path), reterr);
	if (status != STATUS_OK)
		return status;
	plugged = calloc(1, sizeof(*plugged));
	if (plugged == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	status = fakedev_create(&config, clock_now_us(&clock), &plugged->board, reterr);
	if (status != STATUS_OK) {
		free(plugged);
		return status;
	}
	plugged->departures = fakedev_departures(plugged->board, clock_now_us(&clock));
	peer.device = plugged;
	/* A start bit and a stop bit around each byte. */
	peer.bytes_per_second = config.baud / 10;
	return loopback_open(&peer, ret_transport, reterr);
}
