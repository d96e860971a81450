"""Every refusal as an RFC 9457 problem: a stable type with a page of its own, and never an echo of the input.

The domain's catalogue becomes problem types one by one; the few that only the web can have stand here. How they are
answered stands in :mod:`api.refusing`.
"""

import types
from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from fastapi_rfc9457 import Problem, RetryAfter
from pydantic import BaseModel

from api.browser_problems import OF_BROWSERS
from domain.adherence.refusals import BROKEN_RULE
from domain.errors import CATALOGUE, Invalid, NotFound, NotYours, Refusal, Stale, WrongMoment

STATUS: Final[Mapping[type[Refusal], int]] = {NotFound: 404, NotYours: 403, WrongMoment: 409, Stale: 412, Invalid: 422}
PREFIX: Final = "/v1/problems"


class Unauthenticated(Problem):
    """The request has no bearer token, or one that isn't valid here and now."""

    title = "A valid bearer token is needed."
    status = 401
    type = f"{PREFIX}/unauthenticated"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "How to authenticate (RFC 9110 section 11.6.1)."}

    def response_headers(self) -> Mapping[str, str]:
        """The challenge."""
        return {"WWW-Authenticate": "Bearer"}


class WebhookAddress(Problem):
    """Webhooks go to https URLs whose host is somewhere on the Internet, unless the operator named networks."""

    title = "A webhook's address is an https URL, with a host that can be reached from anywhere."
    status = 422
    type = f"{PREFIX}/webhook-address"


class UnknownNumber(Problem):
    """Numbers of changes go from 0, which is before the first, to the last one on your list."""

    title = "You have no change with this number."
    status = 422
    type = f"{PREFIX}/unknown-number"


class ScopeMissing(Problem):
    """The API key isn't made for this: its scopes don't include the request, or no API key can make it at all."""

    title = "Your API key doesn't have the scope that this needs, or this can't be done with an API key."
    status = 403
    type = f"{PREFIX}/scope-missing"


class IdempotencyKeyMissing(Problem):
    """Every write carries an Idempotency-Key of 1 to 255 visible ASCII characters, so it can be repeated."""

    title = "The Idempotency-Key header is missing or malformed."
    status = 400
    type = f"{PREFIX}/idempotency-key-missing"


class VersionMissing(Problem):
    """A change to an engagement says which version it is based on, with If-Match."""

    title = 'The If-Match header is missing; it holds the version that you last saw, like "v7".'
    status = 428
    type = f"{PREFIX}/version-missing"


class VersionMalformed(Problem):
    """If-Match holds one version as an entity tag, like "v7"."""

    title = 'The If-Match header isn\'t one version like "v7".'
    status = 400
    type = f"{PREFIX}/version-malformed"


class BodyTooLarge(Problem):
    """The request's body is larger than this service takes."""

    title = "The body is too large."
    status = 413
    type = f"{PREFIX}/body-too-large"


class BodyNotUtf8(Problem):
    """A body is JSON in UTF-8."""

    title = "The body isn't valid UTF-8."
    status = 400
    type = f"{PREFIX}/body-not-utf8"


class BodyNotJson(Problem):
    """A body is one JSON value (RFC 8259), nested no deeper than people write."""

    title = "The body isn't valid JSON."
    status = 400
    type = f"{PREFIX}/body-not-json"


class UnsupportedMediaType(Problem):
    """Bodies are application/json."""

    title = "The Content-Type isn't application/json."
    status = 415
    type = f"{PREFIX}/unsupported-media-type"


class RequestMalformed(Problem):
    """The request isn't HTTP/1.1, or can be read in two ways: two lengths, no host or two. The connection is closed."""

    title = "The request isn't well-formed HTTP."
    status = 400
    type = f"{PREFIX}/request-malformed"


class HeadTooLarge(Problem):
    """The request's target and header fields are larger than this service takes. The connection is closed."""

    title = "The request's header fields are too large."
    status = 431
    type = f"{PREFIX}/head-too-large"


class CursorMalformed(Problem):
    """A cursor is taken as it was given, from a Link header or a ``next`` member."""

    title = "The cursor isn't one that this service gave."
    status = 400
    type = f"{PREFIX}/cursor-malformed"


class BundleTooLarge(Problem):
    """What was asked for makes a bundle of over two gigabytes, or of a million events. A shorter period doesn't."""

    title = "The bundle would be too large; ask for less."
    status = 422
    type = f"{PREFIX}/bundle-too-large"


class Unavailable(RetryAfter):
    """The store can't be reached, or can't put a read on record, at this moment; then nothing is shown.

    Of a write, nothing was recorded, or the same Idempotency-Key will tell.
    """

    title = "The service can't reach its store. Try again."
    status = 503
    type = f"{PREFIX}/unavailable"


class IdentityUnavailable(RetryAfter):
    """Whoever vouches for people can't be reached at this moment, so it isn't known whether the token is good.

    Nothing was done; the same request may be sent again.
    """

    title = "It can't be told now who you are. Try again."
    status = 503
    type = f"{PREFIX}/identity-unavailable"


class RateLimited(RetryAfter):
    """You ask more often than your quota allows: ``RateLimit-Policy`` says what it is, ``RateLimit`` where you stand.

    A person has a quota, each API key one of its own, and so has an address for all that comes in nobody's name.
    Nothing was done; the same request may be sent again after the time in ``Retry-After``.
    """

    title = "You ask too often."
    status = 429
    type = f"{PREFIX}/rate-limited"
    headers: ClassVar[Mapping[str, str]] = {
        "RateLimit-Policy": "Your quota and its window in seconds (draft-ietf-httpapi-ratelimit-headers).",
        "RateLimit": "What is left of it, and in how many seconds all of it is there again.",
    }


class TooBusy(RetryAfter):
    """So much is being done at this moment that this wasn't begun. The same request may be sent again."""

    title = "Too much is asked at once. Try again."
    status = 503
    type = f"{PREFIX}/too-busy"


class TooManyStreams(RetryAfter):
    """You have as many streams open as one person may have. One stream tells of all your engagements."""

    title = "You have too many streams open."
    status = 429
    type = f"{PREFIX}/too-many-streams"


class InvalidField(BaseModel):
    """One thing that is wrong with a request: where, and what kind of mistake. Never the value."""

    location: list[str | int]
    mistake: str


class InvalidRequest(Problem):
    """The request doesn't have the shape that the API describes."""

    title = "The request doesn't have the right shape."
    status = 422
    type = f"{PREFIX}/invalid-request"
    errors: list[InvalidField]


class EndedReading(BaseModel):
    """Something that the asker read and can't read any more; times are RFC 3339 in UTC.

    A problem leaves out what there isn't (yet), such as the receipt of what isn't erased.
    """

    items: list[str]
    since: str | None = None
    ground: str | None = None
    lifetime: str | None = None
    receipt: dict[str, str | int] | None = None


class ReadingEnded(Problem):
    """What was asked for has ended for the asker, by the clause or on request; its keys are erased or about to be.

    ``ended`` says what it was about, since when, on which ground, and holds the receipt of each erasure that is done.
    It is empty where the ground stands nowhere on record.
    """

    title = "Your reading of this has ended."
    status = 410
    type = f"{PREFIX}/reading-ended"
    ended: list[EndedReading]


class MethodNotAllowed(Problem):
    """This resource doesn't have this method."""

    title = "The method isn't allowed here."
    status = 405
    type = f"{PREFIX}/method-not-allowed"


class Internal(Problem):
    """Something went wrong that isn't the asker's fault. The same Idempotency-Key may be sent again."""

    title = "Something went wrong."
    status = 500
    type = f"{PREFIX}/internal"


OF_THE_WEB: Final[tuple[type[Problem], ...]] = (
    Unauthenticated,
    ScopeMissing,
    *OF_BROWSERS,
    WebhookAddress,
    UnknownNumber,
    IdempotencyKeyMissing,
    VersionMissing,
    VersionMalformed,
    BodyTooLarge,
    BodyNotUtf8,
    BodyNotJson,
    UnsupportedMediaType,
    RequestMalformed,
    HeadTooLarge,
    CursorMalformed,
    BundleTooLarge,
    Unavailable,
    IdentityUnavailable,
    RateLimited,
    TooBusy,
    TooManyStreams,
    InvalidRequest,
    ReadingEnded,
    MethodNotAllowed,
    Internal,
)


def _problem_of(name: str, kind: type[Refusal]) -> type[Problem]:
    """A problem type; where a rule of the method is behind it, each instance names the rule and the seed's phrase."""
    text = kind.texts[name]
    members: dict[str, object] = {
        "__doc__": text,
        "__module__": __name__,
        "title": text,
        "status": STATUS[kind],
        "type": f"{PREFIX}/{name}",
    }
    if (rule := BROKEN_RULE.get(name)) is not None:
        members |= {"rule": rule.id.value, "phrase": rule.phrase}
        members["__annotations__"] = {name: Literal[members[name]] for name in ("rule", "phrase")}
    made: type[Problem] = types.new_class(
        name.title().replace("-", ""), (Problem,), exec_body=lambda namespace: namespace.update(members)
    )
    return made


REFUSALS: Final[Mapping[str, type[Problem]]] = {name: _problem_of(name, kind) for name, kind in CATALOGUE.items()}
"""The domain's refusals as problem types, by name."""

NOT_FOUND: Final = REFUSALS["not-found"]

EVERY: Final = (*OF_THE_WEB, *REFUSALS.values())
"""All problem types."""
