"""A provider's keys, kept: renewed in the background, outliving an outage for a day, and not to be asked for by force.

States, by the age of what is kept:

- *nothing yet*, or *too old* (a day): a request waits a moment for the provider; without an answer it is told to come
  again (503), for nobody knows whether its token is good. The provider is asked at most once a second.
- *good*: used as it is.
- *due*: used as it is, while the provider is asked in the background, at most every thirty seconds.

A token that names a key which isn't there may be of a key that is new: the provider is asked at once, but at most once
in thirty seconds, whoever asks and however often: who sends made-up ids can put off a key that is used before it was
published by that much, and no more. One thread asks at a time; it is started by a request and ends with
its answer, so an idle process asks nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Condition, Thread
from typing import Final

import structlog

from ops.identity.errors import KeysOutOfReach, KeyUnknown, ProviderError
from ops.identity.issuer_keys import PublicKey
from ops.identity.provider import Fetched
from ops.logs import place_of

_log = structlog.get_logger()

MAX_WAITING: Final = 8
"""Requests that wait for the provider together; the others are told to come again, so they keep no worker busy."""


@dataclass(frozen=True)
class Pace:
    """How often the provider is asked, and how long its keys are used; seconds.

    Attributes:
        unknown: between two questions because of keys that aren't there.
        retry: between two questions while there are good keys.
        urgent: between two questions while there are none.
        usable: how old keys may become while the provider is out of reach.
        patience: how long a request waits for an answer.
    """

    unknown: float = 30
    retry: float = 30
    urgent: float = 1
    usable: float = 24 * 3_600
    patience: float = 2


class KeptKeys:
    """``ops.identity.issuer_keys.Keys`` of a provider; safe for threads.

    Args:
        fetch: asks the provider; ``ProviderError`` where that fails.
        pace: how often.
        clock: seconds that only go on.
    """

    waits: Final = True

    def __init__(
        self, fetch: Callable[[], Fetched], pace: Pace | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch, self._pace, self._clock = fetch, pace or Pace(), clock
        self._changed = Condition()
        self._held: Fetched | None = None
        self._got = self._began = self._prompted = float("-inf")
        self._asking = self._failed = False
        self._waiting = 0

    def start(self) -> None:
        """Begin to ask, so the keys are there before the first request; returns at once."""
        with self._changed:
            self._ask_if_due()

    def ready(self) -> bool:
        """Whether there are keys that may be used; where there aren't, the provider is being asked."""
        with self._changed:
            self._ask_if_due()
            return self._usable() is not None

    def key(self, kid: str | None, algorithm: str) -> PublicKey:
        """The key that checks this signature.

        Raises:
            KeyUnknown: the provider was asked, now or a moment ago, and there is no such key.
            KeysOutOfReach: the provider doesn't answer, so that can't be told.
        """
        with self._changed:
            self._ask_if_due()
            while True:
                held = self._usable()
                if held is not None:
                    try:
                        return held.keys.key(kid, algorithm)
                    except KeyUnknown:
                        if kid is None:
                            raise
                if not self._asking and (held is None or not self._prompt()):
                    break
                self._wait()
            if held is None or self._failed:
                raise KeysOutOfReach(self._later(held))
            raise KeyUnknown

    def _usable(self) -> Fetched | None:
        return self._held if self._clock() - self._got < self._pace.usable else None

    def _ask_if_due(self) -> None:
        """Ask where what is kept is old, unless that was tried a moment ago."""
        held, now = self._usable(), self._clock()
        pause = self._pace.urgent if held is None else self._pace.retry
        due = held is None or now - self._got >= held.max_age
        if due and not self._asking and now - self._began >= pause:
            self._ask()

    def _prompt(self) -> bool:
        """Ask because of a key that isn't there, unless that was done a moment ago."""
        if self._clock() - self._prompted < self._pace.unknown:
            return False
        self._prompted = self._clock()
        self._ask()
        return True

    def _ask(self) -> None:
        self._began = self._clock()
        Thread(target=self._turn, name="issuer-keys", daemon=True).start()
        self._asking = True  # only once it runs; it can't end before this lock is free

    def _turn(self) -> None:
        """One question, in a thread of its own. Whatever goes wrong, the next one isn't kept from asking."""
        fetched: Fetched | None = None
        try:
            fetched = self._fetch()
        except ProviderError as error:
            _log.warning("issuer keys not fetched", error=error.word)
        except Exception as error:  # noqa: BLE001 - a fault of ours: told by its type alone, and tried again
            _log.error("issuer keys not fetched", error=type(error).__name__, where=place_of(error))
        finally:
            with self._changed:
                self._asking, self._failed = False, fetched is None
                if fetched is not None:
                    # As old as the question: keys that were withdrawn while it was under way are counted as late.
                    self._held, self._got = fetched, self._began
                self._changed.notify_all()

    def _wait(self) -> None:
        """Wait for the answer to the question that is under way.

        Raises:
            KeysOutOfReach: it takes too long, or too many wait already.
        """
        if self._waiting >= MAX_WAITING:
            raise KeysOutOfReach(1)
        self._waiting += 1
        try:
            if not self._changed.wait_for(lambda: not self._asking, self._pace.patience):
                raise KeysOutOfReach(self._later(self._usable()))
        finally:
            self._waiting -= 1

    def _later(self, held: Fetched | None) -> int:
        """Seconds after which asking again can have another answer."""
        if self._asking:
            return 1
        until = self._began + self._pace.urgent if held is None else self._prompted + self._pace.unknown
        return max(1, ceil(until - self._clock()))
