"""Keys that take over and time lines that begin: on record before they sign, and never silently."""

import shutil
from pathlib import Path

import pytest

from crypto.verifier.notes import Note
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused
from domain.logbook import LOGBOOK_ID, LogKeysRotated, LogResumed
from ops.embedded import EmbeddedPostgres
from ops.log.announcing import name_of
from ops.log.errors import LogFolderMissing, LogFolderOld, LogGoesOn, LogNotBegun
from ops.log.policies import for_verifiers
from ops.wiring import CellService
from tests.ops.log.copies import Reader, copied, keys_of, put_back
from tests.stage import Stage
from tests.support import Cell


def told(service: CellService) -> list[object]:
    """The facts of the log's own stream."""
    return [event.fact for event in service.write_side.events.get(LOGBOOK_ID)]  # type: ignore[attr-defined]


def policy(service: CellService) -> Policy:
    """The policy of a verifier who is told the log's present keys."""
    return Policy.parse(for_verifiers(keys_of(service), None).encode())


def test_keys_hand_over(service: CellService, stage: Stage) -> None:
    """Both sign one checkpoint, over a record that names them; from the next on only the new ones do."""
    service.log.publish_now()
    before, old = policy(service), keys_of(service)
    handed = service.log.rotate()
    after, new = policy(service), keys_of(service)
    assert not set(old) & set(new)
    assert {one.key for one in Note.parse(handed.note).signed_by([*old, *new])} == {*old, *new}
    assert service.log.handovers() == [handed]
    (fact,) = told(service)
    assert isinstance(fact, LogKeysRotated)
    assert [name[:4] for name in (*fact.ended, *fact.begun)] == [key.id for key in (*old, *new)]
    stage.introduce()
    latest = service.log.publish_now()
    for one, good, bad in ((handed, (before, after), ()), (latest, (after,), (before,))):
        for each in good:
            assert each.judge(Note.parse(one.note)).checkpoint == one.checkpoint
        for each in bad:
            with pytest.raises(Refused):
                each.judge(Note.parse(one.note))
    seen = service.log.lines.signer.look()
    assert seen is not None
    assert seen.keys.retired == tuple(map(str, old))


def test_a_rotation_that_was_cut_short_is_finished_by_the_next_step(service: CellService) -> None:
    """Keys that were staged and nothing more take over at the next step, whoever takes it; staged once is staged."""
    service.log.publish_now()
    service.log.lines.stage_keys()
    service.log.lines.stage_keys()
    seen = service.log.lines.signer.look()
    assert seen is not None
    staged = [name_of(signer) for signer in seen.keys.successors]
    assert service.log.publisher.step().handover  # type: ignore[union-attr]
    assert [name_of(signer) for signer in service.log.lines.signer.look().keys.current] == staged  # type: ignore[union-attr]
    assert len(told(service)) == 1
    assert not service.log.publisher.step().size > service.log.handovers()[0].size  # type: ignore[union-attr]


def test_nothing_hands_over_before_anything_was_signed(service: CellService) -> None:
    """A log that wasn't begun has no keys to take over from, and no time line to give up."""
    for refused in (service.log.rotate, service.log.lines.begin_next):
        with pytest.raises(LogNotBegun):
            refused()
    assert service.log.lines.begin_next_if_behind() is None
    assert service.log.lines.signer.look() is None


def test_a_record_that_lost_events_goes_on_under_a_new_name(
    cell: Cell, service: CellService, folder: Path, postgres: EmbeddedPostgres
) -> None:
    """On purpose only: with new keys and a new origin, and with what was given up on record."""
    service.log.publish_now()
    Stage(service, "kept").register("somebody")
    kept = service.log.publish_now()
    copy = copied(cell, folder)
    Stage(service, "lost").register("somebody")
    lost, old = service.log.publish_now(), keys_of(service)
    with put_back(cell, copy, postgres) as back:
        assert back.log.lines.begin_next_if_behind() == 2
        assert back.log.lines.begin_next() == 2  # begun already
        latest = back.log.publish_now()
        line, size, root = 2, lost.size, lost.checkpoint.root
        begun = tuple(name_of(signer) for signer in back.log.lines.signer.look().keys.current)  # type: ignore[union-attr]
        assert told(back) == [LogResumed(line=line, size=size, root=root, kept=kept.size, begun=begun)]
        assert latest.checkpoint.origin == lost.checkpoint.origin[:-1] + "2"
        assert not Note.parse(latest.note).signed_by(old)
        assert (latest.line, back.log.latest()) == (2, latest)
        Reader(keys_of(back)).shown(latest, back.log.tree(latest.size))
        with pytest.raises(LogGoesOn):
            back.log.lines.begin_next()
        assert back.log.lines.begin_next_if_behind() is None
        assert back.log.witnessed() is None


def test_a_record_that_lost_nothing_stays_the_same_log(
    cell: Cell, service: CellService, folder: Path, postgres: EmbeddedPostgres
) -> None:
    """A copy that has all that was signed, and more, goes on under the same origin."""
    service.log.publish_now()
    Stage(service, "more").register("somebody")
    with put_back(cell, copied(cell, folder), postgres) as copy:
        assert copy.log.lines.begin_next_if_behind() is None
        assert copy.log.publish_now().line == 1
        assert told(copy) == []


def test_a_folder_that_was_lost(cell: Cell, service: CellService) -> None:
    """Without its folder the log stops; begun anew on purpose, it has another name and says what it still knew."""
    last = service.log.publish_now()
    shutil.rmtree(cell.places.log.folder)
    Stage(service).register("somebody")
    for refused in (service.log.publisher.step, service.log.lines.check, service.log.lines.stage_keys):
        with pytest.raises(LogFolderMissing):
            refused()
    assert not cell.places.log.folder.exists()
    assert service.log.lines.begin_next() == 2
    latest = service.log.publish_now()
    assert latest.checkpoint.origin.endswith("/2")
    (fact,) = told(service)
    assert isinstance(fact, LogResumed)
    assert (fact.size, fact.root, fact.kept) == (last.size, last.checkpoint.root, last.size)


@pytest.mark.parametrize("resumed", [False, True], ids=["same line", "a line before"])
def test_a_folder_that_was_put_back_signs_nothing(
    cell: Cell, service: CellService, folder: Path, resumed: bool
) -> None:
    """A folder that knows less than the record is refused; begun anew on purpose, its name was never used before."""
    service.log.publish_now()
    shutil.copytree(cell.places.log.folder, folder / "kept")
    if resumed:
        shutil.rmtree(cell.places.log.folder)
        service.log.lines.begin_next()
    Stage(service).register("somebody")
    last = service.log.publish_now()
    shutil.rmtree(cell.places.log.folder)
    shutil.copytree(folder / "kept", cell.places.log.folder)
    Stage(service, "more").register("somebody")
    for refused in (service.log.publisher.step, service.log.lines.check):
        with pytest.raises(LogFolderOld):
            refused()
    assert service.log.lines.begin_next() == last.line + 1
    assert service.log.publish_now().line == last.line + 1
    fact = told(service)[-1]
    assert isinstance(fact, LogResumed)
    assert (fact.size, fact.kept) == (last.size, last.size)
