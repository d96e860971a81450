"""A short engagement on record, made of the crypto room's own pieces, and the bundle of evidence about it.

Pure: no database and no domain. A test changes what happens (``Story.tell`` in pieces) or what the bundle holds
(``Pieces``), and looks at which step of the verifier says so. Sealed grants are random bytes: nobody opens them here.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from crypto.document import signature_message
from crypto.encoding import encode
from crypto.leaf import GENESIS, author_message, complete, digest, grant_digest, leaf_body, leaf_hash
from crypto.log.signing import NoteSigner
from crypto.part import CompartmentKey, disclose_part, new_compartment_key, seal_part
from crypto.party_keys import PartyKeys
from crypto.receipt import sign_receipt
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44
from crypto.verifier.record import NAMESPACE

START: Final = 1_767_225_600_000_000
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
ORIGIN: Final = "driehoek.invalid/00000000000000000000000000000000/1"
LOG, PQ = NoteSigner(ORIGIN, ED25519, bytes([1]) * 32), NoteSigner(ORIGIN, ML_DSA_44, bytes([2]) * 32)
WITNESS: Final = NoteSigner("witness.example", COSIGNATURE, bytes([3]) * 32)
POLICY: Final = f"log {LOG.key}\nlog {PQ.key}\nwitness w {WITNESS.key}\nquorum w\n".encode()

SERVICE, CELL = uuid5(NAMESPACE, "service"), uuid5(NAMESPACE, "cell")
NAMES: Final = ("service", "organisation", "representative", "M", "C", "E", "stranger")
KEYS: Final = {name: PartyKeys.generate() for name in NAMES}
IDS: Final = {name: uuid5(NAMESPACE, f"test/{name}") for name in NAMES} | {"service": SERVICE}
ROLES: Final = {"organisation": "O", "M": "M", "C": "C", "E": "E", "service": "service"}
ENGAGEMENT: Final = UUID(int=77)
NOTEBOOK: Final = uuid5(ENGAGEMENT, f"notebook/{IDS['C']}")
EPOCH: Final = UUID(int=78)
AUDIT: Final = UUID(int=79)
DISCLOSURE, ERASURE = UUID(int=5), UUID(int=6)

KEPT: Final = {"O": "kept", "M": "kept", "C": "kept", "E": "kept"}
AUTHORS: Final = {"M": "closure", "C": "retention", "E": "kept"}


@dataclass(frozen=True)
class Recorded:
    """An event as the log and the store have it: leaf, its hash, facts with their key, grants, disclosable parts."""

    stream: UUID
    version: int
    leaf: bytes
    facts: tuple[bytes, bytes]
    grants: tuple[tuple[UUID, UUID, bytes], ...]
    parts: tuple[tuple[bytes, bytes], ...]


@dataclass
class Opened:
    """A compartment's key and the slots of those who were granted it, by role."""

    key: CompartmentKey
    slots: dict[str, UUID]


@dataclass
class Story:
    """A record that is being written."""

    events: list[Recorded] = field(default_factory=list)
    oversight: CompartmentKey = field(
        default_factory=lambda: new_compartment_key("oversight", "kept", 1, ("A", "S", "service"))
    )
    heads: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)
    now: int = START
    opened: dict[str, Opened] = field(default_factory=dict)
    document: bytes = b"\x11" * 32
    permits: tuple[tuple[str, list[str]], ...] = (("objectives", ["O"]), ("progress_summary", ["M", "O"]))
    disclosure: UUID = DISCLOSURE
    erasure: UUID = ERASURE
    receipts: list[bytes] = field(default_factory=list)

    def record(
        self,
        stream: UUID,
        by: str,
        topic: str,
        *fields: Any,
        role: str | None = None,
        grants: Sequence[tuple[UUID, UUID]] = (),
        parts: Sequence[tuple[str, CompartmentKey]] = (),
        signer: str | None = None,
        principal: UUID | None = None,
    ) -> int:
        """Put an event on record; returns its index."""
        self.now += SECOND
        version, prev = self.heads.get(stream, (0, GENESIS))
        version += 1
        who = principal or IDS[by]
        labels = [[item, key.key_id.bytes] for item, key in parts]
        facts = [1, [topic, 1, list(fields)], self.now, who.bytes, role or ROLES.get(by, "P"), who.bytes, 0, labels]
        state = seal_part(self.oversight, stream, version, 0, encode(facts))
        sealed = [
            (key, seal_part(key, stream, version, index, encode({"v": 1, "item": item, "content": {"said": item}})))
            for index, (item, key) in enumerate(parts, start=1)
        ]
        granted = tuple((key_id, slot, os.urandom(40)) for key_id, slot in grants)
        message = author_message(
            event_id=uuid4(),
            stream=stream,
            version=version,
            time_us=self.now,
            actor=bytes(16),
            parts=[
                (self.oversight.key_id, digest(stream, version, 0, state)),
                *((key.key_id, digest(stream, version, n, raw)) for n, (key, raw) in enumerate(sealed, start=1)),
            ],
            grants=[grant_digest(stream, key_id, slot, raw) for key_id, slot, raw in granted],
        )
        leaf = complete(leaf_body(message, KEYS[signer or by].sign(message)), prev)
        disclosable = tuple(
            (disclose_part(key, stream, version, n, raw), raw) for n, (key, raw) in enumerate(sealed, start=1)
        )
        facts_key = disclose_part(self.oversight, stream, version, 0, state)
        self.events.append(Recorded(stream, version, leaf, (facts_key, state), granted, disclosable))
        self.heads[stream] = (version, leaf_hash(leaf))
        return len(self.events) - 1

    def open(
        self,
        name: str,
        stream: UUID,
        compartment: str,
        lifetimes: dict[str, str],
        to: dict[str, UUID],
        item: str | None = None,
    ) -> None:
        """The service opens a compartment's key and grants it."""
        times = "+".join(f"{role}.{lifetimes[role]}" for role in "OMCESP" if role in lifetimes)
        key = new_compartment_key(compartment, f"{times}/{item}" if item else times, 1, tuple(lifetimes))
        slots = {role: uuid4() for role in to}
        self.opened[name] = Opened(key, slots)
        self.record(
            stream,
            "service",
            "compartment.opened",
            key.key_id.bytes,
            compartment,
            sorted([role, lifetime] for role, lifetime in lifetimes.items()),
            1,
            sorted([role, [who.bytes, slots[role].bytes]] for role, who in to.items()),
            item,
            grants=[(key.key_id, slot) for slot in slots.values()],
        )

    def share(self, name: str, stream: UUID, role: str, who: UUID) -> None:
        """The service shares a key with one more party."""
        opened = self.opened[name]
        slot = opened.slots[role] = uuid4()
        shared = [opened.key.key_id.bytes, role, [who.bytes, slot.bytes]]
        self.record(stream, "service", "compartment.shared", *shared, grants=[(opened.key.key_id, slot)])

    def part(self, name: str, item: str) -> tuple[str, CompartmentKey]:
        """A part under one of the keys."""
        return item, self.opened[name].key

    # The acts, in order.

    def found(self) -> None:
        """The cell is founded."""
        public = KEYS["service"].public
        slots = uuid4(), uuid4()
        self.record(
            CELL, "service", "cell.founded", public.kem, public.signing, [SERVICE.bytes, slots[0].bytes],
            grants=[(SERVICE, slots[0]), (self.oversight.key_id, slots[1])],
        )  # fmt: skip

    def register(self, name: str) -> None:
        """Somebody registers, with a record of their own."""
        who, public, slot = IDS[name], KEYS[name].public, uuid4()
        self.open(f"own {name}", who, "self", {"P": "kept"}, {"P": who})
        first = [IDS["representative"].bytes] if name == "organisation" else []
        topic = "organisation.registered" if first else "person.registered"
        custody = [who.bytes, slot.bytes]
        own = [self.part(f"own {name}", "own_record")]
        self.record(
            who, name, topic, *first, public.kem, public.signing, custody, role="P", grants=[(who, slot)], parts=own
        )

    def begin(self) -> None:
        """The organisation asks, and the coachee chooses a coach."""
        organisation, manager, coachee = (IDS[name] for name in ("organisation", "M", "E"))
        self.open("all", ENGAGEMENT, "triangle", KEPT, {"O": organisation, "M": manager, "E": coachee})
        people = [organisation.bytes, IDS["representative"].bytes, manager.bytes, coachee.bytes]
        asked = [self.part("all", "engagement")]
        self.record(ENGAGEMENT, "organisation", "engagement.requested", *people, "take_up_a_role", parts=asked)
        self.record(ENGAGEMENT, "E", "coach.chosen", IDS["C"].bytes, 0, parts=asked)
        self.share("all", ENGAGEMENT, "C", IDS["C"])

    def draft(self) -> None:
        """A contract is drafted, assented to and offered."""
        people = {role: IDS[role] for role in "MCE"}
        self.open("authors", ENGAGEMENT, "authors", AUTHORS, people)
        terms = [self.document, "C", [[1, None]], 1, 1, 1, 1, 739_000, 14, 90, [list(one) for one in self.permits]]
        drafted = [self.part("authors", "contract_draft")]
        self.record(ENGAGEMENT, "C", "contract.drafted", 1, *terms, 60, 6, 0, ["court_order"], parts=drafted)
        self.record(ENGAGEMENT, "E", "contract.assented", 1, self.document, "E", parts=drafted)
        lifetimes = {"O": "closure", **AUTHORS}
        self.open("objectives", ENGAGEMENT, "triangle", lifetimes, {"O": IDS["organisation"], **people}, "objectives")
        self.record(ENGAGEMENT, "M", "contract.assented", 1, self.document, "M", parts=drafted)
        offered = [self.part("all", "contract_text"), self.part("objectives", "objectives")]
        self.record(ENGAGEMENT, "M", "contract.offered", 1, self.document, parts=offered)

    def sign(self, *names: str) -> None:
        """Parties sign the contract."""
        for name in names:
            signature = KEYS[name].sign(signature_message(self.document))
            signed_ = [1, self.document, ROLES[name], signature]
            self.record(ENGAGEMENT, name, "contract.signed", *signed_, parts=[self.part("all", "contract_text")])

    def activate(self) -> None:
        """The contract is put in force."""
        self.record(ENGAGEMENT, "C", "contract.activated", 1, parts=[self.part("all", "contract_text")])

    def work(self) -> int:
        """A session's content, and a note of the coach's; returns the index of the former."""
        self.open("alliance", ENGAGEMENT, "alliance", {"C": "retention", "E": "kept"}, {"C": IDS["C"], "E": IDS["E"]})
        said = self.record(
            ENGAGEMENT, "C", "session.work_recorded", 1, parts=[self.part("alliance", "session_content")]
        )
        self.open("notes", NOTEBOOK, "coach", {"C": "retention"}, {"C": IDS["C"]})
        self.record(
            NOTEBOOK, "C", "notebook.note_written", ENGAGEMENT.bytes, 1, parts=[self.part("notes", "coach_notes")]
        )
        return said

    def disclose(self, index: int, by: str = "E", ground: str = "coachee_consent", until: int | None = None) -> None:
        """The coachee shows the content at an index to a stranger."""
        event, slot = self.events[index], uuid4()
        shown = [self.disclosure.bytes, event.version, 1, self.opened["alliance"].key.key_id.bytes, "P"]
        to = [IDS["stranger"].bytes, slot.bytes]
        expires = self.now + DAY if until is None else until
        self.record(
            event.stream, by, "part.disclosed", *shown, to, ground, expires,
            grants=[(self.disclosure, slot)], parts=[self.part("alliance", "disclosures")],
        )  # fmt: skip

    def end(self) -> None:
        """The engagement ends."""
        self.record(ENGAGEMENT, "C", "engagement.ended", "fulfilled", "C", parts=[self.part("all", "engagement")])

    def erase(self, *, slots: Sequence[UUID] | None = None, epoch: int = 2, head: bytes = b"t" * 32) -> None:
        """What ends with the engagement is erased, in an epoch of its own, with a receipt."""
        authors, objectives = self.opened["authors"], self.opened["objectives"]
        doomed = [(authors, "M"), (objectives, "O"), (objectives, "M")]
        grants = [[one.key.key_id.bytes, role, one.slots[role].bytes] for one, role in doomed]
        self.record(ENGAGEMENT, "service", "erasure.requested", self.erasure.bytes, "closure", grants, self.now)
        self.record(EPOCH, "service", "root.staged", 2)
        self.record(EPOCH, "service", "tree.rekeyed", 2, 3, 3, b"t" * 32, b"p" * 32)
        self.record(EPOCH, "service", "root.destroyed", 2)
        gone = [slot for _, _, slot in grants] if slots is None else [slot.bytes for slot in slots]
        self.record(ENGAGEMENT, "service", "keys.erased", self.erasure.bytes, epoch, head, b"p" * 32, gone)
        statement = {"erasure": str(self.erasure), "epoch": epoch, "tombstone_head": head.hex(), "reader": "auditor"}
        self.receipts.append(sign_receipt(statement, KEYS["service"]))

    def state(self, about: UUID | None = ENGAGEMENT, **changed: Any) -> int:
        """What is exported is put on record; returns the statement's index."""
        heads = [[stream.bytes, *head] for stream, head in sorted(self.heads.items())]
        fields = {
            "kind": "engagement",
            "about": about and about.bytes,
            "first": None,
            "end": None,
            "heads": heads,
        } | changed
        times = [None, None] if fields["first"] is None else [START, self.now]
        return self.record(
            AUDIT, "service", "evidence.exported",
            fields["kind"], fields["about"], *times, fields["first"], fields["end"], fields["heads"], [],
        )  # fmt: skip

    def tell(self) -> int:
        """All of it, in order; returns the index of the content that is disclosed."""
        self.found()
        for name in NAMES[1:]:
            self.register(name)
        self.begin()
        self.draft()
        self.sign("organisation", "M", "C", "E")
        self.activate()
        said = self.work()
        self.disclose(said)
        self.end()
        self.erase()
        return said
