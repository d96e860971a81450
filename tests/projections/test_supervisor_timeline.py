"""The supervisor's timeline: process facts only, pseudonymous, and whole."""

import dataclasses
import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest

from crypto.errors import NotInScope
from domain.events import RecordedEvent
from domain.facts import REGISTRY, Fact
from domain.vocabulary import Role
from projections.supervisor_timeline import HIDDEN, fold
from tests.stage import E, Stage, tell

S = Role.COACHING_SUPERVISOR
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
IDENTIFYING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{24,}|\\x|b'")


TOLD_BY_EVERY_STORY = {
    "coach.met",
    "notebook.note_written",
    "journal.entry_written",
    "compartment.opened",
    "compartment.shared",
    "person.registered",
    "organisation.registered",
    "cell.founded",
    "overseer.appointed",
}
"""The hidden topics that a common engagement has."""

_PLAIN: dict[Any, Any] = {bytes: bytes(range(32)), UUID: uuid4(), datetime: AT, date: AT.date(), int: 1, bool: True}


def _sample(kind: Any) -> Any:  # noqa: PLR0911 - one flat case per kind of field
    """A value of a fact's field that would be recognised if it were shown."""
    origin, args = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        made: Any = kind
        return made(**{field.name: _sample(hints[field.name]) for field in dataclasses.fields(kind)})
    if origin is tuple:
        return (_sample(args[0]),)
    if origin is frozenset and args[0] is UUID:
        return frozenset({uuid4(), uuid4()})
    if origin is frozenset:
        return frozenset({_sample(args[0])})
    if origin is not None and len(args) == 2 and args[1] is not type(None):
        return {_sample(args[0]): _sample(args[1])}
    return _sample(args[0])


def _event(happened: Fact, stream: UUID) -> RecordedEvent:
    person = uuid4()
    return RecordedEvent(stream, 1, AT, person, Role.COACH, person, happened)


@pytest.mark.parametrize("topic", sorted(REGISTRY))
def test_every_fact_is_shown_without_who(topic: str) -> None:
    """Each kind of fact with every field filled: hidden topics give no entry, the others no id, hash or signature."""
    stream = uuid4()
    shown = fold([_event(_sample(REGISTRY[topic]), stream)], lambda _: "somebody")
    assert (shown == []) == (topic in HIDDEN)
    text = json.dumps(shown)
    assert not IDENTIFYING.search(text)
    assert str(stream) not in text
    for entry in shown:
        assert entry.keys() == {"engagement", "at", "event", "by", "facts"}
        assert all(isinstance(v, str | int | list) for v in entry["facts"].values())


def test_no_count_tells_of_what_is_kept_back() -> None:
    """How many banana skins a contract has isn't told, nor what was disclosed on request; other counts are (R42)."""
    for topic, shown, kept in (
        ("contract.drafted", "demands_on_coach", "banana_skins"),
        ("access.answered", "request", "disclosed"),
    ):
        (entry,) = fold([_event(_sample(REGISTRY[topic]), uuid4())], lambda _: "somebody")
        assert shown in entry["facts"]
        assert kept not in entry["facts"]
        assert kept in get_type_hints(REGISTRY[topic])


def test_the_pattern_recognises_what_identifies() -> None:
    """Control: an id, a hash and bytes would each have been found."""
    for value in (str(uuid4()), bytes(range(32)).hex(), str(b"\x00\x01")):
        assert IDENTIFYING.search(json.dumps(value))


def test_what_supervisors_are_kept_out_of_is_not_there(stage: Stage) -> None:
    """Meetings with coaches, notes, the journal and keys are on record, and not on the timeline, nor counted by it."""
    tell(stage)
    stage.advance()
    recorder, mapper = stage.service.recorder, stage.service.write_side.mapper
    events: list[Any] = [mapper.to_domain_event(row) for row in recorder.select_notifications(1, 1_000)]
    recorded = Counter(event.fact.topic for event in events)
    assert recorded.keys() & HIDDEN >= TOLD_BY_EVERY_STORY
    entries, following = stage.service.timeline.page(stage.people[S], after=0, limit=1_000)
    assert following is None
    shown = Counter(entry["event"] for entry in entries)
    candidates = Counter(event.fact.topic for event in events if event.role is Role.CANDIDATE)
    assert candidates.total() > 0
    listed = {topic: count for topic, count in recorded.items() if topic not in HIDDEN}
    assert shown == Counter(listed) - candidates


def test_engagements_go_by_pseudonyms(stage: Stage) -> None:
    """One engagement has one name, two have two, and none is an id or to be found among the parties' words."""
    other = Stage(stage.service, "other")
    tell(stage)
    tell(other)
    stage.advance()
    entries, _ = stage.service.timeline.page(stage.people[S], after=0, limit=1_000)
    names = {entry["engagement"] for entry in entries}
    assert len(names) == 2
    ids = {
        str(one).replace("-", "")
        for s in (stage, other)
        for one in (s.engagement_id, s.organisation, *s.people.values())
    }
    text = json.dumps(entries).replace("-", "")
    assert not any(one in text for one in ids)
    for said in ("says", "coachee_name", "banana_skin "):
        assert said not in text
    (one, _), (two, _) = (
        stage.service.timeline.page(stage.people[S], after=0, limit=1_000, engagement=name) for name in sorted(names)
    )
    assert len(one) == len(two) == len(entries) // 2


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_of_any_length_are_the_whole(stage: Stage, limit: int) -> None:
    """Page after page gives every entry once, in order."""
    tell(stage)
    stage.advance()
    timeline, supervisor = stage.service.timeline, stage.people[S]
    whole, _ = timeline.page(supervisor, after=0, limit=1_000)
    found: list[dict[str, Any]] = []
    place: int | None = 0
    while place is not None:
        page, place = timeline.page(supervisor, after=place, limit=limit)
        assert len(page) <= limit
        found += page
    assert found == whole
    assert whole


def test_only_an_appointed_overseer_opens_it(stage: Stage) -> None:
    """The timeline opens with the supervisor's own grant; with a party's keys it doesn't."""
    tell(stage)
    stage.advance()
    assert stage.service.timeline.page(stage.people[S], after=0, limit=5)[0]
    stage.service.drop_keys()
    with pytest.raises(Exception, match="sealed bytes") as found:
        stage.service.timeline.page(stage.people[E], after=0, limit=5)
    assert type(found.value) is not NotInScope  # the slot is the role's; what it holds isn't this person's
