/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates that only the moment knows, see complete_live.h. */
#include "src/complete_live.h"

#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "src/connection.h"
#include "src/device.h"
#include "src/device_stat.h"
#include "src/port.h"
#include "src/profile.h"
#include "transport/port_choice.h"
#include "transport/ports.h"

enum {
	ADDRESS_MAX = 512,
	PORT_HELP_MAX = 512,
	PATIENCE_MS = 300,
	HASH_DIGITS = 16, /* no two images begin alike that long, and a line holds it */
};

/* "SEGGER J-Link, /dev/ttyACM0" */
static const char *describe_port(const struct port_info *info, struct buf *out)
{
	buf_format(out, "%s%s%s%s%s", info->maker, info->maker[0] != '\0' ? " " : "", info->product,
		info->maker[0] != '\0' || info->product[0] != '\0' ? ", " : "", info->node);
	return buf_text(out);
}

static void add_port(
	struct candidates *candidates, const struct port_info *info, const struct port_list *list)
{
	static const char dev[] = "/dev/";
	const char *begun = candidates->word + candidates->value_at;
	uint8_t address_storage[ADDRESS_MAX], help_storage[PORT_HELP_MAX];
	struct buf address = BUF_OVER(address_storage), help = BUF_OVER(help_storage);

	describe_port(info, &help);
	port_choice_append(&address, info, list);
	candidates_add(candidates, buf_text(&address), buf_text(&help));
	if (begun[0] == '\0')
		return;
	candidates_add(candidates, info->node, buf_text(&help));
	candidates_add(candidates, info->by_id, buf_text(&help));
	if (strncmp(info->node, dev, sizeof(dev) - 1) == 0)
		candidates_add(candidates, info->node + sizeof(dev) - 1, buf_text(&help));
	if (info->is_usb) {
		buf_clear(&address);
		buf_format(&address, "usb-path:%s", info->place);
		candidates_add(candidates, buf_text(&address), buf_text(&help));
	}
}

/* A device in this process needs no more than the scheme's name. */
static void add_scheme(struct candidates *candidates, const struct transport_scheme *scheme)
{
	char address[32];

	snprintf(address, sizeof(address), "%s%s", scheme->name, scheme->is_inside ? "" : ":");
	candidates_add_open(candidates, address, scheme->help);
}

void complete_live_ports(struct candidates *candidates)
{
	size_t count;
	const struct transport_scheme *schemes = port_schemes(&count);
	struct port_list list = { 0 };

	if (ports_list(&list, ERR_IGNORED) == STATUS_OK) {
		for (size_t i = 0; i < list.count; i++)
			add_port(candidates, &list.ports[i], &list);
		ports_free(&list);
	}
	for (size_t i = 0; i < count; i++)
		add_scheme(candidates, &schemes[i]);
}

static void add_profiles(struct candidates *candidates, enum profile_origin origin)
{
	struct profile_file *file = NULL;
	const struct profile *profiles;
	size_t count;

	if (profile_file_load(origin, &file, ERR_IGNORED) != STATUS_OK)
		return;
	profiles = profile_file_list(file, &count);
	for (size_t i = 0; i < count; i++)
		candidates_add(candidates, profiles[i].name,
			profiles[i].connstring != NULL ? profiles[i].connstring
						       : "connection profile");
	profile_file_free(file);
}

void complete_live_profiles(struct candidates *candidates)
{
	add_profiles(candidates, PROFILE_OURS);
	add_profiles(candidates, PROFILE_MCUMGRS);
}

static void add_hash(struct candidates *candidates, const struct smp_image_slot *slot)
{
	const char *begun = candidates->word + candidates->value_at;
	uint8_t storage[2 * SMP_IMAGE_HASH_MAX + 1];
	struct buf hash = BUF_OVER(storage);
	char help[128];

	text_append_hex(&hash, smp_image_slot_hash(slot));
	if (strlen(begun) <= HASH_DIGITS && hash.len > HASH_DIGITS)
		hash.len = HASH_DIGITS;
	snprintf(help, sizeof(help), "%s in image %u slot %u%s%s%s", slot->version,
		(unsigned)slot->image, (unsigned)slot->slot, slot->active ? ", active" : "",
		slot->confirmed ? ", confirmed" : "", slot->pending ? ", pending" : "");
	candidates_add(candidates, buf_text(&hash), help);
}

void complete_live_add_hashes(struct candidates *candidates, const struct smp_image_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		add_hash(candidates, &state->slots[i]);
}

void complete_live_add_stat_groups(
	struct candidates *candidates, const struct smp_stat_list *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		candidates_add(candidates, groups->groups[i].text, NULL);
}

/* Whatever the options ask for, here nobody waits, nothing is written, and the clock runs. */
static struct settings in_a_hurry(const struct settings *settings)
{
	struct settings hurried = *settings;

	hurried.trace = NULL;
	hurried.probe = false;
	hurried.wait_port_ms = 0;
	hurried.tries = 1;
	hurried.timeout_ms = PATIENCE_MS;
	return hurried;
}

/* A descriptor that interrupts when the time is over, as Ctrl-C would; -1 when there is none. */
static int open_patience(void)
{
	struct itimerspec end = { .it_value = { .tv_nsec = PATIENCE_MS * 1000 * 1000 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		(void)timerfd_settime(fd, 0, &end, NULL);
	return fd;
}

static void add_answer(
	struct candidates *candidates, enum complete_live what, struct client *client)
{
	struct smp_stat_list groups;
	struct smp_image_state state;

	if (what == COMPLETE_HASHES && device_image_state(client, &state, ERR_IGNORED) == STATUS_OK)
		complete_live_add_hashes(candidates, &state);
	else if (what == COMPLETE_STAT_GROUPS &&
		 device_stat_list(client, &groups, ERR_IGNORED) == STATUS_OK)
		complete_live_add_stat_groups(candidates, &groups);
}

static void ask(
	struct candidates *candidates, enum complete_live what, const struct settings *settings)
{
	struct port_config config = {
		.settings = settings,
		.clock = clock_monotonic(),
		.interrupt_fd = open_patience(),
	};
	struct port *port = NULL;

	if (port_open(&config, &port, ERR_IGNORED) == STATUS_OK)
		add_answer(candidates, what, port_client(port));
	port_free(port);
	if (config.interrupt_fd >= 0)
		close(config.interrupt_fd);
}

void complete_live_ask(void *ctx, enum complete_live what, const struct settings *settings,
	struct candidates *candidates)
{
	struct settings hurried = in_a_hurry(settings);
	struct connection *connection = NULL;

	(void)ctx;
	if (connection_resolve(&hurried, &connection, ERR_IGNORED) == STATUS_OK &&
		hurried.port != NULL) {
		hurried = in_a_hurry(&hurried);
		ask(candidates, what, &hurried);
	}
	connection_free(connection);
}
