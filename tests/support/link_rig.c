/* SPDX-License-Identifier: Apache-2.0 */
/* A link and its board, see link_rig.h. */
#include "tests/support/link_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "src/device.h"
#include "src/presence.h"

static struct output output_of(const struct link_rig *rig)
{
	return (struct output){ .results = rig->notes.file, .notes = rig->notes.file };
}

int link_rig_set_up(void **state)
{
	struct link_rig *rig = test_calloc(1, sizeof(*rig));

	capture_open(&rig->notes);
	*state = rig;
	return 0;
}

int link_rig_tear_down(void **state)
{
	struct link_rig *rig = *state;

	flow_rig_expect_no_complaints(&rig->door.rig);
	link_free(rig->link);
	flow_rig_close(&rig->door.rig);
	capture_close(&rig->notes);
	test_free(rig);
	return 0;
}

void link_rig_open(struct link_rig *rig, const char *options)
{
	struct link_config config = {
		.output = output_of(rig),
		.open_transport = flow_door_open_transport,
		.open_ctx = &rig->door,
	};

	flow_rig_open(&rig->door.rig, options);
	config.clock = fake_clock_get(&rig->door.rig.clock);
	settings_default(&rig->settings);
	rig->settings.port = "board";
	assert_int_equal(link_create(&config, &rig->link, &rig->err), STATUS_OK);
}

enum status link_rig_open_device(struct link_rig *rig)
{
	struct output output = output_of(rig);

	return link_open(rig->link, &rig->settings, &output, &rig->port, &rig->err);
}

void link_rig_open_all(struct link_rig *rig, const char *options)
{
	link_rig_open(rig, options);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
}

void link_rig_let_time_pass(struct link_rig *rig, uint64_t by_us)
{
	uint64_t until_us = link_rig_now_us(rig) + by_us;

	link_attend(rig->link);
	while (link_rig_now_us(rig) < until_us) {
		enum link_news news = LINK_TIME;

		assert_int_equal(link_wait(rig->link, -1, until_us, &news, &rig->err), STATUS_OK);
		if (news == LINK_DEVICE)
			link_attend(rig->link);
	}
}

void link_rig_tell_to_reset(
	struct link_rig *rig, enum smp_os_boot_mode mode, struct follow_wish wish)
{
	assert_int_equal(device_reset(port_client(rig->port), false, mode, &rig->err), STATUS_OK);
	link_expect_reset(rig->link, &wish);
}

bool link_rig_is_in_recovery(struct link_rig *rig)
{
	enum presence presence = PRESENCE_APPLICATION;

	assert_int_equal(
		presence_identify(port_client(rig->port), &presence, &rig->err), STATUS_OK);
	return presence == PRESENCE_RECOVERY;
}

static void press_ctrl_c(void *ctx)
{
	(void)ctx;
	raise(SIGINT);
}

void link_rig_interrupt_after(struct link_rig *rig, uint64_t after_us)
{
	fake_clock_at(&rig->door.rig.clock, link_rig_now_us(rig) + after_us, press_ctrl_c, NULL);
}

bool link_rig_has_noted(struct link_rig *rig, const char *words)
{
	return strstr(capture_text(&rig->notes), words) != NULL;
}

uint64_t link_rig_now_us(const struct link_rig *rig)
{
	return rig->door.rig.clock.now_us;
}

unsigned link_rig_requests(const struct link_rig *rig)
{
	return flow_rig_requests(&rig->door.rig);
}
