"""Writing: one client, several clients, many events at once, and one very large append."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Final, Protocol

from ops.bench import ours, peer
from ops.bench.rounds import NOBODY, ROUNDS, Goal, Row, at_least, by_turns, faster, row, seconds

_LARGE: Final = 10 * 1024 * 1024
_SINGLE: Final = 400  # transactions in a round of one client
_PER_CLIENT: Final = {8: 60, 32: 30}
_BLOCKS, _BLOCK = 8, 100  # transactions in a round, events in each
_MANY: Final = 7_000  # events of 1.5 kB: 10 MB


class Appends(Protocol):
    """Either side's writer."""

    def append(self, transactions: int, events: int = 1) -> None:
        """So many transactions of so many events."""


@dataclass(frozen=True)
class Sides:
    """Enough writers on either side for every row."""

    theirs: Sequence[Appends]
    ours: Sequence[ours.Writer]


@contextmanager
def _sides(url: str, peer_url: str, clients: int) -> Iterator[Sides]:
    application = peer.Peer(env=peer.environment(peer_url))
    with closing(application), ours.opened(url, "appends") as service:
        cast = ours.Cast(service)
        yield Sides([peer.Writer(application) for _ in range(clients)], [cast.engagement() for _ in range(clients)])


def together(writers: Sequence[Appends], transactions: int) -> float:
    """Seconds for all writers, a thread each, to append so many transactions each; starting threads doesn't count."""
    gate = Barrier(len(writers) + 1)
    failures: list[BaseException] = []

    def work(writer: Appends) -> None:
        gate.wait()
        try:
            writer.append(transactions)
        except BaseException as error:  # noqa: BLE001 - reported below; a failed client must not look fast
            failures.append(error)

    threads = [Thread(target=work, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    gate.wait()

    def join() -> None:
        for thread in threads:
            thread.join()

    took = seconds(join)
    if failures:
        raise failures[0]
    return took


def rows(url: str, peer_url: str) -> Iterator[Row]:
    """Rows 1 to 5."""
    with _sides(url, peer_url, max(_PER_CLIENT)) as sides:
        yield _one("append, 1 client", sides, _SINGLE, 1, at_least(2.5))
        for clients, goal in ((8, at_least(6)), (32, at_least(11))):
            yield _clients(sides, clients, goal)
        yield _one("append, 100 events per transaction", sides, _BLOCKS, _BLOCK, at_least(3))
        writer = sides.ours[0]
        yield _large("10 MB in one append, as one part", lambda: writer.append_large(_LARGE))
        yield _large(f"10 MB in one append, as {_MANY:,} events", lambda: writer.append(1, _MANY))


def _one(name: str, sides: Sides, transactions: int, events: int, goal: Goal) -> Row:
    pairs = by_turns(
        lambda: seconds(lambda: sides.theirs[0].append(transactions, events)),
        lambda: seconds(lambda: sides.ours[0].append(transactions, events)),
    )
    return faster(name, pairs, transactions * events, "events", goal)


def _clients(sides: Sides, clients: int, goal: Goal) -> Row:
    each = _PER_CLIENT[clients]
    pairs = by_turns(
        lambda: together(sides.theirs[:clients], each),
        lambda: together(sides.ours[:clients], each * _OURS_MORE),
    )
    fair = [(their * _OURS_MORE, our) for their, our in pairs]
    return faster(f"append, {clients} clients", fair, clients * each * _OURS_MORE, "events", goal)


_OURS_MORE: Final = 4
"""Our clients append so many times as much in a round, so that a round lasts long enough to be measured."""


def _large(name: str, work: Callable[[], None]) -> Row:
    took = [seconds(work) for _ in range(ROUNDS)]
    goal = Goal("finishes", lambda _: True)
    return row(name, took, goal=goal, against=NOBODY, unit=" s", ours="finished")
