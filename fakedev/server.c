/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch, replies and refusals of a Zephyr application's SMP server, see server.h. */
#include "fakedev/server.h"

#include <string.h>

#include "base/endian.h"

void server_put_uint(struct buf *body, const char *key, uint64_t value)
{
	body_put_text(body, key);
	body_put_uint(body, value);
}

void server_put_text(struct buf *body, const char *key, const char *text)
{
	body_put_text(body, key);
	body_put_text(body, text);
}

void server_put_bool(struct buf *body, const char *key, bool value)
{
	body_put_text(body, key);
	body_put_bool(body, value);
}

void server_put_rc(struct buf *body, unsigned rc)
{
	server_put_uint(body, "rc", rc);
}

void server_put_legacy_rc(const struct server *server, struct buf *body)
{
	if (server->config->has_legacy_rc)
		server_put_rc(body, RC_OK);
}

const struct fakedev_fault *server_fault(const struct server *server, enum fakedev_fault_kind kind)
{
	return fakedev_config_fault(server->config, kind, server->request_number);
}

static bool is_key_repeated(const struct body_value *map, struct span key)
{
	struct body_iter iter = body_iterate(map);
	struct body_value other, value;
	unsigned times = 0;

	while (body_next_pair(&iter, &other, &value))
		times += span_equal(other.content, key);
	return times > 1;
}

static bool has_sound_keys(const struct body_value *map)
{
	struct body_iter iter = body_iterate(map);
	struct body_value key, value;

	while (body_next_pair(&iter, &key, &value)) {
		if (key.kind != BODY_TEXT || key.indefinite || is_key_repeated(map, key.content))
			return false;
	}
	return true;
}

void request_open(struct request *request)
{
	struct body_value args;

	request->has_args = body_open(request->payload, &args, ERR_IGNORED) == STATUS_OK &&
			    has_sound_keys(&args);
	request->args = request->has_args ? args : (struct body_value){ .kind = BODY_MAP };
}

struct command {
	uint16_t group;
	uint8_t id;
	server_command read; /* NULL: the command has no such op */
	server_command write;
};

static const struct command commands[] = {
	{ SMP_GROUP_OS, SMP_OS_ECHO, server_os_echo, server_os_echo },
	{ SMP_GROUP_OS, SMP_OS_TASKSTAT, server_os_taskstat, NULL },
	{ SMP_GROUP_OS, SMP_OS_MPSTAT, server_os_mpstat, NULL },
	{ SMP_GROUP_OS, SMP_OS_DATETIME, server_os_datetime, server_os_set_datetime },
	{ SMP_GROUP_OS, SMP_OS_RESET, NULL, server_os_reset },
	{ SMP_GROUP_OS, SMP_OS_PARAMS, server_os_params, NULL },
	{ SMP_GROUP_OS, SMP_OS_INFO, server_os_info, NULL },
	{ SMP_GROUP_OS, SMP_OS_BOOTLOADER, server_os_bootloader, NULL },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_STATE, server_image_list, server_image_mark },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD, NULL, server_upload },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_ERASE, NULL, server_image_erase },
	{ SMP_GROUP_IMAGE, SMP_IMAGE_SLOT_INFO, server_image_slot_info, NULL },
	{ SMP_GROUP_STAT, SMP_STAT_SHOW, server_stat_show, NULL },
	{ SMP_GROUP_STAT, SMP_STAT_LIST, server_stat_list, NULL },
	{ SMP_GROUP_SETTINGS, SMP_SETTINGS_VALUE, server_settings_read, server_settings_write },
	{ SMP_GROUP_SETTINGS, SMP_SETTINGS_DELETE, NULL, server_settings_delete },
	{ SMP_GROUP_SETTINGS, SMP_SETTINGS_COMMIT, NULL, server_settings_commit },
	{ SMP_GROUP_SETTINGS, SMP_SETTINGS_STORE, server_settings_load, server_settings_save },
	{ SMP_GROUP_LOG, SMP_LOG_SHOW, server_log_show, NULL },
	{ SMP_GROUP_LOG, SMP_LOG_CLEAR, NULL, server_log_clear },
	{ SMP_GROUP_LOG, SMP_LOG_MODULES, server_log_modules, NULL },
	{ SMP_GROUP_LOG, SMP_LOG_LEVELS, server_log_levels, NULL },
	{ SMP_GROUP_LOG, SMP_LOG_LIST, server_log_list, NULL },
	{ SMP_GROUP_CRASH, SMP_CRASH_TRIGGER, NULL, server_crash },
	{ SMP_GROUP_RUN, SMP_RUN_TEST, NULL, server_run_test },
	{ SMP_GROUP_RUN, SMP_RUN_LIST, server_run_list, NULL },
	{ SMP_GROUP_FS, SMP_FS_FILE, server_fs_download, server_fs_upload },
	{ SMP_GROUP_FS, SMP_FS_STATUS, server_fs_status, NULL },
	{ SMP_GROUP_FS, SMP_FS_HASH, server_fs_hash, NULL },
	{ SMP_GROUP_FS, SMP_FS_HASH_TYPES, server_fs_hash_types, NULL },
	{ SMP_GROUP_FS, SMP_FS_CLOSE, NULL, server_fs_close },
	{ SMP_GROUP_SHELL, SMP_SHELL_EXEC, NULL, server_shell_exec },
	{ SMP_GROUP_ENUM, SMP_ENUM_COUNT, server_enum_count, NULL },
	{ SMP_GROUP_ENUM, SMP_ENUM_LIST, server_enum_list, NULL },
	{ SMP_GROUP_ENUM, SMP_ENUM_SINGLE, server_enum_single, NULL },
	{ SMP_GROUP_ENUM, SMP_ENUM_DETAILS, server_enum_details, NULL },
	{ SMP_GROUP_ZEPHYR, SMP_ZEPHYR_ERASE_STORAGE, NULL, server_erase_storage },
};

/* The option that leaves it out of the build, 0 when none does. */
static unsigned part_of(const struct command *command)
{
	switch (command->group) {
	case SMP_GROUP_OS:
		return command->id == SMP_OS_TASKSTAT   ? FAKEDEV_TASKSTAT
		       : command->id == SMP_OS_MPSTAT   ? FAKEDEV_MPSTAT
		       : command->id == SMP_OS_DATETIME ? FAKEDEV_DATETIME
							: 0;
	case SMP_GROUP_STAT:
		return FAKEDEV_STAT;
	case SMP_GROUP_SETTINGS:
		return FAKEDEV_SETTINGS;
	case SMP_GROUP_FS:
		return FAKEDEV_FS;
	case SMP_GROUP_SHELL:
		return FAKEDEV_SHELL;
	case SMP_GROUP_ENUM:
		return FAKEDEV_ENUM;
	case SMP_GROUP_ZEPHYR:
		return FAKEDEV_BASIC;
	default:
		return 0;
	}
}

static bool is_mynewts(uint16_t group)
{
	return group == SMP_GROUP_LOG || group == SMP_GROUP_CRASH || group == SMP_GROUP_RUN;
}

static bool is_built_in(const struct server *server, const struct command *command)
{
	if (is_mynewts(command->group))
		return server->config->is_mynewt;
	return (part_of(command) & server->config->lacks) == 0;
}

size_t server_list_groups(
	const struct server *server, struct server_group ret_groups[SERVER_GROUPS_MAX])
{
	size_t count = 0;

	/* The commands of a group stand together, in the order of their numbers. */
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *command = &commands[i];

		if (!is_built_in(server, command))
			continue;
		if (count == 0 || ret_groups[count - 1].number != command->group) {
			if (count == SERVER_GROUPS_MAX)
				break;
			ret_groups[count++].number = command->group;
		}
		ret_groups[count - 1].handlers = command->id + 1u;
	}
	return count;
}

static server_command find_command(const struct server *server, const struct smp_header *header)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *command = &commands[i];

		if (command->group != header->group || command->id != header->command ||
			!is_built_in(server, command))
			continue;
		if (header->op == SMP_OP_READ)
			return command->read;
		return header->op == SMP_OP_WRITE ? command->write : NULL;
	}
	return NULL;
}

/* The version that the server speaks to this client; an old one does not look at the bits. */
static uint8_t reply_version(const struct server *server, const struct smp_header *request)
{
	if (server->config->smp_version == 1)
		return SMP_VERSION_1;
	return request->version < SMP_VERSION_2 ? request->version : SMP_VERSION_2;
}

static struct answer run(struct server *server, struct request *request, struct buf *body)
{
	const struct fakedev_config *config = server->config;
	const struct fakedev_fault *fault = server_fault(server, FAULT_ERROR);
	server_command command = find_command(server, &request->header);

	if (fault != NULL)
		return fault->has_group ? answer_error((uint16_t)fault->arg_group, fault->arg)
					: answer_rc(fault->arg);
	if (config->smp_version > 1 && request->header.version > SMP_VERSION_2)
		return answer_rc(RC_VERSION_TOO_NEW);
	if (config->is_v2_only && request->header.version < SMP_VERSION_2)
		return answer_rc(RC_VERSION_TOO_OLD);
	if (command == NULL)
		return answer_rc(RC_NOT_SUPPORTED);
	request_open(request);
	return command(server, request, body);
}

/* A refusal, in the words of the version. Everything else that was written is thrown away. */
static void put_refusal(const struct answer *answer, uint8_t version, struct buf *body)
{
	buf_clear(body);
	body_put_map_indefinite(body);
	if (!answer->is_group_error) {
		server_put_rc(body, answer->rc);
	} else if (version == SMP_VERSION_1) {
		server_put_rc(body, server_error_translate(answer->group, answer->rc));
	} else {
		body_put_text(body, "err");
		body_put_map_indefinite(body);
		server_put_uint(body, "group", answer->group);
		server_put_rc(body, answer->rc);
		body_put_break(body);
		if (answer->has_len)
			server_put_uint(body, "len", answer->len);
	}
	body_put_break(body);
}

/* Fill the reply behind `body` (its front is left free for the header). */
static struct answer make_body(struct server *server, struct request *request, bool is_whole,
	uint8_t version, struct buf *body)
{
	struct answer answer;

	body_put_map_indefinite(body);
	answer = is_whole ? run(server, request, body) : answer_rc(RC_CORRUPT);
	if (answer.rc == RC_OK) {
		body_put_break(body);
		if (body->overflow)
			answer = answer_rc(RC_MESSAGE_SIZE);
	}
	if (answer.rc != RC_OK)
		put_refusal(&answer, version, body);
	return answer;
}

static void put_header(const struct smp_header *request, uint8_t version, size_t len, uint8_t *to)
{
	struct smp_header header = *request;

	/* What is no read is answered as if it had been a write, whatever it was. */
	header.op = request->op == SMP_OP_READ ? SMP_OP_READ_RESPONSE : SMP_OP_WRITE_RESPONSE;
	header.version = version;
	header.flags = 0;
	header.length = (uint16_t)len;
	smp_header_encode(&header, to);
}

/*
 * A group error that version 1 has no word for is success to the code that frames the reply, so it
 * sends the header that the buffer held before, and no body (observed.md).
 */
static bool is_bare(const struct answer *answer, uint8_t version)
{
	return answer->rc != RC_OK && answer->is_group_error && version == SMP_VERSION_1 &&
	       server_error_translate(answer->group, answer->rc) == RC_OK;
}

static void count_message(struct server *server, size_t bytes_in, size_t bytes_out, bool is_refusal)
{
	struct store_counts *counts = &server->ram->counts;

	counts->requests++;
	counts->refusals += is_refusal;
	counts->bytes_in += (uint32_t)bytes_in;
	counts->bytes_out += (uint32_t)bytes_out;
}

bool server_answer(struct server *server, struct span *packet, struct buf *reply)
{
	struct request request = { 0 };
	uint8_t *front = buf_reserve(reply, SMP_HEADER_SIZE);
	struct answer answer;
	struct buf body;
	uint8_t version;
	bool is_whole;

	if (front == NULL || !smp_header_decode(*packet, &request.header)) {
		*packet = span_make(NULL, 0);
		return false;
	}
	buf_commit(reply, SMP_HEADER_SIZE);
	body = buf_over(reply->data + reply->len, reply->cap - reply->len);
	request.payload = span_sub(*packet, SMP_HEADER_SIZE, request.header.length);
	is_whole = request.payload.len == request.header.length;
	version = reply_version(server, &request.header);
	answer = make_body(server, &request, is_whole, version, &body);
	if (server->has_crashed) {
		*packet = span_make(NULL, 0);
		return false;
	}
	if (is_bare(&answer, version)) {
		memcpy(front, server->last_header, SMP_HEADER_SIZE);
		buf_clear(&body);
	} else {
		put_header(&request.header, version, body.len, front);
		memcpy(server->last_header, front, SMP_HEADER_SIZE);
	}
	buf_commit(reply, body.len);
	count_message(server, SMP_HEADER_SIZE + request.payload.len, SMP_HEADER_SIZE + body.len,
		answer.rc != RC_OK);
	*packet = span_sub(*packet, SMP_HEADER_SIZE + request.payload.len, packet->len);
	if (answer.rc != RC_OK && !answer.is_group_error)
		*packet = span_make(NULL, 0);
	return true;
}
