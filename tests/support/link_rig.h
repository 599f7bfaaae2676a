/* SPDX-License-Identifier: Apache-2.0 */
/* A link (src/link.h) to the board behind flow_door.h, on a fake clock. */
#ifndef TESTS_SUPPORT_LINK_RIG_H
#define TESTS_SUPPORT_LINK_RIG_H

#include "smp/os_group.h"
#include "src/link.h"
#include "tests/support/capture.h"
#include "tests/support/flow_door.h"

enum { LINK_RIG_MS = 1000, LINK_RIG_SECOND = 1000 * LINK_RIG_MS }; /* microseconds */

struct link_rig {
	struct flow_door door;
	struct settings settings; /* of the next link_rig_open_device */
	struct link *link;
	struct port *port;
	struct capture notes; /* all that was said */
	struct err err;
};

/* For cmocka: *state is an empty rig; at the end the board must have no complaint. */
int link_rig_set_up(void **state);
int link_rig_tear_down(void **state);

/* `options` of the board as for flow_rig_open. */
void link_rig_open(struct link_rig *rig, const char *options);

/* As a command does that needs the device; the second fails the test when it cannot. */
enum status link_rig_open_device(struct link_rig *rig);
void link_rig_open_all(struct link_rig *rig, const char *options);

/* As between two lines of the shell. That a board has gone is seen at once, as on a real port. */
void link_rig_let_time_pass(struct link_rig *rig, uint64_t by_us);

void link_rig_tell_to_reset(
	struct link_rig *rig, enum smp_os_boot_mode mode, struct follow_wish wish);

/* Asks the device. */
bool link_rig_is_in_recovery(struct link_rig *rig);

/* The user presses Ctrl-C after that time. */
void link_rig_interrupt_after(struct link_rig *rig, uint64_t after_us);

bool link_rig_has_noted(struct link_rig *rig, const char *words);
uint64_t link_rig_now_us(const struct link_rig *rig);
unsigned link_rig_requests(const struct link_rig *rig);

#endif
