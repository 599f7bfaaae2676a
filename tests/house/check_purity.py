#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proof that the protocol engine does no I/O: what libsmp.a needs from outside is on a short list.

Usage: check_purity.py LIBSMP [NM]
"""

import re
import subprocess
import sys

import house

ALLOWED = [
    # Memory and strings.
    r"(__)?mem(chr|rchr|cmp|cpy|move|set|mem)(_chk)?", r"str(n?len|n?cmp|r?chr|str|n?casecmp)",
    # The heap, for what the caller asks the engine to hold.
    r"malloc|calloc|realloc|free",
    # Ways to stop when a promise is broken.
    r"abort|__assert_fail|__stack_chk_fail",
    # base/, without its clock and its files.
    r"(err|buf|text|status)_\w+",
    # libcbor's streaming decoder and its encoders.
    r"cbor_stream_decode|cbor_encode_\w+",
    # What compilers add: sanitizers, coverage, fuzzing, position independence.
    r"__(a|ub|l|m|t)san_\w+", r"__ubsan_\w+", r"__sanitizer_\w+", r"__sancov_\w+",
    r"__gcov_\w+|__llvm_\w+|mcount|__fentry__", r"_GLOBAL_OFFSET_TABLE_",
    r"__(start|stop)___sancov_\w+",
]


def undefined(nm_output):
    """{symbol: object file} of what the members of the archive need."""
    needed, member = {}, "?"
    for line in nm_output.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        match = re.fullmatch(r"\s*[Uwv]\s+(\S+)", line)
        if match:
            needed.setdefault(match.group(1).split("@")[0], member)
    return needed


def defined(nm_output):
    """Names of the functions and objects that the archive has itself."""
    return set(re.findall(r"^[0-9a-fA-F]+ [A-TV-Z] (\S+)$", nm_output, re.MULTILINE))


def check(nm_output):
    allowed = re.compile("|".join(f"(?:{pattern})" for pattern in ALLOWED))
    own = defined(nm_output)
    return [f"{member}: needs {symbol}, which is not on the list of check_purity.py"
            for symbol, member in sorted(undefined(nm_output).items())
            if symbol not in own and not allowed.fullmatch(symbol)]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    nm = sys.argv[2] if len(sys.argv) == 3 else "nm"
    output = subprocess.run([nm, sys.argv[1]], check=True, capture_output=True, text=True).stdout
    if not defined(output):
        sys.exit(f"{sys.argv[1]} defines nothing: is it the right library?")
    return house.report(check(output), "purity")


if __name__ == "__main__":
    sys.exit(main())
