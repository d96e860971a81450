"""Requests over HTTP: a real command beside a bare ``INSERT``, and a view beside the library's aggregate, loaded plain.

Ours checks the token, validates, loads the engagement, decides, seals, signs, appends to the log and records the
idempotency key; a read is put on record before it is answered. One process each, one after the other, the same clients.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Final

import httpx

from domain.principals import person_id
from domain.vocabulary import PARTIES, Role
from ops.bench import ours, peer
from ops.bench.crowd import Client, Measured, ask
from ops.bench.rounds import ROUNDS, Goal, Row, at_least, row
from ops.bench.sample import text
from ops.clock import now
from ops.demo.run import server
from ops.identity import DevelopmentIssuer
from ops.keys.vault import places_of
from ops.settings import DEVELOPMENT_ISSUER, Settings
from ops.store.migrate import migrate
from ops.wiring import found_cell, open_cell

_BARE: Final = "bare FastAPI, one async INSERT and commit"
_PLAIN: Final = "FastAPI, the library's aggregate loaded"
_CELL: Final = "requests"
_CLIENTS: Final = (16, 64)
_COMMANDS: Final = 1_280  # in a round
_READS: Final = 640  # in a round
_O, _, _C, _ = PARTIES

Figure = Callable[[Measured], float]


def at_most(ratio: float) -> Goal:
    """So many times the peer's time, or less."""
    return Goal(f"≤ {ratio:g}×", lambda reached: reached <= ratio)


def rows(url: str, peer_url: str) -> Iterator[Row]:
    """Commands by 16 and by 64 clients, then reads by as many."""
    with tempfile.TemporaryDirectory(prefix="driehoek-bench-home-") as folder:
        settings = Settings(home=Path(folder), port=0, cell=_CELL, database_url=url)
        engagements = _engagements(settings, url)
        token = DevelopmentIssuer(settings).token(_C.value, now())
        course = _course(peer_url)
        os.environ.update({"DATABASE_URL": url, "DRIEHOEK_RATE_CALLER": "0", "DRIEHOEK_RATE_ADDRESS": "0"})
        fields = {"authorization": f"Bearer {token}"}
        with server(settings) as base, _bare(peer_url) as bare:
            for count in _CLIENTS:
                yield from _commands(base, bare, engagements[:count], fields)
            for count in _CLIENTS:
                yield from _reads(base, bare, engagements[:count], course, fields)


def _commands(base: str, bare: str, engagements: list[str], fields: dict[str, str]) -> Iterator[Row]:
    body = json.dumps({"culture": text()})
    insert = [Client("POST", "/insert", {}, body)] * len(engagements)
    each = _COMMANDS // len(engagements)

    def command() -> Measured:
        clients = [
            Client("POST", f"/v1/engagements/{one}/organisation-context", fields, body, _version(base, one, fields))
            for one in engagements
        ]
        return ask(base, clients, each)

    name = f"a command over HTTP, {len(engagements)} clients"
    yield from _three(name, lambda: ask(bare, insert, each), command, _BARE, 1.2, latency=True)


def _reads(base: str, bare: str, engagements: list[str], course: str, fields: dict[str, str]) -> Iterator[Row]:
    each = _READS // len(engagements)
    views = [Client("GET", f"/v1/views/coach/engagements/{one}", fields) for one in engagements]
    plain = [Client("GET", f"/courses/{course}", {})] * len(engagements)
    name = f"a view over HTTP, {len(engagements)} clients"
    yield from _three(name, lambda: ask(bare, plain, each), lambda: ask(base, views, each), _PLAIN, 1, latency=False)


def _three(
    name: str, theirs: Callable[[], Measured], ours_: Callable[[], Measured], against: str, least: float, *,
    latency: bool,
) -> Iterator[Row]:  # fmt: skip
    theirs(), ours_()
    pairs = [(theirs(), ours_()) for _ in range(ROUNDS)]

    def told(side: int, of: Figure, unit: str, scale: float = 1) -> str:
        return f"{median(of(pair[side]) for pair in pairs) * scale:,.1f} {unit}"

    rate, middle, slowest = map(attrgetter, ("rate", "median", "slowest"))
    goals = (at_least(least), at_most(0.9) if latency else None, at_most(1.3) if latency else None)
    for (what, of, unit, scale), goal in zip(
        (("requests/s", rate, "/s", 1.0), ("p50", middle, "ms", 1e3), ("p99", slowest, "ms", 1e3)), goals, strict=True
    ):
        yield row(
            f"{name}: {what}", [of(our) / of(their) for their, our in pairs], goal=goal, against=against,
            theirs=told(0, of, unit, scale), ours=told(1, of, unit, scale),
        )  # fmt: skip


def _version(base: str, engagement: str, fields: dict[str, str]) -> str:
    """The version that the coach's next command names."""
    answer = httpx.get(f"{base}/v1/views/coach/engagements/{engagement}", headers=fields, timeout=60)
    return str(answer.raise_for_status().json()["version"])


def _engagements(settings: Settings, url: str) -> list[str]:
    """As many engagements as there are clients, of four people whom the development issuer knows."""
    migrate(url, settings.cell)
    places = places_of(settings)
    found_cell(url, settings.cell, places)
    names: dict[Role, str] = {role: role.value for role in PARTIES}
    with open_cell(url, settings.cell, places) as service:
        cast = ours.Cast(service, {role: person_id(DEVELOPMENT_ISSUER, name) for role, name in names.items()})
        made = []
        for _ in range(max(_CLIENTS)):
            writer = cast.engagement()
            writer.append(2, 10)
            made.append(str(writer.stream))
        for builder in service.builders.values():
            while builder.advance(service.connections):
                pass
    return made


def _course(peer_url: str) -> str:
    """A course with as much in it, which everybody loads."""
    application = peer.Peer(env=peer.environment(peer_url))
    writer = peer.Writer(application)
    writer.append(2, 10)
    application.close()
    return str(writer.course.id)


@contextmanager
def _bare(url: str) -> Iterator[str]:
    """The bare endpoints' URL."""
    command = [sys.executable, "-m", "ops.bench.bare", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
