# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: endings."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import Wire


class Endings:
    """Operations: endings."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def replace_party(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Replacement],
    ) -> Answer[m.Done]:
        """Let somebody else take over, as line manager (the organisation) or as coach (the coachee).

        Who was in the role acts no more from now on, and reads only what they keep. Who takes over reads what is
        said from now on, and signs the next contract version. A candidate who declined doesn't become the coach
        (X4).
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/parties",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def request_erasure(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ErasureRequest],
    ) -> Answer[m.Done]:
        """Ask, as the coachee and after the end, for the erasure of what the others still hold for a time (art.

        17). From now on they can't read it. It is erased after the contract's cooling-off; until then you can
        take it back. What the contract says is kept, stays: the agreement's own record serves legal claims (art.
        17(3)(e)).
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/erasure-requests",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def cancel_erasure(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.ErasureRequest],
    ) -> Answer[m.Done]:
        """Take your request for erasure back before the cooling-off is over; the others read on."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/erasure-requests/cancellation",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def withdraw_permission(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Withdrawal],
    ) -> Answer[m.Done]:
        """Withdraw, as the coachee, what the clause permits others about one item; also after the end.

        They read nothing of it any more, neither what was said nor what will be. Nothing else changes.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/permissions/withdrawals",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def record_follow_up(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.FollowUp],
    ) -> Answer[m.Done]:
        """Record a follow-up, as the coach, within the months that the contract provides for it (R66)."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/follow-up",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def waive_follow_up(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.FollowUpWaiver],
    ) -> Answer[m.Done]:
        """Say, as the coachee, that you need no follow-up, before the end or after it (R66, P38)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/follow-up/waiver",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
