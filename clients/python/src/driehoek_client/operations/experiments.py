# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: experiments."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, write
from driehoek_client.wire import Wire


class Experiments:
    """Operations: experiments."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def state_coaching_request(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.CoachingRequest],
    ) -> Answer[m.Done]:
        """Say, as the coachee, what you ask for yourself (X1).

        You may say it anew until the coach takes it on.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/coaching-request",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def validate_coaching_request(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Validation],
    ) -> Answer[m.Done]:
        """Take the coachee's request on, as the coach (X1)."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/coaching-request/validation",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def commit_experiment(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Experiment],
    ) -> Answer[m.Done]:
        """Commit yourself, as the coachee, to try something out of a session (R46)."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/experiments",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def try_experiment(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Trial],
    ) -> Answer[m.Done]:
        """Record, as the coachee, what came of an experiment when you tried it; as often as you try (R46)."""
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/experiments/{at(number)}/trial",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def record_decision(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Decision],
    ) -> Answer[m.Done]:
        """Record a decision of yours.

        Only the coachee decides; nobody does it for them (R57, P29).
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/decisions",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
