"""Keep what this version of the program stores, for tests of later ones: a cell's dump, and the folder of its keys.

    python -m tests.ops.older.make FOLDER

Run it at the commit whose stored form is to be kept, before a fact or a content changes its shape. It tells one whole
engagement with a checkpoint and a read, publishes the log, and writes ``backup/`` (as ``driehoek backup`` makes it) and
``home.tar`` (root and log keys of this cell, which keep nobody's secrets) below the folder.
"""

import sys
import tarfile
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

from domain.reads import Place, Purpose, Read, Reader, View
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import back_up
from ops.store.migrate import migrate
from tests.stage import C, Stage, open_service, tell
from tests.support import Cell

CELL: Final = "older"
"""The cell's name; a backup is loaded under the same one."""


def main(folder: Path) -> None:
    """Make both."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as server, EmbeddedPostgres(Path(server) / "pg") as postgres:
        cell = Cell(CELL, postgres.url("driehoek"), postgres.data)
        migrate(cell.url, cell.name)
        with open_service(cell) as service:
            stage = tell(Stage(service), sessions=5)
            coach, places = stage.people[C], (Place(stage.engagement_id, 1, 5),)
            read = Read(Reader(coach, C, coach), stage.at, Purpose.VIEW, View.COACH, stage.engagement_id, places)
            service.reads.record(read)
            service.log.publish_now()
        back_up(cell.url, cell.name, folder / "backup", stage.at + timedelta(minutes=1))
        with tarfile.open(folder / "home.tar", "w") as archive:
            archive.add(cell.home, ".")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
