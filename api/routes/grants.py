"""The key record, as the asker may know it: who may see what until when, and the receipts of what was erased.

A party sees what is its own, and so does a team's member; the coachee everybody's (R59). A receipt is a document to
keep: signed by the service, checked without it.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from api.asking import Asker, InBackend, id_of
from api.reading import look
from api.recording import InReads
from api.routes.acting import EngagementId, reads
from domain.errors import NotFound
from domain.facts import rfc3339
from domain.reads import Purpose, View
from domain.standing import Proof, proofs, standings
from projections import secrecy

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["grants"])


class Grant(BaseModel):
    """What somebody may read, and until when.

    ``lifetime`` is the clause's; null for escrow and for a disclosed part. ``since``, ``erased`` and ``receipt`` are
    null where that isn't told: of what they don't read, as a coach's notes and others' concerns, the coachee learns
    what the contract says, not whether there is any.
    """

    role: str
    principal_id: str
    items: list[str]
    lifetime: str | None
    since: str | None
    ends_at: str | None
    ground: str | None
    erased: bool | None
    receipt: dict[str, str | int] | None


class Grants(BaseModel):
    """All that you may know of."""

    entries: list[Grant]


class Receipt(BaseModel):
    """An erasure that is done; the document to keep is at ``receipts/{erasure_id}``."""

    erasure_id: str
    ground: str
    roles: list[str]
    requested_at: str
    erased_at: str
    epoch: int


class Receipts(BaseModel):
    """All that you may have, oldest first."""

    entries: list[Receipt]


class ErasedGrant(BaseModel):
    """One grant that is gone: who held it, as what, and the slot of the key tree that it hung from."""

    role: str
    principal: str
    slot: str
    lifetime: str | None


class Statement(BaseModel):
    """What a receipt says; the heads are SHA-256 in hexadecimal."""

    deployment: str
    engagement: str
    reader: str
    erasure: str
    ground: str
    grants: list[ErasedGrant]
    requested_at: str
    due_at: str
    erased_at: str
    epoch: int
    tombstone_head: str
    page_head: str | None


class SignedReceipt(BaseModel):
    """A receipt: the statement, the service's Ed25519 key and its signature, in hexadecimal."""

    format: Literal["driehoek-receipt/1"]
    statement: Statement
    public_key: str
    signature: str


@router.get("/grants", responses=reads())
def list_grants(
    engagement_id: EngagementId, behind: InBackend, asker: Asker, recorded: InReads, response: Response
) -> Grants:
    """Who may see what, and when it ends: your own grants; as the coachee, everybody's."""
    response.headers["Cache-Control"] = "no-store"
    sight = look(behind, id_of(engagement_id), asker.person)
    recorded.of_sight(sight, Purpose.GRANTS, view=View.KEY_RECORD)
    return Grants(entries=[Grant(**secrecy.standing(one)) for one in standings(sight)])


@router.get("/receipts", responses=reads())
def list_receipts(
    engagement_id: EngagementId, behind: InBackend, asker: Asker, recorded: InReads, response: Response
) -> Receipts:
    """The erasures that are done: of your own keys; as the coachee, of everybody's to this engagement."""
    response.headers["Cache-Control"] = "no-store"
    sight = look(behind, id_of(engagement_id), asker.person)
    recorded.of_sight(sight, Purpose.GRANTS, view=View.KEY_RECORD)
    return Receipts(entries=[_receipt(one) for one in proofs(sight)])


def _receipt(one: Proof) -> Receipt:
    return Receipt(
        erasure_id=str(one.erasure_id),
        ground=one.ground.value,
        roles=sorted({grant.role.word for grant in one.grants}),
        requested_at=rfc3339(one.requested_at),
        erased_at=rfc3339(one.erased_at),
        epoch=one.epoch,
    )


@router.get(
    "/receipts/{erasure_id}",
    response_class=Response,
    responses={200: {"model": SignedReceipt, "description": "The receipt, as canonical JSON."}, **reads()},
)
def read_receipt(
    engagement_id: EngagementId,
    erasure_id: Annotated[str, Path(description="The erasure's id.")],
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
) -> Response:
    """A receipt to keep, byte for byte: signed by the service, and checked without it.

    The signature (Ed25519, by the public key beside it) is over the four-byte length and the bytes of the text
    `driehoek/receipt/v1`, and then the length and the bytes of the statement as canonical JSON (sorted names, no white
    space, UTF-8).
    """
    sight, wanted = look(behind, id_of(engagement_id), asker.person), id_of(erasure_id)
    proof = next((one for one in proofs(sight) if one.erasure_id == wanted), None)
    if proof is None:
        raise NotFound
    recorded.of_sight(sight, Purpose.GRANTS, view=View.KEY_RECORD)
    document = behind.receipts.signed(secrecy.statement(sight, proof))
    return Response(document, media_type="application/json", headers={"Cache-Control": "no-store"})
