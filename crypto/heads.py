"""Keyed checks on the small rows that say how far something reaches.

A log can't show by itself that its end was cut off. A stream's *head* (version and last leaf hash), a view's count and
a projection's position are kept in rows of their own, each with an HMAC-SHA256 whose key the database never sees: who
can write the tables still can't write a shorter truth (FORMAT.md 10). An old row put back whole does verify: that is a
rollback of everything, and the signed checkpoints of the log are what notices it.
"""

import hmac
from typing import Final
from uuid import UUID

from crypto.encoding import lp
from crypto.errors import Malformed, Tampered

MAC_KEY_SIZE: Final = 32
_HEAD: Final = "driehoek/head/v1"


def mac(key: bytes, label: str, *fields: bytes) -> bytes:
    """Return HMAC-SHA256 (32 bytes) over ``lp(label, fields…)``. Each use has a label of its own.

    Raises:
        Malformed: the key isn't exactly 32 bytes; HMAC would accept and zero-pad a shorter one.
    """
    if len(key) != MAC_KEY_SIZE:
        raise Malformed
    return hmac.digest(key, lp(label.encode(), *fields), "sha256")


def check_mac(key: bytes, expected: bytes, label: str, *fields: bytes) -> None:
    """Check a stored MAC in constant time; silence is success.

    Raises:
        Tampered: the fields aren't those that were stored under this key and label.
    """
    if not hmac.compare_digest(mac(key, label, *fields), expected):
        raise Tampered


def head_mac(key: bytes, stream: UUID, version: int, leaf_hash: bytes) -> bytes:
    """Return the MAC of a stream's head: its id, its last version and that event's leaf hash (FORMAT.md 10)."""
    return mac(key, _HEAD, stream.bytes, version.to_bytes(4, "big"), leaf_hash)


def check_head(key: bytes, expected: bytes, stream: UUID, version: int, leaf_hash: bytes) -> None:
    """Check a stored head; silence is success.

    Raises:
        Tampered: this isn't the head that was written.
    """
    check_mac(key, expected, _HEAD, stream.bytes, version.to_bytes(4, "big"), leaf_hash)
