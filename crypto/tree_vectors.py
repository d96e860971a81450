"""The key tree's part of ``vectors.json``: every format of FORMAT.md 6 once, from fixed inputs.

The tree of the example: the root page, the scopes' page and slot page number 129, so one page in between. Children,
keys and nonces are fixed, so the sealed pages are too; of each the hash is kept. ``make_vectors`` calls this.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from crypto import roots, slots, tombstones, tree
from crypto.errors import CryptoError
from crypto.ports import RootRecord, StoredPage, StoredSlot, Tombstone
from crypto.tree import ROOT, SCOPES_PAGE

DEPLOYMENT: Final = UUID("31323334-3536-4738-b93a-3b3c3d3e3f40")
EPOCH: Final = 2
SCOPE: Final = "C"
SLOT_ID: Final = UUID("20212223-2425-4627-a829-2a2b2c2d2e2f")
SLOT_PAGE: Final = tree.slot_page(129)
SLOT_INDEX: Final = 200
ROOT_PAGE_KEY: Final = bytes(range(0x80, 0xA0))
PAIR: Final = bytes(range(0x10, 0x20))
HALVES: Final = (
    roots.Half(DEPLOYMENT, EPOCH, PAIR, bytes(range(0x20, 0x40))),
    roots.Half(DEPLOYMENT, EPOCH, PAIR, bytes(range(0xE0, 0x100))),
)
TOMBSTONE: Final = Tombstone(
    epoch=EPOCH,
    erasures=(UUID("51525354-5556-4758-995a-5b5c5d5e5f60"),),
    locations=(b"\x05", SLOT_PAGE + b"\x07"),
    slots=(UUID("61626364-6566-4768-a96a-6b6c6d6e6f70"), UUID("71727374-7576-4778-b97a-7b7c7d7e7f80")),
    time_us=1_767_225_600_000_000,
)
HEAD: Final = tombstones.extend(tombstones.first_head(DEPLOYMENT), TOMBSTONE)
PATHS: Final = (ROOT, SCOPES_PAGE, SLOT_PAGE[:1], SLOT_PAGE)


def children(path: bytes) -> bytearray:
    """Return the example's children of a page: child i = SHA-256(path ‖ i)."""
    return bytearray(b"".join(sha256(path + bytes((index,))).digest() for index in range(tree.FANOUT)))


def key(path: bytes) -> bytes:
    """Return the example's key of a page: the root page's, or the child at the page's path."""
    return ROOT_PAGE_KEY if path == ROOT else tree.child(children(path[:-1]), path[-1])


def sealed(path: bytes) -> StoredPage:
    """Return the example's page at a path, sealed with the first 12 bytes of SHA-256("nonce" ‖ path) as its nonce."""
    nonce = sha256(b"nonce" + path).digest()[:12]
    head = HEAD if path == ROOT else b""
    page = StoredPage(path, EPOCH, b"")
    return tree._seal(nonce, key(path), children(path), page, DEPLOYMENT, head)  # noqa: SLF001 - fixed nonces are for vectors alone


def slot() -> StoredSlot:
    """Return the row of the example's slot."""
    return StoredSlot(SLOT_ID, SLOT_PAGE, SLOT_INDEX, slots.mark(scope().mark_key, SLOT_ID, SLOT_PAGE, SLOT_INDEX))


def scope() -> slots.Scope:
    """Return the example's scope."""
    return slots.derive_scope(SCOPE, tree.child(children(SCOPES_PAGE), slots.scope_index(SCOPE)))


def unwrap(wrapped: bytes) -> bytes:
    """Open a wrapped root page key with the example's root."""
    return roots.join(*HALVES).unwrap(wrapped, tree.root_context(DEPLOYMENT, EPOCH))


def compute(previous: Mapping[str, Any]) -> dict[str, Any]:
    """Return the vectors as JSON values, bytes in hex; ``previous`` lends its random example."""
    record = RootRecord(DEPLOYMENT, EPOCH, tree.page_head(sealed(ROOT).sealed), HEAD)
    entry = tree.child(children(SLOT_PAGE), SLOT_INDEX)
    return {
        "paths": {str(n): tree.slot_page(n).hex() for n in (0, 127, 128, 16_511, 16_512, 82_048, tree.CAPACITY - 1)},
        "deployment": str(DEPLOYMENT),
        "epoch": EPOCH,
        "pages": [
            {
                "path": path.hex(),
                "key": key(path).hex(),
                "context": tree._page_context(  # noqa: SLF001 - the steps in between are part of the format
                    DEPLOYMENT, sealed(path), HEAD if path == ROOT else b""
                ).hex(),
                "nonce": sealed(path).sealed[1:13].hex(),
                "children_sha256": sha256(children(path)).hexdigest(),
                "sealed_sha256": sha256(sealed(path).sealed).hexdigest(),
            }
            for path in PATHS
        ],
        "scope": {
            "name": SCOPE,
            "entry": tree.child(children(SCOPES_PAGE), slots.scope_index(SCOPE)).hex(),
            "salt": scope().salt.hex(),
            "mark_key": scope().mark_key.hex(),
        },
        "slot": {
            "id": str(SLOT_ID),
            "page": SLOT_PAGE.hex(),
            "index": SLOT_INDEX,
            "entry": entry.hex(),
            "secret": slots.slot_secret(scope(), SLOT_ID, entry).hex(),
            "mark": slot().mark.hex(),
        },
        "tombstone": {
            "first_head": tombstones.first_head(DEPLOYMENT).hex(),
            "body": tombstones.encode(TOMBSTONE).hex(),
            "head": HEAD.hex(),
        },
        "root": {
            "halves": [roots.encode_half(half).hex() for half in HALVES],
            "record": roots.encode_record(record).hex(),
            "context": tree.root_context(DEPLOYMENT, EPOCH).hex(),
            "wrapped": _wrapped(previous.get("root", {}).get("wrapped", "")).hex(),
        },
    }


def _wrapped(example: str) -> bytes:
    wrapped = bytes.fromhex(example)
    try:
        unwrap(wrapped)
    except CryptoError:
        wrapped = roots.join(*HALVES).wrap(ROOT_PAGE_KEY, tree.root_context(DEPLOYMENT, EPOCH))
    return wrapped
