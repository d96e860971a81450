"""Recorded content as blocks, whatever its shape: names and what they stand for, lists, and texts.

Fields and closed words are translated as far as there are names for them; what people typed stands as they typed it.
"""

from collections.abc import Mapping
from typing import Any, Final

from projections.documents.sheet import Block, Language, bullets, code, paragraph, terms
from projections.documents.values import ROLES, role, value
from projections.export_fields import FIELDS
from projections.export_texts import TEXTS

NOTHING: Final = "–"

_ORDER: Final = (
    *ROLES,
    "title", "request", "statement", "coaching_request", "interests", "expectations", "qualities", "specific",
    "measurable", "ambitious", "achievable", "indicators", "dynamic", "demand", "description", "kind", "provider",
    "due_on", "on_coach", "on_manager", "resources", "timing", "deadline", "frequency_days", "session_minutes",
    "planned_sessions", "venue", "follow_up_agreed", "obligation", "complaint_route", "retention_months",
    "follow_up_months", "cooling_off_days", "exceptions", "aggregate_k", "policy",
)  # fmt: skip
"""In which order people read fields; what isn't here comes after, as it was recorded."""

_DEEPEST: Final = 8
"""Levels that are shown; content is shallower, and what typesetting nests has an end."""

_CODES: Final = frozenset({"document_hash", "signature", "salt", "public_key", "tombstone_head", "page_head"})
"""Fields that hold hashes and keys."""


def field_name(name: str, language: Language) -> str:
    """A field's name; a role's, where roles are the names."""
    if name in ROLES:
        return role(name, language)
    return FIELDS[language].get(name) or TEXTS[language].get(name, name)


def in_order(said: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The members of what was recorded, in the order in which people read them."""
    return sorted(said.items(), key=lambda one: _ORDER.index(one[0]) if one[0] in _ORDER else len(_ORDER))


def told(said: Any, language: Language, *, field: str = "", without: frozenset[str] = frozenset()) -> list[Block]:
    """Content as blocks.

    Args:
        said: a JSON value.
        language: of the names.
        field: the field that it is the value of.
        without: fields that aren't shown.
    """
    return _told(said, language, field, without, _DEEPEST)


def _told(said: Any, language: Language, field: str, without: frozenset[str], levels: int) -> list[Block]:
    match said:
        case Mapping() if levels and said:
            shown = [
                # What stands under a role is the field's own: who expects what, who reads until when.
                (field_name(name, language), _told(of, language, field if name in ROLES else name, without, levels - 1))
                for name, of in in_order(said)
                if name not in without
            ]
            return [terms(shown)]
        case list() | tuple() if levels and said:
            return [bullets([_told(of, language, field, without, levels - 1) for of in said])]
        case _:
            return [code(str(said)) if field in _CODES and said else paragraph(text(said, language, field=field))]


def text(said: Any, language: Language, *, field: str = "") -> str:
    """A single value as text."""
    match said:
        case bool():
            return TEXTS[language]["yes" if said else "no"]
        case None | "":
            return NOTHING
        case str():
            return value(field, said, language)
        case list() | tuple():
            return ", ".join(text(of, language, field=field) for of in said) or NOTHING
        case Mapping():
            told_each = (
                f"{field_name(name, language)}: {text(of, language, field=field if name in ROLES else name)}"
                for name, of in in_order(said)
            )
            return "; ".join(told_each) or NOTHING
        case _:
            return str(said)
