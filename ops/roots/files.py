"""Root keys as two halves in two folders: on two mounts, so that neither one's copy is a copy of the root.

Each folder holds a *record* of which root is live and one half per root key (``crypto.roots`` has the bytes). The first
``stage`` lays down records of epoch 0: "a store is here, of this deployment, and nothing is live". So a folder without
a record is a mount that isn't there, and is never taken for a folder from which a half was destroyed.

What a crash leaves between the two is repaired by the next call (``both``).

Every call locks both folders (``flock``): processes and threads take turns. The folders belong on local file systems.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from crypto.errors import (
    RootExists,
    RootForeign,
    RootMissing,
    RootRolledBack,
    RootStoreError,
    RootUnwritable,
)
from crypto.ports import RootRecord
from crypto.roots import RootKey, draw, encode_half, encode_record
from ops.roots.both import Two, found_in, is_whole, joined, place, where_to_forget, writing
from ops.roots.folder import RECORD, half_name, make, opened
from ops.roots.places import word
from ops.settings import RootSettingsError

_NO_HEAD: Final = bytes(32)
_ONE_FOLDER: Final = "the two folders of root keys are one folder"


class FileRoots:
    """A ``RootStore`` in two folders."""

    def __init__(self, one: Path, other: Path) -> None:
        """Choose the folders; nothing is touched yet.

        Raises:
            RootSettingsError: they are one folder.
        """
        self._paths = (one, other)
        if one.resolve() == other.resolve():
            raise RootSettingsError(_ONE_FOLDER)

    def __repr__(self) -> str:
        return "FileRoots(***)"

    def record(self) -> RootRecord | None:
        """See ``RootStore``.

        Raises:
            RootMissing: one folder has no record though a root was made.
            RootUnreachable: a folder, or what is in it, can't be read.
            RootDamaged: a record isn't whole, or the two disagree on one epoch.
            RootForeign: the two are of different deployments.
        """
        with self._opened() as folders:
            found = found_in(folders)
            return found if found and found.epoch else None

    def deployment(self) -> UUID | None:
        """See ``RootStore``. Raises as ``record`` does."""
        with self._opened() as folders:
            found = found_in(folders)
            return found.deployment if found else None

    def epochs(self) -> frozenset[int]:
        """See ``RootStore``. Raises as ``record`` does."""
        with self._opened() as folders:
            found = found_in(folders)
            if found is None:
                return frozenset()
            one, other = folders
            both = one.epochs() & other.epochs()
            return frozenset(epoch for epoch in both if is_whole(folders, found.deployment, epoch))

    def stage(self, deployment: UUID, epoch: int) -> None:
        """See ``RootStore``. Makes the folders where no store was begun.

        Raises:
            RootDamaged: what is there of this epoch isn't whole, and no crash leaves it so; ``destroy`` wipes it.
        """
        made: list[Path] = []
        try:
            with writing():
                self._make(made)
                with self._opened() as folders:
                    _stage(folders, deployment, epoch)
        except RootStoreError:
            for path in reversed(made):
                with suppress(OSError):
                    path.rmdir()
            raise

    def wrap(self, epoch: int, key: bytes, context: bytes) -> bytes:
        """See ``RootStore`` and ``crypto.roots.RootKey.wrap``. Raises as ``record`` does, too."""
        return self._root(epoch).wrap(key, context)

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See ``RootStore``. Raises as ``record`` does, too."""
        return self._root(epoch).unwrap(wrapped, context)

    def switch(self, record: RootRecord) -> None:
        """See ``RootStore``.

        Raises:
            RootForeign: the record is another deployment's.
            RootUnwritable: the store is full, read-only or out of reach. When a device fails between the two folders
                the switch may have happened in one: then it counts, and switching again completes it.
        """
        with writing(), self._opened() as folders:
            found = found_in(folders, strictly=True)
            if found is None:
                raise RootMissing
            if found.deployment != record.deployment:
                raise RootForeign
            if found == record and record.epoch:
                return
            if record.epoch <= found.epoch:
                raise RootRolledBack
            if joined(folders, record.deployment, record.epoch) is None:
                raise RootMissing
            place(folders, {RECORD: [encode_record(record)] * 2})

    def destroy(self, epoch: int) -> None:
        """See ``RootStore``. When it returns, at least one half is in its folder no more.

        With one folder out of reach a *retired* root is destroyed in the other: that is enough, and what remains is
        wiped when the folder is back. A later epoch than the live one needs both folders, since the missing one may
        know that it is live.

        Raises:
            RootInUse: it is the live one.
            RootUnwritable: no half could be wiped, or no folder says that this is the store.
            RootForeign: the two folders are of different deployments.
        """
        with self._opened() as folders:
            with suppress(RootStoreError):
                found_in(folders)
            gone = 0
            for folder in where_to_forget(folders, epoch):
                with suppress(OSError):
                    folder.forget(epoch)
                    gone += 1
            if not gone:
                raise RootUnwritable

    def places(self) -> Mapping[str, str]:
        """See ``RootStore``; ``ops.roots.places`` has the words."""
        try:
            with self._opened() as (one, other):
                return {str(one.path): word(one, other), str(other.path): word(other, one)}
        except RootStoreError:
            return dict.fromkeys(map(str, self._paths), "unreachable")

    def on_one_device(self) -> bool:
        """Whether both folders lie on one device, so that one thief, one failure or one snapshot has both halves.

        Raises:
            RootUnreachable: a folder isn't there.
        """
        with self._opened() as folders:
            return len({folder.identity()[0] for folder in folders}) == 1

    @contextmanager
    def _opened(self) -> Iterator[Two]:
        with opened(*self._paths) as (one, other):
            if one.reachable and other.reachable and one.identity() == other.identity():
                raise RootSettingsError(_ONE_FOLDER)
            yield one, other

    def _make(self, made: list[Path]) -> None:
        """Make the folders that are absent, and say which these were. Where a store was begun none may be absent."""
        with self._opened() as folders:
            found_in(folders)
            absent = [folder.path for folder in folders if folder.absent]
        for path in absent:
            make(path, made)

    def _root(self, epoch: int) -> RootKey:
        with self._opened() as folders:
            found = found_in(folders)
            root = joined(folders, found.deployment, epoch) if found else None
        if root is None:
            raise RootMissing
        return root


def _stage(folders: Two, deployment: UUID, epoch: int) -> None:
    found = found_in(folders, strictly=True)
    if found and found.deployment != deployment:
        raise RootForeign
    if epoch <= (found.epoch if found else 0):
        raise RootRolledBack
    if joined(folders, deployment, epoch):
        raise RootExists
    for folder in folders:
        folder.forget(epoch)
    empty = {} if found else {RECORD: [encode_record(RootRecord(deployment, 0, _NO_HEAD, _NO_HEAD))] * 2}
    try:
        place(folders, {**empty, half_name(epoch): [encode_half(half) for half in draw(deployment, epoch)]})
    except OSError:
        for folder in folders:
            with suppress(OSError):
                folder.forget(epoch)
        raise
