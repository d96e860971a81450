"""The file of one epoch among the key copies: what it changed of the tree of keys, as bytes.

CBOR (``crypto.encoding``) of [1, deployment (16 bytes), epoch before, epoch, root wrap, page head, tombstone head,
[[path, epoch, sealed page], …] in the order of paths, tombstone], then the SHA-256 of all that (32 bytes). One switch
has one spelling, whatever the order of its pages. The hash finds rot. What finds forgery is opening the pages under the
live root, and the chain of tombstones.
"""

from hashlib import sha256
from typing import Final
from uuid import UUID

from crypto import encoding, tombstones
from crypto.errors import Malformed
from crypto.ports import StoredPage, Switch, TreeState

HASH_SIZE: Final = 32
_VERSION: Final = 1
_ID_SIZE: Final = 16


def encode(switch: Switch) -> bytes:
    """A switch's file.

    Raises:
        Malformed: its tombstone can't be written.
    """
    state = switch.state
    body = encoding.encode(
        [
            _VERSION,
            state.deployment.bytes,
            switch.before,
            state.epoch,
            state.root_wrap,
            state.page_head,
            state.tombstone_head,
            [[page.path, page.epoch, page.sealed] for page in sorted(switch.pages, key=lambda page: page.path)],
            tombstones.encode(switch.tombstone),
        ]
    )
    return body + sha256(body).digest()


def decode(content: bytes) -> Switch:
    """Undo ``encode``, accepting exactly the bytes that it makes.

    Raises:
        Malformed: anything else: cut, changed, another version, or spelled otherwise.
    """
    body = content[:-HASH_SIZE]
    if sha256(body).digest() != content[-HASH_SIZE:]:
        raise Malformed
    match encoding.loads(body):
        case [
            1,
            bytes(deployment),
            int(before),
            int(epoch),
            bytes(root_wrap),
            bytes(page_head),
            bytes(tombstone_head),
            [*pages],
            bytes(tombstone),
        ] if len(deployment) == _ID_SIZE:
            state = TreeState(UUID(bytes=deployment), epoch, root_wrap, page_head, tombstone_head)
            switch = Switch(before, state, tuple(map(_page, pages)), tombstones.decode(tombstone))
        case _:
            raise Malformed
    if encode(switch) != content:
        raise Malformed
    return switch


def _page(value: object) -> StoredPage:
    match value:
        case [bytes(path), int(epoch), bytes(sealed)]:
            return StoredPage(path, epoch, sealed)
    raise Malformed
