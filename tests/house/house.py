# SPDX-License-Identifier: Apache-2.0
"""What the house checks share: where files are, and how C looks without its comments."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("base", "smp", "transport", "image", "fakedev", "src")
SKIPPED = 77  # exit code for "could not be checked here"

_COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def c_files(*folders):
    """All .c and .h files below the folders, as paths relative to the repository, sorted."""
    found = []
    for folder in folders:
        for suffix in ("*.c", "*.h"):
            found += [path.relative_to(ROOT) for path in (ROOT / folder).rglob(suffix)]
    return sorted(found)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def strip_comments(text, literals_too=True):
    """The same text with comments (and the inside of literals) gone; line numbers stay right."""

    def blank(match):
        token = match.group()
        if token.startswith("/"):
            return " " + "\n" * token.count("\n")
        return token[0] + token[-1] if literals_too else token

    return _COMMENT_OR_LITERAL.sub(blank, text)


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


def report(problems, what):
    """Print the problems; the exit code."""
    for problem in problems:
        print(problem)
    print(f"{what}: {len(problems)} problems" if problems else f"{what}: nothing to object to")
    return 1 if problems else 0


def fail_on_empty(files):
    """A check that looks at nothing proves nothing."""
    if not files:
        sys.exit("no files to check: is the repository complete?")
    return files
