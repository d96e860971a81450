"""What all writing routes share: hand a command to the write side, answer with the asker's new version.

An answer says what the asker did and may know: the id and their own version. Positions in the log stay inside.
"""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Response
from fastapi_rfc9457 import Problem
from fastapi_rfc9457.server import problems
from pydantic import BaseModel

from api import problems as p
from api.asking import id_of, tag
from api.browser_problems import CrossSiteWrite
from api.waiting import LogReceipt
from domain.application import Outcome, Request
from domain.decisions import Command


class Done(BaseModel):
    """A write that is on record; ``receipt`` is null unless it was asked for with ``Prefer``, and is given here."""

    id: str
    version: str
    receipt: LogReceipt | None = None


EngagementId = Annotated[str, Path(description="The engagement's id.")]

_R = p.REFUSALS
_ALWAYS: Final = (
    p.Unauthenticated,
    p.ScopeMissing,
    p.InvalidRequest,
    p.ReadingEnded,
    p.Unavailable,
    p.IdentityUnavailable,
    p.RateLimited,
    p.TooBusy,
    p.Internal,
    p.NOT_FOUND,
    _R["not-your-role"],
)
_WRITE: Final = (
    CrossSiteWrite,
    p.IdempotencyKeyMissing,
    p.BodyTooLarge,
    p.BodyNotUtf8,
    p.BodyNotJson,
    p.UnsupportedMediaType,
    _R["idempotency-key-reused"],
)
_CHANGE: Final = (p.VersionMissing, p.VersionMalformed, _R["stale-version"])
Answers = dict[int | str, dict[str, Any]]


def reads(*more: type[Problem]) -> Answers:
    """What a read may be answered with besides success."""
    return problems(*_ALWAYS, *more)


def additions(*names: str | type[Problem]) -> Answers:
    """What a write that is based on no version may be answered with: the common refusals, and those named."""
    return problems(*_ALWAYS, *_WRITE, *map(_named, names))


def changes(*names: str | type[Problem]) -> Answers:
    """What a change to an engagement that goes on may be answered with: the common refusals, and those named."""
    return changes_at_any_time("engagement-ended", *names)


def changes_at_any_time(*names: str | type[Problem]) -> Answers:
    """The same of a change that may come after the end, too, or only then."""
    return problems(*_ALWAYS, *_WRITE, *_CHANGE, *map(_named, names))


def _named(one: str | type[Problem]) -> type[Problem]:
    return _R[one] if isinstance(one, str) else one


def done(response: Response, outcome: Outcome) -> Done:
    """The answer to a write."""
    tag(response, outcome)
    return Done(id=str(outcome.stream), version=f"v{outcome.seen}")


def act(behind: Any, response: Response, engagement_id: str, command: Command, asked: Request) -> Done:
    """Execute a command on an engagement."""
    stream: UUID = id_of(engagement_id)
    return done(response, behind.write_side.execute(stream, command, asked))
