#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which folder may include which: the table of docs/design.md, "The house"."""

import re
import sys

import house

# What a room may include besides its own headers. A name with a slash is a single header.
MAY_INCLUDE = {
    "base": (),
    "smp": ("base",),
    "transport": ("base",),
    "image": ("base",),
    "fakedev": ("base", "image", "smp/header.h", "smp/frame.h", "smp/body.h", "smp/crc16.h",
                "smp/base64.h"),
    "src": ("base", "smp", "transport", "image", "fakedev"),
}

# Files that may include more than their room, because they are a program and no library.
PROGRAM = re.compile(r"fakedev/(main\.c|program/.*)$")
PROGRAM_MAY_INCLUDE = ("transport",)

# The engine is told the time and is handed bytes: these belong to those who do that.
NOT_IN = {"smp": ("base/clock.h", "base/file.h")}

# A library is known to few files. A room stands for any one file of it.
LIBRARIES = {
    "cbor.h": ("smp/body.c",),
    "libudev.h": ("transport",),
    "openssl/": ("image/digest.c", "image/key.c"),
    "zip.h": ("image",),
    "jansson.h": ("image", "src"),
    "readline/": ("src",),
}

# System headers. The engine gets by with those that do no I/O.
PURE_HEADERS = set("""assert.h inttypes.h limits.h math.h stdarg.h stdbool.h stddef.h stdint.h
    stdlib.h string.h""".split())
LIBC_HEADERS = PURE_HEADERS | set("""ctype.h dirent.h dlfcn.h errno.h fcntl.h fnmatch.h getopt.h
    glob.h grp.h langinfo.h locale.h netdb.h poll.h pthread.h pty.h pwd.h sched.h signal.h
    spawn.h stdatomic.h stdio.h strings.h sysexits.h termios.h threads.h time.h unistd.h wchar.h
    wctype.h""".split())
LIBC_FOLDERS = ("sys/", "linux/", "asm/", "netinet/", "arpa/", "net/")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text):
    """(line number, "<" or '"', name) of each include that is not in a comment."""
    code = house.strip_comments(text, literals_too=False)
    return [(house.line_at(code, m.start(1)), m.group(1), m.group(2))
            for m in INCLUDE.finditer(code)]


def may_include_ours(path, header):
    room, target = path.split("/")[0], header.split("/")[0]
    allowed = MAY_INCLUDE[room]
    if PROGRAM.match(path):
        allowed += PROGRAM_MAY_INCLUDE
    if header in NOT_IN.get(room, ()):
        return False
    return target == room or target in allowed or header in allowed


def library_of(header):
    for library in LIBRARIES:
        if header == library or (library.endswith("/") and header.startswith(library)):
            return library
    return None


def judge_system(path, header, users):
    """None when the header is fine; `users` collects which files use which library."""
    room = path.split("/")[0]
    library = library_of(header)
    if library is not None:
        owners = LIBRARIES[library]
        if path not in owners and room not in owners:
            return f"<{header}> may be included by {' and '.join(owners)} only"
        if room in owners:
            users.setdefault((library, room), set()).add(path)
        return None
    if room == "smp" and header not in PURE_HEADERS:
        return f"<{header}>: the engine does no I/O, knows no clock and no threads"
    if header not in LIBC_HEADERS and not header.startswith(LIBC_FOLDERS):
        return f"<{header}> is neither libc nor a library of docs/design.md"
    return None


def check(files):
    """`files` is {path: text}; returns the problems."""
    problems, users = [], {}
    for path, text in files.items():
        for line, quote, header in includes(text):
            why = None
            if quote == "<":
                why = judge_system(path, header, users)
            elif "/" not in header:
                why = f'"{header}": write the folder too'
            elif not may_include_ours(path, header):
                why = f'{path.split("/")[0]}/ may not include "{header}"'
            if why:
                problems.append(f"{path}:{line}: {why}")
    for (library, room), paths in sorted(users.items()):
        if len(paths) > 1:
            problems.append(f"{room}/: one file may include <{library}>, not {len(paths)}: "
                            + ", ".join(sorted(paths)))
    return problems


def main():
    paths = house.fail_on_empty(house.c_files(*house.ROOMS))
    return house.report(check({str(p): house.read(p) for p in paths}), "includes")


if __name__ == "__main__":
    sys.exit(main())
