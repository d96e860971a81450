"""When to send the same request again, and how long to wait before.

Every write carries an idempotency key, so a repetition happens once; reads change nothing. So both may be repeated
where the connection was lost, and where the server says 429 or 503. Nothing else is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Final

import httpx

AGAIN: Final = frozenset({429, 503})
_NEVER: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""Faults of the request itself: they would only come again."""


@dataclass(frozen=True)
class Retry:
    """How often a request is sent, and how patiently.

    Attributes:
        attempts: how often at most, the first time included.
        first: the longest first wait, in seconds; it doubles each time. The wait is random below it ("full jitter").
        longest: the longest wait of one's own, in seconds.
        patience: the longest wait that ``Retry-After`` may ask for; asked for more, the problem is raised at once.
        chance: gives numbers from 0 up to 1.
    """

    attempts: int = 5
    first: float = 0.25
    longest: float = 20.0
    patience: float = 60.0
    chance: Callable[[], float] = SystemRandom().random

    def pause(self, attempt: int, outcome: httpx.Response | httpx.TransportError) -> float | None:
        """Seconds to wait before the next attempt, after this one (counted from 1); None to leave it at that."""
        again = isinstance(outcome, httpx.Response) and outcome.status_code in AGAIN
        lost = isinstance(outcome, httpx.TransportError) and not isinstance(outcome, _NEVER)
        if attempt >= self.attempts or not (again or lost):
            return None
        wait = self.chance() * min(self.longest, self.first * 2.0 ** (attempt - 1))
        asked = seconds_to_wait(outcome) if isinstance(outcome, httpx.Response) else None
        if asked is None:
            return wait
        return asked + wait if asked <= self.patience else None


def seconds_to_wait(response: httpx.Response) -> float | None:
    """What ``Retry-After`` says (RFC 9110 section 10.2.3), a date by the server's own clock; None without it."""
    said: str = response.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
        now = parsedate_to_datetime(response.headers["Date"]) if "Date" in response.headers else datetime.now(UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError):
        return None
