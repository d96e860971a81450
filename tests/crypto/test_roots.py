"""Halves make a root only together; what is stored of them is whole or damaged, and says whose it is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from crypto.encoding import lp
from crypto.errors import Malformed, RootDamaged, Tampered
from crypto.ports import RootRecord
from crypto.roots import (
    Half,
    RootKey,
    belong_together,
    decode_half,
    decode_record,
    draw,
    encode_half,
    encode_record,
    join,
    parse_wrapped,
)

DEPLOYMENT = UUID("0192c7f0-0000-7000-8000-000000000001")
OTHER = UUID("0192c7f0-0000-7000-8000-000000000002")
KEY = bytes(range(32))
CONTEXT = lp(b"context")
RECORD = RootRecord(DEPLOYMENT, 7, b"p" * 32, b"t" * 32)


def test_two_halves_make_one_root() -> None:
    """In either order, in any process: what one joining wrapped the other unwraps."""
    one, other = draw(DEPLOYMENT, 7)
    wrapped = join(one, other).wrap(KEY, CONTEXT)
    assert len(wrapped) == 61
    assert join(other, one).unwrap(wrapped, CONTEXT) == KEY
    assert join(decode_half(encode_half(one)), decode_half(encode_half(other))).unwrap(wrapped, CONTEXT) == KEY


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("byte", [0, 15, 31])
def test_each_half_decides(side: int, byte: int) -> None:
    """One bit of one half is another root; so is another epoch or deployment with the same halves."""
    halves = draw(DEPLOYMENT, 7)
    wrapped = join(*halves).wrap(KEY, CONTEXT)
    secret = bytearray(halves[side].secret)
    secret[byte] ^= 1
    changed = replace(halves[side], secret=bytes(secret))
    with pytest.raises(Tampered):
        join(changed, halves[1 - side]).unwrap(wrapped, CONTEXT)
    for moved in (
        [replace(half, epoch=8) for half in halves],
        [replace(half, deployment=OTHER) for half in halves],
    ):
        with pytest.raises(Tampered):
            join(*moved).unwrap(wrapped, CONTEXT)
    assert join(*halves).unwrap(wrapped, CONTEXT) == KEY


def test_every_drawing_is_fresh() -> None:
    """No two roots share a half or a pair, and the halves of one differ."""
    drawn = [half for _ in range(50) for half in draw(DEPLOYMENT, 1)]
    assert len({half.secret for half in drawn}) == 100
    assert len({half.pair for half in drawn}) == 50


def test_only_halves_of_one_drawing_are_joined() -> None:
    """Halves of two drawings, epochs or deployments aren't a root, and neither is one half twice."""
    one, other = draw(DEPLOYMENT, 7)
    again, _ = draw(DEPLOYMENT, 7)
    for wrong in (again, replace(other, epoch=8), replace(other, deployment=OTHER), one):
        assert not belong_together(one, wrong)
        with pytest.raises(RootDamaged):
            join(one, wrong)
    assert belong_together(one, other)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_only_keys_are_wrapped(size: int) -> None:
    """A root wraps keys of 32 bytes."""
    with pytest.raises(Malformed):
        join(*draw(DEPLOYMENT, 7)).wrap(bytes(size), CONTEXT)


def test_a_wrapped_key_opens_as_it_is_only() -> None:
    """Any changed bit, another length, context or root is tampered; the same key wraps anew each time."""
    root = join(*draw(DEPLOYMENT, 7))
    wrapped = root.wrap(KEY, CONTEXT)
    assert root.wrap(KEY, CONTEXT) != wrapped
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            root.unwrap(bytes(changed), CONTEXT)
    for bad in (b"", wrapped[:-1], wrapped + b"\0"):
        with pytest.raises(Tampered):
            root.unwrap(bad, CONTEXT)
        with pytest.raises(Tampered):
            parse_wrapped(bad)
    with pytest.raises(Tampered):
        root.unwrap(wrapped, b"")
    with pytest.raises(Tampered):
        join(*draw(DEPLOYMENT, 7)).unwrap(wrapped, CONTEXT)
    assert root.unwrap(wrapped, CONTEXT) == KEY


STORED: list[tuple[bytes, Callable[[bytes], Any], Any, int]] = [
    (encode_half(Half(DEPLOYMENT, 7, b"p" * 16, KEY)), decode_half, Half(DEPLOYMENT, 7, b"p" * 16, KEY), 120),
    (encode_record(RECORD), decode_record, RECORD, 136),
]


@pytest.mark.parametrize(("stored", "decode", "value", "size"), STORED, ids=["half", "record"])
def test_what_is_stored_is_whole_or_damaged(
    stored: bytes, decode: Callable[[bytes], Any], value: object, size: int
) -> None:
    """Every changed bit and every other length is found; what is whole comes back as it was."""
    assert len(stored) == size
    for bit in range(size * 8):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(RootDamaged):
            decode(bytes(changed))
    for length in range(size):
        with pytest.raises(RootDamaged):
            decode(stored[:length])
    with pytest.raises(RootDamaged):
        decode(stored + b"\0")
    assert decode(stored) == value


def test_a_half_is_no_record_and_a_record_no_half() -> None:
    """The two kinds of files aren't taken for each other."""
    with pytest.raises(RootDamaged):
        decode_record(STORED[0][0])
    with pytest.raises(RootDamaged):
        decode_half(STORED[1][0])


@pytest.mark.parametrize("size", [0, 31, 33])
def test_heads_have_32_bytes(size: int) -> None:
    """A record with other heads isn't written: it couldn't be read."""
    for record in (replace(RECORD, page_head=bytes(size)), replace(RECORD, tombstone_head=bytes(size))):
        with pytest.raises(Malformed):
            encode_record(record)


def test_secrets_are_masked() -> None:
    """Neither a half's nor a root's name for itself holds a byte of the key."""
    one, other = draw(DEPLOYMENT, 7)
    assert one.secret.hex() not in repr(one)
    assert repr(one.secret) not in repr(one)
    assert str(DEPLOYMENT) in repr(one)  # control: it does show the rest
    assert repr(join(one, other)) == "RootKey(***)"
    assert isinstance(join(one, other), RootKey)
