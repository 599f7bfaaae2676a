# SPDX-License-Identifier: Apache-2.0
"""Ports found by what they are and not by their name, waited for, and followed through resets."""
from __future__ import annotations

import concurrent.futures
import os
import subprocess
import time
from pathlib import Path

import bench
import usbbench
from bench import NO_PORT, OK, USAGE, wait_until
from usbbench import PRODUCT, RECOVERY_PRODUCT, UsbBoard

# How long a bootloader is watched that is not wanted.
WATCHED_S = 3.0
# An address takes the place of a port's path.
ANY_ZEPHYR = Path("usb:2fe3:*")
APPLICATION = Path("usb:2fe3:0100")
BOTH_MODES = Path("usb:2fe3:0100,2fe3:000a")


class AddressTest(usbbench.UsbTest):
    def test_the_ids_are_enough(self) -> None:
        self.usb_board()
        self.expect(OK, APPLICATION, "echo", "hello")
        self.expect(OK, ANY_ZEPHYR, "echo", "hello")

    def test_the_only_port_needs_no_address(self) -> None:
        self.usb_board()
        done = bench.run(bench.SMPCTL, "echo", "hello")
        self.assertEqual((done.code, done.out), (OK, "hello\n"), done)

    def test_of_two_boards_serial_number_or_place_tell_which(self) -> None:
        first, second = self.usb_board(number=0), self.usb_board(number=1)
        self.expect(OK, second, "image", "upload", self.file("i.bin", bench.image(10000)))
        done = self.expect(USAGE, APPLICATION, "image", "list")
        for board in (first, second):
            self.assertIn(board.gadget.serial_number, done.err)
        for address in ("usb:2fe3:0100:BOARD1", "usb:*:*:*1", f"usb-path:{second.device().name}"):
            with self.subTest(address=address):
                done = self.expect(OK, Path(address), "image", "list")
                self.assertIn("version: 2.0.0", done.out)

    def test_of_two_ports_of_a_board_the_one_that_answers_is_taken(self) -> None:
        self.usb_board(has_console=True)
        done = self.expect(USAGE, APPLICATION, "echo", "hello")
        for address in ("usb:2fe3:0100/0", "usb:2fe3:0100/2"):
            self.assertIn(address, done.err)
        self.expect(OK, Path("usb:2fe3:0100/2"), "echo", "hello")
        self.expect(OK, APPLICATION, "--probe", "echo", "hello")

    def test_the_list_tells_what_is_known_of_a_port(self) -> None:
        board = self.usb_board()
        self.hold(board.node())
        done = bench.run(bench.SMPCTL, "ports")
        self.assertEqual(done.code, OK, done)
        for word in (str(board.node()), "2fe3:0100", usbbench.MAKER, usbbench.MODEL, "BOARD0",
                     board.device().name, "cdc_acm"):
            self.assertIn(word, done.out)
        self.assertRegex(done.out, r"python\S* \(1\)")


class FollowTest(usbbench.UsbTest):
    def start_watching(self, *args: str | Path) -> subprocess.Popen[str]:
        """A command that waits for udev's announcements, which come through a socket."""
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen([str(word) for word in (bench.SMPCTL, *args)], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self._end, process)
        descriptors = Path(f"/proc/{process.pid}/fd")

        def is_watching() -> bool:
            try:
                return any(os.readlink(descriptor).startswith("socket:")
                           for descriptor in descriptors.iterdir())
            except FileNotFoundError:  # one was closed just now
                return False
        wait_until("smpctl to listen to udev", is_watching)
        return process

    def expect_new_name(self, board: UsbBoard, *args: str | Path) -> None:
        """The command resets the board, whose port another program opens meanwhile."""
        node = board.node()
        with board.paused():
            command = self.start_request(board, *args)
            self.hold(node)
        done = self.finish(command)
        self.assertEqual(done.code, OK, done)
        board.wait_for_reset()
        self.assertNotEqual(board.node(), node)

    def test_a_board_is_waited_for(self) -> None:
        board = self.usb_board()
        board.unplug()
        self.expect(NO_PORT, APPLICATION, "echo", "hello")
        waiting = self.start_watching("-p", APPLICATION, "--wait-port", "3m", "echo", "hello")
        board.power_on()
        done = self.finish(waiting)
        self.assertEqual((done.code, done.out), (OK, "hello\n"), done)

    def test_a_board_that_does_not_come_is_not_waited_for_without_end(self) -> None:
        done = self.expect(NO_PORT, APPLICATION, "--wait-port", "500ms", "echo", "hello")
        self.assertIn("2fe3:0100", done.err)

    def expect_reset(self, board: UsbBoard, address: Path) -> None:
        seen = board.seen
        self.expect(OK, address, "reset", "--wait")
        self.assertEqual(board.resets(), 1)
        self.assertNotIn(board.attribute("devnum"), ("", seen))

    def test_a_reset_by_ids_is_over_when_the_board_answers_again(self) -> None:
        self.expect_reset(self.usb_board(), BOTH_MODES)

    def test_a_reset_by_name_is_over_when_the_board_answers_again(self) -> None:
        board = self.usb_board()
        self.expect_reset(board, board.node())

    def test_a_board_is_followed_to_another_name(self) -> None:
        board = self.usb_board()
        self.expect_new_name(board, "reset", "--wait")

    def test_a_new_image_is_waited_for(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        self.expect(OK, board, "image", "upload", self.file("i.bin", bench.image(30000)))
        self.expect(OK, board, "image", "test")
        self.expect(OK, board, "reset", "--wait")
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")

    def test_a_board_is_followed_to_another_product_id(self) -> None:
        board = self.usb_board()
        self.expect(OK, BOTH_MODES, "recovery")
        self.assertEqual(board.product(), RECOVERY_PRODUCT)
        self.expect(OK, BOTH_MODES, "image", "upload",
                    self.file("i.bin", bench.image(20000)))
        self.expect(OK, BOTH_MODES, "reset", "--wait")
        self.assertEqual(board.product(), PRODUCT)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")

    def test_recovery_says_what_worked(self) -> None:
        board = self.usb_board()
        with concurrent.futures.ThreadPoolExecutor() as executor:
            command = executor.submit(self.expect, OK, board, "recovery")
            wait_until("the bootloader to appear",
                       lambda: board.attribute("idProduct") == f"{RECOVERY_PRODUCT:04x}")
            appeared = time.monotonic()
            done = command.result()
        # A bootloader that is wanted is asked as soon as it is there.
        self.assertLess(time.monotonic() - appeared, WATCHED_S)
        self.assertIn("boot mode", done.out)
        self.assertEqual(board.product(), RECOVERY_PRODUCT)
