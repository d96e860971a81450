"""A database that was put back, or went on in two copies, gets no signature; and whoever saw the newer one knows."""

import shutil
from pathlib import Path

import pytest

from crypto.verifier.refused import Refused
from ops.embedded import EmbeddedPostgres
from ops.log.errors import LogForked, LogRolledBack
from ops.wiring import CellService
from tests.ops.log.copies import Reader, copied, keys_of, put_back
from tests.stage import Stage
from tests.support import Cell


def registered(service: CellService, salt: str, people: int) -> None:
    """Register so many people; each takes two events."""
    stage = Stage(service, salt)
    for number in range(people):
        stage.register(str(number))


def test_a_copy_that_went_on_alone_is_signed(
    cell: Cell, service: CellService, folder: Path, postgres: EmbeddedPostgres
) -> None:
    """Positive control: a copy of the latest state is signed where it goes on, and readers follow."""
    registered(service, "first", 3)
    reader = Reader([])
    reader.shown(service.log.publish_now(), service.log.tree(7))
    reader.keys = keys_of(service)
    with put_back(cell, copied(cell, folder), postgres) as copy:
        registered(copy, "second", 2)
        latest = copy.log.publish_now()
        assert latest.size == 11
        reader.shown(latest, copy.log.tree(11))


def test_a_database_that_was_put_back_gets_no_signature(
    cell: Cell, service: CellService, folder: Path, postgres: EmbeddedPostgres
) -> None:
    """With fewer events than were signed, and with as many others: neither is signed, and nothing is published."""
    registered(service, "first", 2)
    before = service.log.publish_now()
    copy = copied(cell, folder)
    registered(service, "lost", 3)
    reader = Reader(keys_of(service))
    reader.shown(service.log.publish_now(), service.log.tree(11))
    with put_back(cell, copy, postgres) as back:
        with pytest.raises(LogRolledBack):
            back.log.publish_now()
        with pytest.raises(LogRolledBack):
            back.log.lines.check()
        registered(back, "other", 4)
        with pytest.raises(LogForked):
            back.log.publish_now()
        with pytest.raises(LogForked):
            back.log.lines.check()
        assert back.log.latest() == before
        with pytest.raises(Refused, match="older"):
            reader.shown(before, back.log.tree(before.size))


def test_of_two_copies_that_go_on_one_is_signed(
    cell: Cell, service: CellService, folder: Path, postgres: EmbeddedPostgres
) -> None:
    """Two copies go on separately with one folder: whoever signs first is the log, the other gets no signature."""
    registered(service, "first", 2)
    service.log.publish_now()
    with put_back(cell, copied(cell, folder), postgres) as fork:
        registered(service, "one", 1)
        registered(fork, "other", 2)
        assert fork.log.publish_now().size == 9
        for events in (1, 2):  # as many as were signed, then more
            registered(service, f"again {events}", 1)
            with pytest.raises(LogForked):
                service.log.publish_now()
        registered(fork, "and on", 1)
        assert fork.log.publish_now().size == 11


def test_who_saw_the_newer_checkpoint_notices_a_folder_that_was_put_back_too(
    cell: Cell, service: CellService, folder: Path, postgres: EmbeddedPostgres
) -> None:
    """Where the folder is put back with the database the signer can't know; whoever saw more does."""
    registered(service, "first", 2)
    service.log.publish_now()
    copy = copied(cell, folder)
    shutil.copytree(cell.places.log.folder, folder / "log")
    registered(service, "lost", 2)
    reader, newcomer = Reader(keys_of(service)), Reader(keys_of(service))
    reader.shown(service.log.publish_now(), service.log.tree(9))
    shutil.rmtree(cell.places.log.folder)
    shutil.copytree(folder / "log", cell.places.log.folder)
    with put_back(cell, copy, postgres) as back:
        registered(back, "other", 4)
        forged = back.log.publish_now()
        with pytest.raises(Refused, match="another root"):
            reader.shown(forged, back.log.tree(forged.size))
        newcomer.shown(forged, back.log.tree(forged.size))  # who saw nothing has nothing to compare with: see witnesses
