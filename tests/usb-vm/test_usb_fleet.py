# SPDX-License-Identifier: Apache-2.0
"""`smpctl update` of four boards at the same time."""
from __future__ import annotations

import json
import xml.etree.ElementTree
from pathlib import Path
from typing import Any

import bench
import usbbench
from bench import OK
from usbbench import PARTIAL, UsbBoard

BOARDS = 4
SIZE = 60000


class FleetTest(usbbench.UsbTest):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.file("i.bin", bench.image(SIZE))
        self.boards = [self.usb_board("--flash", "nrf52840", "--wait-for-dfu", "500",
                                      number=number) for number in range(BOARDS)]

    def expect_updated(self, boards: list[UsbBoard]) -> None:
        for board in boards:
            slot = self.slots(board)[0]
            self.assertEqual((slot["version"], slot["active"], slot["confirmed"]),
                             ("2.0.0", True, True))
            self.assertEqual(board.resets(), 1, board.log.read_text())

    @staticmethod
    def rows(report: Path) -> dict[str, dict[str, Any]]:
        """What a report in JSON says, by the boards' serial numbers."""
        rows = json.loads(report.read_text())["boards"]
        return {row["board"].rpartition(":")[2]: row for row in rows}

    def test_one_is_unplugged_and_the_others_are_updated(self) -> None:
        report, logs = self.folder / "report.json", self.folder / "logs"
        words = ("-p", "usb:2fe3:*", "update", "--all", "--report", report, "--log-dir", logs,
                 self.image)
        *others, unlucky = self.boards
        update = self.start_on(*words)
        self.wait_for_notes(update, r'^.*"[^"]*BOARD3".*"progress"')
        unlucky.unplug()
        done = self.finish(update)
        self.assertEqual(done.code, PARTIAL, done)
        self.expect_updated(others)
        rows = self.rows(report)
        self.assertEqual({name: row["ok"] for name, row in rows.items()},
                         {"BOARD0": True, "BOARD1": True, "BOARD2": True, "BOARD3": False})
        self.assertEqual(rows["BOARD3"]["error"]["status"], "no-port")
        texts = {path.name: path.read_text() for path in sorted(logs.iterdir())}
        self.assertEqual(len(texts), BOARDS)
        for name, text in texts.items():
            self.assertIn("went away" if "BOARD3" in name else "runs and is confirmed", text)

        unlucky.power_on()
        again = bench.run(bench.SMPCTL, *words)
        self.assertEqual(again.code, OK, again)
        self.expect_updated(self.boards)
        rows = self.rows(report)
        self.assertEqual({name: row["outcome"] for name, row in rows.items()},
                         {"BOARD0": "already", "BOARD1": "already", "BOARD2": "already",
                          "BOARD3": "updated"})
        self.assertLess(rows["BOARD3"]["bytes"], SIZE)

    def test_boards_are_named_in_every_way(self) -> None:
        report = self.folder / "report.xml"
        first, second, third, fourth = self.boards
        addresses = (first.node(), second.link, f"usb-path:{third.device().name}",
                     f"usb:*:*:{fourth.gadget.serial_number}")
        words = [word for address in addresses for word in ("-p", address)]
        done = bench.run(bench.SMPCTL, *words, "--json", "update", "--report", report, self.image)
        self.assertEqual(done.code, OK, done)
        self.assertEqual([row["board"] for row in done.json()["result"]["boards"]],
                         [str(address) for address in addresses])
        self.expect_updated(self.boards)
        suite = xml.etree.ElementTree.parse(report).getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures")), (str(BOARDS), "0"))
        self.assertEqual([case.get("name") for case in suite.iter("testcase")],
                         [str(address) for address in addresses])
