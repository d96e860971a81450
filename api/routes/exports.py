"""The coachee's export: everything that they can read of an engagement, to take away (X11, GDPR art. 20)."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.asking import Asker, InBackend, id_of
from api.reading import look, story
from api.routes.acting import EngagementId, reads
from api.routes.disclosures import open_shown
from domain.errors import NotYours
from domain.shown import shown_to
from domain.vocabulary import Role
from projections.export import Language, archive, document

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
    language: Annotated[Language, Query(description="Of what the archive says itself.")] = "en",
) -> StreamingResponse:
    """Everything that you, the coachee, can read of an engagement, in one archive; the same state gives the same bytes.

    It isn't encrypted: what becomes of it is in your hands.
    """
    sight = look(behind, id_of(engagement_id), asker.person)
    if sight.role is not Role.COACHEE:
        raise NotYours("not-your-role")
    read = story(behind, sight)
    shown = shown_to(behind.write_side, sight.engagement.id, asker.person, sight.at)
    disclosed = [
        open_shown(behind, one, one.place, asker.person, sight.at).model_dump()
        for one in shown
        if one.place is not None and one.ended is None
    ]
    made = document(sight, read, disclosed)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="driehoek-export.zip"',
        "ETag": f'"{sight.tag}"',
    }
    return StreamingResponse(archive(made, language), media_type=ZIP, headers=headers)
