"""The clock: the only place where the time comes in."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, in UTC, to the microsecond."""
    return datetime.now(UTC)
