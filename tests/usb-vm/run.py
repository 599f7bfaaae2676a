#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the USB scenarios in a virtual machine, and says how they went (docs/usb-vm.md).

Exit code: 0 when all passed, 1 when one failed or the machine did, 77 when this computer lacks what
is needed.
"""
from __future__ import annotations

import argparse
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import guest
import kernel
from kernel import Missing

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SKIPPED = 77
# All scenarios have taken nearly nine minutes on two busy processors.
LIMIT_S = 20 * 60
RESULT = re.compile(r"RESULT (\d+) passed, (\d+) failed, (\d+) skipped")


def static_busybox() -> str:
    """It must run where there are no libraries yet."""
    busybox = kernel.tool("busybox")
    loader = subprocess.run(["ldd", busybox], capture_output=True, text=True, check=False)
    if loader.returncode == 0:
        raise Missing(f"{busybox} needs libraries (busybox-static has one that does not)")
    return busybox


def make_initramfs(kernel_folder: Path, command: list[str], work: Path) -> Path:
    tree = work / "initramfs"
    (tree / "bin").mkdir(parents=True)
    shutil.copy(static_busybox(), tree / "bin" / "busybox")
    shutil.copy(HERE / "init", tree / "init")
    (tree / "init").chmod(0o755)
    shutil.copytree(kernel_folder / "modules", tree / "modules")
    shutil.copy(kernel_folder / "load", tree / "load")
    (tree / "command").write_text("".join(f"{word}\n" for word in command), encoding="utf-8")
    names = "".join(f"{path.relative_to(tree)}\n" for path in sorted(tree.rglob("*")))
    archive = work / "initramfs.cpio"
    with open(archive, "wb") as file:
        subprocess.run([kernel.tool("cpio"), "--quiet", "-o", "-H", "newc"], cwd=tree, stdout=file,
                       input=names.encode(), check=True)
    return archive


def emulator(kernel_folder: Path, initramfs: Path, accelerator: str) -> list[str]:
    host = "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
    return [kernel.tool("qemu-system-x86_64"), "-accel", accelerator, "-cpu", "max", "-smp", "2",
            "-m", "1G", "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
            "-kernel", str(kernel_folder / "vmlinuz"), "-initrd", str(initramfs),
            "-append", "console=ttyS0 quiet panic=-1", "-virtfs", host]


class Console:
    """The lines that the machine prints, shown as they come."""

    def __init__(self, machine: subprocess.Popen[bytes], started: float) -> None:
        assert machine.stdout is not None
        self.stream = machine.stdout.fileno()
        self.started = started
        self.rest = b""
        self.result: re.Match[str] | None = None

    def show(self, line: str) -> None:
        print(f"[{time.monotonic() - self.started:4.0f} s] {line}", flush=True)
        self.result = RESULT.match(line) or self.result

    def follow(self, until: float) -> bool:
        """Until the result or its end; false when the time is up first."""
        while self.result is None:
            if not select.select([self.stream], [], [], max(0.0, until - time.monotonic()))[0]:
                return False
            data = os.read(self.stream, 65536)
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines if data else [*lines, self.rest]:
                self.show(line.decode(errors="replace").replace("\r", ""))
            if not data:
                break
        return True


def run_machine(command: list[str], limit_s: float) -> int:
    started = time.monotonic()
    print("usb-vm: booting, which takes 10 seconds on an idle computer", flush=True)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as machine:
        console = Console(machine, started)
        try:
            has_ended = console.follow(started + limit_s)
        finally:
            machine.kill()
    if not has_ended:
        print(f"usb-vm: failed: not done in {limit_s:.0f} s")
        return 1
    if console.result is None:
        print("usb-vm: failed: the machine ended without a result")
        return 1
    passed, failed, skipped = map(int, console.result.groups())
    print(f"usb-vm: {passed} passed, {failed} failed, {skipped} skipped"
          f" in {time.monotonic() - started:.0f} s")
    return 0 if failed == 0 and passed > 0 else 1


def parse_words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="USB scenarios in a virtual machine")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release",
                        help="folder with smpctl and smpctl-fakedev, without sanitizers")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "usb-vm",
                        help="folder that keeps the kernel")
    parser.add_argument("--limit", type=float, default=LIMIT_S, metavar="SECONDS")
    parser.add_argument("--accel", default="tcg", help="tcg (emulation) or kvm")
    parser.add_argument("tests", nargs="*",
                        help="only tests whose name holds one of these words")
    return parser.parse_args()


def main() -> int:
    words = parse_words()
    # So that the machine is taken along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    build = words.build.resolve()
    for program in ("smpctl", "smpctl-fakedev"):
        if not os.access(build / program, os.X_OK):
            print(f"usb-vm: no program {build / program}", file=sys.stderr)
            return 1
    command = [sys.executable, "-u", str(HERE / "guest.py"), str(build), *words.tests]
    with tempfile.TemporaryDirectory() as work:
        try:
            kernel.tool("qemu-system-x86_64")
            if not os.access(guest.UDEVD, os.X_OK):
                raise Missing(f"no {guest.UDEVD} here (it comes with the package udev)")
            kernel_folder = kernel.provide(words.cache.resolve())
            initramfs = make_initramfs(kernel_folder, command, Path(work))
        except Missing as missing:
            print(f"usb-vm: skipped: {missing}")
            return SKIPPED
        return run_machine(emulator(kernel_folder, initramfs, words.accel), words.limit)


if __name__ == "__main__":
    sys.exit(main())
