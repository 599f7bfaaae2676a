/* SPDX-License-Identifier: Apache-2.0 */
/* The goals, see target.h. */
#include "bench/target.h"

#include "fakedev/flash.h"

enum { BUF_SIZE_MIN = 384, LOSS_PER_10000 = 100 };

bool target_is_met(const struct target *target)
{
	return target->is_ceiling ? target->value < target->wanted
				  : target->value >= target->wanted;
}

struct verdicts {
	struct target *targets;
	size_t count;
};

static struct target *add(struct verdicts *verdicts, const struct target *target)
{
	verdicts->targets[verdicts->count] = *target;
	return &verdicts->targets[verdicts->count++];
}

/* How a case counts for a target; 0: it does not. */
typedef double (*share_fn)(const struct matrix *matrix, const struct sim_case *which);

static double share_of_attainable(const struct matrix *matrix, const struct sim_case *which)
{
	return matrix_ask(matrix, which).attainable;
}

/* Small buffers make the flash wait for each request; only large ones can keep it busy. */
static double share_of_physical(const struct matrix *matrix, const struct sim_case *which)
{
	struct matrix_answer answer = matrix_ask(matrix, which);

	if (answer.limits.line_us < answer.limits.flash_us && which->buf_size < FLASH_PAGE_SIZE)
		return 0;
	return answer.physical;
}

/* Which cases a target is about: those that are like `like`, and differ in baud, buffer, flash. */
static void judge_worst(struct verdicts *verdicts, const struct report *report,
	const struct sim_case *like, share_fn share, const struct target *wanted)
{
	const struct matrix *matrix = &report->matrix;
	struct target worst = *wanted;
	bool is_known = false;

	for (size_t i = 0; i < matrix->count; i++) {
		struct sim_case which = matrix->runs[i].which;
		struct buf where = BUF_OVER(worst.where);
		double value;

		if (which.board != like->board || which.buf_size < BUF_SIZE_MIN ||
			which.window != 0 || which.loss_per_10000 != like->loss_per_10000)
			continue;
		value = 100 * share(matrix, &which);
		if (value <= 0 || (is_known && value >= worst.value))
			continue;
		is_known = true;
		worst.value = value;
		matrix_describe(&which, &where);
		buf_text(&where);
	}
	if (is_known)
		add(verdicts, &worst);
}

static void judge_simulated(struct verdicts *verdicts, const struct report *report)
{
	static const struct sim_case plain = { .board = SIM_BLANK },
				     lossy = { .board = SIM_BLANK,
					     .loss_per_10000 = LOSS_PER_10000 },
				     stalling = { .board = SIM_STALLING };

	judge_worst(verdicts, report, &plain, share_of_attainable,
		&(struct target){ "simulated, no loss: of attainable", "%", .wanted = 99 });
	judge_worst(verdicts, report, &plain, share_of_physical,
		&(struct target){ "simulated, no loss: of physical", "%", .wanted = 97 });
	judge_worst(verdicts, report, &lossy, share_of_attainable,
		&(struct target){
			"simulated, 1 % of the frames lost: of attainable", "%", .wanted = 90 });
	judge_worst(verdicts, report, &stalling, matrix_share_of_best,
		&(struct target){ "simulated, a board that loses bytes: of the best fixed window",
			"%", .wanted = 97 });
}

static void judge_real(struct verdicts *verdicts, const struct report *report)
{
	const struct real_upload *slow = &report->paced[0];
	/* With the usual line buffers, of which a hasty client overruns those of a board on USB. */
	const struct real_upload *fast = &report->unpaced[1];

	if (slow->cost.wall_us > 0)
		add(verdicts,
			&(struct target){ "pseudo-terminal at 115200: of physical", "%",
				.wanted = 96, .value = 100 * report_share_of_physical(slow) });
	if (fast->cost.wall_us > 0) {
		add(verdicts, &(struct target){ "unpaced, 4096-byte buffers", "MB/s", .wanted = 20,
				      .value = report_bytes_per_s(fast) / 1e6 });
		add(verdicts,
			&(struct target){ "unpaced, 4096-byte buffers: CPU", "ms/MB", .wanted = 50,
				.is_ceiling = true, .value = 1000 * report_cpu_s_per_mb(fast) });
	}
	if (report->memory.cost.wall_us > 0)
		add(verdicts, &(struct target){ "peak memory, image of 16 MiB", "MB", .wanted = 8,
				      .is_ceiling = true,
				      .value = (double)report->memory.cost.peak_kib * 1.024e-3 });
}

static void judge_codec(struct verdicts *verdicts, const struct report *report)
{
	struct target encode = { "encoding frames", "MB/s", .wanted = 200 };
	struct target decode = { "decoding frames", "MB/s", .wanted = 200 };

	for (unsigned i = 0; i < REPORT_MESSAGES; i++) {
		const struct codec_speed *speed = &report->codec[i];
		double encode_rate = speed->encode_bytes_per_s / 1e6;
		double decode_rate = speed->decode_bytes_per_s / 1e6;

		if (encode_rate == 0 || decode_rate == 0)
			return;
		if (i == 0 || encode_rate < encode.value)
			encode.value = encode_rate;
		if (i == 0 || decode_rate < decode.value)
			decode.value = decode_rate;
	}
	add(verdicts, &encode);
	add(verdicts, &decode);
}

size_t targets_judge(const struct report *report, struct target ret_targets[TARGETS_MAX])
{
	struct verdicts verdicts = { .targets = ret_targets };

	judge_simulated(&verdicts, report);
	judge_real(&verdicts, report);
	judge_codec(&verdicts, report);
	return verdicts.count;
}
