"""People over HTTP: a cast that plays one engagement as far as a test wants, and requests that must be refused.

Every refused request carries a word of its own, the *marker*, wherever a client can write: in each text of the body,
the idempotency key, the query, and headers that nobody reads. :meth:`Api.refused` checks what all refusals share.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import httpx

from domain.adherence.refusals import BROKEN_RULE
from ops.clock import now
from ops.wiring import CellService
from tests.live import Tokens

ROLES: Final = ("sponsor-organisation", "line-manager", "coach", "coachee")
O, M, C, E = ROLES  # noqa: E741 - the matrix's letters
S, K, STRANGER = "coaching-supervisor", "candidate", "stranger"
PROBLEMS: Final = "/v1/problems"
Body = dict[str, Any]
_markers = count(1)


def marker() -> str:
    """A word that nothing else contains."""
    return f"Zq{next(_markers)}Xw"


@dataclass
class Clock:
    """The server's time: the real one, as much ahead of it as a test says, or standing still at a moment."""

    ahead: timedelta = timedelta()
    still: datetime | None = None

    def __call__(self) -> datetime:
        """The time."""
        return self.still or now() + self.ahead


@dataclass
class Api:
    """A running API and what a test may look at besides: the cell behind it and the lines that it logs."""

    client: httpx.Client
    service: CellService
    token: Tokens
    log: io.StringIO = field(default_factory=io.StringIO)
    clock: Clock = field(default_factory=Clock)
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def new_key(self) -> str:
        """An idempotency key that nobody has used."""
        return f"key-{next(self._keys)}"

    def bearer(self, subject: str) -> dict[str, str]:
        """The Authorization header of a subject."""
        if subject not in self._tokens:
            self._tokens[subject] = self.token(subject)
        return {"Authorization": f"Bearer {self._tokens[subject]}"}

    @contextmanager
    def ahead(self, by: timedelta) -> Iterator[None]:
        """Let it be later for a while, for the server and for whoever vouches for people."""
        self.clock.ahead, self._tokens = by, {}
        try:
            yield
        finally:
            self.clock.ahead, self._tokens = timedelta(), {}

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be one moment for a while, to the microsecond."""
        self.clock.still, self._tokens = moment, {}
        try:
            yield
        finally:
            self.clock.still, self._tokens = None, {}

    def send(self, subject: str | None, method: str, path: str, **options: Any) -> httpx.Response:
        """A request in a subject's name, or in nobody's."""
        headers = {**(self.bearer(subject) if subject else {}), **options.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **options)

    def size(self) -> int:
        """How many events the log has."""
        return self.service.recorder.max_notification_id() or 0

    def acts(self) -> int:
        """How many of them aren't reads."""
        return self.size() - self.service.reads.recorded

    def refused(
        self, subject: str | None, method: str, path: str, status: int, name: str, word: str, **options: Any
    ) -> httpx.Response:
        """Send a request that must be refused: as this problem, recording nothing, repeating nothing."""
        before = self.size()
        headers = {"X-Marker": word, "User-Agent": word, "Referer": f"/{word}", "Cookie": f"c={word}"}
        options["headers"] = {**headers, **options.get("headers", {})}
        options.setdefault("params", {}).setdefault("unread", word)
        response = self.send(subject, method, path, **options)
        told = response.text + repr(response.headers.multi_items())
        assert response.headers.get("content-type") == "application/problem+json", response.status_code
        problem = response.json()
        found = response.status_code, problem["status"], problem["type"]
        assert found == (status, status, f"{PROBLEMS}/{name}"), found
        assert problem.keys() <= {"type", "title", "status", "errors", "ended", "rule", "phrase"}
        rule = BROKEN_RULE.get(name)
        assert (problem.get("rule"), problem.get("phrase")) == ((rule.id.value, rule.phrase) if rule else (None, None))
        assert all(error.keys() == {"location", "mistake"} for error in problem.get("errors", ()))
        assert word not in told
        assert word not in self.log.getvalue()
        assert self.size() == before
        return response


@dataclass
class Cast:
    """The people of one engagement, and their requests."""

    api: Api
    run: str
    ids: dict[str, str] = field(default_factory=dict)
    organisation: str = ""
    engagement: str = ""

    def subject(self, who: str) -> str:
        """Somebody's token subject."""
        return f"{who}-{self.run}"

    def introduce(self, *more: str) -> None:
        """Register the four, a stranger, and the organisation."""
        for who in (*ROLES, STRANGER, *more):
            body = {"name": f"{who} {self.run}", "email": f"{who}@example.org"}
            self.ids[who] = self.write(who, "POST", "/v1/people", body).json()["id"]
        body = {"name": f"Organisation {self.run}"}
        self.organisation = self.write(O, "POST", "/v1/organisations", body).json()["id"]

    def send(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        """A request in somebody's name."""
        return self.api.send(self.subject(who), method, path, **options)

    def write(
        self, who: str, method: str, path: str, body: Body | None, *, version: str | None = None
    ) -> httpx.Response:
        """A write that must succeed."""
        headers = {"Idempotency-Key": self.api.new_key(), **({"If-Match": f'"{version}"'} if version else {})}
        response = self.send(who, method, path, json=body, headers=headers)
        assert response.is_success, response.json().get("type")
        return response

    def below(self, path: str) -> str:
        """A path below the engagement."""
        return f"/v1/engagements/{self.engagement}{path}"

    def view(self, who: str) -> dict[str, Any]:
        """Somebody's view of the engagement."""
        response = self.send(who, "GET", f"/v1/views/{who}/engagements/{self.engagement}")
        assert response.status_code == 200
        return response.json()  # type: ignore[no-any-return]

    def version(self, who: str) -> str:
        """The version that somebody's If-Match wants."""
        return str(self.view(who)["version"])

    def act(self, who: str, method: str, path: str, body: Body | None = None) -> httpx.Response:
        """A change that must succeed, based on what its author sees now."""
        return self.write(who, method, self.below(path), body, version=self.version(who))

    def reference(self) -> Body:
        """The contract version at hand, as the coachee sees it."""
        latest = self.view(E)["contract"]["versions"][-1]
        return {name: latest[name] for name in ("contract_version", "document_hash")}


Making = Callable[[Cast], None]
