"""The log's record of one event: small, canonical, free of content, and true after content and keys are gone.

    leaf = CBOR [1, event id, stream, version, time µs, actor, suite, [[key id, digest], …], [grant digest, …],
                 signature, previous leaf's hash]                                             (FORMAT.md 9)

How one is made, in order:
  1. ``digest`` each sealed part, ``grant_digest`` each grant.
  2. ``author_message`` encodes the first nine items; the author signs exactly that.
  3. ``leaf_body`` puts the signature behind the very bytes that were signed, so the two can't differ.
  4. The store appends ``PREV_PREFIX`` and the previous leaf's hash under its lock: the leaf is complete.
  5. ``leaf_hash`` (RFC 6962, 2.1) enters the Merkle tree and becomes the next leaf's ``prev``.

Contiguous versions, the previous-hash links and the stream's head together prove that no event is missing, which proof
of inclusion alone doesn't. The author doesn't sign ``prev``: the author says what happened, the log says after what.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from crypto.encoding import encode, loads, lp
from crypto.errors import Malformed, Tampered
from crypto.heads import mac
from crypto.part import SUITE, place
from crypto.party_keys import verify

# Version with care: leaves are for ever, and verifiers of every age read them.
LEAF_VERSION: Final = 1
GENESIS: Final = bytes(32)
PREV_PREFIX: Final = b"\x58\x20"  # CBOR: a byte string of 32 bytes follows
MAX_LEAF: Final = 0xFFFF  # an entry of a C2SP tile has a 16-bit length

_AUTHOR: Final = lp(b"driehoek/author/v1")
_DIGEST: Final = lp(b"driehoek/digest/v1")
_ELEVEN: Final = b"\x8b"  # CBOR: array of 11; the nine signed items stand behind it unchanged
_SIGNATURE: Final = b"\x58\x40"  # CBOR: a byte string of 64 bytes follows
_ITEMS_AT: Final = len(_AUTHOR) + 4 + 1
_TAIL: Final = 2 + 32
_SIGNED_TAIL: Final = 2 + 64 + _TAIL
_TIME_LIMIT: Final = 1 << 63
_VERSION_LIMIT: Final = 1 << 32
_ID_SIZE: Final = 16
_HASH_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64


@dataclass(frozen=True, slots=True)
class LeafRecord:
    """A parsed leaf. ``parts`` are (key id, digest) from index 0, the facts, on; ``time_us`` is µs since 1970 UTC."""

    event_id: UUID
    stream: UUID
    version: int
    time_us: int
    actor: bytes
    suite: int
    parts: tuple[tuple[UUID, bytes], ...]
    grants: tuple[bytes, ...]
    signature: bytes
    prev: bytes


def digest(originator_id: UUID, originator_version: int, index: int, sealed: bytes) -> bytes:
    """Return SHA-256 (32 bytes) over a sealed part and its place. Says nothing of its key or audience."""
    where = place(originator_id, originator_version, index)
    return sha256(
        b"".join((_DIGEST, len(where).to_bytes(4, "big"), where, len(sealed).to_bytes(4, "big"), sealed))
    ).digest()


def grant_digest(originator_id: UUID, key_id: UUID, slot_id: UUID, sealed: bytes) -> bytes:
    """Return SHA-256 (32 bytes) over a sealed grant and what it grants: a stream's key, under a slot."""
    return sha256(lp(b"driehoek/grant-digest/v1", originator_id.bytes, key_id.bytes, slot_id.bytes, sealed)).digest()


def pseudonym(pseudonym_key: bytes, originator_id: UUID, principal_id: UUID) -> bytes:
    """Return a person's name in one stream: 16 bytes of HMAC. Two streams' names of one person can't be linked.

    Raises:
        Malformed: the key isn't 32 bytes.
    """
    return mac(pseudonym_key, "driehoek/pseudonym/v1", originator_id.bytes, principal_id.bytes)[:16]


def author_message(
    *,
    event_id: UUID,
    stream: UUID,
    version: int,
    time_us: int,
    actor: bytes,
    parts: Sequence[tuple[UUID, bytes]],
    grants: Sequence[bytes],
) -> bytes:
    """Return what the author signs: a label and the leaf's first nine items (FORMAT.md 9).

    Raises:
        Malformed: no facts (part 0 is always there), a digest or pseudonym of another size, a number out of range,
            or so many parts and grants that the leaf would pass 65,535 bytes.
    """
    if not parts or len(actor) != _ID_SIZE or not 0 < version < _VERSION_LIMIT or not 0 <= time_us < _TIME_LIMIT:
        raise Malformed
    for part in parts:
        if len(part[1]) != _HASH_SIZE:
            raise Malformed
    for grant in grants:
        if len(grant) != _HASH_SIZE:
            raise Malformed
    items = encode(
        (
            LEAF_VERSION,
            event_id.bytes,
            stream.bytes,
            version,
            time_us,
            actor,
            SUITE,
            [(key_id.bytes, part_digest) for key_id, part_digest in parts],
            grants,
        )
    )
    if len(items) + _SIGNED_TAIL > MAX_LEAF:
        raise Malformed
    return _AUTHOR + len(items).to_bytes(4, "big") + items


def leaf_body(message: bytes, signature: bytes) -> bytes:
    """Return everything of the leaf but ``prev``, from what was signed and its signature (64 bytes).

    Raises:
        Malformed: the signature has another size.
    """
    if len(signature) != _SIGNATURE_SIZE:
        raise Malformed
    return b"".join((_ELEVEN, message[_ITEMS_AT:], _SIGNATURE, signature))


def complete(body: bytes, prev: bytes) -> bytes:
    """Return the leaf: the body and the hash of the stream's previous leaf (``GENESIS`` for its first event)."""
    return body + PREV_PREFIX + prev


def leaf_hash(leaf: bytes) -> bytes:
    """Return the leaf's hash in the Merkle tree: SHA-256(00 ‖ leaf) (RFC 6962, 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def parse_leaf(leaf: bytes) -> LeafRecord:
    """Parse a leaf, accepting exactly the bytes that this module would have written.

    Raises:
        Malformed: anything else: other types or sizes, an unknown version or suite, a longer spelling of a number.
    """
    if len(leaf) > MAX_LEAF:
        raise Malformed
    items = loads(leaf)
    match items:
        case [
            1,
            bytes(event_id),
            bytes(stream),
            int(version),
            int(time_us),
            bytes(actor),
            int(suite),
            [*parts],
            [*grants],
            bytes(signature),
            bytes(prev),
        ] if len(event_id) == len(stream) == _ID_SIZE and len(prev) == _HASH_SIZE and suite == SUITE:
            pass
        case _:
            raise Malformed
    pairs = tuple(_part(part) for part in parts)
    # CBOR's true would pass for 1 in Python, and be written back as true.
    if isinstance(version, bool) or isinstance(time_us, bool) or not all(isinstance(grant, bytes) for grant in grants):
        raise Malformed
    record = LeafRecord(
        UUID(bytes=event_id),
        UUID(bytes=stream),
        version,
        time_us,
        actor,
        suite,
        pairs,
        tuple(grants),
        signature,
        prev,
    )
    # One event has one spelling: rebuilding it refuses floats for numbers and every non-minimal length.
    if complete(leaf_body(signed_message(record), signature), prev) != leaf:
        raise Malformed
    return record


def signed_message(record: LeafRecord) -> bytes:
    """Return the author message of a parsed leaf, to check its signature.

    Raises:
        Malformed: as ``author_message``.
    """
    return author_message(
        event_id=record.event_id,
        stream=record.stream,
        version=record.version,
        time_us=record.time_us,
        actor=record.actor,
        parts=record.parts,
        grants=record.grants,
    )


def verify_leaf(leaf: bytes, *, stream: UUID, version: int, prev: bytes, author: bytes) -> LeafRecord:
    """Check one leaf as the stream's event ``version``, after the leaf whose hash is ``prev``, signed by ``author``.

    ``author`` is the 32-byte Ed25519 key that the actor held at that moment; to know it is the caller's business.

    Raises:
        Malformed: not a leaf.
        Tampered: another stream, version or previous hash: something was moved, dropped or put in.
        BadSignature: not that author's.
    """
    record = parse_leaf(leaf)
    if record.stream != stream or record.version != version or not hmac.compare_digest(record.prev, prev):
        raise Tampered
    verify(author, signed_message(record), record.signature)
    return record


def check_part(record: LeafRecord, index: int, sealed: bytes) -> None:
    """Check that sealed bytes are the part that a leaf recorded; silence is success.

    Raises:
        Tampered: they aren't, or the event has no such part.
    """
    if not 0 <= index < len(record.parts):
        raise Tampered
    if not hmac.compare_digest(record.parts[index][1], digest(record.stream, record.version, index, sealed)):
        raise Tampered


def _part(item: object) -> tuple[UUID, bytes]:
    match item:
        case [bytes(key_id), bytes(part_digest)] if len(key_id) == _ID_SIZE:
            return UUID(bytes=key_id), part_digest
        case _:
            raise Malformed
