/* SPDX-License-Identifier: Apache-2.0 */
/* One run of the benchmark, see report.h. */
#include "bench/report.h"

#include <stdlib.h>

enum {
	KIB = 1024,
	MIB = 1024 * 1024,
	BUF_SIZE_DEFAULT = 384,
	BUF_SIZE_LARGE = 4096,
	LINE_BUFFERS_DEFAULT = 2,
	LINE_BUFFERS_MANY = 8, /* so many that none is lost over USB */
	START_UPS = 50,
	START_UPS_QUICK = 10,
	UNPACED_RUNS = 3,
};

static void note_failure(struct report *report, const char *what, const char *why)
{
	fprintf(stderr, "bench: FAILED: %s: %s\n", what, why);
	report->failures++;
}

static void say(const char *what)
{
	fprintf(stderr, "bench: %s ...\n", what);
}

static void measure_simulated(struct report *report)
{
	struct matrix_axes axes = matrix_axes(report->setup.is_quick);
	struct err err = { 0 };

	say("uploads in simulated time");
	if (matrix_create(&axes, &report->matrix, &err) != STATUS_OK) {
		note_failure(report, "simulated", err.message);
		return;
	}
	for (size_t i = 0; i < report->matrix.count; i++) {
		const struct matrix_run *run = &report->matrix.runs[i];
		char storage[256];
		struct buf what = BUF_OVER(storage);

		if (run->why[0] == '\0')
			continue;
		matrix_describe(&run->which, &what);
		note_failure(report, buf_text(&what), run->why);
	}
}

static void measure_upload(struct report *report, const struct real_setup *setup, const char *what,
	struct real_upload *upload, const struct real_upload *wanted)
{
	struct err err = { 0 };
	char text[160];

	*upload = *wanted;
	snprintf(text, sizeof(text), "%s: %u baud, %u-byte buffers, %u line buffers", what,
		(unsigned)wanted->baud, (unsigned)wanted->buf_size, (unsigned)wanted->line_buffers);
	say(text);
	if (real_upload_run(setup, upload, &err) == STATUS_OK)
		return;
	note_failure(report, text, err.message);
	*upload = *wanted;
}

static void measure_paced(struct report *report, const struct real_setup *setup)
{
	static const struct real_upload wanted[REPORT_PACED_MAX] = {
		{ 115200, BUF_SIZE_DEFAULT, LINE_BUFFERS_DEFAULT, .image_size = 64 * KIB },
		{ 1000000, BUF_SIZE_DEFAULT, LINE_BUFFERS_DEFAULT, .image_size = 64 * KIB },
	};

	for (unsigned i = 0; i < REPORT_PACED_MAX; i++)
		measure_upload(report, setup, "pseudo-terminal", &report->paced[i], &wanted[i]);
}

static int compare_uploads(const void *a, const void *b)
{
	const struct real_upload *first = a, *second = b;

	return (first->cost.wall_us > second->cost.wall_us) -
	       (first->cost.wall_us < second->cost.wall_us);
}

/* These take less than a second, in which a busy machine and a lost line make much of a difference. */
static void measure_median(struct report *report, const struct real_setup *setup,
	struct real_upload *upload, const struct real_upload *wanted)
{
	struct real_upload uploads[UNPACED_RUNS];

	for (unsigned i = 0; i < UNPACED_RUNS; i++)
		measure_upload(report, setup, "pseudo-terminal, unpaced", &uploads[i], wanted);
	qsort(uploads, UNPACED_RUNS, sizeof(uploads[0]), compare_uploads);
	*upload = uploads[UNPACED_RUNS / 2];
}

static void measure_unpaced(struct report *report, const struct real_setup *setup)
{
	static const struct real_upload wanted[REPORT_UNPACED_MAX] = {
		{ 0, BUF_SIZE_DEFAULT, LINE_BUFFERS_DEFAULT, .image_size = 8 * MIB },
		{ 0, BUF_SIZE_LARGE, LINE_BUFFERS_DEFAULT, .image_size = 8 * MIB },
		{ 0, BUF_SIZE_LARGE, LINE_BUFFERS_MANY, .image_size = 8 * MIB },
	};

	for (unsigned i = 0; i < REPORT_UNPACED_MAX; i++)
		measure_median(report, setup, &report->unpaced[i], &wanted[i]);
}

static void measure_codec(struct report *report)
{
	static const size_t message_lens[REPORT_MESSAGES] = { BUF_SIZE_DEFAULT - 4,
		BUF_SIZE_LARGE - 4 };
	struct err err = { 0 };

	say("framing");
	for (unsigned i = 0; i < REPORT_MESSAGES; i++) {
		report->codec[i].message_len = message_lens[i];
		if (codec_measure(&report->codec[i], &err) != STATUS_OK)
			note_failure(report, "framing", err.message);
	}
}

static void measure_start_up(struct report *report, const struct real_setup *setup)
{
	unsigned runs = report->setup.is_quick ? START_UPS_QUICK : START_UPS;
	struct err err = { 0 };

	say("start-up");
	if (real_start_up(setup, runs, &report->start_up_us, &err) == STATUS_OK)
		report->start_ups = runs;
	else
		note_failure(report, "start-up", err.message);
}

static void measure_memory(struct report *report, const struct real_setup *setup)
{
	static const struct real_upload wanted = { 0, BUF_SIZE_LARGE, LINE_BUFFERS_MANY,
		.image_size = 16 * MIB };

	measure_upload(report, setup, "memory", &report->memory, &wanted);
}

static void measure_real(struct report *report)
{
	const bool *has_part = report->setup.has_part;
	struct real_setup setup;
	struct err err = { 0 };

	if (real_open(report->setup.programs, &setup, &err) != STATUS_OK) {
		note_failure(report, "pseudo-terminals", err.message);
		return;
	}
	/* The first, see look_at_result in real.c. */
	if (has_part[REPORT_MEMORY])
		measure_memory(report, &setup);
	if (has_part[REPORT_START_UP])
		measure_start_up(report, &setup);
	if (has_part[REPORT_PACED])
		measure_paced(report, &setup);
	if (has_part[REPORT_UNPACED])
		measure_unpaced(report, &setup);
	real_close(&setup);
}

void report_measure(const struct report_setup *setup, struct report *ret_report)
{
	struct report *report = ret_report;

	*report = (struct report){ .setup = *setup };
	measure_real(report);
	if (setup->has_part[REPORT_CODEC])
		measure_codec(report);
	if (setup->has_part[REPORT_SIMULATED])
		measure_simulated(report);
}

void report_free(struct report *report)
{
	matrix_destroy(&report->matrix);
}

double report_bytes_per_s(const struct real_upload *upload)
{
	if (upload->cost.wall_us == 0)
		return 0;
	return (double)upload->image_size * 1e6 / (double)upload->cost.wall_us;
}

double report_share_of_physical(const struct real_upload *upload)
{
	if (upload->cost.wall_us == 0)
		return 0;
	return (double)upload->physical_us / (double)upload->cost.wall_us;
}

double report_cpu_s_per_mb(const struct real_upload *upload)
{
	return (double)upload->cost.cpu_us / (double)upload->image_size;
}
