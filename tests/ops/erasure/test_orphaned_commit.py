"""A process that dies while its commit is on the way: the server works it off, and nobody acts before that."""

from threading import Event

import psycopg
import pytest

from domain.vocabulary import Role
from ops.erasure.epochs import AnotherEraserError, Epochs, NotAloneError
from ops.wiring import open_cell
from tests.processes import Forked
from tests.stage import E, O, Stage, tell
from tests.support import Cell

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%switch_epoch(%'"
_PATIENCE = 1_500
"""Rounds of 20 ms."""


def _until_waiting(connection: psycopg.Connection, count: int) -> None:
    for _ in range(_PATIENCE):
        if connection.execute(_WAITING).fetchall() == [(count,)]:
            return
        Event().wait(0.02)
    pytest.fail("the server never came to that")


def _when_alone(epochs: Epochs) -> None:
    for _ in range(_PATIENCE):
        try:
            with epochs.alone():
                epochs.resume()
                return
        except AnotherEraserError:
            Event().wait(0.02)
    pytest.fail("the dead process's lock was never given up")


def test_a_commit_whose_sender_died_is_waited_for(stage: Stage, cell: Cell) -> None:
    """Killed while the server holds its commit back; until that is done the lock isn't free, then it is finished."""
    tell(stage)
    entries = list(stage.state().ledger.values())
    doomed = [entry.recipients[O].slot_id for entry in entries if O in entry.recipients]
    living = [entry.recipients[E].slot_id for entry in entries if E in entry.recipients]
    before = stage.service.vault.roots.record()
    assert before is not None
    crashing = "tests.ops.erasure.crashing", cell.url, cell.name, str(cell.home), "never"
    with cell.connect() as holding, cell.connect() as watching:
        holding.execute("SELECT pg_advisory_lock_shared(tree_lock())")
        with Forked(*crashing, *map(str, doomed)) as child:
            _until_waiting(watching, 1)
            child.kill()
        epochs = Epochs(stage.service.vault)
        with pytest.raises(AnotherEraserError), epochs.alone():
            epochs.resume()
    _when_alone(epochs)
    with open_cell(cell.url, cell.name, cell.places) as service:
        after = service.vault.roots.record()
        assert after is not None
        assert after.epoch == before.epoch + 1
        assert service.vault.keyring.scope(Role.COACHEE.value).open_own(living).keys() == set(living)
        assert service.vault.keyring.scope(Role.SPONSOR_ORGANISATION.value).open_own(doomed) == {}


def test_nobody_takes_a_turn_who_isnt_alone(stage: Stage) -> None:
    """A turn without the lock is refused before anything is staged; within it the same turn goes through."""
    vault = stage.service.vault
    epochs, roots = Epochs(vault), vault.roots.epochs()
    with pytest.raises(NotAloneError):
        epochs.turn(lambda _: vault.keyring.plan([], [], 0))
    assert vault.roots.epochs() == roots
    with epochs.alone():
        assert epochs.turn(lambda _: vault.keyring.plan([], [], 0)).tombstone.slots == ()
