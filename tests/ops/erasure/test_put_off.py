"""What can't be read keeps nobody else's keys alive, and is erased when it was put right."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from domain.disposal import SOON, accesses
from domain.erasure import CancelErasure, RequestErasure
from domain.ledger import Erasure
from ops.erasure.epochs import Done, Step
from ops.erasure.eraser import Eraser
from ops.wiring import CellService
from projections import agenda
from tests.stage import E, Stage, tell
from tests.support import Cell

WHY = {"reason": "because"}


@pytest.fixture
def two(service: CellService) -> tuple[Stage, Stage]:
    """Two engagements that have ended; the sponsor's and the manager's keys are due in both."""
    return tell(Stage(service, "one")), tell(Stage(service, "other"))


def _advance(service: CellService) -> None:
    builder = service.builders[agenda.NAME]
    while builder.advance(service.connections):
        pass


def _erasures(stage: Stage) -> list[Erasure]:
    return list(stage.state().ledger.erasures.values())


def _is_done(stage: Stage) -> bool:
    return bool(found := _erasures(stage)) and all(one.receipt is not None for one in found)


def _a_slot(stage: Stage) -> UUID:
    """A slot that is due at the end."""
    state = stage.state()
    return next(one.slot_id for one in accesses(state, state.terms) if one.over(stage.at))


@contextmanager
def _forged(cell: Cell, forge: str, *values: object) -> Iterator[None]:
    """Change one row in the database, and put it back as it was."""
    table, change, where = forge.split("|")
    column = change.split("=")[0].strip()
    with cell.connect(forge=True) as connection:
        [(before,)] = connection.execute(f"SELECT {column} FROM {table} WHERE {where}", values).fetchall()
        connection.execute(f"UPDATE {table} SET {change} WHERE {where}", values)
        yield
        connection.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [before, *values])


EVENT = "events | state = set_byte(state, 40, get_byte(state, 40) # 1) | originator_id = %s AND originator_version = 5"
PAGE = "pages | sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) | path = %s"
CALLED_ERASED = "tree_slots | erased = 1 | slot_id = %s"


@pytest.mark.parametrize("what", ["event", "page", "slot"])
def test_one_that_cant_be_read_is_put_off_and_the_other_is_erased(
    two: tuple[Stage, Stage], cell: Cell, what: str
) -> None:
    """A damaged event, a damaged page, a slot falsely called erased: no receipt, the other's in time; later both."""
    one, other = two
    service, at = one.service, other.at
    slot = _a_slot(one)
    page = service.vault.tree.slots([slot])[slot].page
    forge, value = {"event": (EVENT, one.engagement_id), "page": (PAGE, page), "slot": (CALLED_ERASED, slot)}[what]
    with _forged(cell, forge, value):
        _advance(service)
        report = Eraser(service).run(at)
        assert report.put_off > 0
        assert _is_done(other)
        if what != "event":
            assert not _is_done(one)
        assert service.agenda.due(at, 10) == []
        assert service.agenda.next_at() == at + SOON
    assert not _is_done(one)
    assert Eraser(service).run(at + SOON).put_off == 0
    assert _is_done(one)
    assert service.vault.buried([_a_slot(one), _a_slot(other)])


def test_a_request_that_is_taken_back_too_late_is_on_record_as_carried_out(stage: Stage) -> None:
    """Somebody's clock is behind: taken back while the keys go; what is gone is known, and the next run is idle."""
    tell(stage, cooling_off_days=1)
    stage.act(E, RequestErasure(WHY))
    requested = stage.at

    def take_back(done: Done) -> None:
        if done.step is Step.COMMITTED:
            stage.act(E, CancelErasure(WHY))

    _advance(stage.service)
    at = requested + timedelta(days=1)
    Eraser(stage.service, take_back).run(at)
    state = stage.state()
    gone = {slot for slot, found in stage.service.vault.tree.slots(state.slots()).items() if found.erased is not None}
    assert gone
    assert state.erasure is None
    assert state.ledger.erased == gone
    _advance(stage.service)
    again = Eraser(stage.service).run(at + SOON)
    assert (again.erased, again.put_off) == (0, 0)
