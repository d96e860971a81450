# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: contract, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import AsyncWire


class AsyncContract:
    """Operations: contract, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def draft_contract(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Draft],
    ) -> Answer[m.Done]:
        """Write a contract version, or an amendment.

        Its authors and the coach read it until both authors assent.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/contract/drafts",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def assent_to_contract(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.DocumentReference],
    ) -> Answer[m.Done]:
        """Assent as an author (P9).

        With the second assent all four see what the version's own clause shows them.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/contract/assents",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def sign_contract(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Signature],
    ) -> Answer[m.Done]:
        """Sign the version's one hash (P2)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/contract/signatures",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def activate_contract(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Activation],
    ) -> Answer[m.Done]:
        """Put a fully signed version and its clause in force (P2); no conflict of interest is in the way (P24)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/contract/in-force",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
