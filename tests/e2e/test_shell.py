#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The interactive shell, typed into through a pseudo-terminal."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import bench
from bench import OK, Board
from terminal import CTRL_C, CTRL_D, TAB, UP, SilentDevice, Terminal

CTRL_Z = b"\x1a"

PROMPT = "board\\.port 1\\.0\\.0> "


class ShellTest(bench.BenchTest):
    def terminal(self, *words: str | Path, **options: Any) -> Terminal:
        # Its marks would stand in the middle of what the tests look for.
        inputrc = self.file("inputrc", b"set enable-bracketed-paste off\n")
        home = {"HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state"),
                "INPUTRC": str(inputrc),
                "NO_COLOR": "1"}
        options["env"] = home | options.get("env", {})
        terminal = Terminal(*words, cwd=self.folder, **options)
        self.addCleanup(terminal.close)
        return terminal

    def shell(self, *args: str | Path, **options: Any) -> Terminal:
        return self.terminal(bench.SMPCTL, *args, **options)

    def shell_on(self, board: Board, *args: str | Path, **options: Any) -> Terminal:
        shell = self.shell("-p", board.link, *args, **options)
        shell.read_until(PROMPT)
        return shell

    def leave(self, shell: Terminal) -> None:
        shell.type(CTRL_D)
        self.assertEqual(shell.wait(), OK)

    def device(self) -> SilentDevice:
        device = SilentDevice()
        self.addCleanup(device.close)
        return device

    @property
    def history(self) -> Path:
        return self.folder / "state" / "smpctl" / "history"


class TypingTest(ShellTest):
    def test_commands_run_on_a_board_that_stays_open(self) -> None:
        board = self.board()
        shell = self.shell_on(board)
        shell.type("image list\r")
        shell.read_until("Images:\r\n.*\r\n +version: 1\\.0\\.0\r\n(.*\r\n)*Split status.*\r\n")
        shell.read_until(PROMPT)
        # Nobody else gets at it meanwhile.
        self.expect(bench.PORT_BUSY, board, "echo", "x")
        shell.type("echo 'two  words'\r")
        shell.read_until("\r\ntwo  words\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_an_error_does_not_end_it(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("imgae list\r")
        shell.read_until("smpctl: unknown command \"imgae\"\r\nhint: did you mean")
        shell.read_until(PROMPT)
        shell.type("echo 'open\r")
        shell.read_until("smpctl: a single quote is not closed\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_help_tells_of_a_command(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("help image upload\r")
        shell.read_until("usage: .*image upload .*FILE\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_exit_leaves_it_too(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("exit\r")
        self.assertEqual(shell.wait(), OK)

    def test_interactive_is_the_same(self) -> None:
        shell = self.shell_on(self.board(), "interactive")
        shell.type("interactive\r")
        shell.read_until("no shell within a shell")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_local_commands_have_the_terminal(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("!echo go; read x; echo \"[$x]\"; exit 3\r")
        shell.read_until("\ngo\r\n")
        shell.type("typed\r")
        shell.read_until("\\[typed\\]\r\n")
        shell.read_until("the exit code of the command is 3\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_it_works_on_a_dumb_terminal(self) -> None:
        shell = self.shell_on(self.board(), term="dumb")
        shell.type("echo one\r")
        shell.read_until("\r\none\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)
        self.assertNotIn("\x1b", shell.text)

    def test_a_long_line_follows_the_width_of_the_terminal(self) -> None:
        shell = self.shell_on(self.board(), columns=80)
        shell.type("echo " + "a" * 50)
        shell.read_until("a{50}")
        shell.resize(40)
        # It is drawn anew at once, without a key.
        shell.read_until(PROMPT + "echo a{50}")
        shell.type("b\r")
        shell.read_until("\na{50}b\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_the_version_is_asked_for_again_where_no_answer_came(self) -> None:
        shell = self.shell("-p", self.board("--fault", "drop-reply@1").link)
        shell.read_until("board\\.port> ")
        shell.read_until(PROMPT)
        self.leave(shell)


class StoppedTest(ShellTest):
    def test_ctrl_z_stops_it_and_the_line_is_there_again_afterwards(self) -> None:
        if shutil.which("bash") is None:
            self.skipTest("there is no bash")
        shell = self.terminal("bash", "--norc", "-i", env={"PS1": "sh: "})
        shell.read_until("sh: ")
        shell.type(f"{bench.SMPCTL} -p {self.board().link}\r")
        shell.read_until(PROMPT)
        shell.type("echo ty")
        shell.read_until("echo ty")
        for columns in (70, 60):
            shell.type(CTRL_Z)
            shell.read_until("Stopped[^\n]*\r\nsh: ")
            shell.resize(columns)
            shell.type("fg\r")
            shell.read_until(PROMPT + "echo ty")
        shell.type("ped\r")
        shell.read_until("\ntyped\r\n")
        shell.read_until(PROMPT)
        shell.type(CTRL_D)
        shell.read_until("sh: ")
        self.leave(shell)


class KeysTest(ShellTest):
    def test_tab_completes_commands_files_and_hashes(self) -> None:
        self.file("firmware.bin", bench.image(4096))
        self.file("notes.txt", b"")
        shell = self.shell_on(self.board())
        shell.type(b"image upl" + TAB)
        shell.read_until("image upload ")
        shell.type(b"f" + TAB)
        shell.read_until("firmware\\.bin ")
        shell.type("\r")
        shell.read_until("100 %")
        shell.read_until(PROMPT)
        shell.type(b"image test " + TAB + TAB)
        shown = shell.read_until(bench.image_hash(bench.image(4096))[:8])
        self.assertNotIn("notes.txt", shown)
        shell.type(CTRL_C)
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_tab_completes_what_was_seen_and_what_the_board_has(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("settings get app/name\r")
        shell.read_until("\nfake board\r\n")
        shell.read_until(PROMPT)
        shell.type(b"settings get a" + TAB)
        shell.read_until("settings get app/name ")
        shell.type("\r")
        shell.read_until("\nfake board\r\n")
        shell.read_until(PROMPT)
        # Nobody has named it yet: the board is asked.
        shell.type(b"stat smp" + TAB)
        shell.read_until("stat smp_svr_stats ")
        shell.type("\r")
        shell.read_until("stat group: smp_svr_stats\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_tab_puts_into_quotes_what_would_be_several_words(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("settings set 'my \"key\" $' v\r")
        shell.read_until("Done\r\n")
        shell.read_until(PROMPT)
        for typed in (b"my", b'"my'):
            shell.type(b"settings get " + typed + TAB + b"\r")
            shell.read_until("\nv\r\n")
            shell.read_until(PROMPT)
        self.leave(shell)

    def test_the_history_is_kept_for_the_next_time(self) -> None:
        board = self.board()
        shell = self.shell_on(board)
        for _ in range(2):
            shell.type("echo remembered\r")
            shell.read_until("\nremembered\r\n")
            shell.read_until(PROMPT)
        self.leave(shell)
        self.assertEqual(self.history.read_text(), "echo remembered\n")
        self.assertEqual(self.history.stat().st_mode & 0o777, 0o600)
        shell = self.shell_on(board)
        shell.type(UP)
        shell.read_until("echo remembered")
        shell.type("\r")
        shell.read_until("\nremembered\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_ctrl_c_clears_the_line(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("frobnicate")
        shell.read_until("frobnicate")
        shell.type(CTRL_C)
        shell.read_until("\\^C\r\n")
        shell.read_until(PROMPT)
        shell.type("echo here\r")
        shell.read_until("\nhere\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_ctrl_d_right_behind_ctrl_c_is_not_lost(self) -> None:
        board = self.board()
        for _ in range(5):
            shell = self.shell_on(board)
            shell.type(CTRL_C)
            # Now, and not when the next prompt stands there.
            shell.read_until("\\^C")
            self.leave(shell)

    def test_ctrl_c_ends_the_command_and_not_the_shell(self) -> None:
        shell = self.shell_on(self.board("--baud", "9600", "--slot-size", "64K"))
        self.file("firmware.bin", bench.image(40000))
        shell.type("image upload firmware.bin\r")
        shell.read_until("[1-9] %")
        shell.type(CTRL_C)
        shell.read_until("interrupted")
        shell.read_until(PROMPT)
        shell.type("echo here\r")
        shell.read_until("\nhere\r\n")
        shell.read_until(PROMPT)
        shell.type("wait 1h\r")
        shell.read_until("wait 1h\r\n")
        shell.type(CTRL_C)
        shell.read_until("interrupted")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_ctrl_c_ends_a_local_command(self) -> None:
        self.file("log", b"begun\n")
        shell = self.shell_on(self.board())
        shell.type("!exec tail -f log\r")
        shell.read_until("\nbegun\r\n")
        shell.type(CTRL_C)
        shell.read_until("the exit code of the command is 130\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_the_terminal_is_given_back(self) -> None:
        shell = self.shell_on(self.board())
        self.assertFalse(shell.is_cooked())
        self.leave(shell)
        self.assertTrue(shell.is_cooked())


class DeviceTextTest(ShellTest):
    def test_text_stands_above_the_line_being_typed(self) -> None:
        device = self.device()
        shell = self.shell("-p", device.path)
        prompt = f"{device.path.name}> "
        shell.read_until(prompt)
        shell.type("echo ha")
        shell.read_until("echo ha")
        device.say(b"<inf> app: tick \x1b[31m\r\n")
        # The line is wiped away, and is there again below the text.
        shell.read_until("(\r\x1b\\[K\r?)+device: <inf> app: tick \\\\x1b\\[31m\r\n"
                         + prompt + "echo ha")
        # What was typed is a command of this machine now.
        shell.type("lf\x01!\r")
        shell.read_until("\nhalf\r\n")
        shell.read_until(prompt)
        self.leave(shell)

    def test_text_stands_above_the_line_on_a_dumb_terminal(self) -> None:
        device = self.device()
        shell = self.shell("-p", device.path, term="dumb")
        prompt = f"{device.path.name}> "
        shell.read_until(prompt)
        shell.type("wait 1")
        shell.read_until("wait 1")
        device.say(b"tick\n")
        shell.read_until("\r +\rdevice: tick\r\n" + prompt + "wait 1")
        shell.type("ms\r")
        shell.read_until(prompt)
        self.leave(shell)
        self.assertNotIn("\x1b", shell.text)

    def test_text_comes_while_the_shell_waits(self) -> None:
        device = self.device()
        shell = self.shell("-p", device.path)
        shell.read_until("> ")
        shell.type("wait 1h\r")
        shell.read_until("wait 1h\r\n")
        device.say(b"tick\n")
        shell.read_until("device: tick\r\n")
        shell.type(CTRL_C)
        shell.read_until("> ")
        self.leave(shell)

    def test_a_board_that_talks_all_the_time_is_no_trouble(self) -> None:
        shell = self.shell_on(self.board("--text-noise"))
        for number in range(20):
            shell.type(f"echo {number}\r")
            shell.read_until(f"\n{number}\r\n")
            shell.read_until(PROMPT)
        self.assertRegex(shell.text, "device: \\[00:")
        self.leave(shell)

    def test_a_progress_bar_makes_room_for_text(self) -> None:
        self.file("firmware.bin", bench.image(8000))
        shell = self.shell_on(self.board("--text-noise", "--baud", "115200"))
        shell.type("image upload firmware.bin\r")
        shell.read_until("[0-9] %[^\n]*\r\x1b\\[Kdevice: \\[00:[^\r]*\r\n")
        shell.read_until("100 %")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_a_quiet_line_is_quiet_for_itself_only(self) -> None:
        device = self.device()
        shell = self.shell("-p", device.path, "-t", "100ms", "-r", "1")
        shell.read_until("> ")
        shell.type("-q echo x\r")
        shell.read_until("smpctl: echo: ")
        shell.read_until("> ")
        device.say(b"tick\n")
        shell.read_until("device: tick\r\n")
        shell.read_until("> ")
        self.leave(shell)

    def test_quiet_is_quiet(self) -> None:
        device = self.device()
        shell = self.shell("-q", "-p", device.path)
        shell.read_until("> ")
        device.say(b"tick\n")
        shell.type("help exit\r")
        shell.read_until("usage")
        shell.read_until("> ")
        self.leave(shell)
        self.assertNotIn("tick", shell.text)
        self.assertNotIn("Ctrl-D", shell.text)


class ConnectionTest(ShellTest):
    def test_without_a_board_it_says_what_to_do(self) -> None:
        board = self.board()
        shell = self.shell("-p", self.folder / "nowhere")
        shell.read_until("nowhere")
        shell.read_until("smpctl> ")
        shell.type(f"connect {board.link}\r")
        shell.read_until("Connected to .*board\\.port\r\n")
        shell.read_until(PROMPT)
        shell.type("disconnect\r")
        shell.read_until("smpctl> ")
        self.expect(OK, board, "echo", "others")
        shell.type("echo ours\r")
        shell.read_until("\nours\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_a_line_may_ask_for_another_board(self) -> None:
        shell = self.shell_on(self.board())
        other = self.board(name="other")
        shell.type(f"-p {other.link} echo other\r")
        shell.read_until("\nother\r\n")
        shell.read_until("other\\.port 1\\.0\\.0> ")
        shell.type("echo first\r")
        shell.read_until("\nfirst\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_a_board_that_resets_is_found_again(self) -> None:
        board = self.board()
        self.file("firmware.bin", bench.image(4096))
        shell = self.shell_on(board)
        for line in ("image upload firmware.bin", "image test firmware.bin", "reset"):
            shell.type(line + "\r")
            shell.read_until(line)
            shell.read_until("board\\.port.*> ")
        board.wait_for_reset()
        # Without a key the new version is in the prompt.
        shell.read_until("board\\.port 2\\.0\\.0> ")
        shell.type("image confirm\r")
        shell.read_until("flags: active confirmed")
        shell.read_until("board\\.port 2\\.0\\.0> ")
        self.leave(shell)

    def test_a_command_right_behind_the_reset_waits_for_the_board(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("reset\rimage list\r")
        shell.read_until("waiting for .*board\\.port to come back\r\n")
        shell.read_until("version: 1\\.0\\.0")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_the_line_being_typed_outlives_a_reset(self) -> None:
        board = self.board()
        shell = self.shell_on(board)
        shell.type("echo ty")
        shell.read_until("echo ty")
        board.process.send_signal(bench.signal.SIGUSR1)
        shell.read_until("board\\.port \\(away\\)> echo ty")
        shell.read_until("board\\.port> echo ty")
        shell.read_until(PROMPT + "echo ty")
        shell.type("ped\r")
        shell.read_until("\ntyped\r\n")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_a_bootloader_is_named_as_such(self) -> None:
        shell = self.shell_on(self.board())
        shell.type("reset --bootloader\r")
        shell.read_until("Done\r\n")
        # Without a key.
        shell.read_until("board\\.port \\(recovery\\)> ")
        shell.type("reset --wait\r")
        shell.read_until("The application answers")
        shell.read_until(PROMPT)
        self.leave(shell)

    def test_update_gets_the_board_and_gives_it_back(self) -> None:
        self.file("firmware.bin", bench.image(4096))
        shell = self.shell_on(self.board())
        shell.type("update firmware.bin\r")
        shell.read_until("2\\.0\\.0 runs and is confirmed")
        shell.read_until("board\\.port 2\\.0\\.0> ")
        # Ctrl-C is the shell's again.
        shell.type("wait 1h\r")
        shell.read_until("wait 1h\r\n")
        shell.type(CTRL_C)
        shell.read_until("interrupted")
        shell.read_until("board\\.port 2\\.0\\.0> ")
        self.leave(shell)


if __name__ == "__main__":
    bench.main()
