# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: sessions."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import Wire


class Sessions:
    """Operations: sessions."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def schedule_session(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.SessionPlan],
    ) -> Answer[m.Done]:
        """Set the date of the next session."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/sessions",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def review_session(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Review],
    ) -> Answer[m.Done]:
        """Open the session with your review (R30, R31)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/review",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def state_expectation(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Expectation],
    ) -> Answer[m.Done]:
        """Say what you expect of this session (R32)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/expectation",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def accept_expectation(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Acceptance],
    ) -> Answer[m.Done]:
        """Accept the expectation, as the coach (R33)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/acceptance",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def start_work(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.WorkStart],
    ) -> Answer[m.Done]:
        """Start the work, in its quadrants (R45-R48)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/start",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def record_work(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Work],
    ) -> Answer[m.Done]:
        """Record what was worked on, taught and practised (R22), and who else was spoken of (R47)."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/work",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def give_feedback(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Feedback],
    ) -> Answer[m.Done]:
        """Give feedback on the session (R34).

        It is never shown to the organisation or the line manager.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/feedback",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def close_session(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.SessionEnd],
    ) -> Answer[m.Done]:
        """Close the session."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/sessions/{at(number)}/end",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
