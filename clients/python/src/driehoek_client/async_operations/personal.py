# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: personal, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import AsyncWire


class AsyncPersonal:
    """Operations: personal, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def write_note(
        self,
        engagement_id: str,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Note],
    ) -> Answer[m.Done]:
        """Write a private note, as the coach.

        Nobody else can read it, nor count it.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/notes",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def write_entry(
        self,
        engagement_id: str,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.EntryInput],
    ) -> Answer[m.Done]:
        """Write in your journal, as the coachee.

        Nobody else can read it, nor count it.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/journal",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
