"""The catalogue of events: complete, and right about what each event carries."""

import re
from typing import Any, Final

import pytest

from domain.facts import REGISTRY
from domain.vocabulary import Item
from ops.reference.carried import carried_items
from ops.reference.events import facts_of, page
from tests.architecture.house import ROOT
from tests.stage import Stage, tell

CARRIED: Final = carried_items(ROOT / "domain")

OF_FACTS_ALONE: Final = {
    "boundaries.stated", "cell.restored", "compartment.opened", "compartment.shared", "evidence.exported",
    "log.keys_rotated", "log.resumed", "processes.fenced", "read.recorded", "root.destroyed", "root.staged",
    "tree.copied", "tree.rekeyed",
}  # fmt: skip
"""Facts that the software records itself, on no decision with parts."""


def test_every_fact_is_in_the_catalogue() -> None:
    """Each topic has one row, with its fields in the order in which they are stored."""
    topics = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| \d+ \| .+ \| .+ \| .+ \|$", page(ROOT), re.MULTILINE)
    assert sorted(topics) == sorted(facts_of(ROOT))


def test_every_fact_is_made_by_somebody() -> None:
    """Each fact is made by a decision, or is one of those that the software records itself."""
    assert set(REGISTRY) - CARRIED.keys() <= OF_FACTS_ALONE


def test_the_catalogue_tells_what_events_carry(stage: Stage) -> None:
    """In a whole engagement each event's parts fall under the items that the catalogue names, and no others."""
    tell(stage, sessions=5)
    found: dict[str, set[Item]] = {}
    mapper: Any = stage.service.write_side.mapper
    for stored in stage.service.recorder.select_notifications(1, 10_000):
        event = mapper.to_domain_event(stored)
        found.setdefault(event.fact.topic, set()).update(label.item for label in event.labels)
    assert {topic: items for topic, items in found.items() if items} == {
        topic: CARRIED[topic] for topic, items in found.items() if items
    }
    assert len(found) > 30


@pytest.mark.parametrize(
    ("topic", "items"),
    [
        ("session.work_started", {Item.SESSION_CONTENT, Item.QUADRANT_TAGS}),  # a name that holds a tuple
        ("contract.offered", {Item.CONTRACT_TEXT, Item.OBJECTIVES, Item.DEMANDS, Item.BANANA_SKINS}),  # a helper
        ("coach.disclosed", {Item.COACH_PROFILE, Item.CREDENTIALS}),  # items that callers hand to a helper
        ("contract.drafted", {Item.CONTRACT_DRAFT}),  # a fact that a method makes
        ("root.staged", None),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_an_event_carries_is_read_off_its_decision(topic: str, items: set[Item] | None) -> None:
    """However a decision puts an event together, its items are found."""
    assert CARRIED.get(topic) == items
