#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What contrib/70-smpctl.rules does to the boards of this folder, read as udev reads rules.

Usage: check_rules.py RULES
"""
from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOKEN = re.compile(r'\s*(\w+)(?:\{([^}]+)\})?\s*(==|!=|\+=|=)\s*"([^"]*)"\s*(?:,|$)')
MATCHES = {"ACTION", "SUBSYSTEM", "SUBSYSTEMS", "ATTR", "ATTRS", "ENV"}
SETS = {"ENV", "TAG", "GOTO", "LABEL"}
# Who gets to act on the tag.
SEAT_RULES = "73-seat-late.rules"

Token = tuple[str, str, str, str]


@dataclass
class Device:
    """A device of sysfs, with the one above it."""

    path: str
    env: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    parent: Device | None = None

    def line(self):
        """Itself and all above it."""
        device: Device | None = self
        while device is not None:
            yield device
            device = device.parent


def parse_rules(text: str) -> list[list[Token]]:
    """One list of (key, name, operator, value) for each rule; exits when one is malformed."""
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        tokens, at = [], 0
        while at < len(line.rstrip()):
            found = TOKEN.match(line, at)
            if found is None:
                sys.exit(f"line {number}: malformed from column {at + 1}")
            key, name, operator, value = found.groups(default="")
            if key not in (MATCHES if operator in ("==", "!=") else SETS):
                sys.exit(f"line {number}: {key} with {operator}")
            tokens.append((key, name, operator, value))
            at = found.end()
        rules.append(tokens)
    return rules


def is_like(text: str | None, pattern: str) -> bool:
    return text is not None and any(fnmatch.fnmatchcase(text, p) for p in pattern.split("|"))


def holds(token: Token, device: Device, action: str) -> bool:
    key, name, operator, value = token
    if key == "ACTION":
        found = is_like(action, value)
    elif key in ("SUBSYSTEM", "SUBSYSTEMS"):
        found = is_like(device.env.get("SUBSYSTEM"), value)
    elif key == "ENV":
        found = is_like(device.env.get(name, ""), value)
    else:
        found = is_like(device.attributes.get(name), value)
    return found == (operator == "==")


def applies(rule: list[Token], device: Device, action: str) -> bool:
    """Keys with a plural S may match any one device above, but all of them the same one."""
    matches = [token for token in rule if token[2] in ("==", "!=")]
    above = [token for token in matches if token[0] in ("SUBSYSTEMS", "ATTRS")]
    return (all(holds(token, device, action) for token in matches if token not in above)
            and any(all(holds(token, other, action) for token in above)
                    for other in device.line()))


def run(rules: list[list[Token]], device: Device, action: str) -> None:
    label = None
    for rule in rules:
        if label is not None:
            label = None if ("LABEL", "", "=", label) in rule else label
            continue
        if not applies(rule, device, action):
            continue
        for key, name, operator, value in rule:
            if key == "ENV" and operator == "=":
                device.env[name] = value
            elif key == "TAG" and operator == "+=":
                device.tags.add(value)
            elif key == "GOTO":
                label = value
    if label is not None:
        sys.exit(f"no label {label} behind the rule that goes there")


def load(board: str) -> list[Device]:
    """The devices of BOARD.umockdev, which stand there children first."""
    devices = []
    for line in (HERE / f"{board}.umockdev").read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(": ")
        name, _, value = rest.partition("=")
        if kind == "P":
            devices.append(Device(rest))
        elif kind == "E":
            devices[-1].env[name] = value
        elif kind == "A":
            devices[-1].attributes[name] = value.removesuffix("\\n")
    for device in devices:
        device.parent = next((other for other in devices
                              if device.path.startswith(other.path + "/")), None)
    return devices


def verdict(rules: list[list[Token]], devices: list[Device],
            action: str = "add") -> tuple[int, int]:
    """(ports with access for the seat's user, devices that ModemManager ignores)."""
    for device in devices:
        run(rules, device, action)
    tagged = [device for device in devices if "uaccess" in device.tags]
    ignored = [device for device in devices if device.env.get("ID_MM_DEVICE_IGNORE") == "1"]
    assert all(device.env["SUBSYSTEM"] == "tty" for device in tagged)
    assert all(device.env.get("DEVTYPE") == "usb_device" for device in ignored)
    return len(tagged), len(ignored)


def main() -> int:
    path = Path(sys.argv[1])
    rules = parse_rules(path.read_text(encoding="utf-8"))
    wanted = {"nrf52840dk": (2, 1), "zephyr": (1, 1), "mcuboot": (1, 1), "two-ports": (2, 1),
              "ft232r": (1, 0), "cp2102n": (1, 0)}
    problems = [f"{board}: {found} instead of {want}" for board, want in wanted.items()
                if (found := verdict(rules, load(board))) != want]
    if verdict(rules, load("zephyr"), "remove") != (0, 0):
        problems.append("something is done to a board that was removed")
    modem = load("zephyr")
    modem[-1].attributes["idVendor"] = "12d1"
    if verdict(rules, modem) != (0, 0):
        problems.append("something is done to a stranger")
    if path.name >= SEAT_RULES:
        problems.append(f"{path.name} comes too late for {SEAT_RULES}")
    # Since systemd 254 udev checks rules itself.
    if shutil.which("udevadm") and "verify" in subprocess.run(
            ["udevadm", "--help"], capture_output=True, text=True, check=False).stdout:
        checked = subprocess.run(["udevadm", "verify", str(path)], capture_output=True, text=True,
                                 check=False)
        if checked.returncode != 0:
            problems.append(checked.stdout + checked.stderr)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
