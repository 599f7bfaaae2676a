#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smpctl-fakedev as a program: its words, its link, its judgement, its end."""
from __future__ import annotations

import base64
import binascii
import signal
import stat
import struct
from pathlib import Path

import bench
from bench import FAKEDEV, OK, USAGE, Done


def echo_frame(text: str, sequence: int = 1) -> bytes:
    """An echo request as one console line, made without any of our code (protocol.md 2.1)."""
    body = b"\xa1\x61d" + bytes([0x60 + len(text)]) + text.encode()
    packet = struct.pack(">BBHHBB", 0x0A, 0, len(body), 0, sequence, 0) + body
    blob = struct.pack(">H", len(packet) + 2) + packet
    blob += struct.pack(">H", binascii.crc_hqx(packet, 0))
    return b"\x06\x09" + base64.b64encode(blob) + b"\n"


class ProgramTest(bench.BenchTest):
    def refuse(self, *args: str) -> Done:
        done = bench.run(FAKEDEV, *args)
        self.assertEqual((done.code, done.out), (USAGE, ""), done)
        self.assertTrue(done.err.startswith("smpctl-fakedev: "), done)
        return done

    def test_the_first_line_is_the_port(self) -> None:
        board = self.board()
        self.assertTrue(stat.S_ISCHR(board.path.stat().st_mode))
        self.assertEqual(board.link.resolve(), board.path.resolve())
        self.expect(OK, board.path, "echo", "by its own name")

    def test_it_ends_with_either_signal_and_takes_its_link_along(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                board = self.board(name=number.name)
                self.assertTrue(board.link.is_symlink())
                done = board.stop(number)
                self.assertEqual((done.code, done.err), (OK, ""))
                self.assertFalse(board.link.is_symlink())

    def test_a_link_left_by_a_killed_board_is_taken_over(self) -> None:
        board = self.board()
        board.kill()
        self.assertTrue(board.link.is_symlink())
        self.expect(OK, self.board(), "echo", "hello")

    def test_a_file_in_the_place_of_the_link_is_left_alone(self) -> None:
        file = self.file("precious", b"text")
        done = bench.run(FAKEDEV, "--link", file)
        self.assertNotEqual(done.code, OK)
        self.assertIn(str(file), done.err)
        self.assertEqual(file.read_bytes(), b"text")

    def test_two_boards_cannot_share_a_state(self) -> None:
        board = self.board()
        done = bench.run(FAKEDEV, "--state", board.state)
        self.assertEqual(done.code, bench.PORT_BUSY, done)
        self.assertIn(str(board.process.pid), done.err)

    def test_what_a_client_did_wrong_is_told_at_the_end(self) -> None:
        board = self.board()
        frame = echo_frame("hello")
        damaged = frame[:12] + (b"A" if frame[12:13] != b"A" else b"B") + frame[13:]
        with open(board.path, "r+b", buffering=0) as port:
            port.write(damaged)
            port.write(echo_frame("hello", sequence=2))
            self.assertEqual(port.read(2), b"\x06\x09")
        done = board.stop()
        self.assertEqual(done.code, 1, done)
        self.assertRegex(done.err, r"^complaint: a damaged frame \(.+\)\n$")

    def test_more_requests_than_buffers_are_told(self) -> None:
        board = self.board()
        with open(board.path, "r+b", buffering=0) as port:
            port.write(b"".join(echo_frame("hello", number) for number in range(12)))
            self.assertEqual(port.read(2), b"\x06\x09")
        done = board.stop()
        self.assertEqual(done.code, 1, done)
        self.assertIn("requests in flight with 4 buffers", done.err)

    def test_a_sound_client_is_not_complained_about(self) -> None:
        board = self.board()
        self.expect(OK, board, "image", "list")
        done = board.stop()
        self.assertEqual((done.code, done.err), (OK, ""))

    def test_resets_are_told_on_standard_error(self) -> None:
        board = self.board()
        self.reset(board)
        self.assertRegex(board.stop().err, r"^board reset\nboard back at /dev/pts/\d+\n$")

    def test_its_state_outlives_it(self) -> None:
        content = bench.image(10000)
        board = self.board()
        self.expect(OK, board, "image", "upload", self.file("i.bin", content))
        board.stop()
        self.assertEqual(self.slots(self.board())[1]["hash"], bench.image_hash(content))

    def test_it_starts_in_recovery_when_told_to(self) -> None:
        board = self.board("--mode", "recovery")
        self.expect(bench.UNSUPPORTED, board, "os", "info")
        self.expect(OK, board, "image", "upload", self.file("i.bin", bench.image(10000)))
        self.reset(board)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")
        self.expect(OK, board, "os", "info")

    def test_the_user_signal_presses_the_reset_button(self) -> None:
        board = self.board()
        board.process.send_signal(signal.SIGUSR1)
        board.wait_for_reset()
        self.expect(OK, board, "echo", "hello")

    def test_a_bootloader_that_nobody_speaks_to_is_a_port_of_its_own(self) -> None:
        board = self.board("--wait-for-dfu", "400")
        board.process.send_signal(signal.SIGUSR1)
        bench.wait_until("the application", lambda: board.log.read_text().count("board back") == 2)
        self.expect(OK, board, "os", "info")
        self.assertRegex(board.stop().err, r"^board reset\nboard back at /dev/pts/\d+\n"
                                           r"board gone\nboard back at /dev/pts/\d+\n$")

    def test_several_boards_have_numbers(self) -> None:
        boards = self.board("--boards", "3")
        links = [Path(f"{boards.link}.{number}") for number in range(3)]
        self.expect(OK, links[1], "image", "upload", self.file("i.bin", bench.image(10000)))
        self.expect(OK, links[1], "image", "erase")
        self.expect(OK, links[2], "reset")
        bench.wait_until("board 2", lambda: "board 2 back at" in boards.log.read_text())
        with open(links[0], "r+b", buffering=0) as port:
            port.write(b"\x06\x09AAAA\n" + echo_frame("hello"))
            self.assertEqual(port.read(2), b"\x06\x09")
        done = boards.stop()
        self.assertEqual(done.code, 1, done)
        self.assertEqual(len(done.out.splitlines()), 2, "the paths of the others")
        self.assertRegex(done.err, r"^board 2 reset\nboard 2 back at /dev/pts/\d+\n"
                                   r"complaint: board 0: a damaged frame \(.+\)\n$")
        self.assertEqual({path.name for path in self.folder.glob("*.flash.*")},
                         {f"board.flash.{number}" for number in range(3)})

    def test_faults_are_listed(self) -> None:
        done = bench.run(FAKEDEV, "--fault", "help")
        self.assertEqual((done.code, done.err), (OK, ""))
        names = {line.split("=")[0].split(" ")[0] for line in done.out.splitlines()}
        self.assertLessEqual({"silent", "bad-crc", "late-reply", "error", "flip-bit"}, names)

    def test_help_names_every_option(self) -> None:
        done = bench.run(FAKEDEV, "--help")
        self.assertEqual((done.code, done.err), (OK, ""))
        for option in ("--link", "--boards", "--state", "--mode", "--key", "--baud", "--flash", "--fault"):
            self.assertIn(f"  {option} ", done.out)
        self.assertTrue(all(len(line) <= 100 for line in done.out.splitlines()))

    def test_the_version_is_told(self) -> None:
        self.assertRegex(bench.run(FAKEDEV, "--version").out, r"^smpctl-fakedev \d+\.\d+\.\d+\n$")

    def test_wrong_options_are_explained(self) -> None:
        self.assertIn("did you mean", self.refuse("--buad", "9600").err)
        self.assertIn("no option", self.refuse("--nonsense").err)
        self.assertIn("needs a value", self.refuse("--baud").err)
        self.assertIn("takes no value", self.refuse("--v2-only=yes").err)
        self.assertIn("'word'", self.refuse("word").err)
        self.assertIn("-x", self.refuse("-x").err)
        self.assertIn("buf-size", self.refuse("--buf-size", "1").err)
        self.assertIn("none of", self.refuse("--mode", "sleep").err)
        self.assertIn("did you mean 'silent'", self.refuse("--fault", "silnt").err)
        self.assertIn("go together", self.refuse("--gadget", "/tmp").err)
        self.assertIn("--link", self.refuse("--gadget", "/tmp", "--udc", "u", "--link", "l").err)
        self.assertIn("no USB gadget", self.refuse("--gadget", "/tmp", "--udc", "u").err)
        self.assertIn("wants a --gadget", self.refuse("--recovery-product", "a").err)
        self.assertIn("no product id", self.refuse("--recovery-product", "10000").err)
        self.assertIn("no number", self.refuse("--boards", "65").err)
        self.assertIn("one board", self.refuse("--gadget", "/tmp", "--udc", "u", "--boards", "2").err)
        self.assertIn("request number", self.refuse("--fault", "silent@x").err)

    def test_a_missing_key_is_named(self) -> None:
        done = bench.run(FAKEDEV, "--key", self.folder / "none.pem")
        self.assertEqual(done.code, bench.BAD_FILE, done)
        self.assertIn("none.pem", done.err)


if __name__ == "__main__":
    bench.main()
