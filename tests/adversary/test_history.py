"""Whoever kept everything opens nothing that was revoked: two hundred revocations of all sizes, then everything tried.

A cell on a server of its own is written in, grows, is restarted, and loses keys at random: one slot, a party's in an
engagement, a compartment's, a whole engagement's with its pages, a person's own. Every version of every row is kept by
triggers, besides the key copies; the control also kept every root.
"""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

import psycopg
import pytest

from ops.drill.adversary import Adversary, Reach
from ops.drill.history import History, Part
from ops.drill.kept_roots import CopiedRoots, UnwrappedRoots
from ops.drill.play import LEVELS, Play
from ops.drill.recorder import Recorder
from ops.drill.remains import search
from ops.embedded import EmbeddedPostgres
from ops.erasure.epochs import Done, Step
from ops.keys.vault import KeyPlaces
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell

SEED: Final = 20260105
REVOCATIONS: Final = 200
ENGAGEMENTS: Final = 7
OFTEN: Final = (100, 40, 40, 25, 2)
"""How often each level of ``LEVELS`` is tried, beside the others."""


@dataclass
class Rehearsal:
    """What was played, what was kept, and what there should be left to open.

    Attributes:
        counts: how many revocations there were, by level.
        glimpses: what the tables held at moments in between.
        slots: by key, the slots that its grants lie under.
        shown: by place, the slots that a disclosure of the part lies under.
        recipients: by slot, whom what lies under it is sealed to; nobody for a custody.
    """

    home: Path
    url: str
    play: Play
    kept: CopiedRoots
    recorder: Recorder
    counts: Counter[str] = field(default_factory=Counter)
    glimpses: list[History] = field(default_factory=list)
    history: History = field(default_factory=History)
    slots: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    shown: dict[tuple[UUID, int, int], set[UUID]] = field(default_factory=lambda: defaultdict(set))
    recipients: dict[UUID, UUID] = field(default_factory=dict)
    restarts: int = 0
    epochs: int = 0

    def watch(self, done: Done) -> None:
        """Keep the roots, and now and then a look at the tables in the middle of an epoch."""
        self.kept.watch(done)
        if done.step is Step.COMMITTED:
            self.epochs += 1
            if self.epochs % 12 == 0:
                self.glimpses.append(History.of_now(self.play.service.connections))

    @cached_property
    def adversary(self) -> Adversary:
        """Who kept everything, and has the live root."""
        return Adversary(self.history, self.play.service.vault.roots.unwrap)

    @cached_property
    def control(self) -> Reach:
        """What somebody gets who kept the roots, too."""
        return Adversary(self.history, self.kept.unwrap).reach()

    def lives(self, slot: UUID) -> bool:
        """Whether what lies under a slot should open: it wasn't revoked, nor was the custody of its recipient."""
        return slot not in self.play.revoked and self.recipients.get(slot) not in self.play.silenced

    def readable(self, only: UUID | None = None) -> set[Part]:
        """The parts that should open, through whomever or through one principal alone."""
        return {
            part
            for part in self.history.parts
            if part.idx and any(self.lives(slot) and only in (None, self.recipients[slot]) for slot in self.under(part))
        }

    def under(self, part: Part) -> set[UUID]:
        """The slots of which any one is enough to open a part."""
        return self.slots[part.key_id] | self.shown[part.stream, part.version, part.idx]


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    """A cell after two hundred revocations; its server still runs."""
    home = Path(tempfile.mkdtemp(prefix="driehoek-history-"))
    try:
        with EmbeddedPostgres(home / "pg") as server:
            url = server.url("driehoek")
            migrate(url, "cell")
            recorder = Recorder(url, "cell")
            places = KeyPlaces.in_folder(home)
            found_cell(url, "cell", places)
            with open_cell(url, "cell", places) as service:
                kept = CopiedRoots(home / "keys" / "a", home / "keys" / "b")
                chance = Random(SEED)  # noqa: S311 - what happens is to be the same again, and is no secret
                made = Rehearsal(home, url, Play(service, chance), kept, recorder)
                made.play.observe = made.watch
                for _ in range(ENGAGEMENTS):
                    made.play.begin()
            for _ in range(4):
                with open_cell(url, "cell", places) as service:
                    made.play.service = service
                    made.restarts += 1
                    _go_on(made, REVOCATIONS * made.restarts // 4)
            with open_cell(url, "cell", places) as service:
                made.play.service = service
                _take_stock(made, service)
                yield made
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _go_on(made: Rehearsal, until: int) -> None:
    """Write, provision and revoke at random."""
    play = made.play
    while made.counts.total() < until:
        for _ in range(play.random.randint(0, 3)):
            play.write(play.random.choice(play.triangles))
        if play.random.random() < 0.15:
            play.provision()
        if play.random.random() < 0.1:
            play.disclose(play.random.choice(play.triangles))
        level = play.random.choices(LEVELS, OFTEN)[0]
        if play.revoke(level):
            made.counts[level] += 1
        if play.random.random() < 0.35:
            play.settle()
    play.settle()


def _take_stock(made: Rehearsal, service: CellService) -> None:
    made.history = made.recorder.history()
    made.history.add_copies(service.vault.copies.folders)
    for stream in {part.stream for part in made.history.parts}:
        ledger = service.write_side.stream(stream).ledger
        for one in ledger.disclosures.values():
            made.shown[stream, one.event_version, one.index].add(one.recipient.slot_id)
            made.recipients[one.recipient.slot_id] = one.recipient.principal
        for entry in ledger.values():
            for _, to in entry.grants():
                made.slots[entry.key_id].add(to.slot_id)
                made.recipients[to.slot_id] = to.principal


def test_everything_was_revoked_that_can_be(rehearsal: Rehearsal) -> None:
    """Two hundred revocations, every level among them, over sixty epochs and four restarts; much lives still."""
    assert rehearsal.counts.total() >= REVOCATIONS, SEED
    assert set(rehearsal.counts) == set(LEVELS), SEED
    assert rehearsal.restarts == 4
    assert rehearsal.epochs > 60, SEED
    dead = [grant for grant in rehearsal.history.grants if grant.slot_id in rehearsal.play.revoked]
    assert len(dead) == len(rehearsal.play.revoked) > 200, SEED
    shown = [slots - rehearsal.play.revoked for slots in rehearsal.shown.values()]
    assert {bool(living) for living in shown} == {True, False}, SEED  # some disclosures live, some were revoked
    parts = [part for part in rehearsal.history.parts if part.idx]
    assert 20 < len(rehearsal.readable()) < len(parts) - 100, SEED


def test_who_kept_everything_opens_what_lives_and_nothing_that_was_revoked(rehearsal: Rehearsal) -> None:
    """With the live root and every version of every row: exactly the living grants and parts, and no dead one."""
    found = rehearsal.adversary.reach()
    assert not [grant for grant in found.grants if grant.slot_id in rehearsal.play.revoked], SEED
    assert found.grants == {grant for grant in rehearsal.history.grants if rehearsal.lives(grant.slot_id)}, SEED
    assert found.parts == rehearsal.readable(), SEED
    assert len(found.facts) == len({part for part in rehearsal.history.parts if not part.idx})


def test_who_also_kept_the_roots_opens_everything(rehearsal: Rehearsal) -> None:
    """Control: the same search with the roots that were destroyed opens every grant and every part there ever was."""
    found = rehearsal.control
    assert found.grants == rehearsal.history.grants, SEED
    assert len(found.parts | found.facts) == found.tried, SEED


def test_private_keys_open_nothing_that_was_revoked(rehearsal: Rehearsal) -> None:
    """Whoever kept everybody's private keys besides opens what lies under living slots, and nothing else."""
    private = rehearsal.control.private
    assert len(private) == 1 + 5 * ENGAGEMENTS  # the service, and five principals in each engagement
    roots = rehearsal.play.service.vault.roots
    found = Adversary(rehearsal.history, roots.unwrap, private).reach()
    assert not [grant for grant in found.grants if grant.slot_id in rehearsal.play.revoked], SEED
    assert found.parts > rehearsal.readable(), SEED  # who lost only a custody has the keys of it here
    rootless = Adversary(rehearsal.history, UnwrappedRoots(roots).unwrap, private).reach()
    assert (rootless.grants, rootless.parts, rootless.facts) == (frozenset(),) * 3


def test_one_partys_keys_open_what_is_theirs(rehearsal: Rehearsal) -> None:
    """With one principal's keys alone: exactly the parts that a living grant gives to them."""
    for principal in rehearsal.play.triangles[0].principals.values():
        found = rehearsal.adversary.reach(principal)
        assert found.parts == rehearsal.readable(principal), SEED


def test_nothing_was_missed(rehearsal: Rehearsal) -> None:
    """What the tables held in between is all in the history; control: the tables now hold far from all of it."""
    assert len(rehearsal.glimpses) >= 5, SEED
    for glimpse in rehearsal.glimpses:
        assert rehearsal.history.lacks(glimpse) == 0
    now = History.of_now(rehearsal.play.service.connections)
    assert rehearsal.history.lacks(now) == 0
    assert now.lacks(rehearsal.history) > 200
    assert len({page for page in rehearsal.history.pages if page.path == b""}) > rehearsal.epochs


def test_no_key_lies_on_the_disk(rehearsal: Rehearsal) -> None:
    """No entry, page key, slot key or root half of any epoch, dead or alive, in data, WAL, server log or key copies.

    Control: two that are planted, raw and in hexadecimal, are found.
    """
    secrets = rehearsal.control.secrets() | rehearsal.kept.secrets()
    assert len(secrets) > 5_000
    folders = [rehearsal.home / "pg", *rehearsal.play.service.vault.copies.folders]
    with psycopg.connect(rehearsal.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        assert search(folders, secrets).found == frozenset()
        raw, spelled = sorted(secrets)[:2]
        connection.execute("CREATE TABLE planted AS SELECT %s::bytea AS raw, %s::text AS spelled", [raw, spelled.hex()])
        connection.execute("CHECKPOINT")
    assert search(folders, secrets).found == {raw, spelled}
