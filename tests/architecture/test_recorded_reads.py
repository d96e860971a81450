"""Nothing is shown without its read on record, by construction: routes, types, and the gate in front of both."""

import ast
import asyncio
import contextlib
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import StreamingResponse
from starlette.middleware import Middleware
from starlette.requests import Request

from api.app import create_app
from api.backend import Disclosures
from api.description import FILE, NOBODY
from api.recording import OF_NOBODY, PDF, UNRECORDED, Gate, Misgiven, Unrecorded, of_nobody, recording
from domain.reads import DocumentKind, Given, Purpose, Read, Reader, Ticket, View
from projections.recorded import HeldBack, RecordedTimeline, RecordedView
from tests.architecture.house import ROOMS, name_of, sources

MINT = "ops/reads.py"
AT = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = "what somebody told in confidence"


def _app() -> FastAPI:
    return create_app(NOBODY)


def _gets(app: FastAPI) -> Iterator[tuple[str, Any]]:
    """Path and dependencies of every GET route, wherever it was included."""
    for route in cast("list[Any]", app.routes):
        for one in route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]:
            if "GET" in (one.methods or ()):
                yield one.path, getattr(one, "dependant", None)


def _depends(dependant: Any, on: Callable[..., object]) -> bool:
    return dependant is not None and any(one.call is on or _depends(one, on) for one in dependant.dependencies)


def _excepted(path: str) -> bool:
    return any(path == known or path.startswith(f"{known}/") for known in UNRECORDED)


def _forgotten(app: FastAPI) -> list[str]:
    return [
        path
        for path, dependant in _gets(app)
        if not _excepted(path)
        and not _depends(dependant, recording)
        and not (path in OF_NOBODY and _depends(dependant, of_nobody))
    ]


def test_every_get_route_records_or_says_why_not() -> None:
    """Each route that answers a GET asks for what records reads, or is on the list of exceptions."""
    paths = [path for path, _ in _gets(_app())]
    assert {"/livez", "/v1/engagements", "/v1/views/{view}/engagements/{engagement_id}"} <= set(paths)
    assert _forgotten(_app()) == []


def test_only_hashes_are_shown_without_a_record() -> None:
    """The routes that may let an answer pass are the two that are named, and each has its reason."""
    passing = [path for path, dependant in _gets(_app()) if _depends(dependant, of_nobody)]
    assert sorted(passing) == sorted(OF_NOBODY)
    assert all(len(reason.split()) > 4 for reason in OF_NOBODY.values())


def test_a_new_route_without_a_record_is_noticed() -> None:
    """Positive control: a route that was added without either is named, also below a router."""
    app, router = _app(), APIRouter(prefix="/v1/leaks")

    @app.get("/v1/leak")
    def _leak() -> str:
        return PLAIN

    @router.get("/{number}")
    def _leaks(number: int) -> str:
        return PLAIN * number

    app.include_router(router)
    assert _forgotten(app) == ["/v1/leak", "/v1/leaks/{number}"]


def test_every_exception_has_a_reason_and_a_route() -> None:
    """No exception outlives its routes, none is without a reason, and none covers a route that knows who asks."""
    routes = list(_gets(_app()))
    for known, reason in UNRECORDED.items():
        assert len(reason.split()) > 4, known
        covered = [dependant for path, dependant in routes if path == known or path.startswith(f"{known}/")]
        assert covered, known
        assert not any(dependant is not None and dependant.dependencies for dependant in covered), known


def _asked(route: Callable[[Request], Response]) -> httpx.Response:
    app = FastAPI(middleware=[Middleware(Gate)])
    app.add_api_route("/shown", route, methods=["GET"], response_class=Response)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://web") as web:
            return await web.get("/shown")

    return asyncio.run(ask())


@pytest.mark.parametrize("make", [Response, lambda text: StreamingResponse(iter([text]))], ids=["whole", "streamed"])
def test_the_gate_holds_back_what_is_not_on_record(make: Callable[[str], Response]) -> None:
    """A route that forgot, or that put something else where the ticket belongs, is answered with 500 and no word."""

    def forgets(_: Request) -> Response:
        return make(PLAIN)

    def pretends(request: Request) -> Response:
        request.state.recorded = True
        return make(PLAIN)

    def records(request: Request) -> Response:
        request.state.recorded = Ticket(())
        return make(PLAIN)

    for leaking in (forgets, pretends):
        answer = _asked(leaking)
        assert (answer.status_code, PLAIN in answer.text) == (500, False)
    assert _asked(records).text == PLAIN  # positive control


def _giving(digest: bytes) -> Ticket:
    read = Read(Reader.as_self(UUID(int=1)), AT, Purpose.DOCUMENT, View.COACH)
    return Ticket((replace(read, given=Given(DocumentKind.CONTRACT, digest)),))


@pytest.mark.parametrize("pieces", [[PLAIN], [PLAIN[:5], "", PLAIN[5:], ""]], ids=["whole", "streamed"])
def test_the_gate_holds_a_document_against_its_record(pieces: list[str]) -> None:
    """A document leaves whole if its SHA-256 is the one on record; else its end is kept back, and a PDF needs one."""

    def gives(digest: bytes | None) -> Callable[[Request], Response]:
        def route(request: Request) -> Response:
            request.state.recorded = Ticket(()) if digest is None else _giving(digest)
            return StreamingResponse(iter(pieces), media_type=PDF)

        return route

    good = sha256(PLAIN.encode()).digest()
    assert _asked(gives(good)).text == PLAIN  # positive control
    for bad in (None, bytes(32)):
        with contextlib.suppress(Misgiven, Unrecorded):
            assert PLAIN[-5:] not in _asked(gives(bad)).text


def test_every_route_of_documents_gives_them() -> None:
    """Each route whose answer is a PDF is described with its hash, so none of them goes another way."""
    description = json.loads(FILE.read_text())
    pdfs = {
        path
        for path, methods in description["paths"].items()
        if PDF in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    }
    assert {path for path in description["paths"] if path.endswith(".pdf")} == pdfs
    assert pdfs


def test_whatever_opens_something_wants_a_ticket() -> None:
    """Every door that the web has to content takes a ticket, and none can be called without one."""
    doors = (RecordedView.open, RecordedView.pieces, HeldBack.entries, Disclosures.open)
    for door in doors:
        wanted = inspect.signature(door).parameters["ticket"]
        assert (wanted.annotation, wanted.default) == (Ticket, inspect.Parameter.empty), door.__qualname__
    without = {name for kind in (RecordedView, RecordedTimeline) for name in vars(kind) if not name.startswith("_")}
    assert without - {"open", "pieces"} == {"find", "located", "pseudonym"}  # what opens nothing, or holds it back


def _made(text: str) -> list[int]:
    """The lines on which a ticket is made, or a name given to what makes one."""
    made = []
    for node in ast.walk(ast.parse(text)):
        called = isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == "Ticket"
        renamed = isinstance(node, ast.alias) and node.name == "Ticket" and node.asname is not None
        passed = isinstance(node, ast.Call) and any(ast.unparse(a).endswith("Ticket") for a in node.args)
        checked = isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance"
        if called or renamed or (passed and not checked):
            made.append(getattr(node, "lineno", 0))
    return made


def test_only_the_recorder_makes_tickets() -> None:
    """In all rooms, a ticket is made where reads are recorded, and nowhere else."""
    found = {name_of(path) for path in sources(*ROOMS) if _made(path.read_text(encoding="utf-8"))}
    assert found == {MINT}


@pytest.mark.parametrize(
    "text",
    [
        "Ticket(reads)",
        "reads.Ticket(())",
        "from domain.reads import Ticket as T",
        "object.__new__(Ticket)",
        "map(reads.Ticket, x)",
    ],
)
def test_a_forged_ticket_is_noticed(text: str) -> None:
    """Positive control: each way to come by a ticket is seen; to look at one isn't making one."""
    assert _made(text)
    assert not _made("isinstance(one, Ticket)")


def test_the_web_knows_no_view_but_through_tickets() -> None:
    """No file of the web room imports what opens views without a ticket."""
    unguarded = {"PartyView", "TimelineView", "PartOpener", "FactsOpener"}
    imported = {
        (name_of(path), alias.name)
        for path in sources("api")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert {name for _, name in imported}.isdisjoint(unguarded)
    assert ("api/backend.py", "RecordedView") in imported
