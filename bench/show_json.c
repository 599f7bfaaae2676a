/* SPDX-License-Identifier: Apache-2.0 */
/* The report as one JSON document for scripts, see report.h: every single run is in it. */
#include "bench/target.h"
#include "src/doc.h"

static double rate(size_t size, uint64_t duration_us)
{
	return duration_us > 0 ? (double)size * 1e6 / (double)duration_us : 0;
}

static void put_run(struct doc *row, const struct matrix *matrix, const struct matrix_run *run)
{
	const struct sim_case *which = &run->which;
	size_t size = matrix->image_size;

	doc_put_uint(row, "baud", which->baud);
	doc_put_uint(row, "buf_size", which->buf_size);
	doc_put_text(row, "flash", sim_flash_name(which->flash));
	doc_put_text(row, "board", sim_board_name(which->board));
	doc_put_uint(row, "window", which->window);
	doc_put_real(row, "loss_percent", which->loss_per_10000 / 100.0);
	doc_put_uint(row, "seed", which->seed);
	doc_put_real(row, "physical_bytes_per_s", rate(size, run->limits.physical_us));
	doc_put_real(row, "attainable_bytes_per_s", rate(size, run->limits.attainable_us));
	doc_put_real(row, "bytes_per_s", rate(size, run->result.duration_us));
	doc_put_uint(row, "duration_us", run->result.duration_us);
	doc_put_uint(row, "bytes_sent", run->result.bytes_sent);
	doc_put_uint(row, "frames_lost", run->result.frames_lost);
	doc_put_text(row, "error", run->why[0] != '\0' ? run->why : NULL);
}

static void put_upload(struct doc *row, const struct real_upload *upload)
{
	doc_put_uint(row, "baud", upload->baud);
	doc_put_uint(row, "buf_size", upload->buf_size);
	doc_put_uint(row, "line_buffers", upload->line_buffers);
	doc_put_uint(row, "image_size", upload->image_size);
	doc_put_real(row, "duration_s", (double)upload->cost.wall_us / 1e6);
	doc_put_real(row, "bytes_per_s", report_bytes_per_s(upload));
	if (upload->baud > 0)
		doc_put_real(row, "share_of_physical", report_share_of_physical(upload));
	doc_put_real(row, "cpu_s_per_mb", report_cpu_s_per_mb(upload));
}

static void put_uploads(
	struct doc *doc, const char *key, const struct real_upload *uploads, unsigned count)
{
	struct doc *rows = doc_put_array(doc, key);

	for (unsigned i = 0; i < count; i++) {
		if (uploads[i].cost.wall_us > 0)
			put_upload(doc_append_object(rows), &uploads[i]);
	}
}

static void put_codec(struct doc *doc, const struct report *report)
{
	struct doc *rows = doc_put_array(doc, "codec");

	for (unsigned i = 0; i < REPORT_MESSAGES; i++) {
		const struct codec_speed *speed = &report->codec[i];
		struct doc *row = doc_append_object(rows);

		doc_put_uint(row, "message_len", speed->message_len);
		doc_put_real(row, "encode_bytes_per_s", speed->encode_bytes_per_s);
		doc_put_real(row, "decode_bytes_per_s", speed->decode_bytes_per_s);
	}
}

static void put_targets(struct doc *doc, const struct report *report)
{
	struct target targets[TARGETS_MAX];
	size_t count = targets_judge(report, targets);
	struct doc *rows = doc_put_array(doc, "targets");

	for (size_t i = 0; i < count; i++) {
		const struct target *target = &targets[i];
		struct doc *row = doc_append_object(rows);

		doc_put_text(row, "what", target->what);
		doc_put_text(row, "unit", target->unit);
		doc_put_real(row, target->is_ceiling ? "below" : "at_least", target->wanted);
		doc_put_real(row, "value", target->value);
		doc_put_text(row, "where", target->where[0] != '\0' ? target->where : NULL);
		doc_put_bool(row, "met", target_is_met(target));
	}
}

bool report_show_json(const struct report *report, FILE *out)
{
	const bool *has_part = report->setup.has_part;
	struct doc *doc = doc_new(), *rows;
	bool is_written;

	if (has_part[REPORT_SIMULATED]) {
		doc_put_uint(doc, "simulated_image_size", report->matrix.image_size);
		rows = doc_put_array(doc, "simulated");
		for (size_t i = 0; i < report->matrix.count; i++)
			put_run(doc_append_object(rows), &report->matrix, &report->matrix.runs[i]);
	}
	if (has_part[REPORT_PACED])
		put_uploads(doc, "paced", report->paced, REPORT_PACED_MAX);
	if (has_part[REPORT_UNPACED])
		put_uploads(doc, "unpaced", report->unpaced, REPORT_UNPACED_MAX);
	if (has_part[REPORT_CODEC])
		put_codec(doc, report);
	if (report->start_ups > 0)
		doc_put_real(doc, "start_up_ms", (double)report->start_up_us / 1e3);
	if (report->memory.cost.wall_us > 0) {
		rows = doc_put_object(doc, "memory");
		put_upload(rows, &report->memory);
		doc_put_uint(rows, "peak_kib", report->memory.cost.peak_kib);
	}
	put_targets(doc, report);
	doc_put_uint(doc, "failures", report->failures);
	is_written = doc_write(doc, out);
	doc_free(doc);
	return is_written;
}
