"""Releases on a real store: made once whoever asks, opened for the organisation alone, and judged like all else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crypto.errors import NotInScope
from domain.application import Request
from domain.events import CompartmentShared, Content, Recipient, RecordedEvent, SealedGrant
from domain.principals import SERVICE_ID
from domain.programme import Programme, StatisticsReleased
from domain.reads import NotOnRecord, Purpose, Read, Reader, View
from domain.reads import Place as ReadPlace
from domain.releasing import is_due, release
from domain.statistics import Quarter
from domain.vocabulary import Item, Quadrant, Role
from ops.audit.boundaries import boundaries
from ops.audit.scope import Scope
from ops.programmes import ProgrammeOpener
from projections.supervisor_timeline import fold
from tests.evidence import broken, bundle_of, policy_of, verified
from tests.programmes import coach_several
from tests.stage import C, E, M, O, Stage

IN_MAY = datetime(2026, 5, 1, tzinfo=UTC)
INNER, OUTER = Quadrant.INNER_INDIVIDUAL, Quadrant.OUTER_COLLECTIVE


@pytest.fixture
def coached(stage: Stage) -> Stage:
    """A programme in which ten people were coached in one quarter."""
    stage.introduce()
    stage.start_programme()
    coach_several(stage, 6, INNER)
    coach_several(stage, 4, OUTER)
    return stage


def programme(stage: Stage) -> Programme:
    """The programme from its facts."""
    return stage.service.write_side.load(Programme, stage.programme)


def close(stage: Stage, at: datetime) -> Programme:
    """Close what is over, as whoever asks first brings it about."""
    stage.advance()
    engagements = stage.service.programmes.whole(stage.programme)
    request = Request(stage.people[E], at, stage.programme, stage.service.digest(b"release"))
    return release(stage.service.write_side, programme(stage), engagements, request)


def look(stage: Stage, role: Role, principal: object, versions: list[int]) -> list[Content]:
    """Read events of the programme on somebody's behalf."""
    reader = Reader(stage.people[role], role, principal)  # type: ignore[arg-type]
    places = tuple(ReadPlace(stage.programme, version, version) for version in versions)
    ticket = stage.service.reads.record(Read(reader, stage.at, Purpose.VIEW, View.STATISTICS, None, places))
    opener = ProgrammeOpener(stage.service.roles[O], stage.service.recorder)
    return opener.open(programme(stage), versions, ticket)


def test_quarters_are_closed_in_order_and_once(coached: Stage) -> None:
    """However late somebody asks, each quarter is closed once, also when several ask in the same moment."""
    assert not is_due(programme(coached), datetime(2026, 4, 1, 12, tzinfo=UTC))  # not settled yet
    late = datetime(2026, 10, 5, tzinfo=UTC)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: close(coached, late).releases, range(4)))
    assert found == [found[0]] * 4
    told = [(str(one.quarter), one.people, one.digest is not None) for one in found[0]]
    assert told == [("2026-Q1", 10, True), ("2026-Q2", 0, False), ("2026-Q3", 0, False)]
    assert programme(coached).next_quarter == Quarter(2026, 4)
    size = coached.service.recorder.max_notification_id()
    assert close(coached, late).releases == found[0]
    assert coached.service.recorder.max_notification_id() == size


def test_numbers_are_sealed_to_the_organisation(coached: Stage) -> None:
    """A release opens with the organisation's keys, for a read on its behalf that is on record; with nobody else's."""
    (released,) = close(coached, IN_MAY).releases
    versions = [released.version]
    (content,) = look(coached, M, coached.organisation, versions)
    assert (content["people"], content["k"]) == (10, 5)
    (key_id,) = {key_id for version, _, key_id in programme(coached).places_of(Item.PROGRAMME) if version in versions}
    assert coached.service.roles[O].key(key_id, coached.organisation).key_id == key_id
    for role in (M, C, E, Role.COACHING_SUPERVISOR):
        with pytest.raises(NotInScope):
            coached.service.roles[role].key(key_id, coached.people[role])
    with pytest.raises(NotOnRecord):
        look(coached, M, coached.people[M], versions)


def test_a_release_is_judged_like_all_else(coached: Stage, tmp_path: Path) -> None:
    """Reader closure, boundaries and the offline verifier find nothing wrong with a programme and its releases."""
    close(coached, IN_MAY)
    coached.at = IN_MAY
    found = boundaries(coached.service, IN_MAY)
    assert found.holds
    assert found.opened > 0
    scope = Scope.period(datetime(2026, 1, 1, tzinfo=UTC), IN_MAY + timedelta(days=1))
    bundle = bundle_of(coached.service, scope, tmp_path / "bundle")
    assert verified(bundle, policy_of(coached.service)).verified


def test_a_key_for_somebody_else_is_found(coached: Stage, tmp_path: Path) -> None:
    """Control: a coach who is granted the programme's key, signed and on record, is found by both."""
    state = programme(coached)
    (entry,) = state.ledger.values()
    key = coached.service.roles[O].key(entry.key_id, coached.organisation)
    slot_id, sealed = coached.service.roles[C].grant(state.id, state.id, key, coached.people[C])
    shared = CompartmentShared(key_id=entry.key_id, role=C, recipient=Recipient(coached.people[C], slot_id))
    event = RecordedEvent(
        state.id, state.version + 1, coached.at, SERVICE_ID, Role.SERVICE, SERVICE_ID, shared,
        grants=(SealedGrant(entry.key_id, slot_id, sealed),),
    )  # fmt: skip
    coached.service.write_side.record([event], coached.request(SERVICE_ID))
    assert boundaries(coached.service, coached.at).unfounded == 1
    scope = Scope.period(datetime(2026, 1, 1, tzinfo=UTC), IN_MAY)
    assert broken(verified(bundle_of(coached.service, scope, tmp_path / "bundle"), policy_of(coached.service))) == [10]


def test_supervisors_are_told_nothing_of_programmes(coached: Stage) -> None:
    """Neither a programme nor a release, nor who belongs to one at which level, is on the supervisors' timeline."""
    close(coached, IN_MAY)
    write = coached.service.write_side
    events = [*write.events.get(coached.programme), *write.events.get(coached.engagement_id)]
    assert any(isinstance(one.fact, StatisticsReleased) for one in events)  # type: ignore[attr-defined]
    listed = fold(events, lambda stream: stream.hex)  # type: ignore[arg-type]
    assert {one["engagement"] for one in listed} == {coached.engagement_id.hex}
    requested = next(one for one in listed if one["event"] == "engagement.requested")
    assert {"programme", "level"}.isdisjoint(requested["facts"])
