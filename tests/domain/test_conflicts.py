"""Conflicts of interest: what is current, who resolves what, and what a newcomer changes."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from domain import conflicts, contract, parties, session
from domain.disposal import add_months
from domain.engagement import Engagement
from domain.events import Happening
from domain.vocabulary import PARTIES, ConflictResolution, Item, Role
from tests.domain import moments
from tests.domain.acting import AT, C, E, M, O, given, recorded
from tests.domain.moments import CHOSEN, COACHED, CONFLICTED, EXAMPLES, NEWCOMER, SAYS, SIGNED

DECLARE = conflicts.DeclareConflict(ties=True, in_reporting_line=False, conflict=False, content=SAYS)
ACCEPT = conflicts.AcceptConflict(2, SAYS)
STOP = conflicts.ResolveConflict(2, SAYS)
ACTIVATE, START = contract.ActivateContract(1), EXAMPLES[session.StartWork]


def facts(happenings: list[Happening]) -> list[object]:
    """The facts of what happens."""
    return [happening.fact for happening in happenings]


@pytest.mark.parametrize("in_line", [False, True], ids=["elsewhere", "in the line"])
@pytest.mark.parametrize("conflict", [False, True], ids=["harmless", "conflict"])
def test_a_declaration_goes_to_all_four(conflict: bool, in_line: bool) -> None:
    """R62: the coach's declaration is one part for all; in the reporting line it is a conflict in any case (R1)."""
    command = dataclasses.replace(DECLARE, conflict=conflict, in_reporting_line=in_line)
    (happening,) = given(Engagement, *CHOSEN).when(C, command)
    assert happening.fact == conflicts.ConflictDeclared(
        declaration=1, ties=True, in_reporting_line=in_line, conflict=conflict or in_line
    )
    assert [part.item for part in happening.parts] == [Item.CONFLICTS]
    state = given(Engagement, *CHOSEN).then(C, command).state
    assert state.clause_in_force.disposition(Item.CONFLICTS).audience == set(PARTIES)
    assert bool(state.conflicts.standing) is (conflict or in_line)


def test_no_ties_are_declared_as_well() -> None:
    """R62: "none" is a declaration, too, and enough to begin."""
    nothing = dataclasses.replace(DECLARE, ties=False, content={"ties": ""})
    case = given(Engagement, *CHOSEN, *moments.accepted(1))
    assert case.refuses(C, START) == "conflict-undeclared"
    assert case.then(C, nothing).when(C, START)


def test_a_declaration_lasts_twelve_months() -> None:
    """P24: to the microsecond; the second after, neither work nor contract begins until the coach declares again."""
    until = add_months(AT, 12)
    working, signed = given(Engagement, *COACHED, *moments.accepted(1)), given(Engagement, *SIGNED)
    for case, command in ((working, START), (signed, ACTIVATE)):
        assert case.when(C, command, until - timedelta(microseconds=1))
        assert case.refuses(C, command, until) == "conflict-undeclared"
        assert case.then(C, DECLARE, until).when(C, command, until)


def test_a_leap_days_declaration_ends_on_the_last_of_february() -> None:
    """P24: twelve months after 29 February are over on 28 February."""
    leap, book = datetime(2028, 2, 29, 12, tzinfo=UTC), conflicts.ConflictBook()
    book.apply(moments.declared(), leap)
    book.clear(datetime(2029, 2, 28, 11, 59, tzinfo=UTC))
    with pytest.raises(Exception, match="twelve months"):
        book.clear(datetime(2029, 2, 28, 12, tzinfo=UTC))


def test_the_end_of_a_tie_resolves() -> None:
    """R62: what ended stands in nobody's way; until then nothing begins."""
    case = given(Engagement, *SIGNED, moments.declared(2, conflict=True))
    assert case.refuses(C, ACTIVATE) == "conflict-unresolved"
    assert facts(case.when(C, STOP)) == [
        conflicts.ConflictResolved(declaration=2, resolution=ConflictResolution.TIE_ENDED)
    ]
    assert case.then(C, STOP).when(C, ACTIVATE)


def test_three_acceptances_resolve() -> None:
    """R62: organisation, line manager and coachee each accept; the third acceptance resolves, and no one before."""
    case = given(Engagement, *CONFLICTED, *moments.accepted(1))
    for by in (O, E):
        assert facts(case.when(by, ACCEPT)) == [conflicts.ConflictAccepted(declaration=2, by=by)]
        assert case.then(by, ACCEPT).refuses(C, START) == "conflict-unresolved"
    assert facts(case.when(M, ACCEPT)) == [
        conflicts.ConflictAccepted(declaration=2, by=M),
        conflicts.ConflictResolved(declaration=2, resolution=ConflictResolution.ACCEPTED_BY_ALL),
    ]
    assert case.then(M, ACCEPT).when(C, START)


def test_a_tie_in_the_reporting_line_only_ends() -> None:
    """R1: nobody's acceptance makes a superior neutral; leaving the line does."""
    case = given(Engagement, *COACHED, moments.declared(2, conflict=True, in_reporting_line=True), *moments.accepted(1))
    for by in (O, M, E):
        assert case.refuses(by, ACCEPT) == "tie-in-reporting-line"
    assert case.refuses(C, START) == "conflict-unresolved"
    assert case.then(C, STOP).when(C, START)


def test_a_later_declaration_resolves_nothing() -> None:
    """P24: a conflict that was declared stands until it is resolved, also when the next declaration knows of none."""
    case = given(Engagement, *CONFLICTED, *moments.accepted(1)).then(C, DECLARE)
    assert case.refuses(C, START) == "conflict-unresolved"
    assert case.then(C, STOP).when(C, START)


def test_a_new_coach_declares_anew() -> None:
    """R62: the former coach's ties and declarations are theirs; numbers go on."""
    case = given(Engagement, *CONFLICTED, *moments.accepted(1), parties.PartyReplaced(role=C, person=NEWCOMER))
    assert case.refuses(C, START) == "conflict-undeclared"
    assert case.refuses(C, STOP) == "unknown-conflict"
    assert facts(case.when(C, DECLARE)) == [moments.declared(3)]
    assert case.then(C, DECLARE).when(C, START)


@pytest.mark.parametrize("who", [M, E], ids=lambda role: role.word)
def test_a_new_manager_accepts_for_themself(who: Role) -> None:
    """R62: what their predecessor accepted binds nobody else; somebody else's acceptance stays."""
    case = given(Engagement, *CONFLICTED).then(who, ACCEPT).then(O, ACCEPT)
    replaced = parties.PartyReplaced(role=M, person=NEWCOMER)
    case.state.apply(recorded(case.state.id, case.state.version + 1, replaced))
    accepted = case.state.conflicts.standing[2].accepted
    assert accepted == {who, O} - {M}
