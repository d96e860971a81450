"""A cell that is written in, loses keys and is backed up, again and again; and what each backup should bring back."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from domain.vocabulary import PARTIES, Role
from ops.drill.history import History
from ops.drill.kept_roots import CopiedRoots
from ops.drill.play import LEVELS, Play, Triangle
from ops.drill.recorder import Recorder
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import Manifest, back_up, load
from ops.erasure.epochs import Observe
from ops.erasure.recovery import Recovered, Recovery
from ops.keys.vault import KeyPlaces
from ops.store.connections import Connections
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell

SEED: Final = 20260322
MOMENTS: Final = 20
STEPS: Final = 60
CELL: Final = "cell"
AT: Final = datetime(2026, 1, 19, tzinfo=UTC)
_OFTEN: Final = (50, 20, 20, 10, 2)

Rows = Mapping[str, list[tuple[Any, ...]]]


@dataclass
class Backup:
    """One backup, and what was there when it was made.

    Attributes:
        folder, manifest: the backup.
        triangles: the engagements of that moment.
        rows: the views' rows then, complete and up to date.
        slots: of the log then: by key, the slots of its grants.
        recipients: by slot, whom it is for.
    """

    folder: Path
    manifest: Manifest
    triangles: list[Triangle]
    rows: Rows = field(repr=False)
    slots: dict[UUID, set[UUID]] = field(repr=False)
    recipients: dict[UUID, UUID] = field(repr=False)


@dataclass
class Story:
    """The whole story, told to its end: its cell is closed, and its database is as good as lost.

    Attributes:
        home: its root halves and key copies as they are at the end.
        play: knows what was revoked, and who lost their custody.
        kept: every root that there ever was.
        history: everything that was ever written in the database.
        backups: in the order in which they were made.
        live: the live root's epoch.
    """

    server: EmbeddedPostgres = field(repr=False)
    home: Path
    play: Play = field(repr=False)
    kept: CopiedRoots
    history: History
    backups: list[Backup] = field(repr=False)
    live: int
    databases: int = 0

    def lives(self, backup: Backup, slot: UUID) -> bool:
        """Whether what lay under a slot at the backup's moment should open now."""
        return slot not in self.play.revoked and backup.recipients.get(slot) not in self.play.silenced

    @contextmanager
    def elsewhere(self) -> Iterator["Elsewhere"]:
        """A database where nothing is, and the root store and key copies as they are at the story's end."""
        self.databases += 1
        name = f"elsewhere_{self.databases}"
        home = self.home.with_name(f"{self.home.name}-{name}")
        shutil.copytree(self.home / "keys", home / "keys")
        shutil.copytree(self.home / "copies", home / "copies")
        try:
            yield Elsewhere(self.server.url(name), home)
        finally:
            shutil.rmtree(home)
            with psycopg.connect(self.server.url(), autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Elsewhere:
    """Where a backup is restored."""

    url: str
    home: Path

    @property
    def places(self) -> KeyPlaces:
        """The live root, and the key copies."""
        return KeyPlaces.in_folder(self.home)

    @property
    def copied_roots(self) -> CopiedRoots:
        """Copies the roots of this place."""
        return CopiedRoots(self.home / "keys" / "a", self.home / "keys" / "b")

    def migrate(self) -> Recorder:
        """Make the tables, and keep whatever is written to them."""
        migrate(self.url, CELL)
        return Recorder(self.url, CELL)

    def load(self, backup: Backup) -> None:
        """Put the backup into the database, as any tool of PostgreSQL's might, and no more."""
        migrate(self.url, CELL)
        load(self.url, CELL, backup.folder)

    def recover(self, backup: Backup | None, observe: Observe = lambda _: None) -> Recovered:
        """Restore as the command does."""
        folder = None if backup is None else backup.folder
        return Recovery(self.url, self.url, CELL, self.places, AT).run(folder, observe, rebuild)

    @contextmanager
    def opened(self) -> Iterator[CellService]:
        """The cell, as the application opens it."""
        with open_cell(self.url, CELL, self.places) as service:
            yield service

    def is_empty(self) -> bool:
        """Whether there is no cell, or nothing in it."""
        with psycopg.connect(self.url) as connection:
            connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(CELL)))
            if connection.execute("SELECT to_regclass('key_state')").fetchone() == (None,):
                return True
            return connection.execute("SELECT size FROM log_state").fetchall() == [(0,)]

    def forget_the_dead(self) -> None:
        """Let the leases of killed processes run out, which they do by themselves in a few seconds."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(CELL, "leases")))


def rebuild(service: CellService) -> None:
    """Build all views anew."""
    for builder in service.builders.values():
        builder.clear(service.connections)
        while builder.advance(service.connections):
            pass


def view_rows(connections: Connections, upto: int) -> Rows:
    """What the views hold of a log's first positions: which keys are whose, and which parts they show, in order."""
    queries = {
        "view_keys": "SELECT * FROM view_keys WHERE position <= %s ORDER BY view, position, key_id, slot_id",
        "view_rows": "SELECT * FROM view_rows WHERE known_at <= %s ORDER BY view, originator_id, seq",
    }
    with connections.use() as connection:
        return {table: connection.execute(query.encode(), [upto]).fetchall() for table, query in queries.items()}


def tell(server: EmbeddedPostgres, home: Path) -> Story:
    """Play to the end; twenty backups at random moments, the first before anything was revoked."""
    url = server.url("origin")
    migrate(url, CELL)
    recorder, places = Recorder(url, CELL), KeyPlaces.in_folder(home)
    found_cell(url, CELL, places)
    chance = Random(SEED)  # noqa: S311 - what happens is to be the same again, and is no secret
    moments = sorted(chance.sample(range(STEPS), MOMENTS))
    backups: list[Backup] = []
    with open_cell(url, CELL, places) as service:
        kept = CopiedRoots(home / "keys" / "a", home / "keys" / "b")
        play = Play(service, chance, kept.watch)
        for _ in range(3):
            play.begin()
        for step in range(STEPS):
            if step in moments:
                backups.append(_back_up(play, url, home / "backups" / f"{len(backups):02}"))
            _go_on(play, step)
        play.settle()
        live = service.vault.roots.record()
    assert live is not None
    return Story(server, home, play, kept, recorder.history(), backups, live.epoch)


def _go_on(play: Play, step: int) -> None:
    if step == STEPS // 3:
        play.begin()
    for _ in range(play.random.randint(0, 3)):
        play.write(play.random.choice(play.triangles))
    if play.random.random() < 0.2:
        play.provision()
    if play.random.random() < 0.2:
        play.disclose(play.random.choice(play.triangles))
    if play.random.random() < 0.7:
        play.revoke(play.random.choices(LEVELS, _OFTEN)[0])
    if play.random.random() < 0.5:
        play.settle()


def _back_up(play: Play, url: str, folder: Path) -> Backup:
    play.follow()
    service = play.service
    size = service.recorder.max_notification_id() or 0
    slots, recipients = granted(service)
    rows = view_rows(service.connections, size)
    return Backup(folder, back_up(url, CELL, folder, play.at), [*play.triangles], rows, slots, recipients)


def granted(service: CellService) -> tuple[dict[UUID, set[UUID]], dict[UUID, UUID]]:
    """By compartment key the slots of its grants, and by slot its recipient, disclosures' too, as the record says."""
    slots: dict[UUID, set[UUID]] = defaultdict(set)
    recipients: dict[UUID, UUID] = {}
    for stream in {grant.originator_id for grant in service.recorder.all_grants()}:
        ledger = service.write_side.stream(stream).ledger
        for one in ledger.disclosures.values():
            recipients[one.recipient.slot_id] = one.recipient.principal
        for entry in ledger.values():
            for _, to in entry.grants():
                slots[entry.key_id].add(to.slot_id)
                recipients[to.slot_id] = to.principal
    return slots, recipients


def opened_keys(service: CellService, principals: set[UUID]) -> dict[UUID, set[UUID]]:
    """By principal, the compartment keys that their own keys open in any role, by the product's own way."""
    found: dict[UUID, set[UUID]] = {}
    for principal in principals:
        keys = [service.roles[role].openable(principal) for role in (*PARTIES, Role.SELF)]
        found[principal] = {key_id for some in keys for key_id in some}
    return found
