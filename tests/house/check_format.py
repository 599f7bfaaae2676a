#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every C file looks as clang-format 14 makes it (tools/format does that)."""

import re
import shutil
import subprocess
import sys

import house

CLANG_FORMAT = "clang-format-14"


def unformatted(files):
    """Those of the files that clang-format would change."""
    run = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", *map(str, files)],
                         cwd=house.ROOT, capture_output=True, text=True, check=False)
    found = sorted(set(re.findall(r"^([^:\n]+):\d+:\d+: error: ", run.stderr, re.MULTILINE)))
    if run.returncode != 0 and not found:
        sys.exit(run.stderr)
    return found


def main():
    if shutil.which(CLANG_FORMAT) is None:
        print(f"skipped: {CLANG_FORMAT} is not installed, and other versions format differently")
        return house.SKIPPED
    files = house.fail_on_empty(house.c_files(*house.ROOMS, "tests", "bench"))
    return house.report([f"{path}: run tools/format" for path in unformatted(files)], "format")


if __name__ == "__main__":
    sys.exit(main())
