# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: results, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import AsyncWire


class AsyncResults:
    """Operations: results, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def assess_results(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Assessment],
    ) -> Answer[m.Done]:
        """Assess the results after four coaching sessions, as the coachee (R29, R35).

        All four learn that the checkpoint happened; what you found stays between you and the coach.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/checkpoint",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def countersign_results(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Countersignature],
    ) -> Answer[m.Done]:
        """Countersign an assessment as the coach, or say that you see it otherwise (R35)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/checkpoint/{at(number)}/countersignature",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def analyse_no_result(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Analysis],
    ) -> Answer[m.Done]:
        """Record why there are no clear results, and whether the contract is amended or kept (R36, P22)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/checkpoint/{at(number)}/analysis",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def measure_effect(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Effect],
    ) -> Answer[m.Done]:
        """Measure, as the coachee, what the coaching itself brings (R29).

        It goes where readings of indicators go.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/coaching-effect",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def meet_objective(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Met],
    ) -> Answer[m.Done]:
        """Say, as the coachee, that an objective of the contract in force is met (R63)."""
        return await self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/objectives/{at(number)}/met",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    async def request_closure(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ClosureRequest],
    ) -> Answer[m.Done]:
        """Ask, as coach or coachee, to end what is fulfilled; to go on takes the contract's next version (R63)."""
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/closure-requests",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
