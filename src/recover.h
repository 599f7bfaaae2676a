/* SPDX-License-Identifier: Apache-2.0 */
/* Getting a device into MCUboot's serial recovery, by whichever way it knows (protocol.md 4.1). */
#ifndef SRC_RECOVER_H
#define SRC_RECOVER_H

#include "src/port.h"

/* Which way led there, in the order in which they are tried. */
enum recover_way {
	RECOVER_WAS_THERE,   /* it was in recovery already */
	RECOVER_BOOT_MODE,   /* reset with boot_mode (CONFIG_MCUMGR_GRP_OS_RESET_BOOT_MODE) */
	RECOVER_WAIT_WINDOW, /* asked while the bootloader listens (BOOT_SERIAL_WAIT_FOR_DFU) */
	RECOVER_TOUCH,       /* the port opened and closed at 1200 baud */
	RECOVER_BUTTON,      /* somebody pressed reset while we asked */
};

/*
 * The port is open, and open again afterwards. With `button_ms` a device that does not answer at all is
 * asked for that long, so that its reset button can be pressed. STATUS_UNSUPPORTED: its application
 * answers after every way was tried. Errors of follow.h.
 */
enum status recover_enter(
	struct port *port, uint32_t button_ms, enum recover_way *ret_way, struct err *reterr);

/* "boot mode": for messages; "boot_mode": for JSON. */
const char *recover_way_text(enum recover_way way);
const char *recover_way_name(enum recover_way way);

#endif
