/* SPDX-License-Identifier: Apache-2.0 */
/* The manual pages, each from the tables of its program. */
#ifndef SRC_MANUAL_PAGES_H
#define SRC_MANUAL_PAGES_H

#include <stdio.h>

void page_smpctl(FILE *out);
void page_fakedev(FILE *out);

#endif
