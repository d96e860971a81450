"""A process that restores a backup and kills itself on the way: once it is loaded, or right after a step."""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from ops.erasure.backup import load
from ops.erasure.epochs import Done
from ops.erasure.recovery import Recovery
from ops.keys.vault import KeyPlaces
from ops.store.migrate import migrate

url, cell, home, folder, fatal = sys.argv[1:]


def _die_after(moment: str) -> None:
    if moment == fatal:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(done: Done) -> None:
    _die_after(done.step.value)


if fatal == "loaded":
    migrate(url, cell)
    load(url, cell, Path(folder))
    _die_after("loaded")
recovery = Recovery(url, url, cell, KeyPlaces.in_folder(Path(home)), datetime(2026, 1, 19, tzinfo=UTC))
recovery.run(Path(folder), _watch, lambda _: _die_after("rebuilt"))
