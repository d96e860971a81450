"""What comes back when something is wrong: every RFC 9457 problem as an exception, by its status.

No text of an exception holds a token, a request's body, or what an answer tells beyond the problem's fixed title: it
may be logged. Where a key was sent, it is kept: the same write may go out again under the same key, and happens once.
"""

from typing import Any, Final, Self, TypedDict

import httpx

from driehoek_client.retries import seconds_to_wait


class Mistake(TypedDict):
    """One thing that is wrong with a request: where, and what kind of mistake."""

    location: list[str | int]
    mistake: str


class Ended(TypedDict, total=False):
    """Something that you read once and can't read any more; what isn't known is left out."""

    items: list[str]
    since: str
    ground: str
    lifetime: str
    receipt: dict[str, str | int]


class DriehoekError(Exception):
    """Whatever this client raises of its own.

    Attributes:
        idempotency_key: the key that a write was sent with; None for reads.
    """

    idempotency_key: str | None = None


class Unreachable(DriehoekError):  # noqa: N818 - errors are nouns here, as in the API
    """No answer came, as often as was tried. Of a write nobody knows: send it again under the same key."""


class Unexpected(DriehoekError):  # noqa: N818 - errors are nouns here, as in the API
    """An answer came that this API doesn't give: perhaps it isn't from this API."""

    def __str__(self) -> str:
        return "the answer isn't one of this API's"


class Damaged(DriehoekError):  # noqa: N818 - errors are nouns here, as in the API
    """A file isn't what its digest says; nothing of it was kept."""

    def __str__(self) -> str:
        return "the file isn't what its digest says"


class Problem(DriehoekError):  # noqa: N818 - errors are nouns here, as in the API
    """A refusal.

    Attributes:
        status: the answer's status.
        type: the problem's address; its page there says what it means.
        name: the last step of it, like ``stale-version``; empty where the answer is no problem document.
        title: one fixed sentence.
        errors: what is wrong with the request, and where.
        ended: what you can't read any more.
        rule, phrase: the rule of the method that would be broken, like ``P18``, and its words.
        retry_after: seconds after which to ask again, if the answer says so.
    """

    def __init__(self, status: int, said: dict[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.type = _text(said.get("type")) or "about:blank"
        self.name = self.type.rstrip("/").rpartition("/")[2] if "/" in self.type else ""
        self.title = _text(said.get("title"))
        self.errors: list[Mistake] = said.get("errors") or []
        self.ended: list[Ended] = said.get("ended") or []
        self.rule: str | None = said.get("rule")
        self.phrase: str | None = said.get("phrase")
        self.retry_after = retry_after
        self._said = said
        super().__init__(status, self.name)

    def __reduce__(self) -> tuple[type[Self], tuple[int, dict[str, Any], float | None], dict[str, Any]]:
        """So that it comes through from another process."""
        return type(self), (self.status, self._said, self.retry_after), {"idempotency_key": self.idempotency_key}

    def __str__(self) -> str:
        told = " ".join(part for part in (str(self.status), self.name) if part)
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{told}: {self.title}{rule}" if self.title else told


class Unauthenticated(Problem):
    """401: the token isn't valid here and now."""


class Forbidden(Problem):
    """403: you are somebody here, and this isn't yours to do or read."""


class NotFound(Problem):
    """404: there is no such thing, or it is none of your business; nobody tells which."""


class Conflict(Problem):
    """409: this isn't the moment for it; ``rule`` names the rule of the method, where it is one."""


class Gone(Problem):
    """410: your reading of this has ended."""

    @property
    def receipts(self) -> list[dict[str, str | int]]:
        """The receipts of the erasures that are done."""
        return [ended["receipt"] for ended in self.ended if "receipt" in ended]


class Stale(Problem):
    """412: you saw more since the version that you named, or somebody did what you see. Read again, then decide."""


class Invalid(Problem):
    """422: the request itself isn't right; ``errors`` says where."""


class TooMany(Problem):
    """429: too many requests; the repetitions are used up."""


class Unavailable(Problem):
    """503: the service can't answer now; the repetitions are used up. Nothing was shown."""


_KINDS: Final[dict[int, type[Problem]]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    422: Invalid,
    429: TooMany,
    503: Unavailable,
}


def problem_of(response: httpx.Response) -> Problem:
    """The exception for an answer that isn't a success; of one that is no problem document, its status alone."""
    said: Any = {}
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        try:
            said = response.json()
        except ValueError:
            said = {}
    kind = _KINDS.get(response.status_code, Problem)
    return kind(response.status_code, said if isinstance(said, dict) else {}, seconds_to_wait(response))


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""
