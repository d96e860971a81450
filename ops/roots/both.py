"""Two folders as one store: which record counts, what makes a root, and what a crash between the two left.

What a crash between the two folders leaves, and who repairs it:

- the records differ: the switch to the higher one had begun, so it counts; every call writes it to the other folder;
- a half in one folder only: not a root. Of a later epoch than the live one it was being made, and the next ``stage`` or
  ``destroy`` of that epoch wipes it; of an earlier one it was being destroyed, and every call wipes it;
- files without a name of their own (``folder``): every call wipes them.

A read repairs what it can and answers the same when it can't, on a read-only mount for instance.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from uuid import UUID

from crypto.errors import RootDamaged, RootForeign, RootInUse, RootMissing, RootUnreachable, RootUnwritable
from crypto.ports import RootRecord
from crypto.roots import RootKey, encode_record, join
from ops.roots.folder import RECORD, Folder

Two = tuple[Folder, Folder]


@contextmanager
def writing() -> Iterator[None]:
    """Turn the system's errors, and folders that aren't there, into the port's ``RootUnwritable``."""
    try:
        yield
    except (OSError, RootUnreachable) as error:
        raise RootUnwritable from error


def found_in(folders: Two, *, strictly: bool = False) -> RootRecord | None:
    """The record that counts, of epoch 0 while nothing is live; None where no store was begun. Repairs.

    Raises:
        RootMissing, RootUnreachable, RootDamaged, RootForeign: as ``FileRoots.record`` says.
        OSError: it can't repair, and ``strictly`` says that this matters.
    """
    records = [None if folder.absent else folder.record() for folder in folders]
    known = [record for record in records if record]
    if not known:
        return None
    if any(folder.absent for folder in folders):
        raise RootUnreachable
    if len({record.deployment for record in known}) > 1:
        raise RootForeign
    found = max(known, key=lambda record: record.epoch)
    if len(known) == 1 and (found.epoch or any(folder.epochs() for folder in folders)):
        raise RootMissing  # both records are there before the first half is: this folder isn't the one it should be
    if any(record.epoch == found.epoch and record != found for record in known):
        raise RootDamaged
    try:
        _repair(folders, found, records)
    except OSError:
        if strictly:
            raise
    return found


def _repair(folders: Two, found: RootRecord, records: list[RootRecord | None]) -> None:
    for folder, record in zip(folders, records, strict=True):
        folder.settle()
        folder.tidy()
        if record != found:
            folder.publish(folder.prepare(encode_record(found)), RECORD)
    one, other = folders
    for folder, elsewhere in ((one, other.epochs()), (other, one.epochs())):
        for epoch in folder.epochs() - elsewhere:
            if epoch < found.epoch:
                folder.forget(epoch)


def place(folders: Two, files: Mapping[str, list[bytes]]) -> None:
    """Write each file, in both folders; a full or read-only one is found out before the first gets its name."""
    prepared: list[tuple[Folder, str, str]] = []
    try:
        for name, contents in files.items():
            for folder, content in zip(folders, contents, strict=True):
                prepared.append((folder, folder.prepare(content), name))
    except OSError:
        for folder, provisional, _ in prepared:
            folder.discard(provisional)
        raise
    for folder, provisional, name in prepared:
        folder.publish(provisional, name)


def joined(folders: Two, deployment: UUID, epoch: int) -> RootKey | None:
    """An epoch's root; None when a half of it is missing.

    Raises:
        RootDamaged, RootForeign: a half isn't whole, is exposed, or belongs to another half or another deployment.
        RootUnreachable: a half can't be read.
    """
    one, other = (folder.half(epoch) for folder in folders)
    if one is None or other is None:
        return None
    if one.deployment != deployment or other.deployment != deployment:
        raise RootForeign
    return join(one, other)


def is_whole(folders: Two, deployment: UUID, epoch: int) -> bool:
    """Whether an epoch's root can be made of what is here."""
    try:
        return joined(folders, deployment, epoch) is not None
    except (RootDamaged, RootForeign):
        return False


def where_to_forget(folders: Two, epoch: int) -> list[Folder]:
    """The folders in which wiping an epoch's half means that its root is gone, and isn't the live one's end.

    Raises:
        RootInUse: it is the live one.
        RootForeign: the folders are of two deployments.
    """
    known: list[tuple[Folder, RootRecord]] = []
    for folder in folders:
        with suppress(RootDamaged, RootUnreachable):
            if record := folder.record():
                known.append((folder, record))
    if len({record.deployment for _, record in known}) > 1:
        raise RootForeign
    live = max((record.epoch for _, record in known), default=0)
    if epoch == live > 0:
        raise RootInUse
    # A record alone may be a switch behind, so that what looks staged is live: leave it, unless it isn't there anyway.
    certain = len(known) == len(folders) or epoch < live
    return [folder for folder, _ in known if certain or epoch not in folder.epochs()]
