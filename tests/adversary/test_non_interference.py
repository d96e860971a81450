"""Non-interference: what a party may not know changes nothing of what it sees, not a byte, a number or an order.

Each history is played in a cell of its own with the same people, command ids and times. The first one is told plainly.
In the second everything that is typed outside one party's audience is another text, of any script and length; or more
is done out of that party's sight. The party's view, the stream of what it came to know and its version are compared as
bytes, with what is random by design put aside (``histories.RANDOM`` says what and why).
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain import concerns, limits, reporting
from domain.vocabulary import ConcernKind, Item, Role
from ops.wiring import CellService
from tests.adversary.histories import (
    RANDOM,
    TYPED,
    Field,
    Permits,
    S,
    Words,
    differences,
    play,
    readable,
    seen,
    text,
    told,
)
from tests.conftest import NewCell
from tests.stage import C, E, M, O, Stage, open_service

ROLES = pytest.mark.parametrize("role", [O, M, C, E, S], ids=lambda role: role.word)
CLAUSES: dict[str, Permits] = {
    "as usual": {Item.PROGRESS_SUMMARY: frozenset({O, M}), Item.SESSION_DATES: frozenset({O, M})},
    "as little as possible": {Item.OBJECTIVES: frozenset({O})},
    "as much as possible": {
        Item.OBJECTIVES: frozenset({O}),
        Item.SESSION_DATES: frozenset({O, M}),
        Item.PROGRESS_SUMMARY: frozenset({O, M}),
        Item.INDICATOR_READINGS: frozenset({O, M}),
        Item.SPONSOR_VOICE: frozenset({M}),
    },
}
# Whether something was said at all is a process fact (R30), so the texts are never blank. Surrogates are no text.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=700).filter(str.strip)
LENGTHS = st.sampled_from([1, 1, 2, 7, 40])
# A cell takes half a second: few examples, no shrinking towards a nicer one.
FEW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NewService = Callable[[], Any]


@pytest.fixture(scope="module")
def new_service(new_cell: NewCell) -> NewService:
    """Opens a fresh cell, as often as asked."""

    @contextmanager
    def opened() -> Iterator[CellService]:
        with new_cell() as cell, open_service(cell) as service:
            yield service

    return opened


@pytest.fixture(scope="module")
def first(new_service: NewService) -> Callable[[str], dict[Role, Any]]:
    """What everybody sees of the first history under a clause; played once."""
    known: dict[str, dict[Role, Any]] = {}

    def of(clause: str) -> dict[Role, Any]:
        if clause not in known:
            words = Words(lambda *_: True, told)
            with new_service() as service:
                stage = play(service, words, CLAUSES[clause])
                known[clause] = {role: seen(service, stage, role) for role in (O, M, C, E, S)}
            assert set(words.asked) == set(TYPED)  # every field of the play has its place in the table
        return known[clause]

    return of


@ROLES
@FEW
@given(data=st.data(), clause=st.sampled_from(sorted(CLAUSES)))
def test_other_words_out_of_the_audience_change_nothing(
    new_service: NewService, first: Callable[[str], dict[Role, Any]], role: Role, clause: str, data: st.DataObject
) -> None:
    """Everything that a party may not read says something else: the party sees the same bytes."""
    permits, words = CLAUSES[clause], data.draw(st.lists(TEXTS, min_size=5, max_size=5))
    lengths = data.draw(st.lists(LENGTHS, min_size=3, max_size=3))

    def other(typed: Field, times: int) -> str:
        place = sorted(TYPED, key=str).index(typed) + times
        return (words[place % len(words)] * lengths[place % len(lengths)])[:20_000]

    kept = Words(lambda typed, times: readable(role, typed, times, permits), other)
    with new_service() as service:
        shown = seen(service, play(service, kept, permits), role)
    assert text(shown) == text(first(clause)[role])
    # And apart from the mask: wherever the two differ at all, it is in a value that is random by design.
    for path in differences(shown, first(clause)[role]):
        assert RANDOM & set(path)


@pytest.mark.parametrize("role", [O, M, C, E], ids=lambda role: role.word)
@FEW
@given(data=st.data())
def test_one_other_word_in_the_audience_is_seen(
    new_service: NewService, first: Callable[[str], dict[Role, Any]], role: Role, data: st.DataObject
) -> None:
    """Control: one field that the party may read says something else, and what it sees is something else."""
    clause = "as much as possible"
    typed = data.draw(st.sampled_from(sorted((t for t in TYPED if readable(role, t, 1, CLAUSES[clause])), key=str)))
    with new_service() as service:
        changed = Words(lambda one, _: one != typed, lambda *_: "something else")
        shown = seen(service, play(service, changed, CLAUSES[clause]), role)
    assert text(shown) != text(first(clause)[role])


def test_one_other_fact_is_seen_by_the_supervisor(
    new_service: NewService, first: Callable[[str], dict[Role, Any]]
) -> None:
    """Control: nothing practised between two sessions is a process fact, and the supervisor sees that it changed."""
    clause = "as usual"
    with new_service() as service:
        changed = Words(lambda one, _: one != (E, "practised"), lambda *_: " ")
        shown = seen(service, play(service, changed, CLAUSES[clause]), S)
    assert text(shown) != text(first(clause)[S])


@ROLES
@pytest.mark.parametrize("clause", CLAUSES)
def test_exactly_the_audience_reads_each_field(
    first: Callable[[str], dict[Role, Any]], clause: str, role: Role
) -> None:
    """Control: every text that the matrix and the clause give a party is in what it sees, and no other text is."""
    shown = text(first(clause)[role])
    for typed in TYPED:
        for times in (1, 2):
            found, last = told(typed, times) in shown, times == 2
            if found or not last:  # a second time is there for the fields that are typed twice only
                assert found == readable(role, typed, times, CLAUSES[clause]), (typed, times)


@ROLES
def test_acts_out_of_sight_change_nothing(
    new_service: NewService, first: Callable[[str], dict[Role, Any]], role: Role
) -> None:
    """After every act others write in their own books as often as they like: a party's numbers tell nothing of it."""
    books: list[Callable[[Stage], Any]] = [_note, _entry, _reading]
    unseen: dict[Role, list[Callable[[Stage], Any]]] = {
        E: [_note],
        C: [_entry],
        O: [*books, _limit, _worry(M, E)],
        M: [*books, _limit, _worry(O, E)],
        S: books,
    }
    clause = "as usual"
    with new_service() as service:
        stage = play(service, Words(lambda *_: True, told), CLAUSES[clause], _all_of(unseen[role]))
        shown = seen(service, stage, role)
        size = service.recorder.max_notification_id() or 0
    if role is S:  # who sees that a reading was made, and nothing of the books
        shown["timeline"] = [one for one in shown["timeline"] if one["event"] != "indicator.read"]
        expected = [one for one in first(clause)[S]["timeline"] if one["event"] != "indicator.read"]
        assert json.dumps(shown) == json.dumps({"timeline": expected})
    else:
        assert text(shown) == text(first(clause)[role])
    assert size > 90  # control: much more happened than in the first history


@pytest.mark.parametrize("leak", ["another's keys", "the number of all events", "the length of what is sealed"])
def test_a_leaking_view_is_caught(new_service: NewService, leak: str) -> None:
    """Control: a view that leaks in one of these ways differs between two histories that the honest one can't tell."""
    honest, leaking = set(), set()
    permits = CLAUSES["as usual"]
    same, outside = Words(lambda *_: True, _long), Words(lambda one, times: readable(O, one, times, permits), _long)
    for words, aside in ((same, None), (outside, _note_and_reading)):
        with new_service() as service:
            stage = play(service, words, permits, aside)
            honest.add(text(seen(service, stage, O)))
            leaking.add(text(LEAKS[leak](service, stage)))
    assert len(honest) == 1
    assert len(leaking) == 2


def _all_of(acts: Sequence[Callable[[Stage], Any]]) -> Callable[[Stage], None]:
    def do(stage: Stage) -> None:
        for act in acts:
            act(stage)

    return do


def _note(stage: Stage) -> None:
    """The coach writes a note, once there is a coach."""
    if C in stage.state().parties:
        stage.write_note()


def _entry(stage: Stage) -> None:
    stage.write_entry()


def _reading(stage: Stage) -> None:
    """The coachee reads an indicator, once there is one and for as long as it goes on."""
    engagement = stage.state()
    if engagement.contract.active is not None and engagement.ended is None:
        stage.act(E, reporting.ReadIndicator(1, 1, {"value": "5", "observation": "out of sight"}))


def _limit(stage: Stage) -> None:
    """The coach tells the coachee of a limit and refers them, while there is a coach and it goes on (R55, R56)."""
    engagement = stage.state()
    if C in engagement.parties and engagement.ended is None:
        stage.act(C, limits.SignalCompetenceLimit({"statement": "out of sight"}))
        stage.act(C, limits.RecommendReferral(0, {"recommendation": "out of sight"}))


def _worry(*raisers: Role) -> Callable[[Stage], None]:
    """These raise concerns, while there is a coach and it goes on (R12, R13)."""

    def do(stage: Stage) -> None:
        engagement = stage.state()
        if C in engagement.parties and engagement.ended is None:
            for by in raisers:
                stage.act(by, concerns.RaiseConcern(ConcernKind.HARM, {"statement": "out of sight"}))

    return do


def _note_and_reading(stage: Stage) -> None:
    _note(stage)
    _reading(stage)


def _long(typed: Field, _: int) -> str:
    return f"{typed[1]} " * 200


def _with_the_coachs_keys(service: CellService, stage: Stage) -> Any:
    """A view of the organisation's that was given the coach's capability."""
    leaking = dataclasses.replace(service.views[C], role=C)
    return leaking.read(stage.sight(C, stage.before_the_end()))


def _all_events(service: CellService, stage: Stage) -> Any:
    """A view whose version is the stream's."""
    return {**seen(service, stage, O), "version": stage.state().version}


def _sealed_lengths(service: CellService, stage: Stage) -> Any:
    """A view that shows how much lies sealed beside what it shows."""
    return {
        **seen(service, stage, O),
        "size": sum(len(row.sealed) for row in service.recorder.parts(stage.engagement_id)),
    }


LEAKS = {
    "another's keys": _with_the_coachs_keys,
    "the number of all events": _all_events,
    "the length of what is sealed": _sealed_lengths,
}
