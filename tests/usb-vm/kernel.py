# SPDX-License-Identifier: Apache-2.0
"""The kernel of the virtual machine: Debian's generic one, downloaded and never installed.

Of its package only what boots, and the drivers that we load, are kept in the cache folder:

    vmlinuz       the kernel
    modules/      drivers, a file each
    load          their names and parameters, in the order in which they are loaded
"""
from __future__ import annotations

import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = "linux-image-amd64"
# With their parameters. The last ones are USB host and device controllers that are wired to each
# other, the device's side of a serial port, and the host's.
MODULES = {
    "virtio_pci": "",
    "9pnet_virtio": "",
    "9p": "",
    "overlay": "",
    "dummy_hcd": "num=4",
    "usb_f_acm": "",
    "cdc-acm": "",
}
TOOLS = ("apt-cache", "apt-get", "dpkg-deb", "depmod", "modprobe")
SEARCH_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"


class Missing(Exception):
    """What this machine lacks, in words for the person at the keyboard."""


def tool(name: str) -> str:
    found = shutil.which(name, path=SEARCH_PATH)
    if found is None:
        raise Missing(f"no {name} here (tools/install-deps --usb installs what is needed)")
    return found


def output(*words: str | Path, **options: str | Path) -> str:
    """What a command prints; Missing, with the end of its complaint, when it fails."""
    done = subprocess.run([tool(str(words[0])), *map(str, words[1:])], capture_output=True,
                          text=True, check=False, **options)
    if done.returncode != 0:
        last = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise Missing(f"{words[0]} {words[1]} failed: {last}")
    return done.stdout


def download(folder: Path, *options: str) -> None:
    """The package behind the one that always means the newest kernel."""
    shown = output("apt-cache", *options, "depends", PACKAGE)
    found = re.search(r"Depends: (linux-image-\S+)", shown)
    if found is None:
        raise Missing(f"apt knows no {PACKAGE}")
    print(f"usb-vm: fetching {found[1]} (70 MB, once)", flush=True)
    output("apt-get", *options, "download", found[1], cwd=folder)


def fetch(folder: Path) -> Path:
    """The downloaded package. Where apt's lists are missing or old, it gets lists of our own."""
    try:
        download(folder)
    except Missing:
        lists = folder / "lists"
        lists.mkdir()
        options = ("-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={lists}",
                   "-o", "APT::Sandbox::User=root")
        output("apt-get", *options, "update")
        download(folder, *options)
    return next(folder.glob("*.deb"))


def load_order(tree: Path, version: str) -> dict[Path, str]:
    """The files of the modules and of what they need, with their parameters, each once."""
    order: dict[Path, str] = {}
    for module, parameters in MODULES.items():
        shown = output("modprobe", "-d", tree, "-S", version, "--show-depends", module)
        paths = [Path(line.split()[1]) for line in shown.splitlines()
                 if line.startswith("insmod ")]
        for path in paths:
            order.setdefault(path, "")
        if paths:
            order[paths[-1]] = parameters
    return order


def unpack(package: Path, folder: Path) -> None:
    """Take out of the package what the cache keeps."""
    tree = package.parent / "tree"
    output("dpkg-deb", "-x", package, tree)
    version = next((tree / "lib" / "modules").iterdir()).name
    output("depmod", "-b", tree, version)
    (folder / "modules").mkdir(parents=True)
    shutil.copy(tree / "boot" / f"vmlinuz-{version}", folder / "vmlinuz")
    lines = []
    for path, parameters in load_order(tree, version).items():
        shutil.copy(path, folder / "modules")
        lines.append(f"{path.name} {parameters}".rstrip())
    (folder / "load").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def provide(cache: Path) -> Path:
    """The folder of the kernel; fetched when it is not there yet. Remove it to get a newer one."""
    folder = cache / "kernel"
    if (folder / "load").exists():
        return folder
    if platform.machine() != "x86_64":
        raise Missing(f"the virtual machine is an x86_64, this is an {platform.machine()}")
    for name in TOOLS:
        tool(name)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        fresh = Path(work) / "kernel"
        unpack(fetch(Path(work)), fresh)
        # In one step, so that a broken download leaves nothing that looks whole.
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    return folder
