#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ports that are held, forbidden, missing, or vanish; and what is left behind in them."""
from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import termios
from pathlib import Path

import bench
from bench import INTERRUPTED, NO_PORT, OK, PORT_BUSY, USAGE

NOBODY = 65534


class PortTest(bench.BenchTest):
    def test_a_port_that_another_smpctl_uses_is_held(self) -> None:
        board = self.board("--baud", "115200")
        upload = self.start(board, "image", "upload", self.file("i.bin", bench.image(40000)))
        self.wait_for_progress(upload)
        done = self.expect(PORT_BUSY, board, "image", "list")
        self.assertIn(f"is held by smpctl (pid {upload.pid})", done.err)
        upload.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(upload).code, INTERRUPTED)
        self.expect(OK, board, "image", "list")

    def test_a_port_that_a_program_without_manners_uses_is_held(self) -> None:
        board = self.board()
        descriptor = os.open(board.path, os.O_RDWR | os.O_NOCTTY)
        try:
            done = self.expect(PORT_BUSY, board, "image", "list")
            self.assertIn(f"(pid {os.getpid()})", done.err)
        finally:
            os.close(descriptor)
        self.expect(OK, board, "image", "list")

    def test_a_port_that_a_program_has_locked_is_held(self) -> None:
        board = self.board()
        descriptor = os.open(board.path, os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            done = self.expect(PORT_BUSY, board, "--json", "image", "list")
            error = done.json()["error"]
            self.assertEqual(error["status"], "port-busy")
            self.assertIn(f"(pid {os.getpid()})", error["message"])
        finally:
            os.close(descriptor)

    def test_a_port_without_permission_says_so(self) -> None:
        board = self.board()
        options = {}
        if os.geteuid() == 0:
            if shutil.which("setpriv") is None:
                self.skipTest("setpriv is missing")
            options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        os.chmod(board.path, 0)
        # Not by the link, whose folder is nobody else's either.
        done = self.expect(PORT_BUSY, board.path, "image", "list", cwd="/", **options)
        self.assertIn(f"no permission to open {board.path}", done.err)

    def test_a_port_that_does_not_exist_is_named(self) -> None:
        missing = self.folder / "missing"
        done = self.expect(NO_PORT, missing, "image", "list")
        self.assertIn(str(missing), done.err)
        self.assertEqual(done.out, "")

    def test_a_file_is_no_port(self) -> None:
        file = self.file("file", b"text")
        done = self.expect(NO_PORT, file, "image", "list")
        self.assertIn(f"{file} is not a serial port", done.err)
        self.assertEqual(file.read_bytes(), b"text")

    def test_without_a_port_the_user_is_told_how_to_name_one(self) -> None:
        done = bench.run(bench.SMPCTL, "image", "list")
        # Which ports the machine has is none of this test's business.
        self.assertIn(done.code, (NO_PORT, USAGE))
        self.assertIn("-p", done.err)

    def test_a_board_that_reboots_is_gone_and_comes_back(self) -> None:
        board = self.board("--flash", "nrf52840")
        self.expect(OK, board, "image", "upload", self.file("i.bin", bench.image(20000)))
        self.expect(OK, board, "image", "test")
        self.assertEqual(self.expect(OK, board, "reset").out, "Done\n")
        # The swap of five pages takes more than a second, in which there is no port.
        bench.wait_until("the board to leave", lambda: not board.is_present())
        self.assertIn(str(board.link), self.expect(NO_PORT, board, "image", "list").err)
        board.wait_until_back()
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")

    def test_a_board_that_vanishes_in_the_middle_is_no_port(self) -> None:
        board = self.board("--fault", "vanish@3")
        file = self.file("i.bin", bench.image(20000))
        done = self.expect(NO_PORT, board, "image", "upload", file)
        self.assertIn("went away", done.err)
        board.wait_for_return()
        self.expect(OK, board, "image", "upload", file)


class SettingsTest(bench.BenchTest):
    """The test itself is the device here: nobody else touches the settings."""

    def setUp(self) -> None:
        super().setUp()
        self.master, slave = os.openpty()
        self.addCleanup(os.close, self.master)
        self.addCleanup(os.close, slave)
        self.path = Path(os.ttyname(slave))
        settings = termios.tcgetattr(self.master)
        settings[2] |= termios.PARENB
        settings[4] = settings[5] = termios.B9600
        termios.tcsetattr(self.master, termios.TCSANOW, settings)
        self.before = termios.tcgetattr(self.master)

    def test_they_are_restored_after_ctrl_c(self) -> None:
        with subprocess.Popen([bench.SMPCTL, "-p", self.path, "echo", "hello"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            os.read(self.master, 100)
            during = termios.tcgetattr(self.master)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=bench.WAIT)
        self.assertEqual(process.returncode, INTERRUPTED, err)
        self.assertNotEqual(during, self.before)
        self.assertEqual(termios.tcgetattr(self.master), self.before)

    def test_they_are_restored_after_a_silence(self) -> None:
        self.expect(bench.TIMEOUT, self.path, "-t", "50ms", "-r", "1", "echo", "hello")
        self.assertEqual(termios.tcgetattr(self.master), self.before)


if __name__ == "__main__":
    bench.main()
