#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The completions in the real shells: test_shells.py bash|zsh|fish. The same keys must come to the same
words in each of them."""
from __future__ import annotations

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

from typist import SCRIPTS, Typist, is_there, parses

SHELL = ""
SCRIPT = {"bash": "smpctl.bash", "zsh": "_smpctl", "fish": "smpctl.fish"}
PROGRAMS = {"smpctl": Path(os.environ.get("SMPCTL", "build/dev/smpctl")).resolve(),
            "smpctl-fakedev": Path(os.environ.get("SMPCTL_FAKEDEV",
                                                  "build/dev/smpctl-fakedev")).resolve()}
PROFILES = [{"MyName": "usb:2fe3:0100", "MyType": "serial", "MyConnString": "/dev/ttyACM0"},
            {"MyName": "rig 7", "MyType": "serial", "MyConnString": "/dev/ttyACM1"}]
SEEN = {"seen-settings": "app/name", "seen-statistics": "smp_svr_stats",
        "seen-paths": "/lfs/boot count"}

LEFT = "\x1b[D"

# What is typed, and the words that the program is then called with.
CASES = (
    ("smpctl im\tli\t", "<smpctl><image><list>"),
    ("smpctl -q im\tli\t", "<smpctl><-q><image><list>"),
    ("smpctl image inspect --str\t", "<smpctl><image><inspect><--strict>"),
    ("smpctl --flow rt\treset", "<smpctl><--flow><rtscts><reset>"),
    ("smpctl --flow=rt\treset", "<smpctl><--flow=rtscts><reset>"),
    ("smpctl --json=\techo", "<smpctl><--json=echo>"),
    ("smpctl help image upl\t", "<smpctl><help><image><upload>"),
    ("smpctl completion fi\t", "<smpctl><completion><fish>"),
    # Files: blanks, folders on the way, suffixes.
    ("smpctl image upload app\t", "<smpctl><image><upload><app.bin>"),
    ("smpctl image upload my\tfirm\t", "<smpctl><image><upload><my folder/firm ware.bin>"),
    ("smpctl image upload pla\t", "<smpctl><image><upload><plain.txt>"),
    ("smpctl --trace=my\tno\treset", "<smpctl><--trace=my folder/notes.txt><reset>"),
    ("smpctl --trace my\tno\treset", "<smpctl><--trace><my folder/notes.txt><reset>"),
    ("smpctl image verify app.bin --key sec\t",
     "<smpctl><image><verify><app.bin><--key><secret.pem>"),
    ("smpctl update --log-dir=my\t", "<smpctl><update><--log-dir=my folder>"),
    # Quotes that were opened, backslashes, the home.
    ('smpctl image upload "my\tfirm\t', "<smpctl><image><upload><my folder/firm ware.bin>"),
    ("smpctl image upload 'my\tfirm\t", "<smpctl><image><upload><my folder/firm ware.bin>"),
    ("smpctl image upload my\\ f\tfirm\t", "<smpctl><image><upload><my folder/firm ware.bin>"),
    ('smpctl --trace="my\tno\treset', "<smpctl><--trace=my folder/notes.txt><reset>"),
    ("smpctl image upload ~/app\t", "<smpctl><image><upload><{home}/app.bin>"),
    # The cursor need not be at the end.
    ("smpctl help im upload" + 7 * LEFT + "\t", "<smpctl><help><image><upload>"),
    # Colons, commas and equals signs in a word.
    ("smpctl -c usb:20\t", "<smpctl><-c><usb:20>"),
    ("smpctl -c usb:2f\treset", "<smpctl><-c><usb:2fe3:0100><reset>"),
    ("smpctl -c us\treset", "<smpctl><-c><usb:2fe3:0100><reset>"),
    ("smpctl -cus\treset", "<smpctl><-cusb:2fe3:0100><reset>"),
    ("smpctl --conn=usb:\treset", "<smpctl><--conn=usb:2fe3:0100><reset>"),
    ("smpctl -c ri\treset", "<smpctl><-c><rig 7><reset>"),
    ("smpctl -p loopback:x,buf-c\t8", "<smpctl><-p><loopback:x,buf-count=8>"),
    ("smpctl conn add x timeo\t3s", "<smpctl><conn><add><x><timeout=3s>"),
    ("smpctl conn add x flow=rt\t", "<smpctl><conn><add><x><flow=rtscts>"),
    # The board of the cases says what it holds, when it is named.
    ("smpctl -p loopback:x image confirm {hash4}\t",
     "<smpctl><-p><loopback:x><image><confirm><{hash16}>"),
    # What boards have taken before.
    ("smpctl settings get app/n\t", "<smpctl><settings><get><app/name>"),
    ("smpctl fs download /lfs/bo\tno\t", "<smpctl><fs><download></lfs/boot count><notes.md>"),
    ("smpctl stat smp\t", "<smpctl><stat><smp_svr_stats>"),
    ("smpctl raw read sett\t0", "<smpctl><raw><read><settings><0>"),
    ("smpctl zeph\ter\t--fo\t", "<smpctl><zephyr><erase-storage><--force>"),
    ("smpctl settings del\tapp/n\t", "<smpctl><settings><delete><app/name>"),
    ("smpctl fs hash /lfs/bo\t--ty\tsh\t",
     "<smpctl><fs><hash></lfs/boot count><--type><sha256>"),
    ("smpctl log mod\t", "<smpctl><log><modules>"),
    ("smpctl cra\tju\t", "<smpctl><crash><jump0>"),
    ("smpctl --fram\tau\tdatet\tno\t", "<smpctl><--framing><auto><datetime><now>"),
    ("smpctl-fakedev --la\tshe\t--myn\t--tc\t0",
     "<smpctl-fakedev><--lacks><shell><--mynewt><--tcp><0>"),
    ("smpctl-fakedev --framing=ra\t", "<smpctl-fakedev><--framing=raw>"),
    ("smpctl-fakedev --boot-t\t5", "<smpctl-fakedev><--boot-time><5>"),
    ("smpctl-fakedev --mode rec\t", "<smpctl-fakedev><--mode><recovery>"),
    ("smpctl-fakedev --mode=rec\t", "<smpctl-fakedev><--mode=recovery>"),
    ("smpctl-fakedev --state=pla\t", "<smpctl-fakedev><--state=plain.txt>"),
)


# Words that may go on without a blank. Fish puts one behind all that end in a letter.
GOING_ON = (
    ("smpctl -p loopb\t:x reset", "<smpctl><-p><loopback:x><reset>"),
    ("smpctl -p loopback:x,mode=re\t,seed=3", "<smpctl><-p><loopback:x,mode=recovery,seed=3>"),
    ("smpctl-fakedev --fault=vani\t@3", "<smpctl-fakedev><--fault=vanish@3>"),
)


class ShellTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name).resolve() / "home"
        (self.folder / "my folder").mkdir(parents=True)
        for name in ("app.bin", "app.txt", "plain.txt", "secret.pem", "secret.txt",
                     "my folder/firm ware.bin", "my folder/notes.txt"):
            (self.folder / name).touch()
        (self.folder / "notes.md").touch()
        for name, word in SEEN.items():
            seen = self.folder / ".state/smpctl" / name
            seen.parent.mkdir(parents=True, exist_ok=True)
            seen.write_text(word + "\n")
        connections = self.folder / ".config/smpctl/connections.json"
        connections.parent.mkdir(parents=True)
        connections.write_text(json.dumps(PROFILES))
        self.typist = Typist(SHELL, self.folder, PROGRAMS, {})
        self.addCleanup(self.typist.close)

    def hash_of_the_board(self) -> str:
        done = self.typist.run("-p", "loopback:x", "--json", "image", "list")
        return json.loads(done)["result"]["images"][0]["hash"]

    def test_keys_come_to_words(self) -> None:
        digits = self.hash_of_the_board()
        for keys, words in CASES + (GOING_ON if SHELL != "fish" else ()):
            keys, words = (text.replace("{hash4}", digits[:4]).replace("{hash16}", digits[:16])
                           .replace("{home}", str(self.folder)) for text in (keys, words))
            with self.subTest(keys=keys), self.typist.a_new_line():
                # Some shells leave the slash of a folder.
                self.assertEqual(self.typist.enter(keys).replace("/>", ">"), words)

    def test_several_are_shown(self) -> None:
        shown = self.typist.look("smpctl image \t\t")
        for word in ("list", "upload", "erase"):
            self.assertIn(word, shown)
        self.assertNotIn("app.bin", shown)

    def test_explanations_are_shown_where_the_shell_has_room_for_them(self) -> None:
        if SHELL == "bash":
            self.skipTest("bash shows no explanations")
        self.assertIn("erase a slot", self.typist.look("smpctl image \t\t"))

    def test_only_firmware_is_offered_where_there_is_some(self) -> None:
        shown = self.typist.look("smpctl image upload \t\t")
        self.assertIn("app.bin", shown)
        self.assertIn("my", shown)
        self.assertNotIn("app.txt", shown)
        self.assertNotIn("secret.pem", shown)

    def test_the_shell_finds_nothing_wrong_with_the_script(self) -> None:
        self.assertEqual(parses(SHELL, SCRIPTS / SCRIPT[SHELL]), "")


if __name__ == "__main__":
    SHELL = sys.argv.pop(1)
    if not is_there(SHELL):
        print(f"Skipped: there is no {SHELL} (tools/install-deps --tests)")
        sys.exit(77)
    unittest.main()
