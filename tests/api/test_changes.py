"""What changed for somebody, over HTTP: in pages and as a stream; each change once, in order, and nobody else's."""

import json
import random
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import islice
from threading import Thread
from typing import Any

import httpx
import pytest

from ops.settings import Settings
from tests.api.acts import perform, play
from tests.api.event_source import Source
from tests.api.people import ROLES, STRANGER, C, Cast, E, M, O
from tests.live import fresh_settings

EACH = 3
PROBLEMS = "/v1/problems"


@pytest.fixture(scope="module")
def api_settings() -> Settings:
    """Streams that are told to be short, so that they end by themselves within a test."""
    changed = {"stream_heartbeat_seconds": 0.1, "stream_seconds": 4.0, "streams_each": EACH}
    return fresh_settings().model_copy(update=changed)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement under way."""
    return play(new_cast(), "coached")


def _page(cast: Cast, who: str, **params: int) -> dict[str, Any]:
    answer = cast.send(who, "GET", "/v1/changes", params=params)
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def _all(cast: Cast, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = _page(cast, who, after=len(found), limit=50)
        found += page["entries"]
        if not page["entries"]:
            assert page["last"] == len(found)
            return found


def _replayed(cast: Cast, who: str) -> Source:
    """A stream from the first change to the last."""
    source, last = Source(), _page(cast, who, after=0)["last"]
    with source.opened(cast.api, cast.subject(who), after=0) as events:
        assert len(list(islice(events, last))) == last
    return source


def _act(cast: Cast, count: int) -> None:
    for _ in range(count):
        perform(cast, C, "context")


@pytest.mark.parametrize("who", ROLES)
def test_changes_lead_to_the_version_of_ones_view(cast: Cast, who: str) -> None:
    """Numbered from 1 without a gap; the last version is the view's own; each names the engagement and the view."""
    entries = _all(cast, who)
    assert [int(entry["sequence"]) for entry in entries] == list(range(1, len(entries) + 1))
    counted = [entry for entry in entries if entry["data"]["version"]]
    assert counted[-1]["data"]["version"] == cast.version(who)
    assert {entry["subject"] for entry in entries} == {cast.engagement}
    assert {entry["data"]["view"] for entry in counted} == {who.replace("-", "_")}
    assert len({entry["id"] for entry in entries}) == len(entries)
    assert all(datetime.fromisoformat(entry["time"]).tzinfo for entry in entries)


def test_a_stranger_has_no_changes(cast: Cast) -> None:
    """Nothing, and no way to tell whether anything happened."""
    assert _page(cast, STRANGER) == {"entries": [], "last": 0}
    source = Source()
    with source.opened(cast.api, cast.subject(STRANGER), after=0) as events:
        assert list(events) == []  # until it ends by itself
    assert source.beats > 1


def test_a_stream_is_the_list(cast: Cast) -> None:
    """What a stream tells from the first change on is what the pages say, event by event."""
    for who in (O, E):
        source = _replayed(cast, who)
        assert [json.loads(data) for _, _, data in source.events] == _all(cast, who)
        assert [number for number, _, _ in source.events] == list(range(1, len(source.events) + 1))
        assert {kind for _, kind, _ in source.events} == {"engagement.changed"}


def test_a_stream_tells_what_happens_while_it_is_open(cast: Cast) -> None:
    """It begins where the list ends now, is silent meanwhile, and tells of each act within the moment."""
    before, source = _page(cast, C)["last"], Source()
    with source.opened(cast.api, cast.subject(C)) as events:
        perform(cast, C, "context")
        number, kind, data = next(events)
        assert (number, kind, json.loads(data)["data"]["version"]) == (
            before + 1,
            "engagement.changed",
            cast.version(C),
        )
        perform(cast, E, "journal")  # nobody else's business
        perform(cast, C, "note")  # nor is that news to themself
        perform(cast, C, "context")
        assert next(events)[0] == before + 2


def test_a_consumer_that_is_cut_off_at_random_gets_each_change_once(cast: Cast) -> None:
    """Connections that break anywhere, also within an event, while things happen: nothing twice, nothing missing."""
    dice = random.Random(3)  # noqa: S311 - repeatable
    acts = 12
    writer = Thread(target=_act, args=(cast, acts))
    first = _page(cast, C)["last"]
    source, wanted = Source(last_id=str(first)), first + acts
    writer.start()
    while source.events == [] or source.events[-1][0] < wanted:
        headers = {**cast.api.bearer(cast.subject(C)), "Last-Event-ID": source.last_id}
        with (
            httpx.Client(base_url=cast.api.client.base_url, timeout=60) as client,
            client.stream("GET", "/v1/stream", headers=headers) as answer,
        ):
            raw = islice(answer.iter_raw(dice.choice((1, 7, 300))), dice.randrange(1, 400))
            for _ in source.take(raw):
                if dice.random() < 0.4:
                    break
    writer.join()
    assert [number for number, _, _ in source.events] == list(range(first + 1, wanted + 1))
    assert [json.loads(data) for _, _, data in source.events] == _all(cast, C)[first:]


def test_a_stream_is_the_same_bytes_whatever_others_do(cast: Cast, new_cast: Callable[..., Cast]) -> None:
    """A journal, notes and another engagement change nothing of the organisation's stream; its own act does."""
    before = {who: _replayed(cast, who).raw for who in (O, M)}
    perform(cast, E, "journal")
    perform(cast, C, "note")
    play(new_cast(), "chosen")
    assert {who: _replayed(cast, who).raw for who in (O, M)} == before
    perform(cast, O, "voice")
    after = {who: _replayed(cast, who).raw for who in (O, M)}
    assert all(after[who].startswith(before[who]) for who in (O, M))
    assert after[O] != before[O]


def test_a_person_has_a_few_streams_and_gets_them_back(cast: Cast) -> None:
    """One more than that is refused with a time to come back; another person isn't concerned; a closed one is free."""
    with ExitStack() as stack:
        for who in (*[C] * EACH, M):  # kept, for what is forgotten is closed
            opened = stack.enter_context(Source().opened(cast.api, cast.subject(who), after=0))
            stack.callback(list, [opened, next(opened)])
        answer = cast.send(C, "GET", "/v1/stream")
        assert (answer.status_code, answer.json()["type"]) == (429, f"{PROBLEMS}/too-many-streams")
        assert int(answer.headers["Retry-After"]) > 0
    assert _replayed(cast, C).events


def test_streams_that_nobody_reads_cost_others_nothing(cast: Cast) -> None:
    """Many asked for by one person: a few open, all others are refused, and everybody is served meanwhile."""
    with httpx.Client(base_url=cast.api.client.base_url, timeout=60) as client:
        asked = client.build_request("GET", "/v1/stream", headers=cast.api.bearer(cast.subject(E)))
        answers = [client.send(asked, stream=True) for _ in range(60)]
        assert cast.view(M)["version"]
        found = [answer.status_code for answer in answers]
    assert found[:EACH] == [200] * EACH
    assert set(found[EACH:]) <= {200, 429}  # streams end by themselves meanwhile
    assert found.count(429) > 40


def test_opening_a_stream_is_on_record(cast: Cast) -> None:
    """As a read of one's own, once for a stream however much it tells; a refused one isn't."""
    asked = {"limit": 1}
    with Source().opened(cast.api, cast.subject(M), after=0) as events:
        next(events)
        newest = cast.send(M, "GET", "/v1/people/me/access-log", params=asked).json()["entries"][0]
        assert (newest["purpose"], newest["view"]) == ("stream", "changes")
    size = cast.api.size()
    refused = cast.send(M, "GET", "/v1/stream", headers={"Last-Event-ID": "minus one"})
    assert (refused.status_code, cast.api.size()) == (422, size)


@pytest.mark.parametrize("ends", ["revoked", "expired"])
def test_a_stream_ends_with_the_key_that_opened_it(cast: Cast, ends: str) -> None:
    """What happens after that it doesn't tell; the stream of a key that lives does."""
    keys = [
        cast.write(C, "POST", "/v1/api-keys", {"name": "Dashboard", "scopes": ["streams"], "days": days}).json()
        for days in (1, 30)
    ]
    sources = [Source(), Source()]
    with ExitStack() as stack:
        told = [
            stack.enter_context(source.opened(cast.api, f"Bearer {key['api_key']}"))
            for source, key in zip(sources, keys, strict=True)
        ]
        _act(cast, 1)
        assert [next(events)[1] for events in told] == ["engagement.changed"] * 2
        if ends == "revoked":
            cast.write(C, "POST", f"/v1/api-keys/{keys[0]['id']}/revocation", None)
        else:
            stack.enter_context(cast.api.ahead(timedelta(days=2)))
        _act(cast, 1)
        assert next(told[1])[1] == "engagement.changed"
        assert list(told[0]) == []
    assert [len(source.events) for source in sources] == [1, 2]
