"""The receipt of an erasure of keys as a document: what the signed JSON says, for people (R64).

The proof is the JSON document, which is checked byte for byte; this sheet shows the same statement, key and signature,
and says so.
"""

from collections.abc import Mapping
from typing import Any, Final

from projections.documents.copy import Copy
from projections.documents.sheet import Block, Sheet, code, heading, note, paragraph, terms
from projections.documents.told import NOTHING, field_name
from projections.documents.values import GROUNDS, lifetime, named, role

Json = Mapping[str, Any]

_CODES: Final = ("tombstone_head", "page_head")


def receipt(signed: Json, copy: Copy) -> Sheet:
    """A signed receipt (``driehoek-receipt/1``) as a document."""
    statement, language = signed["statement"], copy.language
    told: list[tuple[str, str | list[Block]]] = [
        (copy.word("deployment"), str(statement["deployment"])),
        (copy.word("reader"), str(statement["reader"])),
        (field_name("erasure", language), str(statement["erasure"])),
        (field_name("ground", language), named(GROUNDS, statement["ground"], language)),
        (field_name("requested_at", language), statement["requested_at"]),
        (field_name("due_at", language), statement["due_at"]),
        (field_name("erased_at", language), statement["erased_at"]),
        (field_name("epoch", language), str(statement["epoch"])),
        *((copy.word(name), [code(statement[name] or NOTHING)]) for name in _CODES),
    ]
    signature: list[tuple[str, str | list[Block]]] = [
        (copy.word("public_key"), [code(signed["public_key"])]),
        (copy.word("signature"), [code(signed["signature"])]),
    ]
    return copy.sheet(
        copy.word("receipt"),
        paragraph(copy.word("receipt_intro")),
        heading(copy.word("statement")),
        terms(told),
        heading(copy.word("grants")),
        *[terms(_grant(one, copy)) for one in statement["grants"]],
        heading(copy.word("signature")),
        terms(signature),
        note(copy.word("receipt_check")),
    )


def _grant(one: Json, copy: Copy) -> list[tuple[str, str]]:
    until = NOTHING if one["lifetime"] is None else lifetime(one["lifetime"], copy.language)
    return [
        (field_name("role", copy.language), role(one["role"], copy.language)),
        (copy.word("principal"), str(one["principal"])),
        (copy.word("slot"), str(one["slot"])),
        (copy.word("lifetime"), until),
    ]
