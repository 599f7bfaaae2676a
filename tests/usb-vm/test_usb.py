# SPDX-License-Identifier: Apache-2.0
"""The commands on a real /dev/ttyACM, found by its name below /dev/serial/by-id."""
from __future__ import annotations

import re
import time
from pathlib import Path

import bench
import usbbench
from bench import NO_PORT, OK, PORT_BUSY, TIMEOUT

BOARDS = 4
CLOSING_WAIT_S = 30


class PortTest(usbbench.UsbTest):
    def test_a_board_answers(self) -> None:
        board = self.usb_board()
        self.assertRegex(str(board.node()), r"^/dev/ttyACM\d+$")
        self.assertEqual(self.expect(OK, board, "echo", "over USB").out, "over USB\n")
        self.assertEqual(self.expect(OK, board.node(), "echo", "by number").out, "by number\n")

    def test_four_boards_take_uploads_at_the_same_time(self) -> None:
        boards = [self.usb_board(number=number) for number in range(BOARDS)]
        self.assertEqual(len({board.node() for board in boards}), BOARDS)
        images = [bench.image(40000, (2, 0, number)) for number in range(BOARDS)]
        uploads = [self.start(board, "image", "upload", self.file(f"{number}.bin", image))
                   for number, (board, image) in enumerate(zip(boards, images))]
        for upload in uploads:
            done = self.finish(upload)
            self.assertEqual(done.code, OK, done)
        for number, (board, image) in enumerate(zip(boards, images)):
            slot = self.slots(board)[1]
            self.assertEqual((slot["version"], slot["hash"]),
                             (f"2.0.{number}", bench.image_hash(image)))

    def test_two_programs_cannot_have_the_same_port(self) -> None:
        board = self.usb_board()
        self.hold(board.node())
        done = self.expect(PORT_BUSY, board, "echo", "hello")
        self.assertRegex(done.err, r"is held by python\S* \(pid 1\)")

    def test_a_second_smpctl_is_told_of_the_first(self) -> None:
        board = self.usb_board()
        with board.paused():
            first = self.start_request(board, "image", "list")
            done = self.expect(PORT_BUSY, board, "image", "list")
            self.assertIn(f"is held by smpctl (pid {first.pid})", done.err)
        self.assertEqual(self.finish(first).code, OK)

    def test_a_port_that_takes_nothing_is_let_go_of(self) -> None:
        # As of a hung firmware. The kernel's own patience at close is CLOSING_WAIT_S.
        board = self.usb_board(has_console=True)
        console = Path(str(board.link).replace("-if02", "-if00"))
        started = time.monotonic()
        self.expect(TIMEOUT, console, "-t", "500ms", "-r", "1", "echo", "hello")
        self.assertLess(time.monotonic() - started, CLOSING_WAIT_S)


class ResetTest(usbbench.UsbTest):
    """The board leaves the bus, and what comes back has another name or other ids."""

    def test_a_whole_update(self) -> None:
        board = self.usb_board("--flash", "nrf52840")
        self.expect(OK, board, "image", "upload", self.file("i.bin", bench.image(30000)))
        self.expect(OK, board, "image", "test")
        self.reset(board)
        slots = self.slots(board)
        self.assertEqual((slots[0]["version"], slots[0]["confirmed"]), ("2.0.0", False))
        self.expect(OK, board, "image", "confirm")
        self.reset(board)
        slots = self.slots(board)
        self.assertEqual((slots[0]["version"], slots[0]["confirmed"]), ("2.0.0", True))

    def test_a_name_that_another_program_keeps(self) -> None:
        board = self.usb_board()
        node = board.node()
        with board.paused():
            reset = self.start_request(board, "reset")
            self.hold(node)
        self.assertEqual(self.finish(reset).code, OK)
        board.wait_for_reset()
        self.assertNotEqual(board.node(), node)
        self.expect(OK, board, "echo", "hello")

    def test_a_bootloader_with_its_own_product_id(self) -> None:
        board = self.usb_board()
        self.assertEqual(board.product(), usbbench.PRODUCT)
        self.expect(OK, board, "reset", "--bootloader")
        board.wait_for_reset()
        self.assertEqual(board.product(), usbbench.RECOVERY_PRODUCT)
        self.expect(OK, board, "image", "upload", self.file("i.bin", bench.image(20000)))
        self.reset(board)
        self.assertEqual(board.product(), usbbench.PRODUCT)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")


class UnplugTest(usbbench.UsbTest):
    # Some seconds of work, so that it can be caught in the middle.
    SIZE = 150000

    def resume(self, board: usbbench.UsbBoard, file: Path) -> None:
        done = self.expect(OK, board, "image", "upload", file)
        found = re.match(rf"Resumed at (\d+) of {self.SIZE} bytes\n", done.out)
        assert found is not None, done
        self.assertGreater(int(found[1]), 0)
        self.assertEqual(self.slots(board)[1]["hash"], bench.image_hash(file.read_bytes()))

    def test_an_upload_goes_on_after_the_cable_was_pulled(self) -> None:
        file = self.file("i.bin", bench.image(self.SIZE))
        board = self.usb_board("--flash", "nrf52840")
        upload = self.start(board, "image", "upload", file)
        self.wait_for_upload(upload)
        board.unplug()
        done = self.finish(upload)
        self.assertEqual(done.code, NO_PORT, done)
        self.assertIn("went away", done.err)
        self.assertIn("the same command goes on", done.err)
        self.assertIn(str(board.link), self.expect(NO_PORT, board, "image", "list").err)
        board.power_on()
        self.resume(board, file)

    def test_an_upload_goes_on_on_a_board_with_a_battery(self) -> None:
        file = self.file("i.bin", bench.image(self.SIZE))
        board = self.usb_board("--flash", "nrf52840")
        upload = self.start(board, "image", "upload", file)
        self.wait_for_upload(upload)
        board.gadget.pull()
        done = self.finish(upload)
        self.assertEqual(done.code, NO_PORT, done)
        board.wait_until_gone()
        board.plug_in()
        self.resume(board, file)
