"""The tree of pages: where a page lies, how one is sealed, and how its keys are made anew (FORMAT.md 6).

A page is 256 children of 32 bytes. A page's *path* is the list of indices that leads to it from the root page, whose
path is empty; a *location* is one child: its page's path and one index. So a page's path is also the location of the
page's own key, in its parent. A child is a page's key or a slot's entry, and random from the first moment: nothing
shows which children are in use, and using one never rewrites a page.

    root page         direct          indirect                doubly indirect
    index 0 … 127     slot page 00                            slots hang from the slot pages
          128 … 191   page 80    →    slot page 80 00
          192 … 255   page c0    →    page c0 00         →    slot page c0 00 00

Slot pages are numbered, and a number fixes the path as an inode's block numbers do: the tree starts shallow and grows
deeper without moving anything. Number 0 is the scopes' page.

Nothing here reads or stores; callers bring pages and keep them. Opened pages are ``bytearray``, to be wiped.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.encoding import lp
from crypto.errors import Malformed, Tampered, TreeFull
from crypto.ports import StoredPage

# Version with care: pages that can't be opened are everything that can't be read.
PAGE_VERSION: Final = b"\x01"
FANOUT: Final = 256
CHILD_SIZE: Final = 32
PAGE_SIZE: Final = FANOUT * CHILD_SIZE
_NONCE: Final = 12
_TAG: Final = 16
SEALED_SIZE: Final = 1 + _NONCE + PAGE_SIZE + _TAG

ROOT: Final = b""
SCOPES_PAGE: Final = b"\x00"
"""The slot page that holds the scopes' entries instead of slots: number 0."""

_INDIRECT: Final = 128
_DOUBLY: Final = 192
_DEPTHS: Final = ((0, _INDIRECT), (_INDIRECT, _DOUBLY), (_DOUBLY, FANOUT))
"""Which first indices lead to slot pages at depth 1, 2 and 3: from, and up to."""

_COUNTS: Final = tuple((end - start) << 8 * depth for depth, (start, end) in enumerate(_DEPTHS))
CAPACITY: Final = sum(_COUNTS)
"""How many slot pages the tree has room for: 4,210,816, of 256 slots each."""


def slot_page(ordinal: int) -> bytes:
    """Return the path of a slot page by its number, which counts from 0: one to three bytes.

    Raises:
        TreeFull: the number is past the last one, ``CAPACITY`` - 1.
        Malformed: it is negative.
    """
    if ordinal < 0:
        raise Malformed
    for depth, count in enumerate(_COUNTS):
        if ordinal < count:
            return ((_DEPTHS[depth][0] << 8 * depth) + ordinal).to_bytes(depth + 1, "big")
        ordinal -= count
    raise TreeFull


def page_ordinal(path: bytes) -> int:
    """Undo ``slot_page``.

    Raises:
        Malformed: no slot page has this path.
    """
    if not is_slot_page(path):
        raise Malformed
    depth = len(path) - 1
    return sum(_COUNTS[:depth]) + int.from_bytes(path, "big") - (_DEPTHS[depth][0] << 8 * depth)


def is_slot_page(path: bytes) -> bool:
    """Tell whether a path is that of a slot page, by its form."""
    return len(path) > 0 and len(path) == _depth(path)


def is_page(path: bytes) -> bool:
    """Tell whether a path is that of a page: the root page, a slot page or one in between."""
    return len(path) == 0 or len(path) <= _depth(path)


def is_slot(location: bytes) -> bool:
    """Tell whether a location is a child of a slot page."""
    return len(location) > 1 and len(location) == _depth(location) + 1


def ancestors(location: bytes) -> list[bytes]:
    """Return the paths of the pages that lead to a location: all its proper prefixes, the root page first."""
    return [location[:length] for length in range(len(location))]


def paths_to(locations: Iterable[bytes]) -> list[bytes]:
    """Return the pages that lead to any of these locations, each once, parents first; the root page always."""
    paths = {ROOT}
    for location in locations:
        paths.update(ancestors(location))
    return sorted(paths, key=lambda path: (len(path), path))


def topmost(locations: Collection[bytes]) -> list[bytes]:
    """Return these locations, each once and in order, without those that lie below another one."""
    given = set(locations)
    return sorted(location for location in given if given.isdisjoint(ancestors(location)))


def child(children: bytes | bytearray, index: int) -> bytes:
    """Return one child of an opened page, 32 bytes."""
    return bytes(children[index * CHILD_SIZE : (index + 1) * CHILD_SIZE])


def set_child(children: bytearray, index: int, value: bytes) -> None:
    """Put a child of 32 bytes in its place.

    Raises:
        Malformed: the value has another size.
    """
    if len(value) != CHILD_SIZE:
        raise Malformed
    children[index * CHILD_SIZE : (index + 1) * CHILD_SIZE] = value


def new_children() -> bytearray:
    """Return the children of a new page: 8,192 random bytes, every one of them ready for use."""
    return bytearray(os.urandom(PAGE_SIZE))


def wipe(children: bytearray) -> None:
    """Overwrite an opened page with zeros."""
    children[:] = bytes(len(children))


def wipe_all(opened: Mapping[bytes, bytearray]) -> None:
    """Overwrite opened pages with zeros."""
    for children in opened.values():
        wipe(children)


def page_head(sealed: bytes) -> bytes:
    """Return what the root's record remembers of a sealed root page: SHA-256, 32 bytes."""
    return sha256(sealed).digest()


def root_context(deployment: UUID, epoch: int) -> bytes:
    """Return what the root page's key is bound to when the root store wraps it."""
    return lp(b"driehoek/root-page/v1", deployment.bytes, _u64(epoch))


def seal_page(
    deployment: UUID, path: bytes, epoch: int, key: bytes, children: bytearray, tombstone_head: bytes = b""
) -> StoredPage:
    """Seal a page under its key (32 bytes): 8,221 bytes, bound to deployment, path and epoch.

    The nonce is random. A key seals one page once in its life; where two processes make the same page at once it may
    be twice, far from the 2^32 of NIST SP 800-38D, 8.3.

    Args:
        deployment: whose tree it is.
        path: where the page lies.
        epoch: in which it is sealed.
        key: the page's key.
        children: 8,192 bytes; left as they are.
        tombstone_head: for the root page, the head of the chain of tombstones (32 bytes); empty for all others.

    Raises:
        Malformed: the key or the children have another size.
    """
    if len(key) != CHILD_SIZE or len(children) != PAGE_SIZE:
        raise Malformed
    return _seal(os.urandom(_NONCE), key, children, StoredPage(path, epoch, b""), deployment, tombstone_head)


def open_page(deployment: UUID, page: StoredPage, key: bytes, tombstone_head: bytes = b"") -> bytearray:
    """Open a page: its children, 8,192 bytes in a ``bytearray`` of the caller's own, to be wiped after use.

    Raises:
        Malformed: another size, or another version.
        Tampered: another page's key (so also an older or a newer one of this page), another place, deployment, epoch
            or tombstone head, or changed.
    """
    sealed = page.sealed
    if len(sealed) != SEALED_SIZE or sealed[:1] != PAGE_VERSION or len(key) != CHILD_SIZE:
        raise Malformed
    children = bytearray(PAGE_SIZE)
    context = _page_context(deployment, page, tombstone_head)
    try:
        AESGCM(key).decrypt_into(sealed[1 : 1 + _NONCE], memoryview(sealed)[1 + _NONCE :], context, children)
    except InvalidTag as error:
        raise Tampered from error
    return children


def open_pages(
    deployment: UUID,
    pages: Mapping[bytes, StoredPage],
    wanted: Collection[bytes],
    keys: Mapping[bytes, bytes],
    tombstone_head: bytes,
) -> dict[bytes, bytearray]:
    """Open these pages, parents first: the key of each is in ``keys``, or in its parent among the wanted.

    Args:
        deployment: whose tree it is.
        pages: sealed pages by path.
        wanted: the paths to open.
        keys: keys by path, for those whose parent isn't wanted.
        tombstone_head: what the root page is bound to.

    Raises:
        Tampered: one doesn't open, isn't there, or says that it lies elsewhere; nothing opened is left behind.
        Malformed: as in ``open_page``.
    """
    opened: dict[bytes, bytearray] = {}
    try:
        for path in sorted(wanted, key=len):
            key = keys[path] if path in keys else child(opened[path[:-1]], path[-1])
            opened[path] = open_page(deployment, _at(path, pages), key, tombstone_head if path == ROOT else b"")
    except BaseException:
        wipe_all(opened)
        raise
    return opened


def rekey(
    deployment: UUID,
    epoch: int,
    opened: Mapping[bytes, bytearray],
    doomed: Collection[bytes],
    tombstone_head: bytes,
) -> tuple[tuple[StoredPage, ...], bytes]:
    """Give every given page a fresh key, and every doomed location a fresh child: what was there is gone.

    Bottom up: a page's new key is put into its parent before that is sealed. A page that isn't given keeps its key,
    its sealed bytes and its child in its parent.

    Args:
        deployment: whose tree it is.
        epoch: the epoch that this makes.
        opened: the pages to rewrite, by path; with each page its parent. Written into: bring copies of what others use.
        doomed: locations on given pages; a given page isn't doomed itself.
        tombstone_head: of the new epoch.

    Returns:
        The sealed pages, parents before children, and the root page's key (32 bytes), to be wrapped by the root store.

    Raises:
        Malformed: a page without its parent, or a doomed location that isn't on a given page or is one.
    """
    if ROOT not in opened or any(path != ROOT and path[:-1] not in opened for path in opened):
        raise Malformed
    if any(location == ROOT or location in opened or location[:-1] not in opened for location in doomed):
        raise Malformed
    for location in doomed:
        set_child(opened[location[:-1]], location[-1], os.urandom(CHILD_SIZE))
    sealed = []
    root_key = b""
    for path in sorted(opened, key=lambda path: (len(path), path), reverse=True):
        key = os.urandom(CHILD_SIZE)
        if path == ROOT:
            root_key = key
        else:
            set_child(opened[path[:-1]], path[-1], key)
        sealed.append(seal_page(deployment, path, epoch, key, opened[path], tombstone_head if path == ROOT else b""))
    return tuple(reversed(sealed)), root_key


def _depth(path: bytes) -> int:
    return 1 if path[0] < _INDIRECT else 2 if path[0] < _DOUBLY else 3


def _at(path: bytes, pages: Mapping[bytes, StoredPage]) -> StoredPage:
    page = pages.get(path)
    if page is None or page.path != path:
        raise Tampered
    return page


def _seal(
    nonce: bytes, key: bytes, children: bytearray, page: StoredPage, deployment: UUID, tombstone_head: bytes
) -> StoredPage:
    ciphertext = AESGCM(key).encrypt(nonce, children, _page_context(deployment, page, tombstone_head))
    return StoredPage(page.path, page.epoch, PAGE_VERSION + nonce + ciphertext)


def _page_context(deployment: UUID, page: StoredPage, tombstone_head: bytes) -> bytes:
    return lp(b"driehoek/page/v1", deployment.bytes, page.path, _u64(page.epoch), tombstone_head)


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")
