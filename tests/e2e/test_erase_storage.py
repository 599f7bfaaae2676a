#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""zephyr erase-storage asks before it erases, where there is somebody to ask."""
from __future__ import annotations

import bench
from bench import INTERRUPTED, OK, USAGE
from terminal import CTRL_C, CTRL_D, Terminal

QUESTION = r"bonds\? \[y/N\] "


class EraseStorageTest(bench.BenchTest):
    def address(self) -> str:
        return f"loopback:state={self.folder}/board"

    def smpctl(self, *words: str) -> bench.Done:
        return bench.run(bench.SMPCTL, "-p", self.address(), *words)

    def save(self) -> None:
        """A setting that a reset does not lose."""
        self.assertEqual(self.smpctl("-q", "settings", "set", "my/x", "kept").code, OK)
        self.assertEqual(self.smpctl("settings", "save").code, OK)

    def is_saved(self) -> bool:
        self.assertEqual(self.smpctl("reset").code, OK)
        return self.smpctl("settings", "get", "my/x").code == OK

    def ask(self, answer: str | bytes) -> int:
        terminal = Terminal(bench.SMPCTL, "-p", self.address(), "zephyr", "erase-storage")
        self.addCleanup(terminal.close)
        terminal.read_until(QUESTION)
        terminal.type(answer)
        return terminal.wait()

    def test_yes_erases(self) -> None:
        self.save()
        self.assertTrue(self.is_saved())
        self.assertEqual(self.ask("y\r"), OK)
        self.assertFalse(self.is_saved())

    def test_anything_else_erases_nothing(self) -> None:
        self.save()
        for answer in ("\r", "n\r", "no\r", "ja\r", CTRL_D, CTRL_C):
            self.assertEqual(self.ask(answer), INTERRUPTED)
        self.assertTrue(self.is_saved())

    def test_an_end_of_the_input_ends_the_line_of_the_question(self) -> None:
        terminal = Terminal(bench.SMPCTL, "-p", self.address(), "zephyr", "erase-storage")
        self.addCleanup(terminal.close)
        terminal.read_until(QUESTION)
        terminal.type(CTRL_D)
        self.assertEqual(terminal.wait(), INTERRUPTED)
        self.assertIn("[y/N] \r\n", terminal.text)

    def test_force_does_not_ask(self) -> None:
        self.save()
        terminal = Terminal(bench.SMPCTL, "-p", self.address(), "zephyr", "erase-storage",
                            "--force")
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.wait(), OK)
        self.assertEqual(terminal.text, "Done\r\n")
        self.assertFalse(self.is_saved())

    def test_where_nobody_can_be_asked_it_wants_force(self) -> None:
        self.save()
        done = self.smpctl("zephyr", "erase-storage")
        self.assertEqual(done.code, USAGE)
        self.assertIn("--force", done.err)
        self.assertTrue(self.is_saved())

    def test_the_interactive_shell_asks_and_goes_on(self) -> None:
        terminal = Terminal(bench.SMPCTL, "-p", self.address(),
                            env={"HOME": str(self.folder)})
        self.addCleanup(terminal.close)
        terminal.read_until("> ")
        terminal.type("zephyr erase-storage\r")
        terminal.read_until(QUESTION)
        terminal.type("n\r")
        terminal.read_until("nothing was erased")
        terminal.read_until("> ")
        terminal.type("zephyr erase-storage\r")
        terminal.read_until(QUESTION)
        terminal.type("y\r")
        terminal.read_until("Done")
        terminal.read_until("> ")
        terminal.type(CTRL_D)
        self.assertEqual(terminal.wait(), OK)


if __name__ == "__main__":
    bench.main()
