"""Shares: a quorum puts the secret together, whoever it is made of; fewer know nothing, whatever they compute."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import Malformed, ShareForeign, ShareRepeated, SharesMissing
from crypto.shares import LONGEST, MOST_PEOPLE, Share, join, split

OWNER, OTHER = UUID(int=1), UUID(int=2)
SECRET = b"a private key"
SIZES = [(k, n) for n in range(2, MOST_PEOPLE + 1) for k in range(2, n + 1)]
numbers = st.sampled_from(SIZES)


@given(st.binary(min_size=1, max_size=200), numbers, st.randoms())
def test_any_quorum_puts_the_secret_together(secret: bytes, size: tuple[int, int], chance: object) -> None:
    """Whichever people come, in whatever order, and also when more come than it takes."""
    threshold, people = size
    shares = split(secret, OWNER, threshold, people)
    assert isinstance(shares, list)
    chance.shuffle(shares)  # type: ignore[attr-defined]
    for coming in range(threshold, people + 1):
        assert join(shares[:coming]) == secret


@pytest.mark.parametrize(("threshold", "people"), [(2, 3), (3, 5), (5, 9), (9, 9)])
def test_every_quorum_does(threshold: int, people: int) -> None:
    """Each single group of so many people has what it takes."""
    shares = split(SECRET, OWNER, threshold, people)
    assert {join(group) for group in combinations(shares, threshold)} == {SECRET}


@pytest.mark.parametrize(("threshold", "people"), SIZES)
def test_fewer_are_refused(threshold: int, people: int) -> None:
    """One person short of a quorum there is an error; with one more there is the secret."""
    shares = split(SECRET, OWNER, threshold, people)
    with pytest.raises(SharesMissing):
        join(shares[: threshold - 1])
    assert join(shares[:threshold]) == SECRET
    with pytest.raises(SharesMissing):
        join([])


def _draws(count: int) -> Iterator[Sequence[bytes]]:
    """Every outcome of drawing so many pieces of one byte, of four values each: chance, written out."""
    return product([bytes((value,)) for value in range(4)], repeat=count)


def _views(secret: int, threshold: int, people: int, coalition: Sequence[int]) -> dict[tuple[bytes, ...], int]:
    """What a coalition holds, counted over every outcome of chance."""
    groups = len(list(combinations(range(people), threshold)))
    seen: dict[tuple[bytes, ...], int] = {}
    for outcome in _draws(groups * (threshold - 1)):
        pieces = iter(outcome)
        shares = split(bytes((secret,)), OWNER, threshold, people, lambda n: bytes(n) if n > 1 else next(pieces))  # noqa: B023 - used up within the call
        held = tuple(piece for number in coalition for piece in shares[number - 1].pieces)
        seen[held] = seen.get(held, 0) + 1
    return seen


@pytest.mark.parametrize(("threshold", "people"), [(2, 2), (2, 3), (3, 3)])
def test_fewer_learn_nothing_at_all(threshold: int, people: int) -> None:
    """Over every outcome of chance a coalition below the quorum sees the same, equally often, whatever the secret is.

    Control: a quorum sees something else for each secret.
    """
    for coalition in combinations(range(1, people + 1), threshold - 1):
        first, *others = (_views(secret, threshold, people, coalition) for secret in range(4))
        assert all(other == first for other in others)
    quorum = tuple(range(1, threshold + 1))
    assert _views(0, threshold, people, quorum).keys().isdisjoint(_views(1, threshold, people, quorum))


@pytest.mark.parametrize(("threshold", "people"), SIZES)
def test_a_coalition_lacks_a_piece_of_every_group(threshold: int, people: int) -> None:
    """Whoever isn't in a group has no piece of it, so people below the quorum lack one of each: the scheme's reason."""
    shares = split(SECRET, OWNER, threshold, people)
    pieces = [piece for share in shares for piece in share.pieces]
    groups = list(combinations(range(1, people + 1), threshold))
    assert len(set(pieces)) == len(pieces) == threshold * len(groups)
    for share in shares:
        assert len(share.pieces) == sum(share.number in group for group in groups)


def test_two_sharings_have_nothing_in_common() -> None:
    """The same secret shared out again gives other pieces, and shares of both don't fit together."""
    one, other = (split(SECRET, OWNER, 2, 3) for _ in range(2))
    assert {p for s in one for p in s.pieces}.isdisjoint(p for s in other for p in s.pieces)
    with pytest.raises(ShareForeign):
        join([one[0], other[1]])
    assert join([other[0], other[1]]) == SECRET


def test_shares_of_two_owners_are_told_apart() -> None:
    """A share of another escrow is no share of this one; nor is one of another size."""
    mine = split(SECRET, OWNER, 2, 3)
    for foreign in (split(SECRET, OTHER, 2, 3)[1], split(SECRET, OWNER, 2, 4)[1], split(SECRET, OWNER, 3, 3)[1]):
        with pytest.raises(ShareForeign):
            join([mine[0], foreign])


def test_the_same_share_twice_counts_once() -> None:
    """One person can't be a quorum by coming twice, nor swell one."""
    shares = split(SECRET, OWNER, 2, 3)
    for given_twice in ([shares[0], shares[0]], [*shares, shares[0]]):
        with pytest.raises(ShareRepeated):
            join(given_twice)


@given(st.binary(min_size=1, max_size=200), numbers)
def test_a_share_is_read_back(secret: bytes, size: tuple[int, int]) -> None:
    """What was written is read back, and has one form."""
    for share in split(secret, OWNER, *size):
        assert Share.from_bytes(share.to_bytes()) == share


def test_a_damaged_share_is_malformed() -> None:
    """Each single changed byte, each cut and each extension is noticed; the untouched share isn't refused."""
    whole = split(SECRET, OWNER, 2, 3)[1].to_bytes()
    assert Share.from_bytes(whole).number == 2
    changed = [whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :] for at in range(len(whole))]
    cut = [whole[:length] for length in range(len(whole))]
    for damaged in [*changed, *cut, whole + b"\0", b"\0" + whole]:
        with pytest.raises(Malformed):
            Share.from_bytes(damaged)


@given(st.binary(max_size=300))
def test_noise_is_no_share(noise: bytes) -> None:
    """Whatever bytes come, they are a share in its one form, or malformed."""
    try:
        share = Share.from_bytes(noise)
    except Malformed:
        return
    assert share.to_bytes() == noise


@pytest.mark.parametrize(("threshold", "people"), [(1, 1), (1, 3), (0, 2), (3, 2), (2, MOST_PEOPLE + 1), (-1, 2)])
def test_numbers_out_of_range_are_refused(threshold: int, people: int) -> None:
    """One person alone is no quorum, nobody is asked more than there are people, and there is a largest size."""
    with pytest.raises(Malformed):
        split(SECRET, OWNER, threshold, people)


@pytest.mark.parametrize("size", [0, LONGEST + 1])
def test_lengths_out_of_range_are_refused(size: int) -> None:
    """No secret, or one that is too long, isn't shared; one of the greatest length is."""
    with pytest.raises(Malformed):
        split(bytes(size), OWNER, 2, 2)
    assert join(split(bytes(LONGEST), OWNER, 2, 2)) == bytes(LONGEST)


def test_nothing_secret_is_printed() -> None:
    """A share's representation names its place, never its pieces."""
    share = split(b"\xaa" * 16, OWNER, 2, 2)[0]
    assert "pieces" not in repr(share)
