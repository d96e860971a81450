"""Leaves and sealed parts as the verifier reads them, against the modules that write them."""

from contextlib import suppress
from uuid import UUID, uuid4

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import CryptoError
from crypto.leaf import author_message, complete, grant_digest, leaf_body, leaf_hash
from crypto.leaf import parse_leaf as parse_of_the_log
from crypto.leaf import signed_message as message_of_the_log
from crypto.part import disclose_part, new_compartment_key, seal_part
from crypto.verifier import merkle
from crypto.verifier.formats import Leaf, label, open_part, parse_leaf, signed_message
from crypto.verifier.refused import Refused

HASHES = st.binary(min_size=32, max_size=32)
IDS = st.uuids()
LEAVES = st.builds(
    lambda event_id, stream, version, time_us, parts, grants, signature, prev: complete(
        leaf_body(
            author_message(
                event_id=event_id,
                stream=stream,
                version=version,
                time_us=time_us,
                actor=bytes(16),
                parts=parts,
                grants=grants,
            ),
            signature,
        ),
        prev,
    ),
    IDS,
    IDS,
    st.integers(1, (1 << 32) - 1),
    st.integers(0, (1 << 63) - 1),
    st.lists(st.tuples(IDS, HASHES), min_size=1, max_size=30),
    st.lists(HASHES, max_size=300),
    st.binary(min_size=64, max_size=64),
    HASHES,
)


@given(LEAVES)
@settings(max_examples=50, deadline=None)
def test_a_leaf_is_read_as_the_log_reads_it(raw: bytes) -> None:
    """Every field, and the message that was signed, is the same to both readers."""
    ours, theirs = parse_leaf(raw), parse_of_the_log(raw)
    assert (ours.stream, ours.version, ours.time_us) == (theirs.stream.bytes, theirs.version, theirs.time_us)
    assert (ours.keys(), ours.granted()) == ([key.bytes for key, _ in theirs.parts], list(theirs.grants))
    assert (ours.signature, ours.prev) == (theirs.signature, theirs.prev)
    assert signed_message(raw) == message_of_the_log(theirs)
    assert merkle.leaf_hash(raw) == leaf_hash(raw)


@given(LEAVES, st.data())
@settings(max_examples=100, deadline=None)
def test_both_readers_refuse_the_same(raw: bytes, data: st.DataObject) -> None:
    """A leaf with a byte changed, taken out or put in is a leaf to both readers or to neither."""
    at, byte = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.binary(min_size=1, max_size=1))
    for changed in (raw[:at] + byte + raw[at + 1 :], raw[:at] + raw[at + 1 :], raw[:at] + byte + raw[at:]):
        assert read_by(parse_leaf, changed) is read_by(parse_of_the_log, changed)


def read_by(parse: object, raw: bytes) -> bool:
    """Whether a reader accepts it."""
    assert callable(parse)
    with suppress(Refused, CryptoError):
        parse(raw)
        return True
    return False


@given(LEAVES)
@settings(max_examples=20, deadline=None)
def test_there_is_one_spelling(raw: bytes) -> None:
    """The same items with a longer number, an indefinite array or a tag aren't a leaf."""
    items = cbor2.loads(raw)
    for other in (
        b"\x9f" + raw[1:] + b"\xff",
        b"\xd9\xd9\xf7" + raw,
        raw[:1] + b"\x18\x01" + raw[2:],
        cbor2.dumps([*items[:6], 2, *items[7:]]),
        cbor2.dumps([*items[:3], 0, *items[4:]]),
        cbor2.dumps([*items[:7], [], *items[8:]]),
        raw + b"\0",
    ):
        assert not read_by(parse_leaf, other)


KEY = new_compartment_key("alliance", "C.retention+E.kept", 3, ("C", "E"))
STREAM = UUID(int=8)


def sealed_leaf(*contents: bytes) -> tuple[Leaf, list[bytes]]:
    """A leaf with these parts, sealed."""
    sealed = [seal_part(KEY, STREAM, 5, index, content) for index, content in enumerate(contents)]
    from crypto.leaf import digest  # noqa: PLC0415 - beside its only use

    message = author_message(
        event_id=uuid4(), stream=STREAM, version=5, time_us=1, actor=bytes(16), grants=[],
        parts=[(KEY.key_id, digest(STREAM, 5, index, raw)) for index, raw in enumerate(sealed)],
    )  # fmt: skip
    return parse_leaf(complete(leaf_body(message, bytes(64)), bytes(32))), sealed


@given(st.binary(max_size=700))
@settings(max_examples=20, deadline=None)
def test_a_part_opens_with_its_own_key(content: bytes) -> None:
    """The part key that a disclosure hands out opens the part, under the label of its compartment."""
    leaf, sealed = sealed_leaf(b"facts", content)
    bound = label("alliance", "C.retention+E.kept", 3, ["C", "E"])
    assert open_part(leaf, 1, disclose_part(KEY, STREAM, 5, 1, sealed[1]), bound, sealed[1]) == content


def test_a_part_opens_with_nothing_else() -> None:
    """Another key, place, label or byte, and it doesn't open."""
    leaf, sealed = sealed_leaf(b"facts", b"content", b"content")
    key, bound = disclose_part(KEY, STREAM, 5, 1, sealed[1]), KEY.label
    assert open_part(leaf, 1, key, bound, sealed[1]) == b"content"
    for index, with_key, under, raw in (
        (2, key, bound, sealed[2]),
        (1, key, bound, sealed[2]),
        (3, key, bound, sealed[1]),
        (1, bytes(32), bound, sealed[1]),
        (1, key[:-1], bound, sealed[1]),
        (1, key, label("alliance", "C.retention+E.kept", 4, ["C", "E"]), sealed[1]),
        (1, key, label("alliance", "C.retention+E.kept", 3, ["C"]), sealed[1]),
        (1, key, bound, b""),
        (1, key, bound, sealed[1][:-1]),
        *(
            (1, key, bound, sealed[1][:at] + bytes([sealed[1][at] ^ 1]) + sealed[1][at + 1 :])
            for at in (0, 1, 30, 60, -1)
        ),
    ):
        with pytest.raises(Refused):
            open_part(leaf, index, with_key, under, raw[: len(raw)])


def test_a_key_that_ends_in_zero_does_not_open_without_it() -> None:
    """HMAC fills short keys up with zeros, so the length of a key is looked at too."""
    while True:
        leaf, sealed = sealed_leaf(b"facts", b"content")
        key = disclose_part(KEY, STREAM, 5, 1, sealed[1])
        if key[-1] == 0:
            break
    assert open_part(leaf, 1, key, KEY.label, sealed[1]) == b"content"
    for other in (key[:-1], key + b"\0"):
        with pytest.raises(Refused):
            open_part(leaf, 1, other, KEY.label, sealed[1])


def test_a_grant_is_bound_to_its_stream_key_and_slot() -> None:
    """A leaf's grant is checked with the stream, key and slot that it was recorded with, and no other."""
    key, slot, sealed = uuid4(), uuid4(), b"sealed"
    message = author_message(
        event_id=uuid4(), stream=STREAM, version=1, time_us=1, actor=bytes(16),
        parts=[(uuid4(), bytes(32))], grants=[grant_digest(STREAM, key, slot, sealed)],
    )  # fmt: skip
    leaf = parse_leaf(complete(leaf_body(message, bytes(64)), bytes(32)))
    assert leaf.granted() == [leaf.grant(key.bytes, slot.bytes, sealed)]
    for other in ((slot.bytes, slot.bytes, sealed), (key.bytes, key.bytes, sealed), (key.bytes, slot.bytes, b"other")):
        assert leaf.grant(*other) not in leaf.granted()
