# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: documents."""

from typing import Literal

from driehoek_client.answers import Download
from driehoek_client.calls import at, read
from driehoek_client.wire import Place, Wire


class Documents:
    """Operations: documents."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def contract_document(
        self, engagement_id: str, number: int, *, into: Place, language: Literal["nl", "fr", "en"] | None = None
    ) -> Download:
        """A contract version with its signatures (R18), as far as you may read it; what you may not, by its
        commitment.
        """
        return self._wire.fetch(
            read(f"/v1/engagements/{at(engagement_id)}/contract/versions/{at(number)}.pdf", {"language": language}),
            into,
        )

    def amendment_document(
        self, engagement_id: str, number: int, *, into: Place, language: Literal["nl", "fr", "en"] | None = None
    ) -> Download:
        """What a contract version changes of the one in force before it (R36), as far as you may read both."""
        return self._wire.fetch(
            read(
                f"/v1/engagements/{at(engagement_id)}/contract/versions/{at(number)}/amendment.pdf",
                {"language": language},
            ),
            into,
        )

    def receipt_document(
        self, engagement_id: str, erasure_id: str, *, into: Place, language: Literal["nl", "fr", "en"] | None = None
    ) -> Download:
        """A receipt for people (R64).

        What proves the erasure is the signed JSON beside it, `receipts/{erasure_id}`.
        """
        return self._wire.fetch(
            read(f"/v1/engagements/{at(engagement_id)}/receipts/{at(erasure_id)}.pdf", {"language": language}), into
        )
