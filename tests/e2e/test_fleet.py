#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several boards updated at once: what each comes to, what is reported, and how it is broken off."""
from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bench
from bench import INTERRUPTED, OK, USAGE, Board, Done

NOT_UPDATED, PARTIAL = 10, 11
# A silent board is soon given up.
SHORT = ("-t", "300ms", "-r", "2")
SLOW_BAUD = "57600"


class FleetTest(bench.BenchTest):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.file("i.bin", bench.image(20000))

    def words(self, boards: Sequence[Board | Path], *args: str | Path) -> list[str]:
        words: list[str | Path] = [bench.SMPCTL, *args]
        for board in boards:
            words += ["-p", board.link if isinstance(board, Board) else board]
        return [str(word) for word in words]

    def update(self, code: int, boards: Sequence[Board | Path], *args: str | Path) -> Done:
        done = bench.run(*self.words(boards, "update", self.image, *args))
        self.assertEqual(done.code, code, str(done))
        return done

    def boards(self, count: int, *options: str) -> list[Board]:
        return [self.board(*options, name=f"b{i}") for i in range(count)]

    def assert_runs(self, board: Board, version: str) -> None:
        slot = self.slots(board)[0]
        self.assertEqual((slot["version"], slot["active"], slot["confirmed"]),
                         (version, True, True))

    def outcomes(self, result: dict[str, Any]) -> list[str]:
        return [board.get("error", {}).get("status", board["outcome"])
                for board in result["boards"]]


class OutcomeTest(FleetTest):
    def test_four_boards_are_updated_at_once(self) -> None:
        boards = self.boards(4)
        done = self.update(OK, boards)
        lines = done.out.splitlines()
        self.assertRegex(lines[0], r"^BOARD +FROM +TO +SECONDS +SPEED +OUTCOME$")
        self.assertEqual(len(lines), 5)
        for board, line in zip(boards, lines[1:]):
            self.assertRegex(line, rf"^{re.escape(str(board.link))} +1\.0\.0 +2\.0\.0 +[\d.]+ +"
                                   r"[\d.]+ [KM]iB/s +updated$")
            self.assert_runs(board, "2.0.0")
        self.assertEqual(self.outcomes(self.update(OK, boards, "--json").json()["result"]),
                         ["already"] * 4)

    def mixed(self) -> list[Board]:
        """One that is well, one whose cable is loose, one silent, one that refuses the image."""
        return [self.board(name="good"), self.board("--fault", "vanish@12", name="loose"),
                self.board("--fault", "silent", name="silent"),
                self.board("--fault", "refuse-swap", name="strict")]

    def test_what_happens_to_one_does_not_touch_the_others(self) -> None:
        boards = self.mixed()
        report, logs = self.folder / "report.json", self.folder / "logs"
        done = self.update(PARTIAL, boards, *SHORT, "--report", report, "--log-dir", logs)
        statuses = ["updated", "no-port", "timeout", "not-updated"]
        for line, status in zip(done.out.splitlines()[1:5], statuses):
            self.assertTrue(line.endswith(f" {status}"), line)
        self.assertIn("3 of 4 boards are not updated: 3 failed\n", done.err)
        result = json.loads(report.read_text())
        self.assertEqual(self.outcomes(result), statuses)
        self.assertEqual([result[k] for k in ("succeeded", "failed", "skipped")], [1, 3, 0])
        self.assertEqual(result["boards"][3]["runs"], "1.0.0")
        self.assert_runs(boards[0], "2.0.0")
        self.assert_runs(boards[3], "1.0.0")
        names = sorted(path.name for path in logs.iterdir())
        self.assertEqual([name[:3] for name in names], ["00-", "01-", "02-", "03-"])
        self.assertIn("2.0.0 runs and is confirmed", (logs / names[0]).read_text())
        self.assertIn("went away", (logs / names[1]).read_text())
        # The cable is in again: the same command goes on.
        boards[1].wait_until_back()
        self.update(OK, boards[:2])
        self.assert_runs(boards[1], "2.0.0")

    def test_what_happens_is_told_in_json_lines(self) -> None:
        done = self.update(PARTIAL, self.mixed(), *SHORT)
        lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
        good = [line for line in lines if line["board"].endswith("good.port")]
        self.assertEqual([good[0]["event"], good[-1]["event"]], ["started", "ended"])
        steps = [line["step"] for line in good if line["event"] == "step"]
        self.assertEqual(sorted(set(steps)), ["compare", "confirm", "mark", "read", "reset",
                                              "upload", "wait"])
        progress = [line["done"] for line in good if line["event"] == "progress"]
        self.assertEqual((sorted(progress), progress[-1]), (progress, self.image.stat().st_size))
        self.assertEqual([line["ok"] for line in lines if line["event"] == "ended"].count(True), 1)

    def test_junit_is_what_test_rigs_read(self) -> None:
        boards = self.mixed()[:2]
        report = self.folder / "report.xml"
        missing = self.folder / 'no "such" <port> & nothing'
        self.update(PARTIAL, [*boards, missing], "--report", report)
        suite = ET.parse(report).getroot()
        self.assertEqual({k: suite.get(k) for k in ("tests", "failures", "errors", "skipped")},
                         {"tests": "3", "failures": "2", "errors": "0", "skipped": "0"})
        cases = suite.findall("testcase")
        self.assertEqual([case.get("name") for case in cases],
                         [*(str(board.link) for board in boards), str(missing)])
        self.assertIsNone(cases[0].find("failure"))
        failure = cases[1].find("failure")
        assert failure is not None
        self.assertEqual(failure.get("type"), "no-port")
        self.assertIn("went away", failure.get("message") or "")
        self.assertGreater(float(cases[0].get("time") or 0), 0)

    def test_a_report_that_cannot_be_written_is_told_before_a_board_is_touched(self) -> None:
        board = self.board()
        done = self.update(USAGE, [board], "--report", self.folder / "none" / "r.xml")
        self.assertIn("cannot write the report", done.err)
        self.assertEqual(list(self.slots(board)), [0])

    def test_a_canary_that_fails_stops_the_rest(self) -> None:
        boards = [self.board("--fault", "refuse-swap", name="canary"), *self.boards(2)]
        done = self.update(PARTIAL, boards, "--canary", "1", "--json")
        self.assertEqual(self.outcomes(done.json()["result"]), ["not-updated", "skipped",
                                                                "skipped"])
        self.assertIn("because a canary failed", done.json()["error"]["message"])
        for board in boards[1:]:
            self.assertEqual(list(self.slots(board)), [0])

    def test_all_that_fail_alike_have_one_exit_code(self) -> None:
        boards = self.boards(2, "--fault", "refuse-swap")
        self.update(NOT_UPDATED, boards)

    def test_a_list_names_boards_and_their_settings(self) -> None:
        boards = self.boards(3)
        other = self.file("other.bin", bench.image(9000, (3, 1, 0)))
        listed = self.file("rack", f"{boards[0].link}\n{boards[1].link} {other}  # newer\n\n"
                                   f"{boards[2].link} check-version=9.9.9\n".encode())
        done = bench.run(bench.SMPCTL, "update", "--from", listed, self.image, "--json")
        self.assertEqual(done.code, PARTIAL, str(done))
        result = done.json()["result"]["boards"]
        self.assertEqual([board["outcome"] for board in result],
                         ["updated", "updated", "rolled_back"])
        self.assert_runs(boards[1], "3.1.0")
        self.assert_runs(boards[2], "1.0.0")

    def test_checks_run_with_the_port_of_their_board(self) -> None:
        boards = self.boards(3)
        check = f'echo x > "{self.folder}/checked-$(basename "$SMPCTL_PORT")"'
        self.update(OK, boards, "--check", check)
        checked = sorted(path.name for path in self.folder.glob("checked-*"))
        self.assertEqual(checked, [f"checked-b{i}.port" for i in range(3)])

    def test_a_second_port_is_an_error_for_other_commands(self) -> None:
        boards = self.boards(2)
        done = bench.run(*self.words(boards, "image", "list"))
        self.assertEqual((done.code, done.out), (USAGE, ""))
        self.assertIn('"image list" is for one device', done.err)


class BreakOffTest(FleetTest):
    def begin(self, boards: Sequence[Board], *args: str) -> subprocess.Popen[str]:
        """Start the update, and wait until the first upload moves."""
        words = self.words(boards, "update", self.image, *args)
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(words, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(self._end, process)
        self.wait_for(process, '"progress"')
        return process

    @staticmethod
    def wait_for(process: subprocess.Popen[str], text: str) -> None:
        assert process.stderr is not None
        # Line by line and unbuffered beyond them: select would not see what Python holds.
        for line in process.stderr:
            if text in line:
                return
        raise AssertionError(f"it ended without {text}")

    def test_ctrl_c_once_finishes_what_has_begun(self) -> None:
        boards = self.boards(3, "--baud", SLOW_BAUD)
        process = self.begin(boards, "--jobs", "2")
        process.send_signal(signal.SIGINT)
        self.wait_for(process, '"stopping"')
        done = self.finish(process)
        self.assertEqual(done.code, INTERRUPTED, str(done))
        self.assertIn("1 of 3 boards are not updated: 1 not started", done.err)
        self.assert_runs(boards[0], "2.0.0")
        self.assert_runs(boards[1], "2.0.0")
        self.assertEqual(list(self.slots(boards[2])), [0])

    def test_ctrl_c_twice_stops_and_the_same_command_goes_on(self) -> None:
        boards = self.boards(2, "--baud", SLOW_BAUD)
        process = self.begin(boards)
        process.send_signal(signal.SIGINT)
        self.wait_for(process, '"stopping"')
        process.send_signal(signal.SIGINT)
        done = self.finish(process)
        self.assertEqual(done.code, INTERRUPTED, str(done))
        self.assertEqual(done.out.count(" interrupted\n"), 2)
        for board in boards:
            self.assertEqual(self.slots(board)[0]["version"], "1.0.0")
        result = self.update(OK, boards, "--json").json()["result"]["boards"]
        for board in result:
            self.assertEqual(board["outcome"], "updated")
            self.assertLess(board["bytes"], self.image.stat().st_size)


class TerminalTest(FleetTest):
    """Standard error is a terminal: what is drawn on it."""

    def draw(self, boards: Sequence[Board | Path], size: tuple[int, int], *args: str,
             resize: tuple[int, int] | None = None) -> str:
        master, slave = pty.openpty()
        self.set_size(slave, size)
        drawn = b""
        with subprocess.Popen(self.words(boards, "update", self.image, *args),
                              stdout=subprocess.DEVNULL, stderr=slave) as process:
            os.close(slave)
            while True:
                self.assertTrue(select.select([master], [], [], bench.WAIT)[0], "nothing is drawn")
                try:
                    drawn += os.read(master, 65536)
                except OSError:  # its other end is closed
                    break
                if resize is not None and b"%" in drawn:
                    self.set_size(master, resize)
                    resize = None
        os.close(master)
        self.assertEqual(process.returncode, OK, drawn)
        return drawn.decode()

    @staticmethod
    def set_size(terminal: int, size: tuple[int, int]) -> None:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    @staticmethod
    def frames(drawn: str) -> list[list[str]]:
        """The pictures, one drawn over the other: the lines of each."""
        return [[line.replace("\033[K", "") for line in frame.split("\r\n")[:-1]]
                for frame in re.split(r"\033\[J", drawn)[:-1]]

    def test_each_board_has_a_line_drawn_over_itself(self) -> None:
        boards = self.boards(3, "--baud", SLOW_BAUD)
        frames = self.frames(self.draw(boards, (24, 120)))
        self.assertGreater(len(frames), 20)
        self.assertTrue(all(frame[0].startswith("\033[4A\r") for frame in frames[1:]))
        self.assertTrue(all(len(frame) == 4 for frame in frames))
        self.assertTrue(any(re.search(r"port upload +\d+ %  [\d.]+ KiB of 19.5 KiB$", frame[1])
                            for frame in frames))
        for i, board in enumerate(boards):
            self.assertRegex(frames[-1][i], rf"{board.link.name} 2\.0\.0 runs and is confirmed")
        self.assertEqual(frames[-1][-1], "3 boards: 3 done, 0 failed, 0 at work, 0 waiting")

    def test_no_line_is_as_wide_as_a_narrow_terminal(self) -> None:
        boards = self.boards(2)
        for frame in self.frames(self.draw(boards, (24, 30))):
            for line in frame:
                self.assertLess(len(re.sub(r"^\033\[\dA\r", "", line)), 30)

    def test_with_more_boards_than_rows_the_picture_is_no_higher_than_the_terminal(self) -> None:
        boards = [Path(f"loopback:state={self.folder}/{i}") for i in range(12)]
        frames = self.frames(self.draw(boards, (6, 80)))
        self.assertTrue(all(len(frame) < 6 for frame in frames))
        self.assertTrue(any(len(frame) == 5 for frame in frames))
        self.assertRegex(frames[-1][-1], "12 boards: 12 done, 0 failed")

    def test_a_terminal_that_changes_its_size_gets_other_lines(self) -> None:
        boards = self.boards(2, "--baud", SLOW_BAUD)
        frames = self.frames(self.draw(boards, (24, 100), resize=(24, 40)))
        # Two lines of 60 and more, and one of 48, have become two each.
        self.assertGreater(max(len(line) for line in frames[0]), 40)
        self.assertTrue(any(re.match(r"\033\[[456]A\r", frame[0]) for frame in frames))
        self.assertTrue(all(len(line) < 40 for line in frames[-1][1:]))


if __name__ == "__main__":
    bench.main()
