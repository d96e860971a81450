"""A process that publishes and kills itself at one moment of it; it is there to die."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from ops.keys.vault import KeyPlaces
from ops.log import rows
from ops.log.folder import OpenLogFolder
from ops.wiring import open_cell

url, cell, home, moment = sys.argv[1:]
_publish = rows.publish


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _publish_and_die(*arguments: Any, **named: Any) -> None:
    _publish(*arguments, **named)
    _die()


match moment:
    case "before it is kept":
        OpenLogFolder.write_checkpoint = _die  # type: ignore[method-assign]
    case "before it is stored":
        rows.publish = _die
    case "before it is committed":
        rows.publish = _publish_and_die

with open_cell(url, cell, KeyPlaces.in_folder(Path(home))) as service:
    service.log.publisher.step()
