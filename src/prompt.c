/* SPDX-License-Identifier: Apache-2.0 */
/* The shell's prompt, see prompt.h. */
#include "src/prompt.h"

#include <string.h>

#include "base/text.h"
#include "src/device.h"

enum {
	ASK_MS = 500,
	TRIES_MAX = 4, /* of a device that gives no answer */
	PAUSE_US = 1000 * 1000,
	PAUSE_FACTOR = 4,
};

/* One question, quickly or not at all. Errors as client_call. */
static enum status ask(struct link *link, const struct smp_request *request,
	struct smp_reply *ret_reply, struct err *reterr)
{
	struct port *port = link_port(link);
	struct smp_request quick = *request;

	if (port == NULL || port_client(port) == NULL || link_is_unsettled(link))
		return err_set(reterr, STATUS_NO_PORT, "nobody may be asked now");
	quick.timeout_ms = ASK_MS;
	quick.tries = 1;
	return client_call(port_client(port), &quick, ret_reply, NULL, reterr);
}

bool prompt_ask_images(struct link *link, struct smp_image_state *ret_state)
{
	struct smp_request request = smp_image_state_request();
	struct smp_reply reply;

	return ask(link, &request, &reply, ERR_IGNORED) == STATUS_OK &&
	       smp_image_state_reply(&reply, ret_state, ERR_IGNORED) == STATUS_OK;
}

bool prompt_ask_stat_groups(struct link *link, struct smp_stat_list *ret_list)
{
	struct smp_request request = smp_stat_list_request();
	struct smp_reply reply;

	return ask(link, &request, &reply, ERR_IGNORED) == STATUS_OK &&
	       smp_stat_list_reply(&reply, ret_list, ERR_IGNORED) == STATUS_OK;
}

uint64_t prompt_ask_at_us(const struct prompt *prompt, struct link *link)
{
	struct port *port = link_port(link);

	if (port == NULL || port_client(port) == NULL)
		return CLOCK_NEVER;
	return prompt->generation != link_generation(link) ? link_settled_at_us(link)
							   : prompt->ask_again_at_us;
}

/* It may have been busy, or this machine was. */
static void ask_again_later(struct prompt *prompt, struct link *link)
{
	uint64_t pause_us = PAUSE_US;

	if (prompt->tries == TRIES_MAX)
		return;
	for (unsigned i = 1; i < prompt->tries; i++)
		pause_us *= PAUSE_FACTOR;
	prompt->ask_again_at_us = link_now_us(link) + pause_us;
}

/* The image that runs; in serial recovery none does. */
static void note_answer(
	struct prompt *prompt, struct link *link, const struct smp_image_state *state)
{
	struct client *client = port_client(link_port(link));

	if (device_is_recovery(client, state, &prompt->is_recovery, ERR_IGNORED) != STATUS_OK)
		prompt->is_recovery = false;
	if (!link_meet(link, prompt->is_recovery) || prompt->is_recovery)
		return;
	for (size_t i = 0; i < state->count; i++) {
		if (state->slots[i].image == 0 && state->slots[i].active)
			memcpy(prompt->version, state->slots[i].version, sizeof(prompt->version));
	}
}

/* False: interrupted. */
static bool ask_version(struct prompt *prompt, struct link *link)
{
	struct smp_request request = smp_image_state_request();
	struct err err = { .status = STATUS_OK };
	struct smp_image_state state;
	struct smp_reply reply;

	if (prompt->generation != link_generation(link))
		*prompt = (struct prompt){ .generation = link_generation(link) };
	prompt->ask_again_at_us = CLOCK_NEVER;
	prompt->tries++;
	if (ask(link, &request, &reply, &err) != STATUS_OK)
		ask_again_later(prompt, link);
	else if (smp_image_state_reply(&reply, &state, &err) == STATUS_OK)
		note_answer(prompt, link, &state);
	/* What came with the answer and behind it. */
	link_attend(link);
	return err.status != STATUS_INTERRUPTED;
}

/* "/dev/ttyACM0" is "ttyACM0", a link of a pseudo-terminal its last part, a board without its keys. */
static void append_name(struct buf *out, const char *name)
{
	char storage[PROMPT_NAME_MAX];
	struct buf shown = BUF_OVER(storage);
	const char *slash = strrchr(name, '/');

	if (name[0] == '/' && slash != NULL)
		name = slash + 1;
	text_append_escaped(&shown, span_make(name, strcspn(name, ",")));
	buf_append_text(out, buf_text(&shown));
}

static void append_state(struct buf *out, const struct prompt *prompt, struct link *link)
{
	if (prompt->generation != link_generation(link))
		return;
	if (prompt->is_recovery)
		buf_append_text(out, " (recovery)");
	else if (prompt->version[0] != '\0')
		buf_format(out, " %s", prompt->version);
}

bool prompt_make(struct prompt *prompt, struct link *link)
{
	struct buf text = BUF_OVER(prompt->text);
	struct port *port = link_port(link);
	bool is_whole = true;

	if (prompt_ask_at_us(prompt, link) <= link_now_us(link))
		is_whole = ask_version(prompt, link);
	if (port == NULL || (port_client(port) == NULL && !link_is_unsettled(link))) {
		buf_append_text(&text, "smpctl> ");
	} else {
		append_name(&text, port_name(port));
		if (port_client(port) == NULL)
			buf_append_text(&text, " (away)");
		else
			append_state(&text, prompt, link);
		buf_append_text(&text, "> ");
	}
	buf_text(&text);
	return is_whole;
}
