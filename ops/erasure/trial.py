"""Trying out what an epoch takes before anything is begun: a root that is made and forgotten, and room for its copy.

What is full or read-only shows now, when nothing has changed yet, and not half-way.
"""

import os
from tempfile import TemporaryFile
from typing import Final
from uuid import UUID

from crypto.ports import RootStore
from ops.erasure.copies import CopiesUnwritable, KeyCopies

_TRIAL: Final = 1 << 16
"""Bytes: more than most epochs change, so that a disk with less room is full for us."""


def try_out(roots: RootStore, copies: KeyCopies, deployment: UUID, epoch: int) -> None:
    """Make the root of an epoch that isn't staged yet, forget it, and write beside the key copies.

    Call it alone, as for a change of epochs. A crash leaves a staged root, which the next change discards.

    Raises:
        crypto.errors.RootStoreError: the root store can't make one, or can't forget it.
        CopiesUnwritable: a folder of key copies takes nothing.
    """
    if epoch not in roots.epochs():
        roots.stage(deployment, epoch)
        roots.destroy(epoch)
    try:
        for folder in copies.folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryFile(dir=folder) as file:
                file.write(bytes(_TRIAL))
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise CopiesUnwritable from error
