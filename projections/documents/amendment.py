"""An amendment as a document: what a contract version changes of the one that was in force before it (R36).

Part by part, as far as its reader may read both versions: what was there and what comes in its place. For the clause it
says who reads what from then on. A part of which they can't read both is named, and nothing is said about it: whether
it changed is no more theirs to know than what it says.
"""

from collections.abc import Mapping
from typing import Any, Final

from projections.documents.contract import CLAUSE, SECTIONS, readers, title
from projections.documents.copy import Copy
from projections.documents.sheet import Block, Sheet, heading, note, paragraph, table, terms
from projections.documents.told import field_name, in_order, text
from projections.documents.values import ROLES, item

Json = Mapping[str, Any]

Leaves = dict[tuple[str | int, ...], tuple[str, Any]]
"""By its place, each single value of a text: its field, and what it says."""

_PROOF: Final = frozenset({"salt", "contract_version", "section", "commitments", "document_hash", CLAUSE})


def amendment(before: Json, after: Json, copy: Copy) -> Sheet:
    """What ``after`` changes of ``before``; both as ``projections.sections.contract`` folds them for the reader."""
    blocks: list[Block] = [
        terms([
            (copy.word("status"), copy.word(after["status"])),
            (copy.word("compared"), title(before, copy)),
        ]),
        heading(copy.word("parties")),
        copy.parties(),
    ]  # fmt: skip
    was, becomes = before["text"], after["text"]
    for name in SECTIONS:
        readable = name in was and name in becomes
        blocks.append(heading(copy.word(name)))
        blocks += _changes(was[name], becomes[name], copy) if readable else [note(copy.word("unreadable"))]
    if "terms" in was and "terms" in becomes:
        blocks += _clause_changes(was["terms"].get(CLAUSE, {}), becomes["terms"].get(CLAUSE, {}), copy)
    named = f"{copy.word('amendment')}, {copy.word('version')} {after['contract_version']}"
    return copy.sheet(named, *blocks)


def changes(before: Json, after: Json) -> list[tuple[tuple[str | int, ...], str, Any, Any]]:
    """What differs, in the order of the texts: place, field, and the value on either side; None for nothing there."""
    was, becomes = leaves(before), leaves(after)
    return [
        (place, (was.get(place) or becomes[place])[0], was.get(place, ("", None))[1], becomes.get(place, ("", None))[1])
        for place in [*becomes, *(place for place in was if place not in becomes)]
        if was.get(place, ("", None))[1] != becomes.get(place, ("", None))[1]
    ]


def leaves(said: Json) -> Leaves:
    """All single values of a text, but for what its proof is made of and the clause."""
    found: Leaves = {}
    for name, of in in_order(said):
        if name not in _PROOF:
            _walk(of, (name,), name, found)
    return found


def _walk(said: Any, place: tuple[str | int, ...], field: str, found: Leaves) -> None:
    match said:
        case Mapping():
            for name, of in in_order(said):
                _walk(of, (*place, name), field if name in ROLES else name, found)
        case list() | tuple():
            for number, of in enumerate(said, start=1):
                _walk(of, (*place, number), field, found)
        case _:
            found[place] = (field, said)


def _changes(was: Json, becomes: Json, copy: Copy) -> list[Block]:
    found = changes(was, becomes)
    if not found:
        return [paragraph(copy.word("unchanged"))]
    rows = [
        (_placed(place, copy), text(one, copy.language, field=field), text(other, copy.language, field=field))
        for place, field, one, other in found
    ]
    return [table([copy.word("what"), copy.word("was"), copy.word("becomes")], rows)]


def _placed(place: tuple[str | int, ...], copy: Copy) -> str:
    return " › ".join(str(step) if isinstance(step, int) else field_name(step, copy.language) for step in place)


def _clause_changes(was: Json, becomes: Json, copy: Copy) -> list[Block]:
    """What the clause says anew: its terms, and for each item whose readers change, who they were and who they are."""
    language = copy.language
    before, after = ({row["item"]: row["lifetimes"] for row in said.get("items", ())} for said in (was, becomes))
    rows = [
        (item(name, language), readers(before.get(name, {}), copy), readers(after.get(name, {}), copy))
        for name in {**after, **before}
        if before.get(name) != after.get(name)
    ]
    members = [name for name in {**becomes, **was} if name != "items" and was.get(name) != becomes.get(name)]
    rows += [
        (
            field_name(name, language),
            text(was.get(name), language, field=name),
            text(becomes.get(name), language, field=name),
        )
        for name in members
    ]
    head = [copy.word("what"), copy.word("was"), copy.word("becomes")]
    told: list[Block] = [table(head, rows)] if rows else [paragraph(copy.word("unchanged"))]
    return [heading(copy.word("clause_changes")), *told, note(copy.word("clause_limits"))]
