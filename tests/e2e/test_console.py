#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console: the device's text comes out, what is typed goes in."""
from __future__ import annotations

import signal
import subprocess

import bench
from bench import INTERRUPTED, OK, USAGE
from terminal import CTRL_BRACKET, CTRL_C, SilentDevice, Terminal


class ConsoleTest(bench.BenchTest):
    def device(self) -> SilentDevice:
        device = SilentDevice()
        self.addCleanup(device.close)
        return device

    def console(self, device: SilentDevice) -> Terminal:
        terminal = Terminal(bench.SMPCTL, "-p", device.path, "console")
        self.addCleanup(terminal.close)
        terminal.read_until("console of .*; Ctrl-\\] ends it\r\n")
        bench.wait_until("the terminal to be raw", lambda: not terminal.is_cooked())
        return terminal

    def test_every_key_goes_to_the_device(self) -> None:
        device = self.device()
        terminal = self.console(device)
        terminal.type(b"ls\r\t" + CTRL_C + b"\x1b[A\x04")
        self.assertEqual(device.read_until(b"\x04"), b"ls\r\t\x03\x1b[A\x04")
        terminal.type(b"last" + CTRL_BRACKET + b"more")
        self.assertEqual(device.read_until(b"last"), b"last")
        terminal.read_until("console ended\r\n")
        self.assertEqual(terminal.wait(), OK)
        self.assertTrue(terminal.is_cooked())

    def test_text_is_shown_as_it_comes_without_frames_and_harm(self) -> None:
        device = self.device()
        terminal = self.console(device)
        device.say(b"uart:~$ ")
        terminal.read_until("\\Auart:~\\$ ")
        device.say(b"\x06\x09AAsEBgAA\n\x1b[1;32mok\x1b[m\x1b]0;evil\a\r\n")
        shown = terminal.read_until("evil\a\r+\n")
        self.assertEqual(shown.replace("\r", ""), "\x1b[1;32mok\x1b[m\\x1b]0;evil\a\n")
        terminal.type(CTRL_BRACKET)
        self.assertEqual(terminal.wait(), OK)

    def test_a_board_that_resets_is_opened_again(self) -> None:
        board = self.board()
        terminal = Terminal(bench.SMPCTL, "-p", board.link, "console")
        self.addCleanup(terminal.close)
        terminal.read_until("ends it\r\n")
        board.process.send_signal(signal.SIGUSR1)
        board.wait_for_reset()
        bench.wait_until("the port to be held again", lambda: bench.run(
            bench.SMPCTL, "-p", board.link, "echo", "x").code == bench.PORT_BUSY)
        terminal.type(CTRL_BRACKET)
        self.assertEqual(terminal.wait(), OK)

    def pipe(self, device: SilentDevice) -> subprocess.Popen[str]:
        """A console on pipes, which has sent its first keys."""
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen([str(bench.SMPCTL), "-p", str(device.path), "console"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(self._end, process)
        assert process.stdin is not None
        process.stdin.write("version\x1d\n")
        process.stdin.flush()
        device.read_until(b"version\x1d\n")
        return process

    def test_without_a_terminal_it_ends_with_its_input(self) -> None:
        device = self.device()
        process = self.pipe(device)
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        # The answer comes when the input has ended already.
        device.say(b"Zephyr 4.1\n")
        self.assertEqual(bench.read_line(process.stdout), "Zephyr 4.1")
        self.assertEqual(process.wait(bench.WAIT), OK)

    def test_without_a_terminal_ctrl_c_ends_it(self) -> None:
        process = self.pipe(self.device())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(bench.WAIT), INTERRUPTED)

    def test_there_is_no_json_of_it(self) -> None:
        done = self.expect(USAGE, self.device().path, "--json", "console")
        self.assertIn("no JSON", done.json()["error"]["message"])


if __name__ == "__main__":
    bench.main()
