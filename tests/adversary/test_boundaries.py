"""Boundaries: what holds is stated, and one grant too many, or too few, is found and named."""

from uuid import UUID

import pytest

from domain.audit import BoundariesStated
from domain.events import CompartmentShared, Recipient, RecordedEvent, SealedGrant
from domain.ledger import LedgerEntry
from domain.principals import SERVICE_ID
from domain.vocabulary import Compartment, Role
from ops.audit.boundaries import Boundaries, boundaries
from ops.audit.structure import Why
from ops.erasure.eraser import Eraser
from tests.stage import C, E, M, O, Stage, tell
from tests.support import Cell


@pytest.fixture
def told(stage: Stage) -> Stage:
    """A whole engagement."""
    return tell(stage)


def report(stage: Stage) -> Boundaries:
    """A check by somebody who has opened nothing before."""
    stage.service.drop_keys()
    return boundaries(stage.service, stage.at)


def key_of(stage: Stage, compartment: Compartment) -> LedgerEntry:
    """The oldest key of a compartment."""
    return next(one for one in stage.state().ledger.values() if one.need.compartment is compartment)


def widened(stage: Stage, entry: LedgerEntry, role: Role, principal: UUID) -> tuple[UUID, bytes]:
    """A grant of a key to somebody whom no clause gives it: slot and sealed bytes, as the product makes them."""
    holder = next(iter(entry.recipients))
    key = stage.service.roles[holder].key(entry.key_id, entry.recipients[holder].principal)
    return stage.service.roles[role].grant(stage.engagement_id, stage.engagement_id, key, principal)


def test_boundaries_that_hold_are_stated(told: Stage) -> None:
    """Two engagements, one of them with erased keys: nothing is found, and the counts are on record with a digest."""
    tell(Stage(told.service, salt="other"))
    told.advance()
    assert Eraser(told.service).run(told.at).erased > 0
    found = report(told)
    assert found.holds
    assert (found.engagements, found.unfounded, found.outside, found.lost, found.untried) == (2, 0, 0, 0, 0)
    assert found.grants > 60
    assert found.tried > found.opened > 100
    recorder, mapper = told.service.recorder, told.service.write_side.mapper
    row = recorder.select_notifications(found.size + 1, 1)[0]
    stated = mapper.to_domain_event(row).fact  # type: ignore[attr-defined]
    assert isinstance(stated, BoundariesStated)
    assert (stated.size, stated.digest, stated.opened) == (found.size, found.digest, found.opened)
    assert report(told).digest == found.digest  # the same record, the same report


def test_a_planted_grant_is_found_by_structure_and_by_keys(told: Stage, cell: Cell) -> None:
    """A row that widens a key to the organisation isn't on record, and opens what the organisation isn't given."""
    entry = key_of(told, Compartment.ALLIANCE)
    slot_id, sealed = widened(told, entry, O, told.organisation)
    with cell.connect(forge=True) as connection:
        connection.execute(
            "INSERT INTO grants SELECT position, %s, %s, %s FROM events WHERE originator_id = %s"
            " AND originator_version = 1",
            (entry.key_id, slot_id, sealed, told.engagement_id),
        )
    found = report(told)
    assert not found.holds
    assert (found.unfounded, found.lost) == (1, 0)
    assert found.outside > 0
    (broken,) = found.broken
    assert broken["unfounded"] == [
        {"stream": str(told.engagement_id), "version": 1, "slot": str(slot_id), "why": Why.NOT_ON_RECORD.value}
    ]
    opened = {one["principal"]: len(one["outside"]) for one in broken["readers"]}
    assert opened.pop(str(told.organisation)) == found.outside
    assert set(opened.values()) == {0}


def test_a_grant_on_record_that_no_clause_gives_is_found(told: Stage) -> None:
    """A grant that the service itself records, signed and sealed as it should be, is held against the contract."""
    entry, state = key_of(told, Compartment.ALLIANCE), told.state()
    slot_id, sealed = widened(told, entry, M, told.people[M])
    shared = CompartmentShared(key_id=entry.key_id, role=M, recipient=Recipient(told.people[M], slot_id))
    event = RecordedEvent(
        told.engagement_id, state.version + 1, told.at, SERVICE_ID, Role.SERVICE, SERVICE_ID, shared,
        grants=(SealedGrant(entry.key_id, slot_id, sealed),),
    )  # fmt: skip
    told.service.write_side.record([event], told.request(SERVICE_ID))
    found = report(told)
    (unfounded,) = found.broken[0]["unfounded"]
    assert (unfounded["slot"], unfounded["why"]) == (str(slot_id), Why.OUTSIDE_CLAUSE.value)
    assert found.outside > 0


@pytest.mark.parametrize("sealed_to", [E, None], ids=["sealed to somebody else", "not there"])
def test_a_grant_that_its_reader_cant_open_is_found(told: Stage, cell: Cell, sealed_to: Role | None) -> None:
    """A grant that lies there for another than it is on record for, or not at all: what is given doesn't open."""
    entry = key_of(told, Compartment.TRIANGLE)
    slot_id = entry.recipients[C].slot_id
    with cell.connect(forge=True) as connection:
        if sealed_to is None:
            connection.execute("DELETE FROM grants WHERE slot_id = %s", (slot_id,))
        else:
            _, sealed = widened(told, entry, C, told.people[sealed_to])
            connection.execute("UPDATE grants SET sealed = %s WHERE slot_id = %s", (sealed, slot_id))
    found = report(told)
    assert found.lost > 0
    assert [one["why"] for one in found.broken[0]["unfounded"]] == ([] if sealed_to else [Why.MISSING.value])
