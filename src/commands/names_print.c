/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of names, see names_print.h. */
#include "src/commands/names_print.h"

void names_print(const struct smp_name_list *list, const char *title, FILE *out)
{
	fprintf(out, "%s\n", title);
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "    %s\n", list->names[i].text);
}

void names_put(const struct smp_name_list *list, const char *key, struct doc *object)
{
	struct doc *names = doc_put_array(object, key);

	for (size_t i = 0; i < list->count; i++)
		doc_put_text(names, NULL, list->names[i].text);
}

void names_put_numbered(const struct smp_name_list *list, const char *key, struct doc *object)
{
	struct doc *names = doc_put_array(object, key);

	for (size_t i = 0; i < list->count; i++) {
		struct doc *row = doc_append_object(names);

		doc_put_uint(row, "number", list->names[i].number);
		doc_put_text(row, "name", list->names[i].text);
	}
}
