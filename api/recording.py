"""Putting reads on record: what every GET route does before it answers, and the gate that holds it to that.

A route asks for :data:`InReads` and records what it is about to show; the ticket that it gets opens that, and nothing
else. :class:`Gate` stands outside all routes: a GET that is answered with success although nothing was recorded for it
never reaches the asker, nor does a document, to its last byte, whose SHA-256 isn't on record. Routes that show nothing
of anybody are named in :data:`UNRECORDED` and :data:`OF_NOBODY`, each with its reason; a test asks that every other
GET route records.

A refusal isn't a read: it shows nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.asking import Asker, InBackend
from api.backend import Backend, Identity
from domain.reads import VIEW_OF, Given, Place, Positions, Purpose, Read, Reader, Ticket, View
from domain.sight import Sight
from domain.vocabulary import Role

PDF: Final = "application/pdf"
"""The media type of documents."""

UNRECORDED: Final[Mapping[str, str]] = {
    "/livez": "whether the process runs; nothing of anybody is looked at",
    "/readyz": "whether store and issuer can be used; nothing of anybody is looked at",
    "/metrics": "counts of the process and its cell, for whoever runs it; nothing of anybody is looked at",
    "/login": "sends a browser to the provider and takes it back; nothing of anybody is looked at",
    "/v1/openapi.json": "the API's description, the same for everybody",
    "/v1/problems": "the catalogue of problems and its pages, the same for everybody",
}
"""GET routes that record nothing, with all below them, and why."""

OF_NOBODY: Final[Mapping[str, str]] = {
    "/v1/audit/log/checkpoint": "the log's size and root, signed; an auditor's tools look every few seconds",
    "/v1/audit/log/tile/{level}/{place:path}": "hashes of hashes of sealed bytes, which tell nothing of anybody",
    "/v1/policies": "the process policy's numbers, the same for everybody who may ask",
}
"""GET routes that ask who asks and record nothing all the same, and why. They depend on :func:`of_nobody`."""


class Recording:
    """Records the reads of one request.

    Args:
        request: the request; it remembers that something was recorded for it.
        behind: the backend.
        asker: who asks.
    """

    def __init__(self, request: Request, behind: Backend, asker: Identity) -> None:
        self._request, self._behind, self.asker = request, behind, asker

    def record(self, *reads: Read) -> Ticket:
        """Record these reads, all or none; returns once they are durable.

        Raises:
            domain.reads.NotRecorded: they aren't; the answer is 503.
        """
        ticket = self._behind.reads.record(*reads)
        self._request.state.recorded = ticket
        return ticket

    def of_sight(self, sight: Sight, purpose: Purpose, *places: Place, view: View | None = None) -> Ticket:
        """Record a read of an engagement by whoever the sight is for; by default of their own view.

        Raises:
            domain.reads.NotRecorded: it isn't on record.
        """
        return self.record(self.read_of(sight, purpose, *places, view=view))

    def read_of(self, sight: Sight, purpose: Purpose, *places: Place, view: View | None = None) -> Read:
        """What ``of_sight`` records, for whoever records several at once."""
        return Read(
            reader=Reader(self.asker.person, sight.role, sight.principal),
            at=sight.at,
            purpose=purpose,
            view=view or VIEW_OF[sight.role],
            engagement=sight.engagement.id,
            places=places,
        )

    def give(self, read: Read, given: Given) -> Ticket:
        """Record that a document, made of what this read opened, is about to be given out.

        Raises:
            domain.reads.NotRecorded: it isn't on record.
        """
        return self.record(replace(read, given=given))

    def of_own(self, purpose: Purpose, view: View, *, log: Positions | None = None) -> Ticket:
        """Record a read by the asker of what is theirs and belongs to no engagement.

        Raises:
            domain.reads.NotRecorded: it isn't on record.
        """
        return self.record(Read(Reader.as_self(self.asker.person), self._behind.clock(), purpose, view, log=log))

    def audit(
        self,
        view: View,
        *,
        engagement: UUID | None = None,
        places: tuple[Place, ...] = (),
        log: Positions | None = None,
    ) -> Ticket:
        """Record an auditor's read: of entries or proofs by their positions in the log, or of an engagement's bundle.

        Args:
            view: ``View.LOG`` or ``View.BUNDLE``.
            engagement: whose bundle it is; the read then goes into that engagement's access stream and its coachee is
                told of it. Without one it goes into the auditor's own.
            places: the streams that a bundle holds, each with its range of versions.
            log: the positions (from 1) that are shown.

        Raises:
            domain.reads.NotRecorded: it isn't on record.
        """
        reader = Reader(self.asker.person, Role.AUDITOR, self.asker.person)
        return self.record(Read(reader, self._behind.clock(), Purpose.AUDIT, view, engagement, places, log))


async def recording(request: Request, behind: InBackend, asker: Asker) -> Recording:
    """What records the reads of this request."""
    return Recording(request, behind, asker)


InReads = Annotated[Recording, Depends(recording)]


class NothingShown:
    """Stands where a ticket would: the route shows nothing of anybody."""


async def of_nobody(request: Request) -> None:
    """Let an answer pass without a read on record; for the routes in :data:`OF_NOBODY` alone, which a test asks."""
    request.state.recorded = NothingShown()


class Unrecorded(Exception):  # noqa: N818 - a finding, named by what was found
    """A route was about to show something for which no read is on record. A fault of ours; the answer is 500."""

    def __init__(self) -> None:
        super().__init__("an answer without a recorded read was held back")


class Misgiven(Exception):  # noqa: N818 - a finding, named by what was found
    """What was about to be given out isn't the document that is on record: keys went meanwhile, or a fault of ours."""

    def __init__(self) -> None:
        super().__init__("a document that isn't the one on record was held back")


class Gate:
    """ASGI middleware around the application: no success of a GET leaves without a recorded read.

    Where a read says which document is given, the last of its bytes leaves only if they are that document's: an answer
    that breaks off is no whole document. A PDF always needs such a read.

    Args:
        app: what it watches.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer only if the read is on record.

        Raises:
            Unrecorded: it isn't.
            Misgiven: the document isn't the one on record.
        """
        if scope["type"] != "http" or scope["method"] not in _READING or unrecorded(scope["path"]):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        weighed: _Weighed | None = None

        async def watched(message: Message) -> None:
            nonlocal weighed
            if message["type"] == "http.response.start" and message["status"] < _REFUSALS:
                ticket = state.get("recorded")
                if not isinstance(ticket, Ticket | NothingShown):
                    raise Unrecorded
                given = ticket.given if isinstance(ticket, Ticket) else ()
                if not given and _is_pdf(message):
                    raise Unrecorded
                weighed = _Weighed(given) if given else None
            elif message["type"] == "http.response.body" and weighed is not None:
                message = {
                    **message,
                    "body": weighed.let_out(message.get("body", b""), more=message.get("more_body", False)),
                }
            await send(message)

        await self._app(scope, receive, watched)


class _Weighed:
    """A document's bytes on their way out; the latest of them wait until those behind them are known, too."""

    def __init__(self, given: tuple[Given, ...]) -> None:
        self._expected = {one.sha256 for one in given}
        self._hash, self._held = sha256(), b""

    def let_out(self, piece: bytes, *, more: bool) -> bytes:
        """What may go now that this piece is there.

        Raises:
            Misgiven: the document is at its end and isn't the one on record.
        """
        self._hash.update(piece)
        if not more and self._hash.digest() not in self._expected:
            raise Misgiven
        if not more:
            return self._held + piece
        out, self._held = (self._held, piece) if piece else (b"", self._held)
        return out


def _is_pdf(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name == b"content-type"]
    return kinds == [PDF.encode()]


_READING: Final = frozenset({"GET", "HEAD"})
_REFUSALS: Final = 400
"""Statuses from here on show nothing."""


def unrecorded(path: str) -> bool:
    """Whether a path is one of :data:`UNRECORDED`, or below one."""
    return any(path == known or path.startswith(f"{known}/") for known in UNRECORDED)
