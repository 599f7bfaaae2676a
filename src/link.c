/* SPDX-License-Identifier: Apache-2.0 */
/* The device between commands, see link.h. */
#include "src/link.h"

#include <errno.h>
#include <stdlib.h>

#include "src/device.h"
#include "src/interrupt.h"
#include "src/settings_copy.h"

enum {
	SETTLE_MS = 3000, /* a bootloader that listens for longer is rare */
	PATIENCE_MS = 15000,
	LOOK_AGAIN_US = 500 * 1000,
	WARY_FACTOR = 5, /* as long as follow.c is quiet for the wary */
};

/* When it went by itself: perhaps its user holds the button for recovery. */
static const struct follow_wish whoever_comes = { .accepts_recovery = true };

struct link {
	struct link_config config;
	struct output output; /* the port's */
	bool shows_text;
	int interrupt_fd;
	int wake_fd;
	struct settings_copy copy; /* of `port` */
	struct port *port;
	bool is_away; /* it went by itself */
	bool is_disconnected;
	struct follow_wish wish;   /* for its return */
	bool is_told_to_reset;     /* by a command, and nobody has answered since */
	uint64_t settled_at_us;    /* not to be asked before */
	uint64_t look_again_at_us; /* while it is away */
	unsigned generation;
};

uint64_t link_now_us(const struct link *link)
{
	return clock_now_us(&link->config.clock);
}

enum status link_create(
	const struct link_config *config, struct link **ret_link, struct err *reterr)
{
	struct link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	link->config = *config;
	link->output = config->output;
	link->interrupt_fd = -1;
	link->wake_fd = -1;
	*ret_link = link;
	return STATUS_OK;
}

static void drop_port(struct link *link)
{
	port_free(link->port);
	link->port = NULL;
	link->is_away = false;
	link->is_told_to_reset = false;
	link->settled_at_us = 0;
	settings_copy_clear(&link->copy);
}

void link_free(struct link *link)
{
	if (link == NULL)
		return;
	drop_port(link);
	interrupt_close(link->interrupt_fd);
	free(link);
}

int link_hold_interrupts(struct link *link)
{
	if (link->interrupt_fd < 0)
		link->interrupt_fd = interrupt_open();
	else
		interrupt_block();
	return link->interrupt_fd;
}

void link_forget_interrupts(struct link *link)
{
	while (link->interrupt_fd >= 0 && interrupt_take(link->interrupt_fd))
		;
}

void link_show_text(struct link *link)
{
	link->shows_text = true;
	link->output.wipes_line = true;
}

struct port *link_port(struct link *link)
{
	return link->port;
}

unsigned link_generation(const struct link *link)
{
	return link->generation;
}

bool link_is_unsettled(const struct link *link)
{
	return link->is_away || link_now_us(link) < link->settled_at_us;
}

/* How long the bootloader may listen, where nothing tells when it is done. */
static void settle(struct link *link, bool is_bootloader)
{
	uint64_t quiet_ms = link->wish.quiet_ms > 0 ? link->wish.quiet_ms : FOLLOW_QUIET_MS;

	if (is_bootloader || link->wish.is_wary)
		quiet_ms *= WARY_FACTOR;
	link->settled_at_us =
		link_now_us(link) + (quiet_ms > SETTLE_MS ? quiet_ms : SETTLE_MS) * 1000;
}

uint64_t link_settled_at_us(const struct link *link)
{
	return link->settled_at_us;
}

void link_expect_reset(struct link *link, const struct follow_wish *wish)
{
	link->wish = *wish;
	link->is_told_to_reset = true;
	link->generation++;
	settle(link, false);
}

void link_was_answered(struct link *link)
{
	link->is_told_to_reset = false;
}

void link_was_reset(struct link *link)
{
	link->is_told_to_reset = false;
	link->settled_at_us = 0;
	link->generation++;
}

bool link_meet(struct link *link, bool is_recovery)
{
	struct follow_wish wish = link->wish;
	bool is_trapped = link->is_told_to_reset && is_recovery && !wish.accepts_recovery;

	link->is_told_to_reset = false;
	if (!is_trapped || device_reset(port_client(link->port), false, SMP_OS_BOOT_NORMAL,
				   ERR_IGNORED) != STATUS_OK)
		return true;
	output_note(&link->output,
		"the bootloader had taken a question for a wish to stay: it is reset once more");
	wish.is_wary = true;
	wish.accepts_recovery = true; /* once is enough */
	link_expect_reset(link, &wish);
	return false;
}

static enum status open_anew(struct link *link, const struct settings *settings, struct err *reterr)
{
	struct port_config config = {
		.settings = &link->copy.settings,
		.output = &link->output,
		.clock = link->config.clock,
		.interrupt_fd = link_hold_interrupts(link),
		.open_transport = link->config.open_transport,
		.open_ctx = link->config.open_ctx,
	};
	enum status status;

	drop_port(link);
	status = settings_copy_make(settings, &link->copy, reterr);
	if (status == STATUS_OK)
		status = port_open(&config, &link->port, reterr);
	if (status == STATUS_OK)
		link->generation++;
	return status;
}

/* Somebody answers; is it who was expected? */
static void tell_who_answers(struct link *link, const struct follow_result *result)
{
	if (result->was_trapped)
		output_note(&link->output, "the bootloader had taken a question for a wish to "
					   "stay, and was reset once more");
	if (result->is_recovery && !link->wish.accepts_recovery)
		output_note(&link->output,
			"the bootloader's serial recovery answers, not the application");
}

/* Wait for a device that was reset or went away. */
static enum status wait_for_return(struct link *link, struct err *reterr)
{
	struct follow_wish wish = link->wish;
	struct follow_result result;
	enum status status;

	if (wish.patience_ms == 0)
		wish.patience_ms = PATIENCE_MS;
	output_note(&link->output, "waiting for %s to come back", port_name(link->port));
	status = follow_reset(link->port, &wish, &result, reterr);
	link->is_away = port_client(link->port) == NULL;
	if (status != STATUS_OK)
		return status;
	tell_who_answers(link, &result);
	link_was_reset(link);
	return STATUS_OK;
}

static enum status reopen(struct link *link, struct err *reterr)
{
	enum status status;

	if (port_client(link->port) != NULL)
		return STATUS_OK;
	status = port_reopen(link->port, reterr);
	if (status == STATUS_OK)
		link->generation++;
	return status;
}

/* Take what has come, and notice that the device has gone. */
static void attend_client(struct link *link)
{
	if (client_attend(port_client(link->port), ERR_IGNORED) == STATUS_OK)
		return;
	port_close(link->port);
	link->is_away = true;
	if (!link->is_told_to_reset)
		link->wish = whoever_comes;
	link->look_again_at_us = link_now_us(link) + LOOK_AGAIN_US;
}

void link_set_voice(struct link *link, const struct output *output)
{
	link->output.quiet = output->quiet;
	link->output.colours = output->colours;
	link->output.verbose = output->verbose || (link->shows_text && !output->quiet);
}

enum status link_open(struct link *link, const struct settings *settings,
	const struct output *output, struct port **ret_port, struct err *reterr)
{
	enum status status;

	link->is_disconnected = false;
	link_set_voice(link, output);
	if (link->port == NULL || !settings_same_connection(&link->copy.settings, settings)) {
		status = open_anew(link, settings, reterr);
	} else {
		if (port_client(link->port) != NULL)
			attend_client(link);
		status = link_is_unsettled(link) ? wait_for_return(link, reterr)
						 : reopen(link, reterr);
	}
	*ret_port = link->port;
	return status;
}

void link_release(struct link *link)
{
	if (link->port != NULL)
		port_close(link->port);
}

void link_disconnect(struct link *link)
{
	link_release(link);
	link->is_away = false;
	link->is_disconnected = true;
}

void link_restore(struct link *link)
{
	if (link->port != NULL && !link->is_away && !link->is_disconnected)
		reopen(link, ERR_IGNORED);
}

/* It is back: open it, and leave its bootloader alone, which may be there as a product of its own. */
static void look_for_it(struct link *link)
{
	enum port_sight sight = port_look(link->port);

	link->look_again_at_us = link_now_us(link) + LOOK_AGAIN_US;
	if (sight == PORT_SIGHT_GONE || reopen(link, ERR_IGNORED) != STATUS_OK)
		return;
	link->is_away = false;
	settle(link, sight == PORT_SIGHT_CHANGED);
}

void link_attend(struct link *link)
{
	if (link->port == NULL)
		return;
	if (port_client(link->port) != NULL)
		attend_client(link);
	else if (link->is_away && link_now_us(link) >= link->look_again_at_us)
		look_for_it(link);
}

/* When the device is to be looked at though nothing can be read. */
static uint64_t device_wake_up_at_us(const struct link *link, struct client *client)
{
	if (client != NULL)
		return client_wake_up_at_us(client);
	return link->is_away ? link->look_again_at_us : CLOCK_NEVER;
}

void link_wake_on(struct link *link, int fd)
{
	link->wake_fd = fd;
}

enum status link_wait(
	struct link *link, int fd, uint64_t until_us, enum link_news *ret_news, struct err *reterr)
{
	struct client *client = link->port != NULL ? port_client(link->port) : NULL;
	uint64_t device_us = device_wake_up_at_us(link, client);
	struct pollfd none = { .fd = -1 };
	/* poll(2) takes no notice of those below 0. */
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		client != NULL ? client_pollfd(client) : none,
		{ .fd = link->interrupt_fd, .events = POLLIN },
		{ .fd = link->wake_fd, .events = POLLIN },
	};

	*ret_news = LINK_TIME;
	if (link->config.clock.wait(link->config.clock.ctx, fds, sizeof(fds) / sizeof(fds[0]),
		    device_us < until_us ? device_us : until_us) < 0)
		return errno == EINTR ? STATUS_OK
				      : err_set_errno(reterr, STATUS_INTERNAL, errno, "poll");
	if (fds[2].revents != 0 && interrupt_take(link->interrupt_fd))
		return err_set(reterr, STATUS_INTERRUPTED, "interrupted");
	if (fds[0].revents != 0)
		*ret_news = LINK_INPUT;
	else if (fds[1].revents != 0 || link_now_us(link) >= device_us)
		*ret_news = LINK_DEVICE;
	return STATUS_OK;
}
