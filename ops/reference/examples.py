"""``make api-examples``: real requests and their answers, for the API's description.

Plays the example scripts against a server of its own and keeps the first success of every operation; then everybody
asks for everything that can be read. What differs from one run to the next (ids, times, hashes, signatures, cursors) is
replaced by what looks like it, so that the same engagement gives the same file; long lists are cut short.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx

from api import description
from ops.clock import now
from ops.database import database
from ops.demo.player import VIEWS, Player
from ops.demo.run import EXAMPLES, server
from ops.demo.script import load
from ops.identity import DevelopmentIssuer
from ops.identity.key_text import PREFIX
from ops.keys.vault import places_of
from ops.reference.passkey import registration
from ops.settings import Settings
from ops.store.migrate import migrate
from ops.webhooks.sending import SECRET_PREFIX
from ops.wiring import found_cell

LANGUAGES: Final = ("en", "fr", "nl")
"""Whose script comes first shows an operation."""

LONGEST: Final = 2
"""Entries that a list keeps."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_RANDOM: Final = re.compile(r"[0-9a-f]{16,}|[A-Za-z0-9+/_-]{40,}={0,2}")
_FIRST: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)

Example = dict[str, Any]

_KEYS: Final = "/v1/api-keys"
_PASSKEYS: Final = "/v1/passkeys"
_HERE: Final = "https://coaching.example.org"
_PASSKEY_USER: Final = re.compile(r"driehoek-[0-9a-f]{8}")
_HOOKS: Final = "/v1/webhooks"
_HOOK: Final = {"name": "HR system", "url": "https://hr.example.org/driehoek"}
_SECRETS: Final = {
    '{"id": "': '{"id": "…", "rawId": "…", "type": "public-key", "response": {…}}',
    PREFIX: f"{PREFIX}{'a' * 52}_{'b' * 58}",  # of the right form, with a wrong checksum
    SECRET_PREFIX: f"{SECRET_PREFIX}{'A' * 43}=",
}
"""What nobody's example shows, by how it begins, and what is shown instead: a browser's words, API keys, secrets."""

_BELOW: Final = "/v1/engagements/{engagement_id}"
SAID_LIKE: Final = {
    f"PUT {_BELOW}/coach-profile": f"PUT {_BELOW}/candidacy/profile",
    f"PUT {_BELOW}/ethics-code": f"PUT {_BELOW}/candidacy/ethics-code",
    f"PUT {_BELOW}/conflicts/{{number}}/resolution": f"PUT {_BELOW}/conflicts/{{number}}/acceptance",
    f"POST {_PASSKEYS}/{{passkey_id}}/revocation": f"POST {_KEYS}/{{api_key_id}}/revocation",
}
"""What nobody does in the scripts, and what is said there in the same words."""


ENDLESS: Final = "/v1/stream"
"""It has no answer to show: it goes on."""


class Kept:
    """The first success of each operation, as a response hook of the client keeps it.

    Args:
        operations: each operation's method and path template.
    """

    def __init__(self, operations: list[tuple[str, str]]) -> None:
        self._operations = [
            (method, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)), f"{method} {path}") for method, path in operations
        ]
        self.examples: dict[str, Example] = {}

    def __call__(self, response: httpx.Response) -> None:
        """Keep it, if it is the first."""
        asked = response.request
        path = asked.url.path
        name = next((name for at, known, name in self._operations if at == asked.method and known.fullmatch(path)), "")
        if not response.is_success or not name or self.has(name):
            return
        example: Example = {"status": response.status_code}
        if asked.content:
            example["request"] = json.loads(asked.content)
        if response.headers.get("content-type", "").startswith("application/json"):
            response.read()
            example["response"] = _short(response.json())
        self.examples[name] = example

    def has(self, name: str) -> bool:
        """Whether an operation has an example that shows something."""
        return name in self.examples and not _bare(self.examples[name].get("response"))


def _bare(response: Any) -> bool:
    return isinstance(response, dict) and any(value == [] for value in response.values())


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(member) for name, member in value.items()}
    return [_short(member) for member in value[:LONGEST]] if isinstance(value, list) else value


class Steady:
    """Replaces what differs between runs, the same thing always by the same; times keep their order."""

    def __init__(self, values: Iterator[str]) -> None:
        texts = list(values)
        moments = sorted({text for text in texts if _TIME.fullmatch(text)})
        self._known = {
            text: (_FIRST + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
            for number, text in enumerate(moments)
        }
        for text in texts:
            if text not in self._known:
                self._known[text] = self._like(text, len(self._known))

    @staticmethod
    def _like(text: str, number: int) -> str:
        digest = sha256(str(number).encode()).hexdigest()
        for beginning, like in _SECRETS.items():
            if text.startswith(beginning):
                return like
        if _PASSKEY_USER.fullmatch(text):
            return f"driehoek-{digest[:8]}"
        if _UUID.fullmatch(text):
            return f"0199{digest[:4]}-{digest[4:8]}-7{digest[8:11]}-8{digest[11:14]}-{digest[14:26]}"
        if _RANDOM.fullmatch(text):
            endless = digest * (len(text) // len(digest) + 1)
            return endless[: len(text.rstrip("="))] + "=" * (len(text) - len(text.rstrip("=")))
        return text

    def __call__(self, value: Any) -> Any:
        """A JSON value with everything replaced."""
        if isinstance(value, dict):
            return {self._known.get(name, name): self(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self(member) for member in value]
        return self._known.get(value, value) if isinstance(value, str) else value


def texts(value: Any) -> Iterator[str]:
    """Every text of a JSON value, names of members too."""
    if isinstance(value, str):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(member)
    if isinstance(value, dict):
        yield from value


def make_keys(player: Player) -> None:
    """The representative makes an API key for a dashboard, and later revokes it."""
    asked = {"name": "Dashboard of the HR department", "scopes": ["views"], "days": 90}
    made = player.send("representative", "POST", _KEYS, json=asked, headers={"Idempotency-Key": "dashboard"})
    gone = f"{_KEYS}/{made.json()['id']}/revocation"
    player.send("representative", "POST", gone, headers={"Idempotency-Key": "dashboard-gone"})


def make_passkey(player: Player) -> None:
    """The representative registers a passkey: nothing that they read afterwards asks for it."""
    offer = player.send("representative", "GET", f"{_PASSKEYS}/offer").json()["public_key"]
    asked = {"name": "my phone", "credential": registration(offer, _HERE)}
    player.send("representative", "POST", _PASSKEYS, json=asked, headers={"Idempotency-Key": "phone"})
    player.send("representative", "GET", _PASSKEYS)


def make_webhooks(player: Player) -> None:
    """The representative has changes sent to the HR system, changes the secret, and has the first change sent again."""
    made = player.send("representative", "POST", _HOOKS, json=_HOOK, headers={"Idempotency-Key": "hook"})
    one = f"{_HOOKS}/{made.json()['id']}"
    for act, body in (("secret", None), ("replay", {"after": 0}), ("removal", None)):
        player.send("representative", "POST", f"{one}/{act}", json=body, headers={"Idempotency-Key": f"hook-{act}"})


def look_around(player: Player, kept: Kept, paths: list[str]) -> None:
    """Everybody of a play asks for everything that can be read, until each path has answered somebody."""
    engagement = player.engagement
    about: dict[str, Callable[[], list[str]]] = {
        "engagement_id": lambda: [engagement],
        "programme_id": lambda: [player.programme],
        "coach_id": lambda: [player.ids["coach"]],
        "person_id": lambda: [player.ids["coachee"], player.ids["coach"]],
        "view": lambda: list(VIEWS.values()),
        "number": lambda: ["1"],
        "position": lambda: ["1"],
        "name": lambda: ["not-found"],
        "pseudonym": lambda: _found(player, "/v1/oversight/adherence", "/v1/oversight/coaches"),
        "webhook_id": lambda: _found(player, _HOOKS),
        "disclosure_id": lambda: _found(player, f"/v1/engagements/{engagement}/disclosures"),
        "erasure_id": lambda: _found(player, f"/v1/engagements/{engagement}/receipts"),
    }
    for path in sorted(paths, key=lambda one: (one.count("{"), one)):
        for who in (*player.script.people, player.operator):
            for address in _filled(path, about):
                if not kept.has(f"GET {path}"):
                    player.send(who, "GET", address)


def _found(player: Player, *lists: str) -> list[str]:
    """What may be an id in lists, whoever they answer."""
    answers = [player.send(who, "GET", one) for one in lists for who in player.script.people]
    known = [text for answer in answers if answer.is_success for text in texts(answer.json())]
    return list(dict.fromkeys(text for text in known if re.fullmatch(r"[0-9a-f-]{16,}", text)))


def _filled(path: str, about: Mapping[str, Callable[[], list[str]]]) -> list[str]:
    addresses = [path]
    for name in re.findall(r"\{(\w+)\}", path):
        values = about[name]() if name in about else []
        addresses = [one.replace(f"{{{name}}}", value) for one in addresses for value in values]
    return addresses


def collected() -> dict[str, Example]:
    """The examples of a fresh run, by ``METHOD path``."""
    operations = description.operations()
    kept = Kept(operations)
    with tempfile.TemporaryDirectory(prefix="driehoek-examples-", ignore_cleanup_errors=True) as folder:
        settings = Settings(home=Path(folder), port=0, public_url=_HERE)
        with database(settings) as url:
            migrate(url, settings.cell)
            found_cell(url, settings.cell, places_of(settings))
            issuer = DevelopmentIssuer(settings)
            with server(settings) as base, httpx.Client(base_url=base, timeout=60) as client:
                client.event_hooks["response"].append(kept)
                for language in LANGUAGES:
                    script = load(next(EXAMPLES.glob(f"{language}-*.toml")))
                    player = Player(client, lambda who: issuer.token(who, now()), script, settings.operator)
                    for _ in player.play():
                        pass
                    make_keys(player)
                    make_passkey(player)
                    make_webhooks(player)
                    look_around(
                        player, kept, [path for method, path in operations if method == "GET" and path != ENDLESS]
                    )
    kept.examples |= {name: kept.examples[like] for name, like in SAID_LIKE.items()}
    steady = Steady(texts(kept.examples))
    return {name: steady(kept.examples[name]) for name in sorted(kept.examples)}


if __name__ == "__main__":
    description.EXAMPLES.write_text(json.dumps(collected(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
