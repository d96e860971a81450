"""The tripartite contract from draft to active, and again for each amendment.

States of a version: *drafted* (only its authors' compartment holds it) → *assented* by the coachee and the line
manager (P9: never the coach alone) → *offered*, sealed under the version's own clause, so that the organisation sees
exactly what both authors agreed to show → *signed* by organisation, manager, coach and coachee on one hash (P2) →
*active*, which puts its clause in force. A new version starts over at *drafted* while the old one stays active.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from domain.clause import Clause
from domain.decisions import Command, Context
from domain.document import SECTIONS, ContractDocument, ContractDrafted
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import PARTIES, Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

AUTHORS: Final = frozenset({Role.LINE_MANAGER, Role.COACHEE})
"""Who determines the contract together (R37); the coach facilitates."""


@fact("contract.assented")
class ContractAssented(Fact):
    """An author assents to a version."""

    contract_version: int
    document_hash: bytes
    by: Role


@fact("contract.offered")
class ContractOffered(Fact):
    """Both authors assented: the version is before all four parties."""

    contract_version: int
    document_hash: bytes


@fact("contract.signed")
class ContractSigned(Fact):
    """A party signed a version's hash (Ed25519, 64 bytes)."""

    contract_version: int
    document_hash: bytes
    by: Role
    signature: bytes


@fact("contract.activated")
class ContractActivated(Fact):
    """All four signed: the version and its clause are in force."""

    contract_version: int


@fact("permission.withdrawn")
class PermissionWithdrawn(Fact):
    """The coachee withdrew the permission to read an item: what follows goes without it, and its own keys go."""

    item: Item


@dataclass
class ContractVersion:
    """What is known of one version; ``void`` when somebody was replaced before it was in force.

    ``withdrawn`` are the permissions that the coachee took back since it was drafted, signed by then or not.
    """

    drafted: ContractDrafted
    assents: set[Role] = field(default_factory=set)
    offered: bool = False
    void: bool = False
    withdrawn: set[Item] = field(default_factory=set)
    signatures: dict[Role, bytes] = field(default_factory=dict)

    @property
    def clause(self) -> Clause:
        """The clause of this version, without what was withdrawn."""
        d = self.drafted
        return Clause(
            d.contract_version,
            MappingProxyType(dict(d.permits)),
            d.retention_months,
            d.follow_up_months,
            d.cooling_off_days,
            d.exceptions,
        ).without(self.withdrawn)


@dataclass
class ContractBook:
    """The versions of an engagement's contract.

    ``clause`` is the active version's, as it is now; ``unsigned`` are the roles that somebody else has filled since it
    was signed.
    """

    current: ContractVersion | None = None
    active: ContractVersion | None = None
    clause: Clause | None = None
    unsigned: set[Role] = field(default_factory=set)

    def apply(self, happened: Fact) -> None:
        """Take in a fact of the contract."""
        match happened:
            case ContractDrafted():
                self.current = ContractVersion(happened)
            case ContractAssented():
                self.at_hand().assents.add(happened.by)
            case ContractOffered():
                self.at_hand().offered = True
            case ContractSigned():
                self.at_hand().signatures[happened.by] = happened.signature
            case ContractActivated():
                self.active = self.at_hand()
                self.clause = self.active.clause
                self.unsigned = set()
            case PermissionWithdrawn():
                for version in (self.active, self.current):
                    if version is not None:
                        version.withdrawn.add(happened.item)
                self.clause = None if self.active is None else self.active.clause

    def permits(self, item: Item) -> bool:
        """Whether the version in force, or the one on its way, lets somebody read an item beyond the matrix."""
        versions = (v for v in (self.active, self.current) if v is not None and not v.void)
        return any(version.clause.permits.get(item) for version in versions)

    def replaced(self, role: Role) -> None:
        """Somebody else is in a role now.

        The contract in force stays in force, and so does the secrecy that it promises; the newcomer signs its next
        version. A version that wasn't in force yet is void: the newcomer holds no key of its text, and nobody signs
        what they can't read.
        """
        if self.active is not None:
            self.unsigned.add(role)
        if self.current is not None and self.current is not self.active:
            self.current.void = True

    def at_hand(self) -> ContractVersion:
        """The newest version."""
        if self.current is None or self.current.void:
            raise WrongMoment("no-draft")
        return self.current

    def this_one(self, contract_version: int, document_hash: bytes) -> ContractVersion:
        """Guard: the newest version is the one that the asker means, to the byte."""
        version = self.at_hand()
        if (version.drafted.contract_version, version.drafted.document_hash) != (contract_version, document_hash):
            raise WrongMoment("another-contract-version")
        return version

    @property
    def in_force(self) -> ContractDrafted:
        """Guard: a contract is in force; what was written in it."""
        if self.active is None:
            raise WrongMoment("contract-not-active")
        return self.active.drafted

    def indicator(self, objective: int, indicator: int) -> None:
        """Guard: the active contract has this indicator (both counted from 1)."""
        objectives = self.in_force.objectives
        if not 1 <= objective <= len(objectives) or not 1 <= indicator <= objectives[objective - 1].indicators:
            raise Invalid("unknown-objective")


@dataclass(frozen=True, repr=False)
class DraftContract(Command):
    """Write a version; each new draft is a new version."""

    document: ContractDocument


@dataclass(frozen=True, repr=False)
class AssentToContract(Command):
    """An author assents to the version at hand."""

    carries: ClassVar[Item | None] = Item.CONTRACT_DRAFT

    contract_version: int
    document_hash: bytes
    carried: Content | None = field(default=None, repr=False)

    def picks(self, state: Any, contents: Sequence[Content]) -> Content | None:  # noqa: ARG002 - the number is enough
        """The draft of this version."""
        drafts = [content for content in contents if "sections" in content]
        return next((one for one in reversed(drafts) if one["contract_version"] == self.contract_version), None)


@dataclass(frozen=True, repr=False)
class SignContract(Command):
    """A party signs the offered version. Without a signature of its own its key in custody signs."""

    contract_version: int
    document_hash: bytes
    signature: bytes | None = None


@dataclass(frozen=True, repr=False)
class ActivateContract(Command):
    """The coach puts the fully signed version in force."""

    contract_version: int


def draft(engagement: "Engagement", command: DraftContract, context: Context) -> list[Happening]:
    """A new version, sealed to its authors and the coach only; it pins the newest policy of the process."""
    book = engagement.contract
    policy = context.process_policy()
    people = command.document.aggregate_k or policy.aggregate_people
    if people < policy.aggregate_people:
        raise Invalid("aggregate-too-small")
    document = replace(command.document, policy=policy.version, aggregate_k=people)
    number = book.current.drafted.contract_version + 1 if book.current else 1
    sections = document.sections(number)
    salts = {name: context.fresh_salt() for name in sections}
    commitments = {name: context.notary.commit(name, salts[name], sections[name]) for name in sections}
    document_hash = context.notary.document_hash(engagement.id, number, commitments)
    content = {
        "contract_version": number,
        "sections": sections,
        "salts": {name: salt.hex() for name, salt in salts.items()},
        "document_hash": document_hash.hex(),
    }
    happened = document.facts(number, document_hash, context.role)
    return [Happening(happened, (Part(Item.CONTRACT_DRAFT, content),))]


def assent(engagement: "Engagement", command: AssentToContract, context: Context) -> list[Happening]:
    """One author's assent; with the second one the version is offered under its own clause."""
    book = engagement.contract
    version = book.this_one(command.contract_version, command.document_hash)
    if version.offered:
        raise WrongMoment("already-offered")
    if context.role in version.assents:
        raise WrongMoment("already-assented")
    number, digest = command.contract_version, command.document_hash
    noted = {"contract_version": number, "by": context.role.word, "document_hash": digest.hex()}
    assented = Happening(
        ContractAssented(contract_version=number, document_hash=digest, by=context.role),
        (Part(Item.CONTRACT_DRAFT, noted),),
    )
    if version.assents | {context.role} != AUTHORS:
        return [assented]
    offered = Happening(
        ContractOffered(contract_version=number, document_hash=digest),
        tuple(_offered_parts(engagement.id, number, digest, command.carried, context)),
        clause=version.clause,
    )
    return [assented, offered]


def _offered_parts(
    engagement_id: UUID, number: int, digest: bytes, carried: Content | None, context: Context
) -> list[Part]:
    if carried is None:
        raise Invalid("content-changed")
    sections: Mapping[str, Content] = carried["sections"]
    salts = {name: bytes.fromhex(carried["salts"][name]) for name in SECTIONS}
    commitments = {name: context.notary.commit(name, salts[name], sections[name]) for name in SECTIONS}
    if context.notary.document_hash(engagement_id, number, commitments) != digest:
        raise Invalid("content-changed")
    parts = []
    for name, item in SECTIONS.items():
        content = {"contract_version": number, "section": name, "salt": salts[name].hex(), **sections[name]}
        if name == "terms":
            content["document_hash"] = digest.hex()
            content["commitments"] = {n: c.hex() for n, c in commitments.items()}
        parts.append(Part(item, content))
    return parts


def sign(engagement: "Engagement", command: SignContract, context: Context) -> list[Happening]:
    """A party's signature over the one hash."""
    version = engagement.contract.this_one(command.contract_version, command.document_hash)
    if not version.offered:
        raise WrongMoment("not-offered")
    if context.role in version.signatures:
        raise WrongMoment("already-signed")
    signature = command.signature or context.notary.sign(context.principal, command.document_hash)
    if not context.notary.signature_fits(context.principal, command.document_hash, signature):
        raise Invalid("signature-invalid")
    happened = ContractSigned(
        contract_version=command.contract_version,
        document_hash=command.document_hash,
        by=context.role,
        signature=signature,
    )
    content = {
        "contract_version": command.contract_version,
        "document_hash": command.document_hash.hex(),
        "by": context.role.word,
        "signature": signature.hex(),
    }
    return [Happening(happened, (Part(Item.CONTRACT_TEXT, content),))]


def activate(engagement: "Engagement", command: ActivateContract, context: Context) -> list[Happening]:
    """Put the version in force once all four signed the same hash (P2), with no conflict of interest (P24)."""
    book = engagement.contract
    version = book.at_hand()
    if version.drafted.contract_version != command.contract_version:
        raise WrongMoment("another-contract-version")
    if book.active is version:
        raise WrongMoment("already-active")
    if not version.offered or not version.signatures.keys() >= set(PARTIES):
        raise WrongMoment("signature-missing")
    engagement.conflicts.clear(context.at)
    happened = ContractActivated(contract_version=command.contract_version)
    content = {"contract_version": command.contract_version, "active": True}
    return [Happening(happened, (Part(Item.CONTRACT_TEXT, content),))]
