# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: grants, for asyncio."""

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read
from driehoek_client.wire import AsyncWire


class AsyncGrants:
    """Operations: grants, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def list_grants(self, engagement_id: str) -> Answer[m.Grants]:
        """Who may see what, and when it ends: your own grants; as the coachee, everybody's."""
        return await self._wire.ask(read(f"/v1/engagements/{at(engagement_id)}/grants"))

    async def list_receipts(self, engagement_id: str) -> Answer[m.Receipts]:
        """The erasures that are done: of your own keys; as the coachee, of everybody's to this engagement."""
        return await self._wire.ask(read(f"/v1/engagements/{at(engagement_id)}/receipts"))

    async def read_receipt(self, engagement_id: str, erasure_id: str) -> Answer[m.SignedReceipt]:
        """A receipt to keep, byte for byte: signed by the service, and checked without it.

        The signature (Ed25519, by the public key beside it) is over the four-byte length and the bytes of the
        text `driehoek/receipt/v1`, and then the length and the bytes of the statement as canonical JSON (sorted
        names, no white space, UTF-8).
        """
        return await self._wire.ask(read(f"/v1/engagements/{at(engagement_id)}/receipts/{at(erasure_id)}"))
