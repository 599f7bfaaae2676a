#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the readable part of corpus/frame and corpus/body, out of tests/vectors.

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


if __name__ == "__main__":
    main()
