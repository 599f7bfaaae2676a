#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`smpctl __complete` asks a device only where it may, is quick about it, and leaves no trace."""
from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import tempfile
import time
import tty
import unittest
from pathlib import Path

SMPCTL = Path(os.environ.get("SMPCTL", "build/dev/smpctl")).resolve()
# The program has 0.3 s; the rest is for a machine that is busy, and for sanitizers.
LIMIT_S = 5.0


class LiveTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"]}
        self.far_end, near_end = pty.openpty()
        tty.setraw(near_end)
        self.near_end = near_end
        self.node = os.ttyname(near_end)
        self.addCleanup(os.close, self.far_end)
        self.addCleanup(os.close, near_end)

    def complete(self, *words: str, **variables: str) -> str:
        begin = time.monotonic()
        done = subprocess.run([SMPCTL, "__complete", *words], capture_output=True, text=True,
                              env=self.environment | variables, cwd=self.folder, check=True,
                              timeout=60)
        self.assertLess(time.monotonic() - begin, LIMIT_S)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def was_asked(self) -> bool:
        """Has anything been written to the port?"""
        os.set_blocking(self.far_end, False)
        try:
            return bool(os.read(self.far_end, 4096))
        except BlockingIOError:
            return False

    def test_a_board_tells_its_hashes(self) -> None:
        out = self.complete("-p", "loopback:x", "image", "test", "")
        self.assertRegex(out, r"(?m)^w\t[0-9a-f]{16}\t1\.0\.0 in image 0 slot 0, active")

    def test_the_port_may_be_named_by_the_environment_or_a_profile(self) -> None:
        out = self.complete("image", "test", "", SMPCTL_PORT="loopback:x")
        self.assertRegex(out, r"(?m)^w\t[0-9a-f]{16}\t")
        subprocess.run([SMPCTL, "conn", "add", "rig", "port=loopback:x"], env=self.environment,
                       check=True, capture_output=True)
        self.assertEqual(self.complete("-c", "rig", "image", "test", ""), out)

    def test_a_board_tells_its_statistics(self) -> None:
        self.assertIn("w\tsmp_svr_stats\t\n", self.complete("-p", "loopback:x", "stat", "smp"))
        self.assertEqual(self.complete("stat", "smp"), "")

    def test_what_a_board_took_is_offered_afterwards(self) -> None:
        self.assertEqual(self.complete("settings", "get", ""), "")
        for key, code in (("app/name", 0), ("no/such/setting", 7)):
            done = subprocess.run([SMPCTL, "-p", "loopback:x", "settings", "get", key],
                                  env=self.environment, check=False, capture_output=True)
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(self.complete("settings", "get", ""), "w\tapp/name\t\n")
        self.assertEqual(self.complete("settings", "delete", "b"), "")

    def test_a_file_of_words_that_is_spoilt_is_none(self) -> None:
        spoilt = self.folder / ".local/state/smpctl/seen-paths"
        spoilt.parent.mkdir(parents=True)
        spoilt.write_bytes(b"\x1b[2J\n\0\n/lfs/good\n\xff")
        self.assertEqual(self.complete("fs", "stat", ""), "w\t/lfs/good\t\n")
        spoilt.unlink()
        spoilt.mkdir()
        self.assertEqual(self.complete("fs", "stat", ""), "")

    def test_a_device_that_is_silent_is_not_waited_for(self) -> None:
        out = self.complete("-p", self.node, "-t", "60s", "-r", "8", "image", "test", "")
        self.assertEqual(out, "f\t\t.bin .hex .zip\n")
        self.assertTrue(self.was_asked())

    def test_a_port_that_is_not_there_is_not_waited_for(self) -> None:
        self.complete("-p", "/dev/nowhere", "--wait-port", "60s", "image", "test", "")

    def test_a_port_that_another_program_holds_is_left_alone(self) -> None:
        fcntl.flock(self.near_end, fcntl.LOCK_EX)
        self.complete("-p", self.node, "image", "test", "")
        self.assertFalse(self.was_asked())

    def test_no_device_is_asked_for_what_it_does_not_know(self) -> None:
        for words in (("image", "upload", ""), ("reset", ""), ("image", "test", "--"), ("",)):
            self.complete("-p", self.node, *words)
        self.assertFalse(self.was_asked())

    def test_no_trace_is_written(self) -> None:
        self.complete("--trace", "frames.txt", "-p", "loopback:x", "image", "test", "")
        self.assertFalse((self.folder / "frames.txt").exists())

    def test_nothing_that_stands_there_is_done(self) -> None:
        before = self.complete("-p", "loopback:x", "image", "confirm", "")
        self.complete("-p", "loopback:x", "reset", "--wait", "")
        self.complete("-p", "loopback:x", "image", "erase", "")
        self.assertEqual(self.complete("-p", "loopback:x", "image", "confirm", ""), before)


if __name__ == "__main__":
    unittest.main()
