# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: api keys, for asyncio."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import AsyncPages
from driehoek_client.wire import AsyncWire


class AsyncApiKeys:
    """Operations: api keys, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def issue_api_key(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.ApiKeyRequest]
    ) -> Answer[m.NewApiKey]:
        """Make an API key of your own: at most 20 that live, each for at most a year.

        It is shown as a bearer token, acts as you, and only within its scopes. No key can sign, revoke, make
        keys or read what you write for yourself alone.
        """
        return await self._wire.ask(
            write(
                "POST", "/v1/api-keys", body, idempotency_key=idempotency_key, wait_for_checkpoint=wait_for_checkpoint
            )
        )

    def list_api_keys(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPages[m.ApiKeyList, m.ListedApiKey]:
        """The API keys that you ever made, newest first; never a secret, nor its hash."""
        return self._wire.pages(read("/v1/api-keys", {"limit": limit, "cursor": cursor}), "entries")

    async def revoke_api_key(
        self, api_key_id: str, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False
    ) -> Answer[m.Done]:
        """Revoke an API key of yours.

        From now on it is refused everywhere.
        """
        return await self._wire.ask(
            write(
                "POST",
                f"/v1/api-keys/{at(api_key_id)}/revocation",
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
