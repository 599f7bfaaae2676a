#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each byte of header and TLVs changed in turn: imgtool and we must refuse the same images.

Usage: test_imgtool_bytes.py IMAGE_CHECK

Where imgtool accepts what we refuse, EXCUSES has the reason; we never accept what imgtool refuses.
"""
from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from workshop import (CASES, Case, Checker, Workshop, enter_venv, imgtool_accepts, imgtool_info,
                      load_key)

KEYHASH, PUBKEY, ECDSA_SIG, SIG_PURE = 0x01, 0x02, 0x22, 0x25
HASHES = (0x10, 0x11, 0x12)
SIGNATURES = (0x20, 0x22, 0x23, 0x24)


@dataclass(frozen=True)
class Place:
    """What a byte belongs to."""
    part: str  # "header", "area", "type", "type high", "length", "value" or "padding"
    tlv: int = -1  # the type of its TLV


@dataclass(frozen=True)
class Excuse:
    """Where imgtool accepts a changed image that we refuse: what we say then, and why."""
    why: str
    parts: tuple[str, ...]
    tlvs: tuple[int, ...]  # empty: any
    verdict: str
    is_by_chance: bool = False  # need not occur in every run

    def covers(self, place: Place, verdict: str) -> bool:
        return (place.part in self.parts and (not self.tlvs or place.tlv in self.tlvs)
                and verdict == self.verdict)


WHOSE_KEY = "imgtool does not look at whose key the image names; bootloaders do"
HALF_TYPE = "imgtool reads the first of the two bytes of a type; bootloaders both"
NO_HASH = "imgtool needs no hash TLV where it finds a signature; bootloaders do"
BROKEN_END = "imgtool stops at a signature or hash that fits, and at the end of the file"

EXCUSES = [
    Excuse(WHOSE_KEY, ("type", "value"), (KEYHASH, PUBKEY), "other-key"),
    Excuse(HALF_TYPE, ("type high",), (KEYHASH, PUBKEY), "other-key"),
    Excuse(HALF_TYPE, ("type high",), HASHES, "no-hash"),
    Excuse(HALF_TYPE, ("type high",), SIGNATURES, "not-signed"),
    Excuse(HALF_TYPE, ("type high",), (SIG_PURE,), "wrong-signature"),
    Excuse("imgtool does not look what SIG_PURE says; bootloaders do",
           ("value",), (SIG_PURE,), "wrong-signature"),
    Excuse(NO_HASH, ("type",), HASHES, "no-hash"),
    Excuse(BROKEN_END, ("area", "length"), (), "unreadable"),
    # imgtool pads up to the greatest length that a signature can have; some have it anyway.
    Excuse("imgtool skips what pads an ECDSA signature; we want zeros there",
           ("padding",), (ECDSA_SIG,), "wrong-signature", is_by_chance=True),
]


def tlv_places(tlv: dict) -> list[Place]:
    number, size = tlv["type"], tlv["len"]
    used = size
    if number == ECDSA_SIG:
        used = 2 + bytes.fromhex(tlv["data"])[1]
    return [Place("type", number), Place("type high", number), Place("length", number),
            Place("length", number), *[Place("value", number)] * used,
            *[Place("padding", number)] * (size - used)]


def places_of(info: dict) -> dict[int, Place]:
    """What stands at which offset, the payload left out."""
    header, area = info["header"], info["tlv_area"]
    places = dict(enumerate([Place("header")] * header["hdr_size"]))
    tlvs = []
    if header["protected_tlv_size"] > 0:
        tlvs += [Place("area")] * 4
        tlvs += [place for tlv in area["tlvs_prot"] for place in tlv_places(tlv)]
    tlvs += [Place("area")] * 4
    tlvs += [place for tlv in area["tlvs"] for place in tlv_places(tlv)]
    places.update(enumerate(tlvs, start=header["hdr_size"] + header["img_size"]))
    return places


def masks_of(offset: int) -> list[int]:
    """All bits, and a single one."""
    return [0xff, 1 << offset % 8]


class Trial:
    def __init__(self, checker: Checker, workshop: Workshop) -> None:
        self.checker = checker
        self.workshop = workshop
        self.used: Counter[Excuse] = Counter()
        self.count = 0
        self.problems: list[str] = []

    def judge_pair(self, case: Case, place: Place, offset: int, ours: str, theirs: bool) -> None:
        if (ours == "good") == theirs:
            return
        where = f"{case.name}: byte {offset}, {place}"
        if ours == "good":
            self.problems.append(f"{where}: we accept it, imgtool does not")
            return
        for excuse in EXCUSES:
            if excuse.covers(place, ours):
                self.used[excuse] += 1
                return
        self.problems.append(f"{where}: imgtool accepts it, we say {ours}")

    def change_each_byte(self, case: Case) -> None:
        image = case.make(self.workshop)
        content = image.read_bytes()
        key_path = self.workshop.public(case.kind) if case.kind else None
        key = load_key(key_path)
        places = places_of(imgtool_info(image))
        changes = [(offset, mask) for offset in places for mask in masks_of(offset)]
        variants = []
        for offset, mask in changes:
            variant = bytearray(content)
            variant[offset] ^= mask
            variants.append(bytes(variant))
        verdicts = self.checker.judge(variants, key_path)
        for (offset, _), variant, ours in zip(changes, variants, verdicts, strict=True):
            self.judge_pair(case, places[offset], offset, ours, imgtool_accepts(variant, key))
        self.count += len(variants)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    enter_venv()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Checker(Path(sys.argv[1]).resolve()), Workshop(Path(folder)))
        for case in CASES:
            trial.change_each_byte(case)
    for excuse in EXCUSES:
        print(f"{trial.used[excuse]:6} times {excuse.verdict}: {excuse.why}")
        if trial.used[excuse] == 0 and not excuse.is_by_chance:
            trial.problems.append(f"an excuse that nothing needs: {excuse}")
    print(f"{trial.count} changed images of {len(CASES)} kinds")
    for problem in trial.problems:
        print(problem)
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main())
