# SPDX-License-Identifier: Apache-2.0
"""The cases of golden.py: command lines as a person types them, without the leading "smpctl".

{tmp} is the case's own empty folder, {images} is tests/vectors/images. B stands for a fake board
whose flash lasts through the case.
"""
from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

B = "-p loopback:state={tmp}/board"
V1, V2 = "{images}/unsigned_v1.2.3.4.bin", "{images}/unsigned_v2.0.0.bin"
# Two images, and buffers that hold their list
TWO = f"{B},images=2,buf-size=1024"
# Enough for a board that answers at once, and soon over where it does not answer at all.
SHORT = "-t 100ms -r 2"


@dataclass(frozen=True)
class Case:
    name: str
    lines: list[str]
    files: dict[str, bytes] = field(default_factory=dict)


def both(name: str, *lines: str, files: dict[str, bytes] | None = None) -> list[Case]:
    """The same command lines as text and as JSON, each on a new board."""
    return [
        Case(name, list(lines), files or {}),
        Case(f"{name}_json", [f"--json {line}" for line in lines], files or {}),
    ]


COMMANDS = [
    "update", "ports", "image list", "image slots", "image upload", "image inspect",
    "image verify", "image sign-digest", "image attach", "image test", "image confirm",
    "image erase", "reset", "recovery", "echo", "os info", "os params", "os bootloader",
    "taskstat", "mpstat", "datetime", "groups", "shell exec", "zephyr erase-storage",
    "log show", "log list", "log modules", "log levels", "log clear", "crash", "run list",
    "run test", "raw read", "raw write",
    "fs upload", "fs download", "fs stat", "fs hash", "fs hashes", "fs close",
    "settings get", "settings set", "settings delete", "settings commit", "settings load",
    "settings save", "config save", "config", "stat list", "stat",
    "conn add", "conn delete", "conn show", "console", "interactive", "connect", "disconnect",
    "wait", "expect", "exit", "completion", "help",
]

HELP = [
    Case("help", ["help"]),
    Case("help_commands", [f"help {command}" for command in COMMANDS]),
    Case("help_screens", [f"{command} --help" for command in COMMANDS]),
    Case("help_families", ["help image", "os --help"]),
    Case("help_option", ["--help", "image list -h", "image upload --help --slot"]),
    Case("help_unknown", ["help frobnicate", "help image frobnicate", "frobnicate --help"]),
    Case("help_json", ["--json help image list", "--json --help", "image --help --json"]),
    *both("version", "--version", "--version frobnicate"),
]

USAGE = [
    *both("usage_no_command", "", "-p loopback"),
    *both("usage_command", "frobnicate", "imgae list", "image", "image lst", "os tset"),
    *both("usage_option", "--buad 9600 image list", "-Z image list", "-qZ image list",
          "image list --json=yes", "image list --slot 1", "image upload --bootloader x"),
    *both("usage_value", "image list --port", "image list -t", "-b fast image list",
          "-b 10 image list", "-t 0 image list", "-t soon image list", "-r 0 image list",
          "-r 9 image list", "-n -1 image list", "--mtu 63 image list", "--mtu 65534 image list",
          "--line-length 6 image list", "--color blue image list", "--flow xonxoff image list", "--dtr high image list",
          "--rts 1 image list", "--smp-version 3 image list", "image erase --slot 256"),
    *both("usage_lines", "connect", "disconnect", "wait 1s", "expect ok true", "exit",
          "-p a -p b interactive", "--script {tmp}/none", "--script {tmp}/rig image list",
          "-p a -p b --script {tmp}/rig", "--script {tmp}/rig", files={"rig": b"expect ok true\n"}),
    *both("usage_completion", "completion", "completion ksh"),
    *both("usage_arguments", "image list all", "image upload", "image upload a b", "echo",
          "echo a b", "os info s n", "reset now", "help a b c d"),
]

PORTS = [
    *both("port_missing", "-p '' image list", "-p {tmp}/nowhere image list",
          "-p nowhere:1 image list"),
    *both("port_address_wrong", "-p tcp:nohost echo hello", "-p tcp:127.0.0.1:0 echo hello",
          "-p tcp:127.0.0.1:1 echo hello", "-p usb:zz echo hello", "-p usb-path:zz echo hello",
          "-p usb:2fe3:0100/x echo hello", "-p replay:trace.txt echo hello"),
    Case("port_no_terminal", ["-p /dev/null image list", "-p {tmp} image list"]),
    *both("port_board", "-p loopback:colour=red image list", "-p loopback:../evil image list",
          "-p loopback:b,slot-size=1 image list", "-p loopback:b,fault=nothing image list",
          "-p loopback:b, image list", "-p loopback:state={tmp}/none/b image list"),
    Case("port_board_by_name", ["-p loopback image test", f"-p loopback:left image upload -q {V2}",
                                "-p loopback:left image list", "-p loopback image list"]),
]

BOARD = [
    *both("image_list", f"{B} image list", f"{B} -v image list"),
    *both("image_list_two_images", f"{B},images=2 image list"),
    *both("image_list_table", f"{B} -q image upload {V2}", f"{B} image list --table",
          f"{B} image list --table -v"),
    *both("image_list_frugal", f"{B},frugal image list"),
    *both("image_slots", f"{B} image slots", f"{B},images=1,no-slot-info image slots"),
    *both("echo", f"{B} echo hello", f"{B} echo 'two words'", f"{B} echo ''",
          f"{B} echo -- --json", f"{B} echo 'grün\\'"),
    *both("echo_too_long", f"{B} echo " + "x" * 400),
    *both("os", f"{B} os info", f"{B} os info a", f"{B} os info sr", f"{B} os info Z",
          f"{B} os params", f"{B} os bootloader"),
    *both("reset", f"{B} reset", f"{B} reset --force", f"{B} image list"),
    *both("recovery", f"{B} reset --bootloader", f"{B} image list", f"{B} os info",
          f"{B} reset", f"{B} image list"),
    *both("version_1", f"{B},smp-version=1 image list", f"{B} --smp-version 1 image list",
          f"{B},v2-only --smp-version 1 image list", f"{B},v2-only image list"),
    Case("trace", [f"{B} --trace - echo hello", f"{B} --trace {{tmp}}/none/t echo hello",
                   f"{B},text-noise --trace {{tmp}}/trace -v echo hello"]),
]

UPDATE = [
    *both("update_test_and_confirm", f"{B} image upload {V2}", f"{B} image list",
          f"{B} image test", f"{B} reset", f"{B} image list", f"{B} image confirm",
          f"{B} reset", f"{B} image list"),
    *both("update_reverts", f"{B} -q image upload {V2}", f"{B} image test {V2}", f"{B} reset",
          f"{B} reset", f"{B} image list"),
    *both("update_for_good", f"{B} -q image upload {V2}", f"{B} image confirm ce1d74",
          f"{B} reset", f"{B} image list"),
    *both("erase", f"{B} -q image upload {V2}", f"{B} image erase", f"{B} image erase",
          f"{B} image erase --slot 0", f"{B} image erase --slot 7", f"{B} image list"),
    *both("upload_slot", f"{B} image upload -q --slot 1 {V2}", f"{B} image upload --slot 0 {V2}",
          f"{B} image upload --slot 5 {V2}", f"{B} image upload -n 1 {V2}"),
    *both("upload_second_image", f"{B},images=2 -n 1 -q image upload {V2}",
          f"{B},images=2 image list", f"{B},images=2 image erase --slot 3",
          f"{B},images=2 image list"),
    *both("upload_match", f"{B},image-check -q image upload {V2}",
          f"{B},image-check,fault=no-match -q image upload --restart {V1}"),
    *both("upload_upgrade", f"{B},factory={V2} -q image upload --upgrade {V1}"),
    *both("upload_again", f"{B} -q image upload {V2}", f"{B} -q image upload {V2}",
          f"{B} -q image upload --restart {V2}"),
    *both("upload_while_testing", f"{B} -q image upload {V2}", f"{B} image test", f"{B} reset",
          f"{B} image upload {V1}"),
    *both("upload_limits", f"{B} --mtu 64 image upload {V2}", f"{B} --mtu 128 -q image upload {V2}",
          f"{B},no-params -q image upload --restart {V2}"),
]

CHOICE = [
    *both("choose_none", f"{B} image test", f"{B} image confirm", f"{B} image confirm ''"),
    *both("choose_by_hash", f"{B} -q image upload {V2}", f"{B} image test de", f"{B} image test CE1D",
          f"{B} image confirm ba"),
    *both("choose_odd_words", f"{B} image test 0", f"{B} image test no-such-file",
          f"{B} image test {{tmp}}", f"{B} image confirm {V2}",
          f"{B} image test {{images}}/raw_binary.bin"),
    *both("choose_ambiguous", f"{TWO} -q image upload {V1}", f"{TWO} -n 1 -q image upload {V2}",
          f"{TWO} image test", f"{TWO} image test a917", f"{TWO} image list"),
]

FILES = [
    *both("file_missing", f"{B} image upload {{tmp}}/missing.bin", f"{B} image upload {{tmp}}",
          f"{B} image upload /dev/null", f"{B} image upload ''"),
    *both("file_unfit", *[f"{B} image upload {{images}}/{name}.bin" for name in (
        "empty", "raw_binary", "intel_hex", "bad_magic", "bad_hdr_size", "huge_img_size",
        "truncated_payload", "truncated_tlv", "tlv_overrun", "bad_hash")]),
    *both("file_forced", f"{B} --force image upload {{images}}/raw_binary.bin",
          f"{B} --force image upload {{images}}/empty.bin",
          f"{B} --force -q image upload {{images}}/bad_hash.bin"),
    Case("file_wild_name", [f"{B} image upload '{{tmp}}/a\x1b[31mb'",
                            f"{B} --json image upload '{{tmp}}/a\x1b[31mb'"],
         {"a\x1b[31mb": b"no image"}),
    *both("file_too_large", f"{B},slot-size=32K image upload {{tmp}}/large.bin --force",
          files={"large.bin": b"\x3d\xb8\xf3\x96" + bytes(40000)}),
]

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "images"


def vector(name: str) -> bytes:
    return (VECTORS / f"{name}.bin").read_bytes()


def public_key(name: str) -> bytes:
    """The public half, in DER, of the key that signed this image of tests/vectors."""
    entries = json.loads((VECTORS / "images.json").read_text(encoding="utf-8"))["images"]
    entry = next(entry for entry in entries if entry["file"] == f"{name}.bin")
    return bytes.fromhex(entry["public_key_der"])


def package(*files: tuple[str, str, dict[str, str]], **manifest: str) -> bytes:
    """A dfu_application.zip of images: name in it, image of tests/vectors, members of its entry."""
    entries = [{"type": "application", "file": name, "size": len(vector(image)), **members}
               for name, image, members in files]
    content = {"format-version": 1, "time": 1767225600, "files": entries, **manifest}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("manifest.json"), json.dumps(content))
        for name, image, _ in files:
            archive.writestr(zipfile.ZipInfo(name), vector(image))
    return stream.getvalue()


def sound(size: int) -> bytes:
    """An unsigned image of this many bytes, with a right hash."""
    covered = struct.pack("<IIHHIIBBHII", 0x96F3B83D, 0, 32, 0, size - 72, 0, 3, 0, 0, 0, 0)
    covered = covered.ljust(size - 40, b"\0")
    return covered + struct.pack("<HHHH", 0x6907, 40, 0x10, 32) + hashlib.sha256(covered).digest()


EC = "signed_root-ec-p256"
KEYS = {"ec.der": public_key(EC), "rsa.der": public_key("signed_root-rsa-2048"),
        "no-key.der": b"no key"}
CORES = {"dfu.zip": package(("app.bin", "unsigned_v2.0.0", {"image_index": "0"}),
                            ("net.bin", "unsigned_v1.2.3.4", {"image_index": "1"}),
                            name="blinky\x1b[31m")}
XIP = {"dfu.zip": package(("s0.bin", "unsigned_v1.2.3.4", {"image_index": "0", "slot": "0"}),
                          ("s1.bin", "unsigned_v2.0.0", {"image_index": "0", "slot": "1"}))}
TWINS = {"dfu.zip": package(("a.bin", "unsigned_v1.2.3.4", {"image_index": "0"}),
                            ("b.bin", "unsigned_v2.0.0", {"image_index": "0"}))}
DEPENDENT = "{images}/protected_tlvs.bin"
NEW = f"{B},factory={V2}"

FIRMWARE = [
    *both("inspect", *[f"image inspect {{images}}/{name}.bin" for name in (
        "unsigned_v1.2.3.4", EC, "signed_root-ec-p256_pubkey_tlv", "signed_root-ed25519_pure",
        "signed_private_key", "protected_tlvs", "padded_pending", "non_bootable", "rom_fixed")]),
    *both("inspect_broken", *[f"image inspect {{images}}/{name}.bin" for name in (
        "bad_hash", "truncated_tlv", "tlv_overrun", "raw_binary", "empty")],
          "image inspect {tmp}/missing", "image inspect ''"),
    *both("inspect_package", "image inspect {tmp}/dfu.zip", "image inspect -n 1 {tmp}/dfu.zip",
          "image inspect -n 2 {tmp}/dfu.zip", files=CORES),
    *both("inspect_strict", f"image inspect --strict {{images}}/{EC}.bin",
          f"image inspect --strict {V2}"),
    *both("verify", f"image verify {V2}", f"image verify {{images}}/{EC}.bin",
          f"image verify --key {{tmp}}/ec.der {{images}}/{EC}.bin",
          f"image verify --key {{tmp}}/rsa.der {{images}}/{EC}.bin",
          f"image verify --key {{tmp}}/rsa.der {V2}",
          "image verify --key {tmp}/ec.der {images}/bad_signature.bin",
          "image verify {images}/bad_hash.bin", "image verify --key {tmp}/ec.der {images}/bad_hash.bin",
          "image verify {images}/padded_confirmed.bin", "image verify {images}/raw_binary.bin",
          f"image verify --strict {{images}}/{EC}.bin", f"image verify -q {{images}}/{EC}.bin",
          f"image verify --key '' {{images}}/{EC}.bin",
          f"image verify --key {{tmp}}/no-key.der {V2}", files=KEYS),
    *both("verify_package", "image verify {tmp}/dfu.zip", "image verify -n 1 {tmp}/dfu.zip",
          "image verify --key {tmp}/ec.der {tmp}/dfu.zip", files=CORES | KEYS),
    *both("upload_key", f"{B} -q image upload --key {{tmp}}/rsa.der {{images}}/{EC}.bin",
          f"{B} -q image upload --force --key {{tmp}}/rsa.der {{images}}/{EC}.bin",
          f"{B} -q image upload --force --key {{tmp}}/ec.der {{images}}/raw_binary.bin",
          f"{B} -q image upload --strict --force {{images}}/{EC}.bin", f"{B} image list",
          f"{B} -q image upload --key {{tmp}}/ec.der {{images}}/{EC}.bin", files=KEYS),
    *both("upload_dev_key", f"{B} image upload {{images}}/padded_pending.bin"),
    *both("upload_package", f"{TWO} -q image upload {{tmp}}/dfu.zip",
          f"{TWO} -q image upload {{tmp}}/dfu.zip",
          f"{TWO} -q -n 1 image upload --restart {{tmp}}/dfu.zip",
          f"{TWO} -n 2 image upload {{tmp}}/dfu.zip", f"{TWO} image test {{tmp}}/dfu.zip",
          f"{TWO} reset", f"{TWO} image confirm {{tmp}}/dfu.zip", files=CORES),
    *both("upload_package_fails", f"{B} image upload {{tmp}}/dfu.zip", files=CORES),
    *both("upload_direct_xip", f"{B},bootloader=direct-xip -q image upload {{tmp}}/dfu.zip",
          f"{B},bootloader=direct-xip reset", f"{B},bootloader=direct-xip image list",
          f"{B},bootloader=direct-xip image upload {{tmp}}/dfu.zip",
          f"{B},bootloader=direct-xip image upload --slot 1 {{tmp}}/dfu.zip", files=XIP),
    *both("upload_twins", f"{B} image upload {{tmp}}/dfu.zip", files=TWINS),
    *both("upload_running", f"{NEW} image upload {V2}"),
    *both("upload_older", f"{NEW} image upload {V1}"),
    *both("upload_dependent", f"{B} -q image upload {DEPENDENT}", f"{B} image list",
          f"{B} image upload --restart {DEPENDENT}"),
    *both("upload_dependent_two", f"{TWO} image upload {DEPENDENT}"),
    *both("upload_padded", f"{B},slot-size=32K image upload {{tmp}}/padded.bin",
          files={"padded.bin": vector(EC).ljust(32768, b"\xff")}),
    *both("upload_larger_than_slot", f"{B},slot-size=32K image upload {{tmp}}/large.bin",
          f"{B},slot-size=32K image upload {{tmp}}/large.bin --force",
          f"{B},slot-size=32K,no-slot-info image upload {{tmp}}/large.bin",
          f"{B},slot-size=32K image upload -n 1 {{tmp}}/large.bin",
          files={"large.bin": sound(40000)}),
    *both("upload_in_recovery", f"{B} reset --bootloader", f"{B} -q image upload {V2}",
          f"{B} -q image upload {V2}", f"{B} -q image upload --restart {V2}"),
    *both("gone_after_reset", f"{B},key={{tmp}}/rsa.der -q image upload {{images}}/{EC}.bin",
          f"{B},key={{tmp}}/rsa.der image test {{images}}/{EC}.bin",
          f"{B},key={{tmp}}/rsa.der reset", f"{B},key={{tmp}}/rsa.der image list",
          f"{B},key={{tmp}}/rsa.der image confirm {{images}}/{EC}.bin",
          f"{B},key={{tmp}}/rsa.der image confirm "
          "3e338676f955f8cdf9c43755588c3737b7d00d8b2534b33d827e5369308a308a", files=KEYS),
    *both("sign_digest", f"image sign-digest {V2}", f"image sign-digest {{images}}/{EC}.bin",
          f"image sign-digest -o {{tmp}}/digest {V2}", f"image sign-digest -o {{tmp}}/digest {V2}",
          f"image sign-digest --force -o {{tmp}}/digest {V2}",
          f"image sign-digest -o {{tmp}}/none/digest {V2}",
          "image sign-digest {images}/signed_root-ed25519_pure.bin",
          "image sign-digest -o {tmp}/region {images}/signed_root-ed25519_pure.bin",
          "image sign-digest {images}/bad_hash.bin", "image sign-digest {tmp}/dfu.zip",
          f"image sign-digest --public-key {{tmp}}/ec.der {V2}",
          "image sign-digest --public-key {tmp}/rsa.der {images}/signed_root-ec-p384.bin",
          files=CORES | KEYS),
    *both("attach", f"image attach {V2}", f"image attach {V2} --signature {{tmp}}/sig",
          f"image attach {V2} --signature {{tmp}}/sig --public-key {{tmp}}/ec.der",
          f"image attach {{images}}/{EC}.bin --signature {{tmp}}/sig --public-key {{tmp}}/ec.der "
          "-o {tmp}/out.bin",
          f"image attach {{images}}/{EC}.bin --signature {{tmp}}/sig --public-key {{tmp}}/ec.der "
          "-o {tmp}/out.bin",
          f"image attach {{images}}/{EC}.bin --signature {{tmp}}/sig --public-key {{tmp}}/ec.der "
          "-o {tmp}/out.bin --force",
          "image verify {tmp}/out.bin --key {tmp}/ec.der",
          f"image attach {V2} --signature {{tmp}}/sig --public-key {{tmp}}/ec.der -o {{tmp}}/2",
          files=KEYS | {"sig": vector(EC)[-70:]}),
]

DEVICE = [
    *both("error_of_a_group", f"{B},fault=error=1:9 image list",
          f"{B},fault=error=1:9@4 image upload {V2}", f"{B},fault=error=0:2 echo hello",
          f"{B},fault=error=70:3 echo hello"),
    *both("error_in_version_1", f"{B},fault=error=1:9 --smp-version 1 image list",
          f"{B},fault=error=3 --smp-version 1 image list",
          f"{B},fault=error=8 --smp-version 1 os params"),
    *both("error_in_general", f"{B},fault=error=3 image list", f"{B},fault=error=10 reset",
          f"{B},fault=error=300 echo hello", f"{B},fault=error=77 echo hello",
          f"{B},smp-version=1,fault=error=6@4+ image upload {V2}"),
    *both("unsupported", f"{B},fault=error=8 image list", f"{B},no-params os params"),
    *both("silence", f"{B},fault=silent {SHORT} image list",
          f"{B},fault=silent {SHORT} -v echo hello",
          f"{B},fault=silent@5+ {SHORT} image upload {V2}"),
    *both("framing_raw", f"{B},framing=raw --framing raw echo hello",
          f"{B},framing=raw --framing raw image upload {V2}",
          "--connstring loopback --connextra framing=console echo hello",
          "--connstring loopback,framing=cobs echo hello",
          f"{B},framing=raw --framing cobs echo hello",
          f"{B},framing=raw,fault=bad-crc --framing raw echo hello"),
    Case("framing_auto", [f"{B},framing=raw --framing auto -v echo hello",
                          f"{B} --framing auto -v echo hello",
                          f"{B},framing=raw --framing raw console"]),
    Case("framing_wrong", [f"{B},framing=raw -t 1600ms -r 1 echo hello",
                           f"{B} -t 100ms -r 1 --framing raw echo hello"]),
    *both("text_only", f"{B},fault=text-only {SHORT} image list"),
    *both("damaged", f"{B},fault=bad-crc {SHORT} image list",
          f"{B},fault=bad-length {SHORT} image list",
          f"{B},fault=bad-header {SHORT} image list",
          f"{B},fault=log-inside {SHORT} image list"),
    *both("unsound_body", f"{B},fault=bad-cbor {SHORT} image list",
          f"{B},fault=no-cbor {SHORT} os params"),
    *both("recovered", f"{B},fault=drop-reply@1 {SHORT} image list",
          f"{B},fault=duplicate-reply {SHORT} os params",
          f"{B},fault=stale-reply {SHORT} echo hello"),
    *both("list_too_long", f"{B},images=2 -q image upload {V1}",
          f"{B},images=2 -n 1 -q image upload {V2}"),
    *both("resumed", f"{B},fault=silent@9+ {SHORT} --mtu 128 image upload {V2}",
          f"{B} --mtu 128 image upload {V2}", f"{B} image list"),
    *both("port_lost", f"{B},fault=vanish@1 image list", f"{B},fault=vanish@5 image upload {V2}"),
    *both("upload_misled", f"{B},fault=wrong-offset -q image upload {V2}",
          f"{B},fault=stuck-offset -q image upload {V2}",
          f"{B},fault=flip-bit --mtu 200 -q image upload --restart {V2}"),
]

# What mcumgr itself writes.
MCUMGRS = {".mcumgr.cp.json": b"""[
    {
        "MyName": "acm0",
        "MyType": "serial",
        "MyConnString": "dev=loopback,baud=115200,mtu=512"
    },
    {
        "MyName": "air",
        "MyType": "ble",
        "MyConnString": "peer_name=nimble"
    }
]
"""}
OURS = ".config/smpctl/connections.json"

CONN = [
    *both("conn", "conn show",
          "conn add testDK type=serial connstring=/dev/ttyACM0,baud=115200,mtu=512",
          f"conn add 'my board' {B.replace('-p ', 'port=')} timeout=5s window=2", "conn show",
          "conn show testDK", "conn show nobody", "-c 'my board' image list",
          "-c 'my board' --timeout 0 image list", "-c testdk image list", "-c nobody image list",
          "conn delete testDK", "conn delete testDK", "conn show"),
    *both("conn_wrong", "conn add x", "conn add x serial", "conn add x type=ble",
          "conn add x type=serial parity=even", "conn add x connstring=/dev/x,parity=even",
          "conn add x connstring=baud=fast", "conn add x connstring=mtu=1",
          "conn add x connstring=", "conn add x timeout=soon", "conn add x timeout=1 timeout=2",
          "conn add x json=", "conn add x key={tmp}/none", "conn add '' type=serial",
          "conn show"),
    *both("conn_of_mcumgr", "conn show", "-c acm0 echo hello", "-c air echo hello",
          "conn delete acm0", "conn add acm0 connstring=/dev/null", "conn show", files=MCUMGRS),
    *both("conn_broken_file", "conn show", "-c x echo hello", "conn add x type=serial",
          "conn delete x", files={OURS: b'[\n{"MyName": "x",}\n]'}),
    *both("conn_odd_profile", "conn show", "-c typo echo hello", "-c number echo hello",
          "conn delete typo", "conn show",
          files={OURS: b'[{"MyName": "typo", "tiemout": "5s"}, {"MyName": "number", "tries": 1}]'}),
    *both("connstring", "--connstring dev=loopback,mtu=512 echo hello",
          "--connstring loopback --conntype serial --connextra baud=9600 echo hello",
          "--connstring loopback --conntype udp echo hello",
          "--connstring loopback,speed=9600 echo hello",
          "--connstring loopback --connextra speed=9600 echo hello"),
    *both("mcumgrs_options", "-l DEBUG -p loopback echo hello",
          "-p loopback echo --hci 0 --name nimble --write-rsp hello", "-q -e -p loopback echo hello",
          "-p loopback echo hello -l"),
]

RESET = [
    *both("reset_wait", f"{B} reset --wait", f"{B} reset --bootloader --wait", f"{B} reset --wait",
          f"{B},no-boot-mode reset --bootloader --wait"),
    *both("recovery_enter", f"{B} recovery", f"{B} recovery", f"{B} reset --wait",
          f"{B},no-boot-mode recovery"),
]

R = "-p loopback:state={tmp}/recovery,mode=recovery"

MENDS = [
    *both("no_such_image", f"{B} image upload -n 99 {V1}", f"{R} image upload -n 99 {V1}",
          f"{R} -q update -n 99 {V1}", f"{R} image upload --slot 5 {V1}",
          f"{B} image upload -n 2 {{tmp}}/dfu.zip", "image inspect -n 2 {tmp}/dfu.zip",
          "image verify -n 2 {tmp}/dfu.zip", f"{B} -q update -n 2 {{tmp}}/dfu.zip", files=CORES),
    *both("conn_odd_name", "conn add 'a\x1b[31mb' type=serial connstring=/dev/x",
          "-c nobody image list", "conn delete 'a\x1b[31mb'", "-c nobody image list"),
    *both("no_hash", f"{B} image test {{tmp}}/bare.bin", f"{B} image confirm {{tmp}}/bare.bin",
          files={"bare.bin": sound(200)[:-40] + struct.pack("<HH", 0x6907, 4)}),
    *both("update_broken_off", f"{B},fault=silent@7+ {SHORT} -q update {V2}"),
]

RAW = [
    *both("raw", f"{B} raw write os 0 '{{\"d\": \"hello\"}}'", f"{B} raw read image 0",
          f"{B} raw read 1 0", f"{B} raw write 0 0 a1616462c39f --hex",
          f"{B} raw write os 0 @{{tmp}}/echo.json", f"{B} raw write os 0 --hex @{{tmp}}/echo.hex",
          f"{B} raw write image 0 '{{\"hash\": {{\"$hex\": \"0102\"}}}}'", f"{B} raw read 64 0",
          f"{B} raw read basic 0", files={"echo.json": b'{"d": "from a file"}\n',
                                         "echo.hex": b"a161646178\n"}),
    *both("raw_wrong", f"{B} raw read", f"{B} raw read os", f"{B} raw read nothing 0",
          f"{B} raw read 65536 0", f"{B} raw read os 256", f"{B} raw read os 0 '{{d}}'",
          f"{B} raw read os 0 1", f"{B} raw read os 0 '{{\"a\": {{\"$hex\": \"0\"}}}}'",
          f"{B} raw read os 0 --hex 012", f"{B} raw read os 0 -", f"{B} raw read os 0 @{{tmp}}/none",
          f"{B} raw read os 0 @{{tmp}}/odd", f"{B} raw read os 0 --hex @{{tmp}}/odd",
          f"{B} raw read os 0 --hex @{{tmp}}/nul",
          f"{B} raw read os 0 {'[' * 16}{']' * 16}", f"{B},fault=silent {SHORT} raw read os 0",
          files={"odd": b'{\n"a": x}', "nul": b"0102\0zz"}),
]

MYNEWT = [
    *both("mynewt_log", f"{B},mynewt log list", f"{B},mynewt log modules",
          f"{B},mynewt log levels", f"{B},mynewt log show", f"{B},mynewt log show reboot_log",
          f"{B},mynewt log show none", f"{B},mynewt log clear", f"{B},mynewt log show",
          f"{B},mynewt log module_list", f"{B},mynewt log level_list",
          f"{B} log list", f"{B} log show"),
    *both("mynewt_run", f"{B},mynewt run list", f"{B},mynewt run test all",
          f"{B},mynewt run test mbuf_test token1", f"{B},mynewt run test none", f"{B} run list",
          f"{B} run test all", f"{B},mynewt run test", f"{B},mynewt run test all token1 more"),
    *both("mynewt_crash", f"{B},mynewt crash div0", f"{B},mynewt echo alive",
          f"{B},mynewt crash boredom", f"{B} crash div0", f"{B},mynewt,fault=silent {SHORT} crash div0"),
]

GET, SET = f"{B} settings get", f"{B} settings set"
CONFIG = f"{B},mynewt config"

SETTINGS = [
    *both("settings_get", f"{GET} app/name", f"{GET} app/interval", f"{GET} id/serial",
          f"{GET} none", f"{GET} ''", f"{B} settings save ''", f"{GET} a/234567890123456789012345678901",
          f"{B} --smp-version 1 settings get none"),
    *both("settings_set", f"{SET} my/x 'grün blau'", f"{GET} my/x", f"{SET} my/x --hex 0x0102FF",
          f"{GET} my/x", f"{SET} my/x ''", f"{GET} my/x", f"{SET} my/x --hex ''",
          f"{SET} my/x -- -5", f"{GET} my/x", f"{SET} my/x --hex 00", f"{GET} my/x",
          f"{SET} my/x --hex 6100", f"{GET} my/x", f"{SET} my/x --hex 1b5b326a",
          f"{GET} my/x", f"{B} -q settings set my/x quiet"),
    *both("settings_set_wrong", f"{SET} my/x", f"{SET} my/x -5", f"{SET} my/x --hex 123",
          f"{SET} my/x --hex xy", f"{SET} id/serial mine", f"{SET} '' x",
          f"{SET} my/x " + "x" * 300, f"{SET} my/x " + "x" * 400, f"{SET} my/x " + "x" * 4097,
          f"{SET} my/x --hex " + "00" * 4097),
    *both("settings_long", f"{SET} my/long " + "0123456789" * 4, f"{GET} my/long"),
    *both("settings_last", f"{SET} my/x 1 -q", f"{SET} my/y 2 -q", f"{B} settings save my/y",
          f"{SET} my/y 3 -q", f"{B} settings load", f"{GET} my/y", f"{B} reset", f"{GET} my/x",
          f"{GET} my/y", f"{B} settings delete my/y", f"{GET} my/y", f"{B} reset",
          f"{GET} my/y", f"{B} settings delete my/y", f"{B} settings save",
          f"{B} settings save none", f"{B} settings commit"),
    *both("settings_lost", f"{B},fault=error=3:4@2 settings set my/x 1",
          f"{B},fault=silent@2+ {SHORT} settings set my/x 1", f"{B},fault=error=8@2 settings set my/x 1",
          f"{B},fault=error=11 settings load"),
    *both("settings_none", *[f"{B},lacks=settings {line}" for line in (
        "settings get app/name", "settings set app/name x", "settings delete app/name",
        "settings commit", "settings load", "settings save", "config app/name", "config save")]),
    *both("config", f"{CONFIG} app/interval", f"{CONFIG} app/interval 500", f"{CONFIG} app/interval",
          f"{CONFIG} my/x 1 --save", f"{B},mynewt reset", f"{CONFIG} app/interval",
          f"{CONFIG} my/x", f"{CONFIG} my/y 2", f"{CONFIG} save", f"{CONFIG} none",
          f"{CONFIG} id/serial mine"),
    *both("config_wrong", f"{CONFIG} my/x --save", f"{CONFIG} ''", f"{CONFIG} '' --save",
          f"{CONFIG}", f"{CONFIG} save all", f"{B} config app/name", f"{B} config app/name x",
          f"{B} config save", f"{B},mynewt settings set app/name x"),
    *both("stat", f"{B} stat list", f"{B} stat smp_svr_stats", f"{B} stat board", f"{B} stat none",
          f"{B} stat ''", f"{B} --smp-version 1 {SHORT} stat none", f"{B} stat", f"{B} stat list x",
          f"{B},no-board-stats stat board", f"{B},lacks=stat stat list", f"{B},lacks=stat stat board"),
]

SHELL = f"{B} shell exec"

SYSTEM = [
    *both("taskstat", f"{B} taskstat", f"{B} taskstat x", f"{B},buf-size=128 taskstat",
          f"{B},lacks=taskstat taskstat", f"{B},fault=bad-cbor {SHORT} taskstat"),
    *both("mpstat", f"{B} mpstat", f"{B},lacks=mpstat mpstat"),
    *both("datetime", f"{B} datetime", f"{B} --smp-version 1 datetime",
          f"{B} datetime 2026-01-02T03:04:05Z", f"{B} datetime 2026-01-01T00:30:00.5+01:00",
          f"{B} datetime 2024-02-29T12:00:00", f"{B} datetime 2026-02-29T12:00:00Z",
          f"{B} datetime soon", f"{B} datetime ''", f"{B} datetime 9999-12-31T23:59:59-01:00",
          f"{B} datetime now now", f"{B},lacks=datetime datetime", f"{B},lacks=datetime datetime now",
          f"{B},fault=error=0:5 datetime now", f"{B},fault=error=0:5@2 datetime now"),
    *both("groups", f"{B} groups", f"{B},lacks=settings+stat+fs groups", f"{B},buf-size=256 groups",
          f"{B},lacks=enum groups", f"{B},fault=error=10:3@2 groups", f"{B} groups os"),
    *both("shell_exec", f"{SHELL} kernel version", f"{SHELL} demo params 'a b' \"it's\" '' -- -x --y 'c:\\d'",
          f"{SHELL} 'kernel version'", f"{SHELL} nosuch", f"{SHELL} kernel", f"{SHELL} help",
          f"{SHELL} gen 3", f"{B} --color always shell exec nosuch", f"{SHELL}", f"{SHELL} ''",
          f"{SHELL} -x", f"{SHELL} " + "x" * 256,
          f"{B} --smp-version 1 shell exec nosuch", f"{B},lacks=shell shell exec help"),
    *both("erase_storage", f"{B} -q settings set my/x kept", f"{B} settings save",
          f"{B} zephyr erase-storage", f"{B} zephyr erase-storage --force", f"{B} reset",
          f"{B} settings get my/x", f"{B},lacks=basic zephyr erase-storage --force",
          f"{B},fault=error=63:2 zephyr erase-storage --force"),
]

FS = f"{B} -q fs"
TEXT = {"a.txt": b"hello\n" * 200, "empty": b""}

FILE_SYSTEM = [
    *both("fs", f"{FS} upload {{tmp}}/a.txt /lfs/a.txt", f"{FS} stat /lfs/a.txt",
          f"{FS} hash /lfs/a.txt", f"{FS} hash /lfs/a.txt --type sha256", f"{FS} hashes",
          f"{FS} download /lfs/a.txt {{tmp}}/b.txt", f"{FS} download /lfs/a.txt {{tmp}}/b.txt",
          f"{FS} download /lfs/a.txt {{tmp}}/b.txt --force", f"{FS} close", files=TEXT),
    *both("fs_empty", f"{B} fs upload {{tmp}}/empty /lfs/e", f"{B} fs stat /lfs/e",
          f"{B} fs hash /lfs/e", f"{B} fs download /lfs/e {{tmp}}/e", f"{B} fs upload - /lfs/e",
          files=TEXT),
    *both("fs_to_standard_output", f"{FS} upload {{tmp}}/lines /tmp/l", f"{FS} download /tmp/l -",
          f"{FS} download /tmp/none -", f"{B},fault=silent@4+ {SHORT} -q fs download /tmp/l -",
          files={"lines": b"a line\n" * 50}),
    Case("fs_progress", [f"{B} fs upload {{tmp}}/a.txt /lfs/a.txt",
                         f"{B} fs download /lfs/a.txt {{tmp}}/b.txt"], TEXT),
    *both("fs_wrong", f"{FS} upload {{tmp}}/a.txt a.txt", f"{FS} stat ''",
          f"{FS} stat /lfs/" + "x" * 60, f"{FS} upload {{tmp}}/none /lfs/a", f"{FS} upload {{tmp}} /lfs/a",
          f"{FS} download /lfs/a {{tmp}}/no/folder", f"{FS} download /lfs/a {{tmp}}",
          f"{FS} hash /lfs/a --type " + "x" * 40, f"{FS} upload {{tmp}}/a.txt", f"{FS} stat a b",
          f"{B} --mtu 64 -q fs upload {{tmp}}/a.txt /lfs/a-name-that-leaves-no-room-for-data",
          files=TEXT),
    *both("fs_errors", f"{FS} stat /lfs/none", f"{FS} download /lfs/none {{tmp}}/none",
          f"{FS} upload {{tmp}}/a.txt /none/a", f"{FS} upload {{tmp}}/a.txt /lfs",
          f"{FS} hash /lfs/none --type md5", f"{B} --smp-version 1 fs stat /lfs/none",
          f"{B},fault=flip-bit -q fs upload {{tmp}}/a.txt /lfs/a",
          f"{B},fault=error=8@2 fs upload {{tmp}}/a.txt /lfs/a",
          f"{B},fault=error=8:10@5 -q fs upload {{tmp}}/a.txt /lfs/a",
          f"{B},fault=silent@5+ {SHORT} -q fs upload {{tmp}}/a.txt /lfs/a",
          f"{B},fault=bad-cbor@4 -q fs download /lfs/a {{tmp}}/a", files=TEXT),
    *both("fs_none", *[f"{B},lacks=fs -q fs {line}" for line in (
        "upload {tmp}/a.txt /lfs/a", "download /lfs/a {tmp}/b", "stat /lfs/a", "hash /lfs/a",
        "hashes", "close")], files=TEXT),
]

LEFT, RIGHT = "-p loopback:left", "-p loopback:right"

FLEET = [
    *both("fleet", f"{LEFT} {RIGHT} -q update --jobs 1 {V2}", f"{LEFT} {RIGHT} -q update {V2}",
          f"{LEFT},fault=silent {RIGHT} {SHORT} -q update {V1}"),
    *both("fleet_stops", f"{LEFT},fault=refuse-swap {RIGHT} -q update --canary 1 {V2}",
          f"{LEFT},fault=silent {RIGHT} {SHORT} -q update --jobs 1 --max-failures 0 {V2}"),
    *both("fleet_list", f"-q update --from {{tmp}}/rack {V2}", "-q update --from {tmp}/rack",
          f"-q update --from {{tmp}}/odd {V2}", f"-q update --from {{tmp}}/none {V2}",
          files={"rack": b"loopback:left check-version=2.0.0\nloopback:right\n",
                 "odd": b"# odd\nloopback:left jobs=2\n"}),
    *both("fleet_usage", "-p a -p b image list", f"-p a -p b --all update {V2}",
          f"-p a --from {{tmp}}/rack update {V2}", f"-p a -p a update {V2}", "-p a -p b update",
          f"-p a -p b --trace t update {V2}", f"-p a -p b update {V2} --report {{tmp}}/none/r.xml",
          f"-p a -p b update {V2} --log-dir /dev/null/logs", "-p a -p b update {tmp}/none.bin"),
]

OUTPUT = [
    Case("output_lost", [f"{B} image list >/dev/full", f"{B} --json image list >/dev/full",
                         f"{B} --json frobnicate >/dev/full", "help >/dev/full",
                         f"{B} image list >&-", f"{B} --json image list >&-", "--version >&-",
                         f"{B} image list"]),
    Case("input_lost", [f"{B} fs upload - /lfs/e <&-", f"{B} fs stat /lfs/e",
                        f"{B} raw write os 0 - <&-", f"{B} <&-", f"{B} --json <&-"]),
]

CASES = [*HELP, *USAGE, *PORTS, *BOARD, *UPDATE, *CHOICE, *FILES, *FIRMWARE, *DEVICE, *CONN, *RESET,
         *FLEET, *OUTPUT, *SYSTEM, *FILE_SYSTEM, *SETTINGS, *RAW, *MYNEWT, *MENDS]
