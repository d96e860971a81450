"""The signer signs what extends the last checkpoint, from a folder that has to be whole, secret and its own."""

import json
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from crypto.verifier.notes import Checkpoint, Note
from ops.log.errors import (
    LogError,
    LogFolderDamaged,
    LogFolderForeign,
    LogFolderMissing,
    LogFolderOpen,
    LogFolderUnusable,
    LogForked,
    LogRenamed,
    LogRolledBack,
)
from ops.log.folder import LogFolder, LogKeys
from ops.log.signer import Signer
from tests.ops.log.trees import Tree

NAME = "log.example.org"
DEPLOYMENT = uuid4()
TREE = Tree(sha256(bytes([number])).digest() for number in range(40))
OTHER = Tree([*TREE.leaves[:8], *(sha256(bytes([number, 1])).digest() for number in range(32))])


def signer_in(folder: Path) -> Signer:
    """A signer on this folder."""
    return Signer(LogFolder(folder), DEPLOYMENT, NAME)


def sign(signer: Signer, size: int, tree: Tree = TREE, since: int | None = None, *, begun: bool = True) -> bytes:
    """Have a tree's first leaves signed; ``since`` is where the proof begins, by default where it must."""
    with signer.turn(begun=begun) as turn:
        last = turn.last.checkpoint.size if turn.last else 0
        return turn.sign(size, tree.root(size), tree.proof(last if since is None else since, size), 1_700_000_000).note


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A folder that signed ten leaves."""
    sign(signer_in(tmp_path / "log"), 10, begun=False)
    return tmp_path / "log"


def test_what_extends_the_last_checkpoint_is_signed(log: Path) -> None:
    """A larger tree over the same leaves gets both signatures, and the folder remembers it."""
    note = sign(signer_in(log), 25)
    with signer_in(log).turn(begun=True) as turn:
        assert turn.last is not None
        assert turn.last.note == note
        keys = [signer.key for signer in turn.keys.signers]
    assert Checkpoint.parse(Note.parse(note).text) == Checkpoint(f"{NAME}/{DEPLOYMENT.hex}/1", 25, TREE.root(25))
    assert len(Note.parse(note).signed_by(keys)) == 2


def test_the_same_tree_gets_the_same_note(log: Path) -> None:
    """Asked again for what it signed last, the signer gives the very same bytes."""
    before = (log / "checkpoint").read_bytes()
    assert sign(signer_in(log), 10) == before == (log / "checkpoint").read_bytes()


@pytest.mark.parametrize(
    ("size", "tree", "since", "refusal"),
    [
        (9, TREE, 9, LogRolledBack),
        (10, OTHER, None, LogForked),
        (25, OTHER, None, LogForked),
        (25, TREE, 8, LogForked),
        (25, TREE, 25, LogForked),
    ],
    ids=["smaller", "same size, another root", "larger, other leaves", "a proof from elsewhere", "no proof"],
)
def test_what_does_not_extend_it_is_refused(
    log: Path, size: int, tree: Tree, since: int | None, refusal: type[LogError]
) -> None:
    """Nothing else is signed, and the folder keeps what it had."""
    before = (log / "checkpoint").read_bytes()
    with pytest.raises(refusal):
        sign(signer_in(log), size, tree, since)
    assert (log / "checkpoint").read_bytes() == before


def test_two_signers_take_turns(log: Path) -> None:
    """Two who come at once with different trees: one is signed, the other refused."""
    barrier, found = Barrier(2), list[object]()

    def race(tree: Tree) -> None:
        barrier.wait()
        try:
            found.append(sign(signer_in(log), 20, tree))
        except LogForked as refused:
            found.append(type(refused))

    both = Tree([*TREE.leaves[:10], *OTHER.leaves[10:]])
    threads = [Thread(target=race, args=(tree,)) for tree in (TREE, both)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(LogForked) == 1
    assert (log / "checkpoint").read_bytes() in found


def test_keys_and_checkpoint_are_for_their_owner(log: Path) -> None:
    """Folder and files have no rights for others, and nothing provisional is left."""
    assert {path.name: path.stat().st_mode & 0o777 for path in log.iterdir()} == {"keys": 0o600, "checkpoint": 0o600}
    assert log.stat().st_mode & 0o777 == 0o700


def test_no_repr_tells_a_key(log: Path) -> None:
    """What ends in a traceback holds no private key."""
    with signer_in(log).turn(begun=True) as turn:
        seeds = [seed for _, seed in turn.keys.seeds]
        assert not any(seed.hex() in repr(turn.keys) or repr(seed) in repr(turn.keys) for seed in seeds)


def _lost(log: Path) -> None:
    shutil.rmtree(log)


def _emptied(log: Path) -> None:
    for path in log.iterdir():
        path.unlink()


def _without_keys(log: Path) -> None:
    (log / "keys").unlink()


def _a_file(log: Path) -> None:
    shutil.rmtree(log)
    log.write_bytes(b"")


def _open_to_others(log: Path) -> None:
    (log / "keys").chmod(0o640)


def _cut_keys(log: Path) -> None:
    (log / "keys").write_bytes((log / "keys").read_bytes()[:-20])


def _another_format(log: Path) -> None:
    (log / "keys").write_text((log / "keys").read_text().replace("driehoek-log/1", "driehoek-log/2"))


def _short_seed(log: Path) -> None:
    fields = json.loads((log / "keys").read_text())
    fields["seeds"][0][1] = "00"
    (log / "keys").write_text(json.dumps(fields))


def _cut_checkpoint(log: Path) -> None:
    (log / "checkpoint").write_bytes((log / "checkpoint").read_bytes()[:-20])


def _flipped_checkpoint(log: Path) -> None:
    (log / "checkpoint").write_bytes((log / "checkpoint").read_bytes().replace(b"\n10\n", b"\n09\n"))


def _checkpoint_of_others(log: Path) -> None:
    elsewhere = log.with_name("elsewhere")
    sign(signer_in(elsewhere), 10, begun=False)
    shutil.copy(elsewhere / "checkpoint", log / "checkpoint")


def _of_another_deployment(log: Path) -> None:
    (log / "keys").write_text((log / "keys").read_text().replace(DEPLOYMENT.hex, uuid4().hex))


def _under_another_name(log: Path) -> None:
    (log / "keys").write_text((log / "keys").read_text().replace(NAME, "log.example.com"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (_lost, LogFolderMissing),
        (_emptied, LogFolderMissing),
        (_without_keys, LogFolderMissing),
        (_a_file, LogFolderUnusable),
        (_open_to_others, LogFolderOpen),
        (_cut_keys, LogFolderDamaged),
        (_another_format, LogFolderDamaged),
        (_short_seed, LogFolderDamaged),
        (_cut_checkpoint, LogFolderDamaged),
        (_flipped_checkpoint, LogFolderDamaged),
        (_checkpoint_of_others, LogFolderDamaged),
        (_of_another_deployment, LogFolderForeign),
        (_under_another_name, LogRenamed),
    ],
)
def test_a_folder_that_is_not_as_it_was_left(
    log: Path, change: Callable[[Path], None], refusal: type[LogError]
) -> None:
    """Each kind of damage has its own refusal, which names no path; nothing is signed and nothing made in its place."""
    change(log)
    before = sorted(log.rglob("*"))
    with pytest.raises(refusal) as refused:
        sign(signer_in(log), 25)
    assert type(refused.value) is refusal
    assert str(log) not in str(refused.value)
    assert sorted(log.rglob("*")) == before


@contextmanager
def no_room() -> Iterator[None]:
    """No file can grow meanwhile, as on a full device."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_without_room_nothing_is_signed(log: Path) -> None:
    """A checkpoint that can't be kept isn't given out, and the last one stays; with room it goes on."""
    before = (log / "checkpoint").read_bytes()
    with no_room(), pytest.raises(LogFolderUnusable, match="too large"):
        sign(signer_in(log), 25)
    assert (log / "checkpoint").read_bytes() == before
    sign(signer_in(log), 25)


def test_what_a_crash_left_is_no_hindrance(log: Path) -> None:
    """A half-written file beside the last checkpoint is written over."""
    (log / "checkpoint.new").write_bytes(b"half")
    sign(signer_in(log), 25)
    assert sorted(path.name for path in log.iterdir()) == ["checkpoint", "keys"]


def test_keys_come_back_from_their_file() -> None:
    """What is stored of keys is all there is to them."""
    keys = LogKeys(DEPLOYMENT, NAME, 1, ((1, bytes(32)), (6, bytes(32)))).staging()
    keys = keys.handed_over().staging().on_line(2, Checkpoint("x", 3, bytes(32)).text)
    assert LogKeys.decode(keys.encode()) == keys
    assert (keys.line, len(keys.retired), len(keys.given_up)) == (2, 4, 1)
