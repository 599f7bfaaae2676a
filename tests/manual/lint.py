#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does mandoc find the page sound, and does it come out readable? lint.py PAGE"""
import shutil
import subprocess
import sys
from pathlib import Path

MAN = Path(__file__).resolve().parents[2] / "man"
SECTIONS = {
    "smpctl": ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "ENVIRONMENT", "FILES",
               "EXIT STATUS", "EXAMPLES", "SEE ALSO"),
    "smpctl-fakedev": ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES",
                       "SEE ALSO"),
}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)


def main() -> int:
    if shutil.which("mandoc") is None:
        print("Skipped: there is no mandoc (tools/install-deps --tests)")
        return 77
    page = sys.argv[1]
    path = str(MAN / f"{page}.1")
    lint = run("mandoc", "-Tlint", path)
    # Whether the other page is found depends on what is installed.
    complaints = [line for line in (lint.stdout + lint.stderr).splitlines()
                  if "referenced manual not found" not in line]
    print(*complaints, sep="\n")
    # At column 0 a terminal shows the headings of sections, and nothing else but head and foot.
    shown = run("mandoc", "-Tascii", path).stdout
    lines = [strip_overstrikes(line) for line in shown.splitlines()]
    headings = tuple(line for line in lines[1:-1] if line and not line.startswith(" "))
    if headings != SECTIONS[page]:
        print(f"{page}: the sections are {headings}")
        return 1
    return 1 if complaints else 0


def strip_overstrikes(line: str) -> str:
    """Bold is written twice, with a backspace between."""
    plain = ""
    for letter in line:
        plain = plain[:-1] if letter == "\b" else plain + letter
    return plain


if __name__ == "__main__":
    sys.exit(main())
