/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl-bench: how near the program comes to what the line and the device allow (docs/speed.md). */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/report.h"

enum { EXIT_USAGE = 2, OPTION_PART = 'p', OPTION_QUICK = 'q', OPTION_JSON = 'j' };

static const char usage[] =
	"usage: smpctl-bench [--part LETTERS] [--quick] [--json]\n"
	"  --part LETTERS  only these, for example --part ad:\n"
	"                  a  uploads in simulated time\n"
	"                  b  the program over a pseudo-terminal with the speed of a line\n"
	"                  c  the program over one that is as fast as it goes\n"
	"                  d  encoding and decoding frames\n"
	"                  e  start-up\n"
	"                  f  peak memory\n"
	"  --quick         fewer cases of a and e\n"
	"  --json          every run as JSON, not a table\n";

static bool set_parts(const char *letters, struct report_setup *setup)
{
	memset(setup->has_part, 0, sizeof(setup->has_part));
	for (; *letters != '\0'; letters++) {
		if (*letters < 'a' || *letters >= 'a' + REPORT_PART_COUNT)
			return false;
		setup->has_part[*letters - 'a'] = true;
	}
	return true;
}

/* False when the words make no sense. */
static bool parse(int argc, char **argv, struct report_setup *setup, bool *ret_json)
{
	static const struct option options[] = {
		{ "part", required_argument, NULL, OPTION_PART },
		{ "quick", no_argument, NULL, OPTION_QUICK },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ 0 },
	};
	int found;

	while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (found == OPTION_QUICK)
			setup->is_quick = true;
		else if (found == OPTION_JSON)
			*ret_json = true;
		else if (found != OPTION_PART || !set_parts(optarg, setup))
			return false;
	}
	return optind == argc;
}

/* The programs lie beside this one. */
static bool find_own_folder(char folder[CHILD_PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", folder, CHILD_PATH_MAX - 1);
	char *slash;

	if (len < 0)
		return false;
	folder[len] = '\0';
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

int main(int argc, char **argv)
{
	struct report_setup setup = { .is_quick = false };
	char folder[CHILD_PATH_MAX];
	struct report report;
	bool has_json = false;

	memset(setup.has_part, true, sizeof(setup.has_part));
	if (!parse(argc, argv, &setup, &has_json)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!find_own_folder(folder)) {
		fputs("bench: where am I?\n", stderr);
		return EXIT_FAILURE;
	}
	setup.programs = folder;
	report_measure(&setup, &report);
	if (!has_json)
		report_show_text(&report, stdout);
	else if (!report_show_json(&report, stdout))
		report.failures++;
	report_free(&report);
	if (report.failures > 0)
		fprintf(stderr, "bench: %u cases went wrong\n", report.failures);
	return report.failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
