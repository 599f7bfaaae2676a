# SPDX-License-Identifier: Apache-2.0
"""A test bench: smpctl on one side, a fake board behind a pseudo-terminal on the other.

Programs come from the environment: SMPCTL, SMPCTL_FAKEDEV. Nothing here waits for a fixed time: it
waits for something to happen, and WAIT is how long that may take on a busy machine.
"""
from __future__ import annotations

import hashlib
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
IMGTOOL = ROOT / ".venv" / "bin" / "imgtool"
SMPCTL = Path(os.environ.get("SMPCTL", "smpctl"))
FAKEDEV = Path(os.environ.get("SMPCTL_FAKEDEV", "smpctl-fakedev"))

SKIPPED = 77
WAIT = 60.0  # seconds
POLL = 0.01

# Exit codes (docs/cli.md).
OK, INTERNAL, USAGE, NO_PORT, PORT_BUSY, TIMEOUT, PROTOCOL, DEVICE, BAD_FILE = range(9)
UNSUPPORTED = 9
INTERRUPTED = 130

HEADER_SIZE = 0x200


def wait_until(what: str, condition: Callable[[], bool]) -> None:
    """Look again and again; `what` says in the failure what never came."""
    end = time.monotonic() + WAIT
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {WAIT:.0f} s: {what}")
        time.sleep(POLL)


def image(size: int, version: tuple[int, int, int] = (2, 0, 0)) -> bytes:
    """An unsigned MCUboot image of exactly `size` bytes (docs/protocol.md 6.1)."""
    tlv_size = 8 + 32
    payload_size = size - HEADER_SIZE - tlv_size
    header = struct.pack("<IIHHIIBBHII", 0x96F3B83D, 0, HEADER_SIZE, 0, payload_size, 0,
                         *version, 0, 0)
    covered = header.ljust(HEADER_SIZE, b"\0") + random.Random(size).randbytes(payload_size)
    tlvs = struct.pack("<HHHH", 0x6907, tlv_size, 0x10, 32) + hashlib.sha256(covered).digest()
    return covered + tlvs


def image_hash(content: bytes) -> str:
    """What the device shows as the hash of such an image."""
    return content[-32:].hex()


@dataclass
class Done:
    """A program that has ended."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}---"

    def json(self) -> Any:
        return json.loads(self.out)


def run(*args: str | Path, **options: Any) -> Done:
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, check=False,
                          timeout=WAIT, **options)
    return Done(done.returncode, done.stdout, done.stderr)


def read_line(stream: IO[str]) -> str:
    """One line of a pipe, as soon as it is there. Nothing behind it is taken, so that the next wait
    is for the pipe, and not for what a buffer holds."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([stream], [], [], WAIT)[0]:
            raise AssertionError(f"waited {WAIT:.0f} s for a line")
        byte = os.read(stream.fileno(), 1)
        if not byte:
            break
        line += byte
    return line.decode().rstrip("\n")


class Board:
    """A running smpctl-fakedev. `link` stands for its pseudo-terminal and outlives resets."""

    def __init__(self, folder: Path, *options: str | Path, name: str = "board",
                 prefix: tuple[str | Path, ...] = (), program: Path = FAKEDEV) -> None:
        self.link = folder / f"{name}.port"
        self.state = folder / f"{name}.flash"
        self.log = folder / f"{name}.log"
        words = [*prefix, program, "--link", self.link, "--state", self.state, *options]
        with open(self.log, "w", encoding="utf-8") as log:
            # pylint: disable-next=consider-using-with
            self.process = subprocess.Popen([str(word) for word in words], text=True,
                                            stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        self.path = Path(read_line(self.process.stdout))
        if not self.path.is_char_device():
            raise AssertionError(f"no board: {self.log.read_text()}")

    def is_present(self) -> bool:
        return self.link.exists()

    def wait_until_back(self) -> None:
        wait_until("the board to be back", self.is_present)

    def resets(self) -> int:
        return self.log.read_text().count("board reset\n")

    def wait_for_reset(self, number: int = 1) -> None:
        """Until it has reset that often, and is back."""
        wait_until(f"reset {number} of the board", lambda: self.resets() >= number)
        self.wait_until_back()

    def wait_for_return(self) -> None:
        """Until it has left the bus without a reset, and is back."""
        wait_until("the board to leave", lambda: "board gone\n" in self.log.read_text())
        self.wait_until_back()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(WAIT)
        self._close()

    def stop(self, number: int = signal.SIGTERM) -> Done:
        """End it as a user would; complaints are in .err, and make .code 1."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=WAIT)
        return Done(self.process.returncode, out, self.log.read_text())

    def _close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()


class BenchTest(unittest.TestCase):
    """Each test has a folder of its own, and boards that must have no complaint at the end."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def board(self, *options: str | Path, name: str = "board", **more: Any) -> Board:
        board = Board(self.folder, *options, name=name, **more)
        self.addCleanup(self._stop, board)
        return board

    def _stop(self, board: Board) -> None:
        if board.process.poll() is None:
            done = board.stop()
            self.assertEqual(done.code, 0, f"the board complains:\n{done.err}")

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def expect(self, code: int, board: Board | Path, *args: str | Path, **options: Any) -> Done:
        """Run a command of smpctl on this port; it must end with this code."""
        port = board.link if isinstance(board, Board) else board
        done = run(SMPCTL, "-p", port, *args, **options)
        self.assertEqual(done.code, code, f"smpctl {' '.join(map(str, args))}: {done}")
        return done

    def start(self, board: Board, *args: str | Path, **options: Any) -> subprocess.Popen[str]:
        """Start a command of smpctl; it is killed at the end at the latest."""
        words = [SMPCTL, "-p", board.link, *args]
        process = subprocess.Popen([str(word) for word in words], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            process.kill()
        process.wait(WAIT)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def finish(self, process: subprocess.Popen[str]) -> Done:
        out, err = process.communicate(timeout=WAIT)
        return Done(process.returncode, out, err)

    def wait_for_progress(self, process: subprocess.Popen[str]) -> str:
        """The first progress line: the upload is under way."""
        assert process.stderr is not None
        line = read_line(process.stderr)
        if line == "erasing ...":
            line = read_line(process.stderr)
        self.assertRegex(line, r"^ *\d+ %")
        return line

    def slots(self, board: Board) -> dict[int, dict[str, Any]]:
        """The image list of image 0, by slot."""
        images = self.expect(OK, board, "--json", "image", "list").json()["result"]["images"]
        return {image["slot"]: image for image in images}

    def reset(self, board: Board) -> None:
        """Reset, and wait until the board has been away and is back."""
        number = board.resets() + 1
        self.assertEqual(self.expect(OK, board, "reset").out, "Done\n")
        board.wait_for_reset(number)


def main(missing: str | None = None) -> None:
    """Run the tests of the calling module; `missing` says what they would need."""
    for program in (SMPCTL, FAKEDEV):
        if missing is None and not os.access(program, os.X_OK):
            missing = f"no program {program}"
    if missing is not None:
        print(f"skipped: {missing}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
