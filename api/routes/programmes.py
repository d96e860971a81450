"""Programmes: several engagements that an organisation asks for with one reason, and their statistics (R7, R10)."""

import dataclasses
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api import problems as p
from api import programme_bodies as shapes
from api import programmes as within
from api.asking import Asker, InBackend, Writing
from api.backend import Backend
from api.pages import Cursor, Limit, link, place_of
from api.recording import InReads
from api.routes.acting import Done, additions, done, reads
from domain import statistics
from domain.document import LEAST_K
from domain.engagement import Engagement
from domain.events import Content
from domain.programme import Programme, Release, StartProgramme
from domain.reads import Purpose, View
from domain.vocabulary import Role

router = APIRouter(prefix="/v1/programmes", tags=["programmes"])

ProgrammeId = Annotated[str, Path(description="The programme's id.")]


class Started(Done):
    """A programme that is on record; ``warnings`` say what the method would do otherwise (R7)."""

    warnings: list[str]


@router.post("", status_code=201, responses=additions("unknown-organisation", "already-registered"))
def start_programme(body: shapes.Programme, writing: Writing, behind: InBackend, response: Response) -> Started:
    """Begin a programme, as the representative of the sponsor organisation (R7).

    One that doesn't begin at the top is begun all the same; the answer warns you.
    """
    command = StartProgramme(body.organisation_id, body.reason, body.from_the_top, body.content("title", "purpose"))
    outcome = behind.write_side.execute(writing.asked.new_id(), command, writing.asked)
    begun = behind.write_side.load(Programme, outcome.stream)
    return Started(**done(response, outcome).model_dump(), warnings=begun.warnings([]))


@router.get("", responses=reads(p.CursorMalformed))
def list_programmes(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.Listing:
    """The programmes that you began for your organisation, and those that an engagement of yours belongs to (R7).

    Newest first. A page may have fewer entries than you asked for, and still have a next one.
    """
    within.caught_up(behind)
    before = None if cursor is None else place_of(behind, asker, cursor)
    streams, place = behind.programmes.page(asker.person, before=before, limit=limit)
    entries = [entry for stream in streams if (entry := _listed(behind, stream, asker.person)) is not None]
    begun = [within.enter(behind, one.id, asker.person) for one in entries if one.engagement_id is None]
    told = [one.read(behind, Purpose.LIST, View.PROGRAMME, [one.programme.begun]) for one in begun]
    ticket = recorded.record(*told) if told else recorded.of_own(Purpose.LIST, View.PROGRAMME)
    titles = {
        str(one.programme.id): content["title"]
        for one in begun
        for content in behind.programme_parts.open(one.programme, [one.programme.begun], ticket)
    }
    shown = [one if one.engagement_id else one.model_copy(update={"title": titles[one.id]}) for one in entries]
    more = None if place is None else behind.cursors.seal(place, asker.person)
    link(request, response, more, limit=limit)
    return shapes.Listing(entries=shown, next=more)


def _listed(behind: Backend, stream: UUID, person: UUID) -> shapes.Listed | None:
    """A row of somebody's list; None for an engagement that is no longer theirs, or belongs to no programme."""
    programme = behind.write_side.load(Programme, stream)
    if (role := programme.role_of(person)) is not None:
        return shapes.Listed(id=str(stream), view=role.word, title=None, engagement_id=None, level=None)
    if (found := within.own(behind, stream, person)) is None:
        return None
    engagement, role = found
    of, level = str(engagement.programme), engagement.level
    return shapes.Listed(id=of, view=role.word, title=None, engagement_id=str(engagement.id), level=level)


@router.get("/{programme_id}", responses=reads())
def read_programme(
    programme_id: ProgrammeId, behind: InBackend, asker: Asker, recorded: InReads, response: Response
) -> shapes.Shown:
    """A programme of your organisation's; ``warnings`` say what the method would do otherwise (R7)."""
    entered = within.enter_as_organisation(behind, programme_id, asker.person)
    programme = entered.programme
    warnings = within.warnings(behind, programme)
    ticket = recorded.record(entered.read(behind, Purpose.VIEW, View.PROGRAMME, [programme.begun]))
    (content,) = behind.programme_parts.open(programme, [programme.begun], ticket)
    response.headers["Cache-Control"] = "no-store"
    return shapes.Shown(
        id=str(programme.id),
        version=f"v{programme.seen_by(entered.role)}",
        title=content["title"],
        purpose=content["purpose"],
        reason=content["reason"],
        from_the_top=content["from_the_top"],
        closed_through=_closed_through(programme),
        warnings=warnings,
    )


@router.get("/{programme_id}/engagements", responses=reads(p.CursorMalformed))
def read_roster(
    programme_id: ProgrammeId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.Roster:
    """The engagements of your organisation's programme, newest first. Nobody else is told who takes part (R10)."""
    entered = within.enter_as_organisation(behind, programme_id, asker.person)
    within.caught_up(behind)
    before = None if cursor is None else place_of(behind, asker, cursor)
    streams, place = behind.programmes.page(entered.programme.id, before=before, limit=limit)
    recorded.record(entered.read(behind, Purpose.LIST, View.PROGRAMME))
    levels = [behind.write_side.load(Engagement, stream).level for stream in streams]
    more = None if place is None else behind.cursors.seal(place, asker.person)
    link(request, response, more, limit=limit)
    entries = [
        shapes.Member(engagement_id=str(stream), level=level) for stream, level in zip(streams, levels, strict=True)
    ]
    return shapes.Roster(entries=entries, next=more)


@router.get("/{programme_id}/statistics", responses=reads(p.CursorMalformed))
def read_statistics(
    programme_id: ProgrammeId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.Statistics:
    """What is released of a programme when a quarter is over: counts of at least k people, newest first.

    For the organisation, and for line managers and coachees of the programme's engagements. The questions are fixed,
    and a release stays as it is: nobody can ask about a group of their own choice. A question without groups has
    answers of too few people to tell them apart.
    """
    entered = within.enter(behind, programme_id, asker.person)
    programme = within.closed(behind, entered.programme, asker.person)
    entered = dataclasses.replace(entered, programme=programme)
    before = None if cursor is None else place_of(behind, asker, cursor)
    released = [one for one in programme.releases if one.digest is not None]
    upto = len(released) if before is None else min(before, len(released))
    page = released[max(0, upto - limit) : upto]
    told = within.told(behind, recorded, entered, page)
    more = None if upto <= limit else behind.cursors.seal(upto - limit, asker.person)
    link(request, response, more, limit=limit)
    return shapes.Statistics(
        programme_id=str(programme.id),
        view=entered.role.word,
        method=statistics.METHOD,
        least=LEAST_K,
        closed_through=_closed_through(programme),
        releases=[_released(entered.role, one, content) for one, content in zip(page[::-1], told, strict=True)],
        next=more,
    )


def _released(role: Role, release: Release, content: Content) -> shapes.Release:
    """One release, with what proves it for those whose keys it is sealed to."""
    proof = None
    if role is Role.SPONSOR_ORGANISATION and release.digest is not None:
        proof = shapes.Proof(digest=release.digest.hex(), salt=content["salt"])
    return shapes.Release(
        quarter=content["quarter"],
        k=content["k"],
        people=content["people"],
        questions=[shapes.Question(**one) for one in content["questions"]],
        proof=proof,
    )


def _closed_through(programme: Programme) -> str | None:
    return None if programme.closed_through is None else str(programme.closed_through)
