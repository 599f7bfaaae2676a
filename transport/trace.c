/* SPDX-License-Identifier: Apache-2.0 */
/* A filter that writes down what passes, see trace.h. */
#include "transport/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "transport/trace_text.h"

enum {
	RUN_MAX = 256,
	/* A run without a line feed (a prompt) is written down when nothing more came for so long. */
	RUN_IDLE_US = 200 * 1000,
	TIME_MAX = 40,
};

struct trace {
	struct transport base;
	struct transport *next;
	FILE *file; /* NULL: could not be written any more */
	struct trace_describer describer;

	bool has_start;
	uint64_t start_us;
	bool is_gone; /* `next` went away, and that was written down */

	/* The run of bytes that is not written down yet. */
	uint8_t run[RUN_MAX];
	size_t run_len;
	bool run_is_to_device;
	uint64_t run_first_us; /* when its first byte came */
	uint64_t run_last_us;

	uint8_t description[TRACE_DESCRIPTION_MAX];
};

static void close_file(struct trace *trace)
{
	if (trace->file != NULL && trace->file != stderr)
		fclose(trace->file);
	trace->file = NULL;
}

/* One line with the time in front and a line feed behind. */
static void put_line(struct trace *trace, uint64_t time_us, char kind, struct span text)
{
	uint64_t since_us = time_us - trace->start_us;

	if (trace->file == NULL)
		return;
	fprintf(trace->file, "%" PRIu64 ".%06" PRIu64 " %c ", since_us / 1000000,
		since_us % 1000000, kind);
	if (text.len > 0)
		fwrite(text.data, 1, text.len, trace->file);
	fputc('\n', trace->file);
	if (fflush(trace->file) != 0 || ferror(trace->file))
		close_file(trace);
}

static void put_description(struct trace *trace, bool is_to_device, struct span bytes)
{
	struct buf text = BUF_OVER(trace->description);

	if (trace->describer.describe == NULL)
		return;
	trace->describer.describe(trace->describer.ctx, is_to_device, bytes, &text);
	for (struct span rest = buf_span(&text); rest.len > 0;) {
		const uint8_t *end = memchr(rest.data, '\n', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.data) : rest.len;

		put_line(trace, trace->run_first_us, '#', span_sub(rest, 0, len));
		rest = span_sub(rest, len + 1, rest.len);
	}
}

static void put_run(struct trace *trace)
{
	uint8_t storage[TRACE_TEXT_MAX(RUN_MAX)];
	struct buf text = BUF_OVER(storage);
	struct span bytes = span_make(trace->run, trace->run_len);

	trace->run_len = 0;
	if (bytes.len == 0 || trace->file == NULL)
		return;
	trace_text_append(&text, bytes);
	put_line(trace, trace->run_first_us, trace->run_is_to_device ? '>' : '<', buf_span(&text));
	put_description(trace, trace->run_is_to_device, bytes);
}

static void note_byte(struct trace *trace, uint64_t now_us, bool is_to_device, uint8_t byte)
{
	if (trace->run_len > 0 && trace->run_is_to_device != is_to_device)
		put_run(trace);
	if (trace->run_len == 0) {
		trace->run_is_to_device = is_to_device;
		trace->run_first_us = now_us;
	}
	trace->run[trace->run_len++] = byte;
	trace->run_last_us = now_us;
	if (byte == '\n' || trace->run_len == RUN_MAX)
		put_run(trace);
}

static void note_bytes(struct trace *trace, uint64_t now_us, bool is_to_device, struct span bytes)
{
	if (trace->file == NULL)
		return;
	for (size_t i = 0; i < bytes.len; i++)
		note_byte(trace, now_us, is_to_device, bytes.data[i]);
}

/* Every call tells the time: set the zero, and write down a run that has waited long enough. */
static void note_time(struct trace *trace, uint64_t now_us)
{
	if (!trace->has_start) {
		trace->has_start = true;
		trace->start_us = now_us;
	}
	if (trace->run_len > 0 && now_us - trace->run_last_us >= RUN_IDLE_US)
		put_run(trace);
}

static void note_failure(struct trace *trace, uint64_t now_us, const struct err *err)
{
	uint8_t storage[ERR_MESSAGE_MAX];
	struct buf text = BUF_OVER(storage);

	put_run(trace);
	if (trace->is_gone)
		return;
	trace->is_gone = true;
	text_append_escaped(&text, span_from_text(err->message));
	put_line(trace, now_us, '#', buf_span(&text));
}

static enum status trace_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	struct trace *trace = (struct trace *)transport;
	size_t before = out->len;
	enum status status;

	note_time(trace, now_us);
	status = transport_read(trace->next, now_us, out, reterr);
	note_bytes(trace, now_us, false, span_sub(buf_span(out), before, out->len));
	if (status != STATUS_OK)
		note_failure(trace, now_us, reterr);
	return status;
}

static enum status trace_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	struct trace *trace = (struct trace *)transport;
	enum status status;

	note_time(trace, now_us);
	status = transport_write(trace->next, now_us, bytes, ret_written, reterr);
	if (status == STATUS_OK)
		note_bytes(trace, now_us, true, span_sub(bytes, 0, *ret_written));
	else
		note_failure(trace, now_us, reterr);
	return status;
}

static struct pollfd trace_pollfd(const struct transport *transport, bool wants_to_write)
{
	return transport_pollfd(((const struct trace *)transport)->next, wants_to_write);
}

static uint64_t trace_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	const struct trace *trace = (const struct trace *)transport;
	uint64_t next_us = transport_next_wakeup_us(trace->next, now_us);
	uint64_t idle_us = trace->run_last_us + RUN_IDLE_US;

	return trace->run_len > 0 && idle_us < next_us ? idle_us : next_us;
}

static void trace_close(struct transport *transport)
{
	struct trace *trace = (struct trace *)transport;

	put_run(trace);
	if (trace->describer.close != NULL)
		trace->describer.close(trace->describer.ctx);
	close_file(trace);
	transport_close(trace->next);
	free(trace);
}

static const struct transport_ops trace_ops = {
	.read = trace_read,
	.write = trace_write,
	.pollfd = trace_pollfd,
	.next_wakeup_us = trace_next_wakeup_us,
	.close = trace_close,
};

static enum status open_file(struct trace *trace, const char *path, struct err *reterr)
{
	const char *first_line =
		trace->has_start ? "# the port was opened again\n" : "smpctl-trace 1\n";
	const char *mode = trace->has_start ? "ae" : "we";

	trace->file = strcmp(path, "-") == 0 ? stderr : fopen(path, mode);
	if (trace->file != NULL && fputs(first_line, trace->file) >= 0 && fflush(trace->file) == 0)
		return STATUS_OK;
	return err_set_errno(reterr, STATUS_USAGE, errno, "cannot write the trace to %s", path);
}

enum status trace_open(struct transport *next, const char *path, uint64_t since_us,
	const struct trace_describer *describer, struct transport **ret_transport,
	struct err *reterr)
{
	struct trace *trace = calloc(1, sizeof(*trace));
	enum status status;

	if (trace == NULL) {
		if (describer != NULL && describer->close != NULL)
			describer->close(describer->ctx);
		transport_close(next);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	trace->base = (struct transport){ &trace_ops, next->bytes_per_second };
	trace->next = next;
	trace->has_start = since_us > 0;
	trace->start_us = since_us;
	if (describer != NULL)
		trace->describer = *describer;
	status = open_file(trace, path, reterr);
	if (status != STATUS_OK) {
		trace_close(&trace->base);
		return status;
	}
	*ret_transport = &trace->base;
	return STATUS_OK;
}
