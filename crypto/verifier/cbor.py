"""Reads deterministic CBOR without tags (FORMAT.md 3): what facts and contents are written in."""

import struct
from typing import Any, Final

from crypto.verifier.refused import Refused

_CONSTANTS: Final = {0xF4: False, 0xF5: True, 0xF6: None}
_FLOATS: Final = {0xF9: (">e", 3), 0xFA: (">f", 5), 0xFB: (">d", 9)}
_NUMBER, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)


def loads(raw: bytes) -> Any:
    """Decode one value, in its one spelling, that fills ``raw``: None, bool, int, float, str, bytes, list, dict."""
    try:
        value, end = _value(raw, 0, 32)
    except (IndexError, UnicodeDecodeError, TypeError, struct.error):  # TypeError: an array as a map's key
        raise Refused("this isn't CBOR") from None
    if end != len(raw):
        raise Refused("CBOR that was cut short, or with something behind it")
    return value


def _value(raw: bytes, at: int, depth: int) -> tuple[Any, int]:
    """The value at a place, and where it ends."""
    first = raw[at]
    if first in _CONSTANTS:
        return _CONSTANTS[first], at + 1
    if first in _FLOATS:
        form, size = _FLOATS[first]
        return struct.unpack_from(form, raw, at + 1)[0], at + size
    kind, count, at = first >> 5, first & 31, at + 1
    if count > 23:  # noqa: PLR2004 - the number follows in 1, 2, 4 or 8 bytes (RFC 8949, 3)
        size, least = 1 << count - 24, (24, 1 << 8, 1 << 16, 1 << 32)[count - 24]
        count, at = int.from_bytes(raw[at : at + size], "big"), at + size
        if count < least or at > len(raw):
            raise Refused("a number that isn't in its shortest form")
    if kind > _MAP or not depth:
        raise Refused("CBOR of a kind that isn't written here, or too deep")
    if kind in (_NUMBER, _NEGATIVE):
        return (-1 - count if kind else count), at
    if kind in (_BYTES, _TEXT):  # where one was cut short, the end is behind the end of all
        return (raw[at : at + count] if kind == _BYTES else raw[at : at + count].decode()), at + count
    found = []
    for _ in range(count << (kind == _MAP)):
        value, end = _value(raw, at, depth - 1)
        found.append((value, (end - at, raw[at:end])))
        at = end
    values, spans = [value for value, _ in found], [span for _, span in found[::2]]
    if kind == _MAP and spans != sorted(set(spans)):
        raise Refused("a map whose keys aren't in order, each once")
    return (values if kind == _ARRAY else dict(zip(values[::2], values[1::2], strict=True))), at
