"""SoftHSM, a PKCS#11 token in software, from Debian's ``softhsm2``: installed, or unpacked in ``.venv``.

The gate installs the package. Elsewhere the tests fetch it themselves through apt, which needs no root to download and
nothing but ``dpkg-deb`` to unpack. Where there is no apt they fail with one line that says what to install.
"""

import fcntl
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.architecture.house import ROOT

MODULES: Final = (
    "usr/lib/softhsm/libsofthsm2.so",
    "usr/lib64/softhsm/libsofthsm2.so",
    "usr/lib64/pkcs11/libsofthsm2.so",
    "usr/local/lib/softhsm/libsofthsm2.so",
    "opt/homebrew/lib/softhsm/libsofthsm2.so",
)
TOOLS: Final = ("usr/bin/softhsm2-util", "usr/local/bin/softhsm2-util", "opt/homebrew/bin/softhsm2-util")
PACKAGES: Final = ("libsofthsm2", "softhsm2")
_PATIENCE: Final = 120


@dataclass(frozen=True)
class SoftHsm:
    """Where it is: the PKCS#11 library, and the tool that makes tokens."""

    module: Path
    tool: Path

    def make_token(self, configuration: Path, label: str, pin: str) -> None:
        """Make a token in the folder that a configuration names."""
        command = [str(self.tool), "--module", str(self.module), "--init-token", "--free"]
        secrets = ["--label", label, "--pin", pin, "--so-pin", pin[::-1]]
        environment = {**os.environ, "SOFTHSM2_CONF": str(configuration)}
        subprocess.run([*command, *secrets], env=environment, check=True, capture_output=True, timeout=_PATIENCE)


def found_below(root: Path) -> SoftHsm | None:
    """The one below a root folder, if it is there with both its parts."""
    modules = [root / name for name in MODULES if (root / name).exists()]
    tools = [root / name for name in TOOLS if (root / name).exists()]
    return SoftHsm(modules[0], tools[0]) if modules and tools else None


@cache
def softhsm() -> SoftHsm:
    """SoftHSM, fetched if need be.

    Raises:
        RuntimeError: it isn't installed and can't be fetched.
    """
    return found_below(Path("/")) or fetched(ROOT / ".venv" / "softhsm")


def fetched(folder: Path) -> SoftHsm:
    """SoftHSM below a folder of our own; of several processes one fetches it and the others wait.

    Raises:
        RuntimeError: apt or its mirror can't be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if found_below(folder) is None:
            try:
                _fetch(folder)
            except (OSError, subprocess.SubprocessError) as error:
                raise RuntimeError("the tests need SoftHSM: install the package softhsm2") from error
    there = found_below(folder)
    if there is None:
        raise RuntimeError("the tests need SoftHSM: install the package softhsm2")
    return there


def _fetch(folder: Path) -> None:
    """Download with the machine's package lists, or else with lists of our own, and unpack."""
    own = ["-o", f"Dir::State={folder / 'state'}", "-o", f"Dir::Cache={folder / 'cache'}"]
    try:
        _apt(folder, "download", *PACKAGES)
    except subprocess.CalledProcessError:
        for name in ("state/lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        own += ["-o", "Dir::State::status=/var/lib/dpkg/status"]
        _apt(folder, *own, "update")
        _apt(folder, *own, "download", *PACKAGES)
    for package in sorted(folder.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True, capture_output=True, timeout=_PATIENCE)


def _apt(folder: Path, *arguments: str) -> None:
    command = ["apt-get", "-qq", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_PATIENCE)
