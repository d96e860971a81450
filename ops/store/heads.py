"""Where streams stand: a small memory in front of the table of heads.

An event's leaf carries the hash of the leaf before it, so whoever appends must know the stream's head. A command has
nearly always just been decided on a stream that this process read or wrote, so the heads of the last few thousand
streams are kept here. An entry may be stale, because other processes write too: the append function compares it under
the lock, and a stale one is fetched anew. It can't be forged: only heads whose authentication held enter.
"""

import hmac
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from uuid import UUID

import psycopg

from ops.store.batch import HeadMac
from ops.store.rows import NO_HEAD, Head

_MOST = 16_384


class HeadCache:
    """The last heads seen, by stream, least recently used first. Safe to share between threads."""

    def __init__(self, head_mac: HeadMac, most: int = _MOST) -> None:
        self._head_mac = head_mac
        self._most = most
        self._heads: OrderedDict[UUID, Head] = OrderedDict()
        self._lock = Lock()

    def get(self, stream: UUID) -> Head | None:
        """The remembered head, or None."""
        with self._lock:
            head = self._heads.get(stream)
            if head is not None:
                self._heads.move_to_end(stream)
            return head

    def put(self, heads: Mapping[UUID, Head]) -> None:
        """Remember heads that were just recorded, or read and authenticated."""
        with self._lock:
            for stream, head in heads.items():
                self._heads[stream] = head
                self._heads.move_to_end(stream)
            while len(self._heads) > self._most:
                self._heads.popitem(last=False)

    def drop(self, streams: Iterable[UUID]) -> None:
        """Forget these streams."""
        with self._lock:
            for stream in streams:
                self._heads.pop(stream, None)

    def authentic(self, stream: UUID, version: int, leaf_hash: bytes, mac: bytes) -> bool:
        """Whether `mac` is the one this system would write beside that head."""
        return hmac.compare_digest(self._head_mac(stream, version, leaf_hash), mac)

    def fetch(self, connection: psycopg.Connection, streams: list[UUID]) -> dict[UUID, Head | None]:
        """The recorded heads of `streams`, authenticated: `NO_HEAD` where there is none, None where it is forged."""
        found: dict[UUID, Head | None] = dict.fromkeys(streams, NO_HEAD)
        rows = connection.execute(
            "SELECT originator_id, version, leaf_hash, mac FROM heads WHERE originator_id = ANY(%b)", [streams],
            binary=True,
        )  # fmt: skip
        for stream, version, leaf_hash, mac in rows:
            good = self.authentic(stream, version, leaf_hash, mac)
            found[stream] = Head(version, leaf_hash) if good else None
        self.put({stream: head for stream, head in found.items() if head is not None and head.version is not None})
        return found
