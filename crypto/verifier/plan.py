"""The plan: thirteen steps from a file to a verdict, what each found, and what none of them can check."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Final
from uuid import UUID

from cryptography.x509 import Certificate

from crypto.verifier.bundle import Bundle
from crypto.verifier.formats import MAX_LEAF, lp
from crypto.verifier.merkle import check_consistency, check_root, leaf_hash, root_of_some
from crypto.verifier.notes import MAX_NOTE, Checkpoint, Note
from crypto.verifier.policy import Policy
from crypto.verifier.record import SERVICE, Record
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
    "when things happened, beyond the service's clock and what witnesses and timestamps say",
)
MAX_LEAVES: Final = 1 << 20
"""Leaves of a bundle: they, their hashes and what is kept of their facts bound the memory that verifying takes."""
MAX_SEALED: Final = 1 << 24


@dataclass
class Report:
    """What came of the plan. ``results`` are True, False or None (nothing to check) by step, from 1 on."""

    results: dict[int, bool | None] = field(default_factory=lambda: dict.fromkeys(range(1, len(STEPS) + 1)))
    findings: dict[int, list[str]] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    stamps: list[tuple[int, str]] = field(default_factory=list)
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
                note = Note.parse(bundle.read(name.removesuffix("tsr") + "checkpoint", MAX_NOTE))
                _extends(bundle, checkpoint, log.judge(note).checkpoint)
                time = check_timestamp(bundle.read(name, MAX_TIMESTAMP), note.text.encode(), authorities)
                report.stamps.append((Checkpoint.parse(note.text).size, f"{time:%Y-%m-%dT%H:%M:%SZ}"))
    report.findings = dict(record.found)
    report.results |= {step: step not in record.found for step in record.checks}
    report.disclosed = [
        {"leaf": index, "part": place[2], "content": content} for index, place, content in record.opened
    ]
    return report


def _leaves(bundle: Bundle, claims: dict[str, Any], checkpoint: Checkpoint, record: Record) -> None:
    """Let the leaves pass by, each with what belongs to it, and hold them against the signed tree (3)."""
    facts, grants = _Beside(bundle, "facts", ">Q32sI"), _Beside(bundle, "grants", ">Q16s16sI")
    parts, indices, hashes = _Beside(bundle, "parts", ">QH32sI"), list[int](), list[bytes]()
    for index, raw in bundle.records("leaves", ">QH", MAX_LEAF):
        hashed = leaf_hash(raw)
        indices.append(index)
        hashes.append(hashed)
        if len(indices) > MAX_LEAVES:
            raise Refused("the bundle has too many leaves")
        leaf = record.leaf(index, raw, hashed)
        named = None
        for _, key, sealed in facts.of(index):
            named = record.facts(index, raw, leaf, key, sealed) if named is None else None
        if named is None:
            with record.step(6, index):
                raise Refused("a leaf without facts, or with facts twice")
        for _, key, slot, sealed in grants.of(index):
            record.grant(index, leaf, named or [], key, slot, sealed)
        for _, at, key, sealed in parts.of(index):
            record.part(index, leaf, at, key, sealed)
    if any(beside.waiting for beside in (facts, grants, parts)):
        raise Refused("the bundle has facts, grants or parts of leaves that it doesn't have")
    with record.step(3):
        others = bundle.hashes("around")
        root = root_of_some(checkpoint.size, indices, hashes, others)
        check_root(root, checkpoint.root, others)
    record.close(claims, indices)


class _Beside:
    """Records that belong to leaves, taken along as these pass by."""

    def __init__(self, bundle: Bundle, name: str, head: str) -> None:
        self._records = bundle.records(name, head, MAX_SEALED)
        self.waiting = next(self._records, None)

    def of(self, index: int) -> Iterator[tuple[Any, ...]]:
        """Those of a leaf."""
        while self.waiting and self.waiting[0] == index:
            yield self.waiting
            self.waiting = next(self._records, None)


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
        check_consistency(old.size, checkpoint.size, old.root, checkpoint.root, [*bundle.hashes(name)])


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
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("JSON that isn't") from None
    if _canonical(found) != raw:
        raise Refused("JSON that isn't in its one spelling")
    return found


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
