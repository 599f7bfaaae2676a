/* SPDX-License-Identifier: Apache-2.0 */
/* Reading standard input to its end, see standard_input.h. */
#include "src/commands/standard_input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/runner.h"

enum { FIRST_SIZE = 64 * 1024 };

static enum status make_room(struct buf *input, size_t size_max, struct err *reterr)
{
	size_t cap = input->cap > 0 ? 2 * input->cap : FIRST_SIZE;
	uint8_t *data;

	/* One more than is wanted: that there is too much shows itself by that byte. */
	if (cap > size_max + 1)
		cap = size_max + 1;
	if (input->len == cap)
		return err_set(
			reterr, STATUS_BAD_FILE, "standard input: more than %zu bytes", size_max);
	data = realloc(input->data, cap);
	if (data == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	input->data = data;
	input->cap = cap;
	return STATUS_OK;
}

static enum status check_input(const struct runner *runner, struct err *reterr)
{
	if (runner != NULL && runner_has_taken_input(runner)) {
		err_set(reterr, STATUS_USAGE, "standard input is the script");
		return err_hint(reterr, "name a file, or the script: --script FILE");
	}
	if (isatty(STDIN_FILENO) == 1) {
		err_set(reterr, STATUS_USAGE, "standard input is a terminal");
		return err_hint(reterr, "name a file, or send the bytes by a pipe");
	}
	return STATUS_OK;
}

enum status standard_input_read(const struct invocation *invocation, size_t size_max,
	struct buf *ret_input, struct err *reterr)
{
	enum status status = check_input(invocation->runner, reterr);
	ssize_t got;

	*ret_input = buf_over(NULL, 0);
	if (status != STATUS_OK)
		return status;
	do {
		if (ret_input->len == ret_input->cap)
			status = make_room(ret_input, size_max, reterr);
		if (status == STATUS_OK)
			status = port_pause(invocation->port, STDIN_FILENO, CLOCK_NEVER, reterr);
		if (status != STATUS_OK)
			return status;
		got = read(STDIN_FILENO, ret_input->data + ret_input->len,
			ret_input->cap - ret_input->len);
		ret_input->len += got > 0 ? (size_t)got : 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0 ? STATUS_OK
			: err_set_errno(reterr, STATUS_BAD_FILE, errno, "standard input");
}
