"""The coaching supervisors' adherence report as a document: one engagement at one moment, by pseudonyms and roles."""

from fastapi import APIRouter, Response

from api.asking import Asker, InBackend
from api.documents import InLanguage, make_of, shows_pdf
from api.recording import InReads
from api.routes.acting import reads
from api.routes.oversight import Look, Pseudonym
from domain.errors import NotFound
from domain.reads import DocumentKind, Purpose, Read, Reader, View
from domain.vocabulary import Role
from projections.documents.adherence import report
from projections.documents.copy import Copy

router = APIRouter(prefix="/v1/oversight", tags=["oversight"])

_S = Role.COACHING_SUPERVISOR


@router.get("/adherence/{pseudonym}.pdf", response_class=Response, responses={**shows_pdf("The report"), **reads()})
def adherence_document(
    pseudonym: Pseudonym,
    look: Look,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    language: InLanguage = None,
) -> Response:
    """All findings of one engagement, as they are now: what `adherence/{pseudonym}` says, to keep.

    Findings depend on the time: the same record at the same moment gives the same bytes.
    """
    withheld = look.board.engagement(asker.person, look.now, pseudonym)
    if withheld is None:
        raise NotFound
    reader = Reader(asker.person, _S, asker.person)
    read, *beside = (  # later engagements of the same people are told of, too
        Read(reader, look.now, Purpose.ADHERENCE, View.ADHERENCE, *told_of) for told_of in withheld.places.items()
    )
    making = make_of(behind, recorded, asker, read, language, *beside)
    told = withheld.answer(making.ticket)
    number = making.number(DocumentKind.ADHERENCE, told["at"])
    copy = Copy(number, making.language, pseudonym, _S.word, look.now)
    return making.answer(DocumentKind.ADHERENCE, report(told, copy), f"adherence-{pseudonym}")
