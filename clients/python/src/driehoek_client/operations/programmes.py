# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: programmes."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import Pages
from driehoek_client.wire import Wire


class Programmes:
    """Operations: programmes."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def start_programme(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.Programme]
    ) -> Answer[m.Started]:
        """Begin a programme, as the representative of the sponsor organisation (R7).

        One that doesn't begin at the top is begun all the same; the answer warns you.
        """
        return self._wire.ask(
            write(
                "POST", "/v1/programmes", body, idempotency_key=idempotency_key, wait_for_checkpoint=wait_for_checkpoint
            )
        )

    def list_programmes(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.ProgrammeListing, m.ProgrammeListed]:
        """The programmes that you began for your organisation, and those that an engagement of yours belongs to
        (R7).

        Newest first. A page may have fewer entries than you asked for, and still have a next one.
        """
        return self._wire.pages(read("/v1/programmes", {"limit": limit, "cursor": cursor}), "entries")

    def read_programme(self, programme_id: str) -> Answer[m.Shown]:
        """A programme of your organisation's; `warnings` say what the method would do otherwise (R7)."""
        return self._wire.ask(read(f"/v1/programmes/{at(programme_id)}"))

    def read_roster(
        self, programme_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.Roster, m.Member]:
        """The engagements of your organisation's programme, newest first.

        Nobody else is told who takes part (R10).
        """
        return self._wire.pages(
            read(f"/v1/programmes/{at(programme_id)}/engagements", {"limit": limit, "cursor": cursor}), "entries"
        )

    def read_statistics(
        self, programme_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.Statistics, m.Release]:
        """What is released of a programme when a quarter is over: counts of at least k people, newest first.

        For the organisation, and for line managers and coachees of the programme's engagements. The questions
        are fixed, and a release stays as it is: nobody can ask about a group of their own choice. A question
        without groups has answers of too few people to tell them apart.
        """
        return self._wire.pages(
            read(f"/v1/programmes/{at(programme_id)}/statistics", {"limit": limit, "cursor": cursor}), "releases"
        )
