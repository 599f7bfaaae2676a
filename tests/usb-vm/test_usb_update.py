# SPDX-License-Identifier: Apache-2.0
"""`smpctl update` of one board: changed when it comes back, unplugged, or wanted by others."""
from __future__ import annotations

import shlex
import signal
from pathlib import Path
from typing import Any

import bench
import usbbench
from bench import NO_PORT, OK, PORT_BUSY
from usbbench import NOT_UPDATED, PRODUCT, UsbBoard

APPLICATION = Path("usb:2fe3:0100")
BOTH_MODES = Path("usb:2fe3:0100,2fe3:000a")
WINDOW_MS = "500"  # of MCUboot's BOOT_SERIAL_WAIT_FOR_DFU_TIMEOUT, as shipped


class UpdateTest(usbbench.UsbTest):
    # An upload of some seconds, so that it can be caught in the middle.
    LARGE, SMALL = 150000, 30000

    def setUp(self) -> None:
        super().setUp()
        self.image = self.file("small.bin", bench.image(self.SMALL))
        self.large_image = self.file("large.bin", bench.image(self.LARGE))

    def expect_updated(self, board: UsbBoard, resets: int = 1) -> None:
        """It runs the new image, and was reset no more often than that takes."""
        slots = self.slots(board)
        self.assertEqual((slots[0]["version"], slots[0]["active"], slots[0]["confirmed"]),
                         ("2.0.0", True, True))
        self.assertEqual(board.product(), PRODUCT)
        self.assertEqual(board.resets(), resets, board.log.read_text())

    def update(self, code: int, port: UsbBoard | Path, *args: str | Path) -> Any:
        """The members of the result of an update with --json, and of its error."""
        found = self.expect(code, port, "--json", "update", *args).json()
        return found["result"] if code == OK else found["error"]

    def test_a_board_is_updated_by_its_ids(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        result = self.update(OK, APPLICATION, self.image)
        self.assertEqual((result["outcome"], result["resets"]), ("updated", 1))
        self.expect_updated(board)
        result = self.update(OK, BOTH_MODES, self.image)
        self.assertEqual((result["outcome"], result["bytes"]), ("already", 0))
        self.expect_updated(board)

    def test_a_board_is_updated_whose_name_another_device_takes(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        stranger = self.gadget(1)
        node = board.node()
        update = self.start_on("-p", node, "update", self.image)
        board.wait_until_gone()
        with board.paused():
            stranger.push()
        self.assertEqual(stranger.link.resolve(), node)
        done = self.finish(update)
        self.assertEqual(done.code, OK, done)
        self.assertNotEqual(board.node(), node)
        self.expect_updated(board)

    def expect_not_trapped(self, flash: str, address: Path) -> None:
        board = self.usb_board("--flash", flash, "--wait-for-dfu", WINDOW_MS)
        result = self.update(OK, address, self.image)
        self.assertEqual((result["outcome"], result["resets"]), ("updated", 1))
        self.expect_updated(board)
        self.assertIn("board gone\n", board.log.read_text())

    def test_a_bootloader_that_swaps_and_listens_does_not_keep_the_board(self) -> None:
        self.expect_not_trapped("nrf52840", APPLICATION)

    def test_a_bootloader_that_only_listens_does_not_keep_the_board(self) -> None:
        self.expect_not_trapped("instant", BOTH_MODES)

    def test_a_board_in_serial_recovery_is_updated(self) -> None:
        board = self.usb_board("--mode", "recovery", "--wait-for-dfu", WINDOW_MS)
        self.assertNotEqual(board.product(), PRODUCT)
        self.update(OK, BOTH_MODES, self.image)
        self.expect_updated(board)

    def expect_resumed(self, result: Any) -> None:
        self.assertEqual(result["outcome"], "updated")
        self.assertGreater(result["bytes"], 0)
        self.assertLess(result["bytes"], self.LARGE)

    def test_the_same_command_goes_on_after_the_cable_was_pulled(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        update = self.start_on("-p", BOTH_MODES, "update", self.large_image)
        self.wait_for_upload(update)
        board.unplug()
        done = self.finish(update)
        self.assertEqual(done.code, NO_PORT, done)
        self.assertIn("the same command goes on", done.err)
        board.power_on()
        self.expect_resumed(self.update(OK, BOTH_MODES, self.large_image))
        self.expect_updated(board)

    def test_one_command_outlasts_a_pulled_cable(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        node = board.node()
        update = self.start_on("-p", node, "--wait-port", "3m", "update", self.large_image)
        self.wait_for_upload(update)
        board.unplug()
        # Its name is another one's when it is back.
        self.gadget(1).push()
        board.power_on()
        self.assertNotEqual(board.node(), node)
        done = self.finish(update)
        self.assertEqual(done.code, OK, done)
        self.expect_updated(board)

    def test_a_check_has_the_port_for_itself(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        check = f'{shlex.quote(str(bench.SMPCTL))} -p "$SMPCTL_PORT" echo checked'
        result = self.update(OK, BOTH_MODES, "--check", check, self.image)
        self.assertEqual(result["outcome"], "updated")
        self.expect_updated(board)

    def test_a_failing_check_takes_the_image_back(self) -> None:
        board = self.usb_board("--flash", "nrf52840", "--wait-for-dfu", WINDOW_MS)
        error = self.update(NOT_UPDATED, BOTH_MODES, "--check", "exit 4", self.image)
        self.assertIn("exit code is 4", error["message"])
        slots = self.slots(board)
        self.assertEqual((slots[0]["version"], slots[0]["active"], slots[0]["confirmed"]),
                         ("1.0.0", True, True))
        self.assertEqual(board.resets(), 2)


class SharedPortTest(usbbench.UsbTest):
    def test_nobody_gets_in_between_an_update_and_its_port(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        file = self.file("i.bin", bench.image(100000))
        update = self.start_on("-p", board.node(), "update", file)
        self.wait_for_upload(update)
        # So that it is not done before the others have tried.
        update.send_signal(signal.SIGSTOP)
        for command in (("image", "list"), ("update", file)):
            done = self.expect(PORT_BUSY, BOTH_MODES, *command)
            self.assertIn(f"is held by smpctl (pid {update.pid})", done.err)
        update.send_signal(signal.SIGCONT)
        done = self.finish(update)
        self.assertEqual(done.code, OK, done)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")

    def test_an_update_waits_for_who_looks_at_the_port_that_has_come_back(self) -> None:
        # As ModemManager does with every new port.
        board = self.usb_board("--flash", "nrf52840")
        update = self.start_on("-p", board.node(), "update", self.file("i.bin", bench.image(30000)))
        board.wait_until_gone()
        update.send_signal(signal.SIGSTOP)
        board.wait_until_back()
        port = self.hold(board.node())
        with usbbench.visit(board.node()):
            update.send_signal(signal.SIGCONT)
        port.close()
        done = self.finish(update)
        self.assertEqual(done.code, OK, done)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")
