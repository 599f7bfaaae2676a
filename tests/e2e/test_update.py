#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole updates with images that imgtool has signed, on a board that checks the signature."""
from __future__ import annotations

import random
import tempfile
from pathlib import Path

import bench
from bench import BAD_FILE, DEVICE, OK, Board

KINDS = ["ecdsa-p256", "ed25519", "rsa-2048", "rsa-3072"]
# Around what is rounded: flash pages, 64 KiB; and as large as real firmware.
SIZES = [4096, 4097, 65537, 1024 * 1024]
SLOT_SIZE = "0x110000"


class Workshop:
    """Keys made on the spot, and images signed with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for kind in KINDS:
            self.imgtool("keygen", "--type", kind, "--key", self.private(kind))
            self.imgtool("getpub", "--key", self.private(kind), "--encoding", "pem",
                         "--output", self.public(kind))

    def imgtool(self, *args: str | Path) -> None:
        done = bench.run(bench.IMGTOOL, *args)
        if done.code != 0:
            raise RuntimeError(f"imgtool {args[0]}: {done}")

    def private(self, kind: str) -> Path:
        return self.folder / f"{kind}.pem"

    def public(self, kind: str) -> Path:
        return self.folder / f"{kind}-public.pem"

    def sign(self, size: int, kind: str, version: str = "2.0.0") -> Path:
        payload = self.folder / "payload.bin"
        signed = self.folder / f"signed-{size}-{kind}.bin"
        payload.write_bytes(random.Random(size).randbytes(size))
        self.imgtool("sign", "--header-size", "0x200", "--pad-header", "--slot-size", SLOT_SIZE,
                     "--align", "4", "--version", version, "--key", self.private(kind), payload,
                     signed)
        return signed


class UpdateTest(bench.BenchTest):
    workshop: Workshop
    workshop_folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop_folder = tempfile.TemporaryDirectory()
        cls.workshop = Workshop(Path(cls.workshop_folder.name))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.workshop_folder.cleanup()

    def upload_and_test(self, board: Board, file: Path) -> str:
        """Upload, mark for test, reset; returns the image's hash."""
        upload = self.expect(OK, board, "image", "upload", file)
        self.assertIn(f"Sent {file.stat().st_size} bytes", upload.out)
        self.assertIn("The device shows the image in slot 1\n", upload.out)
        slot = self.slots(board)[1]
        self.assertEqual(slot["version"], "2.0.0")
        self.expect(OK, board, "image", "test", slot["hash"])
        self.assertTrue(self.slots(board)[1]["pending"])
        self.reset(board)
        return str(slot["hash"])

    def update(self, board: Board, file: Path) -> None:
        new_hash = self.upload_and_test(board, file)
        slots = self.slots(board)
        self.assertEqual((slots[0]["hash"], slots[0]["active"], slots[0]["confirmed"]),
                         (new_hash, True, False))
        self.assertEqual((slots[1]["version"], slots[1]["confirmed"]), ("1.0.0", True))
        self.expect(OK, board, "image", "confirm")
        self.reset(board)
        slots = self.slots(board)
        self.assertEqual((slots[0]["hash"], slots[0]["active"], slots[0]["confirmed"]),
                         (new_hash, True, True))

    def test_images_of_each_size_signed_with_each_kind_of_key_are_updated_to(self) -> None:
        for kind in KINDS:
            for size in SIZES:
                with self.subTest(kind=kind, size=size):
                    board = self.board("--slot-size", SLOT_SIZE, "--key",
                                       self.workshop.public(kind), name=f"{kind}-{size}")
                    self.update(board, self.workshop.sign(size, kind))

    def test_an_image_signed_with_another_key_does_not_boot(self) -> None:
        for kind, other in zip(KINDS, KINDS[1:] + KINDS[:1]):
            with self.subTest(kind=kind, other=other):
                board = self.board("--slot-size", SLOT_SIZE, "--key",
                                   self.workshop.public(other), name=kind)
                self.upload_and_test(board, self.workshop.sign(4096, kind))
                slots = self.slots(board)
                self.assertEqual(list(slots), [0])
                self.assertEqual((slots[0]["version"], slots[0]["active"], slots[0]["confirmed"]),
                                 ("1.0.0", True, True))

    def test_an_image_that_is_not_confirmed_is_reverted(self) -> None:
        board = self.board("--slot-size", SLOT_SIZE)
        self.upload_and_test(board, self.workshop.sign(65537, "ed25519"))
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")
        self.reset(board)
        slots = self.slots(board)
        self.assertEqual((slots[0]["version"], slots[0]["confirmed"]), ("1.0.0", True))
        self.assertEqual((slots[1]["version"], slots[1]["confirmed"]), ("2.0.0", False))

    def test_test_and_confirm_take_a_file_for_its_hash(self) -> None:
        board = self.board("--slot-size", SLOT_SIZE)
        file = self.workshop.sign(4096, "rsa-2048")
        self.expect(OK, board, "image", "upload", file)
        self.expect(OK, board, "image", "test", file)
        self.reset(board)
        self.expect(OK, board, "image", "confirm", file)
        self.assertTrue(self.slots(board)[0]["confirmed"])

    def test_an_image_that_is_too_large_for_the_slot_is_refused(self) -> None:
        board = self.board("--slot-size", "0x10000")
        file = self.workshop.sign(65537, "ed25519")
        done = self.expect(BAD_FILE, board, "image", "upload", file)
        self.assertIn("too large", done.err)
        done = self.expect(DEVICE, board, "image", "upload", "--force", file)
        self.assertIn("IMAGE_INVALID_IMAGE_TOO_LARGE", done.err)
        self.assertEqual(list(self.slots(board)), [0])


if __name__ == "__main__":
    bench.main(None if bench.IMGTOOL.exists() else "no imgtool; tools/venv installs it")
