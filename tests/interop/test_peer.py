#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A client written by others drives our fake board: a whole update, and what it may not do.

Usage: test_peer.py SMPCTL_FAKEDEV [unittest options]

The client and the board of this project share the framing code and could share a mistake about it;
smpclient (from .venv, made by tools/venv) shares nothing with them.
"""
from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"
SKIPPED = 77
IMAGE = ROOT / "tests" / "vectors" / "images" / "unsigned_v2.0.0.bin"
BOOT_LIMIT_S = 30.0

fakedev = Path("smpctl-fakedev")


def use_venv() -> None:
    """Run on in the Python that has smpclient; skip where there is none."""
    if not VENV_PYTHON.exists():
        print("skipped: .venv is missing (tools/venv makes it)")
        sys.exit(SKIPPED)
    if Path(sys.prefix) != VENV_PYTHON.parents[1]:
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])


class Board:
    """smpctl-fakedev with a link and a state file in a folder of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.link = folder / "port"
        self.process = subprocess.Popen(
            [str(fakedev), "--link", str(self.link), "--state", str(folder / "flash"), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        first_line = self.process.stdout.readline()
        assert first_line.startswith("/dev/"), first_line

    def stop(self) -> tuple[int, str]:
        """Exit code and complaints."""
        self.process.terminate()
        _, notes = self.process.communicate(timeout=BOOT_LIMIT_S)
        return self.process.returncode, notes


class PeerTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, *options: str) -> Board:
        board = Board(Path(self.folder.name), *options)
        self.addCleanup(lambda: board.process.poll() is None and board.stop())
        return board

    async def connect(self, board: Board):
        from smpclient import SMPClient
        from smpclient.transport.serial import SMPSerialTransport

        client = SMPClient(SMPSerialTransport(), str(board.link))
        deadline = asyncio.get_running_loop().time() + BOOT_LIMIT_S
        while not board.link.exists():
            self.assertLess(asyncio.get_running_loop().time(), deadline, "the board stays away")
            await asyncio.sleep(0.05)
        await client.connect()
        return client

    async def versions(self, client) -> list[tuple[int, str, bool, bool]]:
        from smpclient.requests.image_management import ImageStatesRead

        reply = await client.request(ImageStatesRead())
        return [(i.slot, i.version, bool(i.active), bool(i.confirmed)) for i in reply.images]

    async def reset(self, client, board: Board):
        from smpclient.requests.os_management import ResetWrite

        await client.request(ResetWrite())
        deadline = asyncio.get_running_loop().time() + BOOT_LIMIT_S
        while board.link.exists():
            self.assertLess(asyncio.get_running_loop().time(), deadline, "the board does not reset")
            await asyncio.sleep(0.02)
        await client.disconnect()
        return await self.connect(board)

    async def upload_and_test(self, client) -> None:
        from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite

        image = IMAGE.read_bytes()
        async for offset in client.upload(image):
            last = offset
        self.assertEqual(last, len(image))
        reply = await client.request(ImageStatesRead())
        await client.request(ImageStatesWrite(hash=reply.images[1].hash, confirm=False))

    async def test_a_whole_update_with_revert_and_confirmation(self) -> None:
        from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite

        board = self.start()
        client = await self.connect(board)
        self.assertEqual(await self.versions(client), [(0, "1.0.0", True, True)])
        await self.upload_and_test(client)
        client = await self.reset(client, board)
        self.assertEqual(await self.versions(client),
                         [(0, "2.0.0", True, False), (1, "1.0.0", False, True)])
        client = await self.reset(client, board)
        self.assertEqual(await self.versions(client),
                         [(0, "1.0.0", True, True), (1, "2.0.0", False, False)])
        reply = await client.request(ImageStatesRead())
        await client.request(ImageStatesWrite(hash=reply.images[1].hash, confirm=True))
        client = await self.reset(client, board)
        self.assertEqual((await self.versions(client))[0], (0, "2.0.0", True, True))
        await client.disconnect()
        self.assertEqual(board.stop()[0], 0)

    async def test_serial_recovery_takes_an_upload(self) -> None:
        board = self.start("--mode", "recovery")
        client = await self.connect(board)
        async for _ in client.upload(IMAGE.read_bytes()):
            pass
        client = await self.reset(client, board)
        self.assertEqual((await self.versions(client))[0][1], "2.0.0")
        await client.disconnect()

    async def test_files_go_there_and_back(self) -> None:
        from smpclient.requests.file_management import (FileClose, FileHashChecksum, FileStatus,
                                                        SupportedFileHashChecksumTypes)

        board = self.start()
        client = await self.connect(board)
        content = bytes(range(256)) * 20 + b"end"
        async for offset in client.upload_file(content, "/lfs/peer"):
            last = offset
        self.assertEqual(last, len(content))
        self.assertEqual(await client.download_file("/lfs/peer"), content)
        self.assertEqual((await client.request(FileStatus(name="/lfs/peer"))).len, len(content))
        reply = await client.request(FileHashChecksum(name="/lfs/peer", type="sha256"))
        self.assertEqual(reply.output, hashlib.sha256(content).digest())
        reply = await client.request(FileHashChecksum(name="/lfs/peer", type="crc32"))
        self.assertEqual(reply.output, zlib.crc32(content))
        reply = await client.request(SupportedFileHashChecksumTypes())
        self.assertEqual(sorted(reply.types), ["crc32", "sha256"])
        await client.request(FileClose())
        await client.disconnect()
        self.assertEqual(board.stop()[0], 0)

    async def test_file_errors_are_understood(self) -> None:
        from smpclient import generics
        from smpclient.requests.file_management import FileDownload, FileUpload

        board = self.start()
        client = await self.connect(board)
        reply = await client.request(FileDownload(name="/lfs/none", off=0))
        self.assertTrue(generics.error_v2(reply), reply)
        self.assertEqual((reply.err.group, int(reply.err.rc)), (8, 3))
        # Not a wrong offset: smpclient refuses the "len" that real servers put beside that error.
        reply = await client.request(FileUpload(name="/none/x", off=0, data=b"x", len=1))
        self.assertTrue(generics.error_v2(reply), reply)
        self.assertEqual((reply.err.group, int(reply.err.rc)), (8, 14))
        await client.disconnect()

    async def test_errors_are_understood(self) -> None:
        from smpclient import generics
        from smpclient.requests.image_management import ImageStatesWrite
        from smpclient.requests.os_management import EchoWrite

        board = self.start()
        client = await self.connect(board)
        reply = await client.request(EchoWrite(d="hello"))
        self.assertEqual(reply.r, "hello")
        reply = await client.request(ImageStatesWrite(hash=b"\x11" * 32, confirm=False))
        self.assertTrue(generics.error_v2(reply), reply)
        self.assertEqual((reply.err.group, int(reply.err.rc)), (1, 8))
        await client.disconnect()


if __name__ == "__main__":
    use_venv()
    fakedev = Path(sys.argv.pop(1)).resolve()
    unittest.main()
