"""Shares of a secret: any ``threshold`` of the people put it together, and fewer learn nothing at all.

Every group of ``threshold`` people gets the secret on its own: one piece each, all but one of them random, and all of
them together XOR to the secret (Ito, Saito, Nishizeki: *Secret Sharing Scheme Realizing General Access Structure*,
1987). Somebody who isn't in a group has no piece of it. So fewer people than the threshold lack a piece of *every*
group, and what they hold fits every secret equally well: that holds against any computer, and rests on no assumption
but the randomness of the pieces. Its price is size: a share has a piece for each group that the person is in, so the
number of people is bounded (:data:`MOST_PEOPLE`).

A share says of which owner and of which sharing it is, and ends with a checksum: a mixture or a damaged share is told
apart before anything is put together (FORMAT.md, escrow).
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, Self
from uuid import UUID

from crypto.errors import Malformed, ShareForeign, ShareRepeated, SharesMissing

MOST_PEOPLE: Final = 9
"""With 9 people a share of 129 bytes has at most 70 pieces: 9 kB."""

LONGEST: Final = 1024
"""Bytes that a secret may have."""

# Version with care: shares lie with people, who can't be asked to convert them.
_VERSION: Final = 1
_SPLIT_SIZE: Final = 16
_HEAD: Final = 1 + 16 + _SPLIT_SIZE + 3 + 2
_CHECK_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Share:
    """What one of the people holds.

    Attributes:
        owner: whose secret it is, e.g. an escrow's id.
        split: drawn for each sharing (16 bytes): shares of two sharings don't fit together.
        threshold: how many shares put the secret together, 2 or more.
        people: how many there are, at most ``MOST_PEOPLE``.
        number: which of them this one is, from 1.
        pieces: one for each group that this person is in, in lexicographic order of the groups.
    """

    owner: UUID
    split: bytes
    threshold: int
    people: int
    number: int
    pieces: tuple[bytes, ...] = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return the one form that a share has outside the process."""
        size = len(self.pieces[0])
        head = bytes((_VERSION,)) + self.owner.bytes + self.split + bytes((self.threshold, self.people, self.number))
        body = head + size.to_bytes(2, "big") + b"".join(self.pieces)
        return body + hashlib.sha256(body).digest()

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Undo ``to_bytes``.

        Raises:
            Malformed: it isn't a share, or not one as it was made: cut, extended or changed.
        """
        body, check = encoded[:-_CHECK_SIZE], encoded[-_CHECK_SIZE:]
        if len(body) < _HEAD or body[0] != _VERSION or hashlib.sha256(body).digest() != check:
            raise Malformed
        threshold, people, number = body[33:36]
        size, pieces = int.from_bytes(body[36:_HEAD], "big"), body[_HEAD:]
        _check_numbers(threshold, people)
        if not 1 <= number <= people or not 1 <= size <= LONGEST:
            raise Malformed
        if len(pieces) != size * len(_groups_of(number, threshold, people)):
            raise Malformed
        cut = tuple(pieces[start : start + size] for start in range(0, len(pieces), size))
        return cls(UUID(bytes=body[1:17]), body[17:33], threshold, people, number, cut)


def split(
    secret: bytes, owner: UUID, threshold: int, people: int, draw: Callable[[int], bytes] = secrets.token_bytes
) -> list[Share]:
    """Share a secret out; the shares, by number.

    Args:
        secret: 1 to 1,024 bytes.
        owner: whose it is.
        threshold: 2 to ``people``: one person alone has no secret of others.
        people: up to ``MOST_PEOPLE``.
        draw: gives so many random bytes.

    Raises:
        Malformed: a number or a length is out of range.
    """
    _check_numbers(threshold, people)
    if not 1 <= len(secret) <= LONGEST:
        raise Malformed
    sharing = draw(_SPLIT_SIZE)
    held: dict[int, list[bytes]] = {number: [] for number in range(1, people + 1)}
    for group in combinations(held, threshold):
        pieces = [draw(len(secret)) for _ in group[1:]]
        pieces.append(_sum([secret, *pieces]))
        for number, piece in zip(group, pieces, strict=True):
            held[number].append(piece)
    return [Share(owner, sharing, threshold, people, number, tuple(pieces)) for number, pieces in held.items()]


def join(shares: Sequence[Share]) -> bytes:
    """Put a secret together; more shares than the threshold are welcome.

    Raises:
        ShareRepeated: one of them is there twice.
        ShareForeign: they aren't all of one sharing.
        SharesMissing: there are fewer than the threshold.
    """
    if not shares:
        raise SharesMissing
    first = shares[0]
    sharing = (first.owner, first.split, first.threshold, first.people)
    if any((one.owner, one.split, one.threshold, one.people) != sharing for one in shares):
        raise ShareForeign
    by_number = {one.number: one for one in shares}
    if len(by_number) < len(shares):
        raise ShareRepeated
    if len(by_number) < first.threshold:
        raise SharesMissing
    group = tuple(sorted(by_number)[: first.threshold])
    places = {number: _groups_of(number, first.threshold, first.people).index(group) for number in group}
    return _sum([by_number[number].pieces[place] for number, place in places.items()])


def _groups_of(number: int, threshold: int, people: int) -> list[tuple[int, ...]]:
    """The groups that a person is in, in the order of their pieces."""
    return [group for group in combinations(range(1, people + 1), threshold) if number in group]


def _check_numbers(threshold: int, people: int) -> None:
    if not 2 <= threshold <= people <= MOST_PEOPLE:  # noqa: PLR2004 - one person alone is no quorum
        raise Malformed


def _sum(pieces: Sequence[bytes]) -> bytes:
    """XOR of byte strings of one length."""
    total = 0
    for piece in pieces:
        total ^= int.from_bytes(piece, "big")
    return total.to_bytes(len(pieces[0]), "big")
