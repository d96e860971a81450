"""How fields become bytes: length prefixes, padding that hides lengths, and one CBOR encoding per value.

``lp`` makes a sequence of fields unambiguous: without prefixes ``("ab", "c")`` and ``("a", "bc")`` would be the same
bytes to a hash (FORMAT.md 1). ``pad`` hides how long a text is: Padmé (Nikitin et al., *Reducing Metadata Leakage from
Encrypted Files and Communication with PURBs*, PETS 2019, section 4) leaks O(log log n) bits and costs at most
1/16 above the floor of 256 bytes (FORMAT.md 2). ``dumps`` and ``loads`` are deterministic CBOR (RFC 8949, section
4.2.3: length-first key order), restricted to plain values (FORMAT.md 3).
"""

import io
from typing import Any, Final

import cbor2

from crypto.errors import Malformed

PAD_FLOOR: Final = 256
_PREFIX: Final = 4


def lp(*fields: bytes) -> bytes:
    """Join fields, each behind its length as four bytes, big-endian (FORMAT.md 1). Injective for a given count."""
    return b"".join([len(field).to_bytes(_PREFIX, "big") + field for field in fields])


def padme(length: int) -> int:
    """Return the smallest Padmé length of at least ``length`` (> 1): a number whose low bits are all zero."""
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def pad(data: bytes) -> bytes:
    """Return ``u32be length ‖ data ‖ zeros``, as long as Padmé of at least 256 says (FORMAT.md 2)."""
    length = len(data)
    used = length + _PREFIX
    return length.to_bytes(_PREFIX, "big") + data + bytes(padme(max(PAD_FLOOR, used)) - used)


def unpad(padded: bytes) -> bytes:
    """Undo ``pad``.

    Raises:
        Malformed: the length doesn't fit, the total isn't the one ``pad`` makes, or the filling isn't all zero.
            One plaintext has exactly one padded form, so nothing can hide in the filling.
    """
    used = int.from_bytes(padded[:_PREFIX], "big") + _PREFIX
    if used > len(padded) or padme(max(PAD_FLOOR, used)) != len(padded):
        raise Malformed
    if padded.count(0, used) != len(padded) - used:
        raise Malformed
    return padded[_PREFIX:used]


def _refuse_tag(_value: object, _immutable: bool) -> None:
    # Tags would let a stored byte string name a decoder: dates, regular expressions, shared references.
    raise Malformed


# Every tag that cbor2 would otherwise decode by itself; unknown ones reach `tag_hook`.
_REFUSED_TAGS: Final = dict.fromkeys(
    [*range(6), 25, *range(28, 31), *range(35, 38), 52, 54, 100, 256, 258, *range(260, 262), 1004, 43000, 55799],
    _refuse_tag,
)


def encode(value: object) -> bytes:
    """Encode without reading back: for values whose types the caller fixes itself. Otherwise use ``dumps``."""
    return cbor2.dumps(value, canonical=True)


def dumps(value: object) -> bytes:
    """Encode None, bool, int (64 bits), float, str, bytes, lists, tuples and maps of these, deterministically.

    Raises:
        Malformed: the value holds something else (a date, a UUID, a set, a larger number). It is read back before it
            is returned: in an append-only record, what can't be read must not be written.
    """
    try:
        encoded = encode(value)
    except (cbor2.CBORError, ValueError, RecursionError) as error:
        raise Malformed from error
    loads(encoded)
    return encoded


def loads(encoded: bytes) -> Any:
    """Decode one CBOR value that fills ``encoded`` exactly. Arrays come back as lists.

    Raises:
        Malformed: not CBOR, bytes left over, indefinite lengths, a repeated map key, or any tag.
    """
    stream = io.BytesIO(encoded)
    decoder = cbor2.CBORDecoder(
        stream,
        tag_hook=_refuse_tag,
        semantic_decoders=_REFUSED_TAGS,
        max_depth=32,
        allow_indefinite=False,
        allow_duplicate_keys=False,
    )
    try:
        value = decoder.decode()
    except (cbor2.CBORError, ValueError, RecursionError) as error:
        raise Malformed from error
    if stream.tell() != len(encoded):
        raise Malformed
    return value
