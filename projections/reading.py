"""One read of a view: locate, open as one reader, fold.

The plaintext exists in this process's memory for the length of the request, and nowhere else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from domain.sight import Ended, Sight, in_order
from domain.vocabulary import Item, Role
from projections import coach_view, coachee_view, manager_view, organisation_view
from projections.locators import Located, ViewForged, fetch, locate
from projections.opened import Opened, Story
from projections.ports import Database, PartOpener, Seal

FOLDS: Final[Mapping[Role, tuple[str, Callable[[Story], dict[str, Any]]]]] = MappingProxyType(
    {view.ROLE: (view.NAME, view.fold) for view in (organisation_view, manager_view, coach_view, coachee_view)}
)
"""Each party's view: its name, and how it is folded."""


PIECE: Final = 256 * 1024
"""Sealed bytes that are opened at once where everything is read piece by piece; one part may be larger."""


class ViewBehind(Exception):  # noqa: N818 - a finding, named by what was found
    """A view doesn't show yet all that is on record for its reader; if it has caught up, rows are missing."""

    def __init__(self) -> None:
        super().__init__("a view doesn't show all that is on record yet")


@dataclass(frozen=True)
class PartyView:
    """One role's view of engagements, with that role's capability to open parts."""

    role: Role
    opener: PartOpener
    seal: Seal
    database: Database

    def located(self, sight: Sight, *, sealed: bool = True) -> list[Located]:
        """All that a reader was ever given to read, in the order of the log: as many parts as the record says.

        Parts and not events are counted: an event shows a party several parts, and leaving one out must not go unseen.
        Without ``sealed`` only their places are looked up.

        Raises:
            ViewBehind: fewer are there.
            ViewForged: more, others, or not those that were built.
        """
        with self.database.use("read") as connection:
            rows = locate(connection, FOLDS[self.role][0], sight.streams, self.seal, sealed=sealed)
        return _own(rows, sight)

    def story(self, sight: Sight) -> Story:
        """What a reader reads now, opened as this role with their own keys.

        Raises:
            ViewBehind, ViewForged: as ``located``.
        """
        return self.opened(sight, self.living(sight))

    def living(self, sight: Sight, *, sealed: bool = True) -> list[tuple[int, Located]]:
        """What a reader may read now, not opened, each with its number among all that they were ever given to read.

        Raises:
            ViewBehind, ViewForged: as ``located``.
        """
        over = {reach.stream: reach.ended for reach in sight.reaches}
        located = enumerate(self.located(sight, sealed=sealed), start=1)
        return [(number, one) for number, one in located if one.part.key_id not in over[one.part.stream]]

    def opened(self, sight: Sight, living: Iterable[tuple[int, Located]]) -> Story:
        """What a reader was found to read, opened as this role with their own keys."""
        opened, lost = self._opened(living, sight)
        # Keys that are gone although the record, as far as it is known here, says nothing of it.
        ended = [Ended(in_order(lost), None, None, None, None)] if lost else []
        return Story(opened, (*ended, *sight.ended))

    def pieces(self, sight: Sight) -> Iterator[list[Opened]]:
        """What a reader reads now, in order, some at a time: never more in memory than one piece.

        Raises:
            ViewBehind, ViewForged: as ``located``.
        """
        yield from self.pieces_of(sight, self.living(sight, sealed=False))

    def pieces_of(self, sight: Sight, living: Iterable[tuple[int, Located]]) -> Iterator[list[Opened]]:
        """The same of what was found before; its bytes are fetched as they are needed.

        Raises:
            ViewForged: one of them isn't there any more.
        """
        piece: list[tuple[int, Located]] = []
        size = 0
        for number, one in living:
            if piece and size + one.size > PIECE:
                yield self._fetched(piece, sight)
                piece, size = [], 0
            piece.append((number, one))
            size += one.size
        if piece:
            yield self._fetched(piece, sight)

    def _fetched(self, piece: list[tuple[int, Located]], sight: Sight) -> list[Opened]:
        with self.database.use("read") as connection:
            found = fetch(connection, [one for _, one in piece])
        opened, _ = self._opened(zip((number for number, _ in piece), found, strict=True), sight)
        return opened

    def _opened(self, numbered: Iterable[tuple[int, Located]], sight: Sight) -> tuple[list[Opened], set[Item]]:
        """These parts opened, and what those whose keys turn out to be gone were about."""
        living = [(number, one.part) for number, one in numbered]
        payloads = self.opener.open_living([part for _, part in living], sight.principal)
        opened, lost = [], set[Item]()
        for (number, part), payload in zip(living, payloads, strict=True):
            if payload is None:
                lost |= sight.reach(part.stream).granted[part.key_id]
            else:
                opened.append(Opened.of(number, part.stream, part.version, payload))
        return opened, lost

    def read(self, sight: Sight) -> dict[str, Any]:
        """The view of one engagement.

        Raises:
            ViewBehind, ViewForged: as ``located``.
        """
        shown = {"version": sight.tag, **FOLDS[self.role][1](self.story(sight))}
        if sight.engagement.parties.get(sight.role) != sight.principal:
            shown["to_do"] = []  # who left, and a team's members: what waits, waits for the party
        return shown


def _own(rows: list[Located], sight: Sight) -> list[Located]:
    """Those rows that are about this reader: a predecessor in the same role is somebody else."""
    reaches = {reach.stream: reach for reach in sight.reaches}
    found = dict.fromkeys(reaches, 0)
    own = []
    for one in rows:
        reach = reaches[one.part.stream]
        if one.part.version > reach.upto:
            continue  # somebody wrote since this reader's sight was worked out
        if one.part.key_id in reach.granted:
            own.append(one)
            found[one.part.stream] += 1
        elif one.part.key_id not in reach.of_role:
            raise ViewForged
    if any(found[stream] > reach.parts for stream, reach in reaches.items()):
        raise ViewForged
    if any(found[stream] < reach.parts for stream, reach in reaches.items()):
        raise ViewBehind
    return own
