"""The three examples, played over HTTP to their end: each view shows what the matrix leaves, and no more."""

from pathlib import Path
from typing import Any, Final

import pytest

from domain.facts import REGISTRY
from ops.demo.player import VIEWS, Player
from ops.demo.run import EXAMPLES
from ops.demo.script import load
from tests.api.people import Api

SCRIPTS: Final = sorted(EXAMPLES.glob("*.toml"))
UNTIL_CLOSURE: Final = {
    "representative": {"objectives", "session_dates", "indicator_readings"},
    "line_manager": {"organisation_context",
        "contract_draft", "objectives", "demands", "banana_skins", "session_dates", "indicator_readings",
    },
    "coach": {"indicator_readings", "quadrant_tags"},
    "coachee": set[str](),
}  # fmt: skip
"""What each may read until the end and not after it: by hand, from the matrix of requirements.md."""

LATER: Final = {"evaluation", "dealings", "follow_up", "disclosures"}
"""What the end itself brings, or what comes after it."""

NOT_BY_PEOPLE: Final = {
    "api_key.issued", "api_key.revoked", "boundaries.stated", "cell.restored", "escrow.registered",
    "evidence.exported", "hold.lifted", "hold.placed", "keys.erased", "log.keys_rotated", "log.resumed",
    "login.ended", "passkey.registered", "passkey.revoked", "passkey.used", "policy.published", "processes.fenced",
    "root.destroyed", "root.staged", "statistics.released", "tree.copied", "tree.rekeyed", "webhook.registered",
    "webhook.removed", "webhook.replayed", "webhook.secret_changed",
}  # fmt: skip
"""What the software and its operators record, and people outside of any engagement."""

Read = tuple[set[str], set[str], dict[str, Any]]
"""The items of somebody's stream just before the end and after it, and their view after it."""


@pytest.fixture(scope="module")
def played(api: Api) -> dict[tuple[str, str], Read]:
    """All three, by example and person."""
    return {(path.stem, who): read for path in SCRIPTS for who, read in _play(api, path).items()}


def _play(api: Api, path: Path) -> dict[str, Read]:
    player = Player(api.client, api.token, load(path), "operator")
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
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_view_after_the_end_is_what_the_matrix_leaves(
    played: dict[tuple[str, str], Read], script: Path, who: str
) -> None:
    """Everything that is theirs until closure went, everything else stayed, and the view says which and why."""
    before, after, view = played[script.stem, who]
    lost = before & UNTIL_CLOSURE[who]
    assert after - LATER == before - lost - LATER
    assert {item for one in view["ended"] for item in one["items"] if one["ground"] == "closure"} == lost
    ended = [one for one in view["ended"] if one["ground"] != "consent_withdrawn"]
    assert {(one["ground"], one["lifetime"]) for one in ended} == ({("closure", "closure")} if lost else set())
    assert view["engagement"]["ended"] is not None
    assert view["contract"]["versions"][-1]["text"]["terms"]
    assert ("banana_skins" in view["contract"]["versions"][-1]["text"]) == (who in ("coach", "coachee"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_something_was_lost(played: dict[tuple[str, str], Read], script: Path) -> None:
    """The positive control: the manager and the coach lost something, the coachee nothing."""
    lost = {who: before - after for (stem, who), (before, after, _) in played.items() if stem == script.stem}
    assert lost["line_manager"] >= {"banana_skins", "demands"}
    assert lost["coachee"] == set()


def test_together_they_tell_of_every_kind_of_event(api: Api, played: dict[tuple[str, str], Read]) -> None:
    """Whatever people can do in an engagement is done in one of the three examples."""
    assert played
    mapper: Any = api.service.write_side.mapper
    rows = api.service.recorder.select_notifications(1, 10_000)
    told = {mapper.to_domain_event(row).fact.topic for row in rows}
    assert REGISTRY.keys() - told <= NOT_BY_PEOPLE
