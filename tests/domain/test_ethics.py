"""Limits, concerns, dealings and waivers: what depends on who was there, and on the time."""

import dataclasses
from datetime import timedelta

import pytest

from domain import concerns, dealings, limits, parties
from domain.decisions import DECISIONS
from domain.disposal import add_months
from domain.engagement import Engagement
from domain.errors import Refusal
from domain.events import Part
from domain.vocabulary import ConcernKind, DealingKind, Item, Role
from tests.domain.acting import AT, PEOPLE, C, E, M, O, context, given
from tests.domain.moments import COACHED, ENDED, NEWCOMER, SAYS, WORRIED

RAISE = concerns.RaiseConcern(ConcernKind.BOUNDARY, SAYS)
CONCERNS = {O: Item.SPONSOR_CONCERN, M: Item.MANAGER_CONCERN, E: Item.COACHEE_CONCERN}


def raised(by: Role, number: int) -> concerns.ConcernRaised:
    """Somebody raised a concern."""
    return concerns.ConcernRaised(concern=number, kind=ConcernKind.PACE, by=by)


@pytest.mark.parametrize("by", CONCERNS, ids=lambda role: role.word)
def test_a_concern_is_between_its_raiser_and_the_coach(by: Role) -> None:
    """A concern and its answer are sealed under the raiser's own row of the matrix, and nothing else (R12, R13)."""
    (one,) = given(Engagement, *COACHED).when(by, RAISE)
    (answer,) = given(Engagement, *COACHED, raised(by, 1)).when(C, concerns.AnswerConcern(by, 1, SAYS))
    assert [part.item for happened in (one, answer) for part in happened.parts] == [CONCERNS[by]] * 2


def test_a_number_tells_of_nobody_elses_concern() -> None:
    """What a raiser reads counts their own concerns from 1, whatever others raised; the facts count all (R12)."""
    facts = (*COACHED, raised(E, 1), raised(M, 2), raised(E, 3))
    (own,) = given(Engagement, *facts).when(O, RAISE)
    assert isinstance(own.fact, concerns.ConcernRaised)
    assert (own.fact.concern, own.parts[0].content["concern"]) == (4, 1)
    (third,) = given(Engagement, *facts).when(E, RAISE)
    assert third.parts[0].content["concern"] == 3


def test_a_newcomer_learns_nothing_of_a_predecessors_concern() -> None:
    """Who takes over counts from 1 and is told no answer to what a predecessor raised; before, it can be answered."""
    facts = (*COACHED, raised(M, 1))
    answer = concerns.AnswerConcern(M, 1, SAYS)
    assert given(Engagement, *facts).when(C, answer)
    replaced = given(Engagement, *facts, parties.PartyReplaced(role=M, person=NEWCOMER))
    assert replaced.refuses(C, answer) == "unknown-concern"
    (own,) = replaced.when(M, RAISE)
    assert own.parts[0].content["concern"] == 1


def test_a_concern_is_answered_by_the_coach_who_was_told() -> None:
    """A coach who took over can't read what was said to the former one, and so has nothing to answer (R13)."""
    replaced = given(Engagement, *WORRIED, parties.PartyReplaced(role=C, person=NEWCOMER))
    asked = dataclasses.replace(context(C), actor=NEWCOMER, principal=NEWCOMER)
    with pytest.raises(Refusal) as refusal:
        DECISIONS[concerns.AnswerConcern][1](replaced.state, concerns.AnswerConcern(E, 1, SAYS), asked)
    assert refusal.value.name == "unknown-concern"
    assert given(Engagement, *WORRIED).when(C, concerns.AnswerConcern(E, 1, SAYS))
    assert PEOPLE[C] != NEWCOMER


def test_the_coachee_may_worry_after_the_end() -> None:
    """The coachee raises a concern, and is answered, after the end, as long as the coach can read it (R13)."""
    ended = given(Engagement, *ENDED).then(E, RAISE)
    assert ended.when(C, concerns.AnswerConcern(E, 1, SAYS))
    over = add_months(AT, 60)
    decide = DECISIONS[concerns.RaiseConcern][1]
    assert decide(ended.state, RAISE, context(E, over - timedelta(seconds=1)))
    with pytest.raises(Refusal) as refusal:
        decide(ended.state, RAISE, context(E, over))
    assert refusal.value.name == "retention-over"


def test_dealings_are_declared_for_two_years() -> None:
    """Until 24 months after the end a dealing is declared; from that moment on it is nobody's to declare (R65)."""
    state, decide = given(Engagement, *ENDED).state, DECISIONS[dealings.DeclareDealing][1]
    command = dealings.DeclareDealing(DealingKind.EMPLOYMENT, M, SAYS)
    (told,) = decide(state, command, context(C, add_months(AT, 24) - timedelta(seconds=1)))
    assert told.parts[0].item is Item.DEALINGS
    with pytest.raises(Refusal) as refusal:
        decide(state, command, context(C, add_months(AT, 24)))
    assert refusal.value.name == "cooling-period-over"


def test_a_referral_follows_from_a_limit_or_stands_alone() -> None:
    """Limit, referral and answer are all for coach and coachee alone; the answer comes after the end, too (R55-R57)."""
    coached = given(Engagement, *COACHED).then(C, limits.SignalCompetenceLimit(SAYS))
    (of_limit,) = coached.when(C, limits.RecommendReferral(1, SAYS))
    (alone,) = coached.when(C, limits.RecommendReferral(0, SAYS))
    assert of_limit.fact == limits.ReferralRecommended(referral=1, limit=1)
    assert alone.fact == limits.ReferralRecommended(referral=1, limit=0)
    (answer,) = given(Engagement, *ENDED, alone.fact).when(E, limits.AnswerReferral(1, False, SAYS))
    parts: list[Part] = [*of_limit.parts, *alone.parts, *answer.parts]
    assert {part.item for part in parts} == {Item.REFERRAL}
    assert answer.parts[0].content["accepted"] is False
