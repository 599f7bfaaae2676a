/* SPDX-License-Identifier: Apache-2.0 */
/* "Done", see done.h. */
#include "src/commands/done.h"

static void print_text(const void *result, FILE *out)
{
	(void)result;
	fprintf(out, "Done\n");
}

static void put_json(const void *result, struct doc *object)
{
	(void)result;
	(void)object;
}

void print_done(struct output *output)
{
	static const struct result_printer printer = { print_text, put_json };

	output_result(output, &printer, NULL);
}
