"""The end of an engagement: who may end it how, and who learns what (R63, R21, X7)."""

import pytest

from domain.engagement import EndEngagement, Engagement
from domain.intake import EngagementEnded
from domain.vocabulary import Ending, Item, Role
from tests.domain.acting import AT, C, E, M, O, given
from tests.domain.moments import ACTIVE, COACHED, ENDED, OFFERED, REQUESTED, SAYS

MAY = {
    Ending.FULFILLED: {C, E},
    Ending.CHOSE_NOT_TO_CHANGE: {E},
    Ending.BROKEN_OFF: {O, M, C, E},
}


@pytest.mark.parametrize("by", [O, M, C, E])
@pytest.mark.parametrize("ending", Ending)
def test_who_may_end_how(ending: Ending, by: Role) -> None:
    """Coach or coachee close what is fulfilled, the coachee may choose not to change, anybody may break off (X7)."""
    answer = given(Engagement, *ACTIVE).answer(by, EndEngagement(ending, SAYS))
    if by in MAY[ending]:
        assert answer[0].fact == EngagementEnded(ending=ending, by=by)
    else:
        assert answer == "not-your-role"


@pytest.mark.parametrize("ending", Ending)
def test_what_is_fulfilled_was_contracted(ending: Ending) -> None:
    """Without an active contract nothing can be fulfilled, but one may still break off or choose not to change."""
    for facts in (COACHED, OFFERED):
        answer = given(Engagement, *facts).answer(E, EndEngagement(ending, SAYS))
        assert (answer == "contract-not-active") is (ending is Ending.FULFILLED)


@pytest.mark.parametrize("ending", [Ending.FULFILLED, Ending.CHOSE_NOT_TO_CHANGE])
def test_the_outcome_stays_with_coach_and_coachee(ending: Ending) -> None:
    """What the triangle is told is the same for both outcomes, so that not to change is nobody's breach (R21)."""
    (happening,) = given(Engagement, *ACTIVE).when(E, EndEngagement(ending, SAYS))
    shown = {part.item: part.content for part in happening.parts}
    assert shown[Item.ENGAGEMENT]["ending"] == "closed"
    assert shown[Item.EVALUATION]["ending"] == ending.value


@pytest.mark.parametrize("by", [O, M, C, E])
def test_a_breach_is_told_to_all(by: Role) -> None:
    """Breaking off is said as such and by whom; only coach and coachee write an evaluation, which only they read."""
    (happening,) = given(Engagement, *ACTIVE).when(by, EndEngagement(Ending.BROKEN_OFF, SAYS, SAYS))
    shown = {part.item: part.content for part in happening.parts}
    assert (shown[Item.ENGAGEMENT]["ending"], shown[Item.ENGAGEMENT]["by"]) == ("broken_off", by.word)
    assert (Item.EVALUATION in shown) is (by in {C, E})


def test_before_a_coach_is_chosen_there_is_no_evaluation() -> None:
    """An evaluation needs a coach and a coachee to keep it."""
    (happening,) = given(Engagement, *REQUESTED).when(E, EndEngagement(Ending.BROKEN_OFF, SAYS, SAYS))
    assert [part.item for part in happening.parts] == [Item.ENGAGEMENT]


def test_the_end_is_remembered() -> None:
    """An ended engagement knows how and when, which is what the lifetimes of its keys count from."""
    state = given(Engagement, *ENDED).state
    assert (state.ended, state.ended_at) == (Ending.FULFILLED, AT)
    assert given(Engagement, *ACTIVE).state.ended is None
