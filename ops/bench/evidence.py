"""Evidence: how fast the offline verifier goes through leaf records, and through a whole bundle.

A leaf record is read, hashed, put into the chain of its stream and into the tree, whose root must come out. In a whole
bundle the facts of each event are opened besides, and the signature of its author is checked.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

from crypto.leaf import GENESIS, author_message, complete, leaf_body
from crypto.verifier.bundle import Bundle
from crypto.verifier.formats import MAX_LEAF
from crypto.verifier.merkle import check_root, leaf_hash, root_of, root_of_some
from crypto.verifier.plan import verify
from crypto.verifier.policy import Policy
from crypto.verifier.record import Record
from domain.audit import BundleScope
from domain.principals import SERVICE_ID
from domain.reads import Reader
from domain.vocabulary import Role
from ops.audit.bundle import BundleWriter, u16, u64
from ops.audit.export import Wanted, export
from ops.audit.scope import Scope
from ops.bench import ours
from ops.bench.rounds import NOBODY, ROUNDS, Goal, Row, row, seconds
from ops.clock import now
from ops.log.policies import for_verifiers

_LEAVES: Final = 100_000
_OF_A_STREAM: Final = 100
_EVENTS: Final = 1_000
_FAST: Final = 100_000


def rows(url: str, _: str) -> Iterator[Row]:
    """The verifier."""
    yield _leaves()
    yield _whole(url)


def _leaves() -> Row:
    leaves = _made()
    root = root_of([leaf_hash(leaf) for leaf in leaves])
    file = io.BytesIO()
    with BundleWriter(file) as bundle:
        with bundle.member("leaves") as member:
            for index, leaf in enumerate(leaves):
                member.write(u64(index), u16(len(leaf)), leaf)
        for name in ("bundle.json", "checkpoint", "around", "facts", "grants", "receipts.json"):
            bundle.whole(name, b"")
    rates = [_LEAVES / seconds(lambda: _check(file, root)) for _ in range(ROUNDS)]
    goal = Goal(f"≥ {_FAST:,}", lambda reached: reached >= _FAST)
    return row(
        "leaf records verified", rates, goal=goal, against=NOBODY, unit="/s", ours="read, hashed, chained, rooted"
    )


def _check(file: io.BytesIO, root: bytes) -> None:
    record, indices, hashes = Record(), list[int](), list[bytes]()
    for index, raw in Bundle(file).records("leaves", ">QH", MAX_LEAF):
        hashed = leaf_hash(raw)
        indices.append(index)
        hashes.append(hashed)
        record.leaf(index, raw, hashed)
    check_root(root_of_some(len(indices), indices, hashes, iter(())), root)
    if record.found:
        raise RuntimeError("a leaf doesn't follow the one before it")


def _made() -> list[bytes]:
    """Leaves of many streams by turns; each of the size of a session's step, with a signature that nobody checks."""
    streams = [uuid4() for _ in range(_LEAVES // _OF_A_STREAM)]
    before = dict.fromkeys(streams, GENESIS)
    leaves = []
    for version in range(1, _OF_A_STREAM + 1):
        for stream in streams:
            parts = [(uuid4(), os.urandom(32)) for _ in range(2)]
            message = author_message(
                event_id=uuid4(),
                stream=stream,
                version=version,
                time_us=version,
                actor=bytes(16),
                parts=parts,
                grants=[],
            )
            leaves.append(complete(leaf_body(message, bytes(64)), before[stream]))
            before[stream] = leaf_hash(leaves[-1])
    return leaves


def _whole(url: str) -> Row:
    """A bundle about one long engagement, as it is exported."""
    with ours.opened(url, "evidence") as service, tempfile.TemporaryDirectory(prefix="driehoek-bench-") as folder:
        writer, out = ours.Cast(service).engagement(), Path(folder) / "bundle"
        writer.append(_EVENTS // 100, 100)
        about = Scope(BundleScope.ENGAGEMENT, writer.stream)
        export(service, Wanted(about, Reader(SERVICE_ID, Role.SERVICE, SERVICE_ID), now()), out)
        seen = service.log.lines.signer.look()
        keys = () if seen is None else tuple(signer.key for signer in seen.keys.signers)
        policy, bundle = Policy.parse(for_verifiers(keys, None).encode()), io.BytesIO(out.read_bytes())
        rates = [_EVENTS / seconds(lambda: verify(bundle, policy)) for _ in range(ROUNDS)]
    return row("events of a bundle verified", rates, against=NOBODY, unit="/s", ours="facts opened, signatures checked")
