"""Evidence for appointed auditors: bundles that they check offline, and proofs of single events.

An auditor sees that something happened, in which role, with which flags and counts, and whose keys opened it: process
facts. No content, unless somebody disclosed it to them. To everybody else nothing is here.
"""

import re
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import StreamingResponse

from api import problems as p
from api.asking import Asker, InBackend, id_of
from api.backend import Backend, Identity
from api.recording import InReads, Recording
from api.routes.acting import EngagementId, reads
from api.values import Moment
from domain.audit import BundleScope
from domain.errors import NotFound
from domain.reads import Positions, View
from domain.vocabulary import Role

router = APIRouter(prefix="/v1/audit", tags=["audit"])

ZIP: Final = "application/zip"
"""A bundle's media type; docs/reference/verifier.md has its form."""
COSE: Final = "application/cose"
TEXT: Final = "text/plain; charset=utf-8"

_POSITION: Final = re.compile(r"[1-9][0-9]{0,17}")

_ANSWERS: Final = {
    200: {
        "description": "A bundle of evidence (form `driehoek-bundle/1`), which `driehoek verify` checks offline.",
        "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
    },
    **reads(p.BundleTooLarge),
}
PersonId = Annotated[str, Path(description="The person's id.")]
Since = Annotated[
    int | None,
    Query(ge=1, le=(1 << 63) - 1, description="A checkpoint's size: the bundle then proves that the log extends it."),
]


Period = tuple[datetime, datetime]


def auditor(behind: Backend, asker: Identity) -> None:
    """Guard: an appointed auditor asks. To anybody else nothing is here.

    Raises:
        NotFound: somebody else does.
    """
    if not behind.write_side.oversees(asker.person, Role.AUDITOR):
        raise NotFound


@router.get("/bundles/engagements/{engagement_id}", response_class=StreamingResponse, responses=_ANSWERS)
def export_engagement_evidence(
    engagement_id: EngagementId, behind: InBackend, asker: Asker, recorded: InReads, since: Since = None
) -> StreamingResponse:
    """Everything on record of an engagement. Its coachee is told, in the access log."""
    return _bundle(behind, asker, recorded, BundleScope.ENGAGEMENT, id_of(engagement_id), None, since)


@router.get("/bundles/people/{person_id}", response_class=StreamingResponse, responses=_ANSWERS)
def export_person_evidence(
    person_id: PersonId, behind: InBackend, asker: Asker, recorded: InReads, since: Since = None
) -> StreamingResponse:
    """All engagements in which somebody is or was a party, and their own record. All their coachees are told."""
    return _bundle(behind, asker, recorded, BundleScope.PERSON, id_of(person_id), None, since)


@router.get("/bundles/coaches/{person_id}", response_class=StreamingResponse, responses=_ANSWERS)
def export_coach_evidence(
    person_id: PersonId, behind: InBackend, asker: Asker, recorded: InReads, since: Since = None
) -> StreamingResponse:
    """All engagements that somebody coaches or coached, and their own record. All their coachees are told."""
    return _bundle(behind, asker, recorded, BundleScope.COACH, id_of(person_id), None, since)


@router.get("/bundles/period", response_class=StreamingResponse, responses=_ANSWERS)
def export_period_evidence(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    begins: Annotated[Moment, Query(alias="from", description="From when on (RFC 3339).")],
    ends: Annotated[Moment, Query(alias="to", description="Until when, not included.")],
    since: Since = None,
) -> StreamingResponse:
    """Everything on record between two moments, and what went before in the same streams."""
    return _bundle(behind, asker, recorded, BundleScope.PERIOD, None, (begins, ends), since)


@router.get(
    "/proofs/{position}",
    response_class=Response,
    responses={
        200: {
            "description": "A C2SP tlog-proof with the leaf as `extra`, or by `Accept` a COSE receipt (RFC 9942).",
            "content": {
                "text/plain": {"schema": {"type": "string", "format": "binary"}},
                COSE: {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **reads(),
    },
)
def prove_event(
    position: Annotated[str, Path(description="The event's position in the log, from 1; its index is one less.")],
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    accept: Annotated[str, Header(description="`text/plain` (the default) or `application/cose`.")] = TEXT,
) -> Response:
    """Proof that one event is in the log that the latest checkpoint signs: checked offline, without the rest."""
    auditor(behind, asker)
    if not _POSITION.fullmatch(position) or not behind.evidence.proves(int(position)):
        raise NotFound
    at = Positions(int(position), int(position))
    cose = COSE in {kind.partition(";")[0].strip() for kind in accept.lower().split(",")}
    proof = behind.evidence.proof(at.first, recorded.audit(View.LOG, log=at), cose=cose)
    headers = {"Content-Type": COSE if cose else TEXT, "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(proof, headers=headers)


def _bundle(
    behind: Backend,
    asker: Identity,
    recorded: Recording,
    kind: BundleScope,
    about: UUID | None,
    period: Period | None,
    since: int | None,
) -> StreamingResponse:
    auditor(behind, asker)
    prepared = behind.evidence.prepare(kind, about, period, asker.person, behind.clock(), since)
    size, pieces = behind.evidence.made(prepared, recorded.record(*prepared.reads))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="driehoek-{kind.value}.zip"',
        "Content-Length": str(size),
    }
    return StreamingResponse(pieces, media_type=ZIP, headers=headers)
