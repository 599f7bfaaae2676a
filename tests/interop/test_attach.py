#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signing with a key that stays in its vault: what comes out must be what imgtool would have made.

Usage: test_attach.py IMAGE_CHECK [unittest options]

The vault is Python's cryptography; we get to see the public half of its key only.
"""
from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

from workshop import (KINDS, Checker, Workshop, enter_venv, imgtool, imgtool_accepts,
                      imgtool_info, load_key)

SIZE = 5000
PADDED_SIZE = 0x8000
# The magic at the end of a slot, and in front of it 32 bytes with the other fields, all erased.
TRAILER = b"\xff" * 32 + bytes.fromhex("77c295f360d2ef7f3552500f2cb67980")
# How imgtool hashes for a kind of key, to be asked for when it has no key.
SHA = {"ecdsa-p384": "384"}
NUMBER_SIZE = {"ecdsa-p256": 32, "ecdsa-p384": 48}  # bytes of r and of s


def sign_in_vault(key_file: Path, message: bytes) -> bytes:
    """Sign a digest (Ed25519: a message) with a private key."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(key_file.read_bytes(), password=None)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    sha = hashes.SHA384() if len(message) == 48 else hashes.SHA256()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(utils.Prehashed(sha)))
    pss = padding.PSS(mgf=padding.MGF1(sha), salt_length=32)
    return key.sign(message, pss, utils.Prehashed(sha))


def bare_numbers(der: bytes, size: int) -> bytes:
    """An ECDSA signature as an HSM gives it."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(der))


class AttachTest(unittest.TestCase):
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

    def path(self, name: str) -> Path:
        return Path(self.folder.name) / name

    def take(self, content: bytes) -> Path:
        """A file that later images of the workshop do not overwrite."""
        path = self.path("unsigned.bin")
        path.write_bytes(content)
        return path

    def message(self, image: Path, key: Path) -> bytes:
        self.checker.run("message", image, key, self.path("message"))
        return self.path("message").read_bytes()

    def attach(self, image: Path, key: Path, signature: bytes) -> Path:
        self.path("signature").write_bytes(signature)
        self.checker.run("attach", image, key, self.path("signature"), self.path("attached.bin"))
        return self.path("attached.bin")

    def sign_from_outside(self, kind: str, content: bytes) -> Path:
        image, public = self.take(content), self.workshop.public(kind)
        signature = sign_in_vault(self.workshop.private(kind), self.message(image, public))
        return self.attach(image, public, signature)

    def assert_as_by_imgtool(self, attached: Path, kind: str, options: tuple[str, ...]) -> None:
        """Signed by imgtool itself it would be the same but for what is random in a signature."""
        direct = self.workshop.sign(SIZE, *options, key=kind)
        if kind == "ed25519":
            self.assertEqual(attached.read_bytes(), direct.read_bytes())
            return
        ours, theirs = imgtool_info(attached), imgtool_info(direct)
        self.assertEqual(ours["header"], theirs["header"])
        self.assertEqual(ours["trailer"], theirs["trailer"])
        for mine, other in zip(ours["tlv_area"]["tlvs"], theirs["tlv_area"]["tlvs"], strict=True):
            self.assertEqual(mine["type"], other["type"])
            if mine["type_name"] in ("SHA256", "SHA384", "SHA512", "KEYHASH", "PUBKEY"):
                self.assertEqual(mine["data"], other["data"])

    def assert_verifies(self, attached: Path, kind: str) -> None:
        public = self.workshop.public(kind)
        self.assertEqual(self.checker.show(attached, public)["verdict"], "good")
        self.assertTrue(imgtool_accepts(attached.read_bytes(), load_key(public)))
        imgtool("verify", "--key", public, attached)

    def test_an_image_without_a_key_is_signed_as_by_imgtool(self) -> None:
        for kind in KINDS:
            for options in ((), ("--header-size", "0x400", "--security-counter", "7"),
                            ("--custom-tlv", "0x00a0", "text")):
                with self.subTest(kind=kind, options=options):
                    unsigned = self.workshop.sign(SIZE, *options, "--sha", SHA.get(kind, "256"))
                    attached = self.sign_from_outside(kind, unsigned.read_bytes())
                    self.assert_verifies(attached, kind)
                    self.assert_as_by_imgtool(attached, kind, options)

    def test_a_throw_away_key_is_replaced(self) -> None:
        for kind in KINDS:
            for options in ((), ("--public-key-format", "full"), ("--boot-record", "app")):
                with self.subTest(kind=kind, options=options):
                    signed = self.workshop.sign(SIZE, *options, key=f"{kind}-other")
                    attached = self.sign_from_outside(kind, signed.read_bytes())
                    self.assert_verifies(attached, kind)
                    if "--boot-record" not in options:  # which names the key, and is signed
                        self.assert_as_by_imgtool(attached, kind, options)

    def test_the_kind_of_key_may_change_with_it(self) -> None:
        signed = self.workshop.sign(SIZE, key="rsa-3072")
        attached = self.sign_from_outside("ecdsa-p256", signed.read_bytes())
        self.assert_verifies(attached, "ecdsa-p256")
        self.assert_as_by_imgtool(attached, "ecdsa-p256", ())

    def test_ed25519_signs_longer_digests_and_whole_images_too(self) -> None:
        for options in (("--sha", "512"), ("--pure",)):
            with self.subTest(options=options):
                signed = self.workshop.sign(SIZE, *options, key="ed25519-other")
                attached = self.sign_from_outside("ed25519", signed.read_bytes())
                self.assert_verifies(attached, "ed25519")
                self.assert_as_by_imgtool(attached, "ed25519", options)

    def test_a_padded_image_keeps_its_size_and_its_trailer(self) -> None:
        for kind in KINDS:
            for options in (("--pad",), ("--confirm",), ("--erased-val", "0", "--confirm"),
                            ("--max-align", "32", "--confirm")):
                for signer in (None, "rsa-3072"):  # the image grows, and mostly shrinks
                    if signer and kind == "ecdsa-p384":
                        continue  # which wants another hash
                    with self.subTest(kind=kind, options=options, signer=signer):
                        options = ("--slot-size", hex(PADDED_SIZE), *options)
                        sha = [] if signer else ["--sha", SHA.get(kind, "256")]
                        padded = self.workshop.sign(SIZE, *options, *sha, key=signer)
                        attached = self.sign_from_outside(kind, padded.read_bytes())
                        self.assertEqual(attached.stat().st_size, PADDED_SIZE)
                        self.assert_verifies(attached, kind)
                        self.assert_as_by_imgtool(attached, kind, options)

    def test_an_encrypted_image_is_signed_by_the_hash_it_claims(self) -> None:
        encrypt = ("--encrypt", str(self.workshop.public("x25519")))
        content = self.workshop.sign(SIZE, *encrypt, key="ed25519-other").read_bytes()
        attached = self.sign_from_outside("ed25519", content)
        public = self.workshop.public("ed25519")
        self.assertEqual(self.checker.show(attached, public)["verdict"], "encrypted")
        self.assertEqual([tlv["type_name"] for tlv in imgtool_info(attached)["tlv_area"]["tlvs"]],
                         ["SHA256", "KEYHASH", "ED25519", "ENCX25519"])
        self.assertEqual(dict(self.checker.lines("message", attached, public,
                                                 self.path("message")))["checked"], "no")

    def test_bare_numbers_from_an_hsm_are_taken_too(self) -> None:
        for kind, size in NUMBER_SIZE.items():
            with self.subTest(kind=kind):
                image = self.take(self.workshop.sign(SIZE, key=f"{kind}-other").read_bytes())
                public = self.workshop.public(kind)
                der = sign_in_vault(self.workshop.private(kind), self.message(image, public))
                attached = self.attach(image, public, bare_numbers(der, size))
                self.assert_verifies(attached, kind)
                signature = imgtool_info(attached)["tlv_area"]["tlvs"][-1]
                self.assertEqual(signature["data"], der.hex())

    def test_what_is_to_be_signed_is_what_imgtool_exports(self) -> None:
        for vector, options in (("digest", ()), ("payload", ("--pure",))):
            with self.subTest(vector=vector):
                signed = self.take(self.workshop.sign(SIZE, *options, key="ed25519").read_bytes())
                message = self.message(signed, self.workshop.public("ed25519"))
                exported = self.workshop.sign(SIZE, *options, "--vector-to-sign", vector,
                                              key="ed25519")
                self.assertEqual(message, exported.read_bytes())

    def assert_refused(self, words: str, image: Path, key: Path, signature: bytes) -> None:
        with self.assertRaisesRegex(RuntimeError, words):
            self.attach(image, key, signature)
        self.assertFalse(self.path("attached.bin").exists())

    def test_nothing_is_made_with_a_signature_that_does_not_fit(self) -> None:
        self.path("attached.bin").unlink(missing_ok=True)
        for kind in KINDS:
            with self.subTest(kind=kind):
                image = self.take(self.workshop.sign(SIZE, key=f"{kind}-other").read_bytes())
                public = self.workshop.public(kind)
                digest = self.message(image, public)
                good = sign_in_vault(self.workshop.private(kind), digest)
                by_other = sign_in_vault(self.workshop.private(f"{kind}-other"), digest)
                of_other = sign_in_vault(self.workshop.private(kind), bytes(len(digest)))
                for signature in (by_other, of_other, good[:-1], good + b"\n", b"", bytes(64)):
                    self.assert_refused("does not fit", image, public, signature)
                self.assert_refused("does not fit", image, self.workshop.public(f"{kind}-other"),
                                    good)

    def test_images_that_cannot_be_signed_are_refused(self) -> None:
        public = self.workshop.public
        whole = self.workshop.sign(SIZE, key="ed25519").read_bytes()
        bare = self.workshop.sign(SIZE).read_bytes()
        pure = self.workshop.sign(SIZE, "--pure", key="ed25519").read_bytes()
        hidden = self.workshop.sign(SIZE, "--pure", "--encrypt", public("x25519"),
                                    key="ed25519").read_bytes()
        digest = self.message(self.take(whole), public("ed25519"))
        cases = [("does not match", whole[:600] + b"x" + whole[601:], "ed25519"),
                 ("SIG_PURE", pure, "rsa-2048"), ("encrypted", hidden, "ed25519"),
                 ("no hash of a kind", whole, "ecdsa-p384"),
                 ("do not belong", whole + b"junk", "ed25519"),
                 ("leaves no room", bare + b"\xff" * 100 + TRAILER, "ed25519"),
                 ("leaves no room", bare + b"\xff" * 100, "ed25519")]
        self.path("attached.bin").unlink(missing_ok=True)
        for words, content, kind in cases:
            with self.subTest(words):
                signature = sign_in_vault(self.workshop.private(kind), digest)
                self.assert_refused(words, self.take(content), public(kind), signature)


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    enter_venv()
    AttachTest.checker = Checker(Path(sys.argv[1]).resolve())
    program = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2)
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
