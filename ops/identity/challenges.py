"""Challenges for authenticators: made for one person and one act, good for five minutes, and kept nowhere.

A challenge is an id (16 bytes), when it was made (8 bytes, seconds since 1970, big-endian), and a MAC (32 bytes) with
the service's own key over both, the person, and the act. So every process of a cell knows the challenges of another;
that one is spent goes on record in the person's own stream (``domain.passkeys``). Version with care.
"""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from crypto.errors import CryptoError
from crypto.heads import check_mac, mac
from domain.passkeys import LASTS

REGISTRATION: Final = b"registration"
"""The act of registering a passkey, whichever it will be."""

_LABEL: Final = "driehoek/passkey-challenge/v1"
_ID, _TIME, _MAC = 16, 8, 32
_AHEAD: Final = 60
"""Seconds by which another process's clock may be ahead of ours."""


class ChallengeRefused(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """It isn't one that was made here for this person and this act, or it is too old."""


class Challenges:
    """Makes challenges, and recognises them.

    Args:
        key: the service's key for this alone (32 bytes).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def new(self, person: UUID, act: bytes, now: datetime) -> bytes:
        """A challenge (56 bytes) for a person and what they are about to do."""
        head = uuid4().bytes + int(now.timestamp()).to_bytes(_TIME, "big")
        return head + mac(self._key, _LABEL, head, person.bytes, act)

    def check(self, challenge: bytes, person: UUID, act: bytes, now: datetime) -> UUID:
        """The id of a challenge that was made for this person and this act.

        Raises:
            ChallengeRefused: it wasn't, or longer ago than ``domain.passkeys.LASTS``.
        """
        if len(challenge) != _ID + _TIME + _MAC:
            raise ChallengeRefused
        head, shown = challenge[: _ID + _TIME], challenge[_ID + _TIME :]
        try:
            check_mac(self._key, shown, _LABEL, head, person.bytes, act)
        except CryptoError as error:
            raise ChallengeRefused from error
        age = int(now.timestamp()) - int.from_bytes(head[_ID:], "big")
        if not -_AHEAD <= age < LASTS.total_seconds():
            raise ChallengeRefused
        return UUID(bytes=head[:_ID])
