"""The mapper: what goes in as an event comes back with its facts and labels, and without a word of content."""

from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from crypto.encoding import loads
from crypto.errors import BadSignature, Malformed, Tampered
from crypto.leaf import GENESIS, PREV_PREFIX, digest, parse_leaf, verify_leaf
from crypto.part import open_part
from domain.engagement import Engagement
from domain.events import Label, Part, RecordedEvent
from domain.intake import ApproachExplained
from domain.vocabulary import Item, Role
from ops.mapper import TOPIC
from ops.store.rows import SealedStoredEvent
from tests.stage import C, Stage, tell


def _event(stage: Stage, content: dict[str, Any]) -> RecordedEvent:
    """An event as the write side makes one, at the next place of the engagement."""
    state = stage.state()
    key = next(label.key_id for labels in state.trail for label in labels if label.item is Item.APPROACH)
    return RecordedEvent(
        originator_id=state.id, originator_version=state.version + 1, timestamp=stage.at, actor=stage.people[C],
        role=C, principal=stage.people[C], fact=ApproachExplained(), clause_version=1,
        labels=(Label(Item.APPROACH, key),), parts=(Part(Item.APPROACH, content),),
    )  # fmt: skip


@pytest.fixture
def told(stage: Stage) -> Stage:
    """A whole engagement."""
    return tell(stage)


def test_facts_come_back_and_content_does_not(told: Stage) -> None:
    """Everything but the parts survives the round trip, to the microsecond."""
    event, mapper = _event(told, {"approach": "said"}), told.service.write_side.mapper
    stored = mapper.to_stored_event(event)
    back: Any = mapper.to_domain_event(stored)
    assert back.parts == ()
    for name in ("originator_id", "originator_version", "timestamp", "actor", "role", "principal", "fact",
                 "clause_version", "labels"):  # fmt: skip
        assert getattr(back, name) == getattr(event, name)


def test_every_recorded_event_comes_back(told: Stage) -> None:
    """The whole engagement, read from the store, replays to the state that decided it."""
    mapper, rows = told.service.write_side.mapper, told.service.recorder.select_notifications(1, 1_000)
    events: list[Any] = [mapper.to_domain_event(row) for row in rows]
    ours = [event for event in events if event.originator_id == told.engagement_id]
    assert Engagement.replay(told.engagement_id, ours) == told.state()
    assert all(event.parts == () for event in events)


def test_what_is_stored_says_nothing(told: Stage) -> None:
    """One constant topic; neither the topic, the item nor a word stands in the stored bytes; equal events differ."""
    event, mapper = _event(told, {"approach": "a very recognisable sentence"}), told.service.write_side.mapper
    stored: Any = mapper.to_stored_event(event)
    assert isinstance(stored, SealedStoredEvent)
    assert stored.topic == TOPIC
    everything = b"".join([stored.state, stored.leaf_body, *(part.sealed for part in stored.parts)])
    for word in (b"recognisable", b"approach", b"explained", told.people[C].bytes, told.people[C].hex.encode()):
        assert word not in everything
    again: Any = mapper.to_stored_event(event)
    assert again.state != stored.state
    assert again.parts[0].sealed != stored.parts[0].sealed
    assert len(again.parts[0].sealed) == len(stored.parts[0].sealed)


def test_an_opened_part_says_what_the_reader_needs(told: Stage) -> None:
    """The part's payload: topic, item, time, role, clause version and content, and nothing of who."""
    event, mapper = _event(told, {"approach": "said"}), told.service.write_side.mapper
    stored: Any = mapper.to_stored_event(event)
    key = told.service.roles[C].key(event.labels[0].key_id, told.people[C])
    payload = loads(open_part(key, event.originator_id, event.originator_version, 1, stored.parts[0].sealed))
    assert payload["content"] == {"approach": "said"}
    assert payload.keys() == {"v", "topic", "item", "at", "by", "clause_version", "content"}
    assert (payload["topic"], payload["item"], payload["by"]) == ("approach.explained", "approach", "C")


def test_the_leaf_is_signed_by_the_author(told: Stage) -> None:
    """The leaf names every sealed byte by its digest and verifies with the author's public key, and no other."""
    event, mapper = _event(told, {"approach": "said"}), told.service.write_side.mapper
    stored: Any = mapper.to_stored_event(event)
    leaf = stored.leaf_body + PREV_PREFIX + GENESIS
    record = parse_leaf(leaf)
    sealed = [stored.state, *(part.sealed for part in stored.parts)]
    places = [digest(event.originator_id, event.originator_version, i, one) for i, one in enumerate(sealed)]
    assert [one for _, one in record.parts] == places
    assert record.actor != told.people[C].bytes
    signing = {role: told.service.desk.public(told.people[role]).signing for role in (C, Role.COACHEE)}
    place: dict[str, Any] = {"stream": event.originator_id, "version": event.originator_version, "prev": GENESIS}
    assert verify_leaf(leaf, author=signing[C], **place) == record
    with pytest.raises(BadSignature):
        verify_leaf(leaf, author=signing[Role.COACHEE], **place)


@pytest.mark.parametrize("field", ["originator_id", "originator_version", "state", "cut"])
def test_facts_are_bound_to_their_place(told: Stage, field: str) -> None:
    """Another stream, another version or other bytes: the facts don't open; in their own place they do."""
    mapper = told.service.write_side.mapper
    stored: Any = mapper.to_stored_event(_event(told, {"approach": "said"}))
    mapper.to_domain_event(stored)
    moved = {
        "originator_id": StoredEvent(uuid4(), stored.originator_version, TOPIC, stored.state),
        "originator_version": StoredEvent(stored.originator_id, stored.originator_version + 1, TOPIC, stored.state),
        "state": StoredEvent(stored.originator_id, stored.originator_version, TOPIC, stored.state[:-1] + b"\x00"),
        "cut": StoredEvent(stored.originator_id, stored.originator_version, TOPIC, stored.state[:50]),
    }
    with pytest.raises(Malformed if field == "cut" else Tampered):
        mapper.to_domain_event(moved[field])
