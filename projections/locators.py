"""Locators: what a view holds. A row says *where* a sealed part lies; the part itself stays in the log.

A view is named after its audience. Its rows are numbered per stream from 1 without gaps, in the order in which the
audience could know: a part that was there before its reader was granted the key comes at the moment of the grant. The
number is all that a party ever learns of the log's order; positions stay inside.

Each stream's row count is authenticated, so rows that were removed or changed in SQL are noticed on reading. A row
that points elsewhere either opens nothing (its part is bound to its own place) or names a place twice. Positions alone
are bound to nothing: a stream whose versions don't follow its positions was put in another order.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg

from projections.ports import Seal, SealedAt


class ViewForged(Exception):  # noqa: N818 - a finding, named by what was found
    """A view's rows are not those that were built."""

    def __init__(self) -> None:
        super().__init__("a view's rows are not those that were built")


@dataclass(frozen=True)
class Located:
    """A part that a view's audience can open.

    Attributes:
        seq: its number in the view's stream.
        position: its event's place in the log.
        size: bytes of the sealed part.
        part: the sealed part; without its bytes where only its place was asked for.
    """

    seq: int
    position: int
    size: int
    part: SealedAt


# A stream as its place in the list that was asked for, a key as its bytes: thousands of rows name a handful of either.
_ROWS = """
SELECT array_position(%(streams)s::uuid[], v.originator_id) - 1, v.seq, v.position, v.idx, e.originator_version,
       uuid_send(p.key_id), octet_length(p.sealed), CASE WHEN %(sealed)s THEN p.sealed ELSE ''::bytea END
  FROM view_rows v JOIN events e USING (position) JOIN parts p ON p.position = v.position AND p.idx = v.idx
 WHERE v.view = %(view)s AND v.originator_id = ANY(%(streams)s) ORDER BY v.position, v.idx
"""
_SEALED = """
SELECT p.position, p.idx, p.sealed
  FROM parts p JOIN unnest(%s::bigint[], %s::int[]) AS a(position, idx) USING (position, idx)
"""
_HEADS = "SELECT originator_id, count, mac FROM view_heads WHERE view = %s AND originator_id = ANY(%s)"


def head_fields(view: str, stream: UUID, count: int) -> tuple[bytes, ...]:
    """What a stream's head in a view authenticates."""
    return view.encode(), stream.bytes, count.to_bytes(8, "big")


def locate(
    connection: psycopg.Connection[tuple[object, ...]],
    view: str,
    streams: list[UUID],
    seal: Seal,
    *,
    sealed: bool = True,
) -> list[Located]:
    """All rows of a view in these streams, in the order of the log; with the sealed parts, or their places only.

    Raises:
        ViewForged: when the rows aren't complete, or aren't those that were built.
    """
    with connection.transaction():
        # One snapshot for both: a batch that commits between them would look like a forgery.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows: list[tuple[Any, ...]] = connection.execute(
            _ROWS, {"view": view, "streams": streams, "sealed": sealed}, binary=True
        ).fetchall()
        heads: list[tuple[Any, ...]] = connection.execute(_HEADS, (view, streams), binary=True).fetchall()
    found: list[Located] = []
    numbers: dict[int, set[int]] = {}
    key_ids: dict[bytes, UUID] = {}
    places: set[tuple[int, int]] = set()
    latest: dict[int, int] = {}
    for stream, seq, position, index, version, key, size, content in rows:
        if version < latest.get(stream, version):
            raise ViewForged
        latest[stream] = version
        numbers.setdefault(stream, set()).add(seq)
        places.add((position, index))
        key_id = key_ids.get(key) or key_ids.setdefault(key, UUID(bytes=key))
        found.append(Located(seq, position, size, SealedAt(streams[stream], version, index, key_id, content)))
    counts: dict[int, int] = {}
    for stream, count, mac in heads:
        try:
            seal.check(mac, *head_fields(view, stream, count))
        except Exception as error:
            raise ViewForged from error
        counts[streams.index(stream)] = count
    if len(places) != len(found) or numbers.keys() - counts.keys():
        raise ViewForged
    if any(numbers.get(stream, set()) != set(range(1, count + 1)) for stream, count in counts.items()):
        raise ViewForged
    return found


def fetch(connection: psycopg.Connection[tuple[object, ...]], places: list[Located]) -> list[Located]:
    """The same places with their sealed parts.

    Raises:
        ViewForged: when one of them isn't there any more.
    """
    at = [one.position for one in places], [one.part.index for one in places]
    rows: list[tuple[Any, ...]] = connection.execute(_SEALED, at, binary=True).fetchall()
    sealed = {(position, index): content for position, index, content in rows}
    if len(sealed) != len(places):
        raise ViewForged
    return [replace(one, part=replace(one.part, sealed=sealed[one.position, one.part.index])) for one in places]
