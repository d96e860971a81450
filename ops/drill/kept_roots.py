"""The control: somebody who kept what an erasure destroys, and so can still open everything that they kept besides.

A drill that finds nothing proves something only if the same search finds everything where the erasure is undone. Two
ways to undo it: copy the halves of each root while they are there (``CopiedRoots``), or have the store unwrap what is
known while it still can and keep that (``UnwrappedRoots``), which works with any store, a token included. Neither has a
place in a cell that lives: this is what "a root that somebody secretly kept" means in the threat model (crypto.md).
"""

from collections.abc import Iterable
from pathlib import Path

from crypto.errors import CryptoError, RootDamaged, RootMissing
from crypto.ports import RootStore
from crypto.roots import Half, RootKey, decode_half, join
from crypto.tree import root_context
from ops.drill.history import History
from ops.erasure.epochs import Done


class CopiedRoots:
    """Copies the halves of root keys out of the two folders of a ``FileRoots``."""

    def __init__(self, one: Path, other: Path) -> None:
        self._folders = (one, other)
        self._halves: dict[int, tuple[Half, Half]] = {}
        self.copy()

    def __repr__(self) -> str:
        return "CopiedRoots(***)"

    @property
    def epochs(self) -> frozenset[int]:
        """The epochs whose root was copied."""
        return frozenset(self._halves)

    def copy(self) -> None:
        """Copy what is there now."""
        ones, others = ({half.epoch: half for half in _halves(folder)} for folder in self._folders)
        for epoch in ones.keys() & others.keys():
            self._halves[epoch] = ones[epoch], others[epoch]

    def watch(self, _: Done) -> None:
        """Copy after each step of an epoch; so each root is copied between being staged and being destroyed."""
        self.copy()

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """What the root store would still answer.

        Raises:
            RootMissing: this root was never copied.
            Tampered: another root's, another context's, or changed.
        """
        if epoch not in self._halves:
            raise RootMissing
        root: RootKey = join(*self._halves[epoch])
        return root.unwrap(wrapped, context)

    def secrets(self) -> set[bytes]:
        """The halves, 32 bytes each, for a search of the disk."""
        return {half.secret for halves in self._halves.values() for half in halves}


class UnwrappedRoots:
    """Keeps what a root store unwrapped while it could."""

    def __init__(self, roots: RootStore) -> None:
        self._roots = roots
        self._known: dict[tuple[int, bytes, bytes], bytes] = {}

    def __repr__(self) -> str:
        return "UnwrappedRoots(***)"

    def keep(self, history: History) -> None:
        """Have everything unwrapped that this store can unwrap now."""
        for deployment in history.deployments:
            for epoch, wraps in history.wraps.items():
                context = root_context(deployment, epoch)
                for wrapped in wraps:
                    try:
                        self._known[epoch, wrapped, context] = self._roots.unwrap(epoch, wrapped, context)
                    except CryptoError:
                        continue

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """What the root store would still answer.

        Raises:
            RootMissing: it was never asked this while it could.
        """
        if (epoch, wrapped, context) not in self._known:
            raise RootMissing
        return self._known[epoch, wrapped, context]


def _halves(folder: Path) -> Iterable[Half]:
    for file in folder.glob("*.half"):
        try:
            yield decode_half(file.read_bytes())
        except (RootDamaged, FileNotFoundError):
            continue
