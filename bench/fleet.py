#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Updates of many fake boards at once, and how fast each is beside its speed alone.

Usage: fleet.py FOLDER-OF-PROGRAMS [--boards N] [--baud N] [--size BYTES] [--buffers SIZE,...]
"""
from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER_SIZE = 0x200
WAIT_S = 30
ALONE_RUNS = 3


class Failed(Exception):
    """An update that went wrong."""


@dataclass
class Run:
    """The speeds of all boards, image bytes per second; and what smpctl has cost."""

    speeds: list[float]
    seconds: float
    cpu_seconds: float


@dataclass
class Bench:
    programs: Path
    folder: Path
    baud: int
    image: Path

    def options(self, buffer: int) -> list[str]:
        return [f"baud={self.baud}", f"buf-size={buffer}"]

    @contextlib.contextmanager
    def inside(self, count: int, buffer: int) -> Iterator[list[str]]:
        """Boards in the process of smpctl itself."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield [f"loopback:state={folder}/{i}," + ",".join(self.options(buffer))
                   for i in range(count)]

    @contextlib.contextmanager
    def behind(self, count: int, buffer: int) -> Iterator[list[str]]:
        """Boards of one smpctl-fakedev, each behind a pseudo-terminal."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            link = Path(folder, "port")
            links = [link] if count == 1 else [Path(f"{link}.{i}") for i in range(count)]
            words = [str(self.programs / "smpctl-fakedev"), "--link", str(link),
                     "--boards", str(count)]
            words += [f"--{option}" for option in self.options(buffer)]
            with subprocess.Popen(words, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as boards:
                end = time.monotonic() + WAIT_S
                while not all(path.exists() for path in links):
                    if boards.poll() is not None or time.monotonic() > end:
                        raise Failed("smpctl-fakedev does not show its boards")
                    time.sleep(0.01)
                yield [str(path) for path in links]
                boards.terminate()

    def update(self, ports: list[str]) -> Run:
        words = [str(self.programs / "smpctl"), "--json", "update", str(self.image),
                 "--report", str(self.folder / "report.json"), "--jobs", str(len(ports))]
        for port in ports:
            words += ["-p", port]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = json.loads(done.stdout).get("result", {"boards": []})
        boards = result["boards"]
        if done.returncode != 0 or any(board["outcome"] != "updated" for board in boards):
            raise Failed(f"exit code {done.returncode}: {done.stdout}{done.stderr}")
        cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
        return Run([board["bytes_per_second"] for board in boards], seconds, cpu)


def make_image(size: int) -> bytes:
    """An unsigned MCUboot image (docs/protocol.md 6.1)."""
    tlv_size = 8 + 32
    payload = random.Random(size).randbytes(size - HEADER_SIZE - tlv_size)
    header = struct.pack("<IIHHIIBBHII", 0x96F3B83D, 0, HEADER_SIZE, 0, len(payload), 0, 2, 0, 0,
                         0, 0)
    covered = header.ljust(HEADER_SIZE, b"\0") + payload
    return covered + struct.pack("<HHHH", 0x6907, tlv_size, 0x10, 32) + hashlib.sha256(
        covered).digest()


def measure(bench: Bench, where: str, count: int, buffer: int) -> None:
    place = bench.inside if where == "inside" else bench.behind
    alone = []
    for _ in range(ALONE_RUNS):
        with place(1, buffer) as ports:
            alone += bench.update(ports).speeds
    with place(count, buffer) as ports:
        run = bench.update(ports)
    speed = statistics.median(alone)
    shares = [100 * min(run.speeds) / speed, 100 * statistics.median(run.speeds) / speed]
    print(f"{where:8} {buffer:6} {speed / 1000:8.2f} {min(run.speeds) / 1000:9.2f} "
          f"{shares[0]:8.1f} {shares[1]:8.1f} {run.seconds:8.1f} {run.cpu_seconds:6.1f}",
          flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("programs", type=Path)
    parser.add_argument("--boards", type=int, default=32)
    parser.add_argument("--baud", type=int, default=1000000)
    parser.add_argument("--size", type=int, default=256 * 1024)
    parser.add_argument("--buffers", default="384,1024,4096")
    options = parser.parse_args()
    print(f"{options.boards} boards at {options.baud} baud updated at once by one smpctl, images of "
          f"{options.size // 1024} KiB; {os.cpu_count()} CPUs.\n"
          "  inside    fake boards in the process of smpctl (-p loopback), each in its thread\n"
          "  behind    fake boards of one smpctl-fakedev, behind pseudo-terminals\n"
          "  alone     one board, image kB/s (1000 bytes), median of three\n"
          "  slowest   of all, kB/s; and % of alone\n"
          "  median    of all, % of alone\n"
          "  seconds   the whole command; and CPU seconds of smpctl\n\n"
          "boards      buf    alone   slowest        %   median  seconds    CPU")
    with tempfile.TemporaryDirectory(prefix="smpctl-bench-") as folder:
        image = Path(folder, "image.bin")
        image.write_bytes(make_image(options.size))
        bench = Bench(options.programs, Path(folder), options.baud, image)
        try:
            for buffer in map(int, options.buffers.split(",")):
                for where in ("inside", "behind"):
                    measure(bench, where, options.boards, buffer)
        except Failed as failure:
            print(f"bench-fleet: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
