#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smpctl on a machine with the boards of this folder plugged in.

Usage: check_program.py SMPCTL
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77
# Exit codes (docs/cli.md).
OK, USAGE, NO_PORT = 0, 2, 3
ALL = ("nrf52840dk", "zephyr", "two-ports", "ft232r", "cp2102n")


def run(boards: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess[str]:
    """smpctl with these boards plugged in. The sanitizers are not the first library loaded then."""
    plugged = [word for board in boards for word in ("-d", str(HERE / f"{board}.umockdev"))]
    return subprocess.run(["umockdev-run", *plugged, "--", SMPCTL, *arguments],
                          capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL,
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
