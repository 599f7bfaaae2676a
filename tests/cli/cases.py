# SPDX-License-Identifier: Apache-2.0
"""The cases of golden.py: command lines as a person types them, without the leading "smpctl".

{tmp} is the case's own empty folder, {images} is tests/vectors/images. B stands for a fake board
whose flash lasts through the case.
"""
from __future__ import annotations

from dataclasses import dataclass, field

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
    "image list", "image slots", "image upload", "image test", "image confirm", "image erase",
    "reset", "echo", "os info", "os params", "os bootloader", "help",
]

HELP = [
    Case("help", ["help"]),
    Case("help_commands", [f"help {command}" for command in COMMANDS]),
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
          "--line-length 6 image list", "--flow xonxoff image list", "--dtr high image list",
          "--rts 1 image list", "--smp-version 3 image list", "image erase --slot 256"),
    *both("usage_arguments", "image list all", "image upload", "image upload a b", "echo",
          "echo a b", "os info s n", "reset now", "help a b c d"),
]

PORTS = [
    *both("port_none", "image list", "reset"),
    *both("port_missing", "-p '' image list", "-p {tmp}/nowhere image list",
          "-p nowhere:1 image list"),
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

DEVICE = [
    *both("error_of_a_group", f"{B},fault=error=1:9 image list",
          f"{B},fault=error=1:9@2 image upload {V2}", f"{B},fault=error=0:2 echo hello",
          f"{B},fault=error=70:3 echo hello"),
    *both("error_in_version_1", f"{B},fault=error=1:9 --smp-version 1 image list",
          f"{B},fault=error=3 --smp-version 1 image list",
          f"{B},fault=error=8 --smp-version 1 os params"),
    *both("error_in_general", f"{B},fault=error=3 image list", f"{B},fault=error=10 reset",
          f"{B},fault=error=300 echo hello", f"{B},fault=error=77 echo hello",
          f"{B},smp-version=1,fault=error=6@2+ image upload {V2}"),
    *both("unsupported", f"{B},fault=error=8 image list", f"{B},no-params os params"),
    *both("silence", f"{B},fault=silent {SHORT} image list",
          f"{B},fault=silent {SHORT} -v echo hello",
          f"{B},fault=silent@3+ {SHORT} image upload {V2}"),
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
    *both("resumed", f"{B},fault=silent@7+ {SHORT} --mtu 128 image upload {V2}",
          f"{B} --mtu 128 image upload {V2}", f"{B} image list"),
    *both("port_lost", f"{B},fault=vanish@1 image list", f"{B},fault=vanish@3 image upload {V2}"),
    *both("upload_misled", f"{B},fault=wrong-offset -q image upload {V2}",
          f"{B},fault=stuck-offset -q image upload {V2}",
          f"{B},fault=flip-bit -q image upload --restart {V2}"),
]

OUTPUT = [
    Case("output_lost", [f"{B} image list >/dev/full", f"{B} --json image list >/dev/full",
                         f"{B} --json frobnicate >/dev/full", "help >/dev/full",
                         f"{B} image list >&-", f"{B} --json image list >&-", "--version >&-",
                         f"{B} image list"]),
]

CASES = [*HELP, *USAGE, *PORTS, *BOARD, *UPDATE, *CHOICE, *FILES, *DEVICE, *OUTPUT]
