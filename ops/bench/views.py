"""Views: how fast one is rebuilt from the whole log, and how far it lags behind while events arrive."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import psycopg

from ops.bench import ours, peer
from ops.bench.rounds import Row, at_least, by_turns, faster, seconds
from ops.wiring import CellService
from ops.worker import Worker

_EVENTS: Final = 10_000
_ENGAGEMENTS: Final = 10
_SAMPLES: Final = 200
_VIEW: Final = "coach"
_PATIENCE: Final = 120.0


def rows(url: str, peer_url: str) -> Iterator[Row]:
    """Rows 6 and 7."""
    application = peer.Peer(env=peer.environment(peer_url))
    with (
        closing(application),
        ours.opened(url, "views") as service,
        psycopg.connect(url, autocommit=True, options="-c search_path=views") as watch,
        psycopg.connect(peer_url, autocommit=True) as peer_watch,
    ):
        cast = ours.Cast(service)
        writers = [cast.engagement() for _ in range(_ENGAGEMENTS)]
        for writer in writers:
            writer.append(_EVENTS // _ENGAGEMENTS // 100, 100)
        courses = [peer.Writer(application) for _ in range(_ENGAGEMENTS)]
        while (size := service.recorder.max_notification_id() or 0) > _size(application):
            courses[0].append(1, min(100, size - _size(application)))
        pairs = by_turns(lambda: _their_rebuild(peer_url, peer_watch, size), lambda: _our_rebuild(service))
        yield faster("projection rebuild", pairs, size, "events", at_least(80))
        ours_now = _Lagging(
            lambda: writers[0].append(1),
            lambda: service.recorder.max_notification_id() or 0,
            watch,
            f"SELECT position FROM tracking WHERE name = '{_VIEW}'",  # noqa: S608 - our own name
        )
        theirs_now = _Lagging(
            lambda: courses[0].append(1),
            lambda: _size(application),
            peer_watch,
            f"SELECT notification_id FROM {peer.TRACKING_TABLE} WHERE application_name = 'peer'",  # noqa: S608 - likewise
        )
        yield from _lags(service, ours_now, peer_url, theirs_now)


def _size(application: peer.Peer) -> int:
    return application.recorder.max_notification_id() or 0


def _our_rebuild(service: CellService) -> float:
    builder = service.builders[_VIEW]

    def rebuild() -> None:
        builder.clear(service.connections)
        while builder.advance(service.connections):
            pass

    return seconds(rebuild)


def _their_rebuild(url: str, watch: psycopg.Connection, size: int) -> float:
    _clear(watch)

    def rebuild() -> None:
        with peer.runner(url) as running:
            running.wait(size, timeout=_PATIENCE)

    return seconds(rebuild)


def _clear(watch: psycopg.Connection) -> None:
    """Empty the library's view. Its tracking table also holds a row of its own, about the table's version."""
    if watch.execute("SELECT to_regclass(%s)", [peer.VIEW_TABLE]).fetchone() != (None,):
        watch.execute(f"TRUNCATE {peer.VIEW_TABLE}")
        watch.execute(f"DELETE FROM {peer.TRACKING_TABLE} WHERE application_name = 'peer'")  # noqa: S608 - our own names


@dataclass(frozen=True)
class _Lagging:
    """One side while it is followed: appends one event, and says how far its view is."""

    append: Callable[[], None]
    size: Callable[[], int]
    watch: psycopg.Connection
    position: str


def _lags(service: CellService, ours_now: _Lagging, peer_url: str, theirs_now: _Lagging) -> Iterator[Row]:
    """Like beside like, one view each; and the server as it runs, with all our views in one worker."""
    one = {_VIEW: service.builders[_VIEW]}
    for name, builders in (("one view beside one view", one), ("ours among all five of ours", service.builders)):
        worker = Worker(builders, service.connections)
        worker.start()
        try:
            with peer.runner(peer_url) as running:
                running.wait(theirs_now.size(), timeout=_PATIENCE)
                pairs = by_turns(lambda: _p99(theirs_now), lambda: _p99(ours_now))
        finally:
            worker.stop()
        yield faster(f"projection lag, p99, {name}", pairs, 1, "", at_least(1))


def _p99(side: _Lagging) -> float:
    """Seconds from the append's return until the view has it, at the 99th percentile of so many appends."""
    lags: list[float] = []
    last = side.size()
    for _ in range(_SAMPLES):
        side.append()
        acknowledged = perf_counter()
        last += 1
        while True:
            found = side.watch.execute(side.position.encode(), prepare=True).fetchone()
            if found is not None and found[0] >= last:
                break
        lags.append(perf_counter() - acknowledged)
    return sorted(lags)[_SAMPLES * 99 // 100 - 1]
