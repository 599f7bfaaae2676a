#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where what is printed goes: progress on terminals and pipes, JSON, traces."""
from __future__ import annotations

import fcntl
import json
import os
import re
import select
import struct
import subprocess
import termios

import bench
from bench import OK, Board

PACED = ("--baud", "115200", "--slot-size", "64K")
SIZE = 20000


class Terminal:
    """A pseudo-terminal for standard error, and what was written to it."""

    def __init__(self, columns: int) -> None:
        self.master, self.slave = os.openpty()
        self.resize(columns)
        self.text = ""

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read_until(self, pattern: str) -> None:
        """Read on until the text behind what was read before holds the pattern."""
        begin = len(self.text)
        while not re.search(pattern, self.text[begin:]):
            if not select.select([self.master], [], [], bench.WAIT)[0]:
                raise AssertionError(f"no {pattern!r} in {self.text!r}")
            self.text += os.read(self.master, 4096).decode()

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


class ProgressTest(bench.BenchTest):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.file("image.bin", bench.image(SIZE))

    def terminal(self, columns: int) -> Terminal:
        terminal = Terminal(columns)
        self.addCleanup(terminal.close)
        return terminal

    def start_on(self, terminal: Terminal, board: Board, locale: str) -> subprocess.Popen[bytes]:
        words = [str(word) for word in (bench.SMPCTL, "-p", board.link, "image", "upload",
                                        self.image)]
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=terminal.slave,
                                   env={**os.environ, "LC_ALL": locale})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_bar_is_drawn_on_a_terminal_and_follows_its_width(self) -> None:
        terminal = self.terminal(100)
        process = self.start_on(terminal, self.board(*PACED), "C.UTF-8")
        terminal.read_until("\r\x1b\\[K█*░+  +\\d+ %  .* of 19\\.5 KiB  .*/s  .* left")
        self.assertTrue(all(len(line) < 100 for line in self.lines(terminal)), terminal.text)
        terminal.resize(40)
        terminal.read_until("\r\x1b\\[K *\\d+ %")
        terminal.resize(80)
        terminal.read_until("\r\x1b\\[K█+░*  +\\d+ %")
        self.assertEqual(process.wait(bench.WAIT), OK)
        terminal.read_until("100 %[^\r\n]*\r\n")
        # One line, drawn over and over, and ended once.
        bar, _, remark = terminal.text.partition("\n")
        self.assertRegex(remark, r"\A(hint: [^\n]*\n)?\Z")
        self.assertNotEqual(bar, "")

    @staticmethod
    def lines(terminal: Terminal) -> list[str]:
        """What stood on the line at each moment; the last one may not be whole."""
        return terminal.text.split("\r\x1b[K")[:-1]

    def test_a_plain_terminal_gets_a_plain_bar(self) -> None:
        terminal = self.terminal(80)
        process = self.start_on(terminal, self.board(*PACED), "C")
        terminal.read_until("\r\x1b\\[K\\[#*\\.+\\]  +\\d+ %")
        self.assertEqual(process.wait(bench.WAIT), OK)
        terminal.read_until("\n")
        self.assertTrue(terminal.text.isascii())

    def test_the_bar_is_ended_before_an_error(self) -> None:
        terminal = self.terminal(80)
        board = self.board(*PACED, "--fault", "error=1@30+")
        process = self.start_on(terminal, board, "C.UTF-8")
        self.assertEqual(process.wait(bench.WAIT), bench.DEVICE)
        terminal.read_until("\r\nsmpctl: image upload: chunk at \\d+: .*\r\n")

    def test_a_pipe_gets_a_line_every_tenth(self) -> None:
        done = self.expect(OK, self.board("--slot-size", "64K"), "image", "upload", self.image)
        percents = [int(line.split("%")[0]) for line in done.err.splitlines()]
        self.assertEqual([percent // 10 for percent in percents], list(range(1, 11)))
        self.assertNotIn("\r", done.err)
        self.assertNotIn("\x1b", done.err)

    def test_quiet_says_nothing_but_the_result(self) -> None:
        board = self.board("--slot-size", "64K")
        done = self.expect(OK, board, "-q", "image", "upload", self.image)
        self.assertEqual(done.err, "")
        self.assertTrue(done.out.endswith("Done\n"), done)


class JsonTest(bench.BenchTest):
    def test_an_upload_is_one_document_and_no_progress(self) -> None:
        board = self.board("--slot-size", "64K")
        content = bench.image(SIZE)
        file = self.file("image.bin", content)
        done = self.expect(OK, board, "--json", "image", "upload", file)
        self.assertEqual(done.err, "")
        document = json.loads(done.out)
        self.assertEqual((document["ok"], document["command"], document["port"]),
                         (True, "image upload", str(board.link)))
        result = document["result"]
        self.assertEqual(result["hash"], bench.image_hash(content))
        self.assertEqual((result["file"], result["bytes"], result["resumed_at"], result["slot"]),
                         (str(file), SIZE, 0, 1))

    def test_every_command_is_one_document(self) -> None:
        board = self.board("--slot-size", "64K")
        for command in ("image list", "image slots", "image erase", "os info", "os params",
                        "os bootloader", "echo", "reset"):
            with self.subTest(command=command):
                words = command.split() + (["hello"] if command == "echo" else [])
                document = self.expect(OK, board, "--json", *words).json()
                self.assertEqual((document["ok"], document["command"]), (True, command))
                self.assertIn("result", document)

    def test_text_of_the_device_goes_where_it_is_asked_for(self) -> None:
        board = self.board("--text-noise")
        quiet = [self.expect(OK, board, "--json", "image", "list") for _ in range(4)]
        self.assertTrue(all(done.err == "" for done in quiet))
        verbose = [self.expect(OK, board, "-v", "image", "list").err for _ in range(8)]
        self.assertIn("device: [00:", "".join(verbose))


class TraceTest(bench.BenchTest):
    def test_a_trace_holds_every_line_and_what_it_means(self) -> None:
        trace = self.folder / "trace.txt"
        self.expect(OK, self.board(), "--trace", trace, "echo", "hello")
        lines = trace.read_text(encoding="utf-8").splitlines()
        self.assertEqual(lines[0], "smpctl-trace 1")
        parts = [re.fullmatch(r"(\d+\.\d{6}) ([<>#]) (.+)", line) for line in lines[1:]]
        self.assertTrue(all(parts), lines)
        kinds = [part[2] for part in parts if part]
        self.assertEqual(kinds, [">", "#", "<", "#"])
        self.assertRegex(lines[1], r'> "\\x06\\t[A-Za-z0-9+/=]+\\n"$')
        self.assertRegex(lines[2], r'# v2 write os echo, sequence \d+: \{"d": "hello"\}$')
        self.assertRegex(lines[4], r'# v2 write reply os echo, sequence \d+: \{"r": "hello"\}$')

    def test_a_failure_is_in_the_trace(self) -> None:
        trace = self.folder / "trace.txt"
        board = self.board("--fault", "bad-crc")
        self.expect(bench.PROTOCOL, board, "-t", "50ms", "-r", "2", "--trace", trace, "echo", "x")
        text = trace.read_text(encoding="utf-8")
        # Two tries, a lone line feed before the second, and what was wrong with the answers.
        self.assertEqual(text.count(' > "\\x06\\t'), 2)
        self.assertEqual(text.count(' > "\\n"'), 1)
        self.assertIn("crc", text)


if __name__ == "__main__":
    bench.main()
