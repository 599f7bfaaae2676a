#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Connection profiles: the exercise of docs/cli.md word for word, the environment, many at once."""
from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import bench
from bench import DEVICE, OK, SMPCTL, TIMEOUT, USAGE, Board, Done

MANUAL = bench.ROOT / "docs" / "cli.md"
FILE = "build/zephyr/app_update.bin"
PORT = "/dev/ttyACM0"
VARIABLES = ("XDG_CONFIG_HOME", "SMPCTL_PORT", "SMPCTL_CONN", "SMPCTL_KEY")


def exercise() -> list[str]:
    """The command lines as the manual has them, with a board where they say "testDK"."""
    lines = [line.strip() for line in MANUAL.read_text().splitlines()]
    first = lines.index(next(line for line in lines if line.startswith("smpctl conn add testDK")))
    return lines[first:first + lines[first:].index("")]


class ProfilesTest(bench.BenchTest):
    def setUp(self) -> None:
        super().setUp()
        self.home = self.folder / "home"
        self.home.mkdir()
        (self.folder / "smpctl").symlink_to(SMPCTL.resolve())
        self.environment = {k: v for k, v in os.environ.items() if k not in VARIABLES}
        self.environment |= {"HOME": str(self.home),
                             "PATH": f"{self.folder}:{os.environ['PATH']}"}

    def type(self, line: str, code: int = OK, **variables: str | Path) -> Done:
        """Run a command line in a shell, in the user's home."""
        given = {name: str(value) for name, value in variables.items()}
        done = bench.run("sh", "-c", line, cwd=self.home, env=self.environment | given)
        self.assertEqual(done.code, code, f"{line}: {done}")
        return done

    def connections(self) -> Path:
        return self.home / ".config/smpctl/connections.json"

    def versions(self, board: Board) -> list[str]:
        return [slot["version"] for _, slot in sorted(self.slots(board).items())]

    def test_the_exercise_works_word_for_word(self) -> None:
        board = self.board()
        content = bench.image(20000, (2, 0, 0))
        (self.home / FILE).parent.mkdir(parents=True)
        (self.home / FILE).write_bytes(content)
        add, show, upload, test, reset = exercise()
        self.assertIn(PORT, add)
        self.assertIn(FILE, upload)
        self.assertEqual(self.type(add.replace(PORT, str(board.link))).out,
                         "Connection profile testDK successfully added\n")
        self.assertIn("version: 1.0.0\n", self.type(show).out)
        self.type(upload)
        listed = self.type(show).out
        self.assertIn(f"hash: {bench.image_hash(content)}\n", listed)
        self.type(test.replace("<HASH>", bench.image_hash(content)))
        self.assertEqual(self.type(reset).out, "Done\n")
        board.wait_for_reset()
        self.assertEqual(self.versions(board), ["2.0.0", "1.0.0"])

    def test_a_profile_of_mcumgr_works_without_ours(self) -> None:
        board = self.board()
        (self.home / ".mcumgr.cp.json").write_text(json.dumps([
            {"MyName": "acm0", "MyType": "serial",
             "MyConnString": f"dev={board.link},baud=115200,mtu=512"}]))
        self.assertEqual(self.type("smpctl -c acm0 -l info echo hello").out, "hello\n")
        self.assertFalse(self.connections().exists())

    def test_the_environment_names_port_or_profile_unless_the_command_line_does(self) -> None:
        left, right = self.board(name="left"), self.board("--fault", "error=9", name="right")
        self.type(f"smpctl conn add left connstring={left.link}")
        self.type("smpctl echo hi", SMPCTL_PORT=left.link)
        self.type("smpctl echo hi", SMPCTL_CONN="left")
        self.type("smpctl echo hi", DEVICE, SMPCTL_CONN="left", SMPCTL_PORT=right.link)
        self.type("smpctl -c left echo hi", SMPCTL_PORT=right.link)
        self.type(f"smpctl -p {left.link} echo hi", SMPCTL_CONN="nobody")
        self.type("smpctl echo hi", USAGE, SMPCTL_CONN="nobody")
        # Commands that need no device do not ask where it is.
        self.type("smpctl conn show", SMPCTL_CONN="nobody")

    def test_settings_of_a_profile_stand_behind_the_command_line(self) -> None:
        board = self.board("--fault", "silent")
        self.type(f"smpctl conn add bench port={board.link} timeout=100ms tries=1")
        done = self.type("smpctl -c bench echo hi", TIMEOUT)
        self.assertIn("100 ms", done.err)
        self.assertIn("200 ms", self.type("smpctl -c bench -t 200ms echo hi", TIMEOUT).err)

    def test_many_who_add_at_once_lose_nothing(self) -> None:
        names = [f"rig{i}" for i in range(16)]
        running = [subprocess.Popen([SMPCTL, "conn", "add", name, "connstring=/dev/ttyACM0"],
                                    env=self.environment, stdout=subprocess.DEVNULL)
                   for name in names]
        self.assertEqual([process.wait(bench.WAIT) for process in running], [OK] * len(names))
        held = json.loads(self.connections().read_text())
        self.assertEqual(sorted(profile["MyName"] for profile in held), sorted(names))
        self.assertEqual(os.listdir(self.connections().parent), ["connections.json"])


if __name__ == "__main__":
    bench.main()
