"""The quadrants that the work went through, as coach and coachee see them."""

from domain import session
from domain.vocabulary import Quadrant
from projections.coverage import coverage
from projections.opened import Story
from tests.stage import C, E, M, O, Stage


def test_coach_and_coachee_see_which_quadrants_were_touched(stage: Stage) -> None:
    """Each of the four has the sessions that were tagged with it, none of them left out (R45-R49); before, nothing."""
    assert coverage(Story([])) == []
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.hold_session(1)
    stage.put_contract_in_force()
    stage.act(C, session.ScheduleSession(2, stage.at, 90, {}))
    stage.act(E, session.ReviewSession(2, frozenset({1}), dict.fromkeys(("retained", "practised", "events"), "said")))
    stage.act(E, session.StateExpectation(2, {}))
    stage.act(C, session.AcceptExpectation(2, {}))
    stage.act(C, session.StartWork(2, frozenset({Quadrant.OUTER_COLLECTIVE}), {}))
    for role in (C, E):
        assert stage.view(role)["coverage"] == [
            {"quadrant": "inner_individual", "sessions": [1]},
            {"quadrant": "outer_individual", "sessions": []},
            {"quadrant": "inner_collective", "sessions": []},
            {"quadrant": "outer_collective", "sessions": [1, 2]},
        ]
    for role in (O, M):
        shown = stage.view(role)
        assert "coverage" not in shown
        assert "outer_collective" not in str(shown)
