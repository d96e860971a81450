"""The Python client when things go wrong on the way: the same request again under the same key, bounded and patient."""

import asyncio
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from driehoek_client import AsyncClient, Client, Damaged, Problem, Retry, TooMany, Unavailable, Unexpected, Unreachable
from driehoek_client.retries import seconds_to_wait
from tests.api.people import C, Cast
from tests.clients.conftest import token_of
from tests.served import served

HALF = Retry(chance=lambda: 0.5)
"""Half of each longest wait: 0.125, 0.25, 0.5, 1 second."""


class Losing(httpx.HTTPTransport):
    """The way to the real server, on which the first answers are lost after the server has done its work."""

    def __init__(self, answers: int) -> None:
        """Lose so many."""
        super().__init__()
        self.left = answers
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand it on, and lose the answer."""
        self.sent.append(request)
        response = super().handle_request(request)
        if self.left:
            self.left -= 1
            response.close()
            raise httpx.ReadError("lost")
        return response


@dataclass
class Answering:
    """A server that gives these answers one after another: status, headers, body."""

    answers: Iterator[tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        """Answer."""
        body = (await receive()).get("body", b"")
        heads = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append((scope["method"], scope["path"], body, heads))
        status, headers, said = next(self.answers)
        told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": said})


JSON = {"Content-Type": "application/json"}
DONE = (201, {**JSON, "ETag": '"v2"'}, b'{"id": "1", "version": "v2"}')


def busy(status: int = 503, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """An answer that asks for patience."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    problem = b'{"type": "/v1/problems/unavailable", "title": "Try again.", "status": 503}'
    return status, {"Content-Type": "application/problem+json", **told}, problem


@contextmanager
def client_of(
    *answers: tuple[int, dict[str, str], bytes], **more: Any
) -> Iterator[tuple[Client, Answering, list[float]]]:
    """A client of a server that gives these answers; the third is what it waited, in seconds."""
    app, waits = Answering(iter(answers)), list[float]()
    with served(app) as url, Client(url, "t", **{"retry": HALF, "sleep": waits.append, **more}) as client:
        yield client, app, waits


def test_a_lost_answer_is_asked_for_again_and_the_write_happened_once(new_cast: Callable[..., Cast], url: str) -> None:
    """After two lost answers the third says that the write was on record; each was the same request."""
    cast, waits = new_cast(), list[float]()
    with Client(url, token_of(cast, C)) as coach:  # a coach's first entry opens the practice, too
        coach.practice.log_development(description="said", kind="reading", on="2026-02-11", hours=3)
    before = cast.api.acts()
    with Client(url, token_of(cast, C), transport=(way := Losing(2)), retry=HALF, sleep=waits.append) as coach:
        done = coach.practice.log_development(description="said", kind="reading", on="2026-02-11", hours=3)
    assert (done.status, done.replayed) == (201, True)
    assert cast.api.acts() == before + 1
    assert waits == [0.125, 0.25]
    assert len(way.sent) == 3
    assert {(one.url, one.headers["Idempotency-Key"], one.content) for one in way.sent} == {
        (way.sent[0].url, done.idempotency_key, way.sent[0].content)
    }


def test_what_stays_lost_can_be_taken_up_under_its_key(new_cast: Callable[..., Cast], url: str) -> None:
    """After the last attempt an exception tells the key, under which the write is found to be on record."""
    cast = new_cast()
    said: Any = {"description": "said", "kind": "reading", "on": "2026-02-11", "hours": 3}
    lost = Client(url, token_of(cast, C), transport=Losing(9), retry=Retry(attempts=2), sleep=lambda _: None)
    with lost, pytest.raises(Unreachable, match="ReadError") as error:
        lost.practice.log_development(**said)
    with Client(url, token_of(cast, C)) as coach:
        done = coach.practice.log_development(idempotency_key=error.value.idempotency_key, **said)
        assert done.replayed
        assert not coach.practice.log_development(**said).replayed


def test_patience_is_as_long_as_the_server_says() -> None:
    """Retry-After counts, with a little chance on top; without one that can be read, waits double."""
    answers = [busy(Retry_After="3"), busy(429, Retry_After="0"), busy(), busy(Retry_After="soon"), DONE]
    with client_of(*answers) as (client, app, waits):
        done = client.engagements.end_engagement("e", version="v1", ending="fulfilled", statement="said")
    assert waits == [3.125, 0.25, 0.5, 1.0]
    assert (done.version, done.status) == ("v2", 201)
    assert len({(asked[:3], asked[3]["idempotency-key"], asked[3]["if-match"]) for asked in app.asked}) == 1
    assert app.asked[0][3]["if-match"] == '"v1"'


def test_a_moment_to_come_back_is_by_the_servers_clock() -> None:
    """A date in Retry-After counts from the answer's own date, whatever time it is here."""
    said = {"Date": "Mon, 02 Mar 2026 10:00:00 GMT", "Retry-After": "Mon, 02 Mar 2026 10:00:07 GMT"}
    assert seconds_to_wait(httpx.Response(503, headers=said)) == 7.0
    assert seconds_to_wait(httpx.Response(503, headers={**said, "Retry-After": said["Date"]})) == 0.0
    assert seconds_to_wait(httpx.Response(503, headers={"Retry-After": said["Date"]})) == 0.0


@pytest.mark.parametrize(("status", "kind"), [(503, Unavailable), (429, TooMany)])
def test_repetitions_are_bounded(status: int, kind: type[Problem]) -> None:
    """After the last attempt the problem itself is raised, with what it says about when to come back."""
    with client_of(*[busy(status, Retry_After="2")] * 9) as (client, app, waits), pytest.raises(kind) as problem:
        client.people_and_organisations.who_am_i()
    assert (len(app.asked), len(waits)) == (5, 4)
    assert (problem.value.retry_after, problem.value.name) == (2.0, "unavailable")


def test_too_long_a_wait_is_left_to_the_caller() -> None:
    """If the server asks for more than one's patience, nothing is waited and the problem is raised."""
    with client_of(busy(Retry_After="3600")) as (client, _, waits), pytest.raises(Unavailable) as problem:
        client.people_and_organisations.who_am_i()
    assert (waits, problem.value.retry_after) == ([], 3600.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 422, 428, 500, 502])
def test_other_refusals_are_not_sent_again(status: int) -> None:
    """A refusal comes at once, whatever its body is; only its status is told of what isn't a problem document."""
    html = (status, {"Content-Type": "text/html"}, b"<p>Zqsecret</p>")
    with client_of(html) as (client, app, waits), pytest.raises(Problem) as problem:
        client.people_and_organisations.who_am_i()
    assert (len(app.asked), waits, str(problem.value)) == (1, [], str(status))
    assert (problem.value.type, problem.value.name) == ("about:blank", "")


def test_the_token_is_asked_for_each_time() -> None:
    """A callable gives the token anew for each attempt, so one that has ended can be renewed."""
    tokens = iter(["first", "second"])
    app = Answering(iter([busy(), (200, JSON, b"{}")]))
    with served(app) as url, Client(url, lambda: next(tokens), sleep=lambda _: None) as client:
        client.people_and_organisations.who_am_i()
    assert [asked[3]["authorization"] for asked in app.asked] == ["Bearer first", "Bearer second"]


def test_a_file_that_breaks_off_is_fetched_again_and_a_wrong_one_is_not_kept(tmp_path: Path) -> None:
    """A download of less than was announced starts anew; one that isn't what its digest says leaves nothing."""
    pdf = {"Content-Type": "application/pdf"}
    digest = "sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:"  # of "test"
    short, whole = (
        (200, {**pdf, "Content-Length": "4"}, b"te"),
        (200, {**pdf, "Repr-Digest": f"md5=:AA==:, {digest}"}, b"test"),
    )
    with client_of(short, whole, (200, {**pdf, "Repr-Digest": digest}, b"tost")) as (client, app, waits):
        got = client.documents.contract_document("e", 1, into=tmp_path / "whole.pdf")
        with pytest.raises(Damaged):
            client.documents.contract_document("e", 1, into=tmp_path / "wrong.pdf")
    assert (len(app.asked), waits, got.path.read_bytes(), got.size) == (3, [0.125], b"test", 4)
    assert [one.name for one in tmp_path.iterdir()] == ["whole.pdf"]


def test_a_receipt_comes_with_what_has_ended() -> None:
    """A 410 tells what ended, and the receipts of what is erased; it comes through from another process as it is."""
    ended = b'[{"items": ["voice"], "receipt": {"epoch": 3}}, {"items": ["summary"], "since": "2026-01-01T00:00:00Z"}]'
    gone = b'{"type": "/v1/problems/reading-ended", "title": "Ended.", "status": 410, "ended": ' + ended + b"}"
    with client_of((410, busy()[1], gone)) as (client, _, _), pytest.raises(Problem) as problem:
        client.views.read_view("coach", "e")
    assert getattr(problem.value, "receipts", None) == [{"epoch": 3}]
    assert [one["items"] for one in problem.value.ended] == [["voice"], ["summary"]]
    again = pickle.loads(pickle.dumps(problem.value))  # noqa: S301 - our own bytes
    assert (type(again), vars(again), str(again)) == (type(problem.value), vars(problem.value), str(problem.value))


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_what_is_no_answer_of_the_api_is_not_taken_for_one(kind: str) -> None:
    """A page of something in between, or JSON that isn't, is an error and never an answer."""
    with client_of((200, {"Content-Type": kind}, b"<p>log in</p>")) as (client, _, _), pytest.raises(Unexpected):
        client.people_and_organisations.who_am_i()


def test_pages_that_name_themselves_end() -> None:
    """A list whose next page is the same one again is an error and not a loop."""
    page = (200, JSON, b'{"entries": [], "next": "c"}')
    with client_of(page, page) as (client, _, _), pytest.raises(Unexpected):
        list(client.engagements.list_engagements())


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é", "a\n"])
def test_a_key_that_cannot_be_one_is_not_sent(key: str) -> None:
    """Keys are visible ASCII; so is a time's offset needed. Nothing of either is sent."""
    with client_of() as (client, app, _), pytest.raises(ValueError, match="an idempotency key is"):
        client.personal.write_note("e", idempotency_key=key, note="said")
    assert app.asked == []


def test_asyncio_repeats_as_threads_do() -> None:
    """The same answers are waited for and bounded in the same way, with a sleep that is awaited."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def story(url: str) -> None:
        async with AsyncClient(url, "t", retry=HALF, sleep=sleep) as client:
            done = await client.personal.write_note("e", note="said")
            assert done.version == "v2"
            with pytest.raises(Unavailable):
                await client.people_and_organisations.who_am_i()

    app = Answering(iter([busy(Retry_After="3"), busy(), DONE, *[busy()] * 5]))
    with served(app) as url:
        asyncio.run(story(url))
        assert len({asked[3]["idempotency-key"] for asked in app.asked[:3]}) == 1
    assert waits == [3.125, 0.25, 0.125, 0.25, 0.5, 1.0]

    async def nowhere() -> None:
        async with AsyncClient(url, "t", retry=Retry(attempts=2), sleep=sleep) as client:
            await client.operations.live()

    with pytest.raises(Unreachable, match="ConnectError"):
        asyncio.run(nowhere())
