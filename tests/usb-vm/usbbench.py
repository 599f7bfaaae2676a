# SPDX-License-Identifier: Apache-2.0
"""Boards on a real USB: the bench of tests/e2e, with a fake board behind a gadget of the kernel.

Each board is plugged into a controller of dummy_hcd, of which there are as many as MODULES in
kernel.py says. A board's `link` is its name below /dev/serial/by-id, which udev makes and removes.
"""
from __future__ import annotations

import contextlib
import ctypes
import os
import re
import select
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import bench
from bench import FAKEDEV, SMPCTL, wait_until

GADGETS = Path("/sys/kernel/config/usb_gadget")
BY_ID = Path("/dev/serial/by-id")
# Of its functions smpctl-fakedev serves on the first by name.
SMP_PORT = "acm.0"
MAKER, MODEL = "Zephyr", "USB-DEV"
VENDOR, PRODUCT, RECOVERY_PRODUCT = 0x2FE3, 0x0100, 0x000A
# Exit codes besides those of bench.
NOT_UPDATED, PARTIAL = 10, 11
IN_CLOSE_WRITE = 0x8  # of inotify(7)


@contextlib.contextmanager
def visit(path: Path) -> Iterator[None]:
    """Lasts until some program has opened the file for writing and closed it again."""
    libc = ctypes.CDLL(None)
    notices = libc.inotify_init1(os.O_CLOEXEC)
    try:
        libc.inotify_add_watch(notices, os.fsencode(path), IN_CLOSE_WRITE)
        yield
        if not select.select([notices], [], [], bench.WAIT)[0]:
            raise AssertionError(f"waited {bench.WAIT:.0f} s: somebody to look at {path}")
    finally:
        os.close(notices)


@dataclass
class Gadget:
    """A USB device, as configfs describes it; not plugged in yet.

    It has a serial port, and with a console two: SMP is on the second one then.
    """

    number: int  # of its controller
    has_console: bool = False

    def __post_init__(self) -> None:
        self.serial_number = f"BOARD{self.number}"
        self.folder = GADGETS / f"board{self.number}"
        self.controller = f"dummy_udc.{self.number}"
        # Each port takes two interfaces, in the order in which they are linked.
        interface = "if02" if self.has_console else "if00"
        self.link = BY_ID / f"usb-{MAKER}_{MODEL}_{self.serial_number}-{interface}"
        self.ports = ["acm.console", SMP_PORT] if self.has_console else [SMP_PORT]
        self.folder.mkdir()
        for name in ("strings/0x409", "configs/c.1", *(f"functions/{port}" for port in self.ports)):
            (self.folder / name).mkdir()
        self._write("idVendor", f"{VENDOR:#06x}")
        self._write("idProduct", f"{PRODUCT:#06x}")
        self._write("strings/0x409/manufacturer", MAKER)
        self._write("strings/0x409/product", MODEL)
        self._write("strings/0x409/serialnumber", self.serial_number)
        for port in self.ports:
            (self.folder / "configs" / "c.1" / port).symlink_to(self.folder / "functions" / port)

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(f"{text}\n", encoding="ascii")

    def is_plugged_in(self) -> bool:
        return (self.folder / "UDC").read_text(encoding="ascii").strip() != ""

    def pull(self) -> None:
        """Pull the cable."""
        self._write("UDC", "")

    def push(self) -> None:
        """Plug it in, until udev has named it."""
        self._write("UDC", self.controller)
        wait_until(f"{self.link} to come", self.link.exists)

    def remove(self) -> None:
        """In the order in which configfs wants it."""
        if self.is_plugged_in():
            self.pull()
        for port in self.ports:
            (self.folder / "configs" / "c.1" / port).unlink()
            (self.folder / "functions" / port).rmdir()
        for name in ("configs/c.1", "strings/0x409", "."):
            (self.folder / name).rmdir()


class UsbBoard(bench.Board):
    """A running smpctl-fakedev on a gadget."""

    # The parent's constructor makes a pseudo-terminal.
    # pylint: disable-next=super-init-not-called
    def __init__(self, folder: Path, gadget: Gadget, *options: str | Path) -> None:
        self.gadget = gadget
        self.link = gadget.link
        self.state = folder / f"{gadget.serial_number}.flash"
        self.log = folder / f"{gadget.serial_number}.log"
        self.words = [str(word) for word in (
            FAKEDEV, "--gadget", gadget.folder, "--udc", gadget.controller, "--state", self.state,
            "--recovery-product", f"{RECOVERY_PRODUCT:04x}", *options)]
        self.seen = ""  # the number of its last appearance on the bus
        self.power_on()

    def power_on(self) -> None:
        """Until it is on the bus and udev has named it."""
        with open(self.log, "a", encoding="utf-8") as log:
            # pylint: disable-next=consider-using-with
            self.process = subprocess.Popen(self.words, text=True, stdout=subprocess.PIPE,
                                            stderr=log)
        assert self.process.stdout is not None
        self.tty = Path(bench.read_line(self.process.stdout))
        if not self.tty.is_char_device():
            raise AssertionError(f"no board: {self.log.read_text()}")
        self.wait_until_back()

    def device(self) -> Path:
        """The USB device as the host sees it, in sysfs: its name there is its place."""
        interface = Path("/sys/class/tty") / self.node().name / "device"
        return interface.resolve(strict=True).parent

    def attribute(self, name: str) -> str:
        """Of the device; empty when it is not there."""
        try:
            return (self.device() / name).read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def product(self) -> int:
        return int(self.attribute("idProduct"), 16)

    def wait_until_gone(self) -> None:
        wait_until(f"{self.link} to go", lambda: not self.is_present())

    def wait_until_back(self) -> None:
        """The links are udev's and outlive the device a little: the kernel's number tells."""
        wait_until(f"{self.link} to come",
                   lambda: self.attribute("devnum") not in ("", self.seen))
        bench.run("udevadm", "settle")
        self.seen = self.attribute("devnum")

    def plug_in(self) -> None:
        self.gadget.push()
        self.wait_until_back()

    def unplug(self) -> None:
        """Pull the cable, from which it has its power too."""
        self.gadget.pull()
        self.kill()
        self.wait_until_gone()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Its firmware stands still meanwhile; the USB controller does not."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def node(self) -> Path:
        """What the kernel calls its port now."""
        return self.link.resolve(strict=True)


class UsbTest(bench.BenchTest):
    """As BenchTest, on USB; the boards are numbered."""

    def gadget(self, number: int, **options: bool) -> Gadget:
        gadget = Gadget(number, **options)
        self.addCleanup(gadget.remove)
        return gadget

    def usb_board(self, *options: str | Path, number: int = 0,
                  has_console: bool = False) -> UsbBoard:
        gadget = self.gadget(number, has_console=has_console)
        board = UsbBoard(self.folder, gadget, *options)
        self.addCleanup(self._stop, board)
        return board

    def start_on(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start smpctl with these words; it is killed at the end at the latest."""
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen([str(word) for word in (SMPCTL, *words)], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self._end, process)
        return process

    def wait_for_notes(self, process: subprocess.Popen[str], pattern: str) -> None:
        """Until standard error holds a line like this; what was read is not read again."""
        assert process.stderr is not None
        seen = ""
        while re.search(pattern, seen, re.MULTILINE) is None:
            if not select.select([process.stderr], [], [], bench.WAIT)[0]:
                raise AssertionError(f"waited {bench.WAIT:.0f} s: {pattern} in {seen!r}")
            data = os.read(process.stderr.fileno(), 4096)
            if not data:
                raise AssertionError(f"no {pattern} in {seen!r}; {self.finish(process)}")
            seen += data.decode()

    def wait_for_upload(self, process: subprocess.Popen[str]) -> None:
        """The first line of progress: the upload of an update is under way."""
        self.wait_for_notes(process, r"^ *\d+ %")

    def start_request(self, board: UsbBoard, *args: str | Path) -> subprocess.Popen[str]:
        """Start a command for a board that is paused, until its first request is on its way."""
        trace = self.folder / "request.trace"
        process = self.start(board, "-t", "2m", "--trace", trace, *args)
        wait_until("a request", lambda: trace.exists() and " > " in trace.read_text())
        return process

    def hold(self, path: Path) -> IO[bytes]:
        """Open a port as a program of root does that locks nothing, ModemManager for one."""
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        port = os.fdopen(descriptor, "rb", buffering=0)
        self.addCleanup(port.close)
        return port
