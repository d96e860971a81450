# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: practice."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import Pages
from driehoek_client.wire import Wire


class Practice:
    """Operations: practice."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def record_credential(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Credential]
    ) -> Answer[m.Done]:
        """Record what qualifies you as a coach, with its dates (R50)."""
        return self._wire.ask(
            write(
                "POST",
                "/v1/coaches/me/practice/credentials",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def register_place(
        self,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.SupervisionPlace],
    ) -> Answer[m.Done]:
        """Register where you are supervised (R51), one place at a time.

        A supervisor whom you name by their id reads your practice from now on: the first one what is in it
        already, too, and who comes later what you record from then on. What they read, they keep.
        """
        return self._wire.ask(
            write(
                "POST",
                "/v1/coaches/me/practice/supervision-places",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def leave_place(
        self,
        number: int,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.PlaceEnd],
    ) -> Answer[m.Done]:
        """Leave a supervision place; who supervised you there is given nothing any more."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/coaches/me/practice/supervision-places/{at(number)}/end",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def record_supervision(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Supervision]
    ) -> Answer[m.Done]:
        """Record a supervision about engagements of yours (R51, P25, P26).

        Your supervisor reads the notes and isn't told which engagements they are about: name nobody. What a
        supervisor should see of an engagement itself, disclose, for a time, on the ground that the contract
        states.
        """
        return self._wire.ask(
            write(
                "POST",
                "/v1/coaches/me/practice/supervisions",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def log_development(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Development]
    ) -> Answer[m.Done]:
        """Record how you go on learning (R52)."""
        return self._wire.ask(
            write(
                "POST",
                "/v1/coaches/me/practice/development",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def read_own_practice(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.Practice, m.PracticeEntry]:
        """Your own practice as a coach, newest first."""
        return self._wire.pages(read("/v1/coaches/me/practice", {"limit": limit, "cursor": cursor}), "entries")

    def read_practice(
        self, coach_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.Practice, m.PracticeEntry]:
        """The practice of a coach whom you supervise, or supervised: what was given to you of it, newest first
        (R51).
        """
        return self._wire.pages(
            read(f"/v1/coaches/{at(coach_id)}/practice", {"limit": limit, "cursor": cursor}), "entries"
        )

    def read_coach_practice(self, engagement_id: str) -> Answer[m.CoachPractice]:
        """Whether your coach has a supervision place and goes on learning, as long as the engagement goes on (R51,
        R52).
        """
        return self._wire.ask(read(f"/v1/engagements/{at(engagement_id)}/coach-practice"))
