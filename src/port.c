/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the device that the options name, and opening it again, see port.h. */
#include "src/port_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "src/board.h"
#include "src/describe.h"
#include "src/interrupt.h"
#include "src/pause.h"
#include "src/presence.h"
#include "transport/port_choice.h"
#include "transport/port_identity.h"
#include "transport/port_watch.h"
#include "transport/serial_signal.h"
#include "transport/tcp.h"
#include "transport/trace.h"

enum {
	PROBE_TIMEOUT_MS = 500,
	LOOK_AGAIN_US = 1000 * 1000, /* for ports that no watch tells of */
	/* Of silence, before the other framing is tried: that takes time, in which nobody is asked. */
	FRAMING_PATIENCE_US = 4000 * 1000,
};

static const struct transport_scheme schemes[] = {
	{ "loopback", "a fake board inside the program: loopback:NAME,key=value,...",
		board_open_loopback, true },
	{ "tcp", "a serial port behind TCP, of ser2net or qemu: tcp:HOST:PORT", tcp_open, false },
};

const struct transport_scheme *port_schemes(size_t *ret_count)
{
	*ret_count = sizeof(schemes) / sizeof(schemes[0]);
	return schemes;
}

/* Sequence numbers start at random, so that late answers to an earlier run are not taken for ours. */
static uint8_t random_sequence(void)
{
	uint8_t sequence = 0;

	/* A failure leaves 0, which is as good as any number now and then. */
	(void)!getrandom(&sequence, sizeof(sequence), GRND_NONBLOCK);
	return sequence;
}

static void show_device_text(void *ctx, struct span text, bool ends_line)
{
	uint8_t storage[512];
	struct buf line = BUF_OVER(storage);

	/* Lines end with CR LF; the CR is no part of what the device wanted to say. */
	if (ends_line && text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	text_append_escaped(&line, text);
	output_detail(ctx, "device: %s", buf_text(&line));
}

static void show_retry(void *ctx, unsigned try_number)
{
	output_detail(ctx, "no reply to try %u, trying again", try_number);
}

static uint64_t now_us(const struct port *port)
{
	return clock_now_us(&port->config.clock);
}

/* Put a trace around the transport, which is closed on failure. */
static enum status add_trace(struct port *port, struct transport *next,
	struct transport **ret_transport, struct err *reterr)
{
	struct trace_describer describer;
	enum status status = describe_open(port->config.settings->framing != SMP_FRAMING_RAW,
		port->config.settings->framing != SMP_FRAMING_CONSOLE, &describer, reterr);

	if (status != STATUS_OK) {
		transport_close(next);
		return status;
	}
	status = trace_open(next, port->config.settings->trace, port->trace_since_us, &describer,
		ret_transport, reterr);
	if (status == STATUS_OK && port->trace_since_us == 0)
		port->trace_since_us = now_us(port);
	return status;
}

static enum status open_transport(struct port *port, const char *address,
	struct transport **ret_transport, struct err *reterr)
{
	const struct settings *settings = port->config.settings;
	struct transport_options options = {
		.baud = (uint32_t)settings->baud,
		.flow = (enum transport_flow)settings->flow,
		.dtr = (enum transport_line)settings->dtr,
		.rts = (enum transport_line)settings->rts,
		.interrupt_fd = &port->config.interrupt_fd,
	};
	enum status status;

	if (port->config.open_transport != NULL)
		status = port->config.open_transport(port->config.open_ctx, ret_transport, reterr);
	else
		status = transport_open(address, schemes, sizeof(schemes) / sizeof(schemes[0]),
			&options, ret_transport, reterr);
	if (status == STATUS_INTERRUPTED)
		interrupt_take(port->config.interrupt_fd);
	if (status != STATUS_OK || settings->trace == NULL)
		return status;
	return add_trace(port, *ret_transport, ret_transport, reterr);
}

/* --break: once, not each time that the port is opened again. */
static enum status send_break(struct port *port, const char *address, struct err *reterr)
{
	enum status status;

	if (!port->config.settings->sends_break || port->has_sent_break || !port->is_serial)
		return STATUS_OK;
	status = serial_signal_break(address, reterr);
	port->has_sent_break = status == STATUS_OK;
	return status;
}

/* Open a client at a node or scheme. */
static enum status open_client(
	struct port *port, const char *address, struct client **ret_client, struct err *reterr)
{
	const struct settings *settings = port->config.settings;
	struct client_config config = {
		.session = {
			.framing = port->framing,
			.message_max = (size_t)settings->mtu,
			.line_length = (size_t)settings->line_length,
			.timeout_ms = (uint32_t)settings->timeout_ms,
			.tries = (unsigned)settings->tries,
			.version = (enum smp_version_choice)settings->smp_version,
			.first_sequence = random_sequence(),
		},
		.clock = port->config.clock,
		.interrupt_fd = port->config.interrupt_fd,
	};
	enum status status = send_break(port, address, reterr);

	if (status == STATUS_OK)
		status = open_transport(port, address, &config.transport, reterr);
	if (status != STATUS_OK)
		return status;
	if (port->config.output != NULL)
		config.listener = (struct client_listener){ show_device_text, show_retry,
			port->config.output };
	config.session.bytes_per_second = config.transport->bytes_per_second;
	return client_open(&config, ret_client, reterr);
}

/* As presence_hail; in both framings, where any is right and silence has lasted for so long. */
static enum status hail(
	struct port *port, uint32_t timeout_ms, uint64_t patience_us, struct err *reterr)
{
	enum status status;

	if (port->silent_since_us == CLOCK_NEVER)
		port->silent_since_us = now_us(port);
	if (port->config.settings->framing == SETTINGS_FRAMING_AUTO &&
		now_us(port) >= port->silent_since_us + patience_us)
		status = presence_hail_either(port->client, timeout_ms, reterr);
	else
		status = presence_hail(port->client, timeout_ms, reterr);
	if (status == STATUS_OK) {
		port->silent_since_us = CLOCK_NEVER;
		port->framing = client_framing(port->client);
	}
	return status;
}

enum status port_hail(struct port *port, uint32_t timeout_ms, struct err *reterr)
{
	return hail(port, timeout_ms, FRAMING_PATIENCE_US, reterr);
}

/* With --framing auto: which is it? Where nobody answers, what is asked next will say why. */
static enum status find_framing(struct port *port, struct err *reterr)
{
	enum status status;

	if (port->config.settings->framing != SETTINGS_FRAMING_AUTO)
		return STATUS_OK;
	status = hail(port, PROBE_TIMEOUT_MS, 0, reterr);
	if (status == STATUS_OK && port->config.output != NULL)
		output_detail(port->config.output, "%s framing is answered",
			port->framing == SMP_FRAMING_RAW ? "raw" : "console");
	if (status == STATUS_TIMEOUT || status == STATUS_PROTOCOL) {
		err_clear(reterr);
		return STATUS_OK;
	}
	return status;
}

static void note_identity(
	struct port *port, const struct port_info *info, const struct port_list *list)
{
	snprintf(port->node, sizeof(port->node), "%s", info->node);
	if (port->has_identity)
		return;
	port->identity = port_identity_of(info, list);
	port->product_id = info->product_id;
	memcpy(port->product, info->product, sizeof(port->product));
	port->has_identity = true;
}

/* Of several that match, the one where SMP is answered. */
static enum status probe_all(struct port *port, const struct port_list *list, struct err *reterr)
{
	size_t silent = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct port_info *info = &list->ports[i];
		enum status status;

		if (!port_address_matches(&port->address, info))
			continue;
		status = open_client(port, info->node, &port->client, reterr);
		if (status == STATUS_OK)
			status = hail(port, PROBE_TIMEOUT_MS, 0, reterr);
		if (status == STATUS_OK) {
			note_identity(port, info, list);
			return STATUS_OK;
		}
		port_close(port);
		if (status == STATUS_INTERRUPTED)
			return status;
		silent++;
	}
	err_set(reterr, STATUS_TIMEOUT, "none of the %zu ports that match answers", silent);
	return err_hint(reterr, "smpctl ports lists them; is another baud rate needed?");
}

/* The port that is ours, before or after it was away. */
enum status port_find_info(const struct port *port, const struct port_list *list,
	const struct port_info **ret_info, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf who = BUF_OVER(storage);

	if (!port->has_identity)
		return port_choice_find(&port->address, list, ret_info, reterr);
	*ret_info = port_identity_find(&port->identity, list, &port->address);
	if (*ret_info != NULL)
		return STATUS_OK;
	port_identity_append(&who, &port->identity);
	err_set(reterr, STATUS_NO_PORT, "%s is not there", buf_text(&who));
	return port_choice_hint(list, reterr);
}

/* Which node it is by what is plugged in now. */
static enum status find_node(struct port *port, const struct port_list *list, struct err *reterr)
{
	const struct port_info *info = NULL;
	enum status status = port_find_info(port, list, &info, reterr);

	if (status == STATUS_OK)
		note_identity(port, info, list);
	if (status != STATUS_NO_PORT || port->has_identity ||
		port->address.kind != PORT_ADDRESS_NODE)
		return status;
	/* No list shows pseudo-terminals; opening says what is wrong. */
	snprintf(port->node, sizeof(port->node), "%s", port->address.path);
	return STATUS_OK;
}

static enum status open_listed(struct port *port, struct err *reterr)
{
	struct port_list list = { 0 };
	enum status status = ports_list(&list, reterr);

	if (status != STATUS_OK)
		return status;
	status = find_node(port, &list, reterr);
	if (status == STATUS_OK && port_is_bare_path(port) && lstat(port->node, &port->path) != 0)
		port->path = (struct stat){ 0 };
	if (status == STATUS_OK)
		status = open_client(port, port->node, &port->client, reterr);
	else if (status == STATUS_USAGE && port->config.settings->probe)
		status = probe_all(port, &list, reterr);
	ports_free(&list);
	return status;
}

enum status port_reopen(struct port *port, struct err *reterr)
{
	if (port->client != NULL)
		return STATUS_OK;
	if (port->is_serial)
		return open_listed(port, reterr);
	return open_client(port, port->config.settings->port, &port->client, reterr);
}

/* A port that is there but not ours yet, because udev has not set its permissions, is as good as away. */
static bool may_come(enum status status)
{
	return status == STATUS_NO_PORT || status == STATUS_PORT_BUSY;
}

enum status port_reopen_when_there(struct port *port, uint64_t until_us, struct err *reterr)
{
	struct port_watch *watch = NULL;
	enum status status = port_watch_open(&watch, reterr);

	if (status != STATUS_OK)
		return status;
	while (may_come(status = port_reopen(port, reterr)) && now_us(port) < until_us) {
		uint64_t again_us = now_us(port) + LOOK_AGAIN_US;
		enum status paused = pause_until(&port->config.clock, port->config.interrupt_fd,
			port_watch_pollfd(watch).fd, again_us < until_us ? again_us : until_us,
			reterr);

		if (paused != STATUS_OK) {
			status = paused;
			break;
		}
		port_watch_drain(watch);
	}
	port_watch_close(watch);
	return status;
}

static const struct transport_scheme *find_scheme(const char *text)
{
	size_t len = strcspn(text, ":");

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strlen(schemes[i].name) == len && memcmp(schemes[i].name, text, len) == 0)
			return &schemes[i];
	}
	return NULL;
}

/* Also of an unknown one, which transport_open will refuse. */
static bool is_of_scheme(const char *text)
{
	return find_scheme(text) != NULL ||
	       (!port_address_is_usb(text) && text[strcspn(text, ":/")] == ':');
}

static enum status read_address(struct port *port, struct err *reterr)
{
	const char *text = port->config.settings->port;

	if (port->config.open_transport != NULL)
		return STATUS_OK;
	if (text != NULL && is_of_scheme(text)) {
		const struct transport_scheme *scheme = find_scheme(text);

		port->is_inside = scheme != NULL && scheme->is_inside;
		return STATUS_OK;
	}
	if (text != NULL && text[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the address of the port is empty");
	port->is_serial = true;
	return port_address_parse(text, &port->address, reterr);
}

/* Without an address a fake board may be what is wanted. */
static void explain_no_address(const struct port *port, enum status status, struct err *reterr)
{
	char hint[ERR_HINT_MAX];

	if (port->config.settings->port != NULL || status != STATUS_NO_PORT ||
		strstr(reterr->hint, "loopback") != NULL)
		return;
	memcpy(hint, reterr->hint, sizeof(hint));
	err_hint(reterr, "%s%s-p loopback is a fake board to try things on", hint,
		hint[0] != '\0' ? "; " : "");
}

enum status port_open(const struct port_config *config, struct port **ret_port, struct err *reterr)
{
	struct port *port = calloc(1, sizeof(*port));
	enum status status;

	if (port == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	port->config = *config;
	port->silent_since_us = CLOCK_NEVER;
	if (config->settings->framing == SMP_FRAMING_RAW)
		port->framing = SMP_FRAMING_RAW;
	status = read_address(port, reterr);
	if (status == STATUS_OK)
		status = config->settings->wait_port_ms == 0
				 ? port_reopen(port, reterr)
				 : port_reopen_when_there(port,
					   now_us(port) + config->settings->wait_port_ms * 1000,
					   reterr);
	if (status == STATUS_OK)
		status = find_framing(port, reterr);
	if (status != STATUS_OK) {
		explain_no_address(port, status, reterr);
		port_free(port);
		return status;
	}
	*ret_port = port;
	return STATUS_OK;
}

void port_close(struct port *port)
{
	client_close(port->client);
	port->client = NULL;
	port->silent_since_us = CLOCK_NEVER;
}

void port_free(struct port *port)
{
	if (port == NULL)
		return;
	port_close(port);
	free(port);
}

struct client *port_client(struct port *port)
{
	return port->client;
}

const char *port_name(const struct port *port)
{
	if (port->node[0] != '\0')
		return port->node;
	return port->config.settings->port != NULL ? port->config.settings->port : "";
}

enum status port_pause(const struct port *port, int fd, uint64_t until_us, struct err *reterr)
{
	return pause_until(&port->config.clock, port->config.interrupt_fd, fd, until_us, reterr);
}

uint64_t port_now_us(const struct port *port)
{
	return now_us(port);
}
