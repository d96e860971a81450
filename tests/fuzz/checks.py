"""What an answer may be, whoever asks whatever: all of schemathesis's checks, and where they can't hold on purpose.

No check is switched off. A failure is taken back only where one of :data:`ON_PURPOSE` says why, for exactly the answers
that it describes.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi_rfc9457 import Problem
from schemathesis import Case
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import MissingHeaderNotRejected, RejectedPositiveData

from api import problems
from domain.errors import CATALOGUE


def _name(kind: type[Problem]) -> str:
    return (kind.type or "").rpartition("/")[2]


CONFIGURATION: Final[Mapping[str, Any]] = {
    "generation": {"with-security-parameters": False, "database": "none"},  # the campaign brings its own callers
    "checks": {"max_response_time": 20},
}
"""What the whole campaign is configured with."""


@dataclass(frozen=True)
class Told:
    """What an answer tells: its status, the name of its problem type, and what is wrong with the request's shape."""

    status: int
    problem: str
    errors: tuple[Mapping[str, Any], ...]

    @classmethod
    def by(cls, status: int, content: bytes) -> "Told":
        """By an answer's status and body."""
        try:
            body = json.loads(content)
        except ValueError:
            body = {}
        told = body if isinstance(body, dict) else {}
        kind = told.get("type")
        return cls(status, kind.rpartition("/")[2] if isinstance(kind, str) else "", tuple(told.get("errors") or ()))


@dataclass(frozen=True)
class OnPurpose:
    """A kind of failure that is none.

    Attributes:
        why: the reason.
        failure: what the check says.
        holds: whether this answer to this case is of that kind.
    """

    why: str
    failure: type[Failure]
    holds: Callable[[Case[Any], Told], bool]


def _misfits(case: Case[Any], told: Told) -> bool:
    """Whether all that is wrong is one of the two things that a schema can't say."""
    return told.problem == _name(problems.InvalidRequest) and all(
        error["mistake"] == "date_out_of_range" or (error["mistake"] == "int_type" and _whole(case, error["location"]))
        for error in told.errors
    )


def _whole(case: Case[Any], location: list[str | int]) -> bool:
    """Whether a whole number stands there that is written with a fraction or an exponent."""
    found: Any = {"body": case.body}
    for step in location:
        found = found[step]
    return isinstance(found, float) and found.is_integer()


ON_PURPOSE: Final = (
    OnPurpose(
        "What fits the schema may still be refused for what is on record: the wrong moment, a number that names "
        "nothing, a version that is stale, a reading that has ended. Each such refusal is a problem type of the domain "
        "of its own. A request that fits its schema must never be told that it has the wrong shape.",
        RejectedPositiveData,
        lambda _, told: told.problem in CATALOGUE or told.problem == _name(problems.ReadingEnded),
    ),
    OnPurpose(
        "A cursor is sealed: whatever wasn't given out is refused, and no schema can say which texts were.",
        RejectedPositiveData,
        lambda _, told: (told.status, told.problem) == (400, _name(problems.CursorMalformed)),
    ),
    OnPurpose(
        "JSON Schema takes 90.0 for an integer; here a number is taken as it is written. And it has no word for a "
        "range of times: those before 1900 and after 2999, which nobody means, are refused.",
        RejectedPositiveData,
        _misfits,
    ),
    OnPurpose(
        "A stale version and a reading that has ended refuse a request, too, whatever else is wrong with it.",
        AcceptedNegativeData,
        lambda _, told: told.status in {410, 412} and bool(told.problem),
    ),
    OnPurpose(
        "A change without If-Match is answered with 428, which is what RFC 6585 section 3 made that status for.",
        MissingHeaderNotRejected,
        lambda _, told: (told.status, told.problem) == (428, _name(problems.VersionMissing)),
    ),
)
"""Every exception there is."""


def remaining(failures: Iterable[Failure], case: Case[Any], told: Told) -> list[Failure]:
    """The failures that nothing excuses."""
    return [
        failure
        for failure in failures
        if not any(isinstance(failure, one.failure) and one.holds(case, told) for one in ON_PURPOSE)
    ]
