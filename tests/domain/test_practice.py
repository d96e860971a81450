"""A coach's practice: who reads it from when on, with real keys, and whom and what it may name (R50, R51, R52)."""

from datetime import date
from uuid import UUID

import pytest

from domain import practice
from domain.errors import Invalid, NotFound
from domain.practice import Practice, practice_stream_id
from domain.vocabulary import DevelopmentKind, Role
from ops.closure import ReaderClosure
from tests.ethics_told import as_coach, keep_practice
from tests.stage import C, E, O, Stage

S = Role.COACHING_SUPERVISOR
DAY = date(2026, 1, 10)
LEARNT = practice.LogDevelopment(DevelopmentKind.TRAINING, DAY, 7, {"description": "said"})


@pytest.fixture
def kept(stage: Stage) -> Stage:
    """A coached engagement whose coach has a practice with a supervisor."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    keep_practice(stage)
    return stage


def state(stage: Stage) -> Practice:
    """The practice, from its facts."""
    return stage.service.write_side.load(Practice, practice_stream_id(stage.people[C]))


def counts(stage: Stage, person: UUID) -> int:
    """How many parts of the practice a person's own keys open."""
    closure = ReaderClosure(stage.service, stage.at).of(person)
    assert closure.holds
    return sum(place[0] == practice_stream_id(stage.people[C]) and place[2] > 0 for place in closure.places)


def supervisor(stage: Stage, name: str) -> UUID:
    """One more person, who is appointed as supervisor."""
    person = stage.register(name)
    stage.service.write_side.appoint(person, S, stage.request(person))
    return person


def test_the_supervisor_reads_what_the_coach_does(kept: Stage) -> None:
    """The first supervisor whom a place names reads all of the practice; no party of the engagement anything (R51)."""
    assert counts(kept, kept.people[C]) == counts(kept, kept.people[S]) == 4
    assert counts(kept, kept.people[E]) == counts(kept, kept.organisation) == 0


def test_who_left_keeps_what_they_read_and_gets_no_more(kept: Stage) -> None:
    """Leaving isn't told to the supervisor, nor what follows; the next one reads from the leaving on."""
    as_coach(kept, practice.LeaveSupervisionPlace(1, DAY, {"statement": "said"}))
    as_coach(kept, LEARNT)
    assert (counts(kept, kept.people[C]), counts(kept, kept.people[S])) == (6, 4)
    follower = supervisor(kept, "the next supervisor")
    as_coach(kept, practice.RegisterSupervisionPlace(follower, DAY, {"name": "said"}))
    as_coach(kept, LEARNT)
    assert counts(kept, kept.people[C]) == 8
    assert (counts(kept, kept.people[S]), counts(kept, follower)) == (4, 4)


def test_who_comes_back_reads_on(kept: Stage) -> None:
    """The same supervisor in a later place is given what was recorded in between, as a first one is."""
    as_coach(kept, practice.LeaveSupervisionPlace(1, DAY, {"statement": "said"}))
    as_coach(kept, practice.RegisterSupervisionPlace(kept.people[S], DAY, {"name": "said"}))
    as_coach(kept, LEARNT)
    assert counts(kept, kept.people[C]) == counts(kept, kept.people[S]) == 7


def test_a_place_elsewhere_names_nobody(stage: Stage) -> None:
    """A coach who is supervised by somebody who isn't registered here reads alone (R51)."""
    stage.introduce()
    as_coach(stage, practice.RegisterSupervisionPlace(None, DAY, {"name": "said"}))
    assert (counts(stage, stage.people[C]), counts(stage, stage.people[S])) == (1, 0)


def test_only_an_appointed_supervisor_is_named(kept: Stage) -> None:
    """Somebody who is registered but wasn't appointed is refused, and so is somebody unknown."""
    as_coach(kept, practice.LeaveSupervisionPlace(1, DAY, {}))
    for person, name in ((kept.people[O], "not-a-supervisor"), (UUID(int=7), "unknown-person")):
        with pytest.raises(Invalid) as refusal:
            as_coach(kept, practice.RegisterSupervisionPlace(person, DAY, {"name": "said"}))
        assert refusal.value.name == name
    as_coach(kept, practice.RegisterSupervisionPlace(kept.people[S], DAY, {"name": "said"}))


def test_a_supervision_is_about_own_engagements(kept: Stage) -> None:
    """A coach names engagements that they coach or coached: a former coach still may, anybody else can't tell (R51)."""
    own = practice.RecordSupervision(DAY, 60, frozenset({kept.engagement_id}), {"notes": "said"})
    as_coach(kept, own)
    strange = practice.RecordSupervision(DAY, 60, frozenset({UUID(int=7)}), {"notes": "said"})
    with pytest.raises(Invalid) as refusal:
        as_coach(kept, strange)
    assert refusal.value.name == "unknown-engagement"
    former = kept.replace(C)
    write, stream = kept.service.write_side, practice_stream_id(former)
    write.execute(stream, own, kept.request(former))
    as_coach(kept, practice.RegisterSupervisionPlace(None, DAY, {"name": "said"}))
    as_coach(kept, own)
    coachee = practice_stream_id(kept.people[E])
    kept.act(E, practice.RegisterSupervisionPlace(None, DAY, {"name": "said"}), coachee)
    with pytest.raises(Invalid):
        kept.act(E, own, coachee)


def test_a_practice_is_its_coachs_and_its_supervisors(kept: Stage) -> None:
    """The coach and the supervisors find it, each as what they are; to everybody else there is none."""
    read = kept.service.write_side.practice
    coach = kept.people[C]
    assert [read(coach, kept.people[role])[1] for role in (C, S)] == [C, S]
    with pytest.raises(NotFound):
        read(coach, kept.people[O])
    with pytest.raises(NotFound):
        read(UUID(int=7), UUID(int=7))
    assert state(kept).supervisions == {1: frozenset({kept.engagement_id})}
