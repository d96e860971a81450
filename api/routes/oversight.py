"""The coaching supervisors' board: was the method followed, in which engagements, with which coaches, and what is due?

Findings are worked out from process facts alone and name nobody: engagements and coaches go by the pseudonyms of the
timeline. To anybody but an appointed coaching supervisor there is nothing here. Each look is on record in the access
log of every engagement that it tells of (R59).
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from api import problems as p
from api.asking import Asker, InBackend
from api.backend import Backend, Identity
from api.pages import Cursor, link, place_of
from api.reading import PATIENCE
from api.recording import InReads, Recording
from api.routes.acting import reads
from domain.adherence.findings import Result, Severity
from domain.errors import NotFound
from domain.reads import Place, Purpose, Read, Reader, View
from domain.vocabulary import Role, RuleId
from projections.adherence import Soon, Wanted
from projections.board import Board, Withheld
from projections.oversight_index import NAME

A = TypeVar("A")
Limit = Annotated[int, Query(ge=1, le=50, description="Engagements or coaches a page, at most.")]
Pseudonym = Annotated[str, Path(max_length=64, description="As the lists have it.")]


class Counts(BaseModel):
    """How many findings have which result."""

    met: int
    violated: int
    not_due: int
    waived: int
    not_computable: int


class Violated(BaseModel):
    """How many rules are violated, by severity; ``refused`` are those whose violation isn't carried out here."""

    refused: int
    critical: int
    high: int
    medium: int
    advisory: int


class Brief(BaseModel):
    """A finding. ``phrase`` is the seed's, ``cure`` a stable name of what would turn it."""

    rule: str
    phrase: str
    severity: str
    result: str
    deadline: str | None
    cure: str | None


class Occurred(BaseModel):
    """A process fact that a finding rests on."""

    at: str
    event: str
    by: str
    facts: dict[str, Any]


class Found(Brief):
    """A finding with the events that it rests on; those that supervisors are kept out of aren't among them."""

    events: list[Occurred]


class Adherence(BaseModel):
    """How one engagement stands: of the findings that were asked for."""

    engagement: str
    counts: Counts
    violated: list[Brief]
    next_deadline: str | None


class Adherences(BaseModel):
    """A page of them. It may be short, or empty, and still have a page after it."""

    entries: list[Adherence]
    next: str | None


class Findings(BaseModel):
    """All findings of one engagement, in the rules' order."""

    engagement: str
    at: str
    coaches: list[str]
    findings: list[Found]


class Due(Brief):
    """Something that is due soon."""

    engagement: str


class Dues(BaseModel):
    """A page of it. It may be short, or empty, and still have a page after it."""

    entries: list[Due]
    next: str | None


class Coach(BaseModel):
    """A coach, with the findings of all that they coach or coached, counted."""

    coach: str
    engagements: int
    counts: Counts
    violated: Violated


class Coaches(BaseModel):
    """A page of them."""

    entries: list[Coach]
    next: str | None


class Coached(BaseModel):
    """One of a coach's engagements."""

    engagement: str
    violated: Violated


class Month(BaseModel):
    """Where a coach's engagements stood at the end of a month (UTC), or stand now."""

    month: str
    engagements: int
    counts: Counts
    violated: Violated


class OneCoach(BaseModel):
    """A coach: their engagements, newest first, and the last twelve months, oldest first."""

    coach: str
    at: str
    engagements: list[Coached]
    months: list[Month]


class Looking:
    """One supervisor's look at the board.

    Args:
        behind: the backend.
        asker: who looks.
        recorded: puts the look on record.
    """

    def __init__(self, behind: Backend, asker: Identity, recorded: Recording) -> None:
        self._behind, self.asker, self._recorded = behind, asker, recorded
        self.now: datetime = behind.clock()

    @property
    def board(self) -> Board:
        """The board."""
        return self._behind.board

    def page(
        self, withheld: Withheld[A], request: Request, response: Response, limit: int, **asked: Any
    ) -> tuple[A, str | None]:
        """A page's answer, and the cursor of the page after it."""
        answer = self.answer(withheld, response)
        more = None if withheld.following is None else self._behind.cursors.seal(withheld.following, self.asker.person)
        link(request, response, more, limit=limit, **asked)
        return answer, more

    def answer(self, withheld: Withheld[A] | None, response: Response) -> A:
        """An answer, once it is on record in every engagement that it tells of.

        Raises:
            domain.errors.NotFound: there is none.
            domain.reads.NotRecorded: it isn't on record.
        """
        if withheld is None:
            raise NotFound
        response.headers["Cache-Control"] = "no-store"
        told = [self._read(engagement, places) for engagement, places in withheld.places.items()]
        return withheld.answer(self._recorded.record(*told or (self._read(None, ()),)))

    def before(self, cursor: str | None) -> int | None:
        """Where a page ends that a cursor leads to."""
        return None if cursor is None else place_of(self._behind, self.asker, cursor)

    def _read(self, engagement: Any, places: tuple[Place, ...]) -> Read:
        reader = Reader(self.asker.person, Role.COACHING_SUPERVISOR, self.asker.person)
        return Read(reader, self.now, Purpose.ADHERENCE, View.ADHERENCE, engagement, places)


def looking(behind: InBackend, asker: Asker, recorded: InReads) -> Looking:
    """Let coaching supervisors in, once the index shows all that is on record.

    Raises:
        domain.errors.NotFound: somebody else asks.
        api.problems.Unavailable: the index is behind for too long.
    """
    if not behind.write_side.oversees(asker.person, Role.COACHING_SUPERVISOR):
        raise NotFound
    if not behind.progress.wait_for_views((NAME,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    return Looking(behind, asker, recorded)


Look = Annotated[Looking, Depends(looking)]
router = APIRouter(prefix="/v1/oversight", tags=["oversight"])


@router.get("/adherence", responses=reads(p.CursorMalformed))
def list_adherence(
    look: Look,
    request: Request,
    response: Response,
    rule: Annotated[RuleId | None, Query(description="Findings of this rule.")] = None,
    severity: Annotated[Severity | None, Query(description="Findings of rules of this severity.")] = None,
    result: Annotated[Result | None, Query(description="Findings with this result.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Adherences:
    """How the engagements stand, newest first; with filters, those that have such findings, and these alone."""
    wanted = Wanted(rule, severity, result)
    withheld = look.board.engagements(look.asker.person, look.now, wanted, before=look.before(cursor), limit=limit)
    asked = {name: one and one.value for name, one in (("rule", rule), ("severity", severity), ("result", result))}
    entries, more = look.page(withheld, request, response, limit, **asked)
    return Adherences(entries=[Adherence(**entry) for entry in entries], next=more)


@router.get("/adherence/{pseudonym}", responses=reads())
def read_adherence(pseudonym: Pseudonym, look: Look, response: Response) -> Findings:
    """All findings of one engagement: rule, phrase, what it rests on, until when, and what would cure it."""
    return Findings(**look.answer(look.board.engagement(look.asker.person, look.now, pseudonym), response))


@router.get("/due", responses=reads(p.CursorMalformed))
def list_due(
    look: Look,
    request: Request,
    response: Response,
    within_days: Annotated[int, Query(ge=1, le=366, description="Days from now.")] = 7,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Dues:
    """What isn't due yet and will be soon: engagement by engagement, newest first, and in each by deadline."""
    soon = Soon(look.now, timedelta(days=within_days))
    withheld = look.board.due(look.asker.person, look.now, soon, before=look.before(cursor), limit=limit)
    entries, more = look.page(withheld, request, response, limit, within_days=within_days)
    return Dues(entries=[Due(**entry) for entry in entries], next=more)


@router.get("/coaches", responses=reads(p.CursorMalformed))
def list_coaches(look: Look, request: Request, response: Response, limit: Limit = 20, cursor: Cursor = None) -> Coaches:
    """The coaches, whoever was chosen last first, with the findings of all their engagements, counted."""
    withheld = look.board.coaches(look.asker.person, look.now, before=look.before(cursor), limit=limit)
    entries, more = look.page(withheld, request, response, limit)
    return Coaches(entries=[Coach(**entry) for entry in entries], next=more)


@router.get("/coaches/{pseudonym}", responses=reads())
def read_coach(pseudonym: Pseudonym, look: Look, response: Response) -> OneCoach:
    """One coach: which engagements, and how the findings went from month to month."""
    return OneCoach(**look.answer(look.board.coach(look.asker.person, look.now, pseudonym), response))
