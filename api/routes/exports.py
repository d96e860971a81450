"""The coachee's export: everything that they can read of an engagement, to take away (X11, GDPR art. 20)."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api import problems as p
from api.asking import Asker, InBackend, id_of
from api.documents import LATER, InLanguage, make
from api.reading import find, look, tell
from api.recording import InReads
from api.routes.acting import EngagementId, reads
from api.routes.disclosures import lies_at, open_shown
from api.step_up import PROBLEMS, SteppedUp
from domain.errors import NotYours
from domain.reads import DocumentKind, Purpose
from domain.shown import shown_to
from domain.signers import signers
from domain.standing import proofs
from domain.vocabulary import Role
from projections import secrecy
from projections.documents.sheet import CannotBeSet
from projections.export import Export, archive

router = APIRouter(prefix="/v1", tags=["views"])

ZIP: Final = "application/zip"


@router.get(
    "/engagements/{engagement_id}/exports",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": (
                "A ZIP archive: `export.json` (form `driehoek-export/1`), `export.html`, `export.pdf`, `README.txt`. "
                "`Repr-Digest` (RFC 9530) is the SHA-256 that the access log has of it."
            ),
            "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        },
        **reads(*PROBLEMS),
    },
    dependencies=[SteppedUp],
)
def export_engagement(
    engagement_id: EngagementId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    language: InLanguage = None,
) -> StreamingResponse:
    """Everything that you, the coachee, can read of an engagement, in one archive; the same state gives the same bytes.

    It isn't encrypted: what becomes of it is in your hands. It is made twice: once for its SHA-256, which is put on
    record, and then as it is sent. An answer that breaks off is no whole archive, and no tool takes it for one.
    """
    sight = look(behind, id_of(engagement_id), asker.person)
    if sight.role is not Role.COACHEE:
        raise NotYours("not-your-role")
    everything = find(behind, sight, sealed=False)  # whole, or refused before it begins
    of_engagement = find(behind, sight.of_engagement)
    known = shown_to(behind.write_side, sight.engagement.id, asker.person, sight.at)
    shown = [(one, one.place) for one in known if one.place is not None and one.ended is None]
    lies = [*everything.places, *(lies_at(place) for _, place in shown)]
    making = make(behind, recorded, asker, sight, lies, language, Purpose.EXPORT)
    view, ticket = behind.views[sight.role], making.ticket
    export = Export(
        sight=sight,
        story=tell(behind, of_engagement, ticket),
        pieces=lambda: view.pieces(everything, ticket),
        disclosed=[open_shown(behind, ticket, one, place, asker.person, sight.at).model_dump() for one, place in shown],
        signers=signers(behind.write_side, sight.engagement.id),
        receipts=[json.loads(behind.receipts.signed(secrecy.statement(sight, one))) for one in proofs(sight)],
    )
    number = making.number(DocumentKind.EXPORT, sight.tag)
    headers = {
        **making.give(DocumentKind.EXPORT, _digest(archive(export, making.language, behind.press, number))),
        "Content-Disposition": 'attachment; filename="driehoek-export.zip"',
        "ETag": f'"{sight.tag}"',
    }
    return StreamingResponse(archive(export, making.language, behind.press, number), media_type=ZIP, headers=headers)


def _digest(pieces: Iterator[bytes]) -> bytes:
    """The SHA-256 of an archive that is made to find it out, and not kept: it is made again as it is sent.

    Raises:
        api.problems.Unavailable: it can't be made now.
    """
    found = sha256()
    try:
        for piece in pieces:
            found.update(piece)
    except CannotBeSet:
        raise p.Unavailable(retry_after=LATER) from None
    return found.digest()
