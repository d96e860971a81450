"""Servers that are killed while they tell of changes: whoever comes back gets each change once, in order."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from threading import Thread
from typing import Final

import httpx
import pytest

from domain import relationship
from ops.settings import Settings
from ops.wiring import CellService
from tests.api.event_source import Source
from tests.faults.read_server import Served, served
from tests.faults.test_reads import Vouched
from tests.live import fresh_settings, tokens_of
from tests.processes import PATIENCE
from tests.stage import C
from tests.support import Cell

ACTS: Final = 40
KILLS: Final = 3


@pytest.fixture
def settings() -> Settings:
    """Settings with a home of their own, for streams that end soon."""
    return fresh_settings().model_copy(update={"stream_seconds": 0.5})


@pytest.fixture
def stage(service: CellService) -> Vouched:
    """An engagement whose coach tells of the organisation."""
    stage = Vouched(service)
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    return stage


def _followed(server: Served, source: Source, token: str, most: int) -> Iterator[int]:
    """Events from one server until it is gone, or so many pieces came."""
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": source.last_id}
    with (
        suppress(httpx.TransportError),
        httpx.Client(base_url=server.url, timeout=PATIENCE) as client,
        client.stream("GET", "/v1/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        for count, (number, _, _) in enumerate(source.take(answer.iter_raw(11))):
            yield number
            if count >= most:
                return


def test_a_consumer_outlives_servers_that_are_killed(cell: Cell, stage: Vouched, settings: Settings) -> None:
    """Two servers, killed in the middle of their streams, a consumer that goes to the other one: 1, 2, 3 and so on."""
    dice, tokens = random.Random(5), tokens_of(settings)  # noqa: S311 - repeatable
    writer = Thread(target=_write, args=(stage,))
    source, kills = Source(last_id="0"), 0
    with ExitStack() as stack:
        servers = [stack.enter_context(served(cell, settings)) for _ in range(2)]
        writer.start()
        last = 0
        while writer.is_alive() or last < _count(stage):
            at = dice.randrange(len(servers))
            server = servers[at]
            for number in _followed(server, source, tokens(C.value), dice.randrange(1, 30)):
                last = number
                if server is servers[at] and kills < KILLS and last > (kills + 1) * ACTS // 5:
                    kills += 1
                    server.kill()
                    servers[at] = stack.enter_context(served(cell, settings))
        writer.join()
    assert kills == KILLS
    assert [number for number, _, _ in source.events] == list(range(1, _count(stage) + 1))


def _write(stage: Vouched) -> None:
    for _ in range(ACTS):
        stage.act(C, relationship.RecordOrganisationContext({"culture": "as it is"}))


def _count(stage: Vouched) -> int:
    stage.advance()
    return stage.service.changes.count(stage.people[C])
