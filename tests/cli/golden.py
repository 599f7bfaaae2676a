#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files of what smpctl says: standard output, standard error and exit code, word for word.

Usage: golden.py SMPCTL [--update] [CASE...]

A case of cases.py is a row of command lines that share one empty folder, and so one fake board. Its
file golden/CASE.txt is the transcript: `$` the command line, `>` standard output, `!` standard error,
`=` the exit code. With --update the transcripts are written anew: look at the difference in git, for
the wording of messages is part of the product.
"""
from __future__ import annotations

import argparse
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cases
import document
import normal

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
IMAGES = HERE.parent / "vectors" / "images"
TIMEOUT_S = 60
# Where a command line ends in one of these, a shell opens a standard stream so.
REDIRECTIONS = [">/dev/full", ">&-", "<&-"]

SANITIZER = re.compile(r"Sanitizer|runtime error:")

smpctl = Path("smpctl")
update = False
wanted: list[str] = []


class Stage:
    """An empty folder in which the command lines of one case are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = {"{images}": str(IMAGES), "{tmp}": str(folder)}

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k == "PATH" or k.endswith("SAN_OPTIONS")}
        return kept | {"HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def expand(self, word: str) -> str:
        for name, path in self.places.items():
            word = word.replace(name, path)
        return word

    def arguments(self, line: str) -> tuple[list[str], str]:
        """The words of a command line, and the redirection behind them."""
        redirection = next((r for r in REDIRECTIONS if line.endswith(" " + r)), "")
        words = shlex.split(line.removesuffix(redirection))
        return [self.expand(word) for word in words], redirection

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        words, redirection = self.arguments(line)
        command = [str(smpctl), *words]
        if redirection:
            command = ["sh", "-c", f'exec "$0" "$@" {redirection}', *command]
        return subprocess.run(command, cwd=self.folder, env=self.environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=TIMEOUT_S)

    def show(self, mark: str, output: str) -> str:
        """The lines of an output, each behind its mark; a blank at the end is made visible."""
        names = {path: name for name, path in self.places.items()}
        shown = ""
        for text in normal.normalise(output, names).splitlines(keepends=True):
            line = text.removesuffix("\n")
            line = line[:-1] + "␠" if line.endswith(" ") else line
            shown += f"{mark} {line}".rstrip() + ("" if text.endswith("\n") else "⏎?") + "\n"
        return shown


def check_process(done: subprocess.CompletedProcess[str]) -> None:
    """What no case may do, whatever its golden file says."""
    if SANITIZER.search(done.stderr):
        raise AssertionError(f"a sanitizer reports:\n{done.stderr}")
    if done.returncode < 0:
        raise AssertionError(f"ended by signal {-done.returncode}: {done.stderr}")


def visible(line: str) -> str:
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)


def asks_for_json(words: list[str]) -> bool:
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


def transcript(case: cases.Case, stage: Stage) -> str:
    shown = ""
    for line in case.lines:
        done = stage.run(line)
        check_process(done)
        words, redirection = stage.arguments(line)
        if asks_for_json(words) and not redirection:
            try:
                document.check(done.stdout, done.returncode)
            except document.Unsound as error:
                raise AssertionError(f"smpctl {line}: {error}\n{done.stdout}") from error
        shown += visible(f"$ smpctl {line}".rstrip()) + "\n"
        shown += stage.show(">", done.stdout) + stage.show("!", done.stderr)
        shown += f"= {done.returncode}\n\n"
    return shown.rstrip("\n") + "\n"


def perform(case: cases.Case) -> str:
    with tempfile.TemporaryDirectory(prefix="smpctl-cli-") as folder:
        for name, content in case.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return transcript(case, Stage(Path(folder)))


def difference(expected: str, actual: str, name: str) -> str:
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), f"golden/{name}.txt",
                                 "this run", lineterm="")
    return "\n".join(lines)


class Golden(unittest.TestCase):
    def test_cases(self) -> None:
        for case in cases.CASES:
            if wanted and case.name not in wanted:
                continue
            with self.subTest(case.name):
                self.check(case)

    def check(self, case: cases.Case) -> None:
        path = GOLDEN / f"{case.name}.txt"
        actual = perform(case)
        if update:
            path.write_text(actual)
            return
        expected = path.read_text() if path.exists() else ""
        if actual != expected:
            self.fail("not as it was (golden.py --update if that is meant):\n"
                      + difference(expected, actual, case.name))

    def test_names_are_unique_and_no_file_is_left_over(self) -> None:
        names = [case.name for case in cases.CASES]
        self.assertEqual(len(names), len(set(names)))
        if not update:
            self.assertEqual({path.stem for path in GOLDEN.glob("*.txt")}, set(names))

    def test_every_command_is_asked_for_its_help(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            overview = Stage(Path(folder)).run("help").stdout
        rows = overview.split("\noptions:\n")[0]
        # Rows stand two blanks in, and what goes on in a new line further; in "completion
        # bash|zsh|fish" only the first word is the command's.
        paths = set(re.findall(r"(?m)^  ([a-z-]+(?: [a-z-]+(?![|a-z0-9-]))*)", rows))
        self.assertGreater(len(paths), 10)
        self.assertEqual(paths, set(cases.COMMANDS))


def main() -> None:
    global smpctl, update
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("smpctl", type=Path)
    parser.add_argument("--update", action="store_true", help="write the golden files anew")
    parser.add_argument("case", nargs="*")
    # With --update between the program and the cases.
    options = parser.parse_intermixed_args()
    smpctl, update = options.smpctl.resolve(), options.update
    wanted.extend(options.case)
    unittest.main(argv=sys.argv[:1], verbosity=1)


if __name__ == "__main__":
    main()
