"""Sends people's changes to their webhooks, in order, each until it is taken.

A message is sent again, under the same id, until its receiver answers with success; what comes after it waits. Between
attempts lie the pauses of :data:`PAUSES`. A receiver that failed them all is left alone: its webhook is parked, what it
missed stays on its person's list, and the person has it sent when the receiver is back. So a receiver that keeps the
last number that it took sees each change once and in order, whatever dies on either side.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Final
from uuid import UUID

import structlog

from api.change_events import ChangeEvents
from crypto.errors import CryptoError
from domain.errors import NotFound
from domain.principals import Person
from ops.clock import now
from ops.webhooks.addresses import Allowed
from ops.webhooks.positions import Held
from ops.webhooks.secret import Secrets
from ops.webhooks.sending import Answered, NotSent, Receiver, receiver, signed
from ops.wiring import CellService
from projections.changes import Entry
from projections.deliveries import Delivery, Standing

MINUTE, HOUR = 60, 3_600
PAUSES: Final[Sequence[int]] = (
    5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
)  # fmt: skip
"""Seconds between attempts, a tenth more or less by chance; about three days together."""

AT_ONCE: Final = 20
"""Messages to one webhook before others have their turn."""

THREADS: Final = 8
"""Receivers that are waited for at the same time."""

LOOK_SECONDS: Final = 1.0
_LONGEST: Final = 24 * HOUR
_TAKEN: Final = range(200, 300)
_GONE: Final = 410

_log = structlog.get_logger()
_chance = random.SystemRandom()


class Delivering:
    """Sends what is due, in threads of its own, until it is stopped.

    Args:
        service: the open cell.
        allowed: who may be called.
        pauses: seconds between attempts.
        clock: tells the time, to the receiver and to the webhook's person.
    """

    def __init__(
        self,
        service: CellService,
        allowed: Allowed,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._service, self._allowed, self._pauses, self._clock = service, allowed, pauses, clock
        self._positions = service.webhooks
        self._secrets = Secrets(service.service)
        self._sending: set[UUID] = set()
        self._lock = Lock()
        self._rung, self._stop = Event(), Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Start the threads."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, after the messages that are on their way."""
        self._stop.set()
        self._rung.set()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        with self._service.bell.every(self._rung.set):
            while not self._stop.is_set():
                self._rung.clear()
                seconds = LOOK_SECONDS
                try:
                    seconds = self._look()
                except Exception as error:  # noqa: BLE001 - this thread outlives what it meets; the type says enough
                    _log.warning("webhooks_not_looked_at", error=type(error).__name__)
                self._rung.wait(min(seconds, LOOK_SECONDS))

    def _look(self) -> float:
        """Have whatever is due sent; the seconds until it is worth looking again."""
        due, seconds = self._positions.due()
        list_of = self._service.changes.lists.list_of
        lists = {held.webhook: list_of(held.delivery.person) for held in due}
        counts = self._positions.counts(set(lists.values())) if due else {}
        for held in due:
            if counts.get(lists[held.webhook], 0) > held.delivery.sequence:
                with self._lock:
                    if held.webhook in self._sending:
                        continue
                    self._sending.add(held.webhook)
                self._pool.submit(self._turn, held)
        return seconds

    def _turn(self, held: Held) -> None:
        try:
            if not self._stop.is_set() and self._positions.claim(held):
                self._serve(held)
        except Exception as error:  # noqa: BLE001 - the others are served all the same; the claim runs out by itself
            _log.warning("webhook_put_off", error=type(error).__name__)
        finally:
            with self._lock:
                self._sending.discard(held.webhook)
            self._rung.set()

    def _serve(self, held: Held) -> None:
        """Send one webhook what it hasn't taken, up to a number of messages."""
        try:
            person = self._service.write_side.load(Person, held.delivery.person)
            one = person.webhooks.get(held.webhook)
            if one is None or one.removed_at is not None:
                self._positions.leave(held, pause=LOOK_SECONDS)  # whoever follows the log takes the row away
                return
            url = self._service.addresses.of(person, one)
        except (CryptoError, NotFound):
            self._end(held, "address_gone", None)
            return
        secrets = self._secrets.valid(one, self._clock())
        told = ChangeEvents(self._service.write_side, person.id)
        with receiver(url, self._allowed) as there:
            for entry in self._service.changes.after(person.id, held.delivery.sequence, AT_ONCE):
                moved = self._send(held, there, told, secrets, entry)
                if moved is None:
                    return
                held = moved
        self._positions.leave(held)

    def _send(
        self, held: Held, there: Receiver, told: ChangeEvents, secrets: Sequence[bytes], entry: Entry
    ) -> Held | None:
        """Send one message; the row as it is then, or None where that was all for now."""
        if self._stop.is_set():
            self._positions.leave(held)
            return None
        event = told.event(entry)
        body = event.model_dump_json().encode()
        try:
            answer = there.send(body, signed(secrets, event.id, int(time.time()), body))
        except NotSent as failure:
            self._failed(held, failure.outcome, None)
            return None
        if answer.status == _GONE:
            self._end(held, "gone", answer.status)
            return None
        if answer.status not in _TAKEN:
            self._failed(held, "refused", answer)
            return None
        taken = Delivery(
            held.delivery.person, held.delivery.version, entry.sequence,
            tried_at=self._clock(), outcome="delivered", status=answer.status,
        )  # fmt: skip
        return self._positions.move(held, taken)

    def _failed(self, held: Held, outcome: str, answer: Answered | None) -> None:
        """Put the next attempt off, or park the webhook."""
        before, at = held.delivery, self._clock()
        failures = before.failures + 1
        if failures > len(self._pauses):
            self._end(held, outcome, answer.status if answer else None, Standing.PARKED)
            return
        moved = self._positions.move(held, _tried(before, at, outcome, answer.status if answer else None, failures))
        asked = answer.retry_after if answer else None
        pause = max(self._pauses[failures - 1] * _chance.uniform(0.9, 1.1), min(asked or 0, _LONGEST))
        if moved is not None:
            self._positions.leave(moved, pause)

    def _end(self, held: Held, outcome: str, status: int | None, standing: Standing = Standing.GONE) -> None:
        """Send nothing more until the webhook's person says so."""
        before = held.delivery
        last = _tried(before, self._clock(), outcome, status, before.failures + 1)
        moved = self._positions.move(held, replace(last, standing=standing))
        if moved is not None:
            self._positions.leave(moved, None)
            _log.info("webhook_stands_still")


def _tried(before: Delivery, at: datetime, outcome: str, status: int | None, failures: int) -> Delivery:
    return replace(
        before, failures=failures, failing_since=before.failing_since or at, tried_at=at, outcome=outcome, status=status
    )


@contextmanager
def delivering(service: CellService, allowed: Allowed, *, wanted: bool = True) -> Iterator[None]:
    """Send to webhooks as long as the context lasts; nothing when it isn't wanted."""
    if not wanted:
        yield
        return
    made = Delivering(service, allowed)
    made.start()
    try:
        yield
    finally:
        made.stop()
