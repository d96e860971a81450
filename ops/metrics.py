"""What whoever runs the service watches (``api.metering.Metrics``), with prometheus-client.

Counts of requests are kept here, in the memory of this process. How the cell is, its log, its views, its keys and what
is due, is asked of the store whenever somebody looks. Every label's value is one of a fixed few: a route's template, a
view's name, a status. None is an id, a name, a path or anything else that somebody sent.
"""

import hmac
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import psycopg
import structlog
from eventsourcing.persistence import PersistenceError
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.keys import keys_stream_id
from domain.principals import CELL_ID
from ops.log import rows
from ops.wiring import CellService

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The upper ends of the histogram's buckets."""

_LASTING: Final = "/v1/stream"
"""Of streams no duration is counted: how long they last is a setting."""

_STATE: Final = """
SELECT (SELECT size FROM log_state), (SELECT epoch FROM key_state),
       (SELECT count(*) FROM agenda WHERE look_at <= %(now)s),
       (SELECT extract(epoch FROM %(now)s - min(look_at))::float8 FROM agenda WHERE look_at <= %(now)s)
"""
_TRACKED: Final = "SELECT name, position FROM tracking"
_log = structlog.get_logger()


class ServiceMetrics:
    """The counts of one process, and how its cell is.

    Args:
        service: the open cell.
        token: what whoever looks has to show.
        streams: how many streams are open.
        clock: the time (UTC).
    """

    def __init__(
        self, service: CellService, token: bytes, streams: Callable[[], int], clock: Callable[[], datetime]
    ) -> None:
        self._token = sha256(token).digest()
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("driehoek_requests", "Answers.", ["route", "method", "status"], registry=registry)
        self._seconds = Histogram(
            "driehoek_request_seconds", "How long answers took.", ["route", "method"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self._refused = Counter("driehoek_refused", "Requests refused for a limit.", ["limit"], registry=registry)
        Gauge("driehoek_streams_open", "Streams that are open.", registry=registry).set_function(streams)
        registry.register(_Cell(service, clock))
        ProcessCollector(registry=registry)

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, method, status).inc()
        if route != _LASTING:
            self._seconds.labels(route, method).observe(seconds)

    def refused(self, limit: str) -> None:
        """Count a request that was refused for a limit."""
        self._refused.labels(limit).inc()

    def allows(self, token: str) -> bool:
        """Whether this is the token."""
        return hmac.compare_digest(sha256(token.encode()).digest(), self._token)

    def page(self) -> tuple[bytes, str]:
        """All counts, and their media type. Without the store, those that need none."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class _Cell(Collector):
    """How the cell is at this moment."""

    def __init__(self, service: CellService, clock: Callable[[], datetime]) -> None:
        self._service, self._clock = service, clock
        self._begun: tuple[int, datetime] | None = None

    def describe(self) -> list[Metric]:
        """Nothing: what there is, is asked of the store, and not when this is made."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Everything, or that the store doesn't answer."""
        try:
            found = list(self._found())
        except PersistenceError as error:
            _log.warning("metrics_without_store", error=type(error).__name__)
            found = []
        yield GaugeMetricFamily("driehoek_store_up", "Whether the store answers.", float(bool(found)))
        yield from found

    def _found(self) -> Iterator[Metric]:
        now = self._clock()
        with self._service.connections.use() as connection:
            size, epoch, due, waited = _row(connection, _STATE, now=now)
            positions = dict(connection.execute(_TRACKED).fetchall())
            published = rows.latest(connection)
        yield _gauge("driehoek_log_events", "Events on record.", size)
        covered = 0 if published is None else published.size
        yield _gauge("driehoek_log_published_events", "Events under the latest checkpoint.", covered)
        lag = GaugeMetricFamily("driehoek_view_lag_events", "Events that a view is behind.", labels=["view"])
        for view in sorted(self._service.builders):
            lag.add_metric([view], (size or 0) - positions.get(view, 0))
        yield lag
        yield _gauge("driehoek_keys_epoch", "The key tree's epoch.", epoch)
        age = (now - self._since(epoch)).total_seconds()
        yield _gauge("driehoek_keys_epoch_age_seconds", "Since that epoch was begun.", age)
        yield _gauge("driehoek_erasure_due", "Streams that wait for the eraser to look at them.", due)
        yield _gauge("driehoek_erasure_due_seconds", "How long the first of them has waited.", waited)

    def _since(self, epoch: int) -> datetime:
        """When an epoch was begun: its first step, or the founding of the cell."""
        if self._begun is None or self._begun[0] != epoch:
            events = self._service.write_side.events
            first = next(iter(events.get(keys_stream_id(epoch), lte=1)), None) or next(iter(events.get(CELL_ID, lte=1)))
            self._begun = epoch, first.timestamp  # type: ignore[attr-defined] # the library's events are ours here
        return self._begun[1]


def _gauge(name: str, about: str, value: float | None) -> Metric:
    return GaugeMetricFamily(name, about, float(value or 0))


def _row(connection: psycopg.Connection[Any], query: str, **values: object) -> tuple[Any, ...]:
    [row] = connection.execute(query, values).fetchall()
    return tuple(row)
