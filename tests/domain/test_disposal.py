"""Until when everybody reads: the lifetimes' arithmetic, for every story of an engagement's end that can be told."""

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.clause import MATRIX
from domain.disposal import (
    FOR_A_TIME,
    Access,
    Asked,
    Departure,
    Terms,
    accesses,
    add_months,
    by_ground,
    due,
    ended_for,
    look_at,
    pending_erasures,
)
from domain.endings import Doomed, ErasureCancelled, ErasureRequested, KeysErased
from domain.engagement import Engagement
from domain.events import CompartmentOpened, CompartmentShared, Recipient, RecordedEvent
from domain.facts import Fact
from domain.personal import Diary
from domain.principals import NAMESPACE
from domain.vocabulary import COMPARTMENT_OF, ErasureGround, Item, Lifetime, Role
from tests.domain.acting import AT, PEOPLE, STREAM, C, E, M, O

DAY: Final = timedelta(days=1)
ERASURE: Final = uuid5(NAMESPACE, "erasure")
ESCROW: Final = PEOPLE[Role.ESCROW]
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone


def event(version: int, fact: Fact, at: datetime = AT) -> RecordedEvent:
    """A fact at a time."""
    return RecordedEvent(STREAM, version, at, PEOPLE[Role.SERVICE], Role.SERVICE, PEOPLE[Role.SERVICE], fact)


def key_of(item: Item) -> UUID:
    """The key that an item lies under here."""
    return uuid5(NAMESPACE, f"key/{item.value}")


def slot_of(item: Item, role: Role) -> UUID:
    """A role's slot of it."""
    return uuid5(NAMESPACE, f"slot/{item.value}/{role.value}")


def opened(item: Item, people: Mapping[Role, UUID]) -> CompartmentOpened:
    """Every reader whom a clause could give an item is granted its key."""
    row = MATRIX[item]
    lifetimes = {**row.always, **row.if_permitted}
    return CompartmentOpened(
        key_id=key_of(item),
        compartment=COMPARTMENT_OF[frozenset(lifetimes)],
        lifetimes=lifetimes,
        generation=1,
        recipients={role: Recipient(people[role], slot_of(item, role)) for role in lifetimes},
    )


ITEMS: Final = [item for item in Item if item is not Item.OWN_RECORD]


def engagement(*facts: Fact, people: Mapping[Role, UUID] = PEOPLE) -> Engagement:
    """A stream with a key for each item of the matrix, all readers granted, and then these facts."""
    told = [*(opened(item, people) for item in ITEMS), *facts]
    return Engagement.replay(STREAM, (event(version, fact) for version, fact in enumerate(told, start=1)))


months = st.integers(1, 240)
leaving = st.dictionaries(st.sampled_from([PEOPLE[M], PEOPLE[C]]), st.builds(Departure, INSTANTS, months), max_size=2)
requests = st.builds(lambda at, days: Asked(at, at + days * DAY), INSTANTS, st.integers(0, 30))
every_terms = st.builds(
    Terms,
    ended_at=st.none() | INSTANTS,
    left=leaving,
    retention_months=months,
    follow_up_months=st.integers(0, 60),
    erasure=st.none() | requests,
    lifted_at=st.none() | INSTANTS,
)


@for_all(every_terms, INSTANTS, INSTANTS)
def test_what_is_due_stays_due(terms: Terms, one: datetime, other: datetime) -> None:
    """As time passes grants become due and denied, and none of them ceases to be so."""
    state, earlier, later = engagement(), min(one, other), max(one, other)
    assert {a.slot_id for a in due(state, terms, earlier)} <= {a.slot_id for a in due(state, terms, later)}
    for principal in PEOPLE.values():
        assert ended_for(state, terms, principal, earlier) <= ended_for(state, terms, principal, later)


@for_all(every_terms, INSTANTS)
def test_nothing_that_is_kept_is_ever_due(terms: Terms, now: datetime) -> None:
    """No end, departure or request of the coachee's reaches what is kept, and nothing at all of the coachee's."""
    for one in due(engagement(), terms, now):
        assert one.lifetime in FOR_A_TIME
        assert one.role is not E


@for_all(every_terms, INSTANTS, st.lists(st.sampled_from([M, C]), unique=True))
def test_at_closure_all_that_is_not_kept_of_organisation_and_manager_is_due(
    terms: Terms, ended_at: datetime, left: list[Role]
) -> None:
    """When the engagement ends O and M hold what is kept, and follow-ups for their months; all else is due."""
    over = replace(terms, ended_at=ended_at, left={PEOPLE[r]: Departure(ended_at, 1) for r in left}, erasure=None)
    for one in accesses(engagement(), over):
        if one.role in (O, M) and one.lifetime is not Lifetime.KEPT:
            assert one.due_at is not None
            assert (one.due_at <= ended_at) is (one.lifetime is Lifetime.UNTIL_CLOSURE or M in left or not _wait(over))


def _wait(terms: Terms) -> bool:
    return terms.follow_up_months > 0


@for_all(every_terms)
def test_every_grant_has_an_answer(terms: Terms) -> None:
    """The arithmetic is total: each grant of each lifetime either ends, with a ground, or never does."""
    state = engagement()
    found = accesses(state, terms)
    assert len(found) == sum(len(list(entry.grants())) for entry in state.ledger.values())
    assert {one.lifetime for one in found} == set(Lifetime)
    for one in found:
        assert (one.ends_at is None) is (one.due_at is None) is (one.ground is None)
        if one.ends_at is not None and one.due_at is not None:
            assert one.ends_at <= one.due_at


ENDED = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LEFT = datetime(2025, 8, 31, 9, 0, tzinfo=UTC)
OVER = Terms(ended_at=ENDED, retention_months=13, follow_up_months=1)

# terms, role, lifetime: when it ends, on which ground.
ENDS: list[tuple[Terms, Role, Lifetime, datetime | None, ErasureGround | None]] = [
    (Terms(), O, Lifetime.UNTIL_CLOSURE, None, None),
    (Terms(), C, Lifetime.RETENTION, None, None),
    (OVER, O, Lifetime.UNTIL_CLOSURE, ENDED, ErasureGround.CLOSURE),
    (OVER, M, Lifetime.UNTIL_CLOSURE, ENDED, ErasureGround.CLOSURE),
    (OVER, M, Lifetime.FOLLOW_UP, datetime(2026, 4, 30, 12, 0, tzinfo=UTC), ErasureGround.FOLLOW_UP_END),
    (OVER, C, Lifetime.FOLLOW_UP, datetime(2026, 4, 30, 12, 0, tzinfo=UTC), ErasureGround.FOLLOW_UP_END),
    (OVER, C, Lifetime.RETENTION, datetime(2027, 4, 30, 12, 0, tzinfo=UTC), ErasureGround.RETENTION_END),
    (OVER, O, Lifetime.KEPT, None, None),
    (OVER, E, Lifetime.KEPT, None, None),
    (replace(OVER, left={PEOPLE[M]: Departure(LEFT, 60)}), M, Lifetime.UNTIL_CLOSURE, LEFT, ErasureGround.PARTY_LEFT),
    (replace(OVER, left={PEOPLE[C]: Departure(LEFT, 60)}), C, Lifetime.FOLLOW_UP, LEFT, ErasureGround.PARTY_LEFT),
    (
        Terms(left={PEOPLE[C]: Departure(LEFT, 6)}, retention_months=240),
        C,
        Lifetime.RETENTION,
        datetime(2026, 2, 28, 9, 0, tzinfo=UTC),
        ErasureGround.RETENTION_END,
    ),
    (replace(OVER, left={PEOPLE[M]: Departure(LEFT, 6)}), M, Lifetime.KEPT, None, None),
]


@pytest.mark.parametrize(("terms", "role", "lifetime", "at", "ground"), ENDS)
def test_when_a_reading_ends(
    terms: Terms, role: Role, lifetime: Lifetime, at: datetime | None, ground: ErasureGround | None
) -> None:
    """The table of the module's docstring, row by row, at the end or before: agreed ends come (R64, X8)."""
    found = {(a.due_at, a.ground) for a in accesses(engagement(), terms) if (a.role, a.lifetime) == (role, lifetime)}
    assert found == {(at, ground)}


def test_leaving_ends_nothing_for_the_others() -> None:
    """A departure is a closure for one: everybody else reads on as before."""
    terms = Terms(left={PEOPLE[M]: Departure(LEFT, 6)})
    ended = [one for one in accesses(engagement(), terms) if one.ends_at is not None]
    assert {one.role for one in ended} == {M}


def of(found: list[Access], item: Item, role: Role) -> Access:
    """One grant among many."""
    (one,) = [a for a in found if a.slot_id == slot_of(item, role)]
    return one


def test_the_coachees_request_ends_what_others_hold_for_a_time() -> None:
    """From the request they are denied, after the cooling-off it is due; what is kept and the coachee's stay (X12)."""
    asked = Asked(ENDED + DAY, ENDED + 15 * DAY)
    terms = replace(OVER, erasure=asked)
    state = engagement()
    note = of(accesses(state, terms), Item.COACH_NOTES, C)
    assert (note.ends_at, note.due_at, note.ground) == (asked.at, asked.due_at, ErasureGround.ERASURE_REQUEST)
    assert key_of(Item.COACH_NOTES) in ended_for(state, terms, PEOPLE[C], asked.at)
    assert key_of(Item.COACH_NOTES) not in ended_for(state, terms, PEOPLE[C], asked.at - DAY)
    assert key_of(Item.CONTRACT_TEXT) not in ended_for(state, terms, PEOPLE[C], asked.due_at)
    assert ended_for(state, terms, PEOPLE[E], asked.due_at) == frozenset()
    # What ends before by itself, ends on its own ground.
    assert of(accesses(state, terms), Item.OBJECTIVES, M).ground is ErasureGround.CLOSURE


def test_what_was_opened_after_the_request_is_not_meant() -> None:
    """A key that was opened knowing of the request keeps its own lifetime."""
    asked = Asked(AT - DAY, AT + DAY)
    terms = replace(OVER, erasure=asked)
    assert of(accesses(engagement(), terms), Item.COACH_NOTES, C).ground is ErasureGround.RETENTION_END
    before = replace(terms, erasure=Asked(AT, AT + DAY))
    assert of(accesses(engagement(), before), Item.COACH_NOTES, C).ground is ErasureGround.ERASURE_REQUEST


def requested(item: Item, role: Role, due_at: datetime) -> ErasureRequested:
    """Somebody's grant is to be erased."""
    grant = Doomed(key_of(item), role, slot_of(item, role))
    return ErasureRequested(erasure_id=ERASURE, ground=ErasureGround.CONSENT_WITHDRAWN, grants=(grant,), due_at=due_at)


def test_a_request_denies_at_once_also_what_is_kept() -> None:
    """A request on record denies what it names from then on and is pending from its time; nothing else changes."""
    asked = requested(Item.PROGRESS_SUMMARY, O, AT + DAY)
    state, terms = engagement(asked), Terms()
    assert ended_for(state, terms, PEOPLE[O], AT) == {key_of(Item.PROGRESS_SUMMARY)}
    assert ended_for(state, terms, PEOPLE[M], AT) == frozenset()
    assert pending_erasures(state, terms, AT) == []
    assert [one.id for one in pending_erasures(state, terms, AT + DAY)] == [ERASURE]
    assert due(state, terms, AT + DAY) == []  # it is named already
    taken_back = engagement(asked, ErasureCancelled(erasure_id=ERASURE))
    assert ended_for(taken_back, terms, PEOPLE[O], AT + DAY) == frozenset()
    assert pending_erasures(taken_back, terms, AT + DAY) == []


def test_a_grants_own_end_does_not_wait_for_a_request() -> None:
    """Where the lifetime ends before a request is due, the lifetime's end is due then."""
    state = engagement(requested(Item.OBJECTIVES, M, ENDED + 30 * DAY))
    assert slot_of(Item.OBJECTIVES, M) in {one.slot_id for one in due(state, OVER, ENDED)}
    assert slot_of(Item.OBJECTIVES, M) not in {one.slot_id for one in due(state, OVER, ENDED + 30 * DAY)}


def erased(*slots: UUID) -> KeysErased:
    """The receipt."""
    return KeysErased(erasure_id=ERASURE, epoch=2, tombstone_head=bytes(32), page_head=None, slots=slots)


def test_what_is_erased_is_over_and_not_due_again() -> None:
    """After the receipt the grant is denied for good, whatever the terms say, and nothing asks for it again."""
    asked = requested(Item.OBJECTIVES, M, AT)
    state = engagement(asked, erased(slot_of(Item.OBJECTIVES, M)))
    assert of(accesses(state, Terms()), Item.OBJECTIVES, M).erased
    assert key_of(Item.OBJECTIVES) in ended_for(state, Terms(), PEOPLE[M], AT)
    assert slot_of(Item.OBJECTIVES, M) not in {one.slot_id for one in due(state, OVER, ENDED)}
    assert pending_erasures(state, Terms(), AT + DAY) == []


def test_a_request_that_names_nothing_is_not_pending() -> None:
    """Where nobody held anything for a time there is nothing to erase, and nothing to wait for."""
    asked = replace(requested(Item.OBJECTIVES, M, AT), grants=())
    assert pending_erasures(engagement(asked), Terms(), AT + DAY) == []


def shared_with_escrow(item: Item) -> CompartmentShared:
    """Escrow is granted a key."""
    return CompartmentShared(
        key_id=key_of(item), role=Role.ESCROW, recipient=Recipient(ESCROW, slot_of(item, Role.ESCROW))
    )


def test_under_a_hold_nothing_is_due_before_escrow_has_it() -> None:
    """What escrow doesn't hold yet waits, and is looked at again soon; what it holds ends in its time."""
    held = replace(OVER, escrow=ESCROW)
    state = engagement(shared_with_escrow(Item.OBJECTIVES), requested(Item.DEMANDS, M, AT))
    assert {one.key_id for one in due(state, held, ENDED)} == {key_of(Item.OBJECTIVES)}
    assert pending_erasures(state, held, ENDED) == []
    at = look_at(state, held, ENDED)
    assert at is not None
    assert ENDED < at <= ENDED + timedelta(hours=1)
    every = engagement(*(shared_with_escrow(item) for item in ITEMS), requested(Item.DEMANDS, M, AT))
    assert {one.slot_id for one in due(every, held, ENDED)} == {
        one.slot_id for one in due(engagement(requested(Item.DEMANDS, M, AT)), OVER, ENDED)
    }
    assert len(pending_erasures(every, held, ENDED)) == 1


def test_escrow_ends_with_the_hold() -> None:
    """While there is a hold escrow's grants don't end; once it is lifted they are due, and nobody else's are."""
    state = engagement(shared_with_escrow(Item.OBJECTIVES))
    far = ENDED + 100 * 366 * DAY
    assert all(one.ends_at is None for one in accesses(state, Terms(escrow=ESCROW)) if one.role is Role.ESCROW)
    assert look_at(state, Terms(escrow=ESCROW), far) is None
    (lifted,) = due(state, Terms(lifted_at=ENDED), ENDED)
    assert (lifted.role, lifted.ground, lifted.lifetime) == (Role.ESCROW, ErasureGround.HOLD_LIFTED, None)
    assert due(state, Terms(lifted_at=ENDED), ENDED - DAY) == []


def test_a_journal_knows_no_hold() -> None:
    """A hold doesn't reach the journal, so nothing there waits for escrow."""
    asked = requested(Item.COACHEE_JOURNAL, E, AT)
    told = [opened(Item.COACHEE_JOURNAL, PEOPLE), replace(asked, ground=ErasureGround.OPERATOR_ORDER)]
    diary = Diary.replay(STREAM, (event(version, fact) for version, fact in enumerate(told, start=1)))
    assert len(pending_erasures(diary, Terms(escrow=ESCROW), AT)) == 1


@for_all(every_terms, INSTANTS)
def test_the_next_look_misses_nothing(terms: Terms, now: datetime) -> None:
    """Between now and the next look nothing becomes due; at the look something is, or there will never be anything."""
    state = engagement()
    at, known = look_at(state, terms, now), {one.slot_id for one in due(state, terms, now)}
    if at is None:
        at = datetime(2400, 1, 1, tzinfo=UTC)
        assert {one.slot_id for one in due(state, terms, at)} == known
        return
    assert {one.slot_id for one in due(state, terms, at - timedelta(microseconds=1))} == known
    assert {one.slot_id for one in due(state, terms, at)} > known


@for_all(every_terms, INSTANTS)
def test_due_grants_come_by_ground(terms: Terms, now: datetime) -> None:
    """Put together as requests, every due grant stands under its one ground."""
    found = due(engagement(), terms, now)
    together = by_ground(found)
    assert sum(map(len, together.values())) == len(found)
    for one in found:
        assert one.ground is not None
        assert one.doomed in together[one.ground]


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2028, 2, 29), 48, (2032, 2, 29)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2026, 5, 31), 0, (2026, 5, 31)),
        ((2026, 5, 31), 240, (2046, 5, 31)),
    ],
)
def test_months_are_calendar_months(at: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    """The same day of a later month, or its last one where it is shorter; the time of day stays."""
    assert add_months(datetime(*at, 23, 59, tzinfo=UTC), months) == datetime(*then, 23, 59, tzinfo=UTC)


@for_all(INSTANTS, st.integers(0, 480), st.integers(-14, 14))
def test_months_are_the_same_wherever_they_are_counted(at: datetime, months: int, hours: int) -> None:
    """The zone that a moment is written in changes nothing: counting is in UTC."""
    elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
    then = add_months(at, months)
    assert add_months(elsewhere, months) == then
    assert then.utcoffset() == timedelta(0)
    assert (then.year * 12 + then.month) - (at.year * 12 + at.month) == months
    assert then.day == min(at.day, calendar.monthrange(then.year, then.month)[1])


@for_all(INSTANTS, INSTANTS, st.integers(0, 480))
def test_months_keep_the_order(one: datetime, other: datetime, months: int) -> None:
    """Who ended later isn't over sooner."""
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


def test_the_stream_has_every_kind_of_grant() -> None:
    """The story above isn't poor: each party holds something of each lifetime that the matrix gives it."""
    held: dict[Any, set[Any]] = {}
    for one in accesses(engagement(), Terms()):
        held.setdefault(one.role, set()).add(one.lifetime)
    assert held[O] == {Lifetime.UNTIL_CLOSURE, Lifetime.KEPT}
    assert held[M] == {Lifetime.UNTIL_CLOSURE, Lifetime.FOLLOW_UP, Lifetime.KEPT}
    assert held[C] == set(Lifetime)
    assert held[E] == {Lifetime.KEPT}
