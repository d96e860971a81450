# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: changes, for asyncio."""

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import read
from driehoek_client.wire import AsyncWire


class AsyncChanges:
    """Operations: changes, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def list_changes(self, *, after: int | None = None, limit: int | None = None) -> Answer[m.Changes]:
        """What changed for you in any engagement, oldest first: ids and versions, nothing of what was said.

        Numbers count what you can see and have no gaps, whatever others do. Go on with `after` set to the last
        one.
        """
        return await self._wire.ask(read("/v1/changes", {"after": after, "limit": limit}))
