# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: ethics, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import AsyncWire


class AsyncEthics:
    """Operations: ethics, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def signal_limit(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.CompetenceLimit],
    ) -> Answer[m.Done]:
        """Tell the coachee, as the coach, where your competence ends (R55).

        Nobody else learns of it.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/competence-limits",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def recommend_referral(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Referral],
    ) -> Answer[m.Done]:
        """Recommend the coachee, as the coach, a colleague or another professional (R56).

        Nobody else learns of it.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/referrals",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def answer_referral(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ReferralAnswer],
    ) -> Answer[m.Done]:
        """Answer a referral, as the coachee, also after the end: the decision is yours (R57)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/referrals/{at(number)}/answer",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def raise_concern(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Concern],
    ) -> Answer[m.Done]:
        """Remind the coach of a boundary, or say that something harms, goes too fast or is abused (R12, R13, R58,
        X3).

        You and the coach read it, nobody else. The coachee may do so after the end, too. Your concerns count
        from 1.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/concerns",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def answer_concern(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ConcernAnswer],
    ) -> Answer[m.Done]:
        """Answer a concern, as the coach (R12): whoever raised it reads the answer; the coachee's also after the
        end.

        A concern lapses when its raiser or its coach is replaced: who comes can't read it.
        """
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/concerns/{at(number)}/answer",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def declare_dealing(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Dealing],
    ) -> Answer[m.Done]:
        """Declare, as the coach, what you begin with one of the others within 24 months after the end (R65).

        Organisation and coachee read it.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/dealings",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def waive_rule(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Waiver],
    ) -> Answer[m.Done]:
        """Set a rule of the process aside in this engagement, as coach or coachee.

        Rules that the system keeps stay.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/waivers",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
