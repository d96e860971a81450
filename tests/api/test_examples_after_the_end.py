"""The three examples, played over HTTP to their end: each view shows what the matrix leaves, and no more."""

from typing import Any, Final

import pytest

from ops.demo.player import VIEWS, Player
from ops.demo.run import EXAMPLES
from ops.demo.script import load
from tests.api.people import Api

SCRIPTS: Final = sorted(EXAMPLES.glob("*.toml"))
UNTIL_CLOSURE: Final = {
    "representative": {"objectives", "session_dates", "indicator_readings"},
    "line_manager": {
        "contract_draft", "objectives", "demands", "banana_skins", "session_dates", "indicator_readings",
    },
    "coach": {"indicator_readings", "quadrant_tags"},
    "coachee": set[str](),
}  # fmt: skip
"""What each may read until the end and not after it: by hand, from the matrix of requirements.md."""


@pytest.fixture(scope="module", params=SCRIPTS, ids=lambda path: path.stem)
def played(api: Api, request: Any) -> dict[str, tuple[set[str], set[str], dict[str, Any]]]:
    """By person: the items of their stream just before the end and after it, and their view after it."""
    player = Player(api.client, api.token, load(request.param), "operator")
    before: dict[str, set[str]] = {}
    for step in player.play():
        following = player.script.steps[step.number :]
        if following and following[0].do == "end_engagement":
            before = {who: _items(player, who) for who in VIEWS}
    return {who: (before[who], _items(player, who), player.view(who)) for who in VIEWS}


def _items(player: Player, who: str) -> set[str]:
    found: set[str] = set()
    path: str | None = f"/v1/views/{VIEWS[who]}/engagements/{player.engagement}/stream?limit=200"
    while path is not None:
        answer = player.send(who, "GET", path)
        found |= {entry["item"] for entry in answer.json()["entries"]}
        path = answer.links["next"]["url"] if "next" in answer.links else None
    return found


@pytest.mark.parametrize("who", VIEWS)
def test_the_view_after_the_end_is_what_the_matrix_leaves(
    played: dict[str, tuple[set[str], set[str], dict[str, Any]]], who: str
) -> None:
    """Everything that is theirs until closure went, everything else stayed, and the view says which and why."""
    before, after, view = played[who]
    lost = before & UNTIL_CLOSURE[who]
    assert after - {"evaluation"} == before - lost - {"evaluation"}  # the end itself brings the evaluation
    assert {item for one in view["ended"] for item in one["items"]} == lost
    assert {(one["ground"], one["lifetime"]) for one in view["ended"]} == ({("closure", "closure")} if lost else set())
    assert view["engagement"]["ended"] is not None
    assert view["contract"]["versions"][-1]["text"]["terms"]
    assert ("banana_skins" in view["contract"]["versions"][-1]["text"]) == (who in ("coach", "coachee"))


def test_something_was_lost(played: dict[str, tuple[set[str], set[str], dict[str, Any]]]) -> None:
    """The positive control: the manager and the coach lost something, the coachee nothing."""
    lost = {who: before - after for who, (before, after, _) in played.items()}
    assert lost["line_manager"] >= {"banana_skins", "demands"}
    assert lost["coachee"] == set()
