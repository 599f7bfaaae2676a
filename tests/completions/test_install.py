#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Are the scripts installed where the shells look? test_install.py BUILD CMAKE"""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD, CMAKE = Path(), ""
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.share = Path(cls.temporary.name) / "share"
        subprocess.run([CMAKE, "--install", str(BUILD), "--prefix", cls.temporary.name],
                       check=True, capture_output=True)

    def run_in(self, *words: str, **variables: str) -> str:
        if shutil.which(words[0]) is None:
            self.skipTest(f"there is no {words[0]} (tools/install-deps --tests)")
        environment = {"HOME": self.temporary.name, "PATH": os.environ["PATH"]} | variables
        return subprocess.run(words, env=environment, capture_output=True, text=True,
                              check=True).stdout

    def test_bash_completion_finds_the_script_by_the_programs_name(self) -> None:
        if not BASH_COMPLETION.exists():
            self.skipTest("there is no bash-completion (tools/install-deps --tests)")
        for program in ("smpctl", "smpctl-fakedev"):
            out = self.run_in("bash", "--norc", "-c",
                              f"source {BASH_COMPLETION}; _completion_loader {program};"
                              f"complete -p {program}",
                              BASH_COMPLETION_USER_DIR=str(self.share / "bash-completion"))
            self.assertEqual(out, f"complete -F _smpctl {program}\n")

    def test_zsh_finds_the_function_in_its_path(self) -> None:
        out = self.run_in("zsh", "-f", "-c",
                          f"fpath=({self.share}/zsh/site-functions $fpath);"
                          "autoload -Uz compinit && compinit -u -D;"
                          "print $_comps[smpctl] $_comps[smpctl-fakedev]")
        self.assertEqual(out, "_smpctl _smpctl\n")

    def test_fish_completes_from_its_vendors_folder(self) -> None:
        programs = str(Path(self.temporary.name) / "bin")
        for program, option in (("smpctl", "--smp-version"), ("smpctl-fakedev", "--boards")):
            out = self.run_in("fish", "-c", f"complete -C '{program} {option[:-2]}'",
                              XDG_DATA_DIRS=f"{self.share}:/usr/share",
                              PATH=f"{programs}:{os.environ['PATH']}")
            self.assertIn(option, out)

    def test_the_manual_pages_are_there(self) -> None:
        for page in ("smpctl.1", "smpctl-fakedev.1"):
            self.assertTrue((self.share / "man/man1" / page).stat().st_size > 0)

    def test_the_program_prints_the_scripts_that_are_installed(self) -> None:
        for shell, name in (("bash", "bash-completion/completions/smpctl"),
                            ("zsh", "zsh/site-functions/_smpctl"),
                            ("fish", "fish/vendor_completions.d/smpctl.fish")):
            out = self.run_in(f"{self.temporary.name}/bin/smpctl", "completion", shell)
            self.assertEqual(out, (self.share / name).read_text())


if __name__ == "__main__":
    BUILD, CMAKE = Path(sys.argv.pop(1)), sys.argv.pop(1)
    unittest.main()
