# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: disclosures."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.wire import Wire


class Disclosures:
    """Operations: disclosures."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def disclose(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Disclosure],
    ) -> Answer[m.Done]:
        """Show one entry of your stream to one registered person, for a time; the answer's id is the disclosure's.

        The coachee shows what they like, by consent. The coach shows it to the coachee on a request for access,
        and to others on a ground that the signed clause states. What was once read can't be unread.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/disclosures",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def list_disclosures(self, engagement_id: str) -> Answer[m.Disclosures]:
        """The disclosures that were made to you; coach and coachee see those to others, too."""
        return self._wire.ask(read(f"/v1/engagements/{at(engagement_id)}/disclosures"))

    def read_disclosure(self, engagement_id: str, disclosure_id: str) -> Answer[m.DisclosedPart]:
        """Read the one part that was disclosed to you, until it expires."""
        return self._wire.ask(read(f"/v1/engagements/{at(engagement_id)}/disclosures/{at(disclosure_id)}"))

    def request_access(
        self,
        engagement_id: str,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.AccessRequest],
    ) -> Answer[m.Done]:
        """Ask, as the coachee, to see what the coach noted about you (GDPR art.

        15); it is answered within a month.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/engagements/{at(engagement_id)}/access-requests",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def answer_access(
        self,
        engagement_id: str,
        number: int,
        *,
        version: str,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.AccessAnswer],
    ) -> Answer[m.Done]:
        """Answer, as the coach, with what you disclosed to the coachee; with nothing, it is a refusal and says why."""
        return self._wire.ask(
            write(
                "PUT",
                f"/v1/engagements/{at(engagement_id)}/access-requests/{at(number)}/answer",
                body,
                version=version,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
