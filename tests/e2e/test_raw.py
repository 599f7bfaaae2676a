#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Any request through a pipe, and a device that crashes on demand."""
from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import bench
from bench import OK

INTERRUPTED = 130


class RawTest(bench.BenchTest):
    def begin(self, *args: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            [str(bench.SMPCTL), *map(str, args)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_a_payload_may_come_through_a_pipe_bit_by_bit(self) -> None:
        board = self.board()
        process = self.begin("-p", board.link, "raw", "write", "os", "0", "-")
        assert process.stdin is not None
        for part in ('{"d":', ' "bit by', ' bit"}\n'):
            process.stdin.write(part)
            process.stdin.flush()
        out, err = process.communicate(timeout=bench.WAIT)
        self.assertEqual((process.returncode, out), (OK, '{\n    "r": "bit by bit"\n}\n'), err)

    def test_ctrl_c_ends_the_wait_for_a_pipe(self) -> None:
        board, trace = self.board(), self.folder / "trace"
        process = self.begin("-p", board.link, "--trace", trace, "raw", "write", "os", "0", "-")
        bench.wait_until("the port to be opened", trace.exists)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(bench.WAIT), INTERRUPTED)

    def test_a_script_in_the_pipe_is_not_eaten(self) -> None:
        lines = "- raw write os 0 -\n- fs upload - /lfs/x\necho after\n"
        done = bench.run(bench.SMPCTL, "-p", self.board().link, "--script", "-", input=lines)
        self.assertEqual((done.code, done.out), (OK, "after\n"), done)
        self.assertEqual(done.err.count("standard input is the script\nhint: "), 2, done)

    def test_a_crash_is_a_reset_without_an_answer(self) -> None:
        board = self.board("--mynewt")
        done = bench.run(bench.SMPCTL, "-p", board.link, "crash", "assert")
        self.assertEqual((done.code, done.out), (OK, "Done\n"), done)
        board.wait_for_reset()
        done = bench.run(bench.SMPCTL, "-p", board.link, "log", "show", "reboot_log")
        self.assertEqual(done.code, OK, done)
        self.assertIn("rsn:SOFT", done.out)


if __name__ == "__main__":
    bench.main()
