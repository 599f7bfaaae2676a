/* SPDX-License-Identifier: Apache-2.0 */
/* Between the keys and the device, see console.h. */
#include "src/console.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "src/console_filter.h"

enum {
	READ_MAX = 512,
	KEYS_MAX = 4096,
	LINGER_US = 500 * 1000,
	WRITE_AGAIN_US = 10 * 1000, /* where the line has no room */
};

struct console {
	struct link *link;
	FILE *out;
	struct console_filter filter;
	struct termios before;
	bool is_raw;
	uint8_t keys[KEYS_MAX]; /* not written yet */
	size_t key_count;
	bool has_ended;    /* no key comes any more */
	uint64_t until_us; /* then it is over */
};

/* Every key is the device's, Ctrl-C too. */
static void make_raw(struct console *console)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &console->before) != 0)
		return;
	raw = console->before;
	cfmakeraw(&raw);
	/* What is printed here is for a terminal as it was. */
	raw.c_oflag = console->before.c_oflag;
	console->is_raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static struct client *client_of(const struct console *console)
{
	return port_client(link_port(console->link));
}

static void end(struct console *console, uint64_t linger_us)
{
	console->has_ended = true;
	console->until_us = link_now_us(console->link) + linger_us;
}

static void read_keys(struct console *console)
{
	uint8_t *keys = console->keys + console->key_count;
	ssize_t len = read(STDIN_FILENO, keys, sizeof(console->keys) - console->key_count);
	const uint8_t *end_key;

	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (len <= 0) {
		end(console, LINGER_US);
		return;
	}
	end_key = console->is_raw ? memchr(keys, CONSOLE_END_KEY, (size_t)len) : NULL;
	if (end_key != NULL) {
		len = end_key - keys;
		end(console, 0);
	}
	console->key_count += (size_t)len;
}

/* As many as the line takes now; a device that is away takes none. */
static void send_keys(struct console *console)
{
	struct client *client = client_of(console);
	size_t written = 0;

	if (client == NULL || console->key_count == 0)
		return;
	if (client_write_bytes(client, span_make(console->keys, console->key_count), &written,
		    ERR_IGNORED) != STATUS_OK)
		return;
	console->key_count -= written;
	memmove(console->keys, console->keys + written, console->key_count);
}

static enum status show_text(struct console *console, struct err *reterr)
{
	uint8_t storage[READ_MAX], shown[(READ_MAX + 1) * CONSOLE_GROWTH_MAX];
	struct buf text = BUF_OVER(storage), out = BUF_OVER(shown);
	struct client *client = client_of(console);

	if (client != NULL && client_read_bytes(client, &text, ERR_IGNORED) == STATUS_OK) {
		console_filter_pass(&console->filter, buf_span(&text), &out);
		if (fwrite(out.data, 1, out.len, console->out) != out.len ||
			fflush(console->out) != 0)
			return err_set_errno(reterr, STATUS_INTERNAL, errno,
				"standard output cannot be written");
		return STATUS_OK;
	}
	/* It went, or is to be looked for. */
	link_attend(console->link);
	return STATUS_OK;
}

static enum status step(struct console *console, struct err *reterr)
{
	bool has_room = !console->has_ended && console->key_count < sizeof(console->keys);
	uint64_t until_us = console->until_us;
	enum link_news news = LINK_TIME;
	enum status status;

	if (console->key_count > 0 && link_now_us(console->link) + WRITE_AGAIN_US < until_us)
		until_us = link_now_us(console->link) + WRITE_AGAIN_US;
	status = link_wait(console->link, has_room ? STDIN_FILENO : -1, until_us, &news, reterr);
	if (status == STATUS_OK && news == LINK_INPUT)
		read_keys(console);
	send_keys(console);
	/* Also behind a key: what it does is seen at once. */
	return status == STATUS_OK ? show_text(console, reterr) : status;
}

enum status console_run(struct link *link, FILE *out, struct err *reterr)
{
	struct console console = { .link = link, .out = out, .until_us = CLOCK_NEVER };
	enum status status = STATUS_OK;

	make_raw(&console);
	while (status == STATUS_OK && link_now_us(link) < console.until_us)
		status = step(&console, reterr);
	send_keys(&console);
	if (console.is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &console.before);
	return status;
}
