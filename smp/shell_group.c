/* SPDX-License-Identifier: Apache-2.0 */
/* The shell group, see shell_group.h. */
#include "smp/shell_group.h"

#include <string.h>

enum { WORD_MAX = 4096 };

/* What Zephyr's shell takes for the end of a word: isspace(). */
static const char blanks[] = " \t\n\v\f\r";

/* False when it does not fit. */
static bool append_quoted(struct buf *out, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < len; i++) {
		if (strchr(blanks, word[i]) != NULL || strchr("'\"\\", word[i]) != NULL)
			buf_append_byte(out, '\\');
		buf_append_byte(out, (uint8_t)word[i]);
	}
	/* An empty word must be seen, and the blank at the end of a line is cut off in any case. */
	if (len == 0 || strchr(blanks, word[len - 1]) != NULL)
		buf_append_text(out, "\"\"");
	return !out->overflow;
}

struct smp_request smp_shell_exec_request(struct buf *body, const char *const *words, size_t count)
{
	uint8_t storage[WORD_MAX];

	body_put_map(body, 1);
	body_put_text(body, "argv");
	body_put_array(body, count);
	for (size_t i = 0; i < count; i++) {
		struct buf word = BUF_OVER(storage);

		if (!append_quoted(&word, words[i]))
			body->overflow = true;
		body_put_text_span(body, buf_span(&word));
	}
	return (struct smp_request){
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_SHELL,
		.command = SMP_SHELL_EXEC,
		.body = buf_span(body),
	};
}

enum status smp_shell_exec_reply(
	const struct smp_reply *reply, struct smp_shell_result *ret_result, struct err *reterr)
{
	struct smp_shell_result result = { .code = 0 };
	struct body_value map;
	enum status status = body_open(reply->body, &map, reterr);
	bool is_legacy = status == STATUS_OK &&
			 body_get_text(&map, "o", &result.output) == BODY_FOUND &&
			 body_get_int(&map, "ret", &result.code) == BODY_ABSENT &&
			 body_get_int(&map, "rc", &result.code) == BODY_FOUND;

	if (status == STATUS_OK && !is_legacy)
		status = smp_reply_open(reply, &map, reterr);
	if (status != STATUS_OK)
		return status;
	status = smp_field_required(body_get_text(&map, "o", &result.output), "o", reterr);
	if (status == STATUS_OK && !is_legacy)
		status = smp_field_required(body_get_int(&map, "ret", &result.code), "ret", reterr);
	if (status == STATUS_OK)
		*ret_result = result;
	return status;
}

const char *smp_shell_errno_name(int64_t number)
{
	/* Up to here all C libraries count alike. */
	static const char *const names[] = {
		NULL,
		"EPERM",
		"ENOENT",
		"ESRCH",
		"EINTR",
		"EIO",
		"ENXIO",
		"E2BIG",
		"ENOEXEC",
		"EBADF",
		"ECHILD",
		"EAGAIN",
		"ENOMEM",
		"EACCES",
		"EFAULT",
		"ENOTBLK",
		"EBUSY",
		"EEXIST",
		"EXDEV",
		"ENODEV",
		"ENOTDIR",
		"EISDIR",
		"EINVAL",
		"ENFILE",
		"EMFILE",
		"ENOTTY",
		"ETXTBSY",
		"EFBIG",
		"ENOSPC",
		"ESPIPE",
		"EROFS",
		"EMLINK",
		"EPIPE",
		"EDOM",
		"ERANGE",
	};
	/* And here newlib, picolibc and Zephyr's own do, but not the machine that smpctl runs on. */
	static const struct {
		int64_t number;
		const char *name;
	} further[] = {
		{ 88, "ENOSYS" },
		{ 90, "ENOTEMPTY" },
		{ 91, "ENAMETOOLONG" },
		{ 95, "EOPNOTSUPP" },
		{ 104, "ECONNRESET" },
		{ 105, "ENOBUFS" },
		{ 116, "ETIMEDOUT" },
		{ 119, "EINPROGRESS" },
		{ 120, "EALREADY" },
		{ 122, "EMSGSIZE" },
		{ 128, "ENOTCONN" },
		{ 134, "ENOTSUP" },
		{ 140, "ECANCELED" },
	};

	if (number > 0 && (uint64_t)number < sizeof(names) / sizeof(names[0]))
		return names[number];
	for (size_t i = 0; i < sizeof(further) / sizeof(further[0]); i++) {
		if (further[i].number == number)
			return further[i].name;
	}
	return NULL;
}
