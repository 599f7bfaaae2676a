#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smpctl on a machine with the boards of this folder plugged in.

Usage: check_program.py SMPCTL
"""
from __future__ import annotations

import fcntl
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77
# Exit codes (docs/cli.md).
OK, USAGE, NO_PORT = 0, 2, 3
ALL = ("nrf52840dk", "zephyr", "two-ports", "ft232r", "cp2102n")


def run(boards: tuple[str, ...], *arguments: str,
        stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """smpctl with these boards plugged in. The sanitizers are not the first library loaded then."""
    plugged = [word for board in boards for word in ("-d", str(HERE / f"{board}.umockdev"))]
    return subprocess.run(["umockdev-run", *plugged, "--", SMPCTL, *arguments],
                          stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
                          text=True, timeout=60, check=False,
                          env=os.environ | {"ASAN_OPTIONS": "verify_asan_link_order=0:symbolize=0"})


class Ports(unittest.TestCase):
    """What the program makes of the boards."""

    def test_all_boards_are_listed_with_what_is_known_of_them(self) -> None:
        done = run(ALL, "--json", "ports")
        self.assertEqual(done.returncode, OK, done.stderr)
        ports = json.loads(done.stdout)["result"]["ports"]
        self.assertEqual([port["node"] for port in ports],
                         [f"/dev/ttyACM{n}" for n in range(5)] + ["/dev/ttyUSB0", "/dev/ttyUSB1"])
        smp = ports[4]
        self.assertEqual(
            (smp["vendor_id"], smp["product_id"], smp["interface"], smp["place"], smp["driver"]),
            ("2fe3", "0004", 2, "1-3", "cdc_acm"))
        self.assertEqual(
            (smp["maker"], smp["product"], smp["serial_number"], smp["by_id"]),
            ("ZEPHYR", "Zephyr console and SMP", "86FE679A598AC47A",
             "/dev/serial/by-id/usb-ZEPHYR_Zephyr_console_and_SMP_86FE679A598AC47A-if02"))

    def test_the_table_names_every_port(self) -> None:
        done = run(ALL, "ports")
        self.assertEqual(done.returncode, OK, done.stderr)
        for word in ("/dev/ttyACM1", "/dev/ttyUSB1", "usb:1366:1051/2", "05AA335B46AC1D80"):
            self.assertIn(word, done.stdout)

    def test_on_a_narrow_terminal_the_lines_do_not_wrap(self) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        run(ALL, "ports", stdout=slave)
        os.close(slave)
        lines = os.read(master, 65536).decode().splitlines()
        os.close(master)
        self.assertEqual(len(lines), 1 + 7)
        self.assertLessEqual(max(map(len, lines)), 80)
        for line, port in zip(lines[1:], ["/dev/ttyACM0  usb:1366:1051/0  SEGGER ..  00105000.."]):
            self.assertTrue(line.startswith(port), line)

    def test_more_is_shown_where_that_is_asked_for(self) -> None:
        done = run(ALL, "-v", "ports")
        self.assertIn("1366:1051  /dev/serial/by-id/usb-SEGGER_J-Link_001050000001-if00\n",
                      done.stdout)

    def test_of_several_candidates_none_is_taken(self) -> None:
        for arguments in (("image", "list"), ("-p", "usb:1366:*", "image", "list")):
            done = run(ALL, *arguments)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn("/dev/ttyACM0 (usb:1366:1051/0), /dev/ttyACM1 (usb:1366:1051/2)",
                          done.stderr)

    def test_the_only_candidate_is_taken(self) -> None:
        # umockdev's ports know nothing of line settings, so that opening goes no further.
        done = run(("zephyr",), "image", "list")
        self.assertEqual(done.returncode, NO_PORT, done.stderr)
        self.assertIn("/dev/ttyACM2 is not a serial port", done.stderr)

    def test_an_address_that_nothing_has_is_answered_with_what_is_there(self) -> None:
        done = run(("zephyr",), "-p", "usb:1915:*", "image", "list")
        self.assertEqual(done.returncode, NO_PORT, done.stderr)
        self.assertIn("/dev/ttyACM2 (usb:2fe3:0100)", done.stderr)


if __name__ == "__main__":
    if shutil.which("umockdev-run") is None:
        print("skipped: umockdev is not installed")
        sys.exit(SKIPPED)
    SMPCTL = sys.argv.pop(1)
    unittest.main()
