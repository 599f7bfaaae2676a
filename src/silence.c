/* SPDX-License-Identifier: Apache-2.0 */
/* Why a device is silent, see silence.h. */
#include "src/silence.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "smp/framing.h"
#include "smp/os_group.h"
#include "transport/ports.h"

enum {
	PROBE_MS = 400,           /* for an echo, which any server answers at once */
	LINE_FEED_US = 20 * 1000, /* behind the lone line feed (observed.md, shell transport) */
	LINE_SIZE = 1024,
	PACKET_SIZE = 2048,
	READ_SIZE = 512,
	WIRE_SIZE = 256,
	BODY_SIZE = 32,
	SEQUENCE_FIRST = 0xa0, /* replies that are late are those of others */
};

static const char echo_text[] = "smpctl";

static const char jlink_hint[] =
	"a J-Link loses messages of more than 64 bytes while its drive is enabled: MSDDisable in "
	"J-Link Commander switches that off, or use the board's own USB port";

static const char raw_hint[] =
	"is this the right port, at the right --baud? A raw server that was built without its "
	"input "
	"timeout waits for the rest of half a packet for ever: reset the board";

/* Asking past the session, whose requests have expired. */
struct probe {
	struct port *port;
	struct silence *found;
	struct smp_header asked;
	bool has_reply;
	bool is_refused;         /* the reply is an error */
	uint64_t quiet_since_us; /* the line has carried nothing of ours since */
	uint64_t rests_until_us; /* before the first raw packet */
	struct smp_framing_decoder decoder;
	uint8_t line[LINE_SIZE];
	uint8_t packet[PACKET_SIZE];
};

static void take_packet(struct probe *probe, struct span packet)
{
	struct smp_reply reply = { .body = span_sub(packet, SMP_HEADER_SIZE, packet.len) };
	struct smp_event stray = { .kind = SMP_EVENT_STRAY };
	struct body_value map;

	if (!smp_header_decode(packet, &reply.header))
		return;
	if (reply.header.op == SMP_OP_READ || reply.header.op == SMP_OP_WRITE) {
		probe->found->comes_back = true;
	} else if (reply.header.sequence == probe->asked.sequence &&
		   reply.header.group == probe->asked.group &&
		   reply.header.command == probe->asked.command) {
		probe->has_reply = true;
		probe->is_refused = smp_reply_open(&reply, &map, ERR_IGNORED) != STATUS_OK;
	} else {
		diagnosis_add(&probe->found->heard, &stray);
	}
}

static void take_bytes(struct probe *probe, struct span bytes)
{
	struct smp_frame_result result;
	enum smp_frame_event event;

	while ((event = smp_framing_decode(&probe->decoder, &bytes, &result)) != SMP_FRAME_MORE) {
		struct smp_event other = {
			.kind = event == SMP_FRAME_TEXT ? SMP_EVENT_TEXT : SMP_EVENT_DROPPED,
			.text = result.bytes,
			.text_ends_line = result.ends_line,
			.drop = result.drop,
		};

		if (event == SMP_FRAME_PACKET)
			take_packet(probe, result.bytes);
		else
			diagnosis_add(&probe->found->heard, &other);
	}
}

/* The device may have ended with a prompt, or in the middle of a packet. */
static void take_rest(struct probe *probe)
{
	struct smp_frame_result result;
	struct smp_event rest = { .kind = SMP_EVENT_TEXT };

	switch (smp_framing_give_up(&probe->decoder, &result)) {
	case SMP_FRAME_MORE:
	case SMP_FRAME_PACKET:
		return;
	case SMP_FRAME_TEXT:
		rest.text = result.bytes;
		break;
	case SMP_FRAME_DROPPED:
		rest.kind = SMP_EVENT_DROPPED;
		rest.drop = result.drop;
		break;
	}
	diagnosis_add(&probe->found->heard, &rest);
}

/* Read until the reply is there or the time is up; false when that cannot be done. */
static bool listen(struct probe *probe, uint64_t until_us)
{
	struct client *client = port_client(probe->port);
	uint8_t storage[READ_SIZE];

	while (!probe->has_reply && port_now_us(probe->port) < until_us) {
		struct buf bytes = BUF_OVER(storage);
		uint64_t wake_up_us = client_wake_up_at_us(client);

		if (client_read_bytes(client, &bytes, ERR_IGNORED) != STATUS_OK)
			return false;
		take_bytes(probe, buf_span(&bytes));
		if (bytes.len == 0 && port_pause(probe->port, client_pollfd(client).fd,
					      wake_up_us < until_us ? wake_up_us : until_us,
					      ERR_IGNORED) != STATUS_OK)
			return false;
	}
	take_rest(probe);
	return true;
}

static bool write_all(struct probe *probe, struct span bytes)
{
	size_t written = 0;

	probe->quiet_since_us = port_now_us(probe->port);
	return client_write_bytes(port_client(probe->port), bytes, &written, ERR_IGNORED) ==
		       STATUS_OK &&
	       written == bytes.len;
}

static void speak(struct probe *probe, enum smp_framing framing)
{
	smp_framing_init(&probe->decoder, framing, BUF_OVER(probe->line), BUF_OVER(probe->packet));
	/* Our own, where they come back. */
	smp_framing_accept_requests(&probe->decoder);
	probe->rests_until_us = probe->quiet_since_us + SMP_RAW_REST_MS * 1000;
}

/* Let the server forget what it has half received; false when that cannot be done. */
static bool prepare(struct probe *probe)
{
	if (probe->decoder.framing == SMP_FRAMING_RAW)
		return listen(probe, probe->rests_until_us);
	return write_all(probe, span_from_text("\n")) &&
	       listen(probe, port_now_us(probe->port) + LINE_FEED_US);
}

/* Send a request in that version and wait for its reply; false when that cannot be done. */
static bool ask(struct probe *probe, const struct smp_request *request, enum smp_version version)
{
	uint32_t timeout_ms = client_timeout_ms(port_client(probe->port));
	uint8_t packet_storage[WIRE_SIZE], wire_storage[WIRE_SIZE];
	struct buf packet = BUF_OVER(packet_storage), wire = BUF_OVER(wire_storage);

	probe->has_reply = false;
	probe->asked = (struct smp_header){
		.op = (uint8_t)request->op,
		.version = (uint8_t)version,
		.length = (uint16_t)request->body.len,
		.group = request->group,
		.sequence = (uint8_t)(probe->asked.sequence + 1),
		.command = request->command,
	};
	smp_header_encode(&probe->asked, buf_reserve(&packet, SMP_HEADER_SIZE));
	buf_commit(&packet, SMP_HEADER_SIZE);
	buf_append_span(&packet, request->body);
	smp_framing_encode(probe->decoder.framing, buf_span(&packet),
		client_line_length(port_client(probe->port)), &wire);
	if (timeout_ms > PROBE_MS)
		timeout_ms = PROBE_MS;
	return prepare(probe) && write_all(probe, buf_span(&wire)) &&
	       listen(probe, port_now_us(probe->port) + (uint64_t)timeout_ms * 1000);
}

/*
 * Serial recovery is what knows no echo, as it is built by default, and takes a console echo without a
 * word (protocol.md 4.2). Mynewt, where that would change something, knows both.
 */
static bool ask_all_here(struct probe *probe)
{
	static const enum smp_version versions[] = { SMP_VERSION_2, SMP_VERSION_1 };
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_echo_request(&body, span_from_text(echo_text));

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && !probe->has_reply; i++) {
		if (!ask(probe, &request, versions[i]))
			return false;
		probe->found->answers[versions[i]] = probe->has_reply;
	}
	if (!probe->has_reply || !probe->is_refused)
		return true;
	buf_clear(&body);
	request = smp_os_console_echo_request(&body, false);
	if (!ask(probe, &request, (enum smp_version)probe->asked.version))
		return false;
	probe->found->is_recovery = probe->has_reply && !probe->is_refused;
	return true;
}

/* An echo in the other framing. */
static bool ask_otherwise(struct probe *probe)
{
	enum smp_framing here = probe->decoder.framing;
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_echo_request(&body, span_from_text(echo_text));
	bool is_done;

	speak(probe, here == SMP_FRAMING_RAW ? SMP_FRAMING_CONSOLE : SMP_FRAMING_RAW);
	is_done = ask(probe, &request, SMP_VERSION_2);
	probe->found->has_tried_other = true;
	probe->found->answers_other = probe->has_reply;
	speak(probe, here);
	return is_done;
}

/* No diagnosis takes longer than the silence that it is about. */
static bool has_time_to_rest(const struct probe *probe)
{
	const struct client *client = port_client(probe->port);
	uint64_t silence_us = (uint64_t)client_timeout_ms(client) * client_tries(client) * 1000;

	return port_now_us(probe->port) + silence_us >=
	       probe->quiet_since_us + SMP_RAW_REST_MS * 1000;
}

/* Raw first: the server rests already, and lines that come later begin with a line feed. */
static bool ask_all(struct probe *probe)
{
	bool is_raw = probe->found->framing == SMP_FRAMING_RAW;

	if (!is_raw && !probe->found->has_heard_before && has_time_to_rest(probe) &&
		!ask_otherwise(probe))
		return false;
	if (!probe->found->answers_other && !ask_all_here(probe))
		return false;
	if (is_raw && !probe->has_reply && !ask_otherwise(probe))
		return false;
	return true;
}

static bool is_jlink(const struct port *port)
{
	struct port_list list = { 0 };
	bool is_so = false;

	if (ports_list(&list, ERR_IGNORED) != STATUS_OK)
		return false;
	for (size_t i = 0; i < list.count; i++)
		is_so |= list.ports[i].is_usb && list.ports[i].vendor_id == PORT_VENDOR_SEGGER &&
			 ports_is_path_of(&list.ports[i], port_name(port));
	ports_free(&list);
	return is_so;
}

static void __attribute__((format(printf, 2, 3))) add(struct err *err, const char *format, ...)
{
	struct buf message = BUF_OVER(err->message);
	va_list args;

	buf_commit(&message, strlen(err->message));
	va_start(args, format);
	buf_format_args(&message, format, args);
	va_end(args);
	buf_text(&message);
}

/* It is silent throughout. */
static void describe_nothing(const struct silence *silence, struct err *err)
{
	char storage[ERR_MESSAGE_MAX];
	struct buf heard = BUF_OVER(storage);

	if (silence->framing == SMP_FRAMING_RAW)
		err_hint(err, "%s", raw_hint);
	/* The error speaks of the last request; something may have come before it. */
	if (err->status == STATUS_PROTOCOL ||
		(silence->has_heard_before && silence->heard.text_bytes == 0)) {
		add(err, "; an echo in SMP version 2 or 1 is not answered either");
		return;
	}
	diagnosis_append(&silence->heard, &heard);
	if (heard.len == 0) {
		add(err, "; nothing at all was received, not even for an echo%s",
			silence->has_tried_other ? " in either framing" : "");
		return;
	}
	/* It came when the request had been given up. */
	add(err, "; an echo in SMP version 2 or 1 brought %s", buf_text(&heard));
	err_hint(err, "%s", diagnosis_hint(&silence->heard));
}

void silence_describe(const struct silence *silence, struct err *err)
{
	if (silence->answers_other) {
		bool is_raw = silence->framing == SMP_FRAMING_RAW;

		add(err, "; but an echo in %s framing is answered", is_raw ? "console" : "raw");
		err_hint(err, "try --framing %s", is_raw ? "console" : "raw");
	} else if (silence->is_recovery) {
		add(err, "; but the bootloader's serial recovery answers");
		err_hint(err, "it checks the images before it lists them: -t 20s gives it time");
	} else if (silence->answers[SMP_VERSION_2]) {
		add(err, "; but an echo is answered");
		err_hint(err, "%s",
			silence->is_jlink
				? jlink_hint
				: "port and speed are right: give it more time with -t; if "
				  "longer messages are lost on the way, --mtu 128 helps");
	} else if (silence->answers[SMP_VERSION_1]) {
		add(err, "; but an echo in SMP version 1 is answered");
		err_hint(err, "try --smp-version 1");
	} else if (silence->comes_back) {
		add(err, "; what is sent comes back");
		err_hint(err, "RX and TX are connected with each other, or the port leads to "
			      "something else that repeats what it gets: a login shell");
	} else {
		describe_nothing(silence, err);
	}
}

void silence_describe_later(const struct silence *silence, struct err *err)
{
	size_t len = strlen(err->hint);

	if (silence->is_jlink)
		snprintf(err->hint + len, sizeof(err->hint) - len, "%s%s", len > 0 ? "; " : "",
			jlink_hint);
}

/* Replies to requests of ours, rather than somebody else's. */
static bool has_answered(const struct smp_session_counters *counters)
{
	return counters->frames_received > counters->strays;
}

void silence_explain(struct port *port, struct err *err)
{
	struct smp_session_counters counters;
	struct silence found = { .heard = { 0 } };
	struct probe probe = {
		.port = port,
		.found = &found,
		.asked.sequence = SEQUENCE_FIRST,
	};

	if ((err->status != STATUS_TIMEOUT && err->status != STATUS_PROTOCOL) ||
		port_client(port) == NULL)
		return;
	smp_session_get_counters(client_session(port_client(port)), &counters);
	if (counters.requests_sent == 0)
		return;
	found.is_jlink = is_jlink(port);
	if (has_answered(&counters)) {
		if (err->status == STATUS_TIMEOUT)
			silence_describe_later(&found, err);
		return;
	}
	found.has_heard_before = counters.bytes_received > 0;
	found.framing = client_framing(port_client(port));
	probe.quiet_since_us = client_quiet_since_us(port_client(port));
	speak(&probe, found.framing);
	if (ask_all(&probe))
		silence_describe(&found, err);
}
