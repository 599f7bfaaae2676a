/* SPDX-License-Identifier: Apache-2.0 */
/* The ways into serial recovery, see recover.h. */
#include "src/recover.h"

#include "src/device.h"
#include "src/follow.h"
#include "src/presence.h"
#include "transport/serial_signal.h"

/* A device that goes into recovery is back soon; nothing is swapped on the way. */
enum { RECOVER_PATIENCE_MS = 15000, TOUCH_PATIENCE_MS = 5000 };

static const struct {
	const char *name;
	const char *text;
} ways[] = {
	[RECOVER_WAS_THERE] = { "was_there", "it was there already" },
	[RECOVER_BOOT_MODE] = { "boot_mode", "by a reset with boot mode" },
	[RECOVER_WAIT_WINDOW] = { "wait_window", "by asking while the bootloader listens" },
	[RECOVER_TOUCH] = { "touch_1200", "by opening the port at 1200 baud" },
	[RECOVER_BUTTON] = { "button", "by its reset button" },
};

const char *recover_way_name(enum recover_way way)
{
	return ways[way].name;
}

const char *recover_way_text(enum recover_way way)
{
	return ways[way].text;
}

static enum status try_boot_mode(struct port *port, bool *ret_is_recovery, struct err *reterr)
{
	struct follow_wish wish = { .wants_recovery = true, .patience_ms = RECOVER_PATIENCE_MS };
	struct follow_result result = { 0 };
	enum status status = device_reset(port_client(port), false, SMP_OS_BOOT_BOOTLOADER, reterr);

	if (status == STATUS_OK)
		status = follow_reset(port, &wish, &result, reterr);
	*ret_is_recovery = result.is_recovery;
	return status;
}

static enum status try_wait_window(struct port *port, bool *ret_is_recovery, struct err *reterr)
{
	enum status status = device_reset(port_client(port), false, SMP_OS_BOOT_NORMAL, reterr);

	if (status != STATUS_OK)
		return status;
	return follow_into_recovery(port, RECOVER_PATIENCE_MS, ret_is_recovery, reterr);
}

/* Only a device that is its own USB port can notice; an adapter would pass on nothing. */
static enum status try_touch(struct port *port, bool *ret_is_recovery, struct err *reterr)
{
	struct follow_wish wish = { .wants_recovery = true, .patience_ms = TOUCH_PATIENCE_MS };
	struct follow_result result = { 0 };
	enum status status;

	*ret_is_recovery = false;
	if (!port_may_leave(port))
		return STATUS_OK;
	port_close(port);
	status = serial_signal_touch(port_name(port), reterr);
	if (status == STATUS_OK)
		status = follow_reset(port, &wish, &result, reterr);
	*ret_is_recovery = result.is_recovery;
	return status;
}

static enum status refuse(struct err *reterr)
{
	err_set(reterr, STATUS_UNSUPPORTED,
		"the device starts its application whatever is tried: boot mode, the bootloader's "
		"wait window, 1200 baud");
	return err_hint(reterr,
		"hold the board's recovery button while it resets; or build MCUboot with "
		"BOOT_SERIAL_BOOT_MODE or BOOT_SERIAL_WAIT_FOR_DFU");
}

/* The application answers: make it go. */
static enum status leave_application(
	struct port *port, enum recover_way *ret_way, struct err *reterr)
{
	static const struct {
		enum recover_way way;
		enum status (*try)(struct port *, bool *, struct err *);
	} tries[] = {
		{ RECOVER_BOOT_MODE, try_boot_mode },
		{ RECOVER_WAIT_WINDOW, try_wait_window },
		{ RECOVER_TOUCH, try_touch },
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		bool is_recovery = false;
		enum status status = tries[i].try(port, &is_recovery, reterr);

		if (status != STATUS_OK)
			return err_wrap(reterr, "%s", recover_way_text(tries[i].way));
		if (is_recovery) {
			*ret_way = tries[i].way;
			return STATUS_OK;
		}
	}
	return refuse(reterr);
}

/* Nobody answers: a touch may wake a bootloader, a button surely does. */
static enum status wake(
	struct port *port, uint32_t button_ms, enum recover_way *ret_way, struct err *reterr)
{
	bool is_recovery = false;
	enum status status = STATUS_TIMEOUT;

	if (port_may_leave(port)) {
		*ret_way = RECOVER_TOUCH;
		status = try_touch(port, &is_recovery, reterr);
	}
	if (status == STATUS_TIMEOUT && button_ms > 0) {
		*ret_way = RECOVER_BUTTON;
		status = follow_into_recovery(port, button_ms, &is_recovery, reterr);
	}
	if (status == STATUS_OK && !is_recovery)
		return refuse(reterr);
	return status;
}

enum status recover_enter(
	struct port *port, uint32_t button_ms, enum recover_way *ret_way, struct err *reterr)
{
	struct err silence = { .status = STATUS_OK };
	enum presence presence;
	enum status status = presence_identify(port_client(port), &presence, reterr);

	if (status == STATUS_TIMEOUT || status == STATUS_PROTOCOL) {
		silence = *reterr;
		status = wake(port, button_ms, ret_way, reterr);
		/* What the first question met says more than what the last one did. */
		if (status == STATUS_TIMEOUT) {
			*reterr = silence;
			err_hint(reterr, "smpctl recovery --wait asks for a minute: press the "
					 "board's reset button meanwhile");
			status = silence.status;
		}
		return status;
	}
	if (status != STATUS_OK)
		return status;
	*ret_way = RECOVER_WAS_THERE;
	if (presence == PRESENCE_RECOVERY)
		return STATUS_OK;
	return leave_application(port, ret_way, reterr);
}
