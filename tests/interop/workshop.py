# SPDX-License-Identifier: Apache-2.0
"""imgtool in this process, keys and payloads to try it on, and our own image_check.

imgtool lives in .venv (tools/venv makes it): a program that wants it calls enter_venv() first.
"""
from __future__ import annotations

import contextlib
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
SKIPPED = 77

KINDS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072"]
VERSION = "1.22.333+4444"
VERSION_TEXT = "1.22.333.4444"
SLOT_SIZE = 0x200000


def enter_venv() -> None:
    """Go on as the Python of .venv; end as a skipped test when there is none."""
    python = VENV / "bin" / "python"
    if not (VENV / "bin" / "imgtool").exists():
        print(f"skipped: {VENV} has no imgtool; tools/venv installs it")
        sys.exit(SKIPPED)
    if Path(sys.prefix) != VENV:
        os.execv(python, [str(python), *sys.argv])


def imgtool(*args: str | Path) -> str:
    """Run an imgtool command; returns what it printed."""
    import imgtool.main

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        imgtool.main.imgtool.main(args=[str(arg) for arg in args], standalone_mode=False)
    return out.getvalue()


def imgtool_info(image: Path) -> dict:
    return json.loads(imgtool("dumpinfo", "--format", "json", image))


def load_key(path: Path | None):
    """The key as imgtool sees it."""
    import imgtool.keys

    return imgtool.keys.load(path) if path else None


def imgtool_accepts(content: bytes, key) -> bool:
    """imgtool verify, on bytes in memory. What makes it stumble it does not accept."""
    import imgtool.image as module

    # The module opens the file by name; a name in the module stands before the built-in one.
    module.open = lambda *_: io.BytesIO(content)
    try:
        return module.Image.verify("image.bin", key)[0] == module.VerifyResult.OK
    except Exception:
        return False
    finally:
        del module.open


class Checker:
    """Our image_check."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def run(self, *args: str | Path, stdin: bytes = b"") -> str:
        done = subprocess.run([str(arg) for arg in (self.program, *args)], input=stdin,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"image_check {args[0]}: {done.stderr.decode()}")
        return done.stdout.decode()

    def lines(self, *args: str | Path) -> list[tuple[str, str]]:
        return [tuple(line.split(" ", 1)) for line in self.run(*args).splitlines()]

    def show(self, image: Path, key: Path | None = None) -> dict[str, str]:
        """All that it says; of what it says several times the last."""
        return dict(self.lines("show", image, *([key] if key else [])))

    def judge(self, images: list[bytes], key: Path | None = None) -> list[str]:
        """A verdict for each, from one process."""
        stream = b"".join(len(image).to_bytes(4, "little") + image for image in images)
        return self.run("judge", *([key] if key else []), stdin=stream).splitlines()


class Workshop:
    """A folder with two keys of each kind, their public halves, and payloads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for kind in [*KINDS, "x25519"]:
            for name in (kind, f"{kind}-other"):
                imgtool("keygen", "--type", kind, "--key", self.private(name))
                imgtool("getpub", "--key", self.private(name), "--encoding", "pem",
                        "--output", self.public(name))

    def private(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def public(self, name: str) -> Path:
        return self.folder / f"{name}-public.pem"

    def payload(self, size: int) -> Path:
        """The first half random, the second of one byte, so that it can be compressed."""
        path = self.folder / f"payload-{size}.bin"
        if not path.exists():
            noise = random.Random(size).randbytes(size // 2)
            path.write_bytes(noise + b"\x5a" * (size - len(noise)))
        return path

    def sign(self, size: int, *options: str | Path, key: str | None = None) -> Path:
        """Sign a payload of this size. Options are those of imgtool sign, the last one counts."""
        path = self.folder / "signed.bin"
        key_options: list[str | Path] = ["--key", self.private(key)] if key else []
        imgtool("sign", "--header-size", "0x200", "--pad-header", "--slot-size", hex(SLOT_SIZE),
                "--align", "4", "--version", VERSION, *key_options, *options,
                self.payload(size), path)
        return path

    def write(self, content: bytes) -> Path:
        path = self.folder / "written.bin"
        path.write_bytes(content)
        return path


class Case:
    """A kind of image: who signs it, with which options of imgtool sign, and what we say to it."""

    def __init__(self, name: str, kind: str | None, *options: str, verdict: str = "good",
                 size: int = 300) -> None:
        self.name = name
        self.kind = kind
        self.options = options
        self.verdict = verdict
        self.size = size

    def make(self, workshop: Workshop) -> Path:
        options = [str(workshop.public(option[1:])) if option.startswith("@") else option
                   for option in self.options]
        return workshop.sign(self.size, *options, key=self.kind)


# An option that begins with @ is the public half of that key.
CASES = [
    *(Case(kind, kind) for kind in KINDS),
    Case("not signed", None),
    Case("not signed, SHA-384", None, "--sha", "384"),
    Case("not signed, SHA-512", None, "--sha", "512"),
    Case("Ed25519 over SHA-512", "ed25519", "--sha", "512"),
    Case("Ed25519 over the image itself", "ed25519", "--pure"),
    Case("header of 32 bytes", "ed25519", "--header-size", "32"),
    Case("header of 0x400 bytes", "ecdsa-p256", "--header-size", "0x400"),
    Case("whole key", "ecdsa-p256", "--public-key-format", "full"),
    Case("whole RSA key", "rsa-2048", "--public-key-format", "full"),
    Case("padded signature", "ecdsa-p384", "--pad-sig"),
    Case("security counter", "ecdsa-p256", "--security-counter", "7"),
    Case("security counter from the version", "ed25519", "--security-counter", "auto"),
    Case("dependencies", "ed25519", "--dependencies", "(1, 1.2.3+4)(2, 5.6.7+0)"),
    Case("boot record", "ecdsa-p384", "--boot-record", "app"),
    Case("custom TLVs", "ed25519", "--custom-tlv", "0x00a0", "text", "--custom-tlv", "0x12fe",
         "0x0102"),
    Case("UUIDs", "ed25519", "--vid", "example.org", "--cid", "board"),
    Case("all protected TLVs", "ecdsa-p256", "--security-counter", "4294967295", "--boot-record",
         "longest name", "--dependencies", "(0, 1.0.0+0)", "--vid", "example.org",
         "--custom-tlv", "0x00a0", "text"),
    Case("RAM load", "ed25519", "--load-addr", "0x20000000"),
    Case("ROM fixed", "ed25519", "--rom-fixed", "0xc000"),
    Case("non-bootable", "ed25519", "--non-bootable"),
    Case("compressed", "ed25519", "--compression", "lzma2", size=8192),
    Case("compressed for ARM", "ed25519", "--compression", "lzma2armthumb", size=8192),
    Case("encrypted for RSA", "rsa-2048", "--encrypt", "@rsa-2048", verdict="encrypted"),
    Case("encrypted for P-256", "ecdsa-p256", "--encrypt", "@ecdsa-p256", verdict="encrypted"),
    Case("encrypted for X25519", "ed25519", "--encrypt", "@x25519", verdict="encrypted"),
    Case("encrypted with AES-256", "ed25519", "--encrypt", "@x25519", "--encrypt-keylen", "256",
         verdict="encrypted"),
    Case("encrypted with HMAC-SHA-512", "ed25519", "--encrypt", "@x25519", "--hmac-sha", "512",
         verdict="encrypted"),
    Case("encrypted, not signed", None, "--encrypt", "@ecdsa-p256", verdict="encrypted"),
    Case("to be encrypted later", "ed25519", "--encrypt", "@x25519", "--clear"),
    Case("compressed and encrypted", "ed25519", "--compression", "lzma2", "--encrypt", "@x25519",
         verdict="encrypted", size=8192),
    Case("padded", "ed25519", "--slot-size", "0x4000", "--pad"),
    Case("padded for a test", "ed25519", "--slot-size", "0x4000", "--test"),
    Case("confirmed", "ecdsa-p256", "--slot-size", "0x4000", "--confirm"),
    Case("confirmed, alignment 16", "ed25519", "--slot-size", "0x4000", "--max-align", "16",
         "--confirm"),
    Case("confirmed, alignment 32", "ed25519", "--slot-size", "0x8000", "--max-align", "32",
         "--confirm"),
    Case("padded for overwriting", "ed25519", "--slot-size", "0x4000", "--overwrite-only", "--pad"),
    Case("erased flash reads 0", "ed25519", "--slot-size", "0x4000", "--erased-val", "0",
         "--confirm"),
]
