#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The DFU exercise of the Nordic Developer Academy, its commands word for word, on the fake board.

Steps 1 to 3 update the board with an image that is signed with the bootloader's key; step 4 checks
that it fails with the wrong key.
"""
from __future__ import annotations

import random
import tempfile
from pathlib import Path

import bench
from bench import BAD_FILE, OK, USAGE, Board

SLOT_SIZE = "0x20000"


class AcademyTest(bench.BenchTest):
    """Two keys of a made-up vendor; the bootloader is built with the first."""

    keys: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.keys = tempfile.TemporaryDirectory()
        for name in ("right", "wrong"):
            key = Path(cls.keys.name, f"{name}.pem")
            cls.imgtool("keygen", "--type", "ecdsa-p256", "--key", key)
            cls.imgtool("getpub", "--key", key, "--encoding", "pem", "--output",
                        Path(cls.keys.name, f"{name}-public.pem"))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.keys.cleanup()

    @staticmethod
    def imgtool(*args: str | Path) -> None:
        done = bench.run(bench.IMGTOOL, *args)
        if done.code != 0:
            raise RuntimeError(f"imgtool {args[0]}: {done}")

    def key(self, name: str) -> Path:
        return Path(self.keys.name, f"{name}.pem")

    def sign(self, key: str, version: str = "2.0.0") -> Path:
        """What the build leaves as build/zephyr/app_update.bin."""
        payload = self.file("zephyr.bin", random.Random(version).randbytes(20000))
        signed = self.folder / f"app_update-{key}.bin"
        self.imgtool("sign", "--header-size", "0x200", "--pad-header", "--slot-size", SLOT_SIZE,
                     "--align", "4", "--version", version, "--key", self.key(key), payload, signed)
        return signed

    def academy_board(self) -> Board:
        return self.board("--slot-size", SLOT_SIZE, "--key", self.key("right-public"))

    def hash_in_slot_1(self, board: Board) -> str:
        """As a person reads it from the list."""
        lines = self.expect(OK, board, "image", "list").out.splitlines()
        index = lines.index(" image=0 slot=1")
        return next(line for line in lines[index:] if "hash:" in line).split()[1]

    def test_the_exercise(self) -> None:
        board = self.academy_board()
        self.expect(OK, board, "image", "list")
        self.expect(OK, board, "image", "upload", self.sign("right"))
        self.expect(OK, board, "image", "test", self.hash_in_slot_1(board))
        self.reset(board)
        slots = self.slots(board)
        self.assertEqual((slots[0]["version"], slots[0]["active"]), ("2.0.0", True))
        self.expect(OK, board, "image", "confirm", slots[0]["hash"])
        self.assertTrue(self.slots(board)[0]["confirmed"])

    def test_step_4_it_fails_with_the_wrong_key(self) -> None:
        board = self.academy_board()
        before = self.slots(board)
        self.expect(OK, board, "image", "upload", self.sign("wrong"))
        new_hash = self.hash_in_slot_1(board)
        marked = self.expect(OK, board, "image", "test", new_hash)
        self.assertIn("flags: pending\n", marked.out)
        self.assertIn("signed with another key than its own", marked.err)
        self.reset(board)
        done = self.expect(OK, board, "image", "list")
        self.assertIn("version: 1.0.0\n", done.out)
        self.assertIn("flags: active confirmed\n", done.out)
        self.assertNotIn(new_hash, done.out)
        self.assertEqual(self.slots(board), before)
        # Who asks for the lost image is told why it may be gone.
        done = self.expect(USAGE, board, "image", "test", new_hash)
        self.assertIn("the bootloader refused and erased it: signed with another key", done.err)

    def test_the_wrong_key_is_noticed_before_a_byte_is_sent(self) -> None:
        board = self.academy_board()
        done = self.expect(BAD_FILE, board, "image", "upload", "--key", self.key("right-public"),
                           self.sign("wrong"))
        self.assertIn("not signed with this key", done.err)
        done = self.expect(BAD_FILE, board, "image", "upload", self.sign("wrong"),
                           env={"SMPCTL_KEY": str(self.key("right-public"))})
        self.assertIn("not signed with this key", done.err)
        self.assertEqual(list(self.slots(board)), [0])
        # The private half of the right key serves as well.
        self.expect(OK, board, "image", "upload", "--key", self.key("right"), self.sign("right"))

    def test_what_a_vault_has_signed_boots(self) -> None:
        """The image is made with a throw-away key, and signed as a signing server would."""
        board = self.academy_board()
        throw_away, out = self.sign("wrong"), self.folder / "out.bin"
        digest, signature = self.folder / "digest.bin", self.folder / "signature.bin"
        self.assertEqual(bench.run(bench.SMPCTL, "image", "sign-digest", throw_away, "-o",
                                   digest).code, OK)
        vault = bench.run("openssl", "pkeyutl", "-sign", "-inkey", self.key("right"), "-in", digest,
                          "-out", signature)
        self.assertEqual(vault.code, 0, vault)
        done = bench.run(bench.SMPCTL, "image", "attach", throw_away, "--signature", signature,
                         "--public-key", self.key("right-public"), "-o", out)
        self.assertEqual(done.code, OK, done)
        self.imgtool("verify", "--key", self.key("right-public"), out)
        self.expect(OK, board, "image", "upload", "--key", self.key("right-public"), out)
        self.expect(OK, board, "image", "test", out)
        self.reset(board)
        self.assertEqual(self.slots(board)[0]["version"], "2.0.0")


if __name__ == "__main__":
    bench.main(None if bench.IMGTOOL.exists() else "no imgtool; tools/venv installs it")
