#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the readable part of the corpora: frame and body out of tests/vectors, manifest and hex.

The other files there, named by their hash, were found by libFuzzer and minimized (tools/fuzz NAME
SECONDS, then tools/fuzz NAME merge). Run without arguments; it overwrites its own files only.
"""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors" / "framing.json"

# One vector of each shape; the rest would only slow the tests down.
FRAMES = ["os_echo_req_v2", "os_echo_rsp_200_chars_multiline", "img_list_rsp_two_slots",
          "boundary_packet_8", "boundary_packet_88", "boundary_packet_89", "boundary_packet_182"]
BODIES = ["os_echo_req_v2", "os_echo_rsp_v2", "os_taskstat_rsp", "os_params_rsp",
          "img_list_rsp_two_slots", "img_list_rsp_mcuboot", "img_upload_first_small",
          "img_upload_no_slot_v2", "img_slot_info_rsp", "stat_read_rsp", "fs_hash_types_rsp",
          "shell_rsp", "enum_details_rsp"]

# Shapes that no server has sent so far and any may send.
BODY_EXTRAS = {
    "lying_array": "9a0fffffff",
    "lying_map": "bbffffffffffffffff",
    "lying_string": "5bffffffffffffffff00",
    "chunks": "a161645f4401020304420506ff",
    "chunked_key": "a17f61726163ff01",
    "odd_map": "bf01ff",
    "tag": "c11a514b67b0",
    "deep": "81" * 15 + "00",
    "too_deep": "81" * 16 + "00",
    "deep_indefinite": "9f" * 15 + "ff" * 15,
    "floats": "83f93e00fac0200000fb3ff199999999999a",
    "words": "84f4f5f6f7",
    "duplicate_key": "a26272630162726302",
    "edges": "831bffffffffffffffff3bffffffffffffffff1b7fffffffffffffff",
}

# Manifests of protocol.md 7, and shapes that are refused.
MANIFESTS = {
    "single": '''{ "format-version": 1, "time": 1767225600, "name": "blinky", "files": [
  { "type": "application", "board": "nrf52840dk", "load_address": 49152, "image_index": "0",
    "slot_index_primary": "1", "slot_index_secondary": "2", "version_MCUBOOT": "1.2.3+4",
    "size": 201340, "file": "blinky.signed.bin", "modtime": 1767225590 } ] }''',
    "two_cores": '''{"format-version": 0, "files": [
  {"type": "application", "image_index": "0", "size": 310200, "file": "app_update.bin"},
  {"type": "application", "image_index": "1", "size": 160500, "file": "net_core_app_update.bin"}],
  "firmware": {"zephyr": {"revision": "0123456789abcdef"}}}''',
    "direct_xip": '''{"files": [{"file": "a.bin", "image_index": "1", "slot": "2"},
  {"file": "b.bin", "image_index": "1", "slot": "3"}]}''',
    "bare_hex": '{"files": [{"file": "0x1.bin", "load_address": 0xC000, "size": "0x20"}]}',
    "bare_hex_too_long": '{"files": [{"file": "a", "load_address": 0x1234567890}]}',
    "escapes": '{"name": "\\\\\\" 0x1 \\u00e9", "files": [{"file": "a\\tb"}]}',
    "image_key": '{"files": [{"file": "a", "image": 2, "image_index": null}]}',
    "mcuboot_only": '{"files": [{"type": "mcuboot", "file": "s0.bin"}]}',
    "suit_and_cache": '{"files": [{"type": "suit-envelope"}, {"type": "cache"}, {"file": "a"}]}',
    "secure_dfu": '{"manifest": {"application": {"bin_file": "a.bin", "dat_file": "a.dat"}}}',
    "unknown_format": '{"format-version": 4294967295, "files": [{"file": "a"}]}',
    "out_of_range": '{"files": [{"file": "a", "image_index": 16}]}',
    "same_file": '{"files": [{"file": "a"}, {"file": "a"}]}',
    "same_slot": '{"files": [{"file": "a", "slot": 1}, {"file": "b", "slot": "1"}]}',
    "deep": "[" * 300,
}

# Intel HEX with every record type, and texts that are wrong in one way each.
HEX_END = ":00000001FF\n"
HEX_TEXTS = {
    "data": ":04C00000DEADBEEF04\n" + HEX_END,
    "linear": ":020000041000EA\r\n:01FFFF00AA57\r\n:020000041001E9\r\n:01000000BB44\r\n" + HEX_END,
    "segment": ":020000021234B6\n:01000100AA54\n" + HEX_END,
    "starts": ":0400000300003800C1\n:01000000AA55\n:04000005000000CD2A\n" + HEX_END,
    "gap": ":01000000AA55\n:01000400BB40\n" + HEX_END,
    "backwards": ":01000200cc31\n:01000000aa55\n" + HEX_END.lower(),
    "overlap": ":02000200AABB97\n:0400000001020304F2\n" + HEX_END,
    "spread": ":01000000AA55\n:020000041000EA\n:01120800FEE7\n" + HEX_END,
    "end_of_addresses": ":02000004FFFFFC\n:02FFFF00AABB9B\n" + HEX_END,
    "end_of_segment": ":02000002F0000C\n:02FFFF00AABB9B\n" + HEX_END,
    "wrong_checksum": ":01000000AA56\n" + HEX_END,
    "too_short": ":02000000AA54\n" + HEX_END,
    "too_long": ":01000000AA5500\n" + HEX_END,
    "no_end": ":01000000AA55\n",
    "behind_end": HEX_END + ":01000000AA55\n",
    "unknown_type": ":00000006FA\n" + HEX_END,
    "no_data": HEX_END,
}


def write(target, name, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def main():
    framing = json.loads(VECTORS.read_text())
    vectors = {vector["name"]: vector for vector in framing["vectors"]}
    for name in FRAMES:
        write("frame", name, bytes.fromhex(vectors[name]["wire_hex"]))
    for case in framing["receive"]:
        write("frame", "receive_" + case["name"], bytes.fromhex(case["wire_hex"]))
    for name in BODIES:
        write("body", name, bytes.fromhex(vectors[name]["raw_hex"])[8:])
    for name, hex_digits in BODY_EXTRAS.items():
        write("body", name, bytes.fromhex(hex_digits))
    for name, text in MANIFESTS.items():
        write("manifest", name, text.encode())
    for name, text in HEX_TEXTS.items():
        write("hex", name, text.encode())


if __name__ == "__main__":
    main()
