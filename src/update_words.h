/* SPDX-License-Identifier: Apache-2.0 */
/* Why an update does not go on, in words: the errors of a plan (update_plan.h). */
#ifndef SRC_UPDATE_WORDS_H
#define SRC_UPDATE_WORDS_H

#include "src/update_plan.h"

/* The bootloader has something to do first, and may not, or did not. */
enum status update_words_unsettled(const struct update_plan *plan, struct err *reterr);

/* After the reset not all parts run. */
enum status update_words_not_running(const struct update_plan *plan, struct err *reterr);

/* After a roll-back; `is_back`: no part is seen to run any more. */
enum status update_words_rolled_back(
	const struct update_plan *plan, bool is_back, struct err *reterr);

/* What the file holds is for no slot that can be written. */
enum status update_words_no_slot(const struct update_part *part, struct err *reterr);

/* Direct-xip would not boot it. */
enum status update_words_too_low(
	const struct update_plan *plan, const struct update_part *part, struct err *reterr);

/* There is no list to go by. */
enum status update_words_no_list(bool was_reset, struct err *reterr);

/* Sent (`is_absent`) or marked, and the list shows nothing of it. */
enum status update_words_no_effect(bool is_absent, struct err *reterr);

/* Only serial recovery can write it, and that cannot be had. */
enum status update_words_no_recovery(const struct update_plan *plan, struct err *reterr);

#endif
