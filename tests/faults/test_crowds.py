"""Many act on the same stream at the same moment, none of them based on a version: all of it happens, once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

from domain import relationship
from tests.stage import C, Stage

CROWD: Final = 40


def test_everybody_in_a_crowd_comes_to_an_end(stage: Stage) -> None:
    """Forty at once, who start over whenever another one was quicker: each act is on record, and none is given up."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    together = Barrier(CROWD)

    def act(number: int) -> int:
        together.wait()
        stage.act(C, relationship.RecordOrganisationContext({"culture": f"as {number} sees it"}))
        return number

    with ThreadPoolExecutor(CROWD) as pool:
        assert sorted(pool.map(act, range(CROWD))) == list(range(CROWD))
    events = stage.service.write_side.events.get(stage.state().id)
    facts = [event.fact for event in events]  # type: ignore[attr-defined]
    assert sum(isinstance(fact, relationship.OrganisationContextRecorded) for fact in facts) == CROWD
