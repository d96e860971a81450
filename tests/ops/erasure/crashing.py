"""A process that erases slots and kills itself right after a step; it is there to die."""

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

from ops.erasure.epochs import Done
from ops.keys.vault import KeyPlaces
from ops.wiring import open_cell
from tests.erasing import erase

url, cell, home, fatal, *slots = sys.argv[1:]


def _die(done: Done) -> None:
    if done.step.value == fatal:
        os.kill(os.getpid(), signal.SIGKILL)


with open_cell(url, cell, KeyPlaces.in_folder(Path(home))) as service:
    erase(service, [UUID(slot) for slot in slots], _die)
