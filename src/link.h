/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device that stays open from one command to the next. A command that asks for another connection
 * gets it, and that is the one that is kept from then on.
 *
 * A device that resets goes away, or stays and is deaf for a while. A command that comes then waits for
 * it first (follow.h), so that it is not asked while its bootloader listens. Between commands it is
 * opened again as soon as it is back, without a word to it, so that its log is seen from the first line.
 *
 * What is expected of a reset is told by who caused it:
 *
 *   a command, for the application      a bootloader that answers was trapped by a question of ours:
 *                                       it is reset once more
 *   a command, for the bootloader       its serial recovery is what is wanted
 *   the device, or its user             nobody knows: whoever answers is left alone
 */
#ifndef SRC_LINK_H
#define SRC_LINK_H

#include "src/follow.h"
#include "src/output.h"
#include "src/port.h"
#include "src/settings.h"

struct link;

struct link_config {
	struct output output; /* says what the device says, and that it is waited for */
	struct clock clock;
	/* Instead of the address in the settings, see port.h; NULL: none. */
	enum status (*open_transport)(
		void *ctx, struct transport **ret_transport, struct err *reterr);
	void *open_ctx;
};

enum status link_create(
	const struct link_config *config, struct link **ret_link, struct err *reterr);
void link_free(struct link *link); /* accepts NULL */

/* Ctrl-C is ours from now on; the descriptor, or -1 (interrupt.h). */
int link_hold_interrupts(struct link *link);

/* Take a Ctrl-C that was meant for what is over by now. */
void link_forget_interrupts(struct link *link);

/*
 * The port for these settings, open, and theirs until the next call; they are copied. `output` is how
 * the command says things. Errors as port_open and follow_reset.
 */
enum status link_open(struct link *link, const struct settings *settings,
	const struct output *output, struct port **ret_port, struct err *reterr);

/* How loud and how coloured the device's text is; also set by link_open. */
void link_set_voice(struct link *link, const struct output *output);

/* The device's text is shown from now on, also without --verbose. */
void link_show_text(struct link *link);

/* What is held, open or not; NULL: nothing. */
struct port *link_port(struct link *link);

/* Let others at the device; the next link_open opens it again. */
void link_release(struct link *link);

/* The same, and the next link_restore leaves it so: the user wants it. */
void link_disconnect(struct link *link);

/*
 * Open again what link_release has let go; does nothing for a device that is away, and
 * behind link_disconnect.
 */
void link_restore(struct link *link);

/* The device was told to reset; `wish` is how the next command waits for it. */
void link_expect_reset(struct link *link, const struct follow_wish *wish);

/* It was reset, and has answered since. */
void link_was_reset(struct link *link);

/* A command was answered: the device is not suspected any more of hanging in its bootloader. */
void link_was_answered(struct link *link);

/*
 * The first answer behind a reset tells who answers. False: a bootloader was trapped, is reset once more,
 * and nobody is to be asked now.
 */
bool link_meet(struct link *link, bool is_recovery);

/* It may be in its bootloader yet, or is away: not to be asked now, and until when at least. */
bool link_is_unsettled(const struct link *link);
uint64_t link_settled_at_us(const struct link *link);

/* Another number each time that a device was opened, is to reset, or was reset; never 0. */
unsigned link_generation(const struct link *link);

/* Why link_wait has returned. */
enum link_news { LINK_TIME, LINK_INPUT, LINK_DEVICE };

/* From now on link_wait also returns, with LINK_TIME, while this one can be read. */
void link_wake_on(struct link *link, int fd);

/*
 * Wait until `fd` (below 0: none) can be read, the device has something to say or to be looked at, or the
 * time has come. STATUS_INTERRUPTED: the user wants to stop.
 */
enum status link_wait(
	struct link *link, int fd, uint64_t until_us, enum link_news *ret_news, struct err *reterr);

/* Take what the device said and show it, notice that it went away or came back. Never waits. */
void link_attend(struct link *link);

uint64_t link_now_us(const struct link *link);

#endif
