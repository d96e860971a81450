"""What a program prints about commands, parts and events when something goes wrong: never what somebody typed."""

import traceback
from typing import Any

import pytest

from domain.decisions import Command
from domain.engagement import Engagement, ExplainApproach
from domain.errors import CATALOGUE, Refusal
from domain.events import Part, RecordedEvent
from domain.vocabulary import Item
from tests.domain.acting import AT, PEOPLE, STREAM, C, E, given
from tests.domain.moments import COACHED, EXAMPLES, KEY, KEYS, REQUESTED, SAYS, TYPED, document, objective
from tests.domain.wrong_moments import ACCEPTED, aggregate_of


def shown(value: Any) -> str:
    """All the ways in which a value becomes a text."""
    return f"{value!r} {value} {[value]} { ({'it': value}) }"


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_a_command_shows_its_name_only(kind: type[Command]) -> None:
    """A command prints as its kind and three stars."""
    assert repr(EXAMPLES[kind]) == f"{kind.__name__}(***)"
    assert TYPED not in shown(EXAMPLES[kind])


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_what_a_decision_yields_shows_no_content(kind: type[Command]) -> None:
    """Happenings print with facts and items; what the parts say stays out."""
    facts, by = ACCEPTED[kind]
    happenings = given(aggregate_of(kind), *facts).when(by, EXAMPLES[kind])
    assert TYPED not in shown(happenings)
    assert all(part.content for happening in happenings for part in happening.parts)


@pytest.mark.parametrize(
    "value", [document(), objective(), KEY, KEYS, Part(Item.REALITY, SAYS)], ids=lambda v: type(v).__name__
)
def test_what_holds_content_does_not_show_it(value: Any) -> None:
    """Texts, parts and sealed grants print without what they hold."""
    assert TYPED not in shown(value)


def test_a_recorded_event_shows_no_content() -> None:
    """An event on its way in holds parts and grants and prints neither."""
    parts = (Part(Item.REALITY, SAYS),)
    event = RecordedEvent(STREAM, 1, AT, PEOPLE[E], E, PEOPLE[E], REQUESTED[0], parts=parts, grants=(KEY,))
    assert event.parts[0].content == SAYS
    assert TYPED not in shown(event)


def test_a_traceback_shows_no_content() -> None:
    """A refusal's whole traceback, with the values of every frame's locals, has nothing of what was typed."""
    with pytest.raises(Refusal) as refusal:
        given(Engagement, *REQUESTED).when(C, ExplainApproach(SAYS))
    trace = traceback.TracebackException.from_exception(refusal.value, capture_locals=True)
    assert TYPED not in "".join(trace.format())


def test_the_state_shows_no_content() -> None:
    """An aggregate is folded from facts, so there is nothing to hide in it."""
    assert TYPED not in shown(given(Engagement, *COACHED).then(C, ExplainApproach(SAYS)).state)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_refusal_has_a_fixed_text(name: str) -> None:
    """Every refusal is made from its name alone; its text is the catalogue's own."""
    kind = CATALOGUE[name]
    refusal = kind(name) if kind.__init__ is Refusal.__init__ else kind()  # type: ignore[call-arg]
    assert (refusal.name, str(refusal)) == (name, kind.texts[name])


def test_a_refusal_outside_the_catalogue_cannot_be_made() -> None:
    """A name that isn't in a class's own texts, such as something that was typed, makes no refusal."""
    for kind in set(CATALOGUE.values()):
        if kind.__init__ is Refusal.__init__:
            with pytest.raises(KeyError):
                kind("nothing-of-the-kind")


def test_names_are_unique() -> None:
    """No two classes of refusals share a name, so the catalogue loses none."""
    assert len(CATALOGUE) == sum(len(kind.texts) for kind in set(CATALOGUE.values()))
