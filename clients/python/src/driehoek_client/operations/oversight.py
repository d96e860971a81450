# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: oversight."""

from typing import Literal, Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer, Download
from driehoek_client.calls import at, read, write
from driehoek_client.pages import Pages
from driehoek_client.wire import Place, Wire


class Oversight:
    """Operations: oversight."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def appoint(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Appointment]
    ) -> Answer[m.Done]:
        """Appoint a coaching supervisor or an auditor.

        The operator's act; it gives process facts, never content.
        """
        return self._wire.ask(
            write(
                "POST",
                "/v1/oversight/appointments",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def read_timeline(
        self, *, engagement: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.Occurrences, m.Occurrence]:
        """The process facts of all engagements, pseudonymous, for coaching supervisors."""
        return self._wire.pages(
            read("/v1/oversight/timeline", {"engagement": engagement, "limit": limit, "cursor": cursor}), "entries"
        )

    def adherence_document(
        self, pseudonym: str, *, into: Place, language: Literal["nl", "fr", "en"] | None = None
    ) -> Download:
        """All findings of one engagement, as they are now: what `adherence/{pseudonym}` says, to keep.

        Findings depend on the time: the same record at the same moment gives the same bytes.
        """
        return self._wire.fetch(read(f"/v1/oversight/adherence/{at(pseudonym)}.pdf", {"language": language}), into)

    def list_adherence(
        self,
        *,
        rule: m.RuleId | None = None,
        severity: m.Severity | None = None,
        result: m.Result | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Pages[m.Adherences, m.Adherence]:
        """How the engagements stand, newest first; with filters, those that have such findings, and these alone."""
        return self._wire.pages(
            read(
                "/v1/oversight/adherence",
                {"rule": rule, "severity": severity, "result": result, "limit": limit, "cursor": cursor},
            ),
            "entries",
        )

    def read_adherence(self, pseudonym: str) -> Answer[m.Findings]:
        """All findings of one engagement: rule, phrase, what it rests on, until when, and what would cure it."""
        return self._wire.ask(read(f"/v1/oversight/adherence/{at(pseudonym)}"))

    def list_due(
        self, *, within_days: int | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.Dues, m.Due]:
        """What isn't due yet and will be soon: engagement by engagement, newest first, and in each by deadline."""
        return self._wire.pages(
            read("/v1/oversight/due", {"within_days": within_days, "limit": limit, "cursor": cursor}), "entries"
        )

    def list_coaches(self, *, limit: int | None = None, cursor: str | None = None) -> Pages[m.Coaches, m.Coach]:
        """The coaches, whoever was chosen last first, with the findings of all their engagements, counted."""
        return self._wire.pages(read("/v1/oversight/coaches", {"limit": limit, "cursor": cursor}), "entries")

    def read_coach(self, pseudonym: str) -> Answer[m.OneCoach]:
        """One coach: which engagements, and how the findings went from month to month."""
        return self._wire.ask(read(f"/v1/oversight/coaches/{at(pseudonym)}"))

    def process_policies(self) -> Answer[m.Policies]:
        """How many days, which ratios: what adherence is judged by, version by version.

        Shows nothing of anybody.
        """
        return self._wire.ask(read("/v1/policies"))
