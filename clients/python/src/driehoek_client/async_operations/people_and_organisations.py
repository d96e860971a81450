# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: people and organisations, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import read, write
from driehoek_client.wire import AsyncWire


class AsyncPeopleAndOrganisations:
    """Operations: people and organisations, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def register_person(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Person]
    ) -> Answer[m.Done]:
        """Register yourself.

        Your keys are made now; your id follows from who vouches for you.
        """
        return await self._wire.ask(
            write("POST", "/v1/people", body, idempotency_key=idempotency_key, wait_for_checkpoint=wait_for_checkpoint)
        )

    async def who_am_i(self) -> Answer[m.Me]:
        """Your own id, which you give to who wants to name you in an engagement."""
        return await self._wire.ask(read("/v1/people/me"))

    async def register_organisation(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Organisation]
    ) -> Answer[m.Done]:
        """Register the organisation that you represent."""
        return await self._wire.ask(
            write(
                "POST",
                "/v1/organisations",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
