"""The drill as the command runs it, small; what it would say of a cell that forgets nothing; one party's proof."""

from pathlib import Path

import pytest

from domain.vocabulary import Role
from ops.drill import drill
from ops.drill.drill import Tried
from ops.drill.proof import revocation_proof
from ops.roots.files import FileRoots
from tests.stage import Stage, tell


def test_the_drill_proves_what_it_is_for(folder: Path) -> None:
    """Played, revoked, searched, lost and restored in one folder; all that lives opens, and nothing that doesn't."""
    told: list[tuple[str, int, int]] = []
    done = drill.run(folder, engagements=2, revocations=12, seed=3, observe=lambda *what: told.append(what))
    assert done.holds
    assert sum(done.revocations.values()) >= 12
    assert done.slots_revoked >= 12
    assert done.epochs > 4
    assert 0 < done.restored_events < done.events + 20
    assert (done.keys_found, done.planted_found) == (0, True)
    assert done.keys_searched > 1_000
    assert done.files > 500
    assert {what for what, _, _ in told} == {
        "begin engagements",
        "revoke",
        "try everything",
        "search the disk",
        "restore a backup",
    }
    assert all(count < total for _, count, total in told)


def test_the_drill_shows_a_root_that_is_not_destroyed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with a root store that keeps every root that ever ruled, what was revoked opens: it doesn't hold."""
    destroy = FileRoots.destroy

    def keep_what_ruled(roots: FileRoots, epoch: int) -> None:
        live = roots.record()
        if live is None or epoch > live.epoch:
            destroy(roots, epoch)

    monkeypatch.setattr(FileRoots, "destroy", keep_what_ruled)
    done = drill.run(folder, engagements=1, revocations=4, seed=3)
    assert not done.holds
    assert done.revoked.grants.dead_opened == done.revoked.grants.dead > 0


@pytest.mark.parametrize(
    "tried",
    [Tried(5, 4, 3, 0, 3), Tried(5, 5, 3, 1, 3), Tried(5, 5, 3, 0, 2), Tried(5, 5, 0, 0, 0), Tried(0, 0, 3, 0, 3)],
)
def test_one_number_that_is_wrong_is_enough(tried: Tried) -> None:
    """Something living that is lost, something dead that opens, or a control that sees less: nothing is proved."""
    assert Tried(5, 5, 3, 0, 3).holds
    assert not tried.holds


def test_one_partys_revocation_is_shown_four_ways(stage: Stage) -> None:
    """The party that lost most opens nothing of it, with all that was ever kept; with the old root all of it."""
    tell(stage, sessions=4)
    stage.advance()
    proof = revocation_proof(stage.service, stage.engagement_id, stage.at)
    assert proof.holds
    assert proof.party == Role.LINE_MANAGER.word
    assert proof.opened_before == proof.opened_by_control > 5
    assert (proof.opened_after, proof.opened_by_history_adversary) == (0, 0)
    stage.advance()
    again = revocation_proof(stage.service, stage.engagement_id, stage.at)
    assert not again.opened_before
