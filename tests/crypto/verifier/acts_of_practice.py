"""Acts in a coach's practice: those that the record may not say, with the steps that name them, and those it may."""

from collections.abc import Callable
from uuid import UUID, uuid5

from tests.crypto.verifier.story import IDS, Story

C, S = IDS["C"], IDS["stranger"]
PRACTICE = uuid5(C, "practice")
LIFETIMES = {"C": "kept", "S": "kept"}


def _opened(s: Story, to: dict[str, UUID], stream: UUID = PRACTICE) -> None:
    s.open("practice", stream, "supervision", LIFETIMES, to)


def _learnt(s: Story, stream: UUID = PRACTICE) -> None:
    s.record(
        stream, "C", "practice.development_logged", 1, "reading", 739_000, 3, parts=[s.part("practice", "practice")]
    )


def _placed(s: Story) -> None:
    who, parts = S.bytes, [s.part("practice", "practice")]
    s.record(PRACTICE, "C", "practice.supervision_place_registered", 1, who, 739_000, parts=parts)


def _left(s: Story) -> None:
    s.record(PRACTICE, "C", "practice.supervision_place_left", 1, 739_001, parts=[s.part("practice", "practice")])


def supervised(s: Story) -> None:
    """The supervisor whom a place names is given the key, and whoever left isn't any more."""
    _opened(s, {"C": C})
    _learnt(s)
    _placed(s)
    s.share("practice", PRACTICE, "S", S)
    _opened(s, {"C": C})
    _left(s)
    _learnt(s)


def unnamed_supervisor(s: Story) -> None:
    """A key is given to a supervisor whom no place names."""
    _opened(s, {"C": C, "S": S})
    _learnt(s)


def former_supervisor(s: Story) -> None:
    """A key is shared with a supervisor whose place the coach has left."""
    _opened(s, {"C": C})
    _placed(s)
    _left(s)
    s.share("practice", PRACTICE, "S", S)


def in_anothers_practice(s: Story) -> None:
    """A coach is given a key of a practice that isn't theirs, and writes there."""
    stream = uuid5(IDS["M"], "practice")
    _opened(s, {"C": C}, stream)
    _learnt(s, stream)


BROKEN: dict[Callable[[Story], None], tuple[set[int], bool]] = {
    unnamed_supervisor: ({10}, True),
    former_supervisor: ({10}, True),
    in_anothers_practice: ({6, 10}, True),
}
"""Each with the steps that name it, and whether it comes after a contract."""

ALLOWED = [supervised]
