"""The check of a whole store as it runs: with the log that really published, its folder, and what may be away."""

import shutil

from ops.audit.fsck.finding import Report
from ops.audit.fsck.run import check_cell
from ops.wiring import CellService
from tests.stage import Stage, tell
from tests.support import Cell


def looked_at(service: CellService) -> Report:
    """The check."""
    return check_cell(service, lambda _done, _all: None)


def test_a_new_cell_is_sound_before_and_after_its_first_checkpoint(service: CellService) -> None:
    """Nothing was signed yet is no finding, and is told; once something was, it is checked."""
    report = looked_at(service)
    assert report.sound
    assert any("none was signed yet" in what for what in report.unchecked)
    service.log.publish_now()
    report = looked_at(service)
    assert report.sound
    assert report.checked["checkpoints"] == 2  # the signer's, and the one in the database
    assert not any("signed" in what for what in report.unchecked)


def test_events_after_the_last_checkpoint_are_no_finding(stage: Stage) -> None:
    """The log is always a little ahead of its last checkpoint; keys that were rotated stay known."""
    service = stage.service
    service.log.publish_now()
    service.log.rotate()
    tell(stage)
    assert looked_at(service).sound


def test_a_folder_that_is_away_is_told(service: CellService, cell: Cell) -> None:
    """Without the log's folder the store is checked as far as it goes, and the report says what is missing."""
    service.log.publish_now()
    folder = cell.places.log.folder
    away = folder.with_name("away")
    folder.rename(away)
    report = looked_at(service)
    assert report.sound
    assert any("signer's checkpoint" in what for what in report.unchecked)
    away.rename(folder)
    assert not any("signer's checkpoint" in what for what in looked_at(service).unchecked)


def test_a_folder_that_is_empty_is_told(service: CellService, cell: Cell) -> None:
    """A folder that lost its files isn't taken for one that never had any."""
    service.log.publish_now()
    shutil.rmtree(cell.places.log.folder)
    cell.places.log.folder.mkdir(mode=0o700)
    assert any("signer's checkpoint" in what for what in looked_at(service).unchecked)
