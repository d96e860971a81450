"""A part that was opened: what one reader learns from one event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.sight import Ended
from domain.vocabulary import Item, Role

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS = {role.value: role.word for role in Role}


@dataclass(frozen=True)
class Opened:
    """One opened part.

    Attributes:
        number: its place among all parts that its reader was ever given to read, from 1; an end renumbers nothing.
        stream, version: the event it belongs to.
        topic: what happened, e.g. ``contract.signed``.
        item: the matrix row that it falls under.
        at: when, as an RFC 3339 text in UTC.
        by: the actor's role, as a word of the vocabulary.
        content: what it says; out of every repr.
    """

    number: int
    stream: UUID
    version: int
    topic: str
    item: str
    at: str
    by: str
    content: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, number: int, stream: UUID, version: int, payload: dict[str, Any]) -> "Opened":
        """From a part's payload as the mapper sealed it (version 1)."""
        at, by = _moment(payload["at"]), _WORDS[payload["by"]]
        return cls(number, stream, version, payload["topic"], payload["item"], at, by, payload["content"])

    def said(self, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """What it says, when and by whom; some members may be left out."""
        return {**{k: v for k, v in self.content.items() if k not in without}, "at": self.at, "by": self.by}


@lru_cache(maxsize=4_096)
def _moment(at: int) -> str:
    # All parts of an event carry its time.
    return (_EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


class Story:
    """The opened parts of one engagement, in order, with the few questions that every section asks of them.

    Args:
        parts: what one reader reads.
        ended: what is over for that reader.
    """

    def __init__(self, parts: Iterable[Opened], ended: Iterable[Ended] = ()) -> None:
        self.parts, self.ended = list(parts), tuple(ended)
        self._under: dict[str, list[Opened]] = {}
        for part in self.parts:
            self._under.setdefault(part.item, []).append(part)

    def __iter__(self) -> Iterator[Opened]:
        return iter(self.parts)

    def of(self, *topics: str) -> list[Opened]:
        """The parts of these topics."""
        return [part for part in self.parts if part.topic in topics]

    def items(self, item: Item) -> list[Opened]:
        """The parts of an item."""
        return list(self._under.get(item.value, ()))
