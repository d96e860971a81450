"""An operator's order to erase says why, in the engagement, to those who can still be told."""

from uuid import UUID, uuid5

from domain.disposal import accesses
from domain.erasure import RecordErasureRequested
from domain.principals import NAMESPACE
from domain.vocabulary import ErasureGround, Item, Role
from tests.stage import C, E, M, O, Stage, tell

SAID = {"statement": "a court told the operator to"}


def order(stage: Stage, role: Role, stream: UUID | None = None) -> None:
    """Order that all living grants of a role in a stream be erased."""
    state = stage.service.write_side.stream(stream or stage.engagement_id)
    living = [one for one in accesses(state, state.terms) if one.role is role and state.ledger.lives(one.slot_id)]
    grants = tuple(one.doomed for one in living)
    erasure = uuid5(NAMESPACE, f"{state.id}/{state.version}")
    stage.act_as_service(RecordErasureRequested(erasure, ErasureGround.OPERATOR_ORDER, grants, SAID), state.id)


def told(stage: Stage, role: Role) -> list[dict[str, object]]:
    """What a role reads of erasures that were requested."""
    return [part.content for part in stage.story(role).items(Item.ENGAGEMENT) if part.topic == "erasure.requested"]


def test_the_parties_are_told_why(stage: Stage) -> None:
    """Whoever keeps their keys reads the reason and the ground."""
    tell(stage)
    order(stage, M)
    for role in (O, C, E):
        [said] = told(stage, role)
        assert said["statement"] == SAID["statement"]
        assert said["ground"] == "operator_order"


def test_an_order_opens_no_key(stage: Stage) -> None:
    """Where telling took a new key, which those whose grants go would be granted too, nobody is told."""
    tell(stage)
    order(stage, M)
    keys = set(stage.state().ledger.entries)
    order(stage, C)
    assert set(stage.state().ledger.entries) == keys
    assert len(told(stage, E)) == 1
    assert [one.ground for one in stage.state().ledger.erasures.values()] == [ErasureGround.OPERATOR_ORDER] * 2
    state = stage.state()
    assert not any(state.ledger.lives(one.slot_id) for one in accesses(state, state.terms) if one.role in (M, C))


def test_a_notebook_tells_nobody(stage: Stage) -> None:
    """The reason belongs to the engagement; in a notebook the request stands alone."""
    tell(stage)
    notebook = stage.streams(C)[1]
    order(stage, C, notebook)
    state = stage.service.write_side.stream(notebook)
    assert len(state.ledger.erasures) == 1
    assert state.trail[-1] == ()
