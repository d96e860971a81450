"""The publisher: it signs only over leaves that it hashed itself, at every boundary, once, and after a kill."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise

import pytest

from crypto.verifier.merkle import check_consistency, root_of
from crypto.verifier.notes import Checkpoint, Note
from ops.log import publisher
from ops.log.errors import LeafTampered, PublishingLate, TilesDamaged
from ops.log.folder import LogFolder
from ops.log.publisher import Publisher
from ops.log.rows import Published
from ops.log.signer import Signer
from ops.store.connections import Connections
from ops.wiring import CellService
from tests.ops.log.leaves import fill, filled
from tests.processes import run
from tests.stage import Stage
from tests.support import Cell

DYING = "tests.ops.log.dying"


@contextmanager
def publishing(cell: Cell, service: CellService) -> Iterator[Publisher]:
    """One more publisher of the cell, as another process would have it."""
    connections = Connections(cell.url, cell.name)
    deployment = service.vault.tree.pages([])[0].deployment
    place = cell.places.log
    own = Signer(LogFolder(place.folder), deployment, place.name)
    yield Publisher(connections, own, service.log.publisher._announcer, lambda: 1_700_000_000)
    connections.close()


def checkpoints(cell: Cell) -> list[int]:
    """The sizes of all stored checkpoints."""
    with cell.connect() as connection:
        return [size for (size,) in connection.execute("SELECT size FROM checkpoints ORDER BY size")]


def test_a_checkpoint_is_over_all_leaves(service: CellService, stage: Stage) -> None:
    """Its root is that of the recorded leaves, and what is stored is what the folder signed."""
    stage.introduce()
    published = service.log.publish_now()
    leaves = [row.leaf_hash for row in service.recorder.log_leaves(1, 1000)]
    assert published.checkpoint.root == root_of(leaves)
    assert published.size == len(leaves) == service.recorder.max_notification_id()
    seen = service.log.lines.signer.look()
    assert seen is not None
    assert seen.last is not None
    assert seen.last.note == published.note == service.log.latest().note  # type: ignore[union-attr]


def test_nothing_new_is_no_new_checkpoint(service: CellService) -> None:
    """Without new leaves the same checkpoint stands, however often somebody asks."""
    first = service.log.publish_now()
    assert [service.log.publish_now(), service.log.publisher.step()] == [first, first]


def test_trees_on_and_beside_every_boundary(cell: Cell, service: CellService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes around 256 and 65,536 have the root that RFC 6962 gives them, and each extends the one before."""
    monkeypatch.setattr(publisher, "BATCH", 200_000)
    found = [service.log.publish_now()]
    first = service.recorder.log_leaves(1, 1)[0].leaf_hash
    sizes = (255, 256, 257, 512, 65_535, 65_536, 65_537, 65_792, 65_793)
    for size in sizes:
        fill(cell, size)
        found.append(service.log.publish_now())
    leaves = [first, *(filled(position) for position in range(2, sizes[-1] + 1))]
    assert [one.checkpoint.root for one in found[1:]] == [root_of(leaves[:size]) for size in sizes]
    for before, after in pairwise(one.checkpoint for one in found):
        proof = service.log.tree(after.size).consistency(before.size)
        check_consistency(before.size, after.size, before.root, after.root, proof)
    assert [(one.level, one.tiles, one.hashes) for one in service.log.counts()] == [
        (0, 258, 65_793), (1, 2, 257), (2, 1, 1),
    ]  # fmt: skip


def test_a_long_way_takes_several_steps(cell: Cell, service: CellService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step adds only so many leaves; whoever waits for all of them gets all of them."""
    monkeypatch.setattr(publisher, "BATCH", 300)
    service.log.publish_now()
    fill(cell, 1_000)
    assert service.log.publisher.step().size == 301  # type: ignore[union-attr]
    assert service.log.publish_now().size == 1_000
    assert checkpoints(cell) == [1, 301, 601, 901, 1_000]


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE events SET leaf = '\\x00' WHERE position = 5", 5),
        ("UPDATE events SET leaf_hash = sha256('') WHERE position = 7", 7),
        ("DELETE FROM events WHERE position = 4", 4),
        ("DELETE FROM events WHERE position = 9", 9),
    ],
    ids=["leaf", "hash", "gap", "last"],
)
def test_a_leaf_that_was_changed_is_not_signed(cell: Cell, service: CellService, statement: str, position: int) -> None:
    """A leaf or hash that was changed after it was recorded is named by its position, and nothing is signed over it."""
    before = service.log.publish_now()
    fill(cell, 9)
    with cell.connect(forge=True) as connection:
        connection.execute(statement)
    with pytest.raises(LeafTampered) as found:
        service.log.publish_now()
    assert found.value.position == position
    assert service.log.latest() == before


def test_tiles_of_more_events_than_there_are(cell: Cell, service: CellService) -> None:
    """Events removed behind the log's back, with everything that counts them but the tiles, stop the log."""
    service.log.publish_now()
    with cell.connect(forge=True) as connection:
        connection.execute("UPDATE tiles SET hashes = hashes || sha256('')")
    with pytest.raises(TilesDamaged):
        service.log.publish_now()


def test_many_publishers_at_once_publish_one_log(cell: Cell, service: CellService) -> None:
    """Four at once: each checkpoint extends the one before, and all leaves are covered."""
    service.log.publish_now()

    def work(many: int) -> list[Published]:
        with publishing(cell, service) as own:
            return [found for _ in range(many) if (found := own.step()) is not None]

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, 8) for _ in range(4)]
        for size in range(10, 200, 10):
            fill(cell, size)
        found = {one.size: one.checkpoint for each in working for one in each.result()}
    last = service.log.publish_now()
    assert last.size == 190
    for size, one in sorted(found.items()):
        proof = service.log.tree(last.size).consistency(size)
        check_consistency(size, last.size, one.root, last.checkpoint.root, proof)


def test_whoever_waits_is_told_when_nobody_publishes(cell: Cell, service: CellService) -> None:
    """While another publisher holds its turn and doesn't come forward, waiting ends with a refusal."""
    service.log.publish_now()
    fill(cell, 5)
    with cell.connect("driehoek_projector") as connection, connection.transaction():
        connection.execute(publisher._LOCK)
        with pytest.raises(PublishingLate):
            service.log.publish_now(seconds=0.05)
    assert service.log.publish_now(seconds=0.05).size == 5


@pytest.mark.parametrize("moment", ["before it is kept", "before it is stored", "before it is committed"])
def test_a_killed_publisher_leaves_a_log_that_goes_on(cell: Cell, service: CellService, moment: str) -> None:
    """Killed around the signature, the next one stores the same note, or signs for the first time."""
    before = service.log.publish_now()
    fill(cell, 300)
    assert run(DYING, cell.url, cell.name, str(cell.home), moment).returncode == -signal.SIGKILL
    assert service.log.latest() == before
    kept = (cell.places.log.folder / "checkpoint").read_bytes()
    signed = Checkpoint.parse(Note.parse(kept).text).size
    assert signed == (before.size if moment == "before it is kept" else 300)
    fill(cell, 310)
    assert service.log.publish_now().size == 310
    proof = service.log.tree(310).consistency(signed)
    old, new = Checkpoint.parse(Note.parse(kept).text), service.log.publish_now().checkpoint
    check_consistency(signed, 310, old.root, new.root, proof)


def test_a_signed_checkpoint_that_was_not_stored_is_stored_as_it_was(cell: Cell, service: CellService) -> None:
    """Without new events, what a killed publisher signed is what the next one stores: the same bytes."""
    service.log.publish_now()
    fill(cell, 300)
    assert run(DYING, cell.url, cell.name, str(cell.home), "before it is stored").returncode == -signal.SIGKILL
    kept = (cell.places.log.folder / "checkpoint").read_bytes()
    assert service.log.publish_now().note == kept


def test_old_checkpoints_go_when_they_are_replaced(cell: Cell, service: CellService) -> None:
    """After a minute a checkpoint that a larger one replaced is gone; the last one, witnessed and stamped ones stay."""
    for size in (10, 20, 30, 40, 50):
        fill(cell, size)
        service.log.publish_now()
    with cell.connect() as connection:
        connection.execute("SELECT stamp_checkpoint(1, 10, 'token'), cosign_checkpoint(1, 20, '', true)")
        connection.execute("SELECT cosign_checkpoint(1, 30, '', true)")
    with cell.connect(forge=True) as connection:
        connection.execute("UPDATE checkpoints SET at = at - interval '2 minutes'")
    fill(cell, 60)
    service.log.publish_now()
    assert checkpoints(cell) == [10, 30, 60]
    assert service.log.witnessed().size == 30  # type: ignore[union-attr]
    assert [one.size for one in service.log.stamped()] == [10]
