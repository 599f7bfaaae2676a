/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of names as results: of logs, modules, levels and tests. */
#ifndef SRC_COMMANDS_NAMES_PRINT_H
#define SRC_COMMANDS_NAMES_PRINT_H

#include <stdio.h>

#include "smp/name_list.h"
#include "src/doc.h"

void names_print(const struct smp_name_list *list, const char *title, FILE *out);

/* "logs": ["console", "reboot"] */
void names_put(const struct smp_name_list *list, const char *key, struct doc *object);

/* "levels": [{"number": 0, "name": "DEBUG"}] */
void names_put_numbered(const struct smp_name_list *list, const char *key, struct doc *object);

#endif
