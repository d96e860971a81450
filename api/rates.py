"""How often somebody may ask: a quota for each caller, and one for each address of whoever isn't known.

The generic cell rate algorithm (GCRA, ITU-T I.371): of each caller it knows the moment at which all of their quota will
be there again, and nothing else. A quota may be spent at once, and comes back evenly. All of it is in the memory of one
process: of several processes each gives the whole quota, and a restart gives it anew.

Every answer says where its asker stands (draft-ietf-httpapi-ratelimit-headers-10): ``RateLimit-Policy``, the quota and
its window in seconds, and ``RateLimit``, what is left of it and in how many seconds all of it will be there again. An
answer that is no refusal of this kind is the same whatever the quota is.
"""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

from cachetools import TTLCache
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems as p
from api.refusing import send_problem

WINDOW: Final = 60.0
"""Seconds in which a quota comes back."""

REMEMBERED: Final = 65_536
"""Callers that are remembered; of more, those who came longest ago have their whole quota again."""

UNCOUNTED: Final = frozenset({"/livez", "/readyz", "/metrics"})
"""What whoever runs the process asks often, and costs nothing."""

_LONGEST: Final = 64
_OF_IPV6: Final = 64
"""Bits of an IPv6 address that stand for one customer; the rest each of them chooses as they like (RFC 6177)."""


@dataclass(frozen=True)
class Standing:
    """Where a caller stands after a request.

    Attributes:
        policy: the quota's name.
        quota: requests in ``WINDOW``.
        left: how many may follow at once.
        full: seconds until the whole quota is there again.
        pause: seconds after which the next request is taken; 0 where this one was.
    """

    policy: str
    quota: int
    left: int
    full: float
    pause: float = 0.0

    @property
    def headers(self) -> dict[str, str]:
        """The fields that say so."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW:.0f}',
            "RateLimit": f'"{self.policy}";r={self.left};t={math.ceil(self.full)}',
        }

    def check(self) -> None:
        """Nothing, where the request was taken.

        Raises:
            api.problems.RateLimited: it wasn't.
        """
        if self.pause:
            raise self.refusal()

    def refusal(self) -> p.RateLimited:
        """The refusal."""
        return p.RateLimited(retry_after=max(1, math.ceil(self.pause)))


class Quota:
    """One kind of quota; safe for threads.

    Args:
        policy: its name (lower-case letters).
        quota: requests in ``WINDOW``, above 0.
        clock: seconds, never running backwards.
    """

    def __init__(self, policy: str, quota: int, clock: Callable[[], float]) -> None:
        self._policy, self._quota, self._clock = policy, quota, clock
        self._interval = WINDOW / quota
        # Whoever wasn't seen for a whole window has the whole quota, as if they had never been seen.
        self._full_at: TTLCache[Hashable, float] = TTLCache(REMEMBERED, WINDOW, timer=clock)
        self._lock = Lock()

    def take(self, caller: Hashable) -> Standing:
        """Count a request, unless it is one too many: that isn't counted."""
        with self._lock:
            now = self._clock()
            before = max(self._full_at.get(caller, now), now)
            full_at = before + self._interval
            late = full_at - WINDOW - now
            if late > self._interval / 1_000:  # rounding is no request
                return Standing(self._policy, self._quota, 0, before - now, late)
            self._full_at[caller] = full_at
        left = math.floor((WINDOW - (full_at - now)) / self._interval + 1 / 1_000)
        return Standing(self._policy, self._quota, left, full_at - now)

    def spent(self, caller: Hashable) -> bool:
        """Whether the next request would be one too many."""
        with self._lock:
            now = self._clock()
            return self._full_at.get(caller, now) + self._interval - WINDOW - now > self._interval / 1_000


@dataclass(frozen=True)
class Rates:
    """The quotas of this process; None where there is none.

    Attributes:
        callers: of people, by their ids, and of API keys, by theirs.
        addresses: of requests in nobody's name.
    """

    callers: Quota | None = None
    addresses: Quota | None = None

    @classmethod
    def of(cls, caller: int, address: int, clock: Callable[[], float]) -> "Rates":
        """Quotas of so many requests a minute; 0 stands for none."""
        return cls(
            Quota("caller", caller, clock) if caller else None,
            Quota("address", address, clock) if address else None,
        )


def place_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or a network of IPv6."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_LONGEST]  # whatever a proxy calls it
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return str(int(known) >> _OF_IPV6) if isinstance(known, IPv6Address) else str(known)


class Counted:
    """ASGI middleware around everything: each request is counted once, against its caller or against its address.

    Whom a request is from is found out inside, where ``state.standing`` then says where they stand. What nobody stands
    for, a refusal above all, counts against the address. Where that has nothing left a request that doesn't even claim
    to be anybody's isn't looked at any more; others are, so that nobody is locked out by a neighbour.

    Args:
        app: all the rest.
        rates: the quotas.
    """

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app, self._addresses = app, rates.addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
            return
        state, addresses = scope.setdefault("state", {}), self._addresses
        client = scope.get("client")
        address = place_of(client[0]) if client else ""
        if addresses is not None and _of_nobody(scope) and addresses.spent(address):
            state["limit"] = "address"
            await _refuse(addresses.take(address), scope, receive, send)
            return
        refused = False

        async def counted(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                standing: Standing | None = state.get("standing")
                if standing is None and addresses is not None:
                    standing = addresses.take(address)
                    if standing.pause:
                        refused = True
                        await _refuse(standing, scope, receive, send)
                if standing is not None and standing.pause:
                    state["limit"] = standing.policy
                if standing is not None:
                    MutableHeaders(scope=message).update(standing.headers)
            if not refused:
                await send(message)

        await self._app(scope, receive, counted)


def _of_nobody(scope: Scope) -> bool:
    """Whether a request claims to be nobody's; a login begins as one, whatever cookies come with it."""
    names = {name for name, _ in scope["headers"]}
    return b"authorization" not in names and (b"cookie" not in names or scope["path"].startswith("/login"))


async def _refuse(standing: Standing, scope: Scope, receive: Receive, send: Send) -> None:
    await send_problem(standing.refusal(), scope, receive, send, standing.headers)
