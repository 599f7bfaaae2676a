# SPDX-License-Identifier: Apache-2.0
"""What udev makes of contrib/70-smpctl.rules."""
from __future__ import annotations

import shutil
from pathlib import Path

import bench
import usbbench

RULES = bench.ROOT / "contrib" / "70-smpctl.rules"
# In memory: the host's files are only read.
RULES_FOLDER = Path("/etc/udev/rules.d")


class RulesTest(usbbench.UsbTest):
    def udevadm(self, *words: str | Path) -> str:
        done = bench.run("udevadm", *words)
        self.assertEqual(done.code, 0, done)
        return done.out

    def remove_rules(self) -> None:
        (RULES_FOLDER / RULES.name).unlink()
        self.udevadm("control", "--reload")

    def install_rules(self) -> None:
        RULES_FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.copy(RULES, RULES_FOLDER)
        self.addCleanup(self.remove_rules)
        self.udevadm("control", "--reload")

    def properties(self, path: Path) -> dict[str, str]:
        lines = self.udevadm("info", "--query=property", path).splitlines()
        return dict(line.split("=", 1) for line in lines)

    def expect_marks(self, board: usbbench.UsbBoard, are_there: bool) -> None:
        tags = self.properties(board.node()).get("CURRENT_TAGS", "").split(":")
        self.assertEqual("uaccess" in tags, are_there, tags)
        device = self.properties(board.device())
        self.assertEqual(device.get("ID_MM_DEVICE_IGNORE"), "1" if are_there else None)

    def test_the_seat_gets_the_port_and_modemmanager_does_not(self) -> None:
        board = self.usb_board()
        self.expect_marks(board, False)
        self.install_rules()
        board.gadget.pull()
        board.wait_until_gone()
        board.plug_in()
        self.expect_marks(board, True)
