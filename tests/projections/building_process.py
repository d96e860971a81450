"""A process that builds all views in batches of one and says so after each; it is there to be killed."""

import sys
from pathlib import Path

from ops.keys.vault import KeyPlaces
from ops.wiring import open_cell

url, cell, home = sys.argv[1:]
with open_cell(url, cell, KeyPlaces.in_folder(Path(home))) as service:
    taken = 1
    while taken:
        taken = 0
        for builder in service.builders.values():
            taken += builder.advance(service.connections, batch=1)
            print(taken, flush=True)  # noqa: T201 - the line is what the killer counts
