#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images of every kind that imgtool makes, judged by us and by imgtool: both must say the same.

Usage: test_imgtool.py IMAGE_CHECK [unittest options]

Keys are made on the spot and thrown away.
"""
from __future__ import annotations

import sys
import tempfile
import unittest
import uuid
from pathlib import Path

from workshop import (CASES, KINDS, SLOT_SIZE, VERSION_TEXT, Case, Checker, Workshop, enter_venv,
                      imgtool, imgtool_accepts, imgtool_info, load_key)

# Around sizes where something is rounded: a flash page, one more, 64 KiB and one, odd and large.
SIZES = [4096, 4097, 65537, 1024 * 1024 - 3]
FLAGS = {0x1: "PIC", 0x4: "ENCRYPTED_AES128", 0x8: "ENCRYPTED_AES256", 0x10: "NON_BOOTABLE",
         0x20: "RAM_LOAD", 0x100: "ROM_FIXED", 0x200: "COMPRESSED_LZMA1",
         0x400: "COMPRESSED_LZMA2", 0x800: "COMPRESSED_ARM_THUMB"}


def plain_name(name: str) -> str:
    """imgtool writes ECDSASIG and RSA2048 where MCUboot writes ECDSA_SIG and RSA2048_PSS."""
    return "vendor" if name == "UNKNOWN" else name.replace("_", "").replace("PSS", "")


def tlvs_of_imgtool(info: dict) -> list[tuple[str, int, str, str]]:
    area = info["tlv_area"]
    return [(place, tlv["type"], tlv["data"], plain_name(tlv["type_name"]))
            for place, name in (("protected", "tlvs_prot"), ("plain", "tlvs"))
            for tlv in area[name]]


def tlvs_of_ours(lines: list[tuple[str, str]]) -> list[tuple[str, int, str, str]]:
    rows = [value.split(" ") for name, value in lines if name == "tlv"]
    return [(place, int(number, 16), data, plain_name(name))
            for place, number, data, name, *_ in rows]


class ImgtoolTest(unittest.TestCase):
    checker: Checker
    workshop: Workshop
    folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.workshop = Workshop(Path(cls.folder.name))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def show(self, image: Path, key: Path | None = None) -> dict[str, str]:
        return self.checker.show(image, key)

    def assert_accepted(self, accepted: bool, image: Path, key: Path | None) -> None:
        self.assertEqual(imgtool_accepts(image.read_bytes(), load_key(key)), accepted)

    def assert_same_header(self, lines: list[tuple[str, str]], info: dict) -> None:
        ours, theirs = dict(lines), info["header"]
        self.assertEqual(ours["version"], VERSION_TEXT)
        self.assertEqual(int(ours["header_size"]), theirs["hdr_size"])
        self.assertEqual(int(ours["payload_size"]), theirs["img_size"])
        self.assertEqual(int(ours["load_address"]), theirs["load_addr"])
        self.assertEqual([value for name, value in lines if name == "flag"],
                         [name for bit, name in FLAGS.items() if theirs["flags"] & bit])

    def assert_same_trailer(self, lines: list[tuple[str, str]], info: dict, case: Case) -> None:
        ours, theirs = dict(lines), info["trailer"]
        self.assertEqual(ours["trailer"], "trailer" if theirs else "none")
        if theirs and "--overwrite-only" not in case.options:
            words = {0x01: "set", 0x00 if "--erased-val" in case.options else 0xff: "unset"}
            self.assertEqual(ours["image_ok"], words[theirs["image_ok"]])
            self.assertEqual(ours["copy_done"], words[theirs["copy_done"]])
            self.assertEqual(ours["image_ok"] == "set", "--confirm" in case.options)

    def test_each_kind_of_image_is_read_as_imgtool_reads_it(self) -> None:
        for case in CASES:
            with self.subTest(case.name):
                image = case.make(self.workshop)
                lines = self.checker.lines("show", image)
                info = imgtool_info(image)
                self.assert_same_header(lines, info)
                self.assertEqual(tlvs_of_ours(lines), tlvs_of_imgtool(info))
                self.assert_same_trailer(lines, info, case)
                self.assertFalse([value for name, value in lines if name == "oddity"])

    def test_each_kind_of_image_gets_the_verdict_of_imgtool(self) -> None:
        for case in CASES:
            with self.subTest(case.name):
                image = case.make(self.workshop)
                key = self.workshop.public(case.kind) if case.kind else None
                ours = self.show(image, key)
                self.assertEqual(ours["verdict"], case.verdict)
                self.assertEqual(ours["devkey"], "none")
                self.assertEqual(ours.get("key"), case.kind)
                self.assertEqual(ours.get("signature", "").removesuffix(" pure"), case.kind or "")
                self.assertEqual(" pure" in ours.get("signature", ""), "--pure" in case.options)
                # imgtool has no word for an encrypted image: to it the hash is wrong.
                self.assert_accepted(case.verdict == "good", image, key)

    def test_what_stands_in_the_protected_tlvs_is_understood(self) -> None:
        vendor = uuid.uuid5(uuid.NAMESPACE_DNS, "example.org")
        expected = {
            "security counter": [("security_counter", "7")],
            "security counter from the version": [
                ("security_counter", str((1 << 24) + (22 << 16) + 333))],
            "dependencies": [("dependency", "1 1.2.3.4"), ("dependency", "2 5.6.7")],
            "compressed": [("flag", "COMPRESSED_LZMA2"), ("size_of", "DECOMP_SIZE 8192")],
            "compressed for ARM": [("flag", "COMPRESSED_ARM_THUMB")],
            "UUIDs": [("uuid", str(vendor)), ("uuid", str(uuid.uuid5(vendor, "board")))],
        }
        cases = {case.name: case for case in CASES}
        for name, wanted in expected.items():
            lines = self.checker.lines("show", cases[name].make(self.workshop))
            for line in wanted:
                with self.subTest(name, line=line):
                    self.assertIn(line, lines)

    def test_each_kind_of_key_signs_each_size(self) -> None:
        for kind in KINDS:
            for size in SIZES:
                with self.subTest(kind=kind, size=size):
                    image = self.workshop.sign(size, key=kind)
                    key = self.workshop.public(kind)
                    ours = self.show(image, key)
                    self.assertEqual(ours["verdict"], "good")
                    self.assertEqual(ours["size"], str(image.stat().st_size))
                    self.assert_accepted(True, image, key)

    def test_the_private_half_serves_as_well(self) -> None:
        for kind in KINDS:
            with self.subTest(kind=kind):
                image = self.workshop.sign(4096, key=kind)
                self.assertEqual(self.show(image, self.workshop.private(kind))["verdict"], "good")

    def test_other_keys_do_not_fit(self) -> None:
        for kind in KINDS:
            image = self.workshop.sign(4096, key=kind)
            for other in [f"{kind}-other"] + [other for other in KINDS if other != kind]:
                with self.subTest(kind=kind, other=other):
                    key = self.workshop.public(other)
                    ours = self.show(image, key)
                    self.assertEqual((ours["verdict"], ours["claimed"]), ("other-key", "no"))
                    self.assert_accepted(False, image, key)

    def test_another_key_is_told_apart_on_an_encrypted_image(self) -> None:
        image = self.workshop.sign(4096, "--encrypt", self.workshop.public("x25519"),
                                   key="ed25519")
        key = self.workshop.public("ed25519-other")
        self.assertEqual(self.show(image, key)["verdict"], "other-key")

    def test_a_changed_payload_is_noticed(self) -> None:
        content = bytearray(self.workshop.sign(65537, key="ecdsa-p256").read_bytes())
        content[0x200 + 40000] ^= 0x10
        image = self.workshop.write(content)
        key = self.workshop.public("ecdsa-p256")
        self.assertEqual(self.show(image, key)["verdict"], "wrong-hash")
        self.assert_accepted(False, image, key)

    def test_a_padded_image_ends_before_its_padding(self) -> None:
        # Ed25519 signatures are all of one length, and the same each time.
        image = self.workshop.sign(4096, key="ed25519")
        content = image.read_bytes()
        padded = self.workshop.sign(4096, "--confirm", key="ed25519")
        self.assertEqual(padded.stat().st_size, SLOT_SIZE)
        self.assertEqual(self.show(padded)["size"], str(len(content)))
        self.assertEqual(padded.read_bytes()[:len(content)], content)

    def test_what_is_neither_padding_nor_trailer_is_unknown(self) -> None:
        content = self.workshop.sign(4096, key="ed25519").read_bytes()
        for tail, kind in ((b"", "none"), (b"\xff" * 100, "padding"), (bytes(100), "padding"),
                           (b"\xff" * 99 + b"\xfe", "unknown"), (b"\n", "unknown")):
            with self.subTest(tail=tail):
                image = self.workshop.write(content + tail)
                self.assertEqual(self.show(image)["trailer"], kind)


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    enter_venv()
    ImgtoolTest.checker = Checker(Path(sys.argv[1]).resolve())
    program = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2)
    print("imgtool", imgtool("version").strip(), "made the images")
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
