/* SPDX-License-Identifier: Apache-2.0 */
/* Signals to a board without a byte, see serial_signal.h. */
#include "transport/serial_signal.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <time.h>

#include "transport/serial_claim.h"
#include "transport/serial_line.h"

enum { TOUCH_BAUD = 1200, TOUCH_PAUSE_MS = 50 };

/* Without modem lines, as on a pseudo-terminal, the speed alone must tell. */
static bool set_dtr(int fd, bool is_on)
{
	int dtr = TIOCM_DTR;

	return ioctl(fd, is_on ? TIOCMBIS : TIOCMBIC, &dtr) == 0 || errno == ENOTTY ||
	       errno == EINVAL;
}

static enum status touch(int fd, const char *path, struct err *reterr)
{
	if (!serial_line_set_speed(fd, TOUCH_BAUD) || !set_dtr(fd, true))
		return err_set_errno(
			reterr, STATUS_NO_PORT, errno, "%s cannot be set to 1200 baud", path);
	/* Each change is a request of its own over USB: let the board see DTR up before it falls. */
	nanosleep(&(struct timespec){ .tv_nsec = TOUCH_PAUSE_MS * 1000000L }, NULL);
	/* A board that has left already has understood. */
	(void)set_dtr(fd, false);
	return STATUS_OK;
}

enum status serial_signal_touch(const char *path, struct err *reterr)
{
	struct serial_claim claim;
	enum status status = serial_claim_open(path, &claim, reterr);

	if (status != STATUS_OK)
		return status;
	status = touch(claim.fd, path, reterr);
	serial_claim_close(&claim);
	return status;
}

enum status serial_signal_break(const char *path, struct err *reterr)
{
	struct serial_claim claim;
	enum status status = serial_claim_open(path, &claim, reterr);

	if (status != STATUS_OK)
		return status;
	/* The argument 0 is the quarter of a second. */
	if (ioctl(claim.fd, TCSBRK, 0) != 0)
		status = err_set_errno(
			reterr, STATUS_NO_PORT, errno, "%s cannot send a break", path);
	serial_claim_close(&claim);
	return status;
}
