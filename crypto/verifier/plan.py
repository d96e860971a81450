"""The plan: thirteen steps from a file to a verdict, what each found, and what none of them can check."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from typing import Any, BinaryIO, Final
from uuid import UUID

from cryptography.x509 import Certificate

from crypto.verifier.bundle import Bundle
from crypto.verifier.formats import MAX_LEAF, lp
from crypto.verifier.merkle import check_consistency, check_root, leaf_hash, root_of_some
from crypto.verifier.notes import MAX_NOTE, Checkpoint, Note
from crypto.verifier.policy import Policy
from crypto.verifier.record import SERVICE, Named, Record
from crypto.verifier.refused import Refused
from crypto.verifier.timestamps import MAX_TIMESTAMP, check_timestamp

STEPS: Final = (
    "The bundle is readable",
    "The log signed its checkpoint, and so did the policy's witnesses",
    "Every leaf is in the signed tree",
    "The tree extends every checkpoint that was seen before",
    "Every stream is complete, up to the head that the log states",
    "Facts open and belong to their leaves",
    "Whoever acted has signed",
    "Grants belong to their leaves and are those that facts name",
    "Contracts in force were signed by all four on one hash",
    "Keys were given as the clause in force allowed",
    "Nothing was given after its end, and erasures have their receipts",
    "Timestamps are of trusted authorities",
    "Disclosed parts are those on record",
)
NOT_CHECKED: Final = (
    "whether the log holds more about the same matter in other streams (only who reads the whole log can tell)",
    "whether a sealed grant opens for those whom the facts name (only they can try)",
    "what was written, but for disclosed parts (it is sealed)",
    "whether steps 9 to 11 hold in streams that a period shows in part",
    "when things happened, beyond the service's clock and what witnesses and timestamps say",
)
MAX_LEAVES: Final = 1 << 20
"""Leaves of a bundle: they, their hashes and what is kept of their facts bound the memory that verifying takes."""
MAX_SEALED: Final = 1 << 24
RECORDS: Final = (
    ("leaves", ">QH", MAX_LEAF),
    ("facts", ">Q32sI", MAX_SEALED),
    ("grants", ">Q16s16sI", MAX_SEALED),
    ("parts", ">QH32sI", MAX_SEALED),
)


@dataclass
class Report:
    """What came of the plan. ``results`` are True, False or None (nothing to check) by step, from 1 on."""

    results: dict[int, bool | None] = field(default_factory=lambda: dict.fromkeys(range(1, len(STEPS) + 1)))
    findings: dict[int, list[str]] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    disclosed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        """Whether every step that there was something to check for holds, the first three among them."""
        return False not in self.results.values() and None not in [self.results[step] for step in (1, 2, 3)]


def verify(
    file: BinaryIO, policy: Policy, seen: Sequence[bytes] = (), authorities: Sequence[Certificate] = ()
) -> Report:
    """Go through the plan, which stops where nothing that follows could be believed.

    Args:
        file: a bundle.
        policy: whose signatures count.
        seen: checkpoints (notes) of the same log that were seen before.
        authorities: the certificates with which timestamps are signed.
    """
    record, report = Record(), Report()
    with record.step(1):
        bundle = Bundle(file)
        claims = _json(bundle.read("bundle.json", MAX_SEALED))
        if claims["format"] != "driehoek-bundle/1":
            raise Refused("bundle.json isn't of this format")
    if not record.found:
        with record.step(2):
            believed = policy.judge(Note.parse(bundle.read("checkpoint", MAX_NOTE)))
            checkpoint = believed.checkpoint
            report.remarks[2] = f"{checkpoint.origin}, size {checkpoint.size}, {len(believed.witnesses)} witnesses"
            if (claims["origin"], claims["size"]) != (checkpoint.origin, checkpoint.size):
                raise Refused("the bundle claims to be of another log or size than its checkpoint")
    if not record.found:
        log = replace(policy, quorum="none")  # for an older checkpoint the log's signature is enough
        for raw in seen:
            with record.step(4):
                _extends(bundle, checkpoint, log.judge(Note.parse(raw)).checkpoint)
        with record.step(1):
            _leaves(bundle, claims, checkpoint, record)
            _receipts(bundle, record)
        for name in [name for name in bundle.sizes if name.endswith(".tsr") and authorities]:
            with record.step(12):
                old = log.judge(Note.parse(bundle.read(name.removesuffix("tsr") + "checkpoint", MAX_NOTE))).checkpoint
                _extends(bundle, checkpoint, old)
                time = check_timestamp(bundle.read(name, MAX_TIMESTAMP), old.text.encode(), authorities)
                report.remarks[12] = f"{report.remarks.get(12, '')} size {old.size}: {time:%Y-%m-%dT%H:%M:%SZ}".strip()
    report.findings = dict(record.found)
    report.results |= {step: step not in record.found for step in record.checks}
    report.disclosed = [{"leaf": at, "part": place[2], "content": content} for at, place, content in record.opened]
    return report


def _leaves(bundle: Bundle, claims: dict[str, Any], checkpoint: Checkpoint, record: Record) -> None:
    """Let the leaves pass by, each with what belongs to it, and hold them against the signed tree (3)."""
    rows = [_numbered(kind, bundle.records(*one)) for kind, one in enumerate(RECORDS)]
    indices, hashes, bare = list[int](), list[bytes](), set[int]()
    named: Named | None = []
    for index, kind, fields in merge(*rows):
        if kind == 0:
            raw, named = fields[0], []
            indices.append(index)
            hashes.append(leaf_hash(raw))
            bare.add(index)
            leaf = record.leaf(index, raw, hashes[-1])
            if len(indices) > MAX_LEAVES:
                raise Refused("the bundle has too many leaves")
        elif index not in indices[-1:] or (kind == 1 and index not in bare):
            raise Refused("the bundle has facts twice, or facts, grants or parts of leaves that it doesn't have")
        elif kind == 1:
            bare.remove(index)
            named = record.facts(index, raw, leaf, *fields)
        elif kind == 2:  # noqa: PLR2004 - as in RECORDS
            record.grant(index, leaf, named, *fields)
        else:
            record.part(index, leaf, *fields)
    for index in sorted(bare):
        with record.step(6, index):
            raise Refused("a leaf without facts")
    with record.step(3):
        around = bundle.hashes("around")
        check_root(root_of_some(checkpoint.size, indices, hashes, around), checkpoint.root, around)
    record.close(claims, indices)


def _numbered(kind: int, records: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, int, list[Any]]]:
    """Records in the order of the log, and of one leaf in the order of ``RECORDS``."""
    return ((index, kind, fields) for index, *fields in records)


def _extends(bundle: Bundle, checkpoint: Checkpoint, old: Checkpoint) -> None:
    """Check that the bundle's checkpoint is the same as an older one, or extends it."""
    if old.origin != checkpoint.origin or old.size > checkpoint.size:
        raise Refused(f"the checkpoint of size {old.size} is another log's, or newer than the bundle's")
    name = f"consistency/{old.size}"
    if old.size == checkpoint.size:
        check_root(old.root, checkpoint.root)
    elif old.size and name not in bundle.sizes:
        raise Refused(f"the bundle doesn't prove that its tree extends that of size {old.size}")
    elif old.size:
        check_consistency(old.size, checkpoint.size, old.root, checkpoint.root, bundle.hashes(name))


def _receipts(bundle: Bundle, record: Record) -> None:
    """Check the service's signed receipts against the erasures on record (11)."""
    on_record = {(erasure, epoch, head.hex()) for erasure, (_, epoch, head, _) in record.erased.items()}
    for receipt in _json(bundle.read("receipts.json", MAX_SEALED)):
        with record.step(11):
            statement = receipt["statement"]
            message = lp(b"driehoek/receipt/v1", _canonical(statement))
            signature, key = bytes.fromhex(receipt["signature"]), record.public[SERVICE]
            record.check_signature(SERVICE, message, signature)
            named = {"format": "driehoek-receipt/1", "public_key": key.hex(), "signature": signature.hex()}
            said = (UUID(statement["erasure"]).bytes, statement["epoch"], statement["tombstone_head"])
            if said not in on_record or receipt != named | {"statement": statement}:
                raise Refused("a receipt for an erasure that isn't on record, or in another form")


def _json(raw: bytes) -> Any:
    """Read canonical JSON (FORMAT.md 14)."""
    found = json.loads(raw)
    if _canonical(found) != raw:
        raise Refused("JSON that isn't in its one spelling")
    return found


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
