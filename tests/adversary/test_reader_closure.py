"""Reader closure: every party's keys open exactly what the signed clauses give, in every example."""

from pathlib import Path

import httpx
import pytest

from crypto.part import CompartmentKey
from domain.vocabulary import Item, Role
from ops.closure import ReaderClosure
from ops.demo.player import Player
from ops.demo.script import load
from tests.live import Tokens
from tests.stage import M, O, Stage, tell

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


def test_every_partys_keys_open_exactly_what_the_clause_gives(stage: Stage) -> None:
    """Nothing outside, nothing lost, for every registered principal; and something opened at all."""
    tell(stage, sessions=6)
    closure = ReaderClosure(stage.service)
    proved = closure.all()
    assert len(proved) == 6  # four parties' people, the organisation, the supervisor
    for one in proved:
        assert one.holds, (one.outside[:3], one.lost[:3])
    assert {one.opened > 0 for one in proved} == {True}


def test_a_widened_grant_is_detected(stage: Stage) -> None:
    """Control: one compartment key more in the organisation's hands shows as places outside the clause."""
    tell(stage)
    closure = ReaderClosure(stage.service)
    organisation = stage.organisation
    assert closure.of(organisation).holds
    for entry in stage.state().ledger.values():
        if Role.SPONSOR_ORGANISATION in entry.recipients:
            continue
        extra = _key(stage, entry.key_id, next(iter(entry.recipients)))
        assert closure.of(organisation, {entry.key_id: extra}).outside


def test_a_widening_clause_is_followed(stage: Stage) -> None:
    """What the clause permits opens, and the same item under a narrower clause doesn't."""
    tell(stage, permits={item: frozenset({O, M} & set(_permitted(item))) for item in _CHOICES})
    closure = ReaderClosure(stage.service)
    for one in closure.all():
        assert one.holds
    narrow = Stage(stage.service, salt="narrow")
    tell(narrow)
    again = ReaderClosure(stage.service)
    wide_count, narrow_count = again.of(stage.organisation).opened, again.of(narrow.organisation).opened
    assert wide_count > narrow_count
    assert all(one.holds for one in again.all())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_closed(example: Path, stage: Stage, live_api: str, tokens: Tokens) -> None:
    """The closure holds for every party of every example, played over HTTP."""
    with httpx.Client(base_url=live_api, timeout=30) as client:
        player = Player(client, tokens, load(example), "operator")
        played = sum(1 for _ in player.play())
    assert played == len(player.script.steps)
    for one in ReaderClosure(stage.service).all():
        assert one.holds, (one.outside[:3], one.lost[:3])


_CHOICES = (Item.OBJECTIVES, Item.SESSION_DATES, Item.PROGRESS_SUMMARY, Item.INDICATOR_READINGS, Item.SPONSOR_VOICE)


def _permitted(item: Item) -> tuple[Role, ...]:
    return {Item.OBJECTIVES: (O,), Item.SPONSOR_VOICE: (M,)}.get(item, (O, M))


def _key(stage: Stage, key_id: object, holder: Role) -> CompartmentKey:
    keys = stage.service.roles[holder]
    return keys.key(key_id, stage.state().parties[holder])  # type: ignore[arg-type]
