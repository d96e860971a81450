# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: commitments."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import Wire


class Commitments:
    """Operations: commitments."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def keep_commitment(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Fulfilment],
    ) -> Answer[m.Done]:
        """Say, as the line manager, that you kept a commitment (R41).

        The organisation learns that, not your words.
        """
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/commitments/{at(number)}/fulfilment",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def reassign_commitment(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Assignee],
    ) -> Answer[m.Done]:
        """Hand a commitment of yours on, but never to the coach (R19, P31)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/commitments/{at(number)}/assignee",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def deliver_resource(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Delivery],
    ) -> Answer[m.Done]:
        """Record that a resource was delivered (R43, P12); all four read it, and who says so."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/resources/{at(number)}/delivery",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def review_demands(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.DemandsReview],
    ) -> Answer[m.Done]:
        """Review, as coachee or line manager, the demands on the coach (R40)."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/demands/reviews",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
