# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: access log, for asyncio."""

from driehoek_client import models as m
from driehoek_client.calls import at, read
from driehoek_client.pages import AsyncPages
from driehoek_client.wire import AsyncWire


class AsyncAccessLog:
    """Operations: access log, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    def read_access_log(
        self, engagement_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPages[m.AccessLog, m.LoggedRead]:
        """Who read what of the engagement, newest first: as the coachee, everybody; otherwise yourself.

        It stays readable after the end and after every erasure. To look at it is a read, too, and stands there
        from the next page on.
        """
        return self._wire.pages(
            read(f"/v1/engagements/{at(engagement_id)}/access-log", {"limit": limit, "cursor": cursor}), "entries"
        )

    def read_own_access_log(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPages[m.OwnReads, m.OwnRead]:
        """What you have read anywhere, newest first.

        To look at it is a read, too, and stands there the next time.
        """
        return self._wire.pages(read("/v1/people/me/access-log", {"limit": limit, "cursor": cursor}), "entries")
