"""What somebody can open who kept everything: every version of every page, every wrapped root key, and any root.

This is the adversary's computation, and so the proof that an erasure is one: whatever was ever written is assumed to be
copied and kept for ever, and all that is left is tried. An entry that isn't among the values found here is gone, in
every backup, replica, log and old disk block at once. Run it with a root that was kept in secret as a control: then it
finds everything, or it proves nothing.

It tries keys on pages, and needs no order, no state and no honest row: a page's key is any value that was found at the
page's place in its parent, and a root page's key is whatever could be unwrapped. It tries each version with the epoch
that it was stored with, and the root page with each tombstone head that is known; both are kept beside it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from crypto.errors import CryptoError, Malformed, Tampered
from crypto.ports import StoredPage
from crypto.tree import FANOUT, ROOT, child, open_page, root_context, wipe

Unwrap = Callable[[int, bytes, bytes], bytes]
"""``RootStore.unwrap``, or any other way to undo a wrap: (epoch, wrapped key, context) to the key."""


def reachable(
    deployment: UUID,
    wraps: Mapping[int, Collection[bytes]],
    pages: Iterable[StoredPage],
    tombstone_heads: Collection[bytes],
    unwrap: Unwrap,
) -> dict[bytes, set[bytes]]:
    """Return every child of every page that can be opened: by location, all 32-byte values that were ever there.

    The values of a slot's location are the entries that its key can be made of, with its scope's entry from the
    scopes' page (``slots.slot_secret``); those of a page's path are the keys to try on it. Secret, all of it.

    Args:
        deployment: whose tree it is.
        wraps: by epoch, every wrapped root page key that was ever written for it.
        pages: every version of every page that was ever written, in any order.
        tombstone_heads: every head of the chain of tombstones.
        unwrap: what is left of the root stores; raises a ``CryptoError`` where it can't.
    """
    versions: dict[bytes, set[StoredPage]] = defaultdict(set)
    for page in pages:
        versions[page.path].add(page)
    found: dict[bytes, set[bytes]] = defaultdict(set)
    root_keys = _root_keys(deployment, wraps, unwrap)
    for path in sorted(versions, key=len):
        keys, heads = (root_keys, tombstone_heads) if path == ROOT else (found.get(path, set()), [b""])
        for page in versions[path]:
            _open_into(found, deployment, page, keys, heads)
    return dict(found)


def _root_keys(deployment: UUID, wraps: Mapping[int, Collection[bytes]], unwrap: Unwrap) -> set[bytes]:
    keys = set()
    for epoch, wrapped_keys in wraps.items():
        for wrapped in wrapped_keys:
            try:
                keys.add(unwrap(epoch, wrapped, root_context(deployment, epoch)))
            except CryptoError:
                continue
    return keys


def _open_into(
    found: dict[bytes, set[bytes]],
    deployment: UUID,
    page: StoredPage,
    keys: Collection[bytes],
    heads: Collection[bytes],
) -> None:
    for key in keys:
        for head in heads:
            try:
                children = open_page(deployment, page, key, head)
            except (Tampered, Malformed):
                continue
            for index in range(FANOUT):
                found[page.path + bytes((index,))].add(child(children, index))
            wipe(children)
            return
