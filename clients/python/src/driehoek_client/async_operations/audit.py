# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: audit, for asyncio."""

from datetime import datetime

from driehoek_client.answers import Answer, Download
from driehoek_client.calls import at, read
from driehoek_client.wire import AsyncWire, Place


class AsyncAudit:
    """Operations: audit, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def export_engagement_evidence(
        self, engagement_id: str, *, into: Place, since: int | None = None
    ) -> Download:
        """Everything on record of an engagement.

        Its coachee is told, in the access log.
        """
        return await self._wire.fetch(
            read(f"/v1/audit/bundles/engagements/{at(engagement_id)}", {"since": since}), into
        )

    async def export_person_evidence(self, person_id: str, *, into: Place, since: int | None = None) -> Download:
        """All engagements in which somebody is or was a party, and their own record.

        All their coachees are told.
        """
        return await self._wire.fetch(read(f"/v1/audit/bundles/people/{at(person_id)}", {"since": since}), into)

    async def export_coach_evidence(self, person_id: str, *, into: Place, since: int | None = None) -> Download:
        """All engagements that somebody coaches or coached, and their own record.

        All their coachees are told.
        """
        return await self._wire.fetch(read(f"/v1/audit/bundles/coaches/{at(person_id)}", {"since": since}), into)

    async def export_period_evidence(
        self, *, into: Place, from_: datetime | str, to: datetime | str, since: int | None = None
    ) -> Download:
        """Everything on record between two moments, and what went before in the same streams."""
        return await self._wire.fetch(read("/v1/audit/bundles/period", {"from": from_, "to": to, "since": since}), into)

    async def prove_event(self, position: str, *, accept: str | None = None) -> Answer[bytes]:
        """Proof that one event is in the log that the latest checkpoint signs: checked offline, without the rest."""
        return await self._wire.ask(read(f"/v1/audit/proofs/{at(position)}", accept=accept))

    async def read_checkpoint(self) -> Answer[bytes]:
        """The latest checkpoint (C2SP tlog-checkpoint), with the signatures of witnesses as far as they are there."""
        return await self._wire.ask(read("/v1/audit/log/checkpoint"))

    async def read_entries(self, place: str) -> Answer[bytes]:
        """A bundle of entries: the leaf records at 256 neighbouring positions, or at the first of them."""
        return await self._wire.ask(read(f"/v1/audit/log/tile/entries/{at(place)}"))

    async def read_tile(self, level: str, place: str) -> Answer[bytes]:
        """A tile of the Merkle tree, full or as wide as the latest checkpoint's tree has it, or narrower."""
        return await self._wire.ask(read(f"/v1/audit/log/tile/{at(level)}/{at(place)}"))
