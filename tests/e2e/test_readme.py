#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What README.md tells to type is typed, and what it shows is compared with what is printed.

Every `sh` and `console` block is a person's visit: its commands run one after another in one bash,
in a folder of their own, on boards as they come from the factory. All of them must succeed. In a
`console` block the lines below a `$` are the command's standard output, where

* `...` stands for any lines;
* hashes and measurements (SAME_ANYWHERE) differ from day to day, and so do runs of blanks, which
  are as wide as these;
* below `$ cat FILE` stands what FILE has in it.

STAND_INS is put in the place of hardware. What NOT_EXECUTED holds would install or build something.
"""
from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import bench

README = bench.ROOT / "README.md"

# What a command begins with, and why it is not executed.
NOT_EXECUTED = (
    (r"tools/", "installs packages and builds"),
    (r"cmake ", "builds what is under test"),
    (r"sudo ", "changes the system"),
    (r"git clone ", "downloads"),
)

# In README's words, and in the folder of the visit; a name in the output is turned back.
STAND_INS = (
    ("/dev/ttyACM0", "{folder}/acm0.port"),
    ("'usb:2fe3:*' --all", "{folder}/rack1.port -p {folder}/rack2.port"),
    ("usb:2fe3:0100:7001", "{folder}/rack1.port"),
    ("usb:2fe3:0100:7002", "{folder}/rack2.port"),
    ("/tmp/board", "{folder}/board"),
)
BOARDS = ("acm0", "rack1", "rack2")

SAME_ANYWHERE = (
    (r"\b([0-9a-f]{64}|[0-9a-f]{8})\b", "HASH"),
    (r"\b\d+(\.\d)? [KM]?i?B/s", "SPEED"),
    (r"\b\d+(\.\d)? m?s\b", "TIME"),
    (r"\b\d{4}-\d\d-\d\dT[\d:]+", "DATE"),
    (r"(?<![\d.])\d+\.\d(?![\d.])", "NUMBER"),
    (r", \d+ bytes sent again", ""),
    (r"\s+", " "),
)

IMAGE_SIZE = 245760
# Behind a command's output: its number and exit code.
MARK = "\x1e"


@dataclass
class Command:
    text: str
    shown: list[str] = field(default_factory=list)

    def why_not(self) -> str | None:
        return next((why for start, why in NOT_EXECUTED if re.match(start, self.text)), None)


@dataclass
class Block:
    line: int
    language: str
    lines: list[str]

    def commands(self) -> list[Command]:
        if self.language == "sh":
            return [Command(line) for line in self.lines if line and not line.startswith("#")]
        commands: list[Command] = []
        for line in self.lines:
            if line.startswith("$ "):
                commands.append(Command(line[2:]))
            else:
                commands[-1].shown.append(line)
        return commands


def blocks() -> list[Block]:
    found: list[Block] = []
    inside: Block | None = None
    for number, line in enumerate(README.read_text().splitlines(), 1):
        if line.startswith("```") and inside:
            inside = None
        elif line.startswith("```"):
            inside = Block(number, line[3:], [])
            found.append(inside)
        elif inside:
            inside.lines.append(line)
    return found


def pattern_of(shown: list[str]) -> str:
    """A regular expression of what README shows."""
    return "".join(r"(?:.*\n)*" if line == "..." else re.escape(unvarying(line)) + r"\n"
                   for line in shown)


def unvarying(line: str) -> str:
    for pattern, same in SAME_ANYWHERE:
        line = re.sub(pattern, same, line)
    return line.rstrip()


def is_as_shown(out: str, shown: list[str]) -> bool:
    printed = "".join(unvarying(line) + "\n" for line in out.splitlines())
    return re.fullmatch(pattern_of(shown), printed) is not None


class Visit:
    """A folder with boards, the files that README speaks of, and a bash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "build/zephyr").mkdir(parents=True)
        (folder / "bin").mkdir()
        for name, program in (("smpctl", bench.SMPCTL), ("smpctl-fakedev", bench.FAKEDEV)):
            (folder / "bin" / name).symlink_to(program.resolve())
        self._make_firmware()
        (folder / "calibration.bin").write_bytes(bytes(4096))

    def _make_firmware(self) -> None:
        image = bench.image(IMAGE_SIZE, (1, 2, 0))
        (self.folder / "build/zephyr/zephyr.signed.bin").write_bytes(image)
        manifest = {"format-version": 1, "name": "app",
                    "files": [{"file": "app.bin", "image_index": "0", "size": len(image)}]}
        with zipfile.ZipFile(self.folder / "build/dfu_application.zip", "w") as archive:
            archive.writestr("manifest.json", json.dumps(manifest))
            archive.writestr("app.bin", image)

    def stand_ins(self) -> list[tuple[str, str]]:
        return [(name, stand_in.format(folder=self.folder)) for name, stand_in in STAND_INS]

    def boards(self, commands: list[Command]) -> list[str]:
        text = self.script(commands)
        return [name for name in BOARDS if f"{self.folder}/{name}.port" in text]

    def script(self, commands: list[Command]) -> str:
        lines = ["trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
        for command in commands:
            text = command.text
            for name, stand_in in self.stand_ins():
                text = text.replace(name, stand_in)
            lines += [text, f"printf '{MARK}%d{MARK}' $?"]
        return "\n".join(lines)

    def type(self, commands: list[Command]) -> tuple[list[tuple[str, int]], str]:
        """Returns output and exit code of each, and the errors; `cat` finds what README shows."""
        for command in commands:
            if command.text.startswith("cat "):
                text = "".join(line + "\n" for line in command.shown)
                (self.folder / shlex.split(command.text)[1]).write_text(text)
        home = str(self.folder)
        environment = {**os.environ, "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home,
                       "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", self.script(commands)], cwd=self.folder, check=False,
                              env=environment, capture_output=True, text=True, timeout=bench.WAIT)
        out = done.stdout
        for name, stand_in in self.stand_ins():
            out = out.replace(stand_in, name)
        pieces = out.split(MARK)
        results = [(pieces[i], int(pieces[i + 1])) for i in range(0, len(pieces) - 1, 2)]
        if len(results) != len(commands):
            raise AssertionError(f"bash ended early: {done}")
        return results, done.stderr


class ReadmeTest(bench.BenchTest):
    def visit(self, block: Block) -> None:
        commands = [command for command in block.commands() if command.why_not() is None]
        visit = Visit(self.folder / str(block.line))
        for name in visit.boards(commands):
            bench_board = bench.Board(visit.folder, name=name)
            self.addCleanup(self._stop, bench_board)
        results, err = visit.type(commands)
        for command, (out, code) in zip(commands, results):
            self.assertEqual(code, 0, f"$ {command.text}\n{out}\nstderr of all:\n{err}")
            if block.language == "console":
                self.assertTrue(is_as_shown(out, command.shown),
                                f"$ {command.text}\nprints\n{out}README.md shows\n"
                                + "\n".join(command.shown))

    def test_every_command_works_and_prints_what_is_shown(self) -> None:
        for block in blocks():
            with self.subTest(block=f"README.md:{block.line}"):
                self.visit(block)

    def test_every_block_is_known_to_be_commands(self) -> None:
        self.assertEqual({block.language for block in blocks()}, {"sh", "console"})

    def test_what_is_not_executed_is_there(self) -> None:
        presets = json.loads((bench.ROOT / "CMakePresets.json").read_text())
        names = {preset["name"] for preset in presets["configurePresets"]}
        for command in (command for block in blocks() for command in block.commands()):
            if (why := command.why_not()) is None:
                continue
            print(f"not executed: {command.text.split('#')[0].strip()}: {why}")
            word = shlex.split(command.text)[0]
            if word.startswith("tools/"):
                self.assertTrue(os.access(bench.ROOT / word, os.X_OK), word)
            for preset in re.findall(r"--preset (\w+)|build/(\w+)", command.text):
                self.assertIn("".join(preset), names)


class ComparisonTest(bench.BenchTest):
    def test_what_differs_from_day_to_day_is_the_same(self) -> None:
        self.assertTrue(is_as_shown("1.2.0 runs, 93 ms, 1.0 MiB/s\n",
                                    ["1.2.0 runs, 12.3 s, 65.6 KiB/s"]))
        self.assertTrue(is_as_shown("hash: " + "0" * 64 + "\n", ["hash: " + "9" * 64]))
        self.assertTrue(is_as_shown("a\nb\nc\n", ["a", "..."]))

    def test_everything_else_is_not(self) -> None:
        self.assertFalse(is_as_shown("1.3.0 runs, 12.3 s\n", ["1.2.0 runs, 12.3 s"]))
        self.assertFalse(is_as_shown("a\nb\n", ["a"]))
        self.assertFalse(is_as_shown("a\n", []))
        self.assertFalse(is_as_shown("a\nb\n", ["...", "a"]))


if __name__ == "__main__":
    bench.main()
