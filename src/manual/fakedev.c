/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl-fakedev(1). */
#include "fakedev/fault.h"
#include "fakedev/program/options.h"
#include "src/manual/mdoc.h"
#include "src/manual/pages.h"

static const char description[] =
	".Sh SYNOPSIS\n.Nm\n.Op Ar options\n"
	".Sh DESCRIPTION\n"
	".Nm\n"
	"is a board made of software: NOR flash, the swap logic of MCUboot, and an SMP\n"
	"server that behaves like the real ones.\n"
	"It opens a pseudo-terminal, listens on a TCP port, or serves a USB gadget, for\n"
	".Xr smpctl 1\n"
	"or any other program that opens a serial port.\n"
	"Its address is the first line of the output; on a reset it goes away and comes\n"
	"back, as a USB device does.\n"
	".Pp\n"
	"The same board is inside\n.Xr smpctl 1\nas\n"
	".Fl p Cm loopback : Ns Ar NAME , Ns Ar option Ns = Ns Ar value .\n"
	".Pp\n"
	"It ends with Ctrl-C.\n"
	"The signal\n.Dv SIGUSR1\n"
	"presses the reset button.\n";

static const char rest[] =
	".Sh EXIT STATUS\n"
	".Bl -tag -width Ds\n"
	".It 0\nthere was nothing to complain of\n"
	".It 1\na real device would not have forgiven what is printed, or a bug\n"
	".It 2\nthe command line is wrong\n"
	".El\n"
	".Sh EXAMPLES\n"
	"A board that loses the third reply, as slow as one at 115200 baud:\n"
	".Bd -literal -offset indent\n"
	"smpctl-fakedev --link /tmp/board --baud 115200 --fault drop-reply@3 &\n"
	"smpctl -p /tmp/board image list\n"
	".Ed\n"
	".Pp\n"
	"One without a shell and a file system, behind a TCP port, in raw framing:\n"
	".Bd -literal -offset indent\n"
	"smpctl-fakedev --tcp 4321 --lacks shell+fs --framing raw &\n"
	"smpctl -p tcp:127.0.0.1:4321 --framing raw groups\n"
	".Ed\n"
	".Sh SEE ALSO\n.Xr smpctl 1\n";

static void print_faults(FILE *out)
{
	size_t count;
	const struct fakedev_fault_name *faults = fakedev_fault_names(&count);

	fputs(".Ss Faults\n"
	      ".Ar NAME Ns @3\n"
	      "means the third request only,\n"
	      ".Ar NAME Ns @3+\n"
	      "from the third on,\n"
	      ".Ar NAME Ns @3-5\n"
	      "the third to the fifth; without @ always.\n"
	      "Of the faults at a swap it counts the new images.\n"
	      ".Bl -tag -width Ds\n",
		out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".It Cm %s", faults[i].name);
		if (faults[i].argument != NULL)
			fprintf(out, " Ns = Ns Ar %s", faults[i].argument);
		fputc('\n', out);
		mdoc_text(out, faults[i].help);
	}
	fputs(".El\n", out);
}

void page_fakedev(FILE *out)
{
	const struct fakedev_option *option;

	mdoc_begin(out, "smpctl-fakedev", "a board that speaks SMP, made of software");
	fputs(description, out);
	fputs(".Sh OPTIONS\n.Bl -tag -width Ds\n", out);
	for (size_t i = 0; (option = program_option(i)) != NULL; i++)
		mdoc_option(out, '\0', option->name, option->argument, option->help);
	fputs(".El\n", out);
	print_faults(out);
	fputs(rest, out);
}
