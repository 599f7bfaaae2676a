/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting without a client, see pause.h. */
#include "src/pause.h"

#include <errno.h>

#include "src/interrupt.h"

enum status pause_until(
	const struct clock *clock, int interrupt_fd, int fd, uint64_t until_us, struct err *reterr)
{
	struct pollfd fds[2];
	nfds_t count = 0;
	nfds_t interrupt_at;

	if (fd >= 0)
		fds[count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	interrupt_at = count;
	if (interrupt_fd >= 0)
		fds[count++] = (struct pollfd){ .fd = interrupt_fd, .events = POLLIN };
	if (clock->wait(clock->ctx, fds, count, until_us) < 0 && errno != EINTR)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "poll");
	if (interrupt_at < count && fds[interrupt_at].revents != 0 && interrupt_take(interrupt_fd))
		return err_set(reterr, STATUS_INTERRUPTED, "interrupted");
	return STATUS_OK;
}
