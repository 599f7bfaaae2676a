/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update does next. A plan is told what the device shows and what became of the last step,
 * and says which step comes now; it does nothing itself (update.h does).
 *
 * It remembers almost nothing: where the new images are on the device decides. So an update that was
 * broken off anywhere goes on from there, and what is there already is not sent again. Places
 * (ABSENT ...) are those of update_view.h.
 *
 *   step       what is seen                                          next
 *   INSPECT    the file is fit                                       COMPARE
 *   COMPARE    no part is for a slot that can be written             FAILED: bad file
 *              all parts run                                         CHECK
 *              no list, and no way around it                         FAILED: unsupported
 *              another image is pending or under test                RESET to settle
 *              some run unconfirmed, others do not                   RESET to settle
 *              recovery, where parts lie that were not just sent     RESET to settle
 *              some ABSENT, and no direct-xip would boot them        FAILED: bad file (--force: goes on)
 *              some ABSENT, the bootloader has one slot              RECOVER
 *              some ABSENT                                           UPLOAD
 *              some HELD                                             MARK
 *              the rest MARKED                                       RESET to boot (--no-reset: DONE)
 *   UPLOAD     sent, and seen by the upload                          COMPARE
 *   MARK       marked                                                COMPARE
 *              refused, as something else is pending                 RESET to settle
 *   RECOVER    the bootloader answers                                COMPARE
 *   RESET      answered                                              WAIT
 *   WAIT       the device answers                                    READ
 *   READ       after a reset to settle                               COMPARE
 *              all parts run                                         CHECK
 *              not all, the bootloader had to be left by a reset     COMPARE, once
 *              not all, another image is under test                  RESET to settle
 *              not all, some unconfirmed                             ROLL_BACK
 *              not all                                               FAILED: not updated
 *              after a roll-back                                     FAILED: rolled back, or not even that
 *   CHECK      good, some unconfirmed                                CONFIRM (--test-only: DONE)
 *              good, all STAY                                        DONE
 *              bad, some unconfirmed                                 ROLL_BACK
 *              bad, all STAY, or nothing to go back to, --no-reset   FAILED
 *   CONFIRM    confirmed, and seen                                   the next one; DONE
 *              refused for an image that is not the application's    RESET to settle, then marked for good
 *   ROLL_BACK  the reset is answered                                 WAIT
 *   any        an error                                              FAILED
 *
 * Without anything to check, CHECK stands for what follows a good check. A reset to settle is done
 * UPDATE_SETTLE_MAX times at most, and with --no-reset not at all: FAILED. A part that is ABSENT again
 * right after it was sent, or HELD right after it was marked: FAILED.
 */
#ifndef SRC_UPDATE_PLAN_H
#define SRC_UPDATE_PLAN_H

#include "base/err.h"
#include "src/update_view.h"

/* A pending image is booted by the first, and taken back by the second. */
enum { UPDATE_SETTLE_MAX = 3 };

enum update_step {
	UPDATE_INSPECT,
	UPDATE_COMPARE,
	UPDATE_UPLOAD,
	UPDATE_MARK,
	UPDATE_RECOVER,
	UPDATE_RESET,
	UPDATE_WAIT,
	UPDATE_READ,
	UPDATE_CHECK,
	UPDATE_CONFIRM,
	UPDATE_ROLL_BACK,
	UPDATE_DONE,
	UPDATE_FAILED,
};

#define UPDATE_STEP_COUNT (UPDATE_FAILED + 1)

/* Why the device was reset last. */
enum update_reset { UPDATE_RESET_NONE, UPDATE_RESET_SETTLE, UPDATE_RESET_BOOT, UPDATE_RESET_BACK };

struct update_goal {
	struct update_parts parts;
	bool for_good;  /* mark permanent, no test (--confirm) */
	bool test_only; /* do not confirm */
	bool no_reset;
	bool is_forced; /* also what the device will hardly boot */
	bool has_check; /* something is to be looked at before it is confirmed */
};

struct update_plan {
	struct update_goal goal;
	enum update_step step;
	enum update_reset reset; /* the latest one */
	unsigned settle_resets;
	bool was_caught;                            /* in its bootloader, at any reset */
	bool is_forgiven;                           /* a boot that was disturbed so */
	bool has_recovered;                         /* RECOVER was done */
	bool others_for_good;                       /* what CONFIRM was refused for */
	struct update_view view;                    /* the latest one */
	enum update_place places[UPDATE_PARTS_MAX]; /* in that view */
	bool is_chosen[UPDATE_PARTS_MAX];           /* false: for the slot that runs */
	bool was_sent[UPDATE_PARTS_MAX];            /* by this plan, since the latest reset */
	bool was_marked[UPDATE_PARTS_MAX];          /* likewise */
	struct err reason;                          /* of the roll-back */
	bool was_taken_back;                        /* the roll-back was seen */
	bool has_nothing_to_do;                     /* all parts stayed at the first look */
};

void update_plan_init(struct update_plan *plan, const struct update_goal *goal);

/* INSPECT, UPLOAD, MARK, RECOVER, RESET, WAIT, CHECK, CONFIRM, ROLL_BACK: the step was taken. */
void update_plan_done(struct update_plan *plan);

/*
 * WAIT: the device answers, but only after a second reset, which takes an image under test back. If
 * that is what is seen, the update goes on from there, once.
 */
void update_plan_was_caught(struct update_plan *plan);

/* CHECK: what was looked at is not as it should be, and `why`. Is the image taken back? */
bool update_plan_check_failed(struct update_plan *plan, const struct err *why);

/*
 * MARK: refused, as a change is pending of which the list shows nothing. CONFIRM: refused. True: the
 * plan knows another way; false: it does not, and goes on as it was.
 */
bool update_plan_was_refused(struct update_plan *plan);

/* Any step: the device was away meanwhile, and is there again. */
void update_plan_look_again(struct update_plan *plan);

/* Is any of the parts at this place, as far as was seen? */
bool update_plan_has(const struct update_plan *plan, enum update_place place);

/* Any step: it failed, and the error says how. */
void update_plan_failed(struct update_plan *plan);

/*
 * COMPARE, READ: the device was looked at. STATUS_OK with the next step, or the error with which the
 * plan has FAILED: STATUS_NOT_UPDATED and what was seen, STATUS_BAD_FILE, STATUS_UNSUPPORTED.
 */
enum status update_plan_saw(
	struct update_plan *plan, const struct update_view *view, struct err *reterr);

/* The part that UPLOAD, MARK or CONFIRM is about now; NULL when there is none left. */
const struct update_part *update_plan_part(const struct update_plan *plan);

/*
 * MARK: no test for this part. Besides --confirm that is so for an image that nobody could confirm
 * afterwards: one that the device does not list while it runs (a network core), or refuses to confirm.
 */
bool update_plan_marks_for_good(const struct update_plan *plan, const struct update_part *part);

/* "compare", "roll-back": as in events and tables. */
const char *update_step_name(enum update_step step);

#endif
