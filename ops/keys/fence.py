"""The fence: no process holds a key of an epoch that is over.

An erasure is done when nobody can open what was erased, and that includes processes that opened it a minute ago. So
every process holds a *lease* on the epoch whose keys it may keep in memory: a row in the database with the process's
epoch, renewed while the process lives. Who erases waits until every row has moved on or run out (Gray & Cheriton,
"Leases", 1989; the database's clock decides for the eraser, this process's own clock for the process, and the
process counts from before it asked, so it always stops first).

- Keys are opened and used inside ``use()``, which needs a valid lease.
- A lease that ran out, or a newer epoch, drops every cache before the lease is renewed; when it runs out every cache is
  dropped in any case, also while the database doesn't answer.
- What is loaded in one epoch is kept only if that epoch still rules and the lease is valid (``keep_if``).
- Moving on is announced only when nothing in flight uses the older epoch any more; until then the lease on that one is
  renewed.
- A database that answers with an older epoch than before was put back: no key is used until it is restored.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event, Thread, local
from time import CLOCK_BOOTTIME, clock_gettime
from typing import Final, Protocol
from uuid import UUID, uuid4

import structlog
from eventsourcing.persistence import PersistenceError

from crypto.errors import TreeBehind

LEASE_SECONDS: Final = 3.0
"""How long a process may use keys without hearing from the database; an erasure waits this long for a dead process."""

_RENEWALS: Final = 3
"""How often a lease is renewed in its own length."""

_log = structlog.get_logger()


class LeaseStore(Protocol):
    """Where leases are kept (``ops.store.leases``)."""

    def renew(self, process: UUID, epoch: int, seconds: float) -> int:
        """Hold a lease on an epoch for so long; returns the tree's present epoch."""
        ...

    def forget(self, process: UUID) -> None:
        """Give a lease up."""
        ...


def since_boot() -> float:
    """Seconds since the machine started, those in which it was suspended among them."""
    return clock_gettime(CLOCK_BOOTTIME)


class Fence:
    """One process's lease. ``drop`` callbacks forget every opened key; they must not raise."""

    def __init__(
        self, leases: LeaseStore, seconds: float = LEASE_SECONDS, clock: Callable[[], float] = since_boot
    ) -> None:
        self.process = uuid4()
        self._leases, self._seconds, self._clock = leases, seconds, clock
        self._drops: list[Callable[[], None]] = []
        self._changed = Condition()
        self._epoch = 0
        self._valid_until = 0.0
        self._using: Counter[int] = Counter()
        self._here = local()
        self._stop = Event()
        self._threads = (
            Thread(target=self._run, name="fence", daemon=True),
            Thread(target=self._watch, name="fence-end", daemon=True),
        )

    def on_drop(self, drop: Callable[[], None]) -> None:
        """Add a cache that is dropped when an epoch ends."""
        self._drops.append(drop)

    def start(self) -> None:
        """Take the lease, and keep it in threads of its own."""
        self.catch_up()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Drop every key and give the lease up."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self.drop()
        self._valid_until = 0.0
        with contextlib.suppress(PersistenceError):  # it runs out by itself
            self._leases.forget(self.process)

    @property
    def epoch(self) -> int:
        """The epoch whose keys this process holds."""
        return self._epoch

    @contextmanager
    def use(self) -> Iterator[int]:
        """Use keys: the epoch in which they are used, for ``keep_if``.

        Raises:
            eventsourcing.persistence.PersistenceError: the lease ran out and the database can't be asked for another.
            crypto.errors.TreeBehind: as in ``catch_up``.
        """
        if (within := getattr(self._here, "epoch", None)) is not None:
            yield within  # a use within a use is the same use
            return
        if self._clock() >= self._valid_until:
            self.catch_up()
        with self._changed:
            epoch = self._here.epoch = self._epoch
            self._using[epoch] += 1
        try:
            yield epoch
        finally:
            self._here.epoch = None
            with self._changed:
                self._using[epoch] -= 1
                if not self._using[epoch]:
                    del self._using[epoch]
                    self._changed.notify_all()

    def keep_if(self, epoch: int, keep: Callable[[], None]) -> None:
        """Put something into a cache, unless the epoch in which it was loaded is over, or the lease is."""
        with self._changed:
            if epoch == self._epoch and self._clock() < self._valid_until:
                keep()

    def catch_up(self) -> None:
        """Renew the lease, moving on to the tree's present epoch.

        Raises:
            eventsourcing.persistence.PersistenceError: the database can't be reached; keys stay unusable.
            crypto.errors.TreeBehind: the database is of an older epoch than it was; keys are unusable until a restore.
            RuntimeError: this thread uses keys itself, and would wait for itself.
        """
        if getattr(self._here, "epoch", None) is not None:
            raise RuntimeError("a thread that uses keys can't wait until none is in use")
        while True:
            asked = self._clock()
            if asked >= self._valid_until:
                self.drop()
            epoch, known = self._idle_epoch(asked + self._seconds / _RENEWALS), self._epoch
            present = self._leases.renew(self.process, epoch, self._seconds)
            if present == epoch:
                self._valid_until = asked + self._seconds
                return
            if present < known:
                self._valid_until = 0.0
                self.drop()
                raise TreeBehind
            with self._changed:
                if present > self._epoch:
                    self._epoch = present
                    self._drop()

    def _idle_epoch(self, until: float) -> int:
        """This process's epoch, once nothing in flight uses an older one; or the oldest in use when that lasts."""
        with self._changed:
            while older := [epoch for epoch in self._using if epoch < self._epoch]:
                if not self._changed.wait(until - self._clock()):
                    return min(older)
            return self._epoch

    def drop(self) -> None:
        """Forget every opened key of this process, now."""
        with self._changed:
            self._drop()

    def _drop(self) -> None:
        for drop in self._drops:
            drop()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds / _RENEWALS):
            try:
                self.catch_up()
            except Exception as error:  # noqa: BLE001 - it is tried again, whatever it meets; the type says enough
                # The lease runs out by itself; whoever needs a key then asks again, and is told why it can't have one.
                _log.warning("lease_not_renewed", error=type(error).__name__)

    def _watch(self) -> None:
        """Drop every key when the lease runs out: who asks for another one may be kept waiting longer than that."""
        left = self._seconds
        while not self._stop.wait(left if left > 0 else self._seconds / _RENEWALS):
            left = self._valid_until - self._clock()
            if left <= 0:
                self.drop()
