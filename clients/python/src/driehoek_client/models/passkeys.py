# Made by `make reference` from api/openapi.json; don't edit.
"""Models: passkeys."""

from __future__ import annotations

from typing import Any, TypedDict


class ListedPasskey(TypedDict):
    """A passkey of yours."""

    id: str
    name: str
    registered_at: str
    used_at: str | None
    revoked_at: str | None


class PasskeyList(TypedDict):
    """A page of them, newest first."""

    entries: list[ListedPasskey]
    next: str | None


class PasskeyOffer(TypedDict):
    """What `PublicKeyCredential.parseCreationOptionsFromJSON` takes (WebAuthn Level 3)."""

    public_key: dict[str, Any]


class PasskeyRequest(TypedDict):
    """A passkey that your authenticator has made, and your name for it."""

    name: str
    credential: str
