/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for a device that was reset, see follow.h. */
#include "src/follow.h"

#include "base/text.h"
#include "src/device.h"
#include "src/presence.h"
#include "transport/port_watch.h"

enum {
	PAGE_SIZE = 4096,
	PAGES_MAX = 65536,
	SWAP_PAGE_MS = 100,         /* at least: two erases and two writes (protocol.md 5.5) */
	SWAP_PAGE_MAX_MS = 500,     /* at most: slow external flash */
	LEAVE_US = 2 * 1000 * 1000, /* the reset comes 250 ms after its reply */
	STAY_US = 3 * 1000 * 1000,  /* a bootloader with no work that is there for longer stays */
	LOOK_AGAIN_US = 250 * 1000, /* where no watch tells of changes */
	HAIL_MS = 500,              /* for an application */
	CATCH_PAUSE_US = 50 * 1000,
	CATCH_MS = 60, /* for a bootloader that listens for half a second */
	TRY_AGAIN_US = 200 * 1000,
	OLD_INSTANCE_US = 1500 * 1000, /* what answers before may not have been reset yet */
	WARY_FACTOR = 5,               /* from fast flash to slow (protocol.md 5.5) */
};

struct follow {
	struct port *port;
	struct port_watch *watch; /* NULL: there is none */
	uint64_t until_us;
};

struct follow_wish follow_wish_for_swap(uint64_t bytes)
{
	uint64_t pages = bytes / PAGE_SIZE;

	if (pages > PAGES_MAX)
		pages = PAGES_MAX;
	return (struct follow_wish){
		.quiet_ms = (uint32_t)(FOLLOW_QUIET_MS + pages * SWAP_PAGE_MS),
		.patience_ms = (uint32_t)(FOLLOW_PATIENCE_MS + pages * SWAP_PAGE_MAX_MS),
	};
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Wait for a change of the ports, at most until then. */
static enum status wait_for_change(
	const struct follow *follow, uint64_t until_us, struct err *reterr)
{
	int fd = -1;
	enum status status;

	if (follow->watch != NULL)
		fd = port_watch_pollfd(follow->watch).fd;
	/* No watch tells of pseudo-terminals. */
	if (follow->watch == NULL || port_is_bare_path(follow->port))
		until_us = earlier(until_us, port_now_us(follow->port) + LOOK_AGAIN_US);
	status = port_pause(follow->port, fd, until_us, reterr);
	if (status == STATUS_OK && follow->watch != NULL)
		port_watch_drain(follow->watch);
	return status;
}

/* Wait until the port looks otherwise; the same *sight when time is up before. */
static enum status wait_for_other_sight(
	const struct follow *follow, uint64_t until_us, enum port_sight *sight, struct err *reterr)
{
	enum port_sight seen = *sight;
	enum status status = STATUS_OK;

	for (;;) {
		*sight = port_look(follow->port);
		if (*sight != seen || status != STATUS_OK || port_now_us(follow->port) >= until_us)
			return status;
		status = wait_for_change(follow, until_us, reterr);
	}
}

static enum status refuse_gone(const struct follow *follow, struct err *reterr)
{
	err_set(reterr, STATUS_NO_PORT, "%s went away at the reset and did not come back",
		port_name(follow->port));
	return err_hint(reterr, "smpctl ports shows what is there now; a bootloader with other USB "
				"ids is found with a map: -p usb:2fe3:0100,2fe3:000a");
}

/* The link to a pseudo-terminal goes and comes back, perhaps before anybody looks. */
static enum status follow_path(const struct follow *follow, bool *ret_has_left, struct err *reterr)
{
	uint64_t leave_us = earlier(follow->until_us, port_now_us(follow->port) + LEAVE_US);
	enum status status = STATUS_OK;

	*ret_has_left = port_path_is_new(follow->port);
	while (status == STATUS_OK && !*ret_has_left) {
		bool is_gone = port_look(follow->port) == PORT_SIGHT_GONE;
		uint64_t now_us = port_now_us(follow->port);

		if (is_gone && now_us >= follow->until_us)
			return refuse_gone(follow, reterr);
		if (!is_gone && now_us >= leave_us)
			return STATUS_OK;
		status = wait_for_change(follow, is_gone ? follow->until_us : leave_us, reterr);
		*ret_has_left = port_path_is_new(follow->port);
	}
	return status;
}

/*
 * Let a USB device leave and come back, and its bootloader too when that shows itself as another
 * product, for `stay_us` at most. *ret_has_left: it did, and nothing more need be waited for.
 */
static enum status follow_on_bus(
	const struct follow *follow, uint64_t stay_us, bool *ret_has_left, struct err *reterr)
{
	enum port_sight sight = port_look(follow->port);

	*ret_has_left = sight == PORT_SIGHT_GONE;
	while (!*ret_has_left || sight != PORT_SIGHT_SAME) {
		uint64_t until_us = follow->until_us, now_us = port_now_us(follow->port);
		enum port_sight seen = sight;
		enum status status;

		if (sight != PORT_SIGHT_GONE)
			until_us = earlier(
				until_us, now_us + (sight == PORT_SIGHT_SAME ? LEAVE_US : stay_us));
		status = wait_for_other_sight(follow, until_us, &sight, reterr);
		if (status != STATUS_OK)
			return status;
		if (sight == seen)
			return sight == PORT_SIGHT_GONE ? refuse_gone(follow, reterr) : STATUS_OK;
		/* Also when it was back, as another product, before anybody told that it had gone. */
		*ret_has_left = true;
	}
	return STATUS_OK;
}

/* One question; a port that cannot be opened now, or a device that is still booting, is asked again. */
static enum status hail(const struct follow *follow, uint32_t timeout_ms, struct err *reterr)
{
	enum status status = port_reopen(follow->port, reterr);

	if (status == STATUS_OK)
		status = port_hail(follow->port, timeout_ms, reterr);
	if (status == STATUS_NO_PORT)
		port_close(follow->port);
	return status;
}

static bool is_worth_another_try(enum status status)
{
	return status == STATUS_NO_PORT || status == STATUS_PORT_BUSY || status == STATUS_TIMEOUT ||
	       status == STATUS_PROTOCOL;
}

/* Ask until somebody answers. */
static enum status wait_for_answer(
	const struct follow *follow, uint32_t timeout_ms, struct err *reterr)
{
	for (;;) {
		enum status status = hail(follow, timeout_ms, reterr);
		enum status paused;

		if (!is_worth_another_try(status) || port_now_us(follow->port) >= follow->until_us)
			return status;
		/* A silence has taken its time already. */
		if (port_client(follow->port) != NULL)
			continue;
		paused = wait_for_change(follow, port_now_us(follow->port) + TRY_AGAIN_US, reterr);
		if (paused != STATUS_OK)
			return paused;
	}
}

static enum status ask_who(const struct follow *follow, bool *ret_is_recovery, struct err *reterr)
{
	enum presence presence;
	enum status status = presence_identify(port_client(follow->port), &presence, reterr);

	*ret_is_recovery = status == STATUS_OK && presence == PRESENCE_RECOVERY;
	return status;
}

static void begin(struct follow *follow, struct port *port, uint32_t patience_ms)
{
	*follow = (struct follow){ .port = port };
	if (port_may_leave(port) && port_watch_open(&follow->watch, ERR_IGNORED) != STATUS_OK)
		follow->watch = NULL;
	follow->until_us = port_now_us(port) +
			   (uint64_t)(patience_ms > 0 ? patience_ms : FOLLOW_PATIENCE_MS) * 1000;
	port_close(port);
}

/* Ask until somebody answers and has said who it is. */
static enum status find_out(
	const struct follow *follow, uint32_t timeout_ms, bool *ret_is_recovery, struct err *reterr)
{
	enum status status;

	do {
		status = wait_for_answer(follow, timeout_ms, reterr);
		if (status == STATUS_OK)
			status = ask_who(follow, ret_is_recovery, reterr);
		if (status == STATUS_NO_PORT)
			port_close(follow->port);
	} while (is_worth_another_try(status) && port_now_us(follow->port) < follow->until_us);
	return status;
}

/* The last question's silence is short: say how long it was in all. */
static enum status refuse_silent(const struct follow *follow, uint64_t start_us, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf waited = BUF_OVER(storage);

	text_append_duration(&waited, (port_now_us(follow->port) - start_us) / 1000);
	err_set(reterr, STATUS_TIMEOUT, "no answer within %s", buf_text(&waited));
	return err_hint(reterr,
		"the application may have crashed, or does not speak SMP; a reset by the board's "
		"button or its power brings back an image that was not confirmed");
}

struct attempt {
	uint32_t quiet_ms, patience_ms;
	bool is_wary, accepts_recovery, wants_recovery;
};

/*
 * MCUboot is on the bus while it swaps, and answers afterwards what it was asked meanwhile. Where it
 * goes when it is done nothing is lost by waiting as long as slow flash takes.
 */
static uint64_t stay_us(const struct attempt *attempt)
{
	uint64_t work_us = (uint64_t)attempt->quiet_ms * WARY_FACTOR * 1000;

	if (attempt->wants_recovery)
		return 0;
	return attempt->accepts_recovery || work_us < STAY_US ? STAY_US : work_us;
}

/* From the reset to who answers. */
static enum status follow_once(
	struct port *port, const struct attempt *attempt, bool *ret_is_recovery, struct err *reterr)
{
	uint64_t start_us = port_now_us(port);
	uint64_t quiet_us =
		(uint64_t)attempt->quiet_ms * (attempt->is_wary ? WARY_FACTOR : 1) * 1000;
	struct follow follow;
	bool has_left = false;
	enum status status = STATUS_OK;

	begin(&follow, port, attempt->patience_ms);
	follow.until_us += quiet_us;
	if (port_is_bare_path(port))
		status = follow_path(&follow, &has_left, reterr);
	else if (port_may_leave(port))
		status = follow_on_bus(&follow, stay_us(attempt), &has_left, reterr);
	if (status == STATUS_OK && (!has_left || attempt->is_wary) && !port_is_inside(port))
		status = port_pause(port, -1, start_us + quiet_us, reterr);
	if (status == STATUS_OK)
		status = find_out(&follow, HAIL_MS, ret_is_recovery, reterr);
	if (status == STATUS_TIMEOUT)
		refuse_silent(&follow, start_us, reterr);
	else if (status == STATUS_NO_PORT)
		refuse_gone(&follow, reterr);
	port_watch_close(follow.watch);
	return status;
}

enum status follow_reset(struct port *port, const struct follow_wish *wish,
	struct follow_result *ret_result, struct err *reterr)
{
	struct attempt attempt = {
		.quiet_ms = wish->quiet_ms > 0 ? wish->quiet_ms : FOLLOW_QUIET_MS,
		.patience_ms = wish->patience_ms,
		.is_wary = wish->is_wary,
		.accepts_recovery = wish->accepts_recovery || wish->wants_recovery,
		.wants_recovery = wish->wants_recovery,
	};
	uint64_t start_us = port_now_us(port);
	struct follow_result result = { 0 };
	enum status status = follow_once(port, &attempt, &result.is_recovery, reterr);

	if (status == STATUS_OK && result.is_recovery && !attempt.accepts_recovery) {
		result.was_trapped = true;
		attempt.is_wary = true;
		status = device_reset(port_client(port), false, SMP_OS_BOOT_NORMAL, reterr);
		if (status == STATUS_OK)
			status = follow_once(port, &attempt, &result.is_recovery, reterr);
	}
	if (status != STATUS_OK)
		return err_wrap(reterr, "waiting for the device after the reset");
	result.duration_us = port_now_us(port) - start_us;
	*ret_result = result;
	return STATUS_OK;
}

enum status follow_into_recovery(
	struct port *port, uint32_t patience_ms, bool *ret_is_recovery, struct err *reterr)
{
	uint64_t start_us = port_now_us(port);
	struct follow follow;
	enum status status;

	begin(&follow, port, patience_ms);
	do {
		status = find_out(&follow, CATCH_MS, ret_is_recovery, reterr);
		/* The application that answers has not been reset yet; the next one may listen. */
		if (status == STATUS_OK && !*ret_is_recovery)
			status = port_pause(port, -1, port_now_us(port) + CATCH_PAUSE_US, reterr);
	} while (status == STATUS_OK && !*ret_is_recovery &&
		 port_now_us(port) < start_us + OLD_INSTANCE_US);
	port_watch_close(follow.watch);
	if (status != STATUS_OK)
		return err_wrap(reterr, "waiting for the bootloader after the reset");
	return STATUS_OK;
}
