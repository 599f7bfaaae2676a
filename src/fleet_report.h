/* SPDX-License-Identifier: Apache-2.0 */
/* The result of a fleet: a table for people, JSON for scripts, JUnit's XML for test rigs. */
#ifndef SRC_FLEET_REPORT_H
#define SRC_FLEET_REPORT_H

#include "src/fleet.h"
#include "src/output.h"

/* Prints a struct fleet_config. */
const struct result_printer *fleet_report_printer(void);

/*
 * Write the result to a file: JUnit when its path ends with .xml, else JSON. False when that failed;
 * closing may still fail.
 */
bool fleet_report_write(const struct fleet_config *config, const char *path, FILE *file);

#endif
