"""The API process: one open cell behind uvicorn, with what a worker does unless another process does it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic
from uuid import UUID

import structlog
from fastapi import FastAPI

from api.app import create_app
from api.backend import Backend
from api.rates import Rates
from api.streaming import Streams
from crypto.errors import KeyErased
from domain.errors import NotFound
from domain.principals import Person
from domain.reads import Place, Ticket
from domain.vocabulary import Item, Role
from ops.audit.serving import ServedEvidence
from ops.clock import now
from ops.cursors import SealedCursors
from ops.database import cell_database, forbid_core_dumps, leave_tidily
from ops.http_server import HttpServer, listen, stream_limits
from ops.identity import ApiKeys, Records, browsers, passkeys, verifier
from ops.keys.receipts import ReceiptSigner
from ops.keys.vault import places_of
from ops.log.publishing import publishing
from ops.log.serving import ServedLog
from ops.metrics import ServiceMetrics
from ops.openers import DisclosureOpener, Recall, RecordedDisclosures
from ops.own_record import OwnRecordOpener
from ops.practices import PracticeOpener
from ops.press.press import TypstPress
from ops.programmes import ProgrammeOpener
from ops.secret_file import read_secret
from ops.settings import Settings
from ops.webhooks.addresses import Allowed
from ops.webhooks.delivering import delivering
from ops.webhooks.serving import ServedWebhooks
from ops.wiring import CellService, open_cell
from ops.worker import GATHERING_SECONDS, ViewProgress, Worker, erasing
from projections.adherence import judging
from projections.board import Board
from projections.recorded import RecordedTimeline, RecordedView


def application(
    service: CellService,
    settings: Settings,
    clock: Callable[[], datetime] = now,
    hurry: Callable[[], None] = lambda: None,
    ticks: Callable[[], float] = monotonic,
) -> FastAPI:
    """The web application on an open cell; ``hurry`` calls the views' worker, where it is in this process.

    Quotas go by ``ticks``, in seconds.
    """
    streams = Streams(stream_limits(settings))
    records, checks = Records(service.write_side, service.recorder.newest), verifier(settings)
    return create_app(
        Backend(
            write_side=service.write_side,
            reads=service.reads,
            own_reads=service.own_reads,
            views={role: RecordedView(view) for role, view in service.views.items()},
            timeline=RecordedTimeline(service.timeline),
            board=Board(service.index, service.overseeing, lambda: judging(service.write_side.policies())),
            engagements=service.engagements,
            candidacies=service.candidacies,
            changes=service.changes,
            bell=service.bell,
            streams=streams,
            programmes=service.programmes,
            programme_parts=ProgrammeOpener(service.roles[Role.SPONSOR_ORGANISATION], service.recorder),
            practice_parts=PracticeOpener(service.roles, service.recorder, service.vault.buried),
            tokens=checks,
            api_keys=ApiKeys(records),
            webhooks=ServedWebhooks(service, Allowed(settings.webhook_networks)),
            own_record=OwnRecordOpener(service.roles[Role.SELF], service.recorder),
            browsers=browsers(settings, checks, records, service.service.key_for),
            passkeys=passkeys(settings, records, service.service.key_for),
            clock=clock,
            digest=service.digest,
            progress=ViewProgress(service, hurry),
            cursors=SealedCursors(service.service.key_for("cursors")),
            disclosures=RecordedDisclosures(DisclosureOpener(service.roles[Role.SELF], service.recorder)),
            receipts=ReceiptSigner(service),
            evidence=ServedEvidence(service),
            log=ServedLog(service.log, receipts=settings.receipts),
            press=TypstPress(),
            copies=service.copy_number,
            language_of=partial(language_of, service),
            operator=settings.operator,
            gone=KeyErased,
            max_body=settings.max_body,
            metrics=_metrics(service, settings, streams, clock),
            rates=Rates.of(settings.rate_caller, settings.rate_address, ticks),
            max_reads=settings.max_reads,
            max_writes=settings.max_writes,
        )
    )


def _metrics(
    service: CellService, settings: Settings, streams: Streams, clock: Callable[[], datetime]
) -> ServiceMetrics | None:
    """What is counted, where somebody may look at it.

    Raises:
        ops.secret_file.SecretFileError: the token's file can't be used.
    """
    if settings.metrics_token_file is None:
        return None
    token = read_secret(settings.metrics_token_file, "DRIEHOEK_METRICS_TOKEN_FILE")
    return ServiceMetrics(service, token, streams.count, clock)


def language_of(service: CellService, person: UUID, ticket: Ticket) -> str:
    """The language that a person registered with, read from their own record; empty where they named none.

    Raises:
        domain.reads.NotOnRecord: the ticket isn't for a read of that record.
    """
    reader = Recall(dict(service.roles), service.recorder, service.vault.buried)
    try:
        record_of = service.write_side.load(Person, person)
        ticket.check_read_by(person, Place(person, 1, record_of.version))
        record = reader.recall(record_of, Role.SELF, Item.OWN_RECORD)[0]  # what they registered with comes first
    except NotFound:
        return ""  # the keys of their own record are gone
    return str(record.get("language", ""))


def serve(settings: Settings, *, with_worker: bool, with_eraser: bool) -> None:
    """Serve until told to stop; with the views' worker, the log's publisher and the eraser here, or without."""
    forbid_core_dumps()
    leave_tidily()
    log = structlog.get_logger()
    with cell_database(settings) as url, open_cell(url, settings.cell, places_of(settings)) as service:
        listening = listen(settings.host, settings.port)
        worker = Worker(service.builders, service.connections, gathering=GATHERING_SECONDS)
        server = HttpServer(application(service, settings, hurry=worker.hurry), settings)
        if with_worker:
            worker.start()
        try:
            host, port = listening.getsockname()[:2]
            log.info("serving", url=f"http://{host}:{port}", cell=settings.cell)
            with (
                erasing(service, wanted=with_eraser),
                publishing(service.log.publishing, wanted=with_worker),
                delivering(service, Allowed(settings.webhook_networks), wanted=with_worker),
            ):
                server.run(sockets=[listening])
        finally:
            if with_worker:
                worker.stop()
            listening.close()
