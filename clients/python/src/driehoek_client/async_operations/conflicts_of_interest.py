# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: conflicts of interest, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import AsyncWire


class AsyncConflictsOfInterest:
    """Operations: conflicts of interest, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def declare_conflict(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ConflictDeclaration],
    ) -> Answer[m.Done]:
        """Declare your ties, or that you have none, as the coach: before the work, and every twelve months (R62,
        P24).

        All four read it. With a conflict no contract is activated and no work starts until it is resolved.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/conflicts",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def resolve_conflict(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ConflictEnd],
    ) -> Answer[m.Done]:
        """Say that the tie has ended, as the coach (R62)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/conflicts/{at(number)}/resolution",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def accept_conflict(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ConflictEnd],
    ) -> Answer[m.Done]:
        """Accept a conflict, as organisation, line manager or coachee; it is resolved once all three have (R62).

        A tie in the coachee's reporting line can only end (R1).
        """
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/conflicts/{at(number)}/acceptance",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
