#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uploads that are broken off, by whatever: the same command goes on where the board is."""
from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import bench
from bench import BAD_FILE, INTERRUPTED, NO_PORT, OK, Board

SIZE = 30000
# Slow enough that an upload can be caught in the middle, fast enough not to wait for.
PACED = ("--baud", "230400", "--slot-size", "64K")


class ResumeTest(bench.BenchTest):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.file("image.bin", bench.image(SIZE))

    def start_upload(self, board: Board) -> subprocess.Popen[str]:
        upload = self.start(board, "image", "upload", self.image)
        self.wait_for_progress(upload)
        return upload

    def finish_upload(self, board: Board) -> int:
        """The same command once more; returns where it resumed."""
        done = self.expect(OK, board, "image", "upload", self.image)
        found = re.match(rf"Resumed at (\d+) of {SIZE} bytes\nSent (\d+) bytes in ", done.out)
        assert found is not None, done
        resumed_at, sent = int(found[1]), int(found[2])
        self.assertEqual(resumed_at + sent, SIZE)
        self.assertEqual(self.slots(board)[1]["hash"], bench.image_hash(self.image.read_bytes()))
        return resumed_at

    def boot_it(self, board: Board) -> None:
        """The bootloader checks the hash of what arrived in pieces."""
        self.expect(OK, board, "image", "test")
        self.reset(board)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")

    def test_after_ctrl_c(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                board = self.board(*PACED, name=number.name)
                upload = self.start_upload(board)
                upload.send_signal(number)
                done = self.finish(upload)
                self.assertEqual(done.code, INTERRUPTED, done)
                found = re.search(rf"smpctl: image upload: interrupted at (\d+) of {SIZE} bytes\n"
                                  r"hint: the same command goes on from there\n$", done.err)
                assert found is not None, done
                # What was on its way may have arrived.
                self.assertGreaterEqual(self.finish_upload(board), int(found[1]))
                self.boot_it(board)

    def test_after_a_kill(self) -> None:
        board = self.board(*PACED)
        upload = self.start_upload(board)
        upload.kill()
        upload.wait(bench.WAIT)
        self.assertGreater(self.finish_upload(board), SIZE // 10)
        self.boot_it(board)

    def test_after_the_death_of_the_board(self) -> None:
        """Another process finds the flash as it was, and what the server knew of the upload."""
        board = self.board(*PACED)
        upload = self.start_upload(board)
        board.kill()
        done = self.finish(upload)
        self.assertEqual(done.code, NO_PORT, done)
        board = self.board(*PACED)
        self.assertGreater(self.finish_upload(board), SIZE // 10)
        self.boot_it(board)

    def test_after_a_loose_cable(self) -> None:
        board = self.board("--fault", "vanish@20")
        self.expect(NO_PORT, board, "image", "upload", self.image)
        board.wait_for_return()
        self.assertGreater(self.finish_upload(board), SIZE // 10)

    def test_a_board_that_was_reset_takes_it_from_the_beginning(self) -> None:
        board = self.board("--fault", "reset@20")
        self.expect(NO_PORT, board, "image", "upload", self.image)
        board.wait_for_reset()
        done = self.expect(OK, board, "image", "upload", self.image)
        self.assertTrue(done.out.startswith(f"Sent {SIZE} bytes"), done)
        self.boot_it(board)

    def test_restart_begins_at_the_beginning(self) -> None:
        board = self.board(*PACED)
        upload = self.start_upload(board)
        upload.send_signal(signal.SIGINT)
        self.finish(upload)
        done = self.expect(OK, board, "image", "upload", "--restart", self.image)
        self.assertTrue(done.out.startswith(f"Sent {SIZE} bytes"), done)

    def test_another_file_begins_at_the_beginning(self) -> None:
        board = self.board(*PACED)
        upload = self.start_upload(board)
        upload.send_signal(signal.SIGINT)
        self.finish(upload)
        other = self.file("other.bin", bench.image(10000, (3, 0, 0)))
        done = self.expect(OK, board, "image", "upload", other)
        self.assertTrue(done.out.startswith("Sent 10000 bytes"), done)
        self.assertEqual(self.slots(board)[1]["version"], "3.0.0")


    def test_a_large_file_that_becomes_shorter_meanwhile_is_told(self) -> None:
        """It is mapped, and the kernel has no bytes for what is cut off."""
        image = self.file("large.bin", bench.image(3 * 1024 * 1024))
        board = self.board("--baud", "4000000", "--slot-size", "4M", "--buf-size", "4096")
        upload = self.start(board, "image", "upload", image)
        self.wait_for_progress(upload)
        os.truncate(image, 0)
        done = self.finish(upload)
        self.assertEqual(done.code, BAD_FILE, done)
        self.assertIn("\nsmpctl: a file became shorter while it was read\nhint: ", done.err)


class LoopbackTest(bench.BenchTest):
    """The board within the program keeps its flash from one command to the next."""

    def test_an_upload_into_it_resumes_too(self) -> None:
        state: Path = self.folder / "board.flash"
        port = Path(f"loopback:state={state},slot-size=64K,baud=230400")
        image = self.file("image.bin", bench.image(SIZE))
        words = [str(word) for word in (bench.SMPCTL, "-p", port, "image", "upload", image)]
        with subprocess.Popen(words, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as upload:
            self.wait_for_progress(upload)
            upload.kill()
        done = self.expect(OK, port, "image", "upload", image)
        self.assertTrue(done.out.startswith("Resumed at "), done)


if __name__ == "__main__":
    bench.main()
