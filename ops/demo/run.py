"""The demonstration: a new home, a real PostgreSQL, a real server process, a real engagement, and the proof.

Everything lies in a temporary folder that is removed at the end, unless ``DATABASE_URL`` names a database: then it is
played there, in a cell of its own.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import psycopg
from rich.console import Console
from rich.progress import Progress

from domain.vocabulary import Role
from ops.clock import now
from ops.closure import Closure, ReaderClosure
from ops.database import database
from ops.demo import evidence, show
from ops.demo.evidence import Evidence
from ops.demo.player import VIEWS, Player
from ops.demo.script import Script, load
from ops.demo.thief import Search, search
from ops.drill.proof import RevocationProof, revocation_proof
from ops.identity import DevelopmentIssuer, refuse_beside_another
from ops.keys.vault import places_of
from ops.settings import Settings
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell

_PACKAGED: Final = Path(__file__).parent / "examples"
EXAMPLES: Final = _PACKAGED if _PACKAGED.exists() else Path(__file__).parents[2] / "examples"
"""The scripts: in an installed package beside this file, in a checkout at the top."""
DEFAULT: Final = "nl-acht-sessies.toml"
START_SECONDS: Final = 60


class DemonstrationError(RuntimeError):
    """The demonstration can't go on; the message says where it stopped."""


def run(path: Path | None, *, as_json: bool) -> None:
    """Play a script, show it, prove it.

    Raises:
        DemonstrationError, ops.demo.script.ScriptError, ops.demo.player.Refused: when it can't be played.
    """
    refuse_beside_another(Settings())  # before a cell is made in somebody's database
    script = load(path or EXAMPLES / DEFAULT)
    console = Console(stderr=as_json)
    with tempfile.TemporaryDirectory(prefix="driehoek-demo-", ignore_cleanup_errors=True) as folder:
        home, cell = Path(folder), f"demo_{uuid4().hex[:12]}"
        kept = evidence.place(Settings().home, cell)
        settings = Settings(home=home, port=0, cell=cell)
        with database(settings) as url:
            migrate(settings.migration_url or url, settings.cell)
            found_cell(url, settings.cell, places_of(settings))
            player, shown, timeline = _play(script, settings, console)
            with open_cell(url, settings.cell, places_of(settings)) as service:
                revocation = _revoke(service, player)
                proof = _prove(service, player)
                stolen = _steal(url, settings, script)
                proved = evidence.keep(service, UUID(player.engagement), kept)
                size = service.recorder.max_notification_id() or 0
    if as_json:
        sys.stdout.write(
            json.dumps(_object(player, shown, timeline, proof, revocation, size, proved[0]), ensure_ascii=False) + "\n"
        )
        return
    _print(console, script, shown, timeline, proof, revocation, stolen)
    console.rule("What an auditor can check without us")
    show.evidence(console, *proved)


def _print(
    console: Console,
    script: Script,
    shown: Mapping[str, Any],
    timeline: list[dict[str, Any]],
    proof: "tuple[list[tuple[str, Closure]], Closure]",
    revocation: RevocationProof,
    stolen: "tuple[dict[str, str], Search]",
) -> None:
    console.rule(script.title)
    console.print(" ".join(script.story.split()), style="italic")
    console.rule("The same engagement through five pairs of eyes")
    show.views(console, shown, timeline)
    console.rule("What a thief of the database sees")
    show.thief(console, *stolen)
    console.rule("What the end took away")
    show.revocation(console, revocation)
    console.rule("What every party's keys open")
    show.closure(console, *proof)


def _play(
    script: Script, settings: Settings, console: Console
) -> tuple[Player, dict[str, dict[str, Any]], list[dict[str, Any]]]:
    issuer = DevelopmentIssuer(settings)
    with server(settings) as url, httpx.Client(base_url=url, timeout=30) as client:
        player = Player(client, lambda subject: issuer.token(subject, now()), script, settings.operator)
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Playing", total=len(script.steps))
            for _ in player.play():
                progress.advance(task)
        shown = {name.replace("-", "_"): player.view(who) for who, name in VIEWS.items()}
        return player, shown, player.timeline()


@contextmanager
def server(settings: Settings) -> Iterator[str]:
    """``driehoek serve`` as a process of its own; its URL is the first thing that it logs."""
    environment = os.environ | {
        "DRIEHOEK_HOME": str(settings.home),
        "DRIEHOEK_CELL": settings.cell,
        "DRIEHOEK_PORT": "0",
        "DRIEHOEK_HOST": "127.0.0.1",
        "DRIEHOEK_PUBLIC_URL": settings.public_url or "",
    }
    # What the end takes away is shown afterwards, step by step.
    command = [sys.executable, "-m", "ops.cli", "serve", "--no-eraser"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        yield _url_of(process, settings.home / "server.log")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_SECONDS)


def _url_of(process: "subprocess.Popen[str]", log: Path) -> str:
    if process.stderr is None:
        raise DemonstrationError("the server has no log")
    kept = log.open("w")
    for line in process.stderr:
        kept.write(line)
        if '"serving"' in line:
            Thread(target=_keep, args=(process.stderr, kept), daemon=True).start()
            return str(json.loads(line)["url"])
    raise DemonstrationError("the server didn't start; driehoek serve says why")


def _keep(stream: Any, kept: Any) -> None:
    with kept:
        for line in stream:
            kept.write(line)


def _revoke(service: CellService, player: Player) -> RevocationProof:
    for builder in service.builders.values():
        while builder.advance(service.connections):
            pass
    return revocation_proof(service, UUID(player.engagement), now())


def _prove(service: CellService, player: Player) -> tuple[list[tuple[str, Closure]], Closure]:
    closure = ReaderClosure(service)
    principals = {"sponsor organisation": player.organisation}
    principals |= {who.replace("_", " "): player.ids[who] for who in player.ids}
    proved = [(name, closure.of(UUID(principal))) for name, principal in principals.items()]
    # The control: hand the organisation one key of the alliance, and the proof must say so.
    coachee = UUID(player.ids["coachee"])
    keys = service.roles[Role.COACHEE].openable(coachee)
    key_id = next(key_id for key_id, key in keys.items() if key.compartment == "alliance")
    return proved, closure.of(UUID(player.organisation), {key_id: keys[key_id]})


def _steal(url: str, settings: Settings, script: Script) -> tuple[dict[str, str], Search]:
    control = f"control {uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        # The control lies there in the clear, as content would if we stored it like everybody does.
        connection.execute(f"CREATE TABLE {settings.cell}.control AS SELECT %s::text AS said", (control,))
        connection.execute("CHECKPOINT")
        stored = connection.execute(
            f"SELECT originator_id, originator_version, topic, state, leaf_hash, sealed"  # noqa: S608 - a cell's name
            f"  FROM {settings.cell}.events JOIN {settings.cell}.parts USING (position) ORDER BY position DESC LIMIT 1"
        ).fetchone()
        if settings.database_url is None:
            found = search([settings.home], script.texts(), control)
        else:
            found = _search_tables(connection, settings, script, control)
    if stored is None:
        raise DemonstrationError("nothing was recorded")
    names = ("stream", "version", "topic", "facts", "leaf hash", "part")
    return {name: _as_seen(value) for name, value in zip(names, stored, strict=True)}, found


def _search_tables(connection: "psycopg.Connection[Any]", settings: Settings, script: Script, control: str) -> Search:
    """Without the server's folder: everything that its tables hold, as a dump of them would."""
    with tempfile.TemporaryDirectory(prefix="driehoek-dump-") as folder:
        for table in (
            "control",
            "events",
            "parts",
            "grants",
            "heads",
            "commands",
            "pages",
            "tree_slots",
            "view_rows",
            "view_keys",
        ):
            statement = f"COPY {settings.cell}.{table} TO STDOUT (FORMAT binary)"
            with (Path(folder) / table).open("wb") as file, connection.cursor().copy(statement) as copy:
                for piece in copy:
                    file.write(piece)
        return search([Path(folder), settings.home], script.texts(), control)


def _as_seen(value: Any) -> str:
    if isinstance(value, bytes):
        return f"{value[:32].hex(' ', 4)} … ({len(value)} bytes)"
    return str(value)


def _object(
    player: Player,
    shown: Mapping[str, Any],
    timeline: list[dict[str, Any]],
    proof: "tuple[list[tuple[str, Closure]], Closure]",
    revocation: RevocationProof,
    size: int,
    kept: Evidence,
) -> dict[str, Any]:
    """The object that other tools rely on."""
    proved, _ = proof
    return {
        "engagement": player.engagement,
        "events": size,
        "views": {**shown, "coaching_supervisor": {"timeline": timeline}},
        "boundaries": {
            "tried": sum(one.tried for _, one in proved),
            "opened": sum(one.opened for _, one in proved),
            "opened_outside_clause": sum(len(one.outside) for _, one in proved),
        },
        "log": kept.as_json(),
        "revocation": asdict(revocation),
    }
