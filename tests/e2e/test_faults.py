#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a user is told when the device does not do what it should: exit code, message, hint."""
from __future__ import annotations

import bench
from bench import BAD_FILE, DEVICE, OK, PROTOCOL, TIMEOUT, UNSUPPORTED, Board, Done

# Two short tries: nobody answers in these tests anyway.
IMPATIENT = ("-t", "100ms", "-r", "2")


class SilenceTest(bench.BenchTest):
    def echo(self, code: int, *faults: str) -> Done:
        options = [word for fault in faults for word in ("--fault", fault)]
        return self.expect(code, self.board(*options), *IMPATIENT, "echo", "hello")

    def test_a_silent_board_is_a_timeout(self) -> None:
        done = self.echo(TIMEOUT, "silent")
        self.assertIn("smpctl: echo: no reply in 100 ms (2 tries); nothing at all was received, not "
                      "even for an echo\n", done.err)
        self.assertIn("hint: is this the right port", done.err)
        self.assertEqual(done.out, "")

    def test_a_board_that_misses_one_request_is_found_to_be_there(self) -> None:
        done = self.echo(TIMEOUT, "silent@1-2")
        self.assertIn("smpctl: echo: no reply in 100 ms (2 tries); but an echo is answered\n", done.err)
        self.assertIn("hint: port and speed are right", done.err)

    def test_text_is_shown_and_explained(self) -> None:
        done = self.echo(PROTOCOL, "text-only")
        self.assertIn("smp: command not found", done.err)
        self.assertNotIn("\x1b", done.err)
        self.assertIn("hint: this is the device's console", done.err)

    def test_damaged_frames_are_counted(self) -> None:
        for fault, why in [("bad-crc", "crc"), ("bad-length", "overrun"), ("bad-header", "header")]:
            with self.subTest(fault=fault):
                done = self.expect(PROTOCOL, self.board("--fault", fault, name=fault), *IMPATIENT,
                                   "echo", "hello")
                self.assertIn(f"only damaged frames ({why}: 2)", done.err)
                self.assertIn("hint: ", done.err)

    def test_log_text_within_replies_is_called_by_its_name(self) -> None:
        done = self.echo(PROTOCOL, "log-inside")
        self.assertIn("hint: the device writes log text into its SMP replies", done.err)

    def test_an_unsound_body_is_a_protocol_error(self) -> None:
        for fault in ("bad-cbor", "no-cbor"):
            with self.subTest(fault=fault):
                board = self.board("--fault", fault, name=fault)
                done = self.expect(PROTOCOL, board, *IMPATIENT, "echo", "hello")
                self.assertIn("smpctl: echo: ", done.err)

    def test_one_lost_reply_is_got_over(self) -> None:
        for fault in ("silent@1", "drop-reply@1", "bad-crc@1", "text-only@1", "late-reply=150@1"):
            with self.subTest(fault=fault):
                board = self.board("--fault", fault, name=fault.split("@", maxsplit=1)[0])
                done = self.expect(OK, board, *IMPATIENT, "echo", "hello")
                self.assertEqual((done.out, done.err), ("hello\n", ""))

    def test_a_failure_is_a_json_document_too(self) -> None:
        board = self.board("--fault", "silent")
        done = self.expect(TIMEOUT, board, "--json", *IMPATIENT, "image", "list")
        document = done.json()
        self.assertEqual(done.err, "")
        self.assertEqual((document["ok"], document["command"]), (False, "image list"))
        self.assertEqual(document["port"], str(board.link))
        self.assertEqual((document["error"]["status"], document["error"]["exit_code"]),
                         ("timeout", TIMEOUT))


class DeviceErrorTest(bench.BenchTest):
    def upload_too_large(self, board: Board, *options: str) -> Done:
        file = self.file("large.bin", bench.image(0x10000))
        return self.expect(DEVICE, board, *options, "image", "upload", "--force", file)

    def test_a_group_error_of_version_2_has_its_own_name(self) -> None:
        board = self.board("--slot-size", "64K")
        done = self.upload_too_large(board)
        self.assertIn("IMAGE_INVALID_IMAGE_TOO_LARGE", done.err)
        error = self.upload_too_large(board, "--json").json()["error"]
        self.assertEqual((error["status"], error["group"], error["rc"], error["rc_name"]),
                         ("device", 1, 30, "IMAGE_INVALID_IMAGE_TOO_LARGE"))

    def test_an_error_of_version_1_has_a_general_name(self) -> None:
        for options in [("--smp-version", "1"), ()]:
            with self.subTest(options=options):
                board = self.board("--slot-size", "64K", "--smp-version", "1",
                                   name=f"board-{len(options)}")
                error = self.upload_too_large(board, "--json", *options).json()["error"]
                self.assertEqual((error["rc"], error["rc_name"]), (1, "MGMT_ERR_EUNKNOWN"))
                self.assertNotIn("group", error)

    def test_a_missing_command_is_unsupported(self) -> None:
        board = self.board("--no-params")
        done = self.expect(UNSUPPORTED, board, "os", "params")
        self.assertIn("MGMT_ERR_ENOTSUP", done.err)

    def test_an_error_has_a_hint(self) -> None:
        done = self.expect(DEVICE, self.board("--fault", "error=1:9@4"), "image", "upload",
                           self.file("i.bin", bench.image(4096)))
        self.assertIn("IMAGE_NO_FREE_SLOT", done.err)
        self.assertIn("\nhint: ", done.err)


class FileTest(bench.BenchTest):
    """What a bootloader would refuse is not even sent."""

    def test_damaged_and_foreign_files_are_refused(self) -> None:
        good = bench.image(8192)
        cases = {
            "flipped": good[:4000] + bytes([good[4000] ^ 1]) + good[4001:],
            "cut": good[:5000],
            "text": b"This is no firmware.\n",
            "empty": b"",
            "hex": b":020000040000FA\n:00000001FF\n",
        }
        board = self.board()
        for name, content in cases.items():
            with self.subTest(name=name):
                file = self.file(f"{name}.bin", content)
                done = self.expect(BAD_FILE, board, "image", "upload", file)
                self.assertIn(str(file), done.err)
        self.assertEqual(list(self.slots(board)), [0])

    def test_a_missing_file_is_named(self) -> None:
        done = self.expect(BAD_FILE, self.board(), "image", "upload", self.folder / "none.bin")
        self.assertIn("none.bin", done.err)


if __name__ == "__main__":
    bench.main()
