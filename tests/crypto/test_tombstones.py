"""Tombstones have one spelling, and a chain that tells when one is missing, changed or elsewhere."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import tombstones
from crypto.encoding import dumps
from crypto.errors import Malformed, Tampered
from crypto.ports import Tombstone

numbers = st.integers(0, 2**63 - 1)
ids = st.lists(st.uuids(), max_size=4).map(tuple)
stones = st.builds(
    Tombstone, numbers, ids, st.lists(st.binary(min_size=1, max_size=4), max_size=4).map(tuple), ids, numbers
)
STONE = Tombstone(2, (UUID(int=1),), (b"\x05", b"\x06\x07"), (UUID(int=2), UUID(int=3)), 1_767_225_600_000_000)


@given(stones)
def test_a_tombstone_is_read_back(stone: Tombstone) -> None:
    """What was encoded decodes to the same tombstone, and that encodes to the same bytes."""
    body = tombstones.encode(stone)
    assert tombstones.decode(body) == stone
    assert tombstones.encode(tombstones.decode(body)) == body


@given(st.binary(max_size=40))
def test_noise_is_malformed_or_a_tombstone_in_its_one_spelling(noise: bytes) -> None:
    """Whatever bytes are decoded either are malformed or are exactly what encoding gives."""
    try:
        stone = tombstones.decode(noise)
    except Malformed:
        return
    assert tombstones.encode(stone) == noise


WRONG = {
    "another version": [2, 2, [], [], [], 0],
    "true for one": [True, 2, [], [], [], 0],
    "too short": [1, 2, [], [], []],
    "too long": [1, 2, [], [], [], 0, 0],
    "a map": {1: 2},
    "an epoch of true": [1, True, [], [], [], 0],
    "a negative epoch": [1, -1, [], [], [], 0],
    "an epoch in text": [1, "2", [], [], [], 0],
    "time past 63 bits": [1, 2, [], [], [], 2**63],
    "time as a float": [1, 2, [], [], [], 1.0],
    "a short id": [1, 2, [bytes(15)], [], [], 0],
    "a textual id": [1, 2, [], [], [str(UUID(int=1))], 0],
    "an empty location": [1, 2, [], [b""], [], 0],
    "a long location": [1, 2, [], [bytes(5)], [], 0],
    "ids as one string": [1, 2, bytes(16), [], [], 0],
}


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_anything_else_is_malformed(value: object) -> None:
    """Other types, sizes, ranges and versions aren't read."""
    with pytest.raises(Malformed):
        tombstones.decode(dumps(value))


def test_another_spelling_is_malformed() -> None:
    """A number in more bytes than it needs, and bytes after the end, are refused; the one spelling is read."""
    body = dumps([1, 2, [], [], [], 0])
    assert tombstones.decode(body).epoch == 2
    with pytest.raises(Malformed):
        tombstones.decode(body.replace(b"\x02", b"\x18\x02", 1))
    with pytest.raises(Malformed):
        tombstones.decode(body + b"\x00")


@pytest.mark.parametrize(
    "wrong", [replace(STONE, epoch=-1), replace(STONE, time_us=2**63), replace(STONE, locations=(b"",))]
)
def test_what_can_not_be_read_is_not_written(wrong: Tombstone) -> None:
    """A tombstone out of range isn't encoded."""
    with pytest.raises(Malformed):
        tombstones.encode(wrong)


def test_a_chain_tells_every_change() -> None:
    """Another deployment, a change in any field, another order and a missing tombstone give another head, or none."""
    deployment = uuid4()
    chain = [replace(STONE, epoch=epoch) for epoch in (2, 3, 4)]
    head = tombstones.head_of(deployment, chain)
    assert head == tombstones.head_of(deployment, chain)
    assert tombstones.head_of(deployment, []) == tombstones.first_head(deployment)
    others = [
        tombstones.head_of(uuid4(), chain),
        tombstones.head_of(deployment, chain[:-1]),
        *(
            tombstones.head_of(deployment, [chain[0], changed, chain[2]])
            for changed in (
                replace(chain[1], erasures=()),
                replace(chain[1], locations=(b"\x05",)),
                replace(chain[1], slots=tuple(reversed(chain[1].slots))),
                replace(chain[1], time_us=0),
            )
        ),
    ]
    assert len({head, *others}) == 1 + len(others)
    for broken in (chain[1:], [chain[0], chain[2]], [chain[1], chain[0], chain[2]], [chain[0], chain[0]]):
        with pytest.raises(Tampered):
            tombstones.head_of(deployment, broken)
