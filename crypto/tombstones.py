"""Tombstones: what was erased together, recorded for ever, in a chain (FORMAT.md 6.5).

Each epoch after the first has one. The chain's head is bound into the root page and kept beside the live root, outside
the database: a tombstone can't be left out, changed or put elsewhere without the head telling. A tombstone holds ids
and places only, so it may be kept for as long as anybody asks whether something was really erased.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import UUID

from crypto.encoding import dumps, loads, lp
from crypto.errors import Malformed, Tampered
from crypto.ports import Tombstone

# Version with care: tombstones are for ever, and the chain is over their bytes.
TOMBSTONE_VERSION: Final = 1
FIRST_EPOCH: Final = 2
"""The epoch of the first tombstone: a tree is founded in epoch 1, and nothing is erased by that."""

_LIMIT: Final = 1 << 63
_ID_SIZE: Final = 16
_LONGEST_LOCATION: Final = 4


def first_head(deployment: UUID) -> bytes:
    """Return the head (32 bytes) of a chain in which nothing was erased yet."""
    return sha256(lp(b"driehoek/tombstones/v1", deployment.bytes)).digest()


def extend(head: bytes, tombstone: Tombstone) -> bytes:
    """Return the head (32 bytes) of the chain that goes on with this tombstone.

    Raises:
        Malformed: as in ``encode``.
    """
    return sha256(lp(b"driehoek/tombstone/v1", head, encode(tombstone))).digest()


def head_of(deployment: UUID, tombstones: Iterable[Tombstone]) -> bytes:
    """Return the head (32 bytes) of a whole chain: all tombstones of a deployment, in order.

    Raises:
        Tampered: an epoch is missing, or comes twice.
        Malformed: as in ``encode``.
    """
    head = first_head(deployment)
    for expected, tombstone in enumerate(tombstones, start=FIRST_EPOCH):
        if tombstone.epoch != expected:
            raise Tampered
        head = extend(head, tombstone)
    return head


def encode(tombstone: Tombstone) -> bytes:
    """Return a tombstone's one spelling, in deterministic CBOR.

    Raises:
        Malformed: a number out of range, or a location that is empty or longer than any.
    """
    return dumps(
        [
            TOMBSTONE_VERSION,
            _number(tombstone.epoch),
            [erasure.bytes for erasure in tombstone.erasures],
            [_location(location) for location in tombstone.locations],
            [slot.bytes for slot in tombstone.slots],
            _number(tombstone.time_us),
        ]
    )


def decode(body: bytes) -> Tombstone:
    """Undo ``encode``, accepting exactly the bytes that it makes.

    Raises:
        Malformed: anything else: other types or sizes, an unknown version, a longer spelling of a number.
    """
    match loads(body):
        case [1, epoch, [*erasures], [*locations], [*slots], time_us]:
            pass
        case _:
            raise Malformed
    tombstone = Tombstone(
        _number(epoch),
        tuple(_id(erasure) for erasure in erasures),
        tuple(_location(location) for location in locations),
        tuple(_id(slot) for slot in slots),
        _number(time_us),
    )
    # True passes for 1 in Python, and so does a number in more bytes than it needs: neither is written back so.
    if encode(tombstone) != body:
        raise Malformed
    return tombstone


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LIMIT:
        raise Malformed
    return value


def _id(value: object) -> UUID:
    if not isinstance(value, bytes) or len(value) != _ID_SIZE:
        raise Malformed
    return UUID(bytes=value)


def _location(value: object) -> bytes:
    if not isinstance(value, bytes) or not 0 < len(value) <= _LONGEST_LOCATION:
        raise Malformed
    return value
