/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts in completions/, word for word; CMakeLists.txt makes them part of the program. */
#ifndef SRC_COMPLETION_SCRIPT_H
#define SRC_COMPLETION_SCRIPT_H

extern const char completion_script_bash[];
extern const char completion_script_zsh[];
extern const char completion_script_fish[];

#endif
