#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Habits of CONTRIBUTING.md that a machine can see."""

import re
import sys

import house

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */"
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 80

# Calls that have no place in the rooms, and what to use.
BANNED = {
    "strcpy": "struct buf or snprintf",
    "strcat": "struct buf",
    "sprintf": "buf_format or snprintf",
    "vsprintf": "buf_format_args or vsnprintf",
    "strtok": "struct span or strchr",
    "gets": "fgets",
    "atoi": "text_parse_uint",
    "atol": "text_parse_uint",
    "system": "posix_spawn",
    "alloca": "an array with a named maximum",
}
# These neither there nor in tests.
BANNED_EVERYWHERE = {
    "sleep": "the clock (base/clock.h), or a fake one",
    "usleep": "the clock (base/clock.h), or a fake one",
}

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
STATIC = re.compile(r"\bstatic\b")
ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)\s*", re.DOTALL)


def is_room(path):
    return path.split("/")[0] in house.ROOMS


def check_head(path, lines):
    if not lines or lines[0] != SPDX:
        yield 1, f"the first line must be {SPDX}"
    elif len(lines) < 2 or not lines[1].startswith("/*"):
        yield 2, "behind the SPDX line a comment must say what the file is"


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        if UNFINISHED.search(line):
            yield number, "unfinished: finish it, or write down why it is so"


def check_file_length(path, lines):
    if is_room(path) and len(lines) > FILE_LINES_MAX:
        yield len(lines), f"longer than {FILE_LINES_MAX} lines: which part wants out?"


def check_function_length(path, lines):
    """Functions open with a brace in the first column and close with one."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            if number - start - 1 > FUNCTION_LINES_MAX:
                yield start, f"function of {number - start - 1} lines, {FUNCTION_LINES_MAX} is the limit"
            start = None


def check_banned_calls(path, code):
    banned = dict(BANNED_EVERYWHERE, **(BANNED if is_room(path) else {}))
    for match in re.finditer(r"(?<![\w.>])(\w+)\s*\(", code):
        if match.group(1) in banned:
            name = match.group(1)
            yield house.line_at(code, match.start(1)), f"{name}(): use {banned[name]}"


def declaration_at(code, start):
    """From `static` to what ends its declarator, bodies in braces left out."""
    text, depth = "", 0
    for char in code[start:]:
        if char == "{":
            depth += 1
        if depth == 0:
            if char in ";=" or (char == "(" and text.rstrip()[-1:] != "("):
                return text, char
            text += char
        if char == "}":
            depth -= 1
    return text, ";"


def is_mutable(declaration):
    """Of the last pointer, or of the object itself when there is none."""
    return not re.search(r"\bconst\b", declaration.rsplit("*", 1)[-1])


def check_statics(path, code):
    # readline calls back without a context: its one file is allowed one static (docs/design.md).
    allowed = 1 if re.search(r"#\s*include\s*<readline/", code) else 0
    code = ATTRIBUTE.sub(lambda m: "\n" * m.group().count("\n"), code)
    for match in STATIC.finditer(code):
        text, end = declaration_at(code, match.end())
        is_function = end == "(" and not code[match.end() + len(text):].startswith("(*")
        if is_function or "inline" in text or "_Static_assert" in text:
            continue
        if not is_mutable(text):
            continue
        if allowed > 0:
            allowed -= 1
            continue
        yield house.line_at(code, match.start()), "a static that can change"


def check(path, text):
    """The problems of one file."""
    lines = text.split("\n")
    code = house.strip_comments(text)
    found = []
    if lines[-1] != "":
        found.append((len(lines), "no line feed at the end"))
    lines = lines[:-1] if lines[-1] == "" else lines
    for rule in (check_head, check_lines, check_file_length, check_function_length):
        found += rule(path, lines)
    found += check_banned_calls(path, code)
    if is_room(path):
        found += check_statics(path, code)
    return [f"{path}:{number}: {what}" for number, what in sorted(found)]


def main():
    paths = house.fail_on_empty(house.c_files(*house.ROOMS, "tests"))
    return house.report([p for path in paths for p in check(str(path), house.read(path))], "style")


if __name__ == "__main__":
    sys.exit(main())
