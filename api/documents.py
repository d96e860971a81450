"""Documents to keep, from the read that opens what they are made of to the read that says which file was given out.

Two reads are on record before a byte leaves: the first opens what the document says, the second names the document by
its SHA-256. The gate (:mod:`api.recording`) holds the file against the second.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Query, Response

from api import problems as p
from api.backend import Backend, Identity
from api.recording import PDF, Recording
from domain.principals import Person
from domain.reads import DocumentKind, Given, Place, Purpose, Read, Ticket, View
from domain.sight import Sight
from projections.documents.copy import Copy
from projections.documents.sheet import LANGUAGES, CannotBeSet, Language, Sheet

InLanguage = Annotated[
    Language | None, Query(description="Of what the document says itself; by default the one you registered with.")
]

LATER: Final = 5
"""Seconds after which to ask again for a document that couldn't be set."""


def shows_pdf(what: str) -> dict[int | str, dict[str, Any]]:
    """The description of an answer that is a document."""
    described = f"{what}, as PDF/UA-1. `Repr-Digest` (RFC 9530) is the SHA-256 that the access log has of it."
    return {200: {"description": described, "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}


@dataclass(frozen=True)
class Making:
    """A document in the making: what it takes is on record, and may be opened with the ticket.

    Attributes:
        read, ticket: the first read.
        language: the one asked for, or the reader's own.
    """

    behind: Backend
    recorded: Recording
    read: Read
    ticket: Ticket
    language: Language

    def copy(self, kind: DocumentKind, which: str, at: datetime, reader: str, names: Mapping[str, str | None]) -> Copy:
        """Which copy this is; ``which`` says what of the engagement it is a document of."""
        engagement = str(self.read.engagement)
        return Copy(self.number(kind, which), self.language, engagement, reader, at, names)

    def number(self, kind: DocumentKind, which: str) -> str:
        """The number of this reader's copy, in this language."""
        reader, engagement = self.read.reader, self.read.engagement
        told = [kind.value, which, str(engagement), str(reader.person), reader.role.word, self.language]
        return self.behind.copies(json.dumps(told).encode())

    def set(self, sheet: Sheet) -> bytes:
        """The document's file.

        Raises:
            api.problems.Unavailable: it can't be set now.
        """
        try:
            return self.behind.press.set(sheet)
        except CannotBeSet:
            raise p.Unavailable(retry_after=LATER) from None

    def give(self, kind: DocumentKind, digest: bytes) -> dict[str, str]:
        """Put on record that a file with this SHA-256 is given out; returns what the answer's head says of it."""
        self.recorded.give(self.read, Given(kind, digest))
        return {"Cache-Control": "no-store", "Repr-Digest": f"sha-256=:{b64encode(digest).decode()}:"}

    def answer(self, kind: DocumentKind, sheet: Sheet, name: str) -> Response:
        """Set a document and give it out under a file name."""
        made = self.set(sheet)
        headers = self.give(kind, sha256(made).digest())
        headers["Content-Disposition"] = f'attachment; filename="driehoek-{name}.pdf"'
        return Response(made, media_type=PDF, headers=headers)


def make(
    behind: Backend,
    recorded: Recording,
    asker: Identity,
    sight: Sight,
    places: Iterable[Place],
    language: Language | None,
    purpose: Purpose = Purpose.DOCUMENT,
    view: View | None = None,
) -> Making:
    """Put on record what a document of an engagement is made of for one of its readers.

    Args:
        behind: what the web stands on.
        recorded: records this request's reads.
        asker: who asks.
        sight: what the reader sees of the engagement.
        places: what will be opened.
        language: as ``make_of``.
        purpose: what the read is for.
        view: what it is of; by default the reader's own view.

    Raises:
        domain.reads.NotRecorded: it isn't on record.
    """
    return make_of(behind, recorded, asker, recorded.read_of(sight, purpose, *places, view=view), language)


def make_of(
    behind: Backend, recorded: Recording, asker: Identity, read: Read, language: Language | None, *beside: Read
) -> Making:
    """Put on record the read that a document is made of.

    Args:
        behind: what the web stands on.
        recorded: records this request's reads.
        asker: who asks.
        read: by whom, of what.
        language: the one asked for; None for the one that the asker registered with, which is then read, too.
        beside: reads of other engagements that it tells of as well.

    Raises:
        domain.reads.NotRecorded: it isn't on record.
    """
    if language is None:  # it stands in their own record
        own = Place(asker.person, 1, behind.write_side.load(Person, asker.person).version)
        read = replace(read, places=(*read.places, own))
    ticket = recorded.record(read, *beside)
    chosen = language or registered(behind.language_of(asker.person, ticket))
    return Making(behind, recorded, read, ticket, chosen)


def registered(language: str) -> Language:
    """The registered language, where there are texts in it."""
    return next((known for known in LANGUAGES if known == language), "en")
