#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where what is printed goes, and how it looks there: terminals and pipes, colours, JSON, traces."""
from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import select
import struct
import subprocess
import termios

import bench
from bench import OK, Board

PACED = ("--baud", "115200", "--slot-size", "64K")
SIZE = 20000


def environment(**variables: str) -> dict[str, str]:
    """That of a person at an ordinary terminal, with these variables."""
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    return {**kept, "TERM": "xterm", "LC_ALL": "C.UTF-8", **variables}


class Terminal:
    """A pseudo-terminal for a standard stream, and what was written to it."""

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


class TerminalTest(bench.BenchTest):
    def terminal(self, columns: int) -> Terminal:
        terminal = Terminal(columns)
        self.addCleanup(terminal.close)
        return terminal


class ProgressTest(TerminalTest):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.file("image.bin", bench.image(SIZE))

    def start_on(self, terminal: Terminal, board: Board, locale: str,
                 *command: object) -> subprocess.Popen[bytes]:
        """An upload of the image, or another command, whose standard error is the terminal."""
        words = [str(word) for word in (bench.SMPCTL, "-p", board.link,
                                        *(command or ("image", "upload", self.image)))]
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=terminal.slave,
                                   env=environment(LC_ALL=locale, NO_COLOR="1"))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_bar_is_drawn_on_a_terminal_and_follows_its_width(self) -> None:
        terminal = self.terminal(100)
        process = self.start_on(terminal, self.board(*PACED), "C.UTF-8")
        terminal.read_until("\r\x1b\\[K█*░+  +\\d+ %  .* of 19\\.5 KiB  .*/s  .* left")
        self.assertTrue(all(len(line) < 100 for line in self.lines(terminal)), terminal.text)
        terminal.resize(40)
        # Now there is room for less, and what the terminal has wrapped is cleared away.
        terminal.read_until("\r\x1b\\[J█*░+  +\\d+ %   \\d:\\d\\d left\r")
        terminal.resize(80)
        terminal.read_until("\r\x1b\\[K█+░*  +\\d+ %  .* of 19\\.5 KiB")
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

    def test_files_have_the_same_bar_in_both_directions(self) -> None:
        terminal, board = self.terminal(100), self.board(*PACED)
        fetched = self.folder / "fetched.bin"
        for words in (("upload", self.image, "/lfs/image.bin"),
                      ("download", "/lfs/image.bin", fetched)):
            terminal.resize(100)
            process = self.start_on(terminal, board, "C.UTF-8", "fs", *words)
            terminal.read_until("\r\x1b\\[K█*░+  +\\d+ %  .* of 19\\.5 KiB  .*/s  .* left")
            terminal.resize(40)
            terminal.read_until("\r\x1b\\[J█*░+  +\\d+ %   \\d:\\d\\d left\r")
            self.assertEqual(process.wait(bench.WAIT), OK)
            terminal.read_until("100 %[^\r\n]*\r\n")
        self.assertEqual(fetched.read_bytes(), self.image.read_bytes())

    def test_a_plain_terminal_gets_a_plain_bar_of_files(self) -> None:
        terminal = self.terminal(80)
        process = self.start_on(terminal, self.board(*PACED), "C", "fs", "upload", self.image,
                                "/lfs/image.bin")
        terminal.read_until("\r\x1b\\[K\\[#*\\.+\\]  +\\d+ %")
        self.assertEqual(process.wait(bench.WAIT), OK)
        terminal.read_until("100 %[^\n]*\n")
        self.assertTrue(terminal.text.isascii())

    def test_the_bar_is_ended_before_an_error(self) -> None:
        terminal = self.terminal(80)
        board = self.board(*PACED, "--fault", "error=1@30+")
        process = self.start_on(terminal, board, "C.UTF-8")
        self.assertEqual(process.wait(bench.WAIT), bench.DEVICE)
        terminal.read_until("\r\nsmpctl: image upload: chunk at \\d+: .*\r\n")

    def test_a_pipe_gets_a_line_every_tenth(self) -> None:
        done = self.expect(OK, self.board("--slot-size", "64K"), "image", "upload", self.image)
        first, *lines = done.err.splitlines()
        self.assertEqual(first, "erasing ...")
        percents = [int(line.split("%")[0]) for line in lines]
        self.assertEqual([percent // 10 for percent in percents], list(range(1, 11)))
        self.assertNotIn("\r", done.err)
        self.assertNotIn("\x1b", done.err)

    def test_a_pipe_gets_a_line_every_tenth_of_a_file(self) -> None:
        board, fetched = self.board(), self.folder / "fetched.bin"
        for words in (("upload", self.image, "/lfs/image.bin"),
                      ("download", "/lfs/image.bin", fetched)):
            lines = self.expect(OK, board, "fs", *words).err.splitlines()
            percents = [int(line.split("%")[0]) for line in lines]
            self.assertEqual([percent // 10 for percent in percents], list(range(1, 11)), lines)

    def test_quiet_says_nothing_but_the_result(self) -> None:
        board = self.board("--slot-size", "64K")
        done = self.expect(OK, board, "-q", "image", "upload", self.image)
        self.assertEqual(done.err, "")
        self.assertTrue(done.out.endswith("Done\n"), done)


class ColourTest(TerminalTest):
    def run_on(self, terminal: Terminal, *words: object, **variables: str) -> str:
        """What comes to the terminal of standard output and standard error."""
        command = [str(word) for word in (bench.SMPCTL, *words)]
        begin = len(terminal.text)
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=terminal.slave,
                       stderr=terminal.slave, env=environment(**variables), check=False,
                       timeout=bench.WAIT)
        os.write(terminal.slave, b"\x01")
        terminal.read_until("\x01")
        return terminal.text[begin:].removesuffix("\x01").replace("\r\n", "\n")

    def test_flags_and_errors_have_colours_on_a_terminal_only(self) -> None:
        terminal, board = self.terminal(80), self.board()
        table = ("-p", board.link, "image", "list", "--table")
        coloured = self.run_on(terminal, *table)
        self.assertIn("\x1b[32mactive\x1b[0m \x1b[32mconfirmed\x1b[0m\n", coloured)
        plain = self.expect(OK, board, *table[2:]).out
        self.assertEqual(re.sub("\x1b\\[[0-9]*m", "", coloured), plain)
        self.assertEqual(self.run_on(terminal, *table, NO_COLOR="1"), plain)
        self.assertEqual(self.run_on(terminal, *table, TERM="dumb"), plain)
        self.assertEqual(self.run_on(terminal, *table, "--color", "never"), plain)
        self.assertEqual(self.run_on(terminal, *table, "--color=always", NO_COLOR="1"), coloured)
        self.assertNotIn("\x1b", self.run_on(terminal, *table, "--json", "--color=always"))
        self.assertIn("\x1b[31msmpctl: \x1b[0munknown command",
                      self.run_on(terminal, "frobnicate"))

    def test_slots_are_a_picture_on_a_terminal_and_lines_elsewhere(self) -> None:
        terminal, board = self.terminal(70), self.board("--slot-size", "64K")
        slots = ("-p", board.link, "image", "slots")
        drawn = self.run_on(terminal, *slots, NO_COLOR="1").splitlines()
        self.assertEqual(drawn[0], "image 0  slot 0 ┌" + "─" * 51 + "┐")
        self.assertEqual(drawn[1], "       64.0 KiB │ 1.0.0  active confirmed" + " " * 27 + "│")
        self.assertEqual(drawn[5], "       64.0 KiB │ no image" + " " * 42 + "│")
        self.assertTrue(self.run_on(terminal, *slots, LC_ALL="C").isascii())
        self.assertTrue(self.expect(OK, board, "image", "slots").out.startswith("Slots:\n image=0"))
        terminal.resize(50)
        self.assertTrue(self.run_on(terminal, *slots).startswith("Slots:\n image=0"))


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


class FileOnTerminalTest(TerminalTest):
    def test_the_last_line_of_a_file_is_ended(self) -> None:
        board, terminal = self.board("--slot-size", "64K"), self.terminal(80)
        self.expect(OK, board, "fs", "upload", self.file("sent", b"one\ntwo\033]0;x"), "/lfs/file")
        process = subprocess.Popen([bench.SMPCTL, "-p", board.link, "fs", "download", "/lfs/file", "-"],
                                   stdout=terminal.slave, stderr=subprocess.DEVNULL)
        terminal.read_until(r"one\r\ntwo\\x1b]0;x\r\n")
        self.assertEqual(process.wait(bench.WAIT), OK)


class LimitTest(bench.BenchTest):
    def test_a_limit_of_file_sizes_is_an_error_and_leaves_nothing(self) -> None:
        board = self.board("--slot-size", "64K")
        sent, got = self.file("sent", bytes(SIZE)), self.folder / "got"
        self.expect(OK, board, "fs", "upload", sent, "/lfs/file")
        before = sorted(self.folder.iterdir())
        done = self.expect(bench.USAGE, board, "-q", "fs", "download", "/lfs/file", got,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        self.assertIn("File too large", done.err)
        self.assertEqual(sorted(self.folder.iterdir()), before)


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
        # Two tries and the two echoes that follow, a lone line feed before all but the first, and
        # what was wrong with the answers.
        self.assertEqual(text.count(' > "\\x06\\t'), 4)
        self.assertEqual(text.count(' > "\\n"'), 3)
        self.assertIn("crc", text)


if __name__ == "__main__":
    bench.main()
