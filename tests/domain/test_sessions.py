"""A session's form, step by step (R30-R34, P1, P18), and the checkpoint after four coaching sessions (R35)."""

from collections.abc import Callable
from itertools import permutations

import pytest

from domain.decisions import Command
from domain.engagement import Engagement
from domain.session import (
    AcceptExpectation,
    CloseSession,
    GiveFeedback,
    RecordWork,
    ReviewSession,
    ScheduleSession,
    SessionReviewed,
    StartWork,
    StateExpectation,
)
from domain.vocabulary import Item, Quadrant, Role
from tests.domain.acting import AT, C, E, Given, given
from tests.domain.moments import ACTIVE, COACHED, REVIEW, SAYS, TYPED, closed, scheduled, working

STEPS: dict[str, tuple[Role, Callable[[int], Command]]] = {
    "review": (E, lambda n: ReviewSession(n, frozenset({1}), REVIEW)),
    "expect": (E, lambda n: StateExpectation(n, SAYS)),
    "accept": (C, lambda n: AcceptExpectation(n, SAYS)),
    "start": (C, lambda n: StartWork(n, frozenset(Quadrant), SAYS)),
    "close": (C, lambda n: CloseSession(n, True, 80)),
}


def second() -> Given[Engagement]:
    """The second session is scheduled under an active contract."""
    return given(Engagement, *ACTIVE, *closed(1), scheduled(2))


@pytest.mark.parametrize("order", list(permutations(STEPS)), ids="-".join)
def test_only_one_order_of_the_steps_works(order: tuple[str, ...]) -> None:
    """Of all orders of review, expectation, acceptance, work and close, only the method's own goes through (P18)."""
    case = second()
    done = []
    for name in order:
        by, command = STEPS[name]
        if isinstance(case.answer(by, command(2)), str):
            break
        case.then(by, command(2))
        done.append(name)
    assert (tuple(done) == tuple(STEPS)) is (order == tuple(STEPS))


def test_the_first_session_needs_no_review_and_no_contract() -> None:
    """The contracting session comes before the contract and has nothing to review, though it may be reviewed."""
    case = given(Engagement, *COACHED, scheduled(1))
    assert case.when(E, StateExpectation(1, SAYS))
    assert case.when(E, ReviewSession(1, frozenset(), REVIEW))


@pytest.mark.parametrize(
    ("command", "otherwise"),
    [(ReviewSession(2, frozenset(), REVIEW), SessionReviewed), (StateExpectation(2, SAYS), "review-missing")],
    ids=["review", "expectation"],
)
def test_the_contract_is_active_before_the_second_session_starts(command: Command, otherwise: object) -> None:
    """Whatever starts the second session is refused without an active contract; with one that isn't the reason (P1)."""
    without = given(Engagement, *COACHED, *closed(1), scheduled(2))
    assert without.refuses(E, command) == "contract-not-active"
    answer = second().answer(E, command)
    assert (answer if isinstance(answer, str) else type(answer[0].fact)) == otherwise


def test_a_date_may_be_set_before_the_contract_is_active() -> None:
    """Setting a date doesn't start a session."""
    assert given(Engagement, *COACHED, *closed(1)).when(E, ScheduleSession(2, AT, 90, SAYS))


def test_one_session_at_a_time() -> None:
    """The next session is scheduled once the one before is closed, also when nobody came."""
    open_one = given(Engagement, *ACTIVE, scheduled(1))
    assert open_one.refuses(C, ScheduleSession(2, AT, 90, SAYS)) == "session-still-open"
    open_one.then(C, CloseSession(1, False, 0))
    assert open_one.when(C, ScheduleSession(2, AT, 90, SAYS))


def test_an_expectation_may_be_stated_again_until_it_is_accepted() -> None:
    """The coachee may think again; once the coach has accepted, what was accepted stands."""
    case = given(Engagement, *COACHED, scheduled(1)).then(E, StateExpectation(1, SAYS))
    assert case.when(E, StateExpectation(1, SAYS))
    case.then(C, AcceptExpectation(1, SAYS))
    assert case.refuses(E, StateExpectation(1, SAYS)) == "expectation-already-accepted"


def test_work_and_feedback_are_said_as_often_as_needed_while_the_session_is_open() -> None:
    """Record and feedback go on until the close, and not after it."""
    case = given(Engagement, *COACHED, *working(1))
    for _ in range(2):
        case.then(C, RecordWork(1, SAYS)).then(E, GiveFeedback(1, False, SAYS))
    case.then(C, CloseSession(1, True, 80))
    assert case.refuses(C, RecordWork(1, SAYS)) == "session-closed"


def test_the_review_keeps_flags_and_seals_words() -> None:
    """Whether something was retained, practised, lived through is a fact; what it was is content (R30)."""
    (happening,) = second().when(
        E, ReviewSession(2, frozenset({1}), {"retained": TYPED, "practised": " ", "events": ""})
    )
    fact = happening.fact
    assert isinstance(fact, SessionReviewed)
    assert (fact.has_retained, fact.has_practised, fact.has_events) == (True, False, False)
    assert [part.item for part in happening.parts] == [Item.SESSION_CONTENT]


def test_only_dates_and_attendance_can_leave_the_alliance() -> None:
    """Of a whole session only date and attendance fall under an item that a clause can show to others."""
    case, items = second(), {}
    for name, (by, command) in STEPS.items():
        items[name] = {part.item for happening in case.when(by, command(2)) for part in happening.parts}
        case.then(by, command(2))
    assert items["close"] == {Item.SESSION_DATES}
    assert items["start"] == {Item.SESSION_CONTENT, Item.QUADRANT_TAGS}
    assert items["review"] == items["expect"] == items["accept"] == {Item.SESSION_CONTENT}
