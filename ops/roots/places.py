"""One word on a folder of root keys: ``ok``, or what is wrong with it.

``absent``, ``empty`` (no store was begun in it: a mount that isn't there looks like this), ``unreachable``,
``damaged``, ``foreign`` (another deployment's than the other folder or its own record), ``half-missing`` (the live
root's), ``mismatched`` (the two halves make no root), ``open-to-others``, ``read-only``, ``full``.
"""

import os
from contextlib import suppress

from crypto.errors import RootDamaged, RootStoreError, RootUnreachable
from crypto.ports import RootRecord
from crypto.roots import Half, belong_together
from ops.roots.folder import Folder, OpenToOthers


def word(folder: Folder, other: Folder) -> str:
    """The first thing that is wrong with a folder. Never raises."""
    if folder.absent:
        return "absent"
    try:
        return _of_content(folder, other) or _of_device(folder) or "ok"
    except OpenToOthers:
        return "open-to-others"
    except RootDamaged:
        return "damaged"
    except (RootUnreachable, OSError):
        return "unreachable"


def _of_content(folder: Folder, other: Folder) -> str | None:
    record, elsewhere = folder.record(), _record(other)
    if record is None:
        return "empty"
    if elsewhere and elsewhere.deployment != record.deployment:
        return "foreign"
    live = max(record.epoch, elsewhere.epoch if elsewhere else 0)
    if live == 0:
        return None
    half = folder.half(live)
    if half is None:
        return "half-missing"
    return "foreign" if half.deployment != record.deployment else _of_both(half, other)


def _of_both(half: Half, other: Folder) -> str | None:
    with suppress(RootStoreError):
        elsewhere = other.half(half.epoch)
        if elsewhere and not belong_together(half, elsewhere):
            return "mismatched"
    return None


def _of_device(folder: Folder) -> str | None:
    device = os.fstatvfs(folder.handle)
    if device.f_flag & os.ST_RDONLY:
        return "read-only"
    return None if device.f_bavail else "full"


def _record(folder: Folder) -> RootRecord | None:
    with suppress(RootStoreError):
        return folder.record()
    return None
