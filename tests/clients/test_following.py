"""Following changes with the Python client: across streams that end, for threads and for asyncio."""

import asyncio
from collections.abc import Callable
from itertools import islice
from threading import Thread

import pytest

from driehoek_client import AsyncClient, Client, Unauthenticated, Unreachable
from driehoek_client.retries import Retry
from ops.settings import Settings
from tests.api.acts import perform, play
from tests.api.people import C, Cast, E
from tests.clients.conftest import token_of
from tests.live import fresh_settings

ACTS = 6


@pytest.fixture(scope="module")
def api_settings() -> Settings:
    """Streams that end so soon that following them means to come back."""
    return fresh_settings().model_copy(update={"stream_seconds": 0.3, "stream_heartbeat_seconds": 0.1})


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement under way."""
    return play(new_cast(), "coached")


def _act(cast: Cast) -> None:
    for _ in range(ACTS):
        perform(cast, C, "context")


def test_following_gives_each_change_once(cast: Cast, url: str) -> None:
    """All that there was and all that happens meanwhile, over several streams, equal to the pages."""
    with Client(url, token_of(cast, C)) as coach:
        known = coach.changes.list_changes().body["last"]
        writer = Thread(target=_act, args=(cast,))
        writer.start()
        found = list(islice(coach.follow(after=0), known + ACTS))
        writer.join()
        assert found == coach.changes.list_changes(limit=200).body["entries"]
    assert [int(one["sequence"]) for one in found] == list(range(1, known + ACTS + 1))


def test_following_from_now_on_begins_with_what_is_new(cast: Cast, url: str) -> None:
    """For asyncio, too; what the others do comes as a new version of one's own view."""

    async def first() -> str:
        async with AsyncClient(url, lambda: token_of(cast, E)) as coachee:
            last = (await coachee.changes.list_changes(limit=1)).body["last"]
            changes = coachee.follow()
            task = asyncio.ensure_future(anext(changes))
            await asyncio.to_thread(_until_followed, cast)
            await asyncio.to_thread(perform, cast, E, "reality")
            change = await task
            assert int(change["sequence"]) == last + 1
            await changes.aclose()
            return change["type"]

    assert asyncio.run(first()) == "driehoek.engagement.changed"


def _until_followed(cast: Cast) -> None:
    """Until the coachee's stream is open, which is on record."""
    for _ in range(1_000):
        newest = cast.send(E, "GET", "/v1/people/me/access-log", params={"limit": 5}).json()["entries"]
        if any(one["purpose"] == "stream" for one in newest):
            return
    raise AssertionError("nobody follows")


def test_what_stands_against_following_is_raised(cast: Cast, url: str) -> None:
    """A refusal at once; a server that isn't there after the attempts that were asked for."""
    with Client(url, "not.a.token") as nobody, pytest.raises(Unauthenticated):
        next(nobody.follow())
    waits: list[float] = []
    patience = Retry(attempts=3)
    with (
        Client("http://127.0.0.1:9", token_of(cast, C), retry=patience, sleep=waits.append) as lost,
        pytest.raises(Unreachable),
    ):
        next(lost.follow())
    assert len(waits) == 2
