# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: engagements, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import AsyncPages
from driehoek_client.wire import AsyncWire


class AsyncEngagements:
    """Operations: engagements, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def request_engagement(
        self,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.EngagementRequest],
    ) -> Answer[m.Done]:
        """Ask for an engagement, as the representative of the sponsor organisation (R4, R6), in a programme or not
        (R7).
        """
        return await self._wire.ask(
            write(
                "POST",
                "/v1/engagements",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def list_engagements(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPages[m.ViewsListing, m.ViewsListed]:
        """The engagements that you are a party to, newest first, each with the name of your view of it."""
        return self._wire.pages(read("/v1/engagements", {"limit": limit, "cursor": cursor}), "entries")

    async def meet_coach(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.CoachMet],
    ) -> Answer[m.Done]:
        """Record a meeting with a coach (R24).

        Nobody but you will know, and the coach if you give their id.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/coaches-met",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def choose_coach(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.CoachChoice],
    ) -> Answer[m.Done]:
        """Choose your coach (R24).

        What a candidate told you of themself goes to all four with it.
        """
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/coach",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def explain_approach(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Approach],
    ) -> Answer[m.Done]:
        """Explain approach, methods, reference material and ethics (R23)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/approach",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def describe_reality(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Reality],
    ) -> Answer[m.Done]:
        """Describe your reality, the problem, its weight, and why coaching could help (R25, R26)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/reality",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def hold_tripartite_meeting(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.TripartiteMeeting],
    ) -> Answer[m.Done]:
        """Record the meeting with the line manager (R27)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/tripartite-meeting",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def end_engagement(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.EndOfEngagement],
    ) -> Answer[m.Done]:
        """End the engagement: fulfilled, or broken off by any party, with a reason (R63, X7)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/closure",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def propose_relationship_contract(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.RelationshipContract],
    ) -> Answer[m.Done]:
        """Propose, as the coach, how you and the coachee deal with each other (R12).

        A newer proposal replaces this one.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/relationship-contract/proposals",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def agree_relationship_contract(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
    ) -> Answer[m.Done]:
        """Agree, as the coachee, to the newest proposal (R12)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/relationship-contract/proposals/{at(number)}/agreement",
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def acknowledge_limits(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Acknowledgement],
    ) -> Answer[m.Done]:
        """Acknowledge, as organisation or coachee, that the coach won't bring the answers (R20)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/acknowledgements",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def record_organisation_context(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.OrganisationContext],
    ) -> Answer[m.Done]:
        """Tell, as organisation, line manager or coach, what the coaching has to heed of the organisation (R60)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/organisation-context",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def schedule_tripartite_meeting(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.MeetingDate],
    ) -> Answer[m.Done]:
        """Fix, as the coach, when you meet with the line manager (R27); a newer date replaces this one."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/tripartite-meeting/date",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def admit_team_member(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.TeamMember],
    ) -> Answer[m.Done]:
        """Admit somebody to the team that you, the coachee, speak for (R4): they read what you read from now on."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/team-members",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def end_team_membership(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.EndOfMembership],
    ) -> Answer[m.Done]:
        """Leave the team, or see a member off as the coachee (R4): they read nothing of it any more."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/team-members/departures",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
