/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a line, see serial_line.h. */
#include "transport/serial_line.h"

#include <errno.h>
#include <linux/serial.h>
#include <string.h>
#include <sys/ioctl.h>

enum {
	BAUD_DEFAULT = 115200,
	/* Receivers of 8N1 bear about this much; a driver that is further off did something else. */
	BAUD_ERROR_PERCENT_MAX = 3,
};

/*
 * As cfmakeraw, and: a break is no data (a board in reset holds its line low), no modem line is
 * needed to talk, and HUPCL is off, so that closing does not drop DTR and RTS.
 */
static void set_raw(struct termios2 *settings, uint8_t bytes_min)
{
	settings->c_iflag = IGNBRK;
	settings->c_oflag = 0;
	settings->c_lflag = 0;
	settings->c_cflag &= CBAUD | CIBAUD;
	settings->c_cflag |= CS8 | CREAD | CLOCAL;
	settings->c_cc[VMIN] = bytes_min;
	settings->c_cc[VTIME] = 0;
}

/* Any number; an input speed of 0 in CIBAUD means: the same as the output's. */
static void put_speed(struct termios2 *settings, uint32_t baud)
{
	settings->c_cflag &= ~(tcflag_t)(CBAUD | CIBAUD);
	settings->c_cflag |= BOTHER;
	settings->c_ospeed = baud;
	settings->c_ispeed = baud;
}

bool serial_line_make_raw(int fd)
{
	struct termios2 settings;

	if (ioctl(fd, TCGETS2, &settings) != 0)
		return false;
	/* VMIN 1, so that a plain blocking reader such as cat does not see the end at once. */
	set_raw(&settings, 1);
	return ioctl(fd, TCSETS2, &settings) == 0;
}

bool serial_line_set_speed(int fd, uint32_t baud)
{
	struct termios2 settings;

	if (ioctl(fd, TCGETS2, &settings) != 0)
		return false;
	put_speed(&settings, baud);
	settings.c_cflag |= HUPCL;
	return ioctl(fd, TCSETS2, &settings) == 0;
}

enum status serial_line_save(struct serial_line *line, int fd, const char *path, struct err *reterr)
{
	if (ioctl(fd, TCGETS2, &line->saved) == 0) {
		line->is_saved = true;
		return STATUS_OK;
	}
	if (errno == ENOTTY || errno == EINVAL)
		return err_set(reterr, STATUS_NO_PORT, "%s is not a serial port", path);
	/* The nodes ttyS0 to ttyS3 exist on machines that have no such UART. */
	return err_set_errno(reterr, STATUS_NO_PORT, errno, "no device answers behind %s", path);
}

static bool is_baud_near(uint32_t is, uint32_t wanted)
{
	uint64_t off = is > wanted ? is - wanted : wanted - is;

	return off * 100 <= (uint64_t)wanted * BAUD_ERROR_PERCENT_MAX;
}

/* Drivers do not refuse what they cannot do: they change the settings, which is why we look. */
static enum status check_settings(
	int fd, const char *path, uint32_t baud, enum transport_flow flow, struct err *reterr)
{
	struct termios2 is;

	if (ioctl(fd, TCGETS2, &is) != 0)
		return err_set_errno(reterr, STATUS_NO_PORT, errno, "%s went away", path);
	if (!is_baud_near(is.c_ospeed, baud))
		return err_set(reterr, STATUS_USAGE, "%s cannot do %u baud (the driver chose %u)",
			path, baud, is.c_ospeed);
	if (flow == TRANSPORT_FLOW_RTSCTS && (is.c_cflag & CRTSCTS) == 0)
		return err_set(reterr, STATUS_USAGE, "%s knows no RTS/CTS handshake", path);
	return STATUS_OK;
}

static enum status set_settings(const struct serial_line *line, int fd, const char *path,
	const struct transport_options *options, struct err *reterr)
{
	uint32_t baud = options->baud != 0 ? options->baud : BAUD_DEFAULT;
	struct termios2 settings = line->saved;

	set_raw(&settings, 0);
	if (options->flow == TRANSPORT_FLOW_RTSCTS)
		settings.c_cflag |= CRTSCTS;
	put_speed(&settings, baud);
	if (ioctl(fd, TCSETS2, &settings) == 0)
		return check_settings(fd, path, baud, options->flow, reterr);
	if (errno == EINVAL || errno == ERANGE)
		return err_set_errno(reterr, STATUS_USAGE, errno, "%s refuses %u baud", path, baud);
	return err_set_errno(reterr, STATUS_NO_PORT, errno, "%s cannot be set up", path);
}

/*
 * The kernel itself raises DTR and RTS when the first program opens a real UART, before it lets
 * that program say anything; KEEP only means that we add nothing to it. As restore leaves both
 * raised, a second run finds them so and makes no edge at all.
 */
static enum status switch_modem_lines(
	int fd, const char *path, const struct transport_options *options, struct err *reterr)
{
	int on = (options->dtr == TRANSPORT_LINE_ON ? TIOCM_DTR : 0) |
		 (options->rts == TRANSPORT_LINE_ON ? TIOCM_RTS : 0);
	int off = (options->dtr == TRANSPORT_LINE_OFF ? TIOCM_DTR : 0) |
		  (options->rts == TRANSPORT_LINE_OFF ? TIOCM_RTS : 0);

	if ((on == 0 || ioctl(fd, TIOCMBIS, &on) == 0) &&
		(off == 0 || ioctl(fd, TIOCMBIC, &off) == 0))
		return STATUS_OK;
	if (errno == ENOTTY || errno == EINVAL)
		return err_set(reterr, STATUS_USAGE, "%s has no modem lines to switch", path);
	return err_set_errno(reterr, STATUS_NO_PORT, errno, "%s: cannot switch DTR and RTS", path);
}

static bool change_low_latency(int fd, bool on)
{
	struct serial_struct driver;

	memset(&driver, 0, sizeof(driver));
	if (ioctl(fd, TIOCGSERIAL, &driver) != 0)
		return false;
	if (((driver.flags & ASYNC_LOW_LATENCY) != 0) == on)
		return false;
	driver.flags ^= ASYNC_LOW_LATENCY;
	return ioctl(fd, TIOCSSERIAL, &driver) == 0;
}

enum status serial_line_configure(struct serial_line *line, int fd, const char *path,
	const struct transport_options *options, struct err *reterr)
{
	enum status status = set_settings(line, fd, path, options, reterr);

	if (status != STATUS_OK)
		return status;
	status = switch_modem_lines(fd, path, options, reterr);
	if (status != STATUS_OK)
		return status;
	/*
	 * Without it some USB adapters hold a reply back for 16 ms. A wish only: many drivers know
	 * nothing of it.
	 */
	line->has_set_low_latency = change_low_latency(fd, true);
	/* What an earlier program did not read must not be taken for our replies. */
	ioctl(fd, TCFLSH, TCIFLUSH);
	return STATUS_OK;
}

void serial_line_restore(struct serial_line *line, int fd)
{
	if (line->has_set_low_latency)
		change_low_latency(fd, false);
	line->has_set_low_latency = false;
	if (!line->is_saved)
		return;
	/*
	 * With HUPCL back the close that follows would drop DTR and RTS, and the next open raise
	 * them: on many boards a reset between two commands, which would revert a firmware on trial.
	 */
	line->saved.c_cflag &= ~(tcflag_t)HUPCL;
	ioctl(fd, TCSETS2, &line->saved);
	line->is_saved = false;
}
