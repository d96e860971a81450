"""The whole drill in a scratch place: play, revoke, back up, lose the database, restore, and try everything.

1. A PostgreSQL server of its own, a new cell with its root in two folders, and key copies in two more.
2. Engagements are begun and written in; keys are revoked at random, from one slot to a whole engagement. Every version
   of every row is kept, and every root.
3. Everything is tried with the live root (the adversary), and with every root that there ever was (the control).
4. The disk is searched for every key that the control found, and for one that is planted.
5. The database is lost. A backup from the middle is restored into a new one with the live root and the key copies, and
   everything is tried again: what was revoked, and what only the lost database had granted, must stay shut.

Nothing but the given folder is written, and no cell that lives is touched. It takes some 100 MB.
"""

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import psycopg

from ops.drill.adversary import Adversary, Reach
from ops.drill.backups import history_of
from ops.drill.expected import Expected
from ops.drill.history import Grant, History, Part
from ops.drill.kept_roots import CopiedRoots
from ops.drill.play import LEVELS, Play
from ops.drill.recorder import Recorder
from ops.drill.remains import Remains, search
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import back_up
from ops.erasure.recovery import Recovery
from ops.keys.vault import KeyPlaces
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell

Observe = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and out of how much."""

CELL: Final = "drill"
_OFTEN: Final = (50, 20, 20, 12, 2)
"""How often each of ``LEVELS`` is tried, beside the others."""


@dataclass(frozen=True)
class Tried:
    """How much of what there is opens.

    Attributes:
        living: how many should open.
        living_opened: how many of these the adversary opened.
        dead: how many shouldn't.
        dead_opened: how many of these the adversary opened.
        dead_opened_by_control: how many of these the control opened; fewer than all, and the drill proves nothing.
    """

    living: int
    living_opened: int
    dead: int
    dead_opened: int
    dead_opened_by_control: int

    @property
    def holds(self) -> bool:
        """All that lives opens, nothing dead does, and the control shows that the search would have seen it."""
        all_living = self.living == self.living_opened > 0
        return all_living and self.dead_opened == 0 and self.dead == self.dead_opened_by_control > 0


@dataclass(frozen=True)
class Attempt:
    """What an adversary got who kept everything: of the grants (and custodies), and of the parts."""

    grants: Tried
    parts: Tried

    @property
    def holds(self) -> bool:
        """Both hold."""
        return self.grants.holds and self.parts.holds


@dataclass(frozen=True)
class Drilled:
    """What was played and what was proved.

    Attributes:
        revocations: how many there were, by their level.
        slots_revoked: how many slots they erased.
        epochs: how many roots there were.
        events: how many were recorded before the loss.
        revoked: everything tried after the revocations.
        restored: everything tried after the restore.
        restored_events: how many events the backup had.
        files, bytes_searched, keys_searched: of the disk.
        keys_found: how many real keys were found there.
        planted_found: whether the planted one was.
    """

    revocations: Mapping[str, int]
    slots_revoked: int
    epochs: int
    events: int
    revoked: Attempt
    restored: Attempt
    restored_events: int
    files: int
    bytes_searched: int
    keys_searched: int
    keys_found: int
    planted_found: bool

    @property
    def holds(self) -> bool:
        """Everything that was to be shown was shown, with its control."""
        return self.revoked.holds and self.restored.holds and self.keys_found == 0 and self.planted_found


def run(
    folder: Path,
    *,
    engagements: int = 4,
    revocations: int = 60,
    seed: int | None = None,
    observe: Observe = lambda _what, _done, _of: None,
) -> Drilled:
    """Do the whole drill in an empty folder, which is left as it is at the end.

    Args:
        folder: where everything goes; its parents must be open to the user that the server runs as.
        engagements: how many are begun before the loss.
        revocations: how many there are at least.
        seed: makes what happens the same again, keys and ids apart.
        observe: told how far it is.

    Raises:
        Whatever goes wrong; then nothing was proved.
    """
    with EmbeddedPostgres(folder / "pg") as server:
        drill = _Drill(folder, server, Random(seed), observe)  # noqa: S311 - decides what happens, and is no secret
        drill.play_and_revoke(engagements, revocations)
        revoked, control = drill.try_everything()
        remains, planted = drill.search_disk(control)
        restored = drill.lose_and_restore()
    return Drilled(
        revocations=dict(drill.revocations),
        slots_revoked=len(drill.play.revoked),
        epochs=len(drill.kept.epochs),
        events=drill.events,
        revoked=revoked,
        restored=restored,
        restored_events=drill.restored_events,
        files=remains.files,
        bytes_searched=remains.size,
        keys_searched=remains.keys - 1,
        keys_found=len(remains.found - {planted}),
        planted_found=planted in remains.found,
    )


@dataclass
class _Drill:
    """A drill under way."""

    folder: Path
    server: EmbeddedPostgres
    chance: Random
    observe: Observe
    revocations: Counter[str] = field(default_factory=Counter)
    events: int = 0
    restored_events: int = 0

    def __post_init__(self) -> None:
        self.url, self.places = self.server.url("origin"), KeyPlaces.in_folder(self.folder)
        migrate(self.url, CELL)
        self.recorder = Recorder(self.url, CELL)
        found_cell(self.url, CELL, self.places)
        self.kept = CopiedRoots(self.folder / "keys" / "a", self.folder / "keys" / "b")
        self.backup = self.folder / "backup"

    def play_and_revoke(self, engagements: int, revocations: int) -> None:
        """Half of it, a backup, the other half."""
        with open_cell(self.url, CELL, self.places) as service:
            self.play = Play(service, self.chance, self.kept.watch)
            for number in range(engagements):
                self.observe("begin engagements", number, engagements)
                self.play.begin()
            self._revoke(revocations // 2, revocations)
        back_up(self.url, CELL, self.backup, self.play.at)
        with open_cell(self.url, CELL, self.places) as service:
            self.play.service = service
            self._revoke(revocations, revocations)
            self.events = service.recorder.max_notification_id() or 0

    def _revoke(self, until: int, total: int) -> None:
        play = self.play
        while (done := self.revocations.total()) < until:
            self.observe("revoke", done, total)
            for _ in range(self.chance.randint(0, 3)):
                play.write(self.chance.choice(play.triangles))
            if self.chance.random() < 0.1:  # noqa: PLR2004 - now and then
                play.disclose(self.chance.choice(play.triangles))
            level = self.chance.choices(LEVELS, _OFTEN)[0]
            if play.revoke(level):
                self.revocations[level] += 1
            if self.chance.random() < 0.4:  # noqa: PLR2004 - mostly several go in one epoch
                play.settle()
        play.settle()

    def try_everything(self) -> tuple[Attempt, Reach]:
        """With the live root and with all roots; what the control got is for the search of the disk."""
        history = self._history()
        with open_cell(self.url, CELL, self.places) as service:
            self.observe("try everything", 0, 2)
            found = Adversary(history, service.vault.roots.unwrap).reach()
            self.observe("try everything", 1, 2)
            control = Adversary(history, self.kept.unwrap).reach()
            return self._compared(service, history, history.grants, found, control), control

    def search_disk(self, control: Reach) -> tuple[Remains, bytes]:
        """Look for every key in every file; the planted one is the second of the pair."""
        planted = os.urandom(32)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE planted AS SELECT %s::bytea AS raw", [planted])
            connection.execute("CHECKPOINT")
        self.observe("search the disk", 0, 1)
        folders = [self.folder / "pg", self.folder / "copies", self.backup]
        return search(folders, control.secrets() | self.kept.secrets() | {planted}), planted

    def lose_and_restore(self) -> Attempt:
        """The backup from the middle, in a new database, with the root and the copies of the end."""
        url = self.server.url("restored")
        migrate(url, CELL)
        recorder = Recorder(url, CELL)
        self.observe("restore a backup", 0, 2)
        recovery = Recovery(url, url, CELL, self.places, self.play.at)
        self.restored_events = recovery.run(self.backup, self.kept.watch, lambda _: None).events
        history, restored = self._history(), recorder.history()
        history.add(restored)
        history.add(history_of(self.backup))
        with open_cell(url, CELL, self.places) as service:
            found = Adversary(history, service.vault.roots.unwrap).reach()
            self.observe("restore a backup", 1, 2)
            control = Adversary(history, self.kept.unwrap).reach()
            return self._compared(service, history, restored.grants, found, control)

    def _history(self) -> History:
        history = self.recorder.history()
        history.add_copies(self.places.copies.folders)
        return history

    def _compared(
        self, service: CellService, history: History, known: Collection[Grant], found: Reach, control: Reach
    ) -> Attempt:
        streams = {grant.stream for grant in known}
        expected = Expected(service, streams, self.play.revoked, self.play.silenced)
        grants = {grant for grant in known if expected.opens(grant)}
        parts = {part for part in history.parts if part.idx and expected.shows(part)}
        every_part = {part for part in history.parts if part.idx}
        return Attempt(
            _tried(grants, history.grants - grants, found.grants, control.grants),
            _tried(parts, every_part - parts, found.parts, control.parts),
        )


T = TypeVar("T", Grant, Part)


def _tried(living: set[T], dead: set[T], opened: frozenset[T], by_control: frozenset[T]) -> Tried:
    return Tried(len(living), len(living & opened), len(dead), len(dead & opened), len(dead & by_control))
