#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scripts: which lines run, what is said of them, and with which code they end."""
from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import bench
from bench import BAD_FILE, INTERRUPTED, NO_PORT, OK, USAGE, Board, Done

NOT_MET = 10


class RigTest(bench.BenchTest):
    def script(self, board: Board, code: int, lines: str, *args: str | Path,
               env: dict[str, str] | None = None) -> Done:
        path = self.file("rig.smp", lines.encode())
        environment = {**os.environ, "HOME": str(self.folder)} | (env or {})
        return self.expect(code, board, "--script", path, *args, env=environment,
                           cwd=self.folder)

    def at(self, line: int) -> str:
        return f"{self.folder / 'rig.smp'}:{line}: "


class ScriptTest(RigTest):
    def test_a_whole_update_with_what_is_expected_of_it(self) -> None:
        self.file("new.bin", bench.image(4096))
        done = self.script(self.board(), OK, """
            # An update, as a rig does it.
            image list
            expect images[0].version 1.0.0
            expect images[0].active true
            image upload ${FIRMWARE}
            image test "${FIRMWARE}"    # the file stands for its hash
            expect images[1].pending true
            reset --wait
            image list
            expect images[0].version 2.0.0
            image confirm
            expect images[0].confirmed true
        """, "-q", env={"FIRMWARE": "new.bin"})
        self.assertEqual(done.err, "")

    def test_the_board_is_waited_for_behind_a_reset(self) -> None:
        done = self.script(self.board(), OK, "reset\necho back\n")
        self.assertEqual(done.out, "Done\nback\n")
        self.assertRegex(done.err, r"\Awaiting for \S+ to come back\n\Z")

    def test_the_first_failure_ends_it_with_its_code(self) -> None:
        board = self.board()
        done = self.script(board, NOT_MET,
                           "echo a\nexpect text b\necho c\n")
        self.assertEqual(done.out, "a\n")
        self.assertEqual(done.err, f'smpctl: {self.at(2)}expect: text is "a", not "b"\n')
        done = self.script(board, USAGE, "\n\nfrobnicate\n")
        self.assertIn(f'smpctl: {self.at(3)}unknown command "frobnicate"\n', done.err)
        done = self.script(board, NO_PORT, "-p ./nowhere image list")
        self.assertIn(f"smpctl: {self.at(1)}image list: ", done.err)

    def test_keep_going_ends_with_the_first_failure_s_code(self) -> None:
        done = self.script(self.board(), USAGE, "imgae list\nexpect a b\necho c\n",
                           "--keep-going")
        self.assertEqual(done.out, "c\n")
        self.assertIn(self.at(1), done.err)
        self.assertIn(self.at(2), done.err)

    def test_a_line_may_fail_where_it_says_so(self) -> None:
        done = self.script(self.board(), OK, "- image erase --slot 9\n"
                           "expect error.status device\nexpect ok false\n- ! exit 3\necho on\n")
        self.assertEqual(done.out, "on\n")
        self.assertIn(f"smpctl: {self.at(1)}image erase: ", done.err)

    def test_expect_looks_at_the_last_command_and_not_at_itself(self) -> None:
        done = self.script(self.board(), NOT_MET, "echo a\nexpect text a\nwait 1ms\n"
                           "expect result.text a\nexpect command echo\nexpect txet a\n")
        self.assertIn(f"{self.at(6)}expect: there is no txet\nhint: there is: text\n", done.err)
        done = self.script(self.board(name="other"), USAGE, "expect text a\n")
        self.assertIn("no command has answered yet", done.err)

    def test_wait_waits(self) -> None:
        board = self.board()
        start = bench.time.monotonic()
        self.script(board, OK, "wait 300ms\n")
        self.assertGreaterEqual(bench.time.monotonic() - start, 0.3)
        self.assertIn("such as 2s", self.script(board, USAGE, "wait long\n").err)

    def test_words_are_as_in_sh(self) -> None:
        done = self.script(self.board(), OK, "echo 'two  words'\necho a\\ b\\#\necho \"${X}\"\n"
                           "echo ${X}\n", env={"X": "one  'word'"})
        self.assertEqual(done.out, "two  words\na b#\none  'word'\none  'word'\n")

    def test_a_variable_that_is_not_set_is_an_error(self) -> None:
        done = self.script(self.board(), USAGE, "echo ${NO_SUCH_VARIABLE}\n")
        self.assertEqual(done.err, f"smpctl: {self.at(1)}the variable NO_SUCH_VARIABLE is not "
                         "set in the environment\n")

    def test_commands_of_this_machine_run_and_fail(self) -> None:
        done = self.script(self.board(), 5, "! echo local; cat; exit 0\n!exit 5\necho no\n")
        self.assertEqual(done.out, "local\n")
        self.assertEqual(done.err, f"{self.at(2)}the exit code of the command is 5\n")

    def test_exit_ends_it_well(self) -> None:
        self.assertEqual(self.script(self.board(), OK, "echo a\nexit\necho b\n").out, "a\n")

    def test_connect_and_disconnect(self) -> None:
        board, other = self.board(), self.board(name="other")
        done = self.script(board, OK, f"connect {other.link}\ndisconnect\n"
                           f"! {bench.SMPCTL} -p {other.link} echo others\necho back\n")
        self.assertEqual(done.out, f"Connected to {other.link}\nothers\nback\n")

    def test_odd_files_are_read_or_refused(self) -> None:
        board = self.board()
        self.assertEqual(self.script(board, OK, "").out, "")
        self.assertEqual(self.script(board, OK, "echo a\r\necho b").out, "a\nb\n")
        self.assertEqual(self.script(board, OK, "\ufeffecho a\n").out, "a\n")
        self.assertIn("no text", self.script(board, USAGE, "echo a\0b\n").err)
        self.assertIn("too long", self.script(board, USAGE, "echo " + "a" * 9000).err)
        self.assertIn("No such file", self.expect(BAD_FILE, board, "--script", "nowhere").err)
        self.assertIn("cannot be read", self.expect(BAD_FILE, board, "--script", "/").err)

    def test_a_script_and_a_command_are_too_much(self) -> None:
        board = self.board()
        path = self.file("empty.smp", b"")
        done = self.expect(USAGE, board, "--script", path, "image", "list")
        self.assertIn("with --script the commands stand in the file", done.err)
        self.assertIn("for scripts", self.expect(USAGE, board, "wait", "1s").err)
        done = self.script(board, USAGE, "--script x image list\n")
        self.assertIn("--script stands on the command line only", done.err)
        done = self.expect(USAGE, board, "-p", "x", "--script", path)
        self.assertIn("one device", done.err)


class JsonTest(RigTest):
    def documents(self, done: Done) -> list[Any]:
        return [json.loads(line) for line in done.out.splitlines()]

    def test_every_command_has_one_document(self) -> None:
        done = self.script(self.board(), USAGE, "echo a\n\n# nothing\nexpect text a\n"
                           "! echo local\necho 'b\nfrob\n", "--json", "--keep-going")
        documents = self.documents(done)
        self.assertEqual([(d["ok"], d["command"]) for d in documents],
                         [(True, "echo"), (True, "expect"), (False, None), (False, None)])
        self.assertEqual(documents[2]["error"]["message"],
                         f"{self.at(6)}a single quote is not closed")
        # What a local command says is no document.
        self.assertEqual(done.err, "local\n")

    def test_a_line_may_ask_for_json_by_itself(self) -> None:
        done = self.script(self.board(), OK, "echo a\necho b --json\necho c\n")
        first, second, third = done.out.splitlines()
        self.assertEqual((first, third), ("a", "c"))
        self.assertEqual(json.loads(second)["result"]["text"], "b")


class InputTest(RigTest):
    def feed(self, board: Board, lines: str, *args: str, code: int = OK) -> Done:
        return self.expect(code, board, *args, input=lines)

    def test_standard_input_is_a_script_where_it_is_no_terminal(self) -> None:
        board = self.board()
        for args in ([], ["--script", "-"], ["interactive"]):
            self.assertEqual(self.feed(board, "echo a\necho b\n", *args).out, "a\nb\n")
        done = self.feed(board, "echo a\nfrob\n", code=USAGE)
        self.assertIn("smpctl: stdin:2: unknown command", done.err)

    def test_no_command_at_all_is_a_wrong_command_line(self) -> None:
        board = self.board()
        self.assertIn("no command was given", self.feed(board, "\n# a\n", code=USAGE).err)
        self.feed(board, "\n# a\n", "--script", "-")

    def test_lines_are_answered_as_they_come(self) -> None:
        process = self.start(self.board(), stdin=subprocess.PIPE)
        assert process.stdin is not None and process.stdout is not None
        for number in range(3):
            process.stdin.write(f"echo {number}\n")
            process.stdin.flush()
            self.assertEqual(bench.read_line(process.stdout), str(number))
        process.stdin.close()
        self.assertEqual(process.wait(bench.WAIT), OK)

    def test_ctrl_c_ends_the_script(self) -> None:
        for lines in ("echo a\n", "echo a\n- wait 1h\necho b\n"):
            process = self.start(self.board(name=f"board{len(lines)}"), "--keep-going",
                                 stdin=subprocess.PIPE)
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(lines)
            process.stdin.flush()
            self.assertEqual(bench.read_line(process.stdout), "a")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(bench.WAIT), INTERRUPTED)
            self.assertEqual(process.stdout.read(), "")
            process.stdin.close()


if __name__ == "__main__":
    bench.main()
