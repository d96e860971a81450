"""The coachee's export: everything that they can read of an engagement, to take away (X11, GDPR art. 20)."""

import json
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.asking import Asker, InBackend, id_of
from api.reading import find, look, tell
from api.recording import InReads
from api.routes.acting import EngagementId, reads
from api.routes.disclosures import lies_at, open_shown
from domain.errors import NotYours
from domain.principals import Person
from domain.reads import Place, Purpose
from domain.shown import shown_to
from domain.signers import signers
from domain.standing import proofs
from domain.vocabulary import Role
from projections import secrecy
from projections.export import Export, archive
from projections.export_texts import Language

router = APIRouter(prefix="/v1", tags=["views"])

ZIP: Final = "application/zip"


@router.get(
    "/engagements/{engagement_id}/exports",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A ZIP archive: `export.json` (form `driehoek-export/1`), `export.html`, `README.txt`.",
            "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        },
        **reads(),
    },
)
def export_engagement(
    engagement_id: EngagementId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    language: Annotated[
        Language | None, Query(description="Of what the archive says itself; by default the one you registered with.")
    ] = None,
) -> StreamingResponse:
    """Everything that you, the coachee, can read of an engagement, in one archive; the same state gives the same bytes.

    It isn't encrypted: what becomes of it is in your hands. It is made as it is sent: an answer that breaks off is no
    whole archive, and no tool takes it for one.
    """
    sight = look(behind, id_of(engagement_id), asker.person)
    if sight.role is not Role.COACHEE:
        raise NotYours("not-your-role")
    everything = find(behind, sight, sealed=False)  # whole, or refused before it begins
    of_engagement = find(behind, sight.of_engagement)
    known = shown_to(behind.write_side, sight.engagement.id, asker.person, sight.at)
    shown = [(one, one.place) for one in known if one.place is not None and one.ended is None]
    lies = [*everything.places, *(lies_at(place) for _, place in shown)]
    if language is None:  # it stands in their own record
        lies.append(Place(asker.person, 1, behind.write_side.load(Person, asker.person).version))
    view, ticket = behind.views[sight.role], recorded.of_sight(sight, Purpose.EXPORT, *lies)
    export = Export(
        sight=sight,
        story=tell(behind, of_engagement, ticket),
        pieces=lambda: view.pieces(everything, ticket),
        disclosed=[open_shown(behind, ticket, one, place, asker.person, sight.at).model_dump() for one, place in shown],
        signers=signers(behind.write_side, sight.engagement.id),
        receipts=[json.loads(behind.receipts.signed(secrecy.statement(sight, one))) for one in proofs(sight)],
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="driehoek-export.zip"',
        "ETag": f'"{sight.tag}"',
    }
    chosen = language or _registered(behind.language_of(asker.person, ticket))
    return StreamingResponse(archive(export, chosen), media_type=ZIP, headers=headers)


def _registered(language: str) -> Language:
    """The registered language, where there are texts in it."""
    return next((known for known in _LANGUAGES if known == language), "en")


_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
