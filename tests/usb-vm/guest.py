# SPDX-License-Identifier: Apache-2.0
"""The last thing that the virtual machine starts: udev, then the scenarios, then off.

guest.py BUILD [WORD...]: programs come from the folder BUILD; with words only the tests run whose
name holds one of them. The last line says RESULT, then the machine powers down.
"""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import traceback
import unittest
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
E2E = HERE.parent / "e2e"
UDEVD = "/lib/systemd/systemd-udevd"
# An emulated processor that shares a busy one with others.
WAIT_S = 240.0
# To look at sysfs takes such a processor some milliseconds.
POLL_S = 0.05


def power_off() -> None:
    sys.stdout.flush()
    # The kernel's own words would get into the middle of the result, which is on its way to the console.
    termios.tcdrain(sys.stdout)
    Path("/proc/sysrq-trigger").write_text("o", encoding="ascii")
    signal.pause()


def set_up(build: Path) -> None:
    os.environ.update(PATH="/usr/bin:/bin:/usr/sbin:/sbin", HOME="/tmp", LC_ALL="C.UTF-8",
                      SMPCTL=str(build / "smpctl"), SMPCTL_FAKEDEV=str(build / "smpctl-fakedev"))
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(HERE), str(E2E)]
    # Kernel messages would come in between the lines of the tests; dmesg has them.
    Path("/proc/sys/kernel/printk").write_text("1", encoding="ascii")
    subprocess.run([UDEVD, "--daemon"], check=True)


def each_test(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each_test(test)
        else:
            yield test


def run_tests(words: list[str]) -> None:
    found = each_test(unittest.defaultTestLoader.discover(str(HERE)))
    tests = unittest.TestSuite(test for test in found
                               if not words or any(word in test.id() for word in words))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    if failed > 0:
        subprocess.run(["sh", "-c", "dmesg | tail -40"], check=False)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"RESULT {passed} passed, {failed} failed, {len(result.skipped)} skipped", flush=True)


def main() -> None:
    try:
        set_up(Path(sys.argv[1]))
        # Only now: it looks for the programs in the environment.
        import bench  # pylint: disable=import-outside-toplevel
        bench.WAIT, bench.POLL = WAIT_S, POLL_S
        run_tests(sys.argv[2:])
    except BaseException:  # pylint: disable=broad-exception-caught
        # Whatever it is, the end of process 1 would be a panic of the kernel.
        traceback.print_exc(file=sys.stdout)
    power_off()


if __name__ == "__main__":
    main()
