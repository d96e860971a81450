"""Programmes for tests: several people of one organisation whose coaching is over, played without HTTP."""

from domain import engagement, session
from domain.vocabulary import Ending, Level, Quadrant
from tests.stage import C, E, Stage


def coach(stage: Stage, name: str, quadrant: Quadrant, level: Level = Level.TOP, **contract: object) -> None:
    """Somebody new is coached in the stage's programme, works in one quadrant, and is done.

    The others in the cast stay who they are.
    """
    stage.people[E] = stage.register(name)
    stage.request_engagement(level)
    stage.choose_coach()
    stage.act(C, session.ScheduleSession(1, stage.at, 90, {}))
    stage.act(E, session.StateExpectation(1, {}))
    stage.act(C, session.AcceptExpectation(1, {}))
    stage.act(C, session.StartWork(1, frozenset({quadrant}), {}))
    stage.act(C, session.CloseSession(1, attended=True, minutes=90))
    stage.put_contract_in_force(**contract)
    stage.act(C, engagement.EndEngagement(Ending.FULFILLED, {}, {}))


def coach_several(stage: Stage, count: int, quadrant: Quadrant, level: Level = Level.TOP) -> None:
    """The same for several people, called by quadrant, level and number."""
    for number in range(count):
        coach(stage, f"{quadrant.value} {level.value} {number}", quadrant, level)
