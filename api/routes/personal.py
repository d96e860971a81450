"""The coach's notebook and the coachee's journal. Pure additions: nobody else writes there, so no version is needed."""

from fastapi import APIRouter, Response

from api import bodies
from api.asking import InBackend, Writing, id_of
from api.routes.acting import Done, EngagementId, additions, done
from domain.personal import Diary, Notebook, WriteEntry, WriteNote, personal_stream_id

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["personal"])


@router.post("/notes", status_code=201, responses=additions("erasure-already-requested", "retention-over"))
def write_note(
    engagement_id: EngagementId, body: bodies.Note, writing: Writing, behind: InBackend, response: Response
) -> Done:
    """Write a private note, as the coach. Nobody else can read it, nor count it."""
    engagement = id_of(engagement_id)
    command = WriteNote(engagement, body.content())
    return done(
        response,
        behind.write_side.execute(
            personal_stream_id(engagement, Notebook, writing.asked.actor), command, writing.asked
        ),
    )


@router.post("/journal", status_code=201, responses=additions())
def write_entry(
    engagement_id: EngagementId, body: bodies.Entry, writing: Writing, behind: InBackend, response: Response
) -> Done:
    """Write in your journal, as the coachee. Nobody else can read it, nor count it."""
    engagement = id_of(engagement_id)
    command = WriteEntry(engagement, body.content())
    return done(
        response,
        behind.write_side.execute(personal_stream_id(engagement, Diary, writing.asked.actor), command, writing.asked),
    )
