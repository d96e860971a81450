"""What every aggregate shares: who could see which event, which keys are missing, and who joined late."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.candidacy import ChooseCoach
from domain.clause import DEFAULT_CLAUSE, Clause
from domain.endings import Doomed, ErasureCancelled, ErasureRequested
from domain.engagement import Engagement, RequestEngagement
from domain.events import CompartmentOpened, CompartmentShared, Happening, KeyNeed, Label, Part, Recipient
from domain.facts import Fact
from domain.intake import ApproachExplained, RealityDescribed
from domain.personal import NoteWritten
from domain.principals import NAMESPACE
from domain.stream import AnotherKind
from domain.vocabulary import Compartment, ErasureGround, Item, Lifetime, Role
from tests.domain.acting import AT, ORGANISATION, PEOPLE, STREAM, C, E, M, O, given, recorded
from tests.domain.moments import CHOSEN, COACHED, EXAMPLES, MET, REQUESTED, SAYS

KEPT = Lifetime.KEPT


def key(name: str) -> UUID:
    """A key's id."""
    return uuid5(NAMESPACE, f"key/{name}")


def recipient(role: Role) -> Recipient:
    """A grant's reader."""
    principal = ORGANISATION if role is O else PEOPLE[role]
    return Recipient(principal, uuid5(NAMESPACE, f"slot/{role.value}"))


def opened(need: KeyNeed, name: str, *present: Role) -> CompartmentOpened:
    """A key was made and granted to those present."""
    return CompartmentOpened(
        key_id=key(name),
        compartment=need.compartment,
        lifetimes=need.lifetimes,
        generation=1,
        recipients={role: recipient(role) for role in present},
    )


def need(item: Item, clause: Clause = DEFAULT_CLAUSE) -> KeyNeed:
    """The key that an item needs."""
    return KeyNeed.of(clause.disposition(item))


def told(*events: tuple[Fact, tuple[Label, ...]]) -> Engagement:
    """An engagement from facts with labels."""
    return Engagement.replay(
        STREAM, (recorded(STREAM, version, fact, *labels) for version, (fact, labels) in enumerate(events, start=1))
    )


def story() -> Engagement:
    """A request that all may read, two events of the alliance, and a coach who joins in between."""
    triangle, alliance = need(Item.ENGAGEMENT), need(Item.REALITY)
    coachee_alone = need(Item.COACHES_MET)
    return told(
        (opened(triangle, "triangle", O, M, E), ()),
        (REQUESTED[0], (Label(Item.ENGAGEMENT, key("triangle")),)),
        (opened(coachee_alone, "coachee", E), ()),
        (MET[-1], (Label(Item.COACHES_MET, key("coachee")),)),
        (CHOSEN[-1], (Label(Item.ENGAGEMENT, key("triangle")), Label(Item.COACHES_MET, key("coachee")))),
        (CompartmentShared(key_id=key("triangle"), role=C, recipient=recipient(C)), ()),
        (opened(alliance, "alliance", C, E), ()),
        (RealityDescribed(), (Label(Item.REALITY, key("alliance")),)),
        (ApproachExplained(), (Label(Item.APPROACH, key("alliance")),)),
    )


def test_each_party_counts_what_it_can_see() -> None:
    """A role's count is of the events with a part under one of its keys: O and M see 2, C 4, E 5, a supervisor 0."""
    seen = {role: story().seen_by(role) for role in (O, M, C, E, Role.COACHING_SUPERVISOR)}
    assert seen == {O: 2, M: 2, C: 4, E: 5, Role.COACHING_SUPERVISOR: 0}


def test_an_event_counts_once_however_many_of_its_parts_are_seen() -> None:
    """The choice of a coach has two parts for the coachee, and is one event to her."""
    state = story()
    assert len(state.trail[4]) == 2
    assert state.seen_by(E) == 5


@for_all(st.lists(st.sampled_from([RealityDescribed(), ApproachExplained()]), max_size=20))
def test_what_one_cannot_see_does_not_move_ones_count(hidden: list[Fact]) -> None:
    """However much happens between coach and coachee, the organisation's and the manager's counts stay the same."""
    state = story()
    before = {role: state.seen_by(role) for role in (O, M, C, E)}
    for fact in hidden:
        state.apply(recorded(STREAM, state.version + 1, fact, Label(Item.REALITY, key("alliance"))))
    after = {role: state.seen_by(role) for role in (O, M, C, E)}
    assert {role: after[role] - before[role] for role in after} == {O: 0, M: 0, C: len(hidden), E: len(hidden)}


def test_a_latecomer_sees_what_was_before() -> None:
    """Once a key is shared, the events sealed under it before count for the latecomer too."""
    state = told(
        (opened(need(Item.ENGAGEMENT), "triangle", O, M, E), ()),
        (REQUESTED[0], (Label(Item.ENGAGEMENT, key("triangle")),)),
        (CHOSEN[-1], (Label(Item.ENGAGEMENT, key("triangle")),)),
    )
    assert state.seen_by(C) == 0
    state.apply(recorded(STREAM, 4, CompartmentShared(key_id=key("triangle"), role=C, recipient=recipient(C))))
    assert state.seen_by(C) == 2
    assert state.keys_of(C) == {key("triangle")}


def test_sharing_is_due_as_soon_as_the_coach_is_known() -> None:
    """Before the choice nothing is due; after it, each key whose audience has the coach, and none that hasn't."""
    state = told(
        (opened(need(Item.ENGAGEMENT), "triangle", O, M, E), ()),
        (opened(need(Item.SPONSOR_VOICE), "sponsorship", O, E), ()),
        (opened(need(Item.COACHES_MET), "coachee", E), ()),
        (REQUESTED[0], (Label(Item.ENGAGEMENT, key("triangle")),)),
    )
    assert state.unshared_keys(AT) == []
    state.apply(recorded(STREAM, 5, CHOSEN[-1], Label(Item.ENGAGEMENT, key("triangle"))))
    due = [(entry.key_id, role) for entry, role in state.unshared_keys(AT)]
    assert due == [(key("triangle"), C), (key("sponsorship"), C)]
    for version, (key_id, role) in enumerate(due, start=6):
        state.apply(recorded(STREAM, version, CompartmentShared(key_id=key_id, role=role, recipient=recipient(role))))
    assert state.unshared_keys(AT) == []


def test_a_choice_already_counts_the_coach_among_the_readers() -> None:
    """Keys made for the very event that names the coach are made for the coach too."""
    choice = given(Engagement, *MET)
    happenings = choice.when(E, EXAMPLES[ChooseCoach])
    assert C not in choice.state.parties
    assert choice.state.parties_with(happenings)[C] == PEOPLE[C]
    request = given(Engagement)
    assert set(request.state.parties_with(request.when(O, EXAMPLES[RequestEngagement]))) == {O, M, E}


def test_places_are_where_the_parts_lie() -> None:
    """The places of an item name version, index from 1 and key, in order; an item that never came has none."""
    state = story()
    assert state.places_of(Item.COACHES_MET) == [(4, 1, key("coachee")), (5, 2, key("coachee"))]
    assert state.places_of(Item.ENGAGEMENT) == [(2, 1, key("triangle")), (5, 1, key("triangle"))]
    assert state.places_of(Item.COACH_NOTES) == []


def test_a_key_is_needed_once() -> None:
    """Of what a decision needs, keys that exist are left out and a key needed twice is named once, in order."""
    state = given(Engagement, *COACHED).state
    reality, approach = Happening(RealityDescribed(), (Part(Item.REALITY, SAYS),)), Part(Item.APPROACH, SAYS)
    met = Happening(ApproachExplained(), (approach, Part(Item.COACHES_MET, SAYS)))
    assert state.missing_keys([reality, met], AT) == [need(Item.REALITY), need(Item.COACHES_MET)]
    state.apply(recorded(STREAM, 4, opened(need(Item.REALITY), "alliance", C, E)))
    assert state.missing_keys([reality, met], AT) == [need(Item.COACHES_MET)]


def test_the_same_audience_with_another_lifetime_is_another_key() -> None:
    """What ends at different times lies under different keys, so that one can be destroyed without the other."""
    until_closure, for_ever = need(Item.INDICATOR_READINGS), need(Item.EVALUATION)
    assert until_closure.compartment is for_ever.compartment is Compartment.ALLIANCE
    assert until_closure.slug != for_ever.slug
    assert for_ever.slug == KeyNeed(Compartment.ALLIANCE, {E: KEPT, C: KEPT}).slug


def test_what_is_permitted_lies_under_a_key_of_its_own() -> None:
    """Two items with the same readers and lifetimes share a key by the matrix, and never by a permission."""
    wide = Clause(1, {item: frozenset({O, M}) for item in (Item.SESSION_DATES, Item.INDICATOR_READINGS)})
    assert need(Item.OBJECTIVES).slug == need(Item.BANANA_SKINS).slug == need(Item.DEMANDS).slug
    dates, readings = need(Item.SESSION_DATES, wide), need(Item.INDICATOR_READINGS, wide)
    assert dates.compartment is readings.compartment is Compartment.TRIANGLE
    assert dates.slug == ("triangle", "O.closure+M.closure+C.retention+E.kept/session_dates")
    assert need(Item.SESSION_DATES).slug == ("alliance", "C.retention+E.kept")
    permitted = need(Item.OBJECTIVES, Clause(1, {Item.OBJECTIVES: frozenset({O})}))
    state = told((opened(need(Item.ENGAGEMENT), "triangle", O, M, E), ()), (REQUESTED[0], ()), (CHOSEN[-1], ()))
    assert state.ledger.entry_for(permitted, state.parties) is None


def test_a_key_fits_while_its_readers_are_the_parties() -> None:
    """With another person in a role, or with a reader's grant ending, the next generation is due; before, it isn't."""
    triangle = need(Item.ENGAGEMENT)
    state = told((opened(triangle, "triangle", O, M, E), ()), (REQUESTED[0], ()))
    entry = state.ledger.entry_for(triangle, state.parties)
    assert entry is not None
    assert (entry.key_id, state.ledger.generation(triangle)) == (key("triangle"), 1)
    assert state.ledger.entry_for(triangle, {**state.parties, M: PEOPLE[C]}) is None
    doomed = Doomed(entry.key_id, E, entry.recipients[E].slot_id)
    asked = ErasureRequested(
        erasure_id=key("erasure"), ground=ErasureGround.OPERATOR_ORDER, grants=(doomed,), due_at=AT
    )
    state.apply(recorded(STREAM, 3, asked))
    assert state.ledger.entry_for(triangle, state.parties) is None
    assert state.keys_of(E) == {key("triangle")}
    assert state.openable_by(E) == frozenset()
    state.apply(recorded(STREAM, 4, ErasureCancelled(erasure_id=key("erasure"))))
    assert state.ledger.entry_for(triangle, state.parties) is entry
    assert state.openable_by(E) == {key("triangle")}


def test_two_requests_for_one_grant_end_together() -> None:
    """A grant that two requests name serves again only when both were taken back."""
    triangle = need(Item.ENGAGEMENT)
    state = told((opened(triangle, "triangle", O, M, E), ()), (REQUESTED[0], ()))
    doomed = Doomed(key("triangle"), E, recipient(E).slot_id)
    for version, name in enumerate(("one", "other"), start=3):
        asked = ErasureRequested(erasure_id=key(name), ground=ErasureGround.OPERATOR_ORDER, grants=(doomed,), due_at=AT)
        state.apply(recorded(STREAM, version, asked))
    state.apply(recorded(STREAM, 5, ErasureCancelled(erasure_id=key("one"))))
    assert not state.ledger.lives(doomed.slot_id)
    state.apply(recorded(STREAM, 6, ErasureCancelled(erasure_id=key("other"))))
    assert state.ledger.lives(doomed.slot_id)


def test_an_offer_needs_the_keys_of_its_own_clause() -> None:
    """A happening with a clause of its own is sealed under that one, not under the one in force."""
    wide = Clause(1, {Item.OBJECTIVES: frozenset({O})})
    part = (Part(Item.OBJECTIVES, SAYS),)
    state = given(Engagement, *COACHED).state
    assert state.missing_keys([Happening(ApproachExplained(), part, clause=wide)], AT) == [need(Item.OBJECTIVES, wide)]
    assert state.missing_keys([Happening(ApproachExplained(), part)], AT) == [need(Item.OBJECTIVES)]


def test_a_stranger_has_no_role() -> None:
    """Only the four people have a role, the organisation's representative that of the organisation."""
    state = given(Engagement, *COACHED).state
    assert {role: state.role_of(PEOPLE[role]) for role in Role} == {
        role: (role if role in (O, M, C, E) else None) for role in Role
    }


def test_a_fact_of_another_aggregate_is_not_folded_in() -> None:
    """A stream that holds a fact which isn't its own doesn't load, rather than loading without it."""
    with pytest.raises(AnotherKind):
        given(Engagement, *REQUESTED, NoteWritten(engagement=STREAM, note=1))
