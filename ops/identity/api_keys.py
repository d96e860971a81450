"""Whose API key somebody shows (``api.backend.ApiKeys``).

A key names its person, so it is looked for in that person's own record (``ops.identity.records``). Whatever is wrong
with a key, it is refused in the same way.
"""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from api.backend import Identity, NewApiKey, TokenRefused
from ops.identity.key_text import PREFIX, SECRET_BYTES, KeyMalformed, KeyText, read
from ops.identity.records import Records

_NOTHING: Final = bytes(32)
"""What the secret of a key that isn't there is compared with: no secret has this SHA-256."""


class ApiKeys:
    """``api.backend.ApiKeys``; safe for threads.

    Args:
        records: persons' records.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def is_one(self, token: str) -> bool:
        """Whether a bearer token is meant to be an API key; no JWT begins like one."""
        return token.startswith(PREFIX)

    def new(self, person: UUID, key: UUID) -> NewApiKey:
        """A key with a fresh secret."""
        secret = secrets.token_bytes(SECRET_BYTES)
        return NewApiKey(KeyText(person, key, secret).written(), sha256(secret).digest())

    def verify(self, token: str, now: datetime) -> Identity:
        """Whose key it is, with its scopes.

        Raises:
            TokenRefused: it is malformed, unknown, revoked or expired.
        """
        try:
            shown = read(token)
        except KeyMalformed:
            raise TokenRefused from None
        key = self._records.now(shown.person).api_keys.get(shown.key)
        expected = _NOTHING if key is None else key.sha256
        good = hmac.compare_digest(sha256(shown.secret).digest(), expected)
        if key is None or not good or not key.lives(now):
            raise TokenRefused
        return Identity("", "", shown.person, key.scopes, key=shown.key)
