"""A server that is killed at any moment of a read: whoever received a word of it is on record."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Final
from uuid import UUID

import httpx
import pytest

from domain.principals import person_id
from domain.reads import ReadRecorded
from domain.vocabulary import Role
from ops.embedded import EmbeddedPostgres
from ops.settings import DEVELOPMENT_ISSUER, Settings
from ops.store.migrate import migrate
from ops.wiring import CellService
from tests.faults.read_server import Served, served
from tests.live import Tokens, fresh_settings, tokens_of
from tests.processes import PATIENCE
from tests.stage import C, E, M, O, Stage, open_service, tell
from tests.support import Cell

WORD: Final = "Xq-told-in-confidence"
"""In everything that anybody of the cast typed."""

Taken = Counter[tuple[Role, str]]
"""By whom and for which purpose something was received, and how often."""


class Vouched(Stage):
    """A cast of people whom the development issuer vouches for."""

    def called(self, name: str) -> UUID:
        """Whom a token is about."""
        return person_id(DEVELOPMENT_ISSUER, name)


@dataclass
class Cast:
    """Four parties of an engagement, who read over HTTP and keep an account of what reached them."""

    cell: Cell
    settings: Settings
    service: CellService
    stage: Stage
    tokens: Tokens
    received: Taken = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def recorded(self) -> Taken:
        """What the log says was opened."""
        return Counter((role, read.purpose.value) for role, read in self._reads() if read.given is None)

    def given(self) -> int:
        """How many documents the log says were given out, each after it was opened."""
        return sum(1 for _, read in self._reads() if read.given is not None)

    def _reads(self) -> list[tuple[Role, ReadRecorded]]:
        roles = {person: role for role, person in self.stage.people.items()}
        events = self.service.write_side.reads_of(self.stage.engagement_id, before=None, limit=100_000)
        assert [event.originator_version for event in events] == list(range(len(events), 0, -1))
        facts = [(event, event.fact) for event in events]
        return [(roles[event.actor], fact) for event, fact in facts if isinstance(fact, ReadRecorded)]

    def read(self, server: Served, role: Role, purpose: str) -> bool:
        """Read as somebody; a single word that arrives counts, also of an answer that breaks off."""
        engagement, view = self.stage.engagement_id, role.word.replace("_", "-")
        paths = {
            "view": f"/v1/views/{view}/engagements/{engagement}",
            "stream": f"/v1/views/{view}/engagements/{engagement}/stream?limit=7",
            "list": "/v1/engagements",
            "export": f"/v1/engagements/{engagement}/exports",
        }
        headers = {"Authorization": f"Bearer {self.tokens(role.value)}"}
        seen, counted = b"", False
        with (
            suppress(httpx.TransportError),
            httpx.stream("GET", server.url + paths[purpose], headers=headers, timeout=PATIENCE) as answer,
        ):
            for piece in answer.iter_raw():
                seen = seen[-200:] + piece
                if not counted and (WORD.encode() in seen or purpose == "export"):
                    counted = True
                    with self.lock:
                        self.received[role, purpose] += 1
        return counted

    def check(self) -> None:
        """Nobody received anything that isn't on record."""
        assert self.received - self.recorded() == Counter()


@pytest.fixture(scope="module")
def cast(postgres: EmbeddedPostgres) -> Iterator[Cast]:
    """A played engagement whose people are those that the development issuer vouches for."""
    url = postgres.url("read_kills")
    migrate(url, "cell")
    cell, settings = Cell("cell", url, postgres.data), fresh_settings()
    with open_service(cell) as service:
        tokens = tokens_of(settings)
        stage = tell(Vouched(service, words=lambda _, name: f"{WORD} {name}"))
        stage.advance()
        yield Cast(cell, settings, service, stage, tokens)


@pytest.fixture(autouse=True)
def _account(cast: Cast) -> None:
    cast.received.clear()
    cast.received.update(cast.recorded())


READS = [(O, "view"), (M, "stream"), (C, "list"), (E, "export")]


@pytest.mark.parametrize(("role", "purpose"), READS, ids=[purpose for _, purpose in READS])
def test_killed_between_the_record_and_the_answer(cast: Cast, role: Role, purpose: str) -> None:
    """The read is on record and nothing of it was received: a read too many, never one too few."""
    before = cast.recorded()
    with served(cast.cell, cast.settings, "pausing") as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(cast.read, server, role, purpose)
        assert server.says() == "recorded"
        server.kill()
        assert asked.result(PATIENCE) is False
    assert cast.recorded() - before == Counter({(role, purpose): 1})
    cast.check()


def test_a_paused_read_that_goes_on_is_answered(cast: Cast) -> None:
    """Positive control: the same server, told to go on, answers, and the account grows by what is on record."""
    with served(cast.cell, cast.settings, "pausing") as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(cast.read, server, E, "view")
        assert server.says() == "recorded"
        server.ours.send("go on")
        assert asked.result(PATIENCE) is True
    assert cast.received == cast.recorded()


@pytest.mark.parametrize("seed", range(3))
def test_killed_right_after_an_answer(cast: Cast, seed: int) -> None:
    """Killed the moment an answer arrives, while others are on their way: all that arrived is on record."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    done, wanted = Event(), chance.randint(5, 25)
    before = sum(cast.received.values())

    def reader(of: random.Random) -> None:
        while not done.is_set():
            cast.read(server, *of.choice(READS))
            if sum(cast.received.values()) - before >= wanted:
                server.process.kill()
                done.set()

    with served(cast.cell, cast.settings) as server, ThreadPoolExecutor(4) as pool:
        for running in [pool.submit(reader, random.Random(chance.random())) for _ in range(4)]:  # noqa: S311 - likewise
            running.result(PATIENCE)
    assert sum(cast.received.values()) - before >= wanted
    cast.check()


@pytest.mark.parametrize(("role", "purpose"), READS, ids=[purpose for _, purpose in READS])
def test_a_server_that_answers_before_it_records_is_caught(cast: Cast, role: Role, purpose: str) -> None:
    """Positive control: a variant that records after its answer, killed in between, fails the very same check."""
    with served(cast.cell, cast.settings, "late") as server:
        assert cast.read(server, role, purpose) is True
        server.kill()
    with pytest.raises(AssertionError):
        cast.check()


def test_two_servers_on_one_engagement_lose_nothing(cast: Cast) -> None:
    """Two processes record reads of one engagement at once: each read is on record once, in one unbroken stream."""
    before, given = cast.recorded(), cast.given()
    with (
        served(cast.cell, cast.settings) as one,
        served(cast.cell, cast.settings) as another,
        ThreadPoolExecutor(8) as pool,
    ):
        asked = [pool.submit(cast.read, server, *READS[n % 4]) for n in range(40) for server in (one, another)]
        assert all(running.result(PATIENCE) for running in asked)
    assert cast.recorded() - before == Counter(dict.fromkeys(READS, 20))
    assert cast.given() - given == 20
    assert cast.received == cast.recorded()
