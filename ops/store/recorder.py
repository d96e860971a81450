"""The recorder: the library's door to the log, with every check on the way out.

Writing goes through the committer. Reading trusts nobody with write access to the tables:

1. versions run without a gap, and a stream read from its start begins where streams begin (`StreamGap`);
2. every leaf hashes to what is stored beside it and names the hash of the leaf before it (`LeafForged`);
3. the last row is where the stream's head says the stream ends (`StreamTruncated`);
4. the head carries our authentication code and isn't behind the rows (`HeadForged`).

A read that stops early (`lte`, `limit`) can't see the end of the stream, so 3 and 4 hold for reads up to the end, which
is what loading an aggregate does. Whoever puts an older genuine head back together with older rows is not caught
here but by the log: the positions are missing (`LogGap`), and the signed checkpoints remember its size.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

from ops.store.batch import HashLeaf, HeadMac, Submission
from ops.store.committer import Committer
from ops.store.connections import Connections
from ops.store.heads import HeadCache
from ops.store.lookups import Lookups
from ops.store.rows import (
    GENESIS,
    CommandRecord,
    Head,
    HeadForged,
    LeafForged,
    LogGap,
    StreamGap,
    StreamTruncated,
)
from ops.store.subscription import CellSubscription

# One statement, hence one snapshot: rows and head belong to the same moment.
_STREAM = """
SELECT e.originator_version, e.topic, e.state, e.leaf, e.leaf_hash, h.version, h.leaf_hash, h.mac
  FROM (SELECT) one LEFT JOIN heads h ON h.originator_id = %(stream)b
       LEFT JOIN (SELECT originator_version, topic, state, leaf, leaf_hash FROM events
                   WHERE originator_id = %(stream)b AND originator_version > %(gt)b AND originator_version <= %(lte)b
                   ORDER BY originator_version {order} LIMIT %(limit)b) e ON true
 ORDER BY e.originator_version
"""
_ASCENDING, _DESCENDING = _STREAM.format(order="ASC"), _STREAM.format(order="DESC")
_LOG = """
SELECT s.size, e.position, e.originator_id, e.originator_version, e.topic, e.state
  FROM log_state s LEFT JOIN (SELECT * FROM events WHERE position >= %(start)b AND position <= %(stop)b
                               AND (%(topics)b::text[] IS NULL OR topic = ANY(%(topics)b))
                               ORDER BY position LIMIT %(limit)b) e ON true
 ORDER BY e.position
"""
_BEFORE_ALL, _INT4_MAX, _INT8_MAX = -1, 2**31 - 1, 2**63 - 1


class CellRecorder(Lookups, ApplicationRecorder):
    """Records and reads the events of one cell.

    `head_mac(stream, version, leaf hash)` authenticates heads; `hash_leaf(leaf)` is the log's leaf hash, 32 bytes.
    """

    def __init__(self, connections: Connections, cell: str, head_mac: HeadMac, hash_leaf: HashLeaf) -> None:
        if connections.cell != cell:
            raise ValueError("the connections belong to another cell")
        super().__init__(connections)
        self.cell = cell
        self._hash_leaf = hash_leaf
        self._heads = HeadCache(head_mac)
        self.committer = Committer(lambda: connections.open("append"), self._heads, hash_leaf, head_mac)

    def close(self) -> None:
        """Close the append connection and the pools."""
        self.committer.close()
        self.connections.close()

    # Writing

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, command: CommandRecord | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        """Record the events as one command, whole or not at all; return their positions (None for no events).

        Raises `VersionConflict`, `CommandReplayed`, `CommandReused`, `HeadForged`, `CommitUnknown`, `StoreUnavailable`.
        """
        del kwargs  # the library passes what it was given to save()
        if not stored_events:
            return None
        first = self.committer.append(Submission(stored_events, command))
        return list(range(first, first + len(stored_events)))

    def versions(self, streams: Iterable[UUID]) -> dict[UUID, int]:
        """The last version of each of these streams, 0 for one that hasn't begun, as far as this process knows.

        Another process may have written since: appending the next version finds out, and refreshes what is known.

        Raises `HeadForged`.
        """
        found = {stream: self._heads.get(stream) for stream in streams}
        unknown = [stream for stream, head in found.items() if head is None]
        if unknown:
            with self.connections.use() as connection:
                found.update(self._heads.fetch(connection, unknown))
        versions = {}
        for stream, head in found.items():
            if head is None:
                raise HeadForged
            versions[stream] = head.version or 0
        return versions

    def newest(self, stream: UUID) -> int:
        """The last version of a stream, 0 for one that hasn't begun, as the database has it at this moment.

        Raises `HeadForged`.
        """
        with self.connections.use() as connection:
            head = self._heads.fetch(connection, [stream])[stream]
        if head is None:
            raise HeadForged
        return head.version or 0

    # Reading streams

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stream's events after version `gt`, up to `lte`, at most `limit`; raises on anything out of place."""
        rows = self._rows(
            _DESCENDING if desc else _ASCENDING,
            stream=originator_id,
            gt=_BEFORE_ALL if gt is None else gt,
            lte=_INT4_MAX if lte is None else lte,
            limit=_INT8_MAX if limit is None else limit,
        )
        events = [row[:5] for row in rows if row[0] is not None]
        whole = limit is None or len(events) < limit
        self._check_chain(events, after=gt, anchored=whole or not desc)
        if lte is None and (whole or (desc and limit != 0)):
            self._check_end(originator_id, events, *rows[0][5:8], after=gt)
        found = [StoredEvent(originator_id, version, topic, state) for version, topic, state, _, _ in events]
        if desc:
            found.reverse()
        return found

    def _check_chain(self, events: Sequence[tuple[Any, ...]], *, after: int | None, anchored: bool) -> None:
        """Steps 1 and 2, oldest event first. `anchored`: the first event must be the one that follows `after`."""
        if not events:
            return
        due, prev = events[0][0], None
        if anchored and after is not None and after >= 0 and due != after + 1:
            raise StreamGap
        if anchored and (after is None or after < 0):
            if due > 1:
                raise StreamGap
            prev = GENESIS
        for version, _, _, leaf, leaf_hash in events:
            if version != due:
                raise StreamGap
            if self._hash_leaf(leaf) != leaf_hash or (prev is not None and leaf[-len(GENESIS) :] != prev):
                raise LeafForged
            due, prev = version + 1, leaf_hash

    def _check_end(
        self,
        stream: UUID | str,
        events: Sequence[tuple[Any, ...]],
        version: int | None,
        leaf_hash: bytes,
        mac: bytes,
        *,
        after: int | None,
    ) -> None:
        """Steps 3 and 4, for a read that reaches the end of the stream."""
        if version is None or not isinstance(stream, UUID):
            if events:
                raise HeadForged
            return
        if not self._heads.authentic(stream, version, leaf_hash, mac):
            raise HeadForged
        if not events:
            if after is None or after < version:
                raise StreamTruncated
            return
        last = events[-1][0]
        if last < version:
            raise StreamTruncated
        if last > version or events[-1][4] != leaf_hash:
            raise HeadForged
        self._heads.put({stream: Head(version, leaf_hash)})

    # Reading the log

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The events at positions `start`..`stop`, at most `limit`, of the given topics (all of them by default).

        Without topics the positions must be complete: raises `LogGap` where one below the log's size is missing.
        """
        begin = 1 if start is None else start if inclusive_of_start else start + 1
        end = _INT8_MAX if stop is None else stop
        rows = self._rows(_LOG, start=begin, stop=end, limit=limit, topics=list(topics) or None)
        if not rows:
            raise LogGap  # the log's size is always there, also of an empty log
        found = [Notification(row[2], row[3], row[4], row[5], row[1]) for row in rows if row[1] is not None]
        if not topics:
            due = max(0, min(limit, min(end, rows[0][0]) - max(begin, 1) + 1))
            if len(found) != due or (found and found[-1].id != max(begin, 1) + due - 1):
                raise LogGap
        return found

    def max_notification_id(self) -> int | None:
        """The size of the log, which is the position of its last event; None while it is empty."""
        rows = self._rows("SELECT size FROM log_state")
        if not rows:
            raise LogGap
        return rows[0][0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> CellSubscription:
        """Follow the log from after position `gt`: every position once, in order, for ever (see `subscription`)."""
        return CellSubscription(self, gt=gt, topics=topics)
