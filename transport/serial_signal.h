/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said to a board on its serial port without sending it a byte. Both take the port
 * alone, as serial_open does, with the same errors, and give it back.
 */
#ifndef TRANSPORT_SERIAL_SIGNAL_H
#define TRANSPORT_SERIAL_SIGNAL_H

#include "base/err.h"

/*
 * Open at 1200 baud, raise DTR, drop it, close: by an old agreement the board restarts into its
 * bootloader. The speed stays 1200 behind us, for boards that look once more before they obey; the
 * next open sets its own. Success says that the board was asked, not that it listened.
 */
enum status serial_signal_touch(const char *path, struct err *reterr);

/* A break of a quarter of a second. Takes as long. */
enum status serial_signal_break(const char *path, struct err *reterr);

#endif
