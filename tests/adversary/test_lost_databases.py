"""A database is lost at the worst moment: in the middle of an epoch, or unnoticed, because no epoch tells of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from crypto.errors import TreeBehind
from domain.principals import CELL_ID
from ops.drill.adversary import Adversary
from ops.drill.history import Grant, History
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import back_up, load
from ops.erasure.eraser import Eraser
from ops.erasure.recovery import Recovery
from ops.store.migrate import migrate
from ops.wiring import CellService, open_cell
from tests.adversary.backups import rebuild
from tests.processes import run
from tests.stage import C, E, M, O, Stage, tell
from tests.support import Cell


@dataclass
class Loss:
    """An engagement that was backed up; what is to be erased of it; and a database beside, for after the loss."""

    cell: Cell
    stage: Stage
    folder: Path
    doomed: list[UUID]
    living: list[UUID]
    url: str

    def crash(self, step: str) -> None:
        """Erase in a process of its own that kills itself after a step."""
        arguments = [self.cell.url, self.cell.name, str(self.cell.home), step, *map(str, self.doomed)]
        killed = run("tests.ops.erasure.crashing", *arguments)
        assert killed.returncode == -9, killed.stderr

    def put_back(self) -> None:
        """Put the backup into the other database by other means than the product's."""
        migrate(self.url, self.cell.name)
        load(self.url, self.cell.name, self.folder)

    def recover(self, folder: Path | None) -> int:
        """Restore into the other database; the epoch that this makes."""
        recovery = Recovery(self.url, self.url, self.cell.name, self.cell.places, self.stage.at)
        return recovery.run(folder, lambda _: None, rebuild).keys.to_epoch

    def open(self) -> AbstractContextManager[CellService]:
        """The cell in the other database."""
        return open_cell(self.url, self.cell.name, self.cell.places)

    def opened(self, service: CellService) -> set[UUID]:
        """Which of the slots open to their own scopes."""
        slots = [*self.doomed, *self.living]
        return {slot for role in (O, M, C, E) for slot in service.vault.keyring.scope(role.value).open_own(slots)}

    def grants(self, service: CellService, history: History) -> set[Grant]:
        """What an adversary opens who has this history, the key copies and the live root."""
        history.add_copies(service.vault.copies.folders)
        return set(Adversary(history, service.vault.roots.unwrap).reach().grants)


@pytest.fixture
def loss(stage: Stage, cell: Cell, postgres: EmbeddedPostgres) -> Iterator[Loss]:
    """A whole engagement, backed up; the organisation's and the manager's grants are to go."""
    tell(stage)
    folder = cell.home / "backup"
    back_up(cell.url, cell.name, folder, stage.at)
    entries = list(stage.state().ledger.values())
    doomed, living = (
        [entry.recipients[role].slot_id for entry in entries for role in roles if role in entry.recipients]
        for roles in ((O, M), (C, E))
    )
    name = f"lost_{cell.name}"
    yield Loss(cell, stage, folder, doomed, living, postgres.url(name))
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _epoch(service: CellService) -> int:
    live = service.vault.roots.record()
    assert live is not None
    return live.epoch


def test_an_epoch_that_was_copied_counts_although_its_database_is_gone(loss: Loss) -> None:
    """Committed and copied, not switched: the restore goes on from the copy, and what it erased is gone for good."""
    history, before = History.of_now(loss.stage.service.connections), _epoch(loss.stage.service)
    loss.crash("copied")
    assert loss.recover(loss.folder) == before + 2
    with loss.open() as service:
        assert loss.opened(service) == set(loss.living)
        assert service.vault.roots.epochs() == {before + 2}
        found = {grant.slot_id for grant in loss.grants(service, history)}
        assert found.isdisjoint(loss.doomed)
        assert found.issuperset(loss.living)
        assert loss.stage.state().ledger.erased == set()  # the lost record never knew of it
        assert service.write_side.stream(loss.stage.engagement_id).ledger.erased == set(loss.doomed)


def test_an_epoch_that_was_not_copied_never_was(loss: Loss) -> None:
    """Control: committed only, and nobody was told: after the loss everything is as it was at the backup."""
    before = _epoch(loss.stage.service)
    loss.crash("committed")
    assert loss.recover(loss.folder) == before + 1
    with loss.open() as service:
        assert loss.opened(service) == {*loss.doomed, *loss.living}
        assert service.vault.roots.epochs() == {before + 1}


def test_a_database_that_went_back_within_an_epoch_erases_nothing_before_it_is_restored(loss: Loss) -> None:
    """The copy of an epoch that this database never had stops the eraser; a restore takes the epoch up."""
    before = _epoch(loss.stage.service)
    loss.crash("copied")
    loss.put_back()
    with loss.open() as service:
        assert loss.opened(service) == {*loss.doomed, *loss.living}
        with pytest.raises(TreeBehind):
            Eraser(service).run(loss.stage.at)
        assert service.vault.roots.epochs() == {before, before + 1}
    assert loss.recover(None) == before + 2
    with loss.open() as service:
        assert loss.opened(service) == set(loss.living)
        assert Eraser(service).run(loss.stage.at).epoch == before + 3  # what is due in the engagement, which has ended


def test_within_one_epoch_a_restore_still_gives_up_what_was_lost(loss: Loss) -> None:
    """Nothing was erased since the backup: the loss can't be told from the epochs, and still nothing leaks.

    As it stands the database gives places out again, but never a key again: a slot's id is in its key. Once it is
    restored, even who kept the lost tables opens nothing that only they had; control: before that they did.
    """
    lost = loss.stage.service.vault.keyring.scope("C").provision_many(CELL_ID, 30)
    person = loss.stage.register("somebody who is forgotten")
    history = History.of_now(loss.stage.service.connections)
    [custody] = {grant for grant in history.grants if grant.key_id == person}
    loss.put_back()
    with loss.open() as service:
        assert not service.write_side.is_registered(person)
        again = service.vault.keyring.scope("C").provision_many(CELL_ID, 30)
        places = [
            {(slot.page, slot.index) for slot in keyring.slots([one.slot_id for one in slots]).values()}
            for keyring, slots in ((loss.stage.service.vault.tree, lost), (service.vault.tree, again))
        ]
        assert places[0] & places[1]
        assert {slot.secret for slot in lost}.isdisjoint(slot.secret for slot in again)
        assert custody in loss.grants(service, history)
    loss.recover(None)
    with loss.open() as service:
        found = loss.grants(service, history)
        assert custody not in found
        assert {grant.slot_id for grant in found} >= {*loss.doomed, *loss.living}
        assert service.vault.keyring.scope("C").open(again[0].slot_id) == again[0]
