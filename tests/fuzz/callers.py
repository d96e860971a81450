"""Who asks in a campaign, and for what: engagements that were really played, and the tokens of everybody around them.

A play is one of the example scripts, to its end or part of the way, on a real server. What can stand in a path or be
named in a body by its id is looked up in the answers that its people get.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from ops.clock import now
from ops.database import database
from ops.demo.player import VIEWS, Player
from ops.demo.run import EXAMPLES
from ops.demo.script import load
from ops.identity import DevelopmentIssuer
from ops.settings import Settings
from tests.processes import Home

NOBODY: Final = "nobody"
CALLERS: Final = (
    NOBODY,
    "stranger",
    "operator",
    "representative",
    "line_manager",
    "coach",
    "coachee",
    "coaching_supervisor",
    "auditor",
    "program",
)
"""Every kind of caller."""

PLAYS: Final = {"en-broken-off.toml": None, "nl-acht-sessies.toml": 0.5, "fr-avenant.toml": 0.3}
"""The scripts, and how much of each is played: one is over, one is under way, one is before its contract."""

_HOURS: Final = 24.0
_ID: Final = re.compile(r"[0-9a-f-]{16,}")


@dataclass(repr=False)
class Played:
    """One play: who is in it and what its people know by id.

    Attributes:
        tokens: a bearer token for each kind of caller but nobody.
        ids: values for path parameters, by the parameter's name.
        named: values for members of bodies, by the member's name.
        versions: the version of the engagement that each party last saw.
    """

    tokens: dict[str, str]
    ids: dict[str, list[str]]
    named: dict[str, Any]
    versions: dict[str, int] = field(default_factory=dict)


WITHOUT_QUOTAS: Final = {"DRIEHOEK_RATE_CALLER": "0", "DRIEHOEK_RATE_ADDRESS": "0"}
"""A campaign asks more often than anybody may."""


@dataclass(repr=False)
class World:
    """A running server and what was played on it."""

    url: str
    plays: list[Played]
    home: Home

    def logged(self) -> list[str]:
        """The lines that the server has logged; whole once it has stopped."""
        return b"".join(self.home.printed).decode(errors="replace").splitlines()


@contextmanager
def world(folder: Path, plays: Sequence[tuple[str, float | None]] = tuple(PLAYS.items())) -> Iterator[World]:
    """A server of its own, as a process, with these scripts played on it."""
    home, settings = Home(folder), Settings(home=folder, _env_file=None)  # type: ignore[call-arg]
    with database(settings):
        home.answer("migrate")
        with home.serving(**WITHOUT_QUOTAS) as url, httpx.Client(base_url=url, timeout=60) as client:
            issuer = DevelopmentIssuer(settings)
            made = World(url, [], home)
            for name, part in plays:
                player = Player(client, lambda who: issuer.token(who, now(), _HOURS), load(EXAMPLES / name), "operator")
                steps = len(player.script.steps)
                for number, _ in enumerate(player.play(), start=1):
                    if part is not None and number >= steps * part:
                        break
                made.plays.append(_played(client, issuer, player))
            yield made


def _played(client: httpx.Client, issuer: DevelopmentIssuer, player: Player) -> Played:
    subjects = {who: f"{who} of {player.engagement}" for who in ("stranger", "auditor")} | {"operator": player.operator}
    tokens = {who: issuer.token(subject, now(), _HOURS) for who, subject in subjects.items()}
    for who in ("stranger", "auditor"):
        body = {"name": who, "email": f"{who}@example.org"}
        player.ids[who] = _write(client, tokens[who], "/v1/people", body)["id"]
    appointed = {"person_id": player.ids["auditor"], "role": "auditor"}
    _write(client, tokens["operator"], "/v1/oversight/appointments", appointed)
    for who in ("representative", "line_manager", "coach", "coachee", "coaching_supervisor"):
        sent = player.send(who, "GET", "/v1/engagements").request.headers["Authorization"]
        tokens[who] = sent.removeprefix("Bearer ")
    asked = {"name": "a dashboard", "scopes": ["views", "writing"], "days": 2}
    made = _write(client, tokens["representative"], "/v1/api-keys", asked)
    tokens["program"] = made["api_key"]
    below = f"/v1/engagements/{player.engagement}"
    people = list(player.ids.values())
    return Played(
        tokens=tokens,
        ids={
            "engagement_id": [player.engagement],
            "programme_id": [player.programme] if player.programme else [],
            "coach_id": [player.ids["coach"]],
            "person_id": people,
            "api_key_id": [made["id"]],
            "pseudonym": _found(player, "/v1/oversight/adherence", "/v1/oversight/coaches"),
            "disclosure_id": _found(player, f"{below}/disclosures"),
            "erasure_id": _found(player, f"{below}/receipts"),
            "number": ["1", "2", "3"],
            "position": ["1", "2", "17", "90"],
            "level": ["0"],
            "place": ["000"],
        },
        named={
            "organisation_id": [player.organisation],
            "programme_id": [player.programme] if player.programme else [],
            "line_manager_id": [player.ids["line_manager"]],
            "coachee_id": [player.ids["coachee"]],
            "coach_id": [player.ids["coach"]],
            "supervisor_id": [player.ids["coaching_supervisor"]],
            "engagement_id": [player.engagement],
            "engagement_ids": [[player.engagement]],
            "person_id": people,
            "recipient_id": people,
        },
        versions={who: int(player.view(who)["version"].removeprefix("v")) for who in VIEWS},
    )


def _write(client: httpx.Client, token: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    answer = client.post(path, json=body, headers=headers)
    answer.raise_for_status()
    return answer.json()


def _found(player: Player, *lists: str) -> list[str]:
    """What may be an id in the answers of lists to anybody."""
    answers = [player.send(who, "GET", one) for one in lists for who in player.script.people]
    texts = (text for answer in answers if answer.is_success for text in _texts(answer.json()))
    return list(dict.fromkeys(text for text in texts if _ID.fullmatch(text)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(member)
