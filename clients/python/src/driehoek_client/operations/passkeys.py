# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: passkeys."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import Pages
from driehoek_client.wire import Wire


class Passkeys:
    """Operations: passkeys."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def offer_passkey(self) -> Answer[m.PasskeyOffer]:
        """What your authenticator needs to make a passkey: give it to `navigator.credentials.create` within five
        minutes.

        Not found where the operator has named no address that passkeys could be bound to, and before you are
        registered.
        """
        return self._wire.ask(read("/v1/passkeys/offer"))

    def register_passkey(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.PasskeyRequest]
    ) -> Answer[m.Done]:
        """Register a passkey that your authenticator made: at most 10 that live.

        Once you have one, another asks for it. From then on it is asked for when you sign, erase, withdraw or
        read your notebook or journal.
        """
        return self._wire.ask(
            write(
                "POST", "/v1/passkeys", body, idempotency_key=idempotency_key, wait_for_checkpoint=wait_for_checkpoint
            )
        )

    def list_passkeys(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.PasskeyList, m.ListedPasskey]:
        """The passkeys that you ever registered, newest first, and when each was last used."""
        return self._wire.pages(read("/v1/passkeys", {"limit": limit, "cursor": cursor}), "entries")

    def revoke_passkey(
        self, passkey_id: str, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False
    ) -> Answer[m.Done]:
        """Revoke a passkey of yours, by showing any of yours.

        From now on it is refused everywhere.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/passkeys/{at(passkey_id)}/revocation",
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )
