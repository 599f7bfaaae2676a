#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C while smpctl waits: it ends at once with 130, says where it stood, and can be resumed.

Usage: interrupt.py SMPCTL

Nothing is timed: the signal is sent when the trace shows that the request is out, to a fake board that
will not answer for a long time.
"""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

IMAGE = Path(__file__).resolve().parents[1] / "vectors" / "images" / "unsigned_v2.0.0.bin"
PATIENCE_S = 60  # of the test; smpctl is told to wait longer

smpctl = Path("smpctl")


class Interrupted(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="smpctl-interrupt-")
        self.addCleanup(folder.cleanup)
        self.environment = os.environ | {"HOME": folder.name}
        self.board = f"loopback:state={folder.name}/board"

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([str(smpctl), *words], env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def interrupt_at_request(self, number: int, *words: str,
                             with_signal: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Exit code and outputs of a run that gets the signal when request `number` is out."""
        address = f"{self.board},fault=silent@{number}+"
        process = self.start("-p", address, "-t", "10m", "--trace", "-", "-q", *words)
        assert process.stderr is not None
        sent = 0
        for line in process.stderr:
            sent += " # v" in line and " reply " not in line
            if sent == number:
                process.send_signal(with_signal)
                break
        output, notes = process.communicate(timeout=PATIENCE_S)
        return process.returncode, output, notes

    def test_a_waiting_command_ends_at_once(self) -> None:
        for with_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(with_signal):
                code, output, notes = self.interrupt_at_request(
                    1, "image", "list", with_signal=with_signal)
                self.assertEqual((code, output), (130, ""))
                self.assertEqual(notes, "smpctl: image list: interrupted\n")

    def test_it_is_a_document_too(self) -> None:
        code, output, _ = self.interrupt_at_request(1, "--json", "image", "list")
        self.assertEqual(code, 130)
        error = json.loads(output)["error"]
        self.assertEqual((error["status"], error["exit_code"]), ("interrupted", 130))

    def test_an_upload_says_where_it_stood_and_goes_on_from_there(self) -> None:
        upload = ["--mtu", "128", "image", "upload", str(IMAGE)]
        code, output, notes = self.interrupt_at_request(7, *upload)
        self.assertEqual((code, output), (130, ""))
        self.assertRegex(notes, r"(?m)^smpctl: image upload: interrupted at \d+ of 672 bytes\n"
                                r"hint: the same command goes on from there\n$")
        done = self.start("-p", self.board, *upload)
        output, notes = done.communicate(timeout=PATIENCE_S)
        self.assertEqual(done.returncode, 0, notes)
        self.assertRegex(output, r"^Resumed at \d+ of 672 bytes\n")

    def test_a_file_upload_says_what_the_device_has(self) -> None:
        code, output, notes = self.interrupt_at_request(
            6, "--mtu", "128", "fs", "upload", str(IMAGE), "/lfs/file")
        self.assertEqual((code, output), (130, ""))
        self.assertRegex(notes, r"(?m)^smpctl: fs upload: /lfs/file has the first \d+ of 672 bytes: "
                                r"interrupted\nhint: ")

    def test_a_file_download_leaves_no_half_file(self) -> None:
        done = self.start("-p", self.board, "-q", "fs", "upload", str(IMAGE), "/lfs/file")
        _, notes = done.communicate(timeout=PATIENCE_S)
        self.assertEqual(done.returncode, 0, notes)
        with tempfile.TemporaryDirectory() as folder:
            code, output, notes = self.interrupt_at_request(
                4, "fs", "download", "/lfs/file", f"{folder}/file")
            self.assertEqual((code, output), (130, ""))
            self.assertRegex(notes, r"(?m)^smpctl: fs download: /lfs/file: behind \d+ of 672 bytes: "
                                    r"interrupted$")
            self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    smpctl = Path(sys.argv.pop(1)).resolve()
    unittest.main()
