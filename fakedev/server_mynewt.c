/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mynewt's groups, for applications that have them: log, crash and run (protocol.md 3.5, 3.6). Like
 * Mynewt they send "rc": 0 in every answer.
 */
#include "fakedev/server.h"

enum {
	RC_MORE = 1, /* of log show: there are more entries */
	BYTES_INDEFINITE = 0x5f,
};

enum {
	LOG_MEMORY = 1,
	LOG_STORAGE = 2,
	MODULE_OS = 1,
	MODULE_REBOOT = 6,
	MODULE_APPLICATION = 64,
	LEVEL_INFO = 1,
	LEVEL_WARN = 2,
	REPLY_TAIL = 16, /* what closes a reply behind its last entry */
	MESSAGE_MAX = 64,
	TICKS = 20, /* entries of the long log */
	ENTRY_PERIOD_US = 100000,
};

struct log {
	const char *name;
	unsigned type;
	unsigned first, count; /* entries: their indexes count through all logs */
};

static const struct log logs[] = {
	{ "reboot_log", LOG_STORAGE, 0, 2 },
	{ "messages", LOG_MEMORY, 2, TICKS + 2 },
};

enum { LOG_COUNT = sizeof(logs) / sizeof(logs[0]), ENTRY_COUNT = 2 + TICKS + 2 };

struct entry {
	const char *type;
	unsigned module, level;
	uint8_t bytes[MESSAGE_MAX];
	struct buf message; /* over `bytes` */
};

static void make_entry(unsigned index, struct entry *ret_entry)
{
	struct buf message = BUF_OVER(ret_entry->bytes);

	ret_entry->type = "str";
	ret_entry->module = index < 2 ? MODULE_REBOOT : MODULE_APPLICATION;
	ret_entry->level = LEVEL_INFO;
	if (index < 2) {
		buf_format(&message, "rsn:%s, cnt:%u", index == 0 ? "HARD" : "SOFT", index + 1);
	} else if (index < 2 + TICKS) {
		buf_format(&message, "tick %u", index - 2);
		ret_entry->level = index % 8 == 0 ? LEVEL_WARN : LEVEL_INFO;
	} else if (index == 2 + TICKS) {
		ret_entry->type = "cbor";
		ret_entry->module = MODULE_OS;
		body_put_map(&message, 1);
		server_put_uint(&message, "heap", 4096);
	} else {
		ret_entry->type = "bin";
		buf_append(&message, "\x01\x02\xfe", 3);
	}
	ret_entry->message = message;
}

static void put_entry(unsigned index, struct buf *body)
{
	static const uint8_t image_hash[] = { 0xba, 0x95, 0xeb, 0xa4 };
	struct entry entry;

	make_entry(index, &entry);
	body_put_map_indefinite(body);
	server_put_text(body, "type", entry.type);
	server_put_uint(body, "ts", (uint64_t)(index + 1) * ENTRY_PERIOD_US);
	server_put_uint(body, "level", entry.level);
	server_put_uint(body, "index", index);
	server_put_uint(body, "module", entry.module);
	body_put_text(body, "imghash");
	body_put_bytes(body, span_make(image_hash, sizeof(image_hash)));
	body_put_text(body, "msg");
	/* In chunks, as Mynewt reads it from its flash. */
	buf_append_byte(body, BYTES_INDEFINITE);
	body_put_bytes(body, span_sub(buf_span(&entry.message), 0, 4));
	body_put_bytes(body, span_sub(buf_span(&entry.message), 4, MESSAGE_MAX));
	body_put_break(body);
	body_put_break(body);
}

static bool is_cleared(const struct server *server)
{
	return server->ram->logs_cleared_at == server->ram->boots + 1;
}

static void put_log_head(const struct log *log, struct buf *body)
{
	body_put_map_indefinite(body);
	server_put_text(body, "name", log->name);
	server_put_uint(body, "type", log->type);
	body_put_text(body, "entries");
	body_put_array_indefinite(body);
}

/* The entries of a log from `index` on; false when the reply has no room for all of them. */
static bool put_log(
	const struct server *server, const struct log *log, uint64_t index, struct buf *body)
{
	unsigned at = index > log->first ? (unsigned)index : log->first;
	unsigned end = is_cleared(server) ? 0 : log->first + log->count;
	bool is_whole = true;

	put_log_head(log, body);
	for (; is_whole && at < end; at++) {
		size_t before = body->len;

		put_entry(at, body);
		if (body->overflow || body->cap - body->len < REPLY_TAIL) {
			body->len = before;
			body->overflow = false;
			is_whole = false;
		}
	}
	body_put_break(body);
	body_put_break(body);
	return is_whole;
}

struct answer server_log_show(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name = span_make(NULL, 0);
	uint64_t index = 0;
	bool is_found = false, is_whole = true;

	if (!request->has_args ||
		body_get_text(&request->args, "log_name", &name) == BODY_WRONG_TYPE ||
		body_get_uint(&request->args, "index", UINT32_MAX, &index) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	server_put_uint(body, "next_index", ENTRY_COUNT);
	body_put_text(body, "logs");
	body_put_array_indefinite(body);
	for (size_t i = 0; is_whole && i < LOG_COUNT; i++) {
		if (name.len > 0 && !span_equal(name, span_from_text(logs[i].name)))
			continue;
		is_found = true;
		is_whole = put_log(server, &logs[i], index, body);
	}
	body_put_break(body);
	server_put_rc(body, is_whole ? RC_OK : RC_MORE);
	return is_found ? answer_ok() : answer_rc(RC_NO_ENTRY);
}

/* Until the next boot, which logs the same again. */
struct answer server_log_clear(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	server->ram->logs_cleared_at = server->ram->boots + 1;
	server_put_rc(body, RC_OK);
	return answer_ok();
}

struct answer server_log_modules(
	struct server *server, const struct request *request, struct buf *body)
{
	static const char *const names[] = { "DEFAULT", "OS", "NEWTMGR", "NIMBLE_CTLR",
		"NIMBLE_HOST", "NFFS", "REBOOT", NULL, "TEST" };

	(void)server;
	(void)request;
	server_put_rc(body, RC_OK);
	body_put_text(body, "module_map");
	body_put_map_indefinite(body);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i] != NULL)
			server_put_uint(body, names[i], i);
	}
	server_put_uint(body, "APPLICATION", MODULE_APPLICATION);
	body_put_break(body);
	return answer_ok();
}

struct answer server_log_levels(
	struct server *server, const struct request *request, struct buf *body)
{
	static const char *const names[] = { "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL" };

	(void)server;
	(void)request;
	server_put_rc(body, RC_OK);
	body_put_text(body, "level_map");
	body_put_map_indefinite(body);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		server_put_uint(body, names[i], i);
	body_put_break(body);
	return answer_ok();
}

struct answer server_log_list(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)server;
	(void)request;
	server_put_rc(body, RC_OK);
	body_put_text(body, "log_list");
	body_put_array_indefinite(body);
	for (size_t i = 0; i < LOG_COUNT; i++)
		body_put_text(body, logs[i].name);
	body_put_break(body);
	return answer_ok();
}

static bool is_one_of(struct span word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (span_equal(word, span_from_text(words[i])))
			return true;
	}
	return false;
}

/* There is no answer from beyond. */
struct answer server_crash(struct server *server, const struct request *request, struct buf *body)
{
	static const char *const kinds[] = { "div0", "jump0", "ref0", "assert", "wdog" };
	struct span kind;

	(void)body;
	if (body_get_text(&request->args, "t", &kind) != BODY_FOUND ||
		!is_one_of(kind, kinds, sizeof(kinds) / sizeof(kinds[0])))
		return answer_rc(RC_INVALID);
	server->has_crashed = true;
	return answer_ok();
}

static const char *const tests[] = { "mbuf_test", "mutex_test" };

enum { TEST_COUNT = sizeof(tests) / sizeof(tests[0]) };

struct answer server_run_test(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name;

	(void)server;
	if (body_get_text(&request->args, "testname", &name) != BODY_FOUND)
		return answer_rc(RC_INVALID);
	if (!span_equal(name, span_from_text("all")) && !is_one_of(name, tests, TEST_COUNT))
		return answer_rc(RC_NO_ENTRY);
	server_put_rc(body, RC_OK);
	return answer_ok();
}

struct answer server_run_list(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)server;
	(void)request;
	server_put_rc(body, RC_OK);
	body_put_text(body, "run_list");
	body_put_array_indefinite(body);
	for (size_t i = 0; i < TEST_COUNT; i++)
		body_put_text(body, tests[i]);
	body_put_break(body);
	return answer_ok();
}
