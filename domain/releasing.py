"""Closing the quarters of a programme that are over, in order, each once (:mod:`domain.programme`).

Which quarters there are, whom they count and what they say follows from what is on record alone. So whoever asks first
after a quarter is over only brings it about, and can choose neither when nor what.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from domain.application import Driehoek, Request
from domain.errors import NotFound
from domain.principals import SERVICE_ID
from domain.programme import Programme, ReleaseStatistics
from domain.statistics import Counted, Quarter, counted


def is_due(programme: Programme, at: datetime) -> bool:
    """Whether a quarter of a programme is over that wasn't closed."""
    return programme.next_quarter is not None and programme.next_quarter <= Quarter.last_closed(at)


def release(write_side: Driehoek, programme: Programme, engagements: Iterable[UUID], request: Request) -> Programme:
    """Close all quarters of a programme that are over, in the service's name.

    Args:
        write_side: where it is recorded.
        programme: which one, as it is known.
        engagements: all engagements of the programme.
        request: when, and the digest that the service's own requests have; the rest of it isn't used.

    Returns:
        The programme as it is then.
    """
    if not is_due(programme, request.at):
        return programme
    ended = _ended(write_side, programme.id, engagements)
    quarter = programme.next_quarter
    while quarter is not None and quarter <= Quarter.last_closed(request.at):
        named = Request(SERVICE_ID, request.at, uuid5(programme.id, f"release/{quarter}"), request.digest)
        write_side.execute(programme.id, ReleaseStatistics(quarter, ended), named)
        quarter = quarter.after
    return write_side.load(Programme, programme.id)


def _ended(write_side: Driehoek, programme: UUID, engagements: Iterable[UUID]) -> tuple[Counted, ...]:
    found = []
    for engagement in dict.fromkeys(engagements):
        events: list[Any] = list(write_side.events.get(engagement))
        if not events:
            raise NotFound
        if (one := counted(events, programme)) is not None:
            found.append(one)
    return tuple(found)
