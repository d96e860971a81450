"""Every backup comes back without what was erased since, and nothing else comes back with it.

Twenty backups of one cell, made at random moments between revocations, are each restored into a database of their own
with the live root and the key copies. A restore that lacks a copy changes nothing; one that is killed is taken up; and
what was written between the backup and the loss of the database is as unreadable as what was erased.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from crypto.errors import RootMissing, TreeBehind
from ops.drill.adversary import Adversary
from ops.drill.backups import history_of
from ops.drill.history import History
from ops.drill.play import Play
from ops.embedded import EmbeddedPostgres
from ops.erasure.copies import CopyMissing
from ops.erasure.epochs import Epochs, Step
from ops.erasure.restore import TimeLineGivenUp, bring_forward
from ops.wiring import CellService, open_vault
from tests.adversary.backups import (
    AT,
    CELL,
    MOMENTS,
    SEED,
    Backup,
    Elsewhere,
    Story,
    granted,
    opened_keys,
    tell,
    view_rows,
)
from tests.processes import run
from tests.support import hurry


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """The cell's story, on a server of its own."""
    home = Path(tempfile.mkdtemp(prefix="driehoek-restores-"))
    try:
        with EmbeddedPostgres(home / "pg") as server:
            (home / "origin").mkdir()
            yield tell(hurry(server), home / "origin")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_the_backups_are_of_all_kinds(story: Story) -> None:
    """Many were made before epochs that they lack, each of another moment, and much was revoked in the end."""
    behind = [story.live - backup.manifest.epoch for backup in story.backups]
    assert len(behind) == MOMENTS
    assert min(behind) >= 0
    assert len(set(behind)) > 8, SEED
    assert len(story.play.revoked) > 60, SEED
    assert any(not story.lives(backup, slot) for backup in story.backups for slot in backup.recipients), SEED


@pytest.mark.parametrize("number", range(MOMENTS))
def test_a_backup_comes_back_without_what_was_erased(story: Story, number: int) -> None:
    """Behind its root it doesn't open; brought forward, all that lived and wasn't erased opens, and nothing more."""
    backup = story.backups[number]
    with story.elsewhere() as place:
        recorder = place.migrate()
        kept = place.copied_roots
        done = place.recover(backup, kept.watch)
        assert done.keys.from_epoch == backup.manifest.epoch
        assert done.keys.to_epoch == story.live + 1
        with place.opened() as service:
            _reads_as_before(story, backup, service)
            assert view_rows(service.connections, backup.manifest.size) == backup.rows
            service.vault.check_tombstones()
            assert service.vault.roots.epochs() == {story.live + 1}
            assert set(service.vault.copies.status().values()) == {"ok"}
            before = recorder.history()
            revoked = _goes_on(story, backup, service)
            _lost_is_lost(story, backup, place, service, before, revoked)


def _reads_as_before(story: Story, backup: Backup, service: CellService) -> None:
    """Every party's keys open exactly what they were granted then and wasn't erased since."""
    principals = set(backup.recipients.values()) - story.play.silenced
    expected = {
        principal: {
            key_id
            for key_id, slots in backup.slots.items()
            if any(story.lives(backup, slot) and backup.recipients[slot] == principal for slot in slots)
        }
        for principal in principals
    }
    found = opened_keys(service, principals)
    then = set(backup.slots)  # the restore may have opened new keys, to tell the parties of it
    assert {principal: keys & then for principal, keys in found.items()} == expected, SEED


def _goes_on(story: Story, backup: Backup, service: CellService) -> set[UUID]:
    """Everybody who still has a custody writes what they can, and a new erasure takes its way; what was erased."""
    play = Play(service, Random(SEED + backup.manifest.size), at=AT)  # noqa: S311 - as in the story
    play.triangles, play.silenced = [*backup.triangles], set(story.play.silenced)
    size = service.recorder.max_notification_id() or 0
    for triangle in play.triangles:
        play.write_all(triangle)
    play.revoked = set(story.play.revoked)
    assert play.revoke("party") + play.revoke("compartment") > 0
    play.settle()
    assert (service.recorder.max_notification_id() or 0) > size + len(play.triangles)
    play.begin()
    service.vault.keyring.check()
    return play.revoked - story.play.revoked


def _lost_is_lost(
    story: Story, backup: Backup, place: Elsewhere, service: CellService, before: History, revoked: set[UUID]
) -> None:
    """Who kept both time lines, the backup and every copy opens no grant that only the lost one had, nor what died.

    So of the lost one's parts none opens but under a key that the backup has, too, and that lives. Control: who also
    kept the roots opens all of it.
    """
    history = History()
    for part in (story.history, before, history_of(backup.folder)):
        history.add(part)
    history.add_copies(place.places.copies.folders)
    lost = {grant for grant in story.history.grants if grant not in before.grants}
    dead = {grant for grant in before.grants if not story.lives(backup, grant.slot_id)}
    living = {key for key, slots in backup.slots.items() if any(story.lives(backup, slot) for slot in slots)}
    gone = {part for part in story.history.parts - before.parts if part.idx and part.key_id not in living}
    found = Adversary(history, service.vault.roots.unwrap).reach()
    assert not found.grants & (lost | dead), SEED
    assert not found.parts & gone, SEED
    assert found.grants >= {grant for grant in before.grants - dead if grant.slot_id not in revoked}, SEED
    control = Adversary(history, story.kept.unwrap).reach()
    assert control.grants >= lost, SEED
    assert control.parts >= gone, SEED


@pytest.mark.parametrize("number", [0, MOMENTS // 2])
def test_without_the_newest_copies_nothing_changes(story: Story, number: int) -> None:
    """The restore says which epoch is missing; database, root and copies stay as they were, and then it works."""
    backup = story.backups[number]
    assert backup.manifest.epoch < story.live
    with story.elsewhere() as place:
        newest = [folder / f"epoch-{story.live:010}.cbor" for folder in place.places.copies.folders]
        aside = [path.rename(path.with_name("aside")) for path in newest]
        roots = _files(place.home / "keys")
        with pytest.raises(CopyMissing, match=f"epoch {story.live} are missing"):
            place.recover(backup)
        assert place.is_empty()
        assert _files(place.home / "keys") == roots
        aside[1].rename(newest[1])  # one folder is enough
        assert place.recover(backup).keys.to_epoch == story.live + 1
        with place.opened() as service:
            _reads_as_before(story, backup, service)


def test_a_loaded_backup_stays_shut_until_it_is_brought_forward(story: Story) -> None:
    """Loaded by other means it doesn't open, nor does it come up without its copies; control: then it does."""
    backup = story.backups[MOMENTS // 2]
    with story.elsewhere() as place:
        place.load(backup)
        with pytest.raises(TreeBehind), place.opened():
            pytest.fail("it opened")
        newest = [folder / f"epoch-{story.live:010}.cbor" for folder in place.places.copies.folders]
        aside = [path.rename(path.with_name("aside")) for path in newest]
        roots = _files(place.home / "keys")
        with open_vault(place.url, CELL, place.places) as (_, vault):
            state = vault.tree.state()
            epochs = Epochs(vault)
            with epochs.alone(), pytest.raises(CopyMissing):
                bring_forward(vault, epochs, AT)
            assert vault.tree.state() == state
        assert _files(place.home / "keys") == roots
        with pytest.raises(TreeBehind), place.opened():
            pytest.fail("it opened")
        for path, there in zip(newest, aside, strict=True):
            there.rename(path)
        place.recover(None)
        with place.opened() as service:
            _reads_as_before(story, backup, service)


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_backup_comes_back_twice(story: Story) -> None:
    """After a restore, more writing and another loss, the same backup is restored again, without what came between."""
    backup = story.backups[MOMENTS // 3]
    with story.elsewhere() as place, story.elsewhere() as another:
        recorder = place.migrate()
        place.recover(backup)
        with place.opened() as service:
            _goes_on(story, backup, service)
            between, _ = granted(service)
            live = service.vault.roots.record()
        assert live is not None
        again = Elsewhere(another.url, place.home)
        second = again.migrate()
        assert again.recover(backup).keys.to_epoch == live.epoch + 1
        with again.opened() as service:
            history = recorder.history()
            history.add(second.history())
            history.add_copies(again.places.copies.folders)
            found = Adversary(history, service.vault.roots.unwrap).reach()
            assert not {grant.key_id for grant in found.grants} & (between.keys() - granted(service)[0].keys())
            opened = opened_keys(service, set(backup.recipients.values()) - story.play.silenced)
            assert any(opened.values())


def test_a_backup_of_a_time_line_that_was_given_up_is_refused(story: Story) -> None:
    """Once an older backup was restored, a newer one of the time line before is refused, and nothing changes."""
    older, newer = story.backups[0], story.backups[MOMENTS // 2]
    assert older.manifest.epoch < newer.manifest.epoch
    with story.elsewhere() as place, story.elsewhere() as another:
        place.recover(older)
        again = Elsewhere(another.url, place.home)
        roots = _files(place.home / "keys")
        with pytest.raises(TimeLineGivenUp):
            again.recover(newer)
        assert again.is_empty()
        assert _files(place.home / "keys") == roots
        again.recover(older)  # the older one comes back any time


@pytest.mark.parametrize("fatal", ["loaded", *(step.value for step in Step), "rebuilt"])
def test_a_restore_that_is_killed_is_taken_up(story: Story, fatal: str) -> None:
    """Killed once the backup is loaded or right after any step, and run again without the backup: the same end."""
    backup = story.backups[MOMENTS // 2]
    with story.elsewhere() as place:
        arguments = [place.url, CELL, str(place.home), str(backup.folder), fatal]
        killed = run("tests.adversary.restoring", *arguments)
        assert killed.returncode == -9, killed.stderr
        place.forget_the_dead()
        place.recover(None)
        with place.opened() as service:
            _reads_as_before(story, backup, service)
            assert view_rows(service.connections, backup.manifest.size) == backup.rows
            service.vault.check_tombstones()
            live = service.vault.roots.record()
            assert live is not None
            assert service.vault.roots.epochs() == {live.epoch}
            with pytest.raises(RootMissing):
                service.vault.roots.wrap(story.live, bytes(32), b"")
            assert set(service.vault.copies.status().values()) == {"ok"}
            _goes_on(story, backup, service)
