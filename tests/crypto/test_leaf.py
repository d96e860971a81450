"""The log's record: one spelling, signed by its author, chained to the one before, true of the sealed bytes."""

from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import lp
from crypto.errors import BadSignature, CryptoError, Malformed, Tampered
from crypto.leaf import (
    GENESIS,
    MAX_LEAF,
    PREV_PREFIX,
    author_message,
    check_part,
    complete,
    digest,
    grant_digest,
    leaf_body,
    leaf_hash,
    parse_leaf,
    pseudonym,
    signed_message,
    verify_leaf,
)
from crypto.party_keys import PartyKeys

AUTHOR = PartyKeys.generate()
STREAM = UUID(int=1)
EVENT = UUID(int=5)
KEY_ID = UUID(int=3)
HASHES = st.binary(min_size=32, max_size=32)


@dataclass(frozen=True)
class Fields:
    """What an event's record is made from."""

    event_id: UUID = EVENT
    version: int = 1
    time_us: int = 1_767_225_600_000_000
    actor: bytes = bytes(range(16))
    parts: tuple[tuple[UUID, bytes], ...] = ((KEY_ID, b"d" * 32), (UUID(int=4), b"e" * 32))
    grants: tuple[bytes, ...] = (b"g" * 32,)

    def message(self) -> bytes:
        """The author message."""
        return author_message(
            event_id=self.event_id,
            stream=STREAM,
            version=self.version,
            time_us=self.time_us,
            actor=self.actor,
            parts=self.parts,
            grants=self.grants,
        )

    def leaf(self, prev: bytes = GENESIS) -> bytes:
        """The signed leaf."""
        message = self.message()
        return complete(leaf_body(message, AUTHOR.sign(message)), prev)


def items(leaf: bytes) -> list[object]:
    """The leaf's CBOR items, by the library alone."""
    decoded = cbor2.loads(leaf)
    assert isinstance(decoded, list)
    return decoded


FIELDS = st.builds(
    Fields,
    event_id=st.uuids(),
    version=st.integers(1, 2**32 - 1),
    time_us=st.integers(0, 2**63 - 1),
    actor=st.binary(min_size=16, max_size=16),
    parts=st.lists(st.tuples(st.uuids(), HASHES), min_size=1, max_size=30).map(tuple),
    grants=st.lists(HASHES, max_size=30).map(tuple),
)


@given(FIELDS, HASHES)
def test_a_leaf_is_canonical_cbor_and_parses_back(fields: Fields, prev: bytes) -> None:
    """A leaf is the format's array in canonical CBOR, and parsing gives the very fields back."""
    leaf = fields.leaf(prev)
    record = parse_leaf(leaf)
    assert (record.event_id, record.stream, record.version) == (fields.event_id, STREAM, fields.version)
    assert (record.time_us, record.actor, record.suite, record.prev) == (fields.time_us, fields.actor, 1, prev)
    assert (record.parts, record.grants) == (fields.parts, fields.grants)
    parts = [[key_id.bytes, part_digest] for key_id, part_digest in fields.parts]
    first_nine = [1, fields.event_id.bytes, STREAM.bytes, fields.version, fields.time_us, fields.actor, 1, parts]
    first_nine.append(list(fields.grants))
    assert leaf == cbor2.dumps([*first_nine, record.signature, prev], canonical=True)
    assert signed_message(record) == lp(b"driehoek/author/v1", cbor2.dumps(first_nine, canonical=True))
    assert leaf.endswith(PREV_PREFIX + prev)


def test_every_flipped_bit_changes_the_hash_and_fails() -> None:
    """Each single bit gives another leaf hash, and a leaf that doesn't verify."""
    leaf = Fields().leaf()
    intact = leaf_hash(leaf)
    seen = {intact}
    for bit in range(len(leaf) * 8):
        changed = bytearray(leaf)
        changed[bit // 8] ^= 1 << bit % 8
        seen.add(leaf_hash(bytes(changed)))
        with pytest.raises(CryptoError):
            verify_leaf(bytes(changed), stream=STREAM, version=1, prev=GENESIS, author=AUTHOR.public.signing)
    assert len(seen) == len(leaf) * 8 + 1
    assert verify_leaf(leaf, stream=STREAM, version=1, prev=GENESIS, author=AUTHOR.public.signing).version == 1


def test_a_hash_is_that_of_rfc_6962() -> None:
    """The hash of the empty entry is the one that RFC 6962 implementations share."""
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_leaves_chain_and_nothing_can_be_dropped_or_moved() -> None:
    """A stream's leaves verify in order; one dropped, repeated, moved or told of another stream doesn't."""
    leaves: list[bytes] = []
    prev = GENESIS
    for version in (1, 2, 3):
        leaves.append(Fields(event_id=UUID(int=version), version=version).leaf(prev))
        prev = leaf_hash(leaves[-1])
    key = AUTHOR.public.signing
    prev = GENESIS
    for version, leaf in enumerate(leaves, start=1):
        verify_leaf(leaf, stream=STREAM, version=version, prev=prev, author=key)
        prev = leaf_hash(leaf)
    first = leaf_hash(leaves[0])
    with pytest.raises(Tampered):
        verify_leaf(leaves[2], stream=STREAM, version=2, prev=first, author=key)
    with pytest.raises(Tampered):
        verify_leaf(leaves[2], stream=STREAM, version=3, prev=first, author=key)
    with pytest.raises(Tampered):
        verify_leaf(leaves[0], stream=STREAM, version=2, prev=first, author=key)
    with pytest.raises(Tampered):
        verify_leaf(leaves[0], stream=UUID(int=2), version=1, prev=GENESIS, author=key)


def test_only_the_author_signed() -> None:
    """A leaf signed by one party doesn't verify as another's."""
    stranger = PartyKeys.generate().public.signing
    verify_leaf(Fields().leaf(), stream=STREAM, version=1, prev=GENESIS, author=AUTHOR.public.signing)
    with pytest.raises(BadSignature):
        verify_leaf(Fields().leaf(), stream=STREAM, version=1, prev=GENESIS, author=stranger)


def respelled(at: int, value: object) -> bytes:
    """The intact leaf with one item replaced, in canonical CBOR."""
    changed = items(Fields().leaf())
    changed[at] = value
    return cbor2.dumps(changed, canonical=True)


STRICTNESS = {
    "empty": b"",
    "trailing byte": Fields().leaf() + b"\0",
    "longer array head": b"\x98\x0b" + Fields().leaf()[1:],
    "indefinite array": b"\x9f" + Fields().leaf()[1:] + b"\xff",
    "longer number": Fields().leaf().replace(b"\x50" + STREAM.bytes + b"\x01", b"\x50" + STREAM.bytes + b"\x18\x01"),
    "tagged": b"\xd9\xd9\xf7" + Fields().leaf(),
    "map": b"\xa0",
    "ten items": cbor2.dumps(items(Fields().leaf())[:10], canonical=True),
    "twelve items": cbor2.dumps([*items(Fields().leaf()), b""], canonical=True),
    "record version": respelled(0, 2),
    "record version as true": respelled(0, value=True),
    "record version as float": respelled(0, 1.0),
    "event id short": respelled(1, bytes(15)),
    "stream as text": respelled(2, "x" * 16),
    "version zero": respelled(3, 0),
    "version as true": respelled(3, value=True),
    "version as float": respelled(3, 1.0),
    "version too large": respelled(3, 2**32),
    "time negative": respelled(4, -1),
    "time as true": respelled(4, value=True),
    "time too large": respelled(4, 2**63),
    "actor long": respelled(5, bytes(17)),
    "suite": respelled(6, 2),
    "suite as true": respelled(6, value=True),
    "no facts": respelled(7, []),
    "parts not a list": respelled(7, b""),
    "part with one item": respelled(7, [[KEY_ID.bytes]]),
    "part with short key id": respelled(7, [[b"", bytes(32)]]),
    "part with short digest": respelled(7, [[KEY_ID.bytes, bytes(31)]]),
    "part with text": respelled(7, [[KEY_ID.bytes, "x" * 32]]),
    "grant short": respelled(8, [bytes(31)]),
    "grant as text": respelled(8, ["x" * 32]),
    "signature short": respelled(9, bytes(63)),
    "prev short": respelled(10, bytes(31)),
    "prev missing": respelled(10, None),
}


@pytest.mark.parametrize("leaf", STRICTNESS.values(), ids=STRICTNESS.keys())
def test_nothing_but_our_spelling_is_a_leaf(leaf: bytes) -> None:
    """Other types, sizes, versions, suites, and longer spellings of the same values are refused."""
    assert parse_leaf(respelled(3, 1)) == parse_leaf(Fields().leaf())
    assert leaf != Fields().leaf()
    with pytest.raises(Malformed):
        parse_leaf(leaf)


@pytest.mark.parametrize(
    "fields",
    [
        Fields(parts=()),
        Fields(parts=((KEY_ID, bytes(31)),)),
        Fields(grants=(bytes(33),)),
        Fields(actor=bytes(15)),
        Fields(version=0),
        Fields(version=2**32),
        Fields(time_us=-1),
        Fields(grants=(bytes(32),) * 2000),
    ],
    ids=["no facts", "digest", "grant", "actor", "version 0", "version large", "time", "too long"],
)
def test_no_message_is_made_that_would_not_parse(fields: Fields) -> None:
    """What the parser would refuse can't be signed in the first place."""
    with pytest.raises(Malformed):
        fields.message()


def test_the_longest_leaf_fits_a_tile() -> None:
    """A leaf just below the limit of 65,535 bytes is made and parsed; one grant more is refused."""
    fits = Fields(grants=(bytes(32),) * 1919)
    assert MAX_LEAF - 34 < len(fits.leaf()) <= MAX_LEAF
    assert parse_leaf(fits.leaf()).grants == fits.grants
    with pytest.raises(Malformed):
        replace(fits, grants=(bytes(32),) * 1920).message()


def test_a_body_needs_a_whole_signature() -> None:
    """A signature of another size isn't put into a body."""
    assert leaf_body(Fields().message(), bytes(64))
    with pytest.raises(Malformed):
        leaf_body(Fields().message(), bytes(63))


@given(st.uuids(), st.integers(1, 2**32 - 1), st.integers(0, 2**16 - 1), st.binary(max_size=400))
def test_a_digest_is_over_place_and_bytes(stream: UUID, version: int, index: int, sealed: bytes) -> None:
    """A digest is the format's hash, and another stream, version, index or byte gives another one."""
    place = lp(b"\x01", stream.bytes, version.to_bytes(4, "big"), index.to_bytes(2, "big"))
    made = digest(stream, version, index, sealed)
    assert made == sha256(lp(b"driehoek/digest/v1", place, sealed)).digest()
    others = {
        digest(UUID(int=stream.int ^ 1), version, index, sealed),
        digest(stream, version ^ 1, index, sealed),
        digest(stream, version, index ^ 1, sealed),
        digest(stream, version, index, sealed + b"\0"),
    }
    assert len(others | {made}) == 5


def test_sealed_bytes_are_checked_against_their_record() -> None:
    """A record vouches for its own parts at their index, and for nothing else."""
    parts = tuple((KEY_ID, digest(STREAM, 1, index, sealed)) for index, sealed in enumerate((b"facts", b"content")))
    record = parse_leaf(Fields(parts=parts).leaf())
    check_part(record, 0, b"facts")
    check_part(record, 1, b"content")
    for index, sealed in ((1, b"facts"), (0, b"content"), (0, b"fact"), (2, b"content"), (-1, b"content")):
        with pytest.raises(Tampered):
            check_part(record, index, sealed)


def test_a_grants_digest_binds_what_it_grants() -> None:
    """Another stream, key, slot or byte gives another digest of a grant."""
    same = grant_digest(STREAM, KEY_ID, EVENT, b"grant")
    assert same == grant_digest(STREAM, KEY_ID, EVENT, b"grant")
    others = {
        grant_digest(EVENT, KEY_ID, EVENT, b"grant"),
        grant_digest(STREAM, EVENT, KEY_ID, b"grant"),
        grant_digest(STREAM, KEY_ID, STREAM, b"grant"),
        grant_digest(STREAM, KEY_ID, EVENT, b"grants"),
    }
    assert len(others | {same}) == 5


def test_a_pseudonym_is_stable_in_a_stream_and_foreign_in_another() -> None:
    """One person has one name in a stream, another name in the next, and no name without the key."""
    key = bytes(range(32))
    name = pseudonym(key, STREAM, EVENT)
    assert len(name) == 16
    assert name == pseudonym(key, STREAM, EVENT)
    assert (
        len({name, pseudonym(key, EVENT, EVENT), pseudonym(key, STREAM, KEY_ID), pseudonym(bytes(32), STREAM, EVENT)})
        == 4
    )
    with pytest.raises(Malformed):
        pseudonym(bytes(31), STREAM, EVENT)
