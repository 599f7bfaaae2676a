/* SPDX-License-Identifier: Apache-2.0 */
/* The shell's prompt, see prompt.h. */
#include "src/prompt.h"

#include <string.h>

#include "base/text.h"

enum { ASK_MS = 500 };

bool prompt_ask_images(struct link *link, struct smp_image_state *ret_state)
{
	struct port *port = link_port(link);
	struct smp_request request = smp_image_state_request();
	struct smp_reply reply;

	if (port == NULL || port_client(port) == NULL || link_is_unsettled(link))
		return false;
	request.timeout_ms = ASK_MS;
	request.tries = 1;
	return client_call(port_client(port), &request, &reply, NULL, ERR_IGNORED) == STATUS_OK &&
	       smp_image_state_reply(&reply, ret_state, ERR_IGNORED) == STATUS_OK;
}

bool prompt_is_stale(const struct prompt *prompt, struct link *link)
{
	struct port *port = link_port(link);

	return port != NULL && port_client(port) != NULL &&
	       prompt->generation != link_generation(link);
}

/* The image that runs; in serial recovery none is active. */
static void ask_version(struct prompt *prompt, struct link *link)
{
	struct smp_image_state state;

	prompt->version[0] = '\0';
	if (link_is_unsettled(link))
		return;
	prompt->generation = link_generation(link);
	if (!prompt_ask_images(link, &state))
		return;
	for (size_t i = 0; i < state.count; i++) {
		if (state.slots[i].image == 0 && state.slots[i].active)
			memcpy(prompt->version, state.slots[i].version, sizeof(prompt->version));
	}
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

void prompt_make(struct prompt *prompt, struct link *link)
{
	struct buf text = BUF_OVER(prompt->text);
	struct port *port = link_port(link);

	if (port == NULL || (port_client(port) == NULL && !link_is_unsettled(link))) {
		buf_append_text(&text, "smpctl> ");
	} else if (port_client(port) == NULL) {
		append_name(&text, port_name(port));
		buf_append_text(&text, " (away)> ");
	} else {
		if (prompt_is_stale(prompt, link))
			ask_version(prompt, link);
		append_name(&text, port_name(port));
		buf_format(&text, "%s%s> ", prompt->version[0] != '\0' ? " " : "", prompt->version);
	}
	buf_text(&text);
}
