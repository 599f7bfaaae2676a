/* SPDX-License-Identifier: Apache-2.0 */
/* The one poll loop, see client.h. */
#include "src/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "src/diagnosis.h"
#include "src/interrupt.h"

enum { READ_SIZE = 16384 };

struct client {
	struct client_config config;
	struct smp_session *session;
	struct diagnosis diagnosis; /* what came while we waited for a reply */
	bool has_sent;              /* see client_has_sent */
	struct buf rx;
	uint8_t rx_storage[READ_SIZE];
};

enum status client_open(
	const struct client_config *config, struct client **ret_client, struct err *reterr)
{
	struct client *client = calloc(1, sizeof(*client));
	enum status status;

	if (client == NULL) {
		transport_close(config->transport);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	client->config = *config;
	client->rx = BUF_OVER(client->rx_storage);
	status = smp_session_create(&config->session, &client->session, reterr);
	if (status != STATUS_OK) {
		client_close(client);
		return status;
	}
	*ret_client = client;
	return STATUS_OK;
}

void client_close(struct client *client)
{
	if (client == NULL)
		return;
	smp_session_free(client->session);
	transport_close(client->config.transport);
	free(client);
}

bool client_has_sent(const struct client *client)
{
	return client->has_sent;
}

struct smp_session *client_session(struct client *client)
{
	return client->session;
}

uint64_t client_now_us(const struct client *client)
{
	return clock_now_us(&client->config.clock);
}

uint32_t client_timeout_ms(const struct client *client)
{
	return client->config.session.timeout_ms;
}

uint32_t client_bytes_per_second(const struct client *client)
{
	return client->config.transport->bytes_per_second;
}

size_t client_line_length(const struct client *client)
{
	size_t line_length = client->config.session.line_length;

	return line_length != 0 ? line_length : SMP_LINE_LENGTH;
}

enum smp_framing client_framing(const struct client *client)
{
	return smp_session_framing(client->session);
}

void client_set_framing(struct client *client, enum smp_framing framing)
{
	smp_session_set_framing(client->session, framing);
}

size_t client_wire_size(const struct client *client, size_t message_len)
{
	return smp_framing_wire_size(
		client_framing(client), message_len, client_line_length(client));
}

uint64_t client_quiet_since_us(const struct client *client)
{
	return smp_session_quiet_since_ms(client->session) * 1000;
}

unsigned client_tries(const struct client *client)
{
	return client->config.session.tries;
}

static uint64_t now_ms(const struct client *client)
{
	return client_now_us(client) / 1000;
}

/* Write what the session wants to send; *ret_is_blocked when the transport has no room now. */
static enum status send_pending(struct client *client, bool *ret_is_blocked, struct err *reterr)
{
	const uint8_t *data;
	size_t len;

	*ret_is_blocked = false;
	while ((len = smp_session_peek_tx(client->session, now_ms(client), &data)) > 0) {
		size_t written = 0;
		enum status status = transport_write(client->config.transport,
			client_now_us(client), span_make(data, len), &written, reterr);

		if (status != STATUS_OK)
			return status;
		smp_session_consume_tx(client->session, written, now_ms(client));
		if (written < len) {
			*ret_is_blocked = true;
			return STATUS_OK;
		}
		/* A lone line feed only goes before a repetition: the request went before that. */
		client->has_sent = true;
	}
	return STATUS_OK;
}

/* Move what has arrived into the session. */
static enum status receive(struct client *client, struct err *reterr)
{
	size_t taken;
	enum status status;

	status = transport_read(
		client->config.transport, client_now_us(client), &client->rx, reterr);
	/* Bytes that came before the port went away may hold the reply that is waited for. */
	taken = smp_session_feed(client->session, buf_span(&client->rx));
	buf_consume(&client->rx, taken);
	return taken > 0 ? STATUS_OK : status;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t client_wake_up_at_us(const struct client *client)
{
	uint64_t deadline_ms = smp_session_next_deadline_ms(client->session);
	uint64_t deadline_us = deadline_ms == SMP_NEVER ? CLOCK_NEVER : deadline_ms * 1000;

	return earlier(deadline_us,
		transport_next_wakeup_us(client->config.transport, client_now_us(client)));
}

/* Wait until there is something to do; STATUS_INTERRUPTED when the user wants to stop. */
static enum status wait_for_work(
	struct client *client, bool wants_to_write, uint64_t until_us, struct err *reterr)
{
	struct pollfd fds[2];
	nfds_t count = 0;
	struct pollfd port = transport_pollfd(client->config.transport, wants_to_write);
	nfds_t interrupt_at;

	if (port.fd >= 0)
		fds[count++] = port;
	interrupt_at = count;
	if (client->config.interrupt_fd >= 0)
		fds[count++] =
			(struct pollfd){ .fd = client->config.interrupt_fd, .events = POLLIN };
	if (client->config.clock.wait(client->config.clock.ctx, fds, count,
		    earlier(client_wake_up_at_us(client), until_us)) < 0 &&
		errno != EINTR)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "poll");
	if (interrupt_at < count && fds[interrupt_at].revents != 0 &&
		interrupt_take(client->config.interrupt_fd))
		return err_set(reterr, STATUS_INTERRUPTED, "interrupted");
	return STATUS_OK;
}

/* Pass on what is for the listener, and keep what helps to explain a silence. */
static void observe(struct client *client, const struct smp_event *event)
{
	const struct client_listener *listener = &client->config.listener;

	if (event->kind == SMP_EVENT_REPLY)
		diagnosis_start(&client->diagnosis);
	else
		diagnosis_add(&client->diagnosis, event);
	if (event->kind == SMP_EVENT_TEXT && listener->on_text != NULL)
		listener->on_text(listener->ctx, event->text, event->text_ends_line);
	if (event->kind == SMP_EVENT_RETRY && listener->on_retry != NULL)
		listener->on_retry(listener->ctx, event->try_number);
}

enum status client_next_event(
	struct client *client, struct smp_event *ret_event, struct err *reterr)
{
	bool is_blocked;
	enum status status;

	for (;;) {
		status = send_pending(client, &is_blocked, reterr);
		if (status != STATUS_OK)
			return status;
		if (smp_session_next_event(client->session, now_ms(client), ret_event)) {
			observe(client, ret_event);
			return STATUS_OK;
		}
		status = wait_for_work(client, is_blocked, CLOCK_NEVER, reterr);
		if (status == STATUS_OK)
			status = receive(client, reterr);
		if (status != STATUS_OK)
			return status;
	}
}

struct pollfd client_pollfd(const struct client *client)
{
	return transport_pollfd(client->config.transport, false);
}

enum status client_attend(struct client *client, struct err *reterr)
{
	enum status status = receive(client, reterr);
	struct smp_event event;

	while (smp_session_next_event(client->session, now_ms(client), &event))
		observe(client, &event);
	return status;
}

enum status client_read_bytes(struct client *client, struct buf *out, struct err *reterr)
{
	return transport_read(client->config.transport, client_now_us(client), out, reterr);
}

enum status client_write_bytes(
	struct client *client, struct span bytes, size_t *ret_written, struct err *reterr)
{
	return transport_write(
		client->config.transport, client_now_us(client), bytes, ret_written, reterr);
}

void client_settle(struct client *client, uint32_t timeout_ms)
{
	uint64_t until_us = client_now_us(client) + (uint64_t)timeout_ms * 1000;
	enum status status = STATUS_OK;
	struct smp_event event;
	bool is_blocked;

	while (status == STATUS_OK && smp_session_in_flight(client->session) > 0 &&
		client_now_us(client) < until_us) {
		status = send_pending(client, &is_blocked, ERR_IGNORED);
		if (status == STATUS_OK)
			status = wait_for_work(client, is_blocked, until_us, ERR_IGNORED);
		if (status == STATUS_OK)
			status = receive(client, ERR_IGNORED);
		while (smp_session_next_event(client->session, now_ms(client), &event))
			observe(client, &event);
	}
}

static enum status wait_for_reply(
	struct client *client, uint32_t ticket, struct smp_event *ret_event, struct err *reterr)
{
	enum status status;

	do {
		status = client_next_event(client, ret_event, reterr);
		if (status != STATUS_OK)
			return status;
	} while (ret_event->ticket != ticket ||
		 (ret_event->kind != SMP_EVENT_REPLY && ret_event->kind != SMP_EVENT_EXPIRED));
	return STATUS_OK;
}

static enum status explain_blocked(struct err *reterr)
{
	err_set(reterr, STATUS_TIMEOUT, "the port takes no more bytes");
	err_hint(reterr,
		"with --flow rtscts the device must allow sending (its RTS is our CTS): check "
		"the wires, or use --flow none");
	return STATUS_TIMEOUT;
}

enum status client_explain_silence(struct client *client, const struct smp_event *expired,
	uint32_t timeout_ms, unsigned tries, struct err *reterr)
{
	if (expired->is_blocked)
		return explain_blocked(reterr);
	return diagnosis_explain(&client->diagnosis, timeout_ms, tries, reterr);
}

enum status client_call(struct client *client, const struct smp_request *request,
	struct smp_reply *ret_reply, unsigned *ret_try_number, struct err *reterr)
{
	struct smp_event event;
	uint32_t ticket = 0;
	enum status status;

	diagnosis_start(&client->diagnosis);
	client->has_sent = false;
	status = smp_session_submit(client->session, request, &ticket, reterr);
	if (status != STATUS_OK)
		return status;
	status = wait_for_reply(client, ticket, &event, reterr);
	if (status != STATUS_OK) {
		smp_session_cancel(client->session, ticket);
		return status;
	}
	if (event.kind == SMP_EVENT_EXPIRED)
		return client_explain_silence(client, &event,
			request->timeout_ms != 0 ? request->timeout_ms : client_timeout_ms(client),
			event.try_number, reterr);
	*ret_reply = event.reply;
	if (ret_try_number != NULL)
		*ret_try_number = event.try_number;
	return STATUS_OK;
}
