"""The API process: one open cell behind uvicorn, with views' worker and eraser unless another process has them."""

import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import psycopg
import structlog
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.backend import Backend
from crypto.errors import KeyErased
from domain.errors import NotFound
from domain.principals import Person
from domain.vocabulary import Item, Role
from ops.clock import now
from ops.cursors import SealedCursors
from ops.embedded import EmbeddedPostgres, keys_outside
from ops.keys.receipts import ReceiptSigner
from ops.keys.vault import places_of
from ops.openers import DisclosureOpener, Recall
from ops.settings import Settings
from ops.tokens import verifier
from ops.wiring import CellService, NotFoundedError, open_cell
from ops.worker import ViewProgress, Worker, erasing

DATABASE: Final = "driehoek"
"""The embedded server's database."""


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of the configured database, or of the embedded server, which runs as long as the context."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    for keys in (*settings.root_folders, *settings.copy_folders):
        keys_outside(settings.data, keys)
    settings.home.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(settings.data) as postgres:
        yield postgres.url(DATABASE)


@contextmanager
def cell_database(settings: Settings) -> Iterator[str]:
    """As ``database``, where the cell has been made.

    Raises:
        NotFoundedError: it hasn't; told at once, where a pool of connections would go on trying.
    """
    with database(settings) as url:
        with psycopg.connect(url, application_name=f"driehoek check {settings.cell}") as connection:
            found = connection.execute("SELECT to_regclass(%s)", [f"{settings.cell}.key_state"]).fetchone()
        if found is None or found[0] is None:
            raise NotFoundedError
        yield url


def forbid_core_dumps() -> None:
    """A core dump would write every key in memory to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_tidily() -> None:
    """Let SIGTERM unwind the stack: close connections, finish the batch at hand, stop the embedded server."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def application(service: CellService, settings: Settings, clock: Callable[[], datetime] = now) -> FastAPI:
    """The web application on an open cell."""
    return create_app(
        Backend(
            write_side=service.write_side,
            views=service.views,
            timeline=service.timeline,
            engagements=service.engagements,
            tokens=verifier(settings),
            clock=clock,
            digest=service.digest,
            progress=ViewProgress(service),
            cursors=SealedCursors(service.service.key_for("cursors")),
            disclosures=DisclosureOpener(service.roles[Role.SELF], service.recorder),
            receipts=ReceiptSigner(service),
            language_of=partial(language_of, service),
            operator=settings.operator,
            gone=KeyErased,
            max_body=settings.max_body,
        )
    )


def language_of(service: CellService, person: UUID) -> str:
    """The language that a person registered with, read from their own record; empty where they named none."""
    reader = Recall(dict(service.roles), service.recorder, service.vault.buried)
    try:
        (record,) = reader.recall(service.write_side.load(Person, person), Role.SELF, Item.OWN_RECORD)
    except NotFound:
        return ""  # the keys of their own record are gone
    return str(record.get("language", ""))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send at once.

    asyncio turns Nagle's algorithm off only where the protocol is named. Left on, it holds every answer's body back
    until the client's delayed acknowledgement of the head: 40 ms a request, measured.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(1_024)
    return listening


def serve(settings: Settings, *, with_worker: bool, with_eraser: bool) -> None:
    """Serve until told to stop; with the views' worker and the eraser in this process, or without."""
    forbid_core_dumps()
    leave_tidily()
    log = structlog.get_logger()
    with cell_database(settings) as url, open_cell(url, settings.cell, places_of(settings)) as service:
        listening = listen(settings.host, settings.port)
        # No access log: it would name paths; no server header; errors go through the sieve of ``logs``.
        config = uvicorn.Config(
            application(service, settings), log_config=None, access_log=False, server_header=False, workers=1,
            timeout_keep_alive=30, limit_concurrency=512, h11_max_incomplete_event_size=16_384,
        )  # fmt: skip
        worker = Worker(service.builders, service.connections)
        if with_worker:
            worker.start()
        try:
            host, port = listening.getsockname()[:2]
            log.info("serving", url=f"http://{host}:{port}", cell=settings.cell)
            with erasing(service, wanted=with_eraser):
                uvicorn.Server(config).run(sockets=[listening])
        finally:
            if with_worker:
                worker.stop()
            listening.close()
