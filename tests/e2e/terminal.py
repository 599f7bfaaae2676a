# SPDX-License-Identifier: Apache-2.0
"""A person at a terminal: a pseudo-terminal that is a program's own, and what is typed there."""
from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

import bench

CTRL_C, CTRL_D, CTRL_BRACKET, TAB, UP = b"\x03", b"\x04", b"\x1d", b"\t", b"\x1b[A"


class Terminal:
    """A program on a terminal. `text` is all that it has written there so far."""

    def __init__(self, *words: str | Path, columns: int = 80, term: str = "xterm",
                 env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
        self.master, slave = os.openpty()
        self.resize(columns, slave)
        self.text = ""
        self.seen = 0  # of it, by read_until
        environment = {**os.environ, "TERM": term, "LC_ALL": "C.UTF-8"}

        def become_master_of_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        # pylint: disable-next=consider-using-with,subprocess-popen-preexec-fn
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=slave, stdout=slave, stderr=slave, cwd=cwd,
            env=environment | (env or {}), start_new_session=True,
            preexec_fn=become_master_of_terminal)
        os.close(slave)

    def resize(self, columns: int, fd: int | None = None) -> None:
        fcntl.ioctl(self.master if fd is None else fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, keys: str | bytes) -> None:
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def read_until(self, pattern: str) -> str:
        """Read on until what has not been seen yet holds the pattern; returns it up to its end."""
        end = time.monotonic() + bench.WAIT
        while True:
            match = re.search(pattern, self.text[self.seen:])
            if match:
                found = self.text[self.seen:self.seen + match.end()]
                self.seen += match.end()
                return found
            ready = select.select([self.master], [], [], max(0, end - time.monotonic()))[0]
            more = self._read() if ready else b""
            if not more:
                raise AssertionError(f"no {pattern!r} in {self.text[self.seen:]!r}")
            self.text += more.decode(errors="replace")

    def _read(self) -> bytes:
        try:
            return os.read(self.master, 4096)
        except OSError:  # the other end is closed
            return b""

    def wait(self) -> int:
        """Until the program has ended; returns its exit code."""
        end = time.monotonic() + bench.WAIT
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], bench.POLL)[0]:
                self.text += self._read().decode(errors="replace")
        return self.process.wait(1)

    def is_cooked(self) -> bool:
        """Lines and echo are the terminal's own affair again."""
        flags: int = termios.tcgetattr(self.master)[3]
        return flags & (termios.ICANON | termios.ECHO) == termios.ICANON | termios.ECHO

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(bench.WAIT)
        os.close(self.master)


class SilentDevice:
    """A port at whose other end is a device that says what it is told, and never answers."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        self.path = Path(os.ttyname(self.slave))

    def say(self, text: bytes) -> None:
        os.write(self.master, text)

    def read_until(self, wanted: bytes) -> bytes:
        """What was sent to it, up to these bytes."""
        got = b""
        while wanted not in got:
            if not select.select([self.master], [], [], bench.WAIT)[0]:
                raise AssertionError(f"no {wanted!r} in {got!r}")
            got += os.read(self.master, 4096)
        return got

    def close(self) -> None:
        os.close(self.slave)
        os.close(self.master)
