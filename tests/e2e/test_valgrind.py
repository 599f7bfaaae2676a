#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A whole update under valgrind, which sees what the sanitizers do not: uninitialised memory.

It needs programs without sanitizers, from the folder SMPCTL_RELEASE.
"""
from __future__ import annotations

import os
import shutil
from pathlib import Path

import bench
from bench import Board, Done

RELEASE = Path(os.environ.get("SMPCTL_RELEASE", "build/release"))
SMPCTL = RELEASE / "smpctl"
FAKEDEV = RELEASE / "smpctl-fakedev"
FOUND = 99
VALGRIND = ("valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=all",
            "--errors-for-leak-kinds=all", "--track-fds=yes", f"--error-exitcode={FOUND}")


class ValgrindTest(bench.BenchTest):
    def watched(self, board: Board, *args: str | Path) -> Done:
        done = bench.run(*VALGRIND, SMPCTL, "-p", board.link, "-t", "20s", *args)
        self.assertEqual(done.code, 0, done)
        return done

    def test_a_whole_update_touches_and_leaves_nothing_wrong(self) -> None:
        board = self.board("--slot-size", "64K", prefix=VALGRIND, program=FAKEDEV)
        self.watched(board, "image", "upload", self.file("i.bin", bench.image(20000)))
        self.watched(board, "image", "test")
        self.watched(board, "reset")
        board.wait_for_reset()
        self.watched(board, "--json", "image", "confirm")
        self.watched(board, "--trace", self.folder / "trace", "os", "info")
        done = board.stop()
        self.assertEqual(done.code, 0, done)

    def test_failures_leave_nothing_behind_either(self) -> None:
        board = self.board("--fault", "bad-cbor@2", "--fault", "error=1@3", "--fault",
                           "silent@4+", prefix=VALGRIND, program=FAKEDEV)
        self.watched(board, "echo", "hello")
        for code, words in [(bench.PROTOCOL, ["image", "list"]), (bench.DEVICE, ["image", "list"]),
                            (bench.TIMEOUT, ["-t", "500ms", "image", "list"])]:
            done = bench.run(*VALGRIND, SMPCTL, "-p", board.link, *words)
            self.assertEqual(done.code, code, done)


def missing() -> str | None:
    if shutil.which("valgrind") is None:
        return "no valgrind"
    for program in (SMPCTL, FAKEDEV):
        if not program.exists():
            return f"no {program}; cmake --preset release makes it"
    return None


if __name__ == "__main__":
    bench.main(missing())
