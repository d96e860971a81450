# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: candidates, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import AsyncPages
from driehoek_client.wire import AsyncWire


class AsyncCandidates:
    """Operations: candidates, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    def list_candidacies(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPages[m.Candidacies, m.Candidacy]:
        """The meetings in which a coachee met you as a candidate, newest first (R24).

        No names and nothing of the engagement: those the coachee told you. The coachee sees that you looked.
        """
        return self._wire.pages(read("/v1/candidacies", {"limit": limit, "cursor": cursor}), "entries")

    async def offer_profile(
        self,
        engagement_id: str,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Profile],
    ) -> Answer[m.Done]:
        """Tell the coachee how you work, as a candidate (R13).

        Nobody else reads it, unless you are chosen.
        """
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/candidacy/profile",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def pledge_ethics(
        self,
        engagement_id: str,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.EthicsCode],
    ) -> Answer[m.Done]:
        """Acknowledge the code of ethics, as a candidate (R12, P16)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/candidacy/ethics-code",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def decline_candidacy(
        self,
        engagement_id: str,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.CandidacyRefusal],
    ) -> Answer[m.Done]:
        """Decline, and recommend somebody else if you want to (X4).

        Only the coachee learns of it.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/candidacy/refusal",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def disclose_profile(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Profile],
    ) -> Answer[m.Done]:
        """Tell all four how you work, as the coach: your models (R11), your qualification (R50)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/coach-profile",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def acknowledge_ethics(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.EthicsCode],
    ) -> Answer[m.Done]:
        """Acknowledge the code of ethics towards all four, as the coach (R12)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/ethics-code",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
