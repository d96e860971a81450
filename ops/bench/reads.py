"""Reading: loading an engagement of 1,000 events, folding one party's view of it, and what it all weighs on disk.

And what the record of a read costs: a view that is read beside one whose read is put on record first, and how many
reads are recorded in a second by one reader and by many at once.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from statistics import median
from typing import Final

import psycopg

from domain.engagement import Engagement
from domain.reads import Place, Purpose, Read, Reader, View
from domain.sight import Sight, sight
from domain.vocabulary import PARTIES, Role
from ops.bench import ours, peer
from ops.bench.rounds import NOBODY, ROUNDS, Goal, Row, at_least, by_turns, faster, row, seconds
from ops.clock import now
from ops.wiring import CellService
from projections.reading import FOLDS, PartyView
from projections.recorded import RecordedView

_EVENTS: Final = 1_000
_LOADS: Final = 5  # in a round
_READS: Final = 320  # in a round
_OURS: Final = ("events", "parts", "heads", "commands", "log_state", "grants")
_THEIRS: Final = (peer.EVENTS_TABLE,)
_O, _, _C, _ = PARTIES


def rows(url: str, peer_url: str) -> Iterator[Row]:
    """Rows 8 to 10, and those of recorded reads."""
    application = peer.Peer(env=peer.environment(peer_url))
    with closing(application), ours.opened(url, "reads") as service:
        writer, course = ours.Cast(service).engagement(), peer.Writer(application)
        writer.append(_EVENTS // 100, 100)
        course.append(_EVENTS // 100, 100)
        for builder in service.builders.values():
            while builder.advance(service.connections):
                pass
        their_load = _timed(lambda: application.repository.get(course.course.id))
        pairs = by_turns(their_load, _timed(lambda: service.write_side.load(Engagement, writer.stream)))
        yield faster("load, 1,000 events", pairs, 1, "", at_least(1.7))
        for name, role, cold, goal in (
            ("the coach's view of them, everything", _C, False, at_least(3)),
            ("the organisation's view of them, a quarter", _O, False, at_least(3)),
            ("the coach's view, no key in memory", _C, True, None),
        ):
            yield _view(name, service, writer, their_load, role, cold, goal)
        yield _bytes(url, peer_url, service, application)
        yield _recorded_view(service, writer)
        for readers in (1, 32):
            yield _rate(service, writer, readers)


def _recorded_view(service: CellService, writer: ours.Writer) -> Row:
    """Slower by what it takes to seal, sign, append and flush one event."""
    view, seen, reading = _reading(service, writer)
    plain = _timed(lambda: view.read(seen))
    pairs = by_turns(plain, _timed(reading))
    unrecorded, recorded = (median(pair[side] for pair in pairs) * 1e3 for side in (0, 1))
    return row(
        "the coach's view, its read recorded, beside unrecorded",
        [without / within for without, within in pairs],
        against="the same view, its read not recorded",
        theirs=f"{unrecorded:,.1f} ms",
        ours=f"{recorded:,.1f} ms",
    )


def _rate(service: CellService, writer: ours.Writer, readers: int) -> Row:
    """Reads of one engagement that are on record, per second; and how many shared an append."""
    read = _read_of(writer)

    def several(_: int) -> None:
        for _ in range(_READS // readers):
            service.reads.record(read)

    def one_round() -> float:
        with ThreadPoolExecutor(readers) as pool:
            return _READS / seconds(lambda: list(pool.map(several, range(readers))))

    one_round()
    batches, done = service.reads.batches, service.reads.recorded
    figures = [one_round() for _ in range(ROUNDS)]
    together = (service.reads.recorded - done) / (service.reads.batches - batches)
    name = f"reads recorded, {readers} reader{'s' if readers > 1 else ''}"
    return row(name, figures, against=NOBODY, unit="/s", ours=f"{together:,.1f} an append")


def _reading(service: CellService, writer: ours.Writer) -> tuple[PartyView, Sight, Callable[[], object]]:
    """The coach's view, what the coach sees, and a read of it as the web does it: found, recorded, opened, folded."""
    engagement = service.write_side.load(Engagement, writer.stream)
    view, seen = service.views[_C], sight(engagement, None, _C, writer.people[_C], now())
    behind, (_, fold) = RecordedView(view), FOLDS[_C]

    def read() -> object:
        found = behind.find(seen)
        return fold(behind.open(found, service.reads.record(_read_of(writer, *found.places))))

    return view, seen, read


def _read_of(writer: ours.Writer, *places: Place) -> Read:
    reader = Reader(writer.people[_C], _C, writer.people[_C])
    return Read(reader, now(), Purpose.VIEW, View.COACH, writer.stream, places or (Place(writer.stream, 1, 1),))


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def several() -> float:
        return seconds(lambda: [work() for _ in range(_LOADS)]) / _LOADS

    return several


def _view(
    name: str,
    service: CellService,
    writer: ours.Writer,
    theirs: Callable[[], float],
    role: Role,
    cold: bool,
    goal: Goal | None,
) -> Row:
    engagement = service.write_side.load(Engagement, writer.stream)
    view, seen = service.views[role], sight(engagement, None, role, writer.people[role], now())

    def read() -> None:
        if cold:
            service.drop_keys()
        view.read(seen)

    return faster(name, by_turns(theirs, _timed(read)), 1, "", goal)


def _bytes(url: str, peer_url: str, service: CellService, application: peer.Peer) -> Row:
    """Bytes per event with indexes, after VACUUM. Everything in the tables counts, setting up included."""
    ours_size = _weigh(url, [f"reads.{table}" for table in _OURS]) / (service.recorder.max_notification_id() or 1)
    theirs_size = _weigh(peer_url, _THEIRS) / (application.recorder.max_notification_id() or 1)
    return row(
        "bytes on disk per event",
        [ours_size / theirs_size],
        theirs=f"{theirs_size:,.0f} B",
        ours=f"{ours_size:,.0f} B",
    )


def _weigh(url: str, tables: Sequence[str]) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        for table in tables:
            connection.execute(f"VACUUM {table}")
        found = connection.execute(
            "SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t", [list(tables)]
        )
        (size,) = found.fetchone() or (0,)
        return int(size)
