#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images that imgtool signs, judged by us and by imgtool: both must come to the same verdict.

Usage: test_imgtool.py IMAGE_CHECK [unittest options]

imgtool is taken from .venv (tools/venv makes it). Keys are made on the spot and thrown away.
"""
from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMGTOOL = ROOT / ".venv" / "bin" / "imgtool"
SKIPPED = 77

KINDS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072"]
# Around sizes where something is rounded: a flash page, one more, 64 KiB and one, odd and large.
SIZES = [4096, 4097, 65537, 1024 * 1024 - 3]
HASH_TLVS = ["SHA256", "SHA384", "SHA512"]
VERSION = "1.22.333+4444"
VERSION_TEXT = "1.22.333.4444"

image_check = Path("image_check")


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(arg) for arg in args], capture_output=True, text=True, check=False)


def imgtool(*args: str | Path) -> str:
    done = run(IMGTOOL, *args)
    if done.returncode != 0:
        raise RuntimeError(f"imgtool {args[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def imgtool_accepts(image: Path, key: Path) -> bool:
    return run(IMGTOOL, "verify", "--key", key, image).returncode == 0


def imgtool_hash(image: Path) -> str:
    """The content of the hash TLV, as imgtool finds it."""
    info = json.loads(imgtool("dumpinfo", "--format", "json", image))
    hashes = [tlv["data"] for tlv in info["tlv_area"]["tlvs"] if tlv["type_name"] in HASH_TLVS]
    assert len(hashes) == 1, hashes
    return hashes[0]


def check(image: Path, key: Path | None = None) -> dict[str, str]:
    """What our image_check says, one entry per line of its output."""
    done = run(image_check, image, *([key] if key else []))
    if done.returncode != 0:
        raise RuntimeError(f"image_check {image.name}: {done.stderr}")
    lines = (line.partition(" ") for line in done.stdout.splitlines())
    return {name: value for name, _, value in lines}


class Workshop:
    """A folder with a key and a second one of each kind, their public halves, and payloads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for kind in KINDS:
            for name in (kind, f"{kind}-other"):
                imgtool("keygen", "--type", kind, "--key", self.private(name))
            imgtool("getpub", "--key", self.private(kind), "--encoding", "pem",
                    "--output", self.public(kind))

    def private(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def public(self, name: str) -> Path:
        return self.folder / f"{name}-public.pem"

    def payload(self, size: int) -> Path:
        path = self.folder / f"payload-{size}.bin"
        if not path.exists():
            path.write_bytes(random.Random(size).randbytes(size))
        return path

    def sign(self, size: int, *options: str | Path, key: str | None = None) -> Path:
        """Sign a payload of this size; options are those of imgtool sign."""
        path = self.folder / "signed.bin"
        key_options: list[str | Path] = ["--key", self.private(key)] if key else []
        imgtool("sign", "--header-size", "0x200", "--pad-header", "--slot-size", "0x200000",
                "--align", "4", "--version", VERSION, *key_options, *options,
                self.payload(size), path)
        return path


class ImgtoolTest(unittest.TestCase):
    workshop: Workshop
    folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.workshop = Workshop(Path(cls.folder.name))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def assert_good(self, image: Path, kind: str) -> None:
        """Both accept the image, and say the same about it."""
        key = self.workshop.public(kind)
        ours = check(image, key)
        self.assertEqual(ours["verdict"], "good")
        self.assertEqual(ours["key"], kind)
        self.assertEqual(ours["version"], VERSION_TEXT)
        self.assertEqual(ours["devkey"], "none")
        self.assertEqual(ours["hash"], imgtool_hash(image))
        self.assertTrue(imgtool_accepts(image, key))

    def test_each_kind_of_key_signs_each_size(self) -> None:
        for kind in KINDS:
            for size in SIZES:
                with self.subTest(kind=kind, size=size):
                    image = self.workshop.sign(size, key=kind)
                    self.assert_good(image, kind)
                    self.assertEqual(check(image)["size"], str(image.stat().st_size))

    def test_the_private_half_serves_as_well(self) -> None:
        for kind in KINDS:
            with self.subTest(kind=kind):
                image = self.workshop.sign(4096, key=kind)
                self.assertEqual(check(image, self.workshop.private(kind))["verdict"], "good")

    def test_other_keys_do_not_fit(self) -> None:
        for kind in KINDS:
            image = self.workshop.sign(4096, key=kind)
            others = [f"{kind}-other"] + [other for other in KINDS if other != kind]
            for other in others:
                with self.subTest(kind=kind, other=other):
                    key = self.workshop.private(other)
                    self.assertEqual(check(image, key)["verdict"], "other-key")
            with self.subTest(kind=kind, judge="imgtool"):
                self.assertFalse(imgtool_accepts(image, self.workshop.private(others[0])))

    def test_a_changed_payload_is_noticed(self) -> None:
        image = self.workshop.sign(65537, key="ecdsa-p256")
        content = bytearray(image.read_bytes())
        content[0x200 + 40000] ^= 0x10
        image.write_bytes(content)
        key = self.workshop.public("ecdsa-p256")
        self.assertEqual(check(image, key)["verdict"], "wrong-hash")
        self.assertFalse(imgtool_accepts(image, key))

    def test_a_changed_signature_is_noticed(self) -> None:
        for kind in KINDS:
            with self.subTest(kind=kind):
                image = self.workshop.sign(4096, key=kind)
                content = bytearray(image.read_bytes())
                content[-1] ^= 0x01
                image.write_bytes(content)
                key = self.workshop.public(kind)
                self.assertEqual(check(image, key)["verdict"], "wrong-signature")
                self.assertFalse(imgtool_accepts(image, key))

    def test_options_that_change_what_is_signed(self) -> None:
        cases = [
            ("ecdsa-p256", ["--pad-sig"]),
            ("ecdsa-p256", ["--public-key-format", "full"]),
            ("rsa-2048", ["--public-key-format", "full"]),
            ("ed25519", ["--sha", "512"]),
            ("ecdsa-p256", ["--security-counter", "7", "--dependencies", "(1, 1.2.3+0)",
                            "--custom-tlv", "0x00a0", "text"]),
            ("ecdsa-p384", ["--boot-record", "app"]),
            ("ed25519", ["--rom-fixed", "0xc000"]),
            ("rsa-3072", ["--non-bootable"]),
        ]
        for kind, options in cases:
            with self.subTest(kind=kind, options=options):
                self.assert_good(self.workshop.sign(4097, *options, key=kind), kind)

    def test_a_pure_signature_is_made_over_the_image(self) -> None:
        # imgtool verify has no digest to show for these, and checks the signature all the same.
        self.assert_good(self.workshop.sign(65537, "--pure", key="ed25519"), "ed25519")

    def test_a_padded_image_ends_before_its_padding(self) -> None:
        image = self.workshop.sign(4096, key="ecdsa-p256")
        size = image.stat().st_size
        padded = self.workshop.sign(4096, "--confirm", key="ecdsa-p256")
        self.assertEqual(padded.stat().st_size, 0x200000)
        ours = check(padded, self.workshop.public("ecdsa-p256"))
        self.assertEqual(ours["verdict"], "good")
        # A DER signature is up to two bytes longer or shorter from one time to the next.
        self.assertAlmostEqual(int(ours["size"]), size, delta=4)

    def test_an_unsigned_image_has_a_good_hash_and_no_signature(self) -> None:
        for sha in ("256", "384", "512"):
            with self.subTest(sha=sha):
                image = self.workshop.sign(4097, "--sha", sha)
                self.assertEqual(check(image)["verdict"], "good")
                self.assertEqual(check(image)["hash"], imgtool_hash(image))
                ours = check(image, self.workshop.public("rsa-2048"))
                self.assertEqual(ours["verdict"], "not-signed")

    def test_an_encrypted_image_is_left_to_the_device(self) -> None:
        for key, clear, verdict in ((None, [], "encrypted"), (None, ["--clear"], "good")):
            with self.subTest(clear=clear):
                image = self.workshop.sign(4096, "--encrypt", self.workshop.public("ecdsa-p256"),
                                           *clear, key=key)
                self.assertEqual(check(image)["verdict"], verdict)


def main() -> int:
    global image_check
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    if not IMGTOOL.exists():
        print(f"skipped: {IMGTOOL} is missing; tools/venv installs it")
        return SKIPPED
    image_check = Path(sys.argv[1]).resolve()
    program = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2)
    print(imgtool("version").strip(), "made the images,",
          program.result.testsRun, "tests,",
          len(program.result.failures) + len(program.result.errors), "failed")
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
