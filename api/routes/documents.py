"""Documents to keep, as PDF: the contract, an amendment, a receipt.

Each is made for its reader from what they may read, in Dutch, French or English, and the same record gives the same
bytes. Its SHA-256 is in the access log before it leaves (R53, R59).
"""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.asking import Asker, InBackend, id_of
from api.documents import InLanguage, Making, make, shows_pdf
from api.reading import find, look, tell
from api.recording import InReads
from api.routes.acting import EngagementId, reads
from domain.contract_versions import VersionRecord, amended, contract_versions
from domain.errors import NotFound
from domain.reads import DocumentKind, View
from domain.standing import proofs
from projections import secrecy, sections
from projections.documents.amendment import amendment
from projections.documents.contract import MADE_OF, contract
from projections.documents.receipt import receipt
from projections.opened import Story
from projections.recorded import Found

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["documents"])

Number = Annotated[int, Path(ge=1, le=10_000, description="The contract version's number.")]

_VERSIONS: Final = "/contract/versions/{number}"


@router.get(f"{_VERSIONS}.pdf", response_class=Response, responses={**shows_pdf("The contract version"), **reads()})
def contract_document(
    engagement_id: EngagementId,
    number: Number,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    language: InLanguage = None,
) -> Response:
    """A contract version with its signatures (R18), as far as you may read it; what you may not, by its commitment."""
    sight = look(behind, id_of(engagement_id), asker.person)
    found = find(behind, sight.of_engagement).about(*MADE_OF)
    one = _readable(found, contract_versions(behind.write_side, sight.engagement.id).get(number))
    making = make(behind, recorded, asker, sight, found.places, language)
    story = tell(behind, found, making.ticket)
    copy = making.copy(DocumentKind.CONTRACT, str(number), one.at, sight.role.word, _names(story))
    return making.answer(DocumentKind.CONTRACT, contract(_version(story, number), copy), f"contract-{number}")


@router.get(
    f"{_VERSIONS}/amendment.pdf",
    response_class=Response,
    responses={**shows_pdf("What the version changes"), **reads()},
)
def amendment_document(
    engagement_id: EngagementId,
    number: Number,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    language: InLanguage = None,
) -> Response:
    """What a contract version changes of the one in force before it (R36), as far as you may read both."""
    sight = look(behind, id_of(engagement_id), asker.person)
    found = find(behind, sight.of_engagement).about(*MADE_OF)
    known = contract_versions(behind.write_side, sight.engagement.id)
    after, before = _readable(found, known.get(number)), _readable(found, amended(known, number))
    making = make(behind, recorded, asker, sight, found.places, language)
    story = tell(behind, found, making.ticket)
    copy = making.copy(DocumentKind.AMENDMENT, str(number), after.at, sight.role.word, _names(story))
    sheet = amendment(_version(story, before.number), _version(story, number), copy)
    return making.answer(DocumentKind.AMENDMENT, sheet, f"amendment-{number}")


@router.get("/receipts/{erasure_id}.pdf", response_class=Response, responses={**shows_pdf("The receipt"), **reads()})
def receipt_document(
    engagement_id: EngagementId,
    erasure_id: Annotated[str, Path(description="The erasure's id.")],
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    language: InLanguage = None,
) -> Response:
    """A receipt for people (R64). What proves the erasure is the signed JSON beside it, `receipts/{erasure_id}`."""
    sight, wanted = look(behind, id_of(engagement_id), asker.person), id_of(erasure_id)
    proof = next((one for one in proofs(sight) if one.erasure_id == wanted), None)
    if proof is None:
        raise NotFound
    making: Making = make(behind, recorded, asker, sight, (), language, view=View.KEY_RECORD)
    signed = json.loads(behind.receipts.signed(secrecy.statement(sight, proof)))
    copy = making.copy(DocumentKind.RECEIPT, str(wanted), proof.erased_at, sight.role.word, {})
    return making.answer(DocumentKind.RECEIPT, receipt(signed, copy), f"receipt-{wanted}")


def _readable(found: Found, one: VersionRecord | None) -> VersionRecord:
    """A version of which the reader may read something.

    Raises:
        NotFound: there is none, or nothing of it is theirs to read.
    """
    if one is None or found.versions.isdisjoint(one.events):
        raise NotFound
    return one


def _version(story: Story, number: int) -> sections.Json:
    versions: list[sections.Json] = sections.contract(story)["versions"]
    found = next((one for one in versions if one["contract_version"] == number), None)
    if found is None:
        raise NotFound  # its keys went at this very moment
    return found


def _names(story: Story) -> dict[str, str | None]:
    names: dict[str, str | None] = sections.engagement(story)["names"]
    return names
