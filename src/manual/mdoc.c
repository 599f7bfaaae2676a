/* SPDX-License-Identifier: Apache-2.0 */
/* The language of manual pages, see mdoc.h. */
#include "src/manual/mdoc.h"

#include <ctype.h>
#include <string.h>

/* What mdoc wants of a line of text, less what escapes may add. */
enum { TEXT_WIDTH = 72 };

static void put_escaped(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			fputs("\\e", out);
		else if (text[i] == '"')
			fputs("\\(dq", out);
		else if (text[i] == '~')
			fputs("\\(ti", out);
		else if (text[i] == '-' && i + 1 < len && text[i + 1] == '-')
			fputs("\\-", out); /* two in a row would be taken for a dash */
		else
			fputc(text[i], out);
	}
}

static void put_line(FILE *out, const char *text, size_t len)
{
	if (len > 0 && (text[0] == '.' || text[0] == '\''))
		fputs("\\&", out);
	put_escaped(out, text, len);
	fputc('\n', out);
}

/* How much of the text goes on a line: words, unless the first one is longer than that. */
static size_t fit(const char *text, size_t len)
{
	size_t end = len;

	while (end > TEXT_WIDTH) {
		size_t at = end;

		while (at > 0 && text[at - 1] != ' ')
			at--;
		if (at <= 1)
			return end;
		end = at - 1;
	}
	return end;
}

static void put_wrapped(FILE *out, const char *text, size_t len)
{
	while (len > 0) {
		size_t part = fit(text, len);

		put_line(out, text, part);
		part += part < len; /* the blank */
		text += part;
		len -= part;
	}
}

/* Each sentence on a line of its own: then a formatter knows where it ends. */
static void put_sentences(FILE *out, const char *text, size_t len)
{
	size_t begin = 0;

	for (size_t i = 0; i + 1 < len; i++) {
		if (strchr(".?!", text[i]) == NULL || text[i + 1] != ' ')
			continue;
		put_wrapped(out, text + begin, i + 1 - begin);
		begin = i + 2;
	}
	put_wrapped(out, text + begin, len - begin);
}

void mdoc_begin(FILE *out, const char *name, const char *what)
{
	fprintf(out, ".\\\" SPDX-License-Identifier: Apache-2.0\n"
		     ".\\\" Made from the program's tables by tools/generate.\n"
		     ".Dd " MDOC_DATE "\n.Dt ");
	for (const char *c = name; *c != '\0'; c++)
		fputc(toupper((unsigned char)*c), out);
	fprintf(out, " 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n", name, what);
}

void mdoc_text(FILE *out, const char *text)
{
	put_sentences(out, text, strlen(text));
}

void mdoc_words(FILE *out, const char *text)
{
	put_line(out, text, strlen(text));
}

void mdoc_filled(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " ");

		if (blanks > 0)
			fputs(".Dl ", out);
		(blanks > 0 ? put_line : put_sentences)(out, text + blanks, len - blanks);
		text += len + (text[len] == '\n');
	}
}

void mdoc_option(FILE *out, char letter, const char *name, const char *argument, const char *help)
{
	fputs(".It ", out);
	if (letter != '\0')
		fprintf(out, "Fl %c , ", letter);
	fprintf(out, "Fl -%s", name);
	if (argument != NULL)
		fprintf(out, " Ar %s", argument);
	fputc('\n', out);
	mdoc_text(out, help);
}
