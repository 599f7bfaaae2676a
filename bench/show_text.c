/* SPDX-License-Identifier: Apache-2.0 */
/* The report as a table for people, see report.h. */
#include "bench/target.h"

static const char title[] =
	"Simulated: image of %zu KiB to a blank slot; 4 net buffers, 2 line buffers.\n"
	"  physical    the slower of line and flash, image kB/s (1000 bytes)\n"
	"  attainable  a sender without latency, always 3 requests in flight, kB/s\n"
	"  w1 w2 w4    smpctl with 1, 2, 4 requests in flight (4 are cut to 3), %% of attainable\n"
	"  auto        smpctl by itself, %% of attainable, and behind it %% of physical\n"
	"  0.1%% 1%%     auto, with so many frames lost, %% of attainable\n"
	"  used        auto, to a slot that is erased first, %% of attainable\n"
	"  progr.      auto, pages are erased as they are reached, %% of attainable\n"
	"  stall.      the same, losing bytes meanwhile: auto, %% of the best fixed window\n\n"
	"   baud  buf flash    physical attainable    w1    w2    w4  auto /phys   0.1%%    1%%"
	"  used progr. stall.\n";

/* A share in percent, or a dash where there is none. */
static void put_share(FILE *out, int width, double share)
{
	if (share > 0)
		fprintf(out, "%*.1f", width, 100 * share);
	else
		fprintf(out, "%*s", width, "-");
}

static double ask_share(const struct matrix *matrix, const struct sim_case *like,
	enum sim_board board, unsigned window, uint32_t loss_per_10000)
{
	struct sim_case which = *like;

	which.board = board;
	which.window = window;
	which.loss_per_10000 = loss_per_10000;
	return matrix_ask(matrix, &which).attainable;
}

static void show_row(const struct matrix *matrix, const struct sim_case *plain, FILE *out)
{
	struct matrix_answer answer = matrix_ask(matrix, plain);
	const unsigned *windows = matrix_windows();
	struct sim_case stalling = *plain;
	double size = (double)matrix->image_size * 1e3;

	fprintf(out, "%7u %4u %-8s", (unsigned)plain->baud, (unsigned)plain->buf_size,
		sim_flash_name(plain->flash));
	if (answer.runs == 0) {
		fputs(" went wrong\n", out);
		return;
	}
	fprintf(out, " %8.2f %10.2f", size / (double)answer.limits.physical_us,
		size / (double)answer.limits.attainable_us);
	for (size_t i = 0; windows[i] > 0; i++)
		put_share(out, 6, ask_share(matrix, plain, SIM_BLANK, windows[i], 0));
	put_share(out, 6, answer.attainable);
	put_share(out, 6, answer.physical);
	put_share(out, 6, ask_share(matrix, plain, SIM_BLANK, 0, 10));
	put_share(out, 6, ask_share(matrix, plain, SIM_BLANK, 0, 100));
	put_share(out, 6, ask_share(matrix, plain, SIM_USED, 0, 0));
	put_share(out, 7, ask_share(matrix, plain, SIM_PROGRESSIVE, 0, 0));
	stalling.board = SIM_STALLING;
	put_share(out, 7, matrix_share_of_best(matrix, &stalling));
	fputc('\n', out);
}

/* A row for each plain case: those without loss, in the order in which they were run. */
static void show_matrix(const struct matrix *matrix, FILE *out)
{
	fprintf(out, title, matrix->image_size / 1024);
	for (size_t i = 0; i < matrix->count; i++) {
		const struct sim_case *which = &matrix->runs[i].which;

		if (which->board == SIM_BLANK && which->window == 0 && which->loss_per_10000 == 0)
			show_row(matrix, which, out);
	}
	fprintf(out, "\n%zu uploads, %u went wrong\n\n", matrix->count, matrix->failures);
}

static void show_paced(const struct report *report, FILE *out)
{
	fputs("smpctl image upload over a pseudo-terminal, 384-byte buffers, whole process:\n",
		out);
	for (unsigned i = 0; i < REPORT_PACED_MAX; i++) {
		const struct real_upload *upload = &report->paced[i];

		if (upload->cost.wall_us > 0)
			fprintf(out, "%8u baud, %zu KiB: %.2f s, %.2f kB/s, %.1f %% of physical\n",
				(unsigned)upload->baud, upload->image_size / 1024,
				(double)upload->cost.wall_us / 1e6,
				report_bytes_per_s(upload) / 1e3,
				100 * report_share_of_physical(upload));
	}
	fputc('\n', out);
}

static void show_unpaced(const struct report *report, FILE *out)
{
	fputs("the same as fast as it goes, median of 3:\n", out);
	for (unsigned i = 0; i < REPORT_UNPACED_MAX; i++) {
		const struct real_upload *upload = &report->unpaced[i];

		if (upload->cost.wall_us > 0)
			fprintf(out,
				"%8u-byte buffers, %u line buffers, %zu MiB: %.1f MB/s, %.1f ms of "
				"CPU per MB\n",
				(unsigned)upload->buf_size, (unsigned)upload->line_buffers,
				upload->image_size / (1024 * 1024),
				report_bytes_per_s(upload) / 1e6,
				1000 * report_cpu_s_per_mb(upload));
	}
	fputc('\n', out);
}

static void show_rest(const struct report *report, FILE *out)
{
	for (unsigned i = 0; i < REPORT_MESSAGES; i++) {
		const struct codec_speed *speed = &report->codec[i];

		if (speed->message_len > 0)
			fprintf(out, "frames of %zu bytes: encode %.0f MB/s, decode %.0f MB/s\n",
				speed->message_len, speed->encode_bytes_per_s / 1e6,
				speed->decode_bytes_per_s / 1e6);
	}
	if (report->start_ups > 0)
		fprintf(out, "smpctl --version: %.2f ms (median of %u)\n",
			(double)report->start_up_us / 1e3, report->start_ups);
	if (report->memory.cost.wall_us > 0)
		fprintf(out, "peak memory for an image of %zu MiB: %.1f MB\n",
			report->memory.image_size / (1024 * 1024),
			(double)report->memory.cost.peak_kib * 1.024e-3);
	fputc('\n', out);
}

static void show_targets(const struct report *report, FILE *out)
{
	struct target targets[TARGETS_MAX];
	size_t count = targets_judge(report, targets);

	for (size_t i = 0; i < count; i++) {
		const struct target *target = &targets[i];

		fprintf(out, "%s  %s %s %g %s: %.4g", target_is_met(target) ? "met   " : "MISSED",
			target->what, target->is_ceiling ? "<" : ">=", target->wanted, target->unit,
			target->value);
		if (target->where[0] != '\0')
			fprintf(out, " (%s)", target->where);
		fputc('\n', out);
	}
}

void report_show_text(const struct report *report, FILE *out)
{
	const bool *has_part = report->setup.has_part;

	if (has_part[REPORT_SIMULATED])
		show_matrix(&report->matrix, out);
	if (has_part[REPORT_PACED])
		show_paced(report, out);
	if (has_part[REPORT_UNPACED])
		show_unpaced(report, out);
	if (has_part[REPORT_CODEC] || has_part[REPORT_START_UP] || has_part[REPORT_MEMORY])
		show_rest(report, out);
	show_targets(report, out);
}
