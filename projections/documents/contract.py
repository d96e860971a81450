"""The tripartite contract as a document: one version, what its reader may read of it, and who signed what (R18, P2).

A part that the clause keeps from the reader, or that they read no more, is named and shown by its commitment: they
signed for it all the same. What a version says is the same in every copy; which parts it shows is the reader's.
"""

from collections.abc import Mapping
from typing import Any, Final

from domain.vocabulary import Item
from projections.documents.copy import Copy
from projections.documents.sheet import Block, Sheet, bullets, code, heading, note, paragraph, table, terms
from projections.documents.told import NOTHING, field_name, in_order, told
from projections.documents.values import item, lifetime, role

Json = Mapping[str, Any]

MADE_OF: Final = (
    Item.ENGAGEMENT, Item.CONTRACT_DRAFT, Item.CONTRACT_TEXT, Item.OBJECTIVES, Item.DEMANDS, Item.BANANA_SKINS,
)  # fmt: skip
"""What has to be read for a contract's document: its text, and who the parties are."""

SECTIONS: Final = ("terms", "objectives", "demands", "banana_skins")
"""The parts of a contract in the order in which a document shows them."""

CLAUSE: Final = "confidentiality"
"""The member of the terms that is the clause; it has a heading of its own."""

_PROOF: Final = frozenset({"salt", "contract_version", "section", "commitments", "document_hash"})


def title(version: Json, copy: Copy) -> str:
    """What a version is called."""
    return f"{copy.word('contract')}, {copy.word('version')} {version['contract_version']}"


def contract(version: Json, copy: Copy) -> Sheet:
    """One version as a document.

    Args:
        version: as ``projections.sections.contract`` folds it for the reader.
        copy: which copy it is.
    """
    text = version["text"]
    blocks: list[Block] = [
        terms([(copy.word("status"), copy.word(version["status"]))]),
        heading(copy.word("parties")),
        copy.parties(),
    ]
    for name in SECTIONS:
        blocks += [
            heading(copy.word(name)),
            *(section(name, text[name], copy) if name in text else _kept(version, name, copy)),
        ]
    if CLAUSE in text.get("terms", {}):
        blocks += [heading(copy.word("clause")), *clause(text["terms"][CLAUSE], copy)]
    return copy.sheet(title(version, copy), *blocks, *_signed(version, copy), *_proof(version, copy))


def section(name: str, said: Json, copy: Copy) -> list[Block]:
    """A part that the reader may read."""
    language = copy.language
    if name == "objectives":
        return [
            block
            for number, objective in enumerate(said["objectives"], start=1)
            for block in (heading(f"{field_name('objective', language)} {number}", 2), *told(objective, language))
        ]
    shown = {member: of for member, of in said.items() if member != CLAUSE and member not in _PROOF}
    if len(shown) == 1:
        ((member, of),) = shown.items()
        return told(of, language, field=member)
    return told(shown, language)


def clause(said: Json, copy: Copy) -> list[Block]:
    """The confidentiality clause: how long what is kept, which exceptions there are, and who reads what (R18, P3)."""
    rest = {member: of for member, of in said.items() if member != "items"}
    rows = [(item(row["item"], copy.language), readers(row["lifetimes"], copy)) for row in said.get("items", ())]
    return [
        *told(rest, copy.language),
        note(copy.word("clause_intro")),
        table([copy.word("what"), copy.word("who")], rows),
    ]


def readers(lifetimes: Json, copy: Copy) -> str:
    """Who reads something, each until when."""
    each = [f"{role(who, copy.language)}: {lifetime(until, copy.language)}" for who, until in in_order(lifetimes)]
    return "; ".join(each) or NOTHING


def _kept(version: Json, name: str, copy: Copy) -> list[Block]:
    """A part that the reader can't read: what they signed for."""
    commitment = version.get("proof", {}).get("commitments", {}).get(name)
    if commitment is None:
        return [note(copy.word("unreadable"))]
    return [note(copy.word("kept_back")), code(commitment)]


def _signed(version: Json, copy: Copy) -> list[Block]:
    blocks: list[Block] = []
    if version["assents"]:
        assents = [f"{copy.party(one['by'])}, {one['at']}" for one in version["assents"]]
        blocks += [heading(copy.word("assents")), bullets(assents)]
    blocks.append(heading(copy.word("signatures")))
    if not version["signatures"]:
        return [*blocks, paragraph(copy.word("nobody_signed"))]
    signed = [
        (copy.party(one["by"]), [terms([
            (copy.word("at"), one["at"]),
            (copy.word("signature"), [code(one["signature"])]),
        ])])
        for one in version["signatures"]
    ]  # fmt: skip
    return [*blocks, terms(signed)]


def _proof(version: Json, copy: Copy) -> list[Block]:
    """What it takes to check the hash that was signed: the salt of each part that the reader has, all commitments."""
    hashed = (copy.word("document_hash"), [code(version.get("document_hash", NOTHING))])
    proof = version.get("proof", {})
    shown = [
        (copy.word(name), [terms([
            (copy.word("commitment"), [code(commitment)]),
            *([(copy.word("salt"), [code(proof["salts"][name])])] if name in proof["salts"] else []),
        ])])
        for name, commitment in proof.get("commitments", {}).items()
    ]  # fmt: skip
    return [heading(copy.word("proof")), note(copy.word("proof_intro")), terms([hashed, *shown])]
