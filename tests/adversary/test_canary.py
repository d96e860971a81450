"""Canaries: what anybody typed rests nowhere in plaintext, and no key rests where the database is.

Two engagements are played on a real installation: an example script through a real server process, and the stage's
compact one beside it. Every text that anybody types begins with a canary; one random beginning is shared by all, so one
search finds any of them. Besides the valid requests there are refused ones, because errors are where content leaks.
Then everything is stopped, and every byte below the installation's folder is searched: tables, WAL, server logs, keys,
temporary files, and all that the processes printed.
"""

import base64
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from crypto.roots import decode_half
from crypto.slots import SCOPES
from domain.vocabulary import Role
from ops.clock import now
from ops.database import database
from ops.demo.player import VIEWS, Player
from ops.demo.script import Script, load
from ops.identity import DevelopmentIssuer
from ops.keys.vault import places_of
from ops.settings import Settings
from ops.wiring import CellService, open_cell
from tests.processes import Home
from tests.stage import Stage, tell

SCRIPT = Path(__file__).parents[2] / "examples" / "en-broken-off.toml"
CLOSED = frozenset(
    {"reason", "met_on", "held_on", "present", "starts_at", "quadrants", "ending", "decision", "dynamic", "kind",
     "deadline", "permits", "provider", "due_on", "rule", "ground", "counterpart", "raised_by", "begins_on", "since",
     "awarded_on", "valid_until", "left_on", "on", "who", "item", "to", "role",
     "paradoxes", "leadership_style"}
)  # fmt: skip
"""Members of a script that aren't free text: words of the vocabulary, and dates."""
ZEROS = bytes(64)
MAX_BODY: int = Settings.model_fields["max_body"].default


@dataclass
class Aviary:
    """Makes canaries: each unique, all with one random beginning of 20 letters."""

    beginning: str = field(default_factory=lambda: f"Qz{secrets.token_hex(9)}")
    _numbers: Iterator[int] = field(default_factory=count)

    def typed(self, text: str) -> str:
        """A text with a canary of its own in front, in the middle of nothing."""
        return f"{self.beginning}{next(self._numbers):04d} {text}"

    @property
    def released(self) -> int:
        """How many there are."""
        return next(self._numbers)

    def in_all(self, value: Any) -> Any:
        """The same value with every free text changed."""
        if isinstance(value, str):
            return self.typed(value)
        if isinstance(value, dict):
            return {k: member if k in CLOSED else self.in_all(member) for k, member in value.items()}
        return [self.in_all(member) for member in value] if isinstance(value, list) else value

    def in_script(self, script: Script) -> Script:
        """A script whose people type canaries, their own names included."""
        steps = tuple(replace(step, says=self.in_all(dict(step.says))) for step in script.steps)
        people, organisation = self.in_all(dict(script.people)), self.in_all(dict(script.organisation))
        return replace(script, people=people, organisation=organisation, steps=steps)


def disguises(text: str) -> dict[str, bytes]:
    """What a text looks like in each encoding that it could rest in, whatever stands before and after it."""
    plain = text.encode()
    found = {
        "UTF-8": plain,
        "UTF-16-LE": text.encode("utf-16-le"),
        "UTF-16-BE": text.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
    }
    for before in range(3):
        # Of base64 only the characters that depend on nothing but the text: whole groups of three bytes.
        first = -before % 3
        whole = plain[first : first + (len(plain) - first) // 3 * 3]
        found[f"base64, {before} bytes before"] = base64.b64encode(whole)
    return found


@dataclass
class Remains:
    """Every byte of an installation that was stopped; equal files once, long runs of zeros squeezed out."""

    files: int
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, folder: Path, printed: list[bytes]) -> "Remains":
        """Everything below a folder, and what was printed."""
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        unique = {sha256(data).digest(): data for data in (path.read_bytes() for path in paths)}
        return cls(len(paths), b"\xff\x00\xff".join([*(d.replace(ZEROS, b"") for d in unique.values()), *printed]))

    def hold(self, text: str) -> set[str]:
        """The encodings that a text is found in."""
        return {name for name, pattern in disguises(text).items() if pattern in self.content}


@dataclass
class Played:
    """What was played, and what is left of it."""

    aviary: Aviary
    control: str
    remains: Remains
    keys: dict[str, list[bytes]] = field(repr=False)
    refused: list[int]
    events: int


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Two engagements on a real installation, stopped and searched."""
    folder = Path(tempfile.mkdtemp(prefix="driehoek-canary-"))
    try:
        yield _play(Home(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play(home: Home) -> Played:
    aviary, control = Aviary(), f"Control{secrets.token_hex(9)}"
    settings = Settings(home=home.path, _env_file=None)  # type: ignore[call-arg]
    with database(settings) as url:
        assert home.answer("migrate")["cell_founded"]
        # Without the eraser: every key is still there to be looked for.
        with home.serving("--no-eraser") as api, httpx.Client(base_url=api, timeout=30) as client:
            issuer = DevelopmentIssuer(settings)
            player = Player(
                client, lambda who: issuer.token(who, now()), aviary.in_script(load(SCRIPT)), settings.operator
            )
            steps = sum(1 for _ in player.play())
            assert steps == len(player.script.steps)
            for who in VIEWS:
                assert aviary.beginning in str(player.view(who))  # the canaries do reach those who may read them
            assert aviary.beginning not in str(player.timeline())
            refused = _refused(player, aviary)
        with open_cell(url, settings.cell, places_of(settings)) as service:
            stage = Stage(service, words=lambda role, name: aviary.typed(f"{role.word} {name}"))
            tell(stage, sessions=5)
            for role in (Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACH, Role.COACHEE):
                assert aviary.beginning in str(stage.view(role))
            people = [
                *stage.people.values(),
                stage.organisation,
                *map(UUID, (*player.ids.values(), player.organisation)),
            ]
            keys = _keys(service, settings, people)
            events = service.recorder.max_notification_id() or 0
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE scratch (plain text)")
            connection.execute("INSERT INTO scratch VALUES (%s)", [control])
            connection.execute("CHECKPOINT")
    return Played(aviary, control, Remains.of(home.path, home.printed), keys, refused, events)


def _refused(player: Player, aviary: Aviary) -> list[int]:
    """Requests that are refused, each with canaries where a careless error would quote them."""
    engagement = f"/v1/engagements/{player.engagement}"

    def canary() -> str:
        return aviary.typed("refused").replace(" ", "-")

    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{engagement}/notes", {"json": {"note": canary(), canary(): canary()}}),
        ("POST", f"{engagement}/notes", {"json": {"note": [canary()]}}),
        ("POST", f"{engagement}/notes", {"content": f'{{"note": "{canary()}'}),
        ("POST", f"{engagement}/notes", {"json": {"note": canary() * (MAX_BODY // 20)}}),
        ("POST", f"{engagement}/notes", {"content": canary().encode() + b"\xff"}),
        ("POST", f"{engagement}/voice", {"json": {"statement": canary()}, "headers": {"If-Match": '"v1"'}}),
        ("POST", f"{engagement}/journal", {"json": {"entry": canary()}}),
        ("GET", f"/v1/views/coach/engagements/{canary()}", {}),
        ("GET", f"{engagement}/{canary()}?{canary()}={canary()}", {}),
        ("GET", f"/v1/views/coach/engagements/{player.engagement}/stream?cursor={canary()}", {}),
    ]
    statuses = []
    for method, path, options in attempts:
        headers = {"Idempotency-Key": canary(), "Content-Type": "application/json", **options.pop("headers", {})}
        answer = player.send("coach", method, path, headers=headers, **options)
        assert aviary.beginning not in answer.text
        statuses.append(answer.status_code)
    unknown = player.client.get("/v1/oversight/timeline", headers={"Authorization": f"Bearer {canary()}"})
    return [*statuses, unknown.status_code]


def _keys(service: CellService, settings: Settings, principals: list[UUID]) -> dict[str, list[bytes]]:
    """Every secret of the installation, in pieces of 32 bytes."""
    keyring = service.vault.keyring
    with service.connections.use() as connection:
        ids = [row[0] for row in connection.execute("SELECT slot_id FROM tree_slots").fetchall()]
    slots = {i: s for name in SCOPES for i, s in keyring.scope(name).open_own(ids).items()}
    assert len(slots) == len(ids)  # all of them
    compartments = {
        key.key_id: key.secret
        for p in principals
        for keys in service.roles.values()
        for key in keys.openable(p).values()
    }
    private = [keys.to_private_bytes() for keys in (service.service.party, *map(service.desk.private, principals))]
    purposes = (
        "heads",
        "commands",
        "pseudonyms",
        "supervisor-pseudonyms",
        *(f"view/{name}" for name in service.builders),
    )
    return {
        "root": _halves(settings),
        "slots": [slot.secret for slot in slots.values()],
        "compartments": [*compartments.values(), service.service.oversight.secret],
        "private": [blob[-size:][:32] for blob in private for size in (32, 64, 96, 128)],
        "derived": [service.service.key_for(purpose) for purpose in purposes],
    }


def _halves(settings: Settings) -> list[bytes]:
    return [decode_half(path.read_bytes()).secret for root in settings.root_folders for path in root.rglob("*.half")]


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-16-LE": lambda text: text.encode("utf-16-le"),
    "UTF-16-BE": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
}


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("before", range(3))
def test_every_encoding_is_recognised(tmp_path: Path, encoding: str, before: int) -> None:
    """Control: a text planted in each encoding, at each alignment, is found in that encoding; in an empty file none."""
    aviary = Aviary()
    (tmp_path / "planted").write_bytes(bytes(99))
    assert Remains.of(tmp_path, []).hold(aviary.beginning) == set()
    text = f"{'xyz'[:before]}{aviary.typed('and more')}"
    (tmp_path / "planted").write_bytes(bytes(99) + ENCODERS[encoding](text) + bytes(99))
    expected = f"base64, {before} bytes before" if encoding == "base64" else encoding
    assert expected in Remains.of(tmp_path, []).hold(aviary.beginning)


def test_nothing_that_was_typed_rests_anywhere(played: Played) -> None:
    """No canary in any encoding: not in tables, WAL, server logs, temporary files, nor in what was printed."""
    assert played.aviary.released > 200
    assert played.events > 150
    assert played.remains.files > 500
    assert played.remains.hold(played.aviary.beginning) == set()


def test_a_plaintext_row_would_have_been_found(played: Played) -> None:
    """Control: a row written in the clear beside it is found in the same search."""
    assert "UTF-8" in played.remains.hold(played.control)


def test_no_key_rests_where_the_database_is(played: Played) -> None:
    """The root, scope, slot, compartment and private keys: raw or in hex, none is in the data directory or a log."""
    assert {name: len(keys) > 0 for name, keys in played.keys.items()} == dict.fromkeys(played.keys, True)
    for name, keys in played.keys.items():
        for key in keys:
            assert len(key) == 32
            copies = [
                played.remains.content.count(form) for form in (key, key.hex().encode(), key.hex().upper().encode())
            ]
            # Each half of the root has one copy: its own file, outside the data directory.
            assert copies == ([1, 0, 0] if name == "root" else [0, 0, 0]), name


def test_errors_were_really_provoked(played: Played) -> None:
    """Control: every request that should be refused was, in its own way."""
    assert sorted(played.refused) == [400, 400, 400, 401, 403, 403, 404, 404, 413, 422, 422]


def test_all_the_cast_typed(played: Played) -> None:
    """Control: each person's own record holds a canary, too."""
    script = played.aviary.in_script(load(SCRIPT))
    assert all(played.aviary.beginning in script.people[who]["name"] for who in script.people)
