"""Whose API key somebody shows (``api.backend.ApiKeys``).

A key names its person, so it is looked for in that person's own record. What was read of a record is remembered with
the version of the stream that it was read at, and used only while the database says that this still is the newest: so
a revocation works at once, in each process, for each request that comes after it. That costs one indexed lookup a
request. Whatever is wrong with a key, it is refused in the same way.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Final
from uuid import UUID

from api.backend import Identity, NewApiKey, TokenRefused
from domain.api_keys import ApiKey
from domain.loading import Loading
from domain.principals import Person
from ops.identity.key_text import PREFIX, SECRET_BYTES, KeyMalformed, KeyText, read

REMEMBERED: Final = 4_096
"""Persons whose keys are remembered."""

_NOTHING: Final = bytes(32)
"""What the secret of a key that isn't there is compared with: no secret has this SHA-256."""


class ApiKeys:
    """``api.backend.ApiKeys``; safe for threads.

    Args:
        write_side: loads a person's record.
        newest: the newest version of a stream, as the database has it now; 0 where there is none.
    """

    def __init__(self, write_side: Loading, newest: Callable[[UUID], int]) -> None:
        self._write_side, self._newest = write_side, newest
        self._known: OrderedDict[UUID, tuple[int, Mapping[UUID, ApiKey]]] = OrderedDict()
        self._lock = Lock()

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
        key = self._keys_of(shown.person).get(shown.key)
        expected = _NOTHING if key is None else key.sha256
        good = hmac.compare_digest(sha256(shown.secret).digest(), expected)
        if key is None or not good or not key.lives(now):
            raise TokenRefused
        return Identity("", "", shown.person, key.scopes)

    def _keys_of(self, person: UUID) -> Mapping[UUID, ApiKey]:
        newest = self._newest(person)
        with self._lock:
            known = self._known.get(person)
            if known is not None and known[0] == newest:
                self._known.move_to_end(person)
                return known[1]
        loaded = self._write_side.load(Person, person)
        if loaded.api_keys:  # who has none isn't remembered: strangers can make up as many persons as they like
            with self._lock:
                self._known[person] = loaded.version, loaded.api_keys
                self._known.move_to_end(person)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return loaded.api_keys
