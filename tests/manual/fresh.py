#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the committed manual page what the tables say now? fresh.py SMPCTL-MANUAL PAGE"""
import difflib
import subprocess
import sys
from pathlib import Path

MAN = Path(__file__).resolve().parents[2] / "man"


def main() -> int:
    program, page = sys.argv[1:]
    wanted = subprocess.run([program, page], capture_output=True, text=True, check=True).stdout
    committed = MAN / f"{page}.1"
    there = committed.read_text() if committed.exists() else ""
    difference = list(difflib.unified_diff(there.splitlines(), wanted.splitlines(),
                                           str(committed), "the tables", lineterm=""))
    if difference:
        print("\n".join(difference), "\nrun tools/generate", sep="\n")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
