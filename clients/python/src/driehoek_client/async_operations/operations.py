# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: operations, for asyncio."""

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import read
from driehoek_client.wire import AsyncWire


class AsyncOperations:
    """Operations: operations, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def live(self) -> Answer[m.Health]:
        """The process runs."""
        return await self._wire.ask(read("/livez"))

    async def ready(self) -> Answer[m.Health]:
        """The process can serve: its store answers, and it can tell who asks."""
        return await self._wire.ask(read("/readyz"))
