/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statistics group of a Zephyr application (protocol.md 3.3): the group of Zephyr's smp_svr sample,
 * whose counters stood still when it was recorded, and one of the board's own, which counts.
 */
#include "fakedev/server.h"

static const char sample_name[] = "smp_svr_stats", board_name[] = "board";

enum { NAME_LENGTH = 32 /* CONFIG_MCUMGR_GRP_STAT_MAX_NAME_LEN, which counts a NUL */ };

struct answer server_stat_list(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	/* With or without the legacy behaviour. */
	server_put_rc(body, RC_OK);
	body_put_text(body, "stat_list");
	body_put_array_indefinite(body);
	body_put_text(body, sample_name);
	if (server->config->has_board_stats)
		body_put_text(body, board_name);
	body_put_break(body);
	return answer_ok();
}

static void put_sample_fields(struct buf *body)
{
	server_put_uint(body, "ticks", 0);
	server_put_uint(body, "s1", 0);
}

static void put_board_fields(const struct store_ram *ram, struct buf *body)
{
	server_put_uint(body, "boots", ram->boots);
	server_put_uint(body, "requests", ram->counts.requests);
	server_put_uint(body, "refusals", ram->counts.refusals);
	server_put_uint(body, "bytes_in", ram->counts.bytes_in);
	server_put_uint(body, "bytes_out", ram->counts.bytes_out);
}

struct answer server_stat_show(
	struct server *server, const struct request *request, struct buf *body)
{
	struct span name = span_make(NULL, 0);
	bool is_board, is_sample;

	if (!request->has_args || body_get_text(&request->args, "name", &name) != BODY_FOUND ||
		name.len == 0 || name.len >= NAME_LENGTH)
		return answer_rc(RC_INVALID);
	is_sample = span_equal(name, span_from_text(sample_name));
	is_board = server->config->has_board_stats && span_equal(name, span_from_text(board_name));
	if (!is_sample && !is_board)
		/* Recorded: the number of another group, and one that version 1 has no word for. */
		return answer_error(SMP_GROUP_ZEPHYR, BASIC_ERROR_FLASH_CONFIG);
	server_put_legacy_rc(server, body);
	body_put_text(body, "name");
	body_put_text_span(body, name);
	body_put_text(body, "fields");
	body_put_map_indefinite(body);
	if (is_sample)
		put_sample_fields(body);
	else
		put_board_fields(server->ram, body);
	body_put_break(body);
	return answer_ok();
}
