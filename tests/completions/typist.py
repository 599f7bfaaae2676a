# SPDX-License-Identifier: Apache-2.0
"""Somebody who types into a real shell on a pseudo-terminal, with our completions installed.

What a TAB made of a line is not read from the screen, where it would be mixed with all that moves the
cursor: the line is entered, and the program that it calls (a few lines of sh in front of the real one)
writes down the words that it was given.
"""
from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "completions"
PATIENCE_S = 30
PROMPT = "ready> "

# Completion asks the real program; whatever else it is called with is written down.
FRONT = """#!/bin/sh
if [ "$1" = __complete ]; then
    echo "$*" >>{asked}
    exec {program} "$@"
fi
for word in {name} "$@"; do printf '<%s>' "$word"; done >{words}.new
mv {words}.new {words}
"""

BASHRC = """
PS1='{prompt}'
bind 'set bell-style none' 'set completion-query-items 0' 'set page-completions off'
bind 'set enable-bracketed-paste off'
{load}
"""

ZSHRC = """
PS1='{prompt}'
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -d {home}/.zcompdump
zstyle ':completion:*' list-prompt ''
LISTMAX=0
unsetopt beep prompt_sp bracketed_paste
unset zle_bracketed_paste
"""

FISHRC = """
function fish_prompt; printf '{prompt}'; end
function fish_greeting; end
function fish_right_prompt; end
set -g fish_color_autosuggestion normal
set -g fish_autosuggestion_enabled 0
"""


class Typist:
    """A shell in `folder`, which is also its home."""

    def __init__(self, shell: str, folder: Path, programs: dict[str, Path],
                 variables: dict[str, str]) -> None:
        self.folder = folder
        self.words = folder / "words.txt"
        self.asked = folder / "asked.txt"
        self.shown = ""
        self.bin = folder / ".bin"
        self.bin.mkdir()
        for name, program in programs.items():
            front = self.bin / name
            front.write_text(FRONT.format(program=program, words=self.words, asked=self.asked,
                                          name=name))
            front.chmod(0o755)
        self.programs = programs
        self.environment = {"HOME": str(folder), "PATH": f"{self.bin}:{os.environ['PATH']}",
                       "TERM": "xterm", "LC_ALL": "C.UTF-8", "PWD": str(folder),
                       "XDG_CONFIG_HOME": str(folder / ".config"),
                       "XDG_DATA_HOME": str(folder / ".data"),
                       "XDG_STATE_HOME": str(folder / ".state")} | variables
        command = getattr(self, f"set_up_{shell}")()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, self.environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self.read_until(PROMPT)

    def set_up_bash(self) -> list[str]:
        rc = self.folder / ".our_bashrc"
        rc.write_text(BASHRC.format(prompt=PROMPT, load=f"source {SCRIPTS / 'smpctl.bash'}"))
        return ["bash", "--noprofile", "--rcfile", str(rc), "-i"]

    def set_up_zsh(self) -> list[str]:
        (self.folder / ".zshrc").write_text(
            ZSHRC.format(prompt=PROMPT, folder=SCRIPTS, home=self.folder))
        return ["zsh", "-d", "-i"]

    def set_up_fish(self) -> list[str]:
        vendor = self.folder / ".config/fish/completions"
        vendor.mkdir(parents=True)
        for name in ("smpctl", "smpctl-fakedev"):
            shutil.copy(SCRIPTS / "smpctl.fish", vendor / f"{name}.fish")
        (self.folder / ".config/fish/config.fish").write_text(FISHRC.format(prompt=PROMPT))
        return ["fish", "-i"]

    def read_some(self, seconds: float) -> bool:
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            text = os.read(self.terminal, 65536)
        except OSError:
            raise AssertionError(f"the shell has gone: {self.shown!r}") from None
        self.shown += text.decode(errors="replace")
        return True

    def read_until(self, text: str, what: str = "") -> None:
        end = time.monotonic() + PATIENCE_S
        while text not in self.shown:
            if time.monotonic() > end:
                raise AssertionError(f"{what} no {text!r} in {self.shown!r}")
            self.read_some(0.2)

    def times_asked(self) -> int:
        return len(self.asked.read_text().splitlines()) if self.asked.exists() else 0

    def type(self, keys: str) -> None:
        """Letters are typed at once; after a TAB the shell may think until it is quiet."""
        for part in re.findall("\t+|[^\t]+", keys):
            asked = self.times_asked()
            os.write(self.terminal, part.encode())
            if part[0] != "\t":
                continue
            end = time.monotonic() + PATIENCE_S
            while self.times_asked() == asked and time.monotonic() < end:
                self.read_some(0.02)
            while self.read_some(0.4):
                pass

    def enter(self, keys: str) -> str:
        """The words that the program was called with after these keys and ENTER: "<a><b>"."""
        self.words.unlink(missing_ok=True)
        self.shown = ""
        self.type(keys + "\r")
        end = time.monotonic() + PATIENCE_S
        while not self.words.exists():
            if time.monotonic() > end:
                raise AssertionError(f"{keys!r} called nothing: {self.shown!r}")
            self.read_some(0.05)
        self.read_until(PROMPT)
        return self.words.read_text()

    @contextlib.contextmanager
    def a_new_line(self) -> Iterator[None]:
        """Whatever fails here leaves nothing on the line of whoever comes next."""
        try:
            yield
        except AssertionError:
            os.write(self.terminal, b"\x03")
            raise

    def look(self, keys: str) -> str:
        """What is on the screen after these keys, which are then wiped away."""
        self.shown = ""
        self.type(keys)
        shown = self.shown
        os.write(self.terminal, b"\x03")
        while self.read_some(0.4):
            pass
        return shown

    def run(self, *words: str) -> str:
        """What the real program prints, in the shell's environment."""
        return subprocess.run([self.programs["smpctl"], *words], env=self.environment,
                              capture_output=True, text=True, check=True).stdout

    def close(self) -> None:
        os.close(self.terminal)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def is_there(shell: str) -> bool:
    return shutil.which(shell) is not None


def parses(shell: str, script: Path) -> str:
    """What the shell has to say against the script; "" is nothing."""
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    return done.stderr + ("" if done.returncode == 0 else f"exit code {done.returncode}")
