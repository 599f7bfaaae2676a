/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client is one open device: transport, session and clock, and the one poll loop of the program.
 * Its calls block until the device has answered, a deadline has passed, the port is gone, or the
 * user has interrupted.
 */
#ifndef SRC_CLIENT_H
#define SRC_CLIENT_H

#include "base/clock.h"
#include "base/err.h"
#include "smp/message.h"
#include "smp/session.h"
#include "transport/transport.h"

struct client;

/* What the client tells about while it waits; each function may be NULL. */
struct client_listener {
	/* A run of the device's own text, not escaped. */
	void (*on_text)(void *ctx, struct span text, bool ends_line);
	/* A request is repeated after silence. */
	void (*on_retry)(void *ctx, unsigned try_number);
	void *ctx;
};

struct client_config {
	struct transport *transport; /* the client's from now on, also when opening fails */
	struct smp_session_config session;
	struct clock clock;
	int interrupt_fd; /* one record is read from it when the user wants to stop; -1: none */
	struct client_listener listener;
};

enum status client_open(
	const struct client_config *config, struct client **ret_client, struct err *reterr);
void client_close(struct client *client); /* accepts NULL */

/*
 * Send a request and wait for its reply, which is valid until the next call. *ret_try_number (may be
 * NULL) is the try that was answered.
 *
 * Errors: STATUS_TIMEOUT (nothing came), STATUS_PROTOCOL (something came, but no sound SMP),
 * STATUS_NO_PORT (the device went away), STATUS_INTERRUPTED, and those of smp_session_submit. What
 * the reply says is not looked at.
 */
enum status client_call(struct client *client, const struct smp_request *request,
	struct smp_reply *ret_reply, unsigned *ret_try_number, struct err *reterr);

/*
 * Has the request of the latest call been written to its end at least once? If so the device may
 * have carried it out, whatever the call returned.
 */
bool client_has_sent(const struct client *client);

/*
 * For those who keep several requests open in the session: run the poll loop until the session has
 * an event to tell, which is valid until the next call. Errors: STATUS_NO_PORT, STATUS_INTERRUPTED.
 */
enum status client_next_event(
	struct client *client, struct smp_event *ret_event, struct err *reterr);

/*
 * Wait for replies that nobody wants any more, at most `timeout_ms`, so that the device's buffers are
 * free for whoever comes next. A second interruption ends it.
 */
void client_settle(struct client *client, uint32_t timeout_ms);

/*
 * Words for a request that has expired (`expired`) after `tries` tries of `timeout_ms`, from what
 * came since the last reply: STATUS_TIMEOUT or STATUS_PROTOCOL, as client_call.
 */
enum status client_explain_silence(struct client *client, const struct smp_event *expired,
	uint32_t timeout_ms, unsigned tries, struct err *reterr);

/*
 * For the time between two calls: what to poll for, when to look though nothing was polled, and taking
 * what has come, which tells the listener of text. None of them waits. STATUS_NO_PORT: the device has
 * gone.
 */
struct pollfd client_pollfd(const struct client *client);
uint64_t client_wake_up_at_us(const struct client *client);
enum status client_attend(struct client *client, struct err *reterr);

/*
 * The bare bytes of the line, past the session, for a terminal: what has come, and as much of `bytes` as
 * there is room for. Errors as transport_read.
 */
enum status client_read_bytes(struct client *client, struct buf *out, struct err *reterr);
enum status client_write_bytes(
	struct client *client, struct span bytes, size_t *ret_written, struct err *reterr);

struct smp_session *client_session(struct client *client);
uint64_t client_now_us(const struct client *client);

/* The longest time that a call may take with the default deadline, for messages. */
uint32_t client_timeout_ms(const struct client *client);
/* What the line carries, 0 when that is not known. */
uint32_t client_bytes_per_second(const struct client *client);
size_t client_line_length(const struct client *client);

enum smp_framing client_framing(const struct client *client);
/* As smp_session_set_framing: nothing may be in flight. */
void client_set_framing(struct client *client, enum smp_framing framing);
/* Bytes on the wire for an SMP message of that many. */
size_t client_wire_size(const struct client *client, size_t message_len);
/* When the line has carried all that was sent, 0: nothing was sent. */
uint64_t client_quiet_since_us(const struct client *client);

unsigned client_tries(const struct client *client);

#endif
