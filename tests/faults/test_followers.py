"""A follower outlives its connections: killed, refused, or never had, it yields each position once and in order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import Barrier, Event
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from ops.store.connections import Connections
from ops.store.recorder import CellRecorder
from ops.store.subscription import CellSubscription
from tests.support import Cell, new_command, sealed, within


@contextmanager
def _following(subscription: CellSubscription) -> Iterator[CellSubscription]:
    """The subscription, stopped whatever happens, so that a test that fails doesn't wait for ever."""
    with subscription:
        yield subscription


def _ids(subscription: CellSubscription, count: int) -> list[int]:
    return within(10, lambda: [event.id for event in islice(subscription, count)])


def test_a_follower_survives_the_death_of_all_connections(cell: Cell, recorder: CellRecorder) -> None:
    """Each connection to the cell is terminated, several times, while the follower waits: it goes on where it was."""
    with _following(CellSubscription(recorder, gt=0, poll=0.05)) as follower:
        for round_ in range(4):
            with cell.connect() as killer:
                killer.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'driehoek%' AND pid <> pg_backend_pid()"
                )
            recorder.committer.appender._used = 0
            recorder.insert_events([sealed(uuid4(), 1), sealed(uuid4(), 1)], command=new_command())
            assert _ids(follower, 2) == [2 * round_ + 1, 2 * round_ + 2]


def test_a_follower_works_where_listen_is_refused(recorder: CellRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a standby LISTEN is an error: the follower polls, and is only a little later."""
    refused = Event()

    def refuse(_: Connections, purpose: str) -> psycopg.Connection:
        assert purpose == "listen"
        refused.set()
        raise psycopg.errors.FeatureNotSupported

    recorder.insert_events([sealed(uuid4(), 1)])
    monkeypatch.setattr(Connections, "open", refuse)
    with _following(CellSubscription(recorder, gt=0, poll=0.01)) as follower:
        assert _ids(follower, 1) == [1]
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(next, follower)
            assert refused.wait(10)
            recorder.insert_events([sealed(uuid4(), 1)])
            assert waiting.result(10).id == 2


def test_a_notification_wakes_a_follower_that_would_poll_rarely(recorder: CellRecorder) -> None:
    """With an hour between two polls, an event still arrives at once: NOTIFY woke the follower."""
    with _following(CellSubscription(recorder, gt=0, poll=3600)) as follower, ThreadPoolExecutor(1) as pool:
        for number in range(1, 6):
            waiting = pool.submit(next, follower)
            recorder.insert_events([sealed(uuid4(), 1)])
            assert waiting.result(10).id == number


def test_stopping_from_outside_ends_a_waiting_follower(recorder: CellRecorder) -> None:
    """`stop()` reaches a follower that waits for something that never comes."""
    with _following(CellSubscription(recorder, gt=0, poll=3600)) as follower, ThreadPoolExecutor(1) as pool:
        started = Barrier(2)

        def wait() -> list[int]:
            started.wait(10)
            return [event.id for event in follower]

        waiting = pool.submit(wait)
        started.wait(10)
        follower.stop()
        assert waiting.result(10) == []


def test_topics_are_a_filter_that_hides_no_gap(recorder: CellRecorder) -> None:
    """Only the topics asked for are yielded, with their own positions."""
    for topic in ("a", "b", "a", "b", "b"):
        recorder.insert_events([StoredEvent(uuid4(), 1, topic, b"")])
    with _following(recorder.subscribe(gt=1, topics=["b"])) as follower:
        assert _ids(follower, 3) == [2, 4, 5]
