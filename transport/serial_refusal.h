/* SPDX-License-Identifier: Apache-2.0 */
/* Why a serial port cannot be had, in words that help. */
#ifndef TRANSPORT_SERIAL_REFUSAL_H
#define TRANSPORT_SERIAL_REFUSAL_H

#include <sys/stat.h>

#include "base/err.h"
#include "transport/serial_holder.h"

/* `holder` (NULL: somebody whom /proc does not show) has the port. Always STATUS_PORT_BUSY. */
enum status serial_refuse_held(
	const char *path, const struct serial_holder *holder, struct err *reterr);

/* Process `pid` has laid claim to the port with the lock file `lock_path`. STATUS_PORT_BUSY. */
enum status serial_refuse_locked(
	const char *path, const char *lock_path, pid_t pid, struct err *reterr);

/* open(2) of `path` failed with `errnum`. STATUS_NO_PORT or STATUS_PORT_BUSY. */
enum status serial_refuse_open(const char *path, int errnum, struct err *reterr);

#endif
